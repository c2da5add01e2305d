//! The command line: cases as data under tests/cmd/, and what needs a prepared folder or pipe.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program with nothing of the caller's surroundings that could change its answers.
fn mijian(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.current_dir(folder).args(arguments).env("LC_ALL", "C").env_remove("CI").env("COLUMNS", "100");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    mijian(folder, arguments).output().unwrap()
}

fn with_stdin(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = mijian(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Names in a JSON lines report.
fn names(output: &Output) -> Vec<String> {
    let lines = text(&output.stdout);
    let name = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        line["name"].as_str().map(str::to_owned)
    };
    lines.lines().filter_map(name).collect()
}

#[test]
fn cases() {
    trycmd::TestCases::new()
        .env("LC_ALL", "C")
        .env("CI", "")
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .case("tests/cmd/*.trycmd");
}

#[test]
fn an_empty_folder_is_a_failed_run_and_an_empty_list_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let empty = run(folder.path(), &["scan", "."]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(text(&empty.stderr).contains("nothing was screened"), "{}", text(&empty.stderr));
    let never = run(folder.path(), &["scan", ".", "--fail-on", "never"]);
    assert_eq!(never.status.code(), Some(2));
    let list = with_stdin(folder.path(), &["scan", "--from-stdin"], b"");
    assert_eq!((list.status.code(), text(&list.stderr).as_str()), (Some(0), ""));
}

#[test]
fn lists_of_paths_are_read_by_line_or_by_nul_and_keep_their_names() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a b.txt", "c.txt"] {
        fs::write(folder.path().join(name), "今日天气晴朗。").unwrap();
    }
    let jsonl = ["scan", "--format", "jsonl", "--from-stdin"];
    let lines = with_stdin(folder.path(), &jsonl, b"c.txt\na b.txt\n");
    assert_eq!((names(&lines), lines.status.code()), (vec!["c.txt".into(), "a b.txt".into()], Some(0)));
    let one = with_stdin(folder.path(), &jsonl, b"./c.txt\n");
    assert_eq!(names(&one), ["./c.txt"]);
    let nul = with_stdin(folder.path(), &[&jsonl[..], &["-0"]].concat(), b"a b.txt\0c.txt\0");
    assert_eq!(names(&nul), ["a b.txt", "c.txt"]);
    let missing = with_stdin(folder.path(), &jsonl, b"c.txt\ngone.txt\n");
    assert_eq!(missing.status.code(), Some(2));
    assert!(text(&missing.stderr).contains("gone.txt: no such file"), "{}", text(&missing.stderr));
}

#[test]
fn a_report_in_a_file_appears_whole_and_is_no_document() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "今日天气晴朗。").unwrap();
    let scan = run(folder.path(), &["scan", ".", "--format=jsonl=report.jsonl", "--format", "human"]);
    assert_eq!(scan.status.code(), Some(0), "{}", text(&scan.stderr));
    assert!(text(&scan.stdout).starts_with("1 document in "), "{}", text(&scan.stdout));
    assert_eq!(fs::read_to_string(folder.path().join("report.jsonl")).unwrap().lines().count(), 2);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    let nowhere = run(folder.path(), &["scan", ".", "--format=jsonl=no/such/folder.jsonl"]);
    assert_eq!(nowhere.status.code(), Some(2));
    let twice = run(folder.path(), &["scan", ".", "--format", "jsonl", "--format", "human"]);
    assert_eq!(twice.status.code(), Some(2));
}

#[test]
fn a_closed_pipe_is_a_failed_run() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "今日天气晴朗。").unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output =
        mijian(folder.path(), &["scan", "."]).stdout(writer).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("could not be written whole"), "{}", text(&output.stderr));
}

#[test]
fn surroundings_are_not_shown_on_ci() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "机密★20年 甲乙丙\n\n关于开展检查的通知\n").unwrap();
    let arguments = ["scan", "a.txt", "--show", "context"];
    let at_home = run(folder.path(), &arguments);
    let on_ci = mijian(folder.path(), &arguments).env("CI", "true").output().unwrap();
    assert!(text(&at_home.stdout).contains("甲乙丙"), "{}", text(&at_home.stdout));
    assert!(!text(&on_ci.stdout).contains("甲乙丙"), "{}", text(&on_ci.stdout));
    assert!(text(&on_ci.stderr).contains("taken as match"), "{}", text(&on_ci.stderr));
}

#[cfg(unix)]
#[test]
fn an_unlistable_subfolder_is_unread_and_a_named_one_is_a_failed_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "今日天气晴朗。").unwrap();
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser reads everything, so there is nothing to see.
    let superuser = fs::read_dir(&locked).is_ok();
    let below = run(folder.path(), &["scan", ".", "--format", "jsonl"]);
    let named = run(folder.path(), &["scan", "locked"]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o755)).unwrap();
    if !superuser {
        assert_eq!((names(&below), below.status.code()), (vec!["a.txt".into(), "locked".into()], Some(3)));
        assert!(text(&below.stdout).contains("unread.io"), "{}", text(&below.stdout));
    }
    assert_eq!(named.status.code(), Some(2));
}

/// Both READMEs show the options as the program does.
#[test]
fn the_readmes_show_the_help() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let help = text(&run(root, &["scan", "--help"]).stdout);
    for name in ["README.md", "README.zh-CN.md"] {
        let readme = fs::read_to_string(root.join(name)).unwrap();
        let shown = readme.split("$ mijian scan --help\n").nth(1).and_then(|rest| rest.split("```").next());
        assert_eq!(shown, Some(help.as_str()), "{name}");
    }
}
