//! The exit codes of `scan` in every combination of what was found, `--fail-on` and what happened to
//! the run, by running the program. The table of README.md, held to its word.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

#[path = "support/repository.rs"]
mod support;

use support::{CLEAN, command, commit, git, repository, write};

const BLOCK: (&str, &[u8]) = ("1block.txt", "机密★20年\n特急\n\n关于开展年度检查工作的通知\n".as_bytes());
const REVIEW: (&str, &[u8]) = ("2review.txt", "内部明电\n\n关于召开会议的通知\n".as_bytes());
const UNREAD: (&str, &[u8]) = ("3unread.bin", b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00");

const FAIL_ON: [&str; 3] = ["review", "block", "never"];

/// What can be found: a subset of the three, as bits.
const FOUND: std::ops::Range<u8> = 0..8;

/// A folder with what is `found` beside a clean document.
fn folder(found: u8) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "0clean.txt", CLEAN);
    for (bit, (name, content)) in [BLOCK, REVIEW, UNREAD].into_iter().enumerate() {
        if found & 1 << bit != 0 {
            write(folder.path(), name, content);
        }
    }
    folder
}

/// What the README says about a run that went well.
fn expected(found: u8, fail_on: &str) -> i32 {
    let [block, review, unread] = [0, 1, 2].map(|bit| found & 1 << bit != 0);
    match fail_on {
        "never" => 0,
        _ if block => 1,
        _ if unread => 3,
        "review" if review => 3,
        _ => 0,
    }
}

fn scan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = command(env!("CARGO_BIN_EXE_mijian"), folder);
    command.args(["scan", "--jobs", "1", "--today", "2026-01-31"]).args(arguments);
    command
}

fn code(mut command: Command) -> i32 {
    let output = command.output().unwrap();
    output.status.code().unwrap_or_else(|| panic!("{command:?} was ended: {output:?}"))
}

fn for_all(check: impl Fn(u8, &Path, &str)) {
    for found in FOUND {
        let folder = folder(found);
        for fail_on in FAIL_ON {
            check(found, folder.path(), fail_on);
        }
    }
}

#[test]
fn what_was_found_decides_when_the_run_went_well() {
    for_all(|found, folder, fail_on| {
        let output = scan(folder, &[".", "--fail-on", fail_on, "--format", "jsonl"]).output().unwrap();
        assert_eq!(output.status.code(), Some(expected(found, fail_on)), "{found:03b} {fail_on}");
        // The documents are what their names say.
        let report = String::from_utf8(output.stdout).unwrap();
        let last: serde_json::Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
        let counts = ["block", "review", "unread"].map(|key| last["summary"][key].as_u64().unwrap());
        let bit = |bit: u8| u64::from(found >> bit & 1);
        assert_eq!(counts, [bit(0), bit(1) + bit(2), bit(2)], "{report}");
    });
    // Review is the default, and the configuration says the same as the option.
    for fail_on in FAIL_ON {
        let folder = folder(0b010);
        let config = format!("fail-on = \"{fail_on}\"\n[policy]\nunread = \"pass\"\n");
        write(folder.path(), "mijian.toml", config);
        assert_eq!(code(scan(folder.path(), &["."])), expected(0b010, fail_on), "{fail_on}");
    }
    assert_eq!(code(scan(folder(0b010).path(), &["."])), 3);
}

/// A policy line lets what is unread go, and nothing else does.
#[test]
fn unread_that_a_policy_lets_go_does_not_count() {
    for (found, fail_on, expected) in [(0b100, "review", 0), (0b101, "block", 1), (0b110, "review", 3)] {
        let folder = folder(found);
        write(folder.path(), "mijian.toml", "[policy]\nunread = \"pass\"\n");
        assert_eq!(code(scan(folder.path(), &[".", "--fail-on", fail_on])), expected, "{found:03b}");
    }
}

