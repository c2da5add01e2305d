//! The labelled corpus: every document gets the verdict on its label, from the rule on its label;
//! every PDF of a known text holds that text; what docx-rs writes and lopdf reads agrees.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use mijian::document::Document;
use mijian::finding::{Screening, Verdict};
use mijian::fold::fold;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;
use rayon::prelude::*;
use serde::Deserialize;

/// A line of corpus/labels.jsonl.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Label {
    file: String,
    expected: Verdict,
    rule: Option<String>,
    place: Option<String>,
    disguise: String,
    origin: String,
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn screener() -> Screener {
    let rules = RuleSet::builtin().expect("the built-in rules are sound");
    Screener::new(rules, Policy::default(), Limits::default(), date(2026, 11, 23))
}

fn labelled() -> Vec<(Label, Screening)> {
    let labels = fs::read_to_string(corpus().join("labels.jsonl")).expect("labels");
    let screener = screener();
    let labels: Vec<Label> =
        labels.lines().map(|line| serde_json::from_str(line).expect("a label")).collect();
    labels
        .into_par_iter()
        .map(|label| {
            let bytes = fs::read(corpus().join(&label.file)).expect("a labelled file");
            let screening = screener.screen(&Document::new(label.file.clone(), bytes));
            (label, screening)
        })
        .collect()
}

#[test]
fn every_labelled_document_gets_its_verdict() {
    let labelled = labelled();
    assert!(labelled.len() >= 400, "only {} documents", labelled.len());
    let harmless = labelled.iter().filter(|(l, _)| l.expected == Verdict::Pass).count();
    assert!(2 * harmless >= labelled.len(), "only {harmless} of {} are harmless", labelled.len());
    let wrong: Vec<String> = labelled
        .iter()
        .filter(|(label, screening)| label.expected != screening.verdict)
        .map(|(label, screening)| {
            format!(
                "{} ({}, {}): expected {}, got {}: {:?} {:?}",
                label.file,
                label.origin,
                label.disguise,
                label.expected.as_str(),
                screening.verdict.as_str(),
                screening.findings.iter().map(|f| (&f.rule, &f.matched)).collect::<Vec<_>>(),
                screening.unread
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_decisive_finding_comes_from_the_labelled_rule_and_place() {
    let mut wrong = Vec::new();
    for (label, screening) in labelled() {
        let (Some(rule), Some(place)) = (&label.rule, &label.place) else { continue };
        let found = screening
            .findings
            .iter()
            .filter(|f| f.verdict == label.expected && family(&f.rule) == family(rule))
            .map(|f| f.at.place.as_str());
        let places: Vec<&str> = found.collect();
        if !places.contains(&place.as_str()) {
            wrong.push(format!("{}: {rule} in {place}, found in {places:?}", label.file));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_mark_in_every_hiding_place_of_a_document_is_found() {
    let list = fs::read_to_string(corpus().join("make/places.json")).expect("the list of places");
    let list: serde_json::Value = serde_json::from_str(&list).expect("JSON");
    let file = list["file"].as_str().expect("a file");
    let bytes = fs::read(corpus().join(file)).expect("the document");
    let screening = screener().screen(&Document::new(file, bytes));
    let found: Vec<String> = screening
        .findings
        .iter()
        .filter_map(|f| f.mark.as_ref())
        .map(|mark| format!("{}★{}", mark.level, mark.period.as_deref().unwrap_or_default()))
        .collect();
    let places = list["places"].as_array().expect("places");
    let missing: Vec<_> = places
        .iter()
        .filter(|place| !found.contains(&place["text"].as_str().unwrap_or_default().replace(' ', "")))
        .collect();
    assert_eq!(places.len(), 40);
    assert!(missing.is_empty(), "{missing:?}");
    assert_eq!(screening.unread, []);
}

fn family(rule: &str) -> &str {
    rule.split('.').next().unwrap_or(rule)
}

/// Share of the expected characters that were read, as a multiset of folded characters.
fn recall(expected: &str, read: &str) -> f64 {
    let mut left: BTreeMap<char, i64> = BTreeMap::new();
    for c in fold(read).chars() {
        *left.entry(c).or_default() += 1;
    }
    let expected = fold(expected);
    let found = expected.chars().filter(|c| {
        let count = left.entry(*c).or_default();
        *count -= 1;
        *count >= 0
    });
    found.count() as f64 / expected.chars().count().max(1) as f64
}

#[test]
fn every_producers_pdf_holds_its_text() {
    let screener = screener();
    let mut measured = BTreeMap::new();
    for entry in fs::read_dir(corpus().join("make/truth")).expect("truth texts") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|s| s.to_str()).expect("a name").to_owned();
        let pdf = ["block", "pass"]
            .iter()
            .map(|class| corpus().join(class).join(format!("{stem}.pdf")))
            .find(|pdf| pdf.exists())
            .expect("the PDF of a truth text");
        let read = screener.read(&Document::new("x.pdf", fs::read(pdf).expect("a PDF")));
        let read: String = read.iter().map(|(_, e)| e.text.as_str()).collect();
        let truth = fs::read_to_string(&path).expect("a truth text");
        if fold(&truth).contains("机密★20年") {
            assert!(fold(&read).contains("机密★20年"), "{stem}: the mark is in pieces");
        }
        measured.insert(stem, recall(&truth, &read));
    }
    assert!(measured.len() >= 21, "only {} texts", measured.len());
    let low: Vec<_> = measured.iter().filter(|(_, recall)| **recall < 0.98).collect();
    assert!(low.is_empty(), "{low:?}");
}

#[test]
fn recall_counts_what_is_missing() {
    assert!((recall("甲乙丙丁", "丁丙乙") - 0.75).abs() < 1e-9);
    assert!((recall("甲甲", "甲乙") - 0.5).abs() < 1e-9);
}

#[test]
fn a_document_of_docx_rs_is_read() {
    use docx_rs::{Docx, Header, Paragraph, Run, Table, TableCell, TableRow};
    let line = |text: &str| Paragraph::new().add_run(Run::new().add_text(text));
    let cell = |text: &str| TableCell::new().add_paragraph(line(text));
    let mut bytes = std::io::Cursor::new(Vec::new());
    Docx::new()
        .header(Header::new().add_paragraph(line("秘密★5年")))
        .add_paragraph(line("季度工作小结"))
        .add_table(Table::new(vec![TableRow::new(vec![cell("责任单位"), cell("完成时限")])]))
        .build()
        .pack(&mut bytes)
        .expect("a document");
    let screening = screener().screen(&Document::new("x.docx", bytes.into_inner()));
    assert_eq!(screening.verdict, Verdict::Block, "{:?}", screening.unread);
    let found: Vec<_> = screening.findings.iter().map(|f| (&*f.rule, f.at.place.as_str())).collect();
    assert_eq!(found, [("mark.state", "header")]);
    assert_eq!(screening.findings[0].mark.as_ref().and_then(|m| m.period.as_deref()), Some("5年"));
}
