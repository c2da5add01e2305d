//! Every report of one run: what it may not show, what it must tell, and that it can be made again
//! from JSON lines.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output};

const FORMATS: [&str; 10] =
    ["human", "jsonl", "sarif", "junit", "github", "gitlab", "csv", "markdown", "html", "docx"];

/// What must not be in any report: an own term, and a number of an identity card.
const SECRETS: [&str; 2] = ["青龙计划", "110105190003071019"];

fn mijian(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.current_dir(folder).args(arguments).env("LC_ALL", "C").env_remove("CI");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mijian(folder, arguments).output().unwrap()
}

/// One document with everything that could go wrong in a report, and a clean one.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
    fs::create_dir(folder.path().join("site")).unwrap();
    let text = "机密★20年\n特急\n\n关于青龙计划的丁卯号通知\n居民身份证号：110105190003071019。\n";
    write("site/=cmd|'x'!\u{202e}\u{1b}[31m<b>&,\"::error::.txt", text);
    write("site/clean.txt", "今日天气晴朗。");
    write("own.txt", "青龙计划\n");
    folder
}

/// A report as text; of a package, all its parts.
fn text(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    if !bytes.starts_with(b"PK") {
        return String::from_utf8(bytes).unwrap();
    }
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = String::new();
    for index in 0..package.len() {
        package.by_index(index).unwrap().read_to_string(&mut parts).unwrap();
    }
    parts
}

/// Scans into a file for each format.
fn scan_into_all(folder: &Path, options: &[&str], ci: bool) {
    let formats: Vec<String> =
        FORMATS.iter().map(|format| format!("--format={format}=out.{format}")).collect();
    let mut arguments =
        vec!["scan", "site", "--wordlist", "own.txt", "--today", "2026-01-31", "--lang", "zh"];
    arguments.extend(formats.iter().map(String::as_str));
    arguments.extend(options);
    let mut command = mijian(folder, &arguments);
    if ci {
        command.env("CI", "true");
    }
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn no_report_shows_what_is_masked_and_nothing_acts() {
    let folder = folder();
    for (show, ci) in [("none", false), ("match", false), ("context", false), ("context", true)] {
        scan_into_all(folder.path(), &["--show", show], ci);
        for format in FORMATS {
            let report = text(&folder.path().join(format!("out.{format}")));
            let what = format!("{format} --show {show}, CI {ci}: {report}");
            for secret in SECRETS {
                let (first, second) = secret.split_at(secret.len() / 2);
                for part in [first, second] {
                    assert!(!report.contains(part), "{part} in {what}");
                }
            }
            let surroundings = show == "context" && !ci && ["human", "jsonl", "html"].contains(&format);
            assert_eq!(report.contains("丁卯"), surroundings, "{what}");
            assert_eq!(report.contains("机密★20年"), show != "none", "{what}");
            let acting = ['\u{202e}', '\u{1b}', '\u{200b}'];
            assert!(!report.contains(acting), "{what}");
        }
        let csv = text(&folder.path().join("out.csv"));
        assert!(csv.starts_with("\u{feff}文件,"), "{csv}");
        assert!(
            csv.lines().skip(1).all(|line| line.starts_with("\"'=cmd") || line.starts_with("clean.txt,"))
        );
        let github = text(&folder.path().join("out.github"));
        let commands = [
            "::error file=site/=cmd|'x'!\\u{202e}\\u{1b}[31m<b>&%2C\"%3A%3Aerror%3A%3A.txt,line=",
            "::notice ",
        ];
        assert_eq!(github.lines().count(), 2, "{github}");
        assert!(github.lines().zip(commands).all(|(line, command)| line.starts_with(command)), "{github}");
    }
}

#[test]
fn machine_formats_are_well_formed() {
    let folder = folder();
    scan_into_all(folder.path(), &[], false);
    let out = |format: &str| text(&folder.path().join(format!("out.{format}")));

    let junit = out("junit");
    let mut reader = quick_xml::Reader::from_str(&junit);
    let (mut cases, mut failures) = (0, 0);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                cases += i32::from(tag.name().as_ref() == "testcase");
                failures += i32::from(tag.name().as_ref() == "failure");
                for attribute in tag.attributes() {
                    attribute.unwrap();
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!((cases, failures), (2, 1), "{junit}");
    assert!(junit.contains("tests=\"2\" failures=\"1\" errors=\"0\""), "{junit}");

    let gitlab: serde_json::Value = serde_json::from_str(&out("gitlab")).unwrap();
    let issues = gitlab.as_array().unwrap();
    let mark = issues.iter().find(|issue| issue["check_name"] == "mark.state").unwrap();
    assert_eq!(
        (mark["severity"].as_str(), mark["location"]["lines"]["begin"].as_u64()),
        (Some("blocker"), Some(1))
    );
    let prints: std::collections::BTreeSet<&str> =
        issues.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), issues.len(), "one fingerprint for two issues: {issues:#?}");

    let html = out("html");
    assert_eq!(html.matches("<script").count(), 3, "{html}");
    assert!(html.contains("default-src 'none'") && !html.contains("http://") && !html.contains("https://"));
    let block =
        html.split("id=\"documents\">").nth(1).and_then(|rest| rest.split("</script>").next()).unwrap();
    let documents: serde_json::Value = serde_json::from_str(block).unwrap();
    assert_eq!(documents[0]["items"][0]["match"], "机密★20年");
    assert_eq!(documents.as_array().unwrap().len(), 1, "{documents:#?}");

    let csv = out("csv");
    assert!(csv.ends_with("\r\n") && csv.contains("\r\nclean.txt,,text,通过,"), "{csv}");
}

