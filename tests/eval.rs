//! `mijian eval --format json`, read by a reader that knows only what the README says of it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Whole {
    v: u8,
    documents: u64,
    confusion: BTreeMap<String, BTreeMap<String, u64>>,
    recall: Option<f64>,
    false_blocks: Option<f64>,
    false_reviews: Option<f64>,
    false_alarms: Option<f64>,
    review_caught: Option<f64>,
    groups: Vec<Group>,
    misses: Vec<Miss>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Group {
    by: String,
    value: String,
    documents: u64,
    confusion: BTreeMap<String, BTreeMap<String, u64>>,
    recall: Option<f64>,
    false_blocks: Option<f64>,
    false_reviews: Option<f64>,
    false_alarms: Option<f64>,
    review_caught: Option<f64>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Miss {
    file: String,
    line: usize,
    expected: String,
    got: String,
    r#type: String,
    place: Option<String>,
    family: Option<String>,
    text: Option<String>,
    hits: Vec<Hit>,
    unread: Vec<Unread>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Hit {
    rule: String,
    verdict: String,
    confidence: String,
    r#match: String,
    level: Option<String>,
    place: String,
    inner: Option<String>,
    page: Option<u32>,
    zone: Option<String>,
    line: u32,
    column: u32,
    context: [String; 2],
    reason: String,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Unread {
    rule: String,
    verdict: String,
    inner: Option<String>,
    detail: String,
}

/// Six documents; what they are labelled with, and what they get.
fn labelled(folder: &Path) {
    let documents: [(&str, &[u8], &str); 6] = [
        ("a.txt", "机密★20年\n\n通知\n".as_bytes(), r#""expected":"block","place":"body""#),
        (
            "b.txt",
            "应当标明“机密★20年”字样。\n".as_bytes(),
            r#""expected":"block","place":"body","text":"机密★20年""#,
        ),
        ("c.txt", "此件依申请公开\n".as_bytes(), r#""expected":"review""#),
        ("d.txt", "今日天气晴好。\n".as_bytes(), r#""expected":"review","family":"weather""#),
        ("e.txt", "今日天气晴好。\n".as_bytes(), r#""expected":"pass","family":"weather""#),
        ("f.7z", b"7z\xbc\xaf\x27\x1c\0\x04rest", r#""expected":"pass","seed":1"#),
    ];
    let mut labels = String::new();
    for (name, bytes, keys) in documents {
        fs::write(folder.join(name), bytes).unwrap();
        labels.push_str(&format!("{{\"file\":\"{name}\",{keys}}}\n"));
    }
    fs::write(folder.join("labels.jsonl"), labels).unwrap();
}

fn eval(folder: &Path, options: &[&str]) -> Whole {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    let output = command
        .current_dir("/")
        .arg("eval")
        .arg(folder.join("labels.jsonl"))
        .args(["--format", "json", "--lang", "en"])
        .args(options)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn counts_shares_groups_and_misses() {
    let folder = tempfile::tempdir().unwrap();
    labelled(folder.path());
    let whole = eval(folder.path(), &[]);
    assert_eq!((whole.v, whole.documents), (1, 6));
    let counts = |expected: &str| {
        let row = &whole.confusion[expected];
        [row["block"], row["review"], row["pass"]]
    };
    assert_eq!([counts("block"), counts("review"), counts("pass")], [[1, 0, 1], [0, 1, 1], [0, 1, 1]]);
    assert_eq!((whole.recall, whole.review_caught), (Some(0.5), Some(0.5)));
    assert_eq!(
        (whole.false_blocks, whole.false_reviews, whole.false_alarms),
        (Some(0.0), Some(0.5), Some(0.5))
    );

    let groups: Vec<_> =
        whole.groups.iter().map(|g| (g.by.as_str(), g.value.as_str(), g.documents, g.recall)).collect();
    let expected = [
        ("type", "7z", 1, None),
        ("type", "text", 5, Some(0.5)),
        ("place", "body", 2, Some(0.5)),
        ("family", "weather", 2, None),
    ];
    assert_eq!(groups, expected);

    let missed: Vec<_> =
        whole.misses.iter().map(|m| (m.file.as_str(), m.line, m.expected.as_str(), m.got.as_str())).collect();
    let expected =
        [("b.txt", 2, "block", "pass"), ("d.txt", 4, "review", "pass"), ("f.7z", 6, "pass", "review")];
    assert_eq!(missed, expected);
    let [quoted, weather, archive] = whole.misses.as_slice() else { panic!("{:?}", whole.misses) };
    // A missed block comes with the hits that were dropped, and why.
    let [hit] = quoted.hits.as_slice() else { panic!("{:?}", quoted.hits) };
    assert_eq!((hit.r#match.as_str(), hit.verdict.as_str()), ("机密★20年", "pass"));
    assert_eq!((hit.reason.as_str(), quoted.text.as_deref()), ("a mention: quoted", Some("机密★20年")));
    assert!(weather.hits.is_empty() && weather.unread.is_empty());
    assert!(archive.unread[0].rule.starts_with("unread."), "{:?}", archive.unread);
}

#[test]
fn the_answer_is_the_same_for_any_number_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    labelled(folder.path());
    assert_eq!(eval(folder.path(), &["--jobs", "1"]), eval(folder.path(), &["--jobs", "5"]));
}
