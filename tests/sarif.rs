//! SARIF as services read it: valid against the published schema, and with the paths, lines and
//! columns that the documents have.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn scan(folder: &Path, options: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_mijian"))
        .current_dir(folder)
        .args(["scan", "--format", "sarif", "--today", "2026-01-31"])
        .args(options)
        .env_remove("CI")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("site/通知 1#.txt", "\n   机密★20年\n特急\n\n关于开展年度检查工作的通知\n".as_bytes());
    write("site/own.txt", "甲乙丙丁青龙计划进展顺利。\n".as_bytes());
    write("site/clean.txt", "今日天气晴朗。".as_bytes());
    write("site/binary.bin", b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00");
    write("list.txt", "青龙计划\n".as_bytes());
    folder
}

fn validator() -> jsonschema::Validator {
    let schema = fs::read_to_string("tests/data/sarif-schema-2.1.0.json").unwrap();
    // The published pattern of a language has a bracket without its partner, which no strict reader
    // of patterns takes.
    let mended = schema.replace("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    assert_ne!(schema, mended);
    jsonschema::validator_for(&serde_json::from_str(&mended).unwrap()).unwrap()
}

fn assert_valid(report: &Value) {
    let errors: Vec<String> =
        validator().iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_report_is_valid_in_both_languages_and_when_nothing_is_found() {
    let folder = folder();
    for options in [&["site", "--lang", "zh"][..], &["site", "--lang", "en"], &["site/clean.txt"]] {
        assert_valid(&scan(folder.path(), options));
    }
    // The schema is taken seriously: a report with a wrong level is none.
    let mut broken = scan(folder.path(), &["site"]);
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator().is_valid(&broken));
}

#[test]
fn results_have_paths_from_the_repository_lines_columns_and_rules_with_help() {
    let folder = folder();
    let report =
        scan(folder.path(), &["site", "--lang", "zh", "--wordlist", "list.txt", "--show", "context"]);
    let run = &report["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["tool"]["driver"]["version"], env!("CARGO_PKG_VERSION"));
    let results = run["results"].as_array().unwrap();
    for result in results {
        let rule =
            &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(!rule["help"]["text"].as_str().unwrap().is_empty(), "{rule}");
        assert_eq!(result["partialFingerprints"]["mijian/v1"].as_str().unwrap().len(), 16);
    }
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
    let mark = of("mark.state");
    let physical = &mark["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "site/%E9%80%9A%E7%9F%A5%201%23.txt");
    assert_eq!(physical["region"], serde_json::json!({"startLine": 2, "startColumn": 4}));
    assert_eq!(mark["level"], "error");
    assert!(mark["message"]["text"].as_str().unwrap().contains("“机密★20年”"), "{mark}");
    let own = of("term.list");
    assert_eq!(own["locations"][0]["physicalLocation"]["region"]["startColumn"], 5);
    let whole = report.to_string();
    assert!(!whole.contains("青龙") && !whole.contains("甲乙丙丁") && !whole.contains("snippet"), "{own}");
    let unread = of("unread.unsupported");
    assert_eq!(unread["level"], "warning");
    assert_eq!(unread["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "site/binary.bin");
}

#[test]
fn paths_are_the_same_from_the_folder_and_from_the_file() {
    let folder = folder();
    let uri = |options: &[&str]| {
        let report = scan(folder.path(), options);
        report["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone()
    };
    for target in ["site", "./site/", "site/binary.bin", folder.path().join("site").to_str().unwrap()] {
        assert_eq!(uri(&[target]), "site/binary.bin", "{target}");
    }
}

#[test]
fn fingerprints_stay_when_lines_move() {
    let folder = folder();
    let path = folder.path().join("site/moved.txt");
    let fingerprint = || {
        let report = scan(folder.path(), &["site/moved.txt"]);
        report["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    fs::write(&path, "机密★20年\n特急\n\n关于开展年度检查工作的通知\n").unwrap();
    let before = fingerprint();
    fs::write(&path, "\n\n机密★20年\n特急\n\n关于开展年度检查工作的通知\n").unwrap();
    assert_eq!(fingerprint(), before);
}