#[test]
fn a_report_in_json_lines_gives_every_other_report_again() {
    let folder = folder();
    scan_into_all(folder.path(), &["--show", "context"], false);
    for format in FORMATS {
        let option = format!("--format={format}=again.{format}");
        let arguments = ["report", "out.jsonl", "--lang", "zh", "--wordlist", "own.txt", &option];
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let [first, again] =
            ["out", "again"].map(|name| text(&folder.path().join(format!("{name}.{format}"))));
        assert_eq!(first, again, "{format}");
    }
    // Where many read along, surroundings stay out here as well.
    let mut command = mijian(folder.path(), &["report", "out.jsonl", "--lang", "zh"]);
    let on_ci = command.env("CI", "true").output().unwrap();
    assert!(!String::from_utf8(on_ci.stdout).unwrap().contains("丁卯"));
}

#[test]
fn a_report_that_is_not_whole_gives_no_other() {
    let folder = folder();
    scan_into_all(folder.path(), &[], false);
    let whole = text(&folder.path().join("out.jsonl"));
    let mut lines: Vec<&str> = whole.lines().collect();
    let summary = lines.pop().unwrap();
    let cases = [
        (lines.join("\n"), "broken off"),
        (whole[..whole.len() - 20].to_owned(), "no report of mijian in JSON lines"),
        (format!("{}\n{summary}\n", lines[0]), "not those of the documents"),
        (format!("{whole}{whole}"), "one report only"),
        ("hello\n".to_owned(), "broken.jsonl:1: no report"),
    ];
    for (content, message) in cases {
        fs::write(folder.path().join("broken.jsonl"), content).unwrap();
        let output = run(folder.path(), &["report", "broken.jsonl", "--format", "html=made.html"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(message), "{message}: {said}");
        assert!(!folder.path().join("made.html").exists());
    }
    let missing = run(folder.path(), &["report", "gone.jsonl"]);
    assert_eq!(missing.status.code(), Some(2));
}

/// The report that is printed and filed talks about marks; read again it must not bear them itself.
#[test]
fn the_self_inspection_report_is_no_marked_document() {
    let folder = folder();
    scan_into_all(folder.path(), &[], false);
    let output = run(folder.path(), &["scan", "out.docx", "--format", "jsonl", "--fail-on", "block"]);
    let report = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{report}");
}

#[test]
fn completions_and_manual_come_out() {
    let folder = tempfile::tempdir().unwrap();
    for (shell, sign) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef mijian"),
        ("fish", "complete -c mijian"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let output = run(folder.path(), &["completions", shell]);
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.success() && script.contains(sign) && script.contains("changed-since"),
            "{shell}"
        );
    }
    let page = |arguments: &[&str]| {
        let output = run(folder.path(), arguments);
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let whole = page(&["man"]);
    assert!(whole.contains(".TH mijian 1") && whole.contains("mijian\\-scan"), "{whole}");
    let scan = page(&["man", "scan"]);
    assert!(scan.contains(".TH mijian-scan 1") && scan.contains("\\-\\-format"), "{scan}");
    assert_eq!(run(folder.path(), &["man", "nonsense"]).status.code(), Some(2));
}
