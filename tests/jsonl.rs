//! A reader of JSON lines that knows only the contract: it shares no code with the writer and
//! refuses fields it does not know.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize, Debug)]
#[serde(untagged)]
enum Line {
    Document(Document),
    Summary(SummaryLine),
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Document {
    v: u8,
    name: String,
    sha256: Option<String>,
    bytes: u64,
    r#type: String,
    named_as: Option<String>,
    verdict: Verdict,
    #[serde(default)]
    no_text: bool,
    mark: Option<Mark>,
    findings: Vec<Finding>,
    unread: Vec<Unread>,
    #[serde(default)]
    excepted: Vec<Excepted>,
    ms: f64,
}

#[derive(Deserialize, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Pass,
    Review,
    Block,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Finding {
    rule: String,
    title: String,
    verdict: Verdict,
    confidence: String,
    r#match: Option<String>,
    context: Option<[String; 2]>,
    mark: Option<Mark>,
    place: String,
    inner: Option<String>,
    page: Option<u32>,
    zone: Option<String>,
    line: u32,
    column: u32,
    reason: String,
    fingerprint: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields need only parse")]
struct Mark {
    level: String,
    period: Option<String>,
    until: Option<String>,
    condition: Option<String>,
    owner: Option<String>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "some fields need only parse")]
struct Unread {
    rule: String,
    verdict: Verdict,
    inner: Option<String>,
    page: Option<u32>,
    detail: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Excepted {
    finding: Option<Finding>,
    unread: Option<Unread>,
    reason: String,
    approver: String,
    created: String,
    until: String,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Stale {
    file: String,
    line: u32,
    rule: String,
    name: String,
    until: String,
    why: String,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct SummaryLine {
    v: u8,
    run: Run,
    summary: Summary,
    #[serde(default)]
    folders: Vec<Folder>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Folder {
    folder: String,
    documents: u64,
    pass: u64,
    review: u64,
    block: u64,
    unread: u64,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Run {
    version: String,
    date: String,
    scope: Vec<String>,
    base: Option<String>,
    rules: u32,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Summary {
    documents: u64,
    pass: u64,
    review: u64,
    block: u64,
    unread: u64,
    unread_open: u64,
    #[serde(default)]
    excepted: u64,
    #[serde(default)]
    stale_exceptions: Vec<Stale>,
    range: Option<serde_json::Value>,
    skipped: u64,
    no_text: u64,
    bytes: u64,
    seconds: f64,
    #[serde(default)]
    excluded: u64,
    #[serde(default)]
    interrupted: bool,
}

const PLACES: &str = "name body header footer textbox table note comment deleted hidden watermark property \
                      annotation form bookmark alt-text field attribute script sheet-name notes master \
                      revision image-text";
const ZONES: &str = "top-left top-centre top-right body foot-left foot-centre foot-right margin";

fn one_of(value: &str, words: &str) -> bool {
    words.split_whitespace().any(|word| word == value)
}

/// The counts of folders are those of their documents; one folder alone is not told.
fn check_folders(folders: &[Folder], documents: &[Document]) {
    let folder = |name: &str| name.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
    let mut expected: std::collections::BTreeMap<String, Folder> = std::collections::BTreeMap::new();
    for document in documents {
        let folder = folder(&document.name);
        let counts = expected.entry(folder.clone()).or_insert(Folder {
            folder,
            documents: 0,
            pass: 0,
            review: 0,
            block: 0,
            unread: 0,
        });
        counts.documents += 1;
        counts.unread += u64::from(!document.unread.is_empty());
        match document.verdict {
            Verdict::Pass => counts.pass += 1,
            Verdict::Review => counts.review += 1,
            Verdict::Block => counts.block += 1,
        }
    }
    let expected: Vec<Folder> =
        if expected.len() > 1 { expected.into_values().collect() } else { Vec::new() };
    assert_eq!(folders, expected);
}

/// Reads a whole report, and checks what must hold between its fields.
fn read(report: &str) -> (Vec<Document>, Summary) {
    assert!(report.ends_with('\n'), "the last line is cut off");
    let mut documents = Vec::new();
    let mut summaries = Vec::new();
    for line in report.lines() {
        assert!(summaries.is_empty(), "something behind the summary: {line}");
        match serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")) {
            Line::Document(document) => documents.push(check(document)),
            Line::Summary(summary) => {
                assert_eq!(summary.v, 1);
                let run = summary.run;
                assert!(
                    run.version == env!("CARGO_PKG_VERSION") && run.date == "2026-01-31" && run.rules > 0
                );
                assert!(run.scope.len() == 1 && run.base.is_none_or(|base| base.ends_with('/')));
                check_folders(&summary.folders, &documents);
                summaries.push(summary.summary);
            }
        }
    }
    let summary = summaries.pop().expect("no summary");
    let count = |verdict| documents.iter().filter(|d| d.verdict == verdict).count() as u64;
    assert_eq!(summary.documents, documents.len() as u64);
    assert_eq!(
        [summary.pass, summary.review, summary.block],
        [count(Verdict::Pass), count(Verdict::Review), count(Verdict::Block)]
    );
    assert_eq!(summary.unread, documents.iter().filter(|d| !d.unread.is_empty()).count() as u64);
    assert_eq!(summary.excepted, documents.iter().filter(|d| !d.excepted.is_empty()).count() as u64);
    assert_eq!(summary.no_text, documents.iter().filter(|d| d.no_text).count() as u64);
    assert_eq!(summary.bytes, documents.iter().map(|d| d.bytes).sum::<u64>());
    assert!(summary.unread_open <= summary.unread && summary.seconds >= 0.0);
    (documents, summary)
}

fn check(document: Document) -> Document {
    let hex = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    assert_eq!(document.v, 1);
    assert!(document.sha256.as_ref().is_none_or(|sha| sha.len() == 64 && hex(sha)));
    assert!(!document.r#type.is_empty() && document.named_as.as_deref() != Some("") && document.ms >= 0.0);
    assert!(document.mark.as_ref().is_none_or(|mark| !mark.level.is_empty()), "{document:?}");
    for finding in &document.findings {
        assert!(finding.verdict <= document.verdict, "{document:?}");
        assert!(one_of(&finding.place, PLACES), "{finding:?}");
        assert!(finding.zone.as_ref().is_none_or(|zone| one_of(zone, ZONES)), "{finding:?}");
        assert!(one_of(&finding.confidence, "low medium high"), "{finding:?}");
        assert!(finding.line > 0 && finding.column > 0 && finding.page != Some(0), "{finding:?}");
        assert!(finding.fingerprint.len() == 16 && hex(&finding.fingerprint), "{finding:?}");
        assert!(!finding.rule.is_empty() && !finding.title.is_empty() && !finding.reason.is_empty());
        assert!(finding.inner.as_deref() != Some(""), "{finding:?}");
    }
    for unread in &document.unread {
        assert!(unread.rule.starts_with("unread.") && unread.verdict <= document.verdict, "{unread:?}");
    }
    for excepted in &document.excepted {
        let Excepted { finding, unread, reason, approver, created, until } = excepted;
        assert!(finding.is_some() != unread.is_some() && !reason.is_empty() && !approver.is_empty());
        assert!(created <= until && until.len() == "2026-01-31".len(), "{excepted:?}");
    }
    document
}

/// A folder with a marked, a clean, an empty and an unreadable kind of document.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("marked.txt", "机密★20年\n特急\n\n关于开展年度检查工作的通知\n".as_bytes());
    write("talk.txt", "国家秘密的密级分为绝密、机密、秘密三级。\n".as_bytes());
    write("own.txt", "青龙计划进展顺利。\n".as_bytes());
    write("empty.txt", b"");
    write("binary.bin", b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00");
    write("odd\u{202e}\u{1b}[1mname.txt", "今日天气晴朗。".as_bytes());
    for n in 0..40 {
        write(&format!("many/{n:02}.txt"), format!("第{n}号通知\n").as_bytes());
    }
    folder
}

fn scan(folder: &Path, options: &[&str]) -> (String, Option<i32>) {
    let output = Command::new(env!("CARGO_BIN_EXE_mijian"))
        .current_dir(folder.parent().unwrap())
        .args(["scan", "--format", "jsonl", "--today", "2026-01-31", "--lang", "zh"])
        .args(options)
        .arg(folder)
        .env_remove("CI")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8(output.stdout).unwrap(), output.status.code())
}

#[test]
fn a_report_is_read_by_a_strict_reader_that_knows_only_the_contract() {
    let folder = folder();
    let (report, code) = scan(folder.path(), &[]);
    let (documents, summary) = read(&report);
    assert_eq!((summary.documents, code), (46, Some(1)));
    let names: Vec<&str> = documents.iter().map(|d| d.name.as_str()).collect();
    assert!(names.is_sorted() && names.contains(&"odd\u{202e}\u{1b}[1mname.txt"), "{names:?}");
    assert!(!report.contains('\u{202e}'), "a bidi control reaches whoever looks at the report");
    let of = |name: &str| documents.iter().find(|d| d.name == name).unwrap();
    assert_eq!(of("marked.txt").verdict, Verdict::Block);
    let mark = &of("marked.txt").findings[0];
    assert_eq!((mark.rule.as_str(), mark.r#match.as_deref()), ("mark.state", Some("机密★20年")));
    assert_eq!((mark.line, mark.column, mark.context.is_none()), (1, 1, true));
    assert_eq!(mark.mark.as_ref().unwrap().period.as_deref(), Some("20年"));
    assert_eq!(of("talk.txt").verdict, Verdict::Pass);
    assert_eq!((of("empty.txt").verdict, of("empty.txt").r#type.as_str()), (Verdict::Pass, "empty"));
    assert_eq!(of("binary.bin").verdict, Verdict::Review);
    assert_eq!(of("binary.bin").unread.len(), 1);
}

#[test]
fn exceptions_are_listed_with_whose_they_are() {
    let folder = folder();
    let file = folder.path().with_extension("exceptions");
    let line = |rule: &str, sha256: &str, name: &str| {
        format!(
            "{{\"sha256\":\"{sha256}\",\"rule\":\"{rule}\",\"name\":\"{name}\",\"reason\":\"已解密\",\
             \"approver\":\"张三\",\"created\":\"2026-01-30\",\"until\":\"2026-06-30\"}}\n"
        )
    };
    let (report, _) = scan(folder.path(), &[]);
    let sha = |name: &str| {
        let (documents, _) = read(&report);
        documents.into_iter().find(|d| d.name == name).unwrap().sha256.unwrap()
    };
    let lines = [
        line("mark.state", &sha("marked.txt"), "marked.txt"),
        line("unread.unsupported", &sha("binary.bin"), "binary.bin"),
        line("mark.state", &"0".repeat(64), "gone.txt"),
    ];
    fs::write(&file, lines.concat()).unwrap();
    let (report, code) = scan(folder.path(), &["--exceptions", file.to_str().unwrap()]);
    let (documents, summary) = read(&report);
    assert_eq!((summary.excepted, summary.block, summary.review, code), (2, 0, 0, Some(0)));
    let stale: Vec<_> =
        summary.stale_exceptions.iter().map(|s| (s.line, s.name.as_str(), s.why.as_str())).collect();
    assert_eq!(stale, [(3, "gone.txt", "unused")]);
    let first = &summary.stale_exceptions[0];
    assert_eq!((first.until.as_str(), first.rule.as_str()), ("2026-06-30", "mark.state"));
    assert_eq!(Path::new(&first.file), file);
    let of = |name: &str| &documents.iter().find(|d| d.name == name).unwrap().excepted[0];
    assert_eq!(of("marked.txt").finding.as_ref().unwrap().rule, "mark.state");
    assert_eq!(of("binary.bin").unread.as_ref().unwrap().rule, "unread.unsupported");
    assert_eq!((of("marked.txt").approver.as_str(), of("marked.txt").reason.as_str()), ("张三", "已解密"));
    fs::remove_file(file).unwrap();
}

#[test]
fn any_number_of_jobs_gives_the_same_report_but_for_the_times() {
    let folder = folder();
    let without_times = |jobs: &str| -> Vec<serde_json::Value> {
        let (report, _) = scan(folder.path(), &["--jobs", jobs]);
        read(&report);
        let mut lines: Vec<serde_json::Value> =
            report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for line in &mut lines {
            line.as_object_mut().unwrap().remove("ms");
            if let Some(summary) = line.get_mut("summary") {
                summary.as_object_mut().unwrap().remove("seconds");
            }
        }
        lines
    };
    let one = without_times("1");
    assert_eq!(one, without_times("2"));
    assert_eq!(one, without_times("9"));
}

#[test]
fn what_is_shown_is_what_was_asked_for() {
    let folder = folder();
    let lists = tempfile::tempdir().unwrap();
    let list = lists.path().join("own.txt");
    fs::write(&list, "# 项目代号\n青龙计划\n").unwrap();
    for show in ["none", "match", "context"] {
        let (report, _) = scan(folder.path(), &["--show", show, "--wordlist", list.to_str().unwrap()]);
        assert!(!report.contains("青龙"), "an own term in the report: {report}");
        let (documents, _) = read(&report);
        let findings: Vec<&Finding> = documents.iter().flat_map(|d| &d.findings).collect();
        let rules: BTreeSet<&str> = findings.iter().map(|f| f.rule.as_str()).collect();
        assert!(rules.contains("mark.state") && rules.contains("term.own"), "{rules:?}");
        for finding in findings {
            assert_eq!(finding.r#match.is_some(), show != "none", "{finding:?}");
            assert_eq!(finding.context.is_some(), show == "context", "{finding:?}");
            if finding.rule == "term.own" {
                assert_ne!(finding.r#match.as_deref(), Some("青龙计划"));
            }
        }
    }
}
