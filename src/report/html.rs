//! One page for people: everything in one file, without network, for the screen and for paper.
//!
//! Documents are written as they come, as JSON in a block that no browser executes; the script of
//! the page shows them a page at a time. Documents that pass are only counted. Foreign text is
//! escaped for the eye here, for JSON in the block, and becomes text nodes in the page.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::escape::escape;
use super::folders::Folders;
use super::record::{FindingRecord, Record, UnreadRecord};
use super::wording::{self, PageWord};
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Writes the page.
pub(super) struct Html<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    begun: bool,
    written: u64,
    /// Blocked, to review, passed.
    types: BTreeMap<String, [u64; 3]>,
    folders: Folders,
    /// Documents and findings of each level.
    levels: BTreeMap<String, [u64; 2]>,
    rules: BTreeMap<String, RuleCount>,
}

/// What is said about a rule once for all its findings.
#[derive(Serialize, Default)]
struct RuleCount {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    block: u64,
    review: u64,
}

impl<'a> Html<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self {
            out,
            options,
            begun: false,
            written: 0,
            types: BTreeMap::new(),
            folders: Folders::default(),
            levels: BTreeMap::new(),
            rules: BTreeMap::new(),
        }
    }

    fn word(&self, word: PageWord) -> &'static str {
        wording::page_word(word, self.options.lang)
    }

    /// Everything in front of the documents.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let (language, title) = (self.options.lang.pick("zh-CN", "en"), self.word(PageWord::Title));
        let (style, script) = (hash(STYLE), hash(SCRIPT));
        write!(
            self.out,
            "<!doctype html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<script type=\"application/json\" id=\"documents\">["
        )
    }

    fn count(&mut self, record: &Record) {
        let at = match record.verdict {
            Verdict::Block => 0,
            Verdict::Review => 1,
            Verdict::Pass => 2,
        };
        self.folders.add(record);
        self.types.entry(record.file_type.to_string()).or_default()[at] += 1;
        let open = record.findings.iter().filter(|finding| finding.verdict > Verdict::Pass);
        let mut of_document = BTreeSet::new();
        for mark in open.filter_map(|finding| finding.mark.as_ref()) {
            let [documents, findings] = self.levels.entry(escape(&mark.level).into_owned()).or_default();
            *documents += u64::from(of_document.insert(&mark.level));
            *findings += 1;
        }
    }

    fn rule(&mut self, id: &str, title: &str, verdict: Verdict) {
        let options = self.options;
        let rule = self.rules.entry(escape(id).into_owned()).or_insert_with(|| RuleCount {
            title: escape(title).into_owned(),
            advice: options.advice(id).map(|advice| escape(advice).into_owned()),
            ..RuleCount::default()
        });
        match verdict {
            Verdict::Block => rule.block += 1,
            Verdict::Review | Verdict::Pass => rule.review += 1,
        }
    }

    fn finding(&self, finding: &FindingRecord) -> Value {
        let lang = self.options.lang;
        let mut item = json!({
            "rule": escape(&finding.rule),
            "title": escape(&finding.title),
            "verdict": finding.verdict.as_str(),
            "where": wording::location(&finding.at(), finding.inner.as_deref(), lang),
            "reason": escape(&finding.reason),
            "sure": wording::confidence(finding.confidence, lang),
        });
        if let Some(matched) = &finding.matched {
            item["match"] = json!(escape(matched));
        }
        if let Some((before, behind)) = &finding.context {
            item["before"] = json!(escape(before));
            item["behind"] = json!(escape(behind));
        }
        if let Some(mark) = &finding.mark {
            item["level"] = json!(escape(&mark.level));
        }
        item
    }

    fn unread(&self, unread: &UnreadRecord) -> Value {
        let lang = self.options.lang;
        json!({
            "rule": unread.kind.rule(),
            "title": wording::unread_title(lang),
            "verdict": unread.verdict.as_str(),
            "where": wording::gap(&unread.gap(), unread.inner.as_deref(), lang),
            "todo": wording::remedy(unread.kind, lang),
            "unread": true,
        })
    }

    fn write(&mut self, record: &Record) -> io::Result<()> {
        let lang = self.options.lang;
        let mut items = Vec::new();
        for finding in record.open_findings() {
            self.rule(&finding.rule, &finding.title, finding.verdict);
            items.push(self.finding(finding));
        }
        for unread in record.open_unread() {
            self.rule(unread.kind.rule(), wording::gap_kind(unread.kind, lang), unread.verdict);
            items.push(self.unread(unread));
        }
        for excepted in &record.excepted {
            items.push(json!({
                "rule": escape(excepted.rule()),
                "title": wording::excepted_title(lang),
                "verdict": "pass",
                "where": wording::excepted(excepted, lang),
                "reason": wording::approval(excepted, lang),
                "excepted": true,
            }));
        }
        let mut document = json!({
            "name": escape(&record.name),
            "type": record.file_type,
            "verdict": record.verdict.as_str(),
            "items": items,
        });
        if let Some(sha256) = &record.sha256 {
            document["sha"] = json!(sha256);
        }
        if let Some(named) = &record.named_as {
            document["named"] = json!(wording::named_as(&record.file_type, named, lang));
        } else if record.no_text {
            document["named"] = json!(wording::no_text(lang));
        }
        if let Some(mark) = record.mark.as_ref().filter(|_| record.findings.len() > 1) {
            let period = mark.period.as_deref().or(mark.condition.as_deref());
            document["highest"] = json!(escape(&wording::highest(&mark.level, period, lang)));
        }
        self.out.write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
        self.written += 1;
        self.out.write_all(block(&document.to_string()).as_bytes())
    }

    fn body(&mut self, summary: &Summary) -> io::Result<()> {
        let lang = self.options.lang;
        let word = |word| wording::page_word(word, lang);
        let title = word(PageWord::Title);
        let verdict = wording::of_run(summary);
        let conclusion = markup(&wording::conclusion(summary, lang));
        let about: Vec<String> = wording::about_run(self.options.run, lang);
        let about: Vec<String> = about.iter().map(|part| format!("<span>{}</span>", markup(part))).collect();
        writeln!(
            self.out,
            "<main>\n<header><h1>{title}</h1>\n<p class=\"about\">{}</p></header>",
            about.join("")
        )?;
        writeln!(self.out, "<p class=\"conclusion {}\">{conclusion}</p>", verdict.as_str())?;
        if summary.interrupted {
            writeln!(self.out, "<p class=\"warn\">{}</p>", wording::interrupted(lang))?;
        }
        let Summary { documents, pass, review, block, unread, .. } = *summary;
        let cards = [
            ("", documents, word(PageWord::Documents)),
            ("block", block, wording::verdict(Verdict::Block, lang)),
            ("review", review, wording::verdict(Verdict::Review, lang)),
            ("pass", pass, wording::verdict(Verdict::Pass, lang)),
            ("review", unread, word(PageWord::Unread)),
        ];
        write!(self.out, "<section class=\"cards\">")?;
        for (class, count, label) in cards {
            write!(self.out, "<div class=\"card {class}\"><b>{count}</b><span>{label}</span></div>")?;
        }
        writeln!(self.out, "</section>")?;
        let panels = [
            ("by-level", PageWord::ByLevel),
            ("by-rule", PageWord::ByRule),
            ("by-type", PageWord::ByType),
            ("by-folder", PageWord::ByFolder),
        ];
        write!(self.out, "<h2>{}</h2>\n<section class=\"counts\">", word(PageWord::Counts))?;
        for (id, heading) in panels {
            write!(self.out, "<div class=\"panel\" id=\"{id}\"><h3>{}</h3></div>", word(heading))?;
        }
        writeln!(self.out, "</section>\n<h2 id=\"results\">{}</h2>", word(PageWord::Results))?;
        self.filters()?;
        let pager = format!(
            "<div class=\"pager\" hidden><button type=\"button\" class=\"back\">{}</button><span></span>\
             <button type=\"button\" class=\"next\">{}</button></div>",
            word(PageWord::Back),
            word(PageWord::Next)
        );
        writeln!(
            self.out,
            "<p class=\"shown\" id=\"shown\"></p>\n<p class=\"shown only-print\" id=\"view\"></p>"
        )?;
        writeln!(self.out, "<noscript><p class=\"warn\">{}</p></noscript>", word(PageWord::NoScript))?;
        writeln!(self.out, "<div id=\"list\"></div>\n{pager}")?;
        for line in summary.stale.iter().map(|stale| wording::stale(stale, lang)) {
            writeln!(self.out, "<p class=\"shown\">{}</p>", markup(&line))?;
        }
        if let Some(range) = &summary.range {
            writeln!(self.out, "<p class=\"shown\">{}</p>", markup(&wording::range(range, lang)))?;
        }
        let totals = markup(&wording::totals(summary, lang));
        writeln!(self.out, "<footer><p>{totals}</p><p>{}</p></footer>\n</main>", word(PageWord::Footer))
    }

    fn filters(&mut self) -> io::Result<()> {
        let lang = self.options.lang;
        let word = |word| wording::page_word(word, lang);
        let all = word(PageWord::All);
        writeln!(self.out, "<form class=\"filters\" autocomplete=\"off\">")?;
        let verdicts = [
            ("block", wording::verdict(Verdict::Block, lang)),
            ("review", wording::verdict(Verdict::Review, lang)),
            ("unread", word(PageWord::Unread)),
            ("excepted", wording::excepted_title(lang)),
        ];
        let options: String = verdicts
            .iter()
            .map(|(value, text)| format!("<option value=\"{value}\">{text}</option>"))
            .collect();
        let select = |id: &str, label: PageWord, options: &str| {
            let label = word(label);
            format!(
                "<label>{label}<select id=\"{id}\"><option value=\"\">{all}</option>{options}</select></label>"
            )
        };
        writeln!(self.out, "{}", select("verdict", PageWord::Verdict, &options))?;
        writeln!(self.out, "{}", select("rule", PageWord::RuleOrLevel, ""))?;
        writeln!(self.out, "{}", select("type", PageWord::Type, ""))?;
        writeln!(self.out, "{}", select("folder", PageWord::Folder, ""))?;
        writeln!(
            self.out,
            "<label class=\"wide\">{}<input id=\"q\" type=\"search\"></label>\n<label>{}<select id=\"sort\">\
             <option value=\"gravity\">{}</option><option value=\"name\">{}</option>\
             <option value=\"count\">{}</option></select></label>\n<button type=\"button\" id=\"reset\">{}</button>\n</form>",
            word(PageWord::Search),
            word(PageWord::Sort),
            word(PageWord::ByGravity),
            word(PageWord::ByName),
            word(PageWord::ByCount),
            word(PageWord::Reset),
        )
    }
}

