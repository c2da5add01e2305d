//! The floors of the source tree: imports go to lower floors only, formats do not know each other,
//! nothing goes in a circle. One package has no other walls, so this test is them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regex::Regex;

/// The modules of each floor, lowest first.
const FLOORS: [&[&str]; 7] = [
    &["document", "text", "finding", "limits", "fold", "rules"],
    &["read"],
    &["filetype", "extract", "matcher", "judge", "policy", "source"],
    &["screen", "report"],
    &["isolate", "config"],
    &["batch", "cache", "eval", "serve"],
    &["bin"],
];

/// Imports between modules of one floor that are meant: the judge judges matches, extraction is one
/// match on the type of file, a batch asks the cache first.
const MEANT: [(&str, &str); 3] = [("judge", "matcher"), ("extract", "filetype"), ("batch", "cache")];

/// Folders whose files are formats, which never import each other, with what they may share.
const FORMATS: [(&str, &[&str]); 2] = [
    ("extract", &["flow", "readings", "sink"]),
    ("report", &["wording", "escape", "folders", "mask", "record"]),
];

/// A source file: the modules it lies in, and its code without comments and tests.
struct Source {
    module: Vec<String>,
    code: String,
}

impl Source {
    fn new(path: &str, code: &str) -> Self {
        let mut module: Vec<String> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| last == "mod") {
            module.pop();
        }
        let code = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let comment = Regex::new(r"(?m)//.*$").unwrap();
        Self { module, code: comment.replace_all(code, "").into_owned() }
    }

    /// What the file imports or names by path: modules from the crate's root.
    fn imports(&self) -> Vec<Vec<String>> {
        // `crate::a::b`, `super::super::a`, and the first names of a group behind either.
        let path =
            Regex::new(r"\b(crate|mijian|(?:super::)*super)::(\w+|\{[^;]*?\}\s*;)(?:::(\w+))?").unwrap();
        let mut found = Vec::new();
        for import in path.captures_iter(&self.code) {
            let start = &import[1];
            let base: Vec<String> = if start.starts_with("super") {
                let up = start.split("::").count();
                self.module[..self.module.len().saturating_sub(up)].to_vec()
            } else {
                Vec::new()
            };
            let with = |names: &[&str]| {
                base.iter().cloned().chain(names.iter().map(|name| (*name).to_owned())).collect()
            };
            match import[2].strip_prefix('{') {
                Some(group) => found.extend(first_names(group).iter().map(|names| with(names))),
                None => {
                    let second = import.get(3).map_or("", |name| name.as_str());
                    found.push(with(&[&import[2], second]));
                }
            }
        }
        found
    }
}

/// The paths of a `{…}` group, nested groups left out.
fn first_names(group: &str) -> Vec<Vec<&str>> {
    let mut names = Vec::new();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            ',' | '}' if depth == 0 => {
                names.push(group[start..at].trim().split("::").map(str::trim).collect());
                start = at + 1;
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    names
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// Everything that is wrong with these files.
fn violations(sources: &[Source]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let here = source.module.join("::");
        let top = &source.module[0];
        let Some(own) = floor(top) else {
            wrong.push(format!("{here}: on no floor; add it to FLOORS"));
            continue;
        };
        for import in source.imports() {
            let Some(other) = floor(&import[0]) else { continue };
            let meant = MEANT.contains(&(top, &import[0]));
            if import[0] != *top {
                edges.entry(top.clone()).or_default().insert(import[0].clone());
                if other > own || (other == own && own > 0 && !meant) {
                    wrong.push(format!("{here} imports {}", import.join("::")));
                }
            }
            for (folder, shared) in FORMATS {
                let format = |module: &[String]| -> Option<String> {
                    let [first, second, ..] = module else { return None };
                    let is = first == folder && !shared.contains(&second.as_str());
                    (is && is_module(sources, folder, second)).then(|| second.clone())
                };
                if let (Some(a), Some(b)) = (format(&source.module), format(&import))
                    && a != b
                {
                    wrong.push(format!("{here} imports its sibling {}", import.join("::")));
                }
            }
        }
    }
    wrong.extend(circles(&edges));
    wrong.sort();
    wrong.dedup();
    wrong
}

fn is_module(sources: &[Source], folder: &str, name: &str) -> bool {
    sources
        .iter()
        .any(|source| source.module.len() > 1 && source.module[0] == folder && source.module[1] == name)
}

/// Modules that are left when those without imports are taken away, again and again.
fn circles(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut left = edges.clone();
    loop {
        let before = left.len();
        let stay: BTreeSet<String> = left.keys().cloned().collect();
        left.retain(|_, imports| imports.iter().any(|import| stay.contains(import)));
        if left.len() == before {
            return left.into_keys().map(|module| format!("{module}: imports in a circle")).collect();
        }
    }
}

/// Every file under src/ but the front page and files of tests.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !["lib.rs", "tests.rs"].contains(&name) {
                let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
                sources.push(Source::new(&inside, &fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources
}

#[test]
fn imports_go_to_lower_floors_only() {
    let sources = sources();
    assert!(sources.len() > 30, "the source tree was not found");
    let edges: usize = sources.iter().map(|source| source.imports().len()).sum();
    assert!(edges > 100, "only {edges} imports were recognised");
    let wrong = violations(&sources);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The test itself must be able to fail.
#[test]
fn bad_imports_are_recognised() {
    let bad = |path: &str, code: &str| {
        let mut sources = vec![
            Source::new("extract/mod.rs", ""),
            Source::new("extract/html.rs", ""),
            Source::new("report/human.rs", ""),
            Source::new("report/escape.rs", ""),
        ];
        sources.push(Source::new(path, code));
        violations(&sources)
    };
    let table = [
        ("finding.rs", "use crate::screen::Screener;", "finding imports screen::Screener"),
        ("finding.rs", "use super::screen::Screener;", "screen::Screener"),
        ("policy.rs", "use crate::{finding::Verdict, judge::judge};", "judge::judge"),
        ("extract/pdf/mod.rs", "fn f() -> crate::report::Show { }", "report::Show"),
        ("extract/pdf/mod.rs", "use super::html::x;", "sibling extract::html"),
        ("extract/pdf/cmap.rs", "use super::super::{Extracted, html};", "sibling extract::html"),
        ("report/jsonl.rs", "use crate::report::human::Human;", "sibling report::human"),
        ("novel.rs", "", "on no floor"),
    ];
    for (path, code, expected) in table {
        let wrong = bad(path, code).join("\n");
        assert!(wrong.contains(expected), "{path} {code}: {wrong:?}");
    }
    let fine = [
        ("screen.rs", "use crate::extract::extract;\nuse crate::{finding::Verdict, policy};"),
        ("judge/facts.rs", "use super::Thing;\nuse crate::matcher::Match;"),
        ("report/jsonl.rs", "use super::escape::escape; // crate::config\n/// [`crate::batch`]\nstruct A;"),
        (
            "extract/pdf/mod.rs",
            "mod cmap;\nuse super::Extracted;\n#[cfg(test)]\nmod tests {\nuse crate::screen; }",
        ),
    ];
    for (path, code) in fine {
        assert_eq!(bad(path, code), Vec::<String>::new(), "{path} {code}");
    }
    let circle =
        [Source::new("text.rs", "use crate::finding::A;"), Source::new("finding.rs", "use crate::text::B;")];
    assert_eq!(violations(&circle).len(), 2);
}
