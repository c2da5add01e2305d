//! The judge on one table: what stands on a document and what only talks about it.
//!
//! Each line of judge/cases.tsv is a plain-text document with its verdict. The classes are those of
//! the domain (levels, warnings, declarations, foreign marks, mentions), not single files.

use jiff::civil::date;
use mijian::document::Document;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

const CASES: &str = include_str!("judge/cases.tsv");

/// `\n`, `\t` and `\u{…}` as the table writes them.
fn unescaped(written: &str) -> String {
    let mut text = written.replace("\\n", "\n").replace("\\t", "\t");
    while let Some((head, rest)) = text.split_once("\\u{") {
        let (code, tail) = rest.split_once('}').expect("a closed \\u{…}");
        let c = u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character");
        text = format!("{head}{c}{tail}");
    }
    text
}

#[test]
fn the_table_holds() {
    let rules = RuleSet::builtin().expect("the built-in rules are sound");
    let screener = Screener::new(rules, Policy::default(), Limits::default(), date(2026, 11, 23));
    let (mut cases, mut wrong) = (0, Vec::new());
    for line in CASES.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (expected, written) = line.split_once('\t').expect("verdict, tab, text");
        cases += 1;
        let screening = screener.screen(&Document::new("x.txt", unescaped(written)));
        if screening.verdict.as_str() != expected {
            let found: Vec<_> = screening.findings.iter().map(|f| (&f.rule, &f.matched, &f.reason)).collect();
            wrong.push(format!(
                "{expected}, got {}: {written}\n    {found:?} {:?}",
                screening.verdict.as_str(),
                screening.unread
            ));
        }
    }
    assert!(cases >= 200, "only {cases} cases");
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
}
