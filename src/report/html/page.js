"use strict";
(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const documents = read("documents");
  const { words, rules, types, folders, levels } = read("totals");
  const PAGE = 50; // documents on one page
  const ITEMS = 20; // findings of one document before "show all"
  const rank = { block: 2, review: 1, pass: 0 };
  const state = { verdict: "", rule: "", type: "", folder: "", q: "", sort: "gravity", page: 1 };

  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const folderOf = (name) => (name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : ".");
  const inFolder = (name, folder) => {
    const own = folderOf(name);
    return own === folder || own.startsWith(folder + "/");
  };
  documents.forEach((doc, at) => {
    doc.at = at;
    doc.search = (doc.name + " " + doc.items.map((i) => [i.where, i.match, i.before, i.behind, i.reason].join(" ")).join(" ")).toLowerCase();
  });

  // The state is in the address, so that a view can be passed on and comes back on reload.
  const fromHash = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    for (const key of Object.keys(state)) {
      if (key === "page") state.page = Math.max(1, parseInt(hash.get("page") || "1", 10) || 1);
      else state[key] = hash.get(key) || (key === "sort" ? "gravity" : "");
    }
  };
  const toHash = () => {
    const hash = new URLSearchParams();
    for (const [key, value] of Object.entries(state)) {
      if (value && !(key === "page" && value === 1) && !(key === "sort" && value === "gravity")) hash.set(key, value);
    }
    const text = hash.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  };
  const set = (changes) => {
    Object.assign(state, { page: 1 }, changes);
    toHash();
    render();
  };

  const itemShown = (item) => (!state.rule || item.rule === state.rule || item.level === state.rule);
  const chosen = () => {
    const q = state.q.trim().toLowerCase();
    const found = documents.filter((doc) =>
      (!state.verdict || doc.verdict === state.verdict || (["unread", "excepted"].includes(state.verdict) && doc.items.some((i) => i[state.verdict]))) &&
      (!state.type || doc.type === state.type) &&
      (!state.folder || inFolder(doc.name, state.folder)) &&
      (!state.rule || doc.items.some(itemShown)) &&
      (!q || doc.search.includes(q)));
    const by = {
      gravity: (a, b) => rank[b.verdict] - rank[a.verdict] || a.at - b.at,
      name: (a, b) => a.at - b.at,
      count: (a, b) => b.items.filter(itemShown).length - a.items.filter(itemShown).length || a.at - b.at,
    };
    return found.sort(by[state.sort] || by.gravity);
  };

  const item = (data) => {
    const block = make("div", "item");
    const what = make("p", "what");
    what.append(make("span", "tag " + data.verdict, words[data.verdict]), data.title);
    const where = make("p", "where", data.where + " · " + data.rule);
    block.append(what, where);
    if (data.match !== undefined || data.before !== undefined) {
      const text = make("p", "text " + data.verdict);
      if (data.before !== undefined) text.append("…" + data.before);
      text.append(make("mark", "", data.match === undefined ? "…" : data.match));
      if (data.behind !== undefined) text.append(data.behind + "…");
      block.append(text);
    }
    const line = (label, value) => {
      if (!value) return;
      const p = make("p", "why");
      p.append(make("b", "", label), value);
      block.append(p);
    };
    line(words.why, data.sure ? data.reason + " · " + data.sure : data.reason);
    line(words.todo, data.excepted ? "" : data.todo || (rules[data.rule] || {}).advice);
    return block;
  };
  const article = (doc, all) => {
    const block = make("article", doc.verdict);
    const head = make("h4");
    head.append(make("span", "tag " + doc.verdict, words[doc.verdict]), doc.name);
    const meta = [doc.type, doc.named, doc.highest, doc.sha && "SHA-256 " + doc.sha].filter(Boolean).join(" · ");
    block.append(head, make("p", "meta", meta));
    const items = doc.items.filter(itemShown);
    const limit = all ? items.length : ITEMS;
    items.slice(0, limit).forEach((data) => block.append(item(data)));
    if (items.length > limit) {
      const more = make("button", "link", words.all.replace("{n}", items.length));
      more.addEventListener("click", () => {
        more.remove();
        items.slice(limit).forEach((data) => block.append(item(data)));
      });
      block.append(more);
    }
    return block;
  };

  const list = document.getElementById("list");
  const render = (everything) => {
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    state.page = Math.min(state.page, pages);
    const from = everything ? 0 : (state.page - 1) * PAGE;
    const part = everything ? found : found.slice(from, from + PAGE);
    const count = found.reduce((sum, doc) => sum + doc.items.filter(itemShown).length, 0);
    document.getElementById("shown").textContent =
      words.shown.replace("{d}", found.length).replace("{n}", documents.length).replace("{f}", count);
    const view = [
      state.verdict && words[state.verdict], state.rule && ((rules[state.rule] || {}).title || state.rule),
      state.type, state.folder, state.q,
    ].filter(Boolean);
    document.getElementById("view").textContent = view.length ? words.view + view.join(" · ") : "";
    const fragment = document.createDocumentFragment();
    part.forEach((doc) => fragment.append(article(doc, everything)));
    list.replaceChildren(fragment);
    document.querySelectorAll(".pager").forEach((pager) => {
      pager.hidden = pages === 1;
      pager.querySelector("span").textContent = state.page + " / " + pages;
      pager.querySelector(".back").disabled = state.page === 1;
      pager.querySelector(".next").disabled = state.page === pages;
    });
    for (const key of ["verdict", "rule", "type", "folder", "q", "sort"]) document.getElementById(key).value = state[key];
    document.body.dataset.shown = String(found.length);
  };

  const options = (id, entries) => {
    const select = document.getElementById(id);
    for (const [value, text] of entries) select.append(new Option(text, value));
  };
  const table = (id, heads, rows) => {
    const panel = document.getElementById(id);
    if (!rows.length) { panel.hidden = true; return; }
    const body = make("table");
    const head = make("tr");
    heads.forEach((text) => head.append(make("th", "", text)));
    body.append(head);
    const line = ([key, value, text, ...cells]) => {
      const row = make("tr");
      const first = make("td");
      const link = make("button", "link", text);
      link.addEventListener("click", () => {
        set({ verdict: "", rule: "", type: "", folder: "", q: "", [key]: value });
        document.getElementById("results").scrollIntoView();
      });
      first.append(link);
      row.append(first);
      cells.forEach((cell) => row.append(make("td", "", String(cell))));
      return row;
    };
    rows.slice(0, 12).forEach((row) => body.append(line(row)));
    panel.append(body);
    if (rows.length > 12) {
      const more = make("button", "link no-print", words.rows.replace("{n}", rows.length));
      more.addEventListener("click", () => { more.remove(); rows.slice(12, 1000).forEach((row) => body.append(line(row))); });
      panel.append(more);
    }
  };
  const graver = (a, b) => b[1][0] - a[1][0] || b[1][1] - a[1][1] || (a[0] < b[0] ? -1 : 1);
  const counted = Object.entries(rules).sort((a, b) => b[1].block - a[1].block || b[1].review - a[1].review);
  table("by-level", [words.level, words.documents, words.findings],
    Object.entries(levels).sort(graver).map(([name, [docs, found]]) => ["rule", name, name, docs, found]));
  table("by-rule", [words.rule, words.block, words.review],
    counted.map(([id, rule]) => ["rule", id, rule.title, rule.block, rule.review]));
  table("by-type", [words.type, words.block, words.review, words.pass],
    Object.entries(types).sort(graver).map(([type, counts]) => ["type", type, type, ...counts]));
  table("by-folder", [words.folder, words.block, words.review, words.pass],
    Object.entries(folders).sort(graver).map(([folder, counts]) => ["folder", folder, folder, ...counts]));
  options("rule", Object.keys(levels).map((name) => [name, name]).concat(counted.map(([id, rule]) => [id, rule.title + " (" + id + ")"])));
  options("type", [...new Set(documents.map((doc) => doc.type))].sort().map((type) => [type, type]));
  options("folder", [...new Set(documents.map((doc) => folderOf(doc.name)))].sort().slice(0, 2000).map((folder) => [folder, folder]));

  for (const key of ["verdict", "rule", "type", "folder", "sort"]) {
    document.getElementById(key).addEventListener("change", (event) => set({ [key]: event.target.value }));
  }
  let wait;
  document.getElementById("q").addEventListener("input", (event) => {
    clearTimeout(wait);
    const q = event.target.value;
    wait = setTimeout(() => set({ q }), 150);
  });
  document.getElementById("reset").addEventListener("click", () => set({ verdict: "", rule: "", type: "", folder: "", q: "", sort: "gravity" }));
  document.querySelectorAll(".pager").forEach((pager) => {
    const turn = (by) => { state.page += by; toHash(); render(); document.getElementById("results").scrollIntoView(); };
    pager.querySelector(".back").addEventListener("click", () => turn(-1));
    pager.querySelector(".next").addEventListener("click", () => turn(1));
  });
  window.addEventListener("hashchange", () => { fromHash(); render(); });
  window.addEventListener("beforeprint", () => render(true));
  window.addEventListener("afterprint", () => render());
  fromHash();
  render();
})();