#[test]
fn a_failed_run_outranks_everything() {
    for_all(|found, folder, fail_on| {
        let what = format!("{found:03b} {fail_on}");
        let scan = |arguments: &[&str]| scan(folder, &[arguments, &["--fail-on", fail_on]].concat());
        assert_eq!(code(scan(&[".", "missing"])), 2, "{what}: a path that is not there");
        assert_eq!(code(scan(&[".", "--format", "jsonl=no/such/folder"])), 2, "{what}: a report nowhere");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = scan(&["."]).stdout(writer).stderr(Stdio::null()).status().unwrap();
        assert_eq!(closed.code(), Some(2), "{what}: a closed pipe");
        if Path::new("/dev/full").exists() {
            assert_eq!(code(scan(&[".", "--format", "jsonl=/dev/full"])), 2, "{what}: a full disk");
        }
    });
}

#[test]
fn folders_lists_and_ranges_without_a_document() {
    for fail_on in FAIL_ON {
        let empty = tempfile::tempdir().unwrap();
        let with = |arguments: &[&str]| scan(empty.path(), &[arguments, &["--fail-on", fail_on]].concat());
        assert_eq!(code(with(&["."])), 2, "{fail_on}: an empty folder");
        let list = |input: &[u8]| {
            let mut command = with(&["--from-stdin"]);
            command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(input).unwrap();
            child.wait().unwrap().code()
        };
        assert_eq!(list(b""), Some(0), "{fail_on}: an empty list");
        assert_eq!(list(b"\n\n"), Some(0), "{fail_on}: a list of empty lines");
        assert_eq!(list(b"missing.txt\n"), Some(2), "{fail_on}: a list of what is not there");
        write(empty.path(), "a.txt", CLEAN);
        assert_eq!(code(with(&[".", "--include", "*.docx"])), 2, "{fail_on}: patterns leave nothing");

        let repository = repository();
        let root = repository.path();
        let range = |arguments: &[&str]| code(scan(root, &[arguments, &["--fail-on", fail_on]].concat()));
        assert_eq!(range(&["--changed-since", "main"]), 0, "{fail_on}: an empty range");
        assert_eq!(range(&["--staged"]), 0, "{fail_on}: nothing staged");
        git(root, &["rm", "-q", "deleted.txt"]);
        assert_eq!(range(&["--staged"]), 0, "{fail_on}: only a deletion staged");
        commit(root, "deleted");
        assert_eq!(range(&["--changed-since", "main"]), 0, "{fail_on}: only a deletion");
        assert_eq!(range(&["--changed-since", "nowhere"]), 2, "{fail_on}: no such revision");
    }
}

/// Starts a run over many documents, interrupts it once the first answers are out, and gives the exit
/// code with the report.
fn interrupted(folder: &Path, arguments: &[&str], signal: &str) -> (Option<i32>, String) {
    let mut child = scan(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut report = String::new();
    out.read_line(&mut report).unwrap();
    Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    out.read_to_string(&mut report).unwrap();
    (child.wait().unwrap().code(), report)
}

#[test]
fn an_interruption_is_told_whatever_was_found() {
    for_all(|found, folder, fail_on| {
        for number in 0..1_500 {
            let file = folder.join(format!("many/{number:05}.txt"));
            if number == 0 {
                fs::create_dir_all(file.parent().unwrap()).unwrap();
            }
            if !file.exists() {
                fs::write(file, CLEAN).unwrap();
            }
        }
        let arguments = [".", "--format", "jsonl", "--fail-on", fail_on];
        let signal = if fail_on == "review" { "-TERM" } else { "-INT" };
        let (code, report) = interrupted(folder, &arguments, signal);
        assert_eq!(code, Some(130), "{found:03b} {fail_on}");
        let last: serde_json::Value = serde_json::from_str(report.lines().last().unwrap()).unwrap();
        assert_eq!(last["summary"]["interrupted"].as_bool(), Some(true), "{found:03b} {fail_on}");
        let documents = last["summary"]["documents"].as_u64().unwrap();
        assert_eq!(documents, report.lines().count() as u64 - 1);
        assert!((1..1_500).contains(&documents), "{documents}");
        if found != 0b111 {
            return;
        }
        // Failed as well: the named folder that comes first holds nothing.
        let empty = folder.join("empty");
        fs::create_dir_all(&empty).unwrap();
        let arguments = [&["empty"], &arguments[..]].concat();
        let (code, _) = interrupted(folder, &arguments, signal);
        assert_eq!(code, Some(2), "{found:03b} {fail_on}: interrupted and failed");
    });
}