impl Reporter for Html<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        self.count(record);
        let told = record.verdict > Verdict::Pass || !record.excepted.is_empty();
        if told { self.write(record) } else { Ok(()) }
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.begin()?;
        let lang = self.options.lang;
        let mut words = serde_json::Map::new();
        for verdict in [Verdict::Block, Verdict::Review, Verdict::Pass] {
            words.insert(verdict.as_str().to_owned(), json!(wording::verdict(verdict, lang)));
        }
        for (key, word) in PageWord::SCRIPT {
            words.insert(key.to_owned(), json!(wording::page_word(word, lang)));
        }
        words.insert("excepted".to_owned(), json!(wording::excepted_title(lang)));
        words.insert("why".to_owned(), json!(wording::label(wording::Label::Why, lang)));
        words.insert("todo".to_owned(), json!(wording::label(wording::Label::Todo, lang)));
        let folders =
            self.folders.all().map(|f| (escape(&f.folder).into_owned(), [f.block, f.review, f.pass]));
        let totals = json!({
            "words": words, "rules": self.rules, "types": self.types, "folders": folders.collect::<BTreeMap<_, _>>(),
            "levels": self.levels,
        });
        let totals = block(&totals.to_string());
        writeln!(
            self.out,
            "\n]</script>\n<script type=\"application/json\" id=\"totals\">{totals}</script>"
        )?;
        self.body(summary)?;
        writeln!(self.out, "<script>{SCRIPT}</script>\n</body>\n</html>")?;
        self.out.flush()
    }
}

/// JSON that ends no script block and opens none.
fn block(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Text as markup.
fn markup(text: &str) -> String {
    let text = escape(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The SHA-256 by which the page's policy knows its own style and script, as base64.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = three.iter().fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte))
            << (8 * (3 - three.len()));
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            out.push(if digit > three.len() { '=' } else { char::from(DIGITS[value]) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_base64_of_sha256() {
        // printf abc | openssl dgst -sha256 -binary | base64
        assert_eq!(hash("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn nothing_leaves_a_script_block() {
        let json = json!("</script><!--<script>&").to_string();
        let safe = block(&json);
        assert!(!safe.contains(['<', '>', '&']), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), "</script><!--<script>&");
    }
}
