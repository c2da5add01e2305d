//! What lies in a share beside documents, and what changes while it is looked at: pipes, devices,
//! loops, holes, strange names, files that vanish. Each ends as an answer, none holds up the run.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};

use mijian::limits::GapKind;
use mijian::source::{Entry, Origin};

const CLEAN: &str = "今日天气晴朗。\n";

fn scan(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.current_dir(folder).env("LC_ALL", "C").env_remove("CI").arg("scan").args(arguments);
    command
}

/// Name, verdict and why it is unread of each document of a report.
fn answers(report: &str) -> Vec<(String, String, String)> {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let lines = report.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let documents = lines.filter(|line| line["name"].is_string());
    documents
        .map(|line| {
            let unread = &line["unread"][0];
            let why = format!("{} {}", text(&unread["rule"]), text(&unread["detail"]));
            (text(&line["name"]), text(&line["verdict"]), why.trim().to_owned())
        })
        .collect()
}

fn answers_about(folder: &Path) -> Vec<(String, String, String)> {
    let output = scan(folder, &[".", "--format", "jsonl"]).output().unwrap();
    answers(&String::from_utf8(output.stdout).unwrap())
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_is_no_document_is_unread_and_never_opened() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("clean.txt"), CLEAN).unwrap();
    pipe(&at("pipe"));
    let _socket = UnixListener::bind(at("socket")).unwrap();
    for (link, target) in
        [("loop1", "loop2"), ("loop2", "loop1"), ("self", "self"), ("gone", "nowhere"), ("out", "/dev/zero")]
    {
        symlink(target, at(link)).unwrap();
    }
    // These lead to what is listed anyway, round and round.
    fs::create_dir(at("sub")).unwrap();
    symlink("..", at("sub/up")).unwrap();
    symlink(".", at("here")).unwrap();
    let size = 1_u64 << 40;
    // Not every file system takes such a hole.
    let hole = File::create(at("hole")).and_then(|file| file.set_len(size)).is_ok();
    if !hole {
        fs::remove_file(at("hole")).unwrap();
    }

    let seen = answers_about(folder.path());
    let find = |name: &str| {
        let (_, verdict, why) = seen.iter().find(|(known, ..)| known == name).unwrap();
        (verdict.as_str(), why.as_str())
    };
    assert_eq!(find("clean.txt"), ("pass", ""));
    assert_eq!(find("pipe"), ("review", "unread.io named pipe"));
    assert_eq!(find("socket"), ("review", "unread.io socket"));
    assert_eq!(find("gone"), ("review", "unread.link dangling"));
    assert_eq!(find("out"), ("review", "unread.link out of the tree"));
    for link in ["loop1", "loop2", "self"] {
        let (verdict, why) = find(link);
        assert!(verdict == "review" && why.starts_with("unread.link"), "{link}: {why}");
    }
    if hole {
        let why = format!("unread.limit file of {size} bytes, limit {} bytes", 512 << 20);
        assert_eq!(find("hole"), ("review", why.as_str()));
    }
    assert_eq!(seen.len(), 8 + usize::from(hole), "{seen:?}");
}

/// Between listing and reading, a file became something that is waited for.
#[test]
fn a_file_that_became_a_pipe_holds_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    pipe(&path);
    let entry = Entry { name: "a.txt".into(), origin: Origin::File(path) };
    let gap = entry.read(1 << 20).unwrap_err();
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Io, "no longer a file"));
    let entry = Entry { name: "d".into(), origin: Origin::File(folder.path().to_owned()) };
    assert_eq!(entry.read(1 << 20).unwrap_err().kind, GapKind::Io);
}

/// Files of the kernel's have no size, and some are waited for.
#[cfg(target_os = "linux")]
#[test]
fn files_without_a_size_are_read_and_those_that_wait_are_unread() {
    let read = |path: &str| {
        let entry = Entry { name: "x".into(), origin: Origin::File(path.into()) };
        entry.read(1 << 20)
    };
    assert!(!read("/proc/self/status").unwrap().is_empty());
    // For the superuser this one waits for the kernel's next message; others may not open it.
    let messages = (0..64).map(|_| read("/proc/kmsg")).find(Result::is_err);
    assert!(!Path::new("/proc/kmsg").exists() || messages.is_some());
}

#[test]
fn names_reach_a_report_whole_and_a_terminal_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("{}.txt", "a".repeat(251));
    let chinese = format!("{}.bin", "甲".repeat(83));
    let names: [(&[u8], &str); 6] = [
        (long.as_bytes(), &long),
        (chinese.as_bytes(), &chinese),
        (b"two\nlines.bin", "two\nlines.bin"),
        (b"red\x1b[31m\x07.bin", "red\u{1b}[31m\u{7}.bin"),
        ("back\u{202e}txt.bin".as_bytes(), "back\u{202e}txt.bin"),
        (b"\xff\xfe100%25.bin", "%FF%FE100%2525.bin"),
    ];
    for (name, _) in names {
        // What nobody can read is listed by name in the report for people.
        fs::write(folder.path().join(OsStr::from_bytes(name)), b"\x00\x01\x02\x03\xff\xfe\xfd\x00\x00")
            .unwrap();
    }
    let mut expected: Vec<&str> = names.iter().map(|(_, shown)| *shown).collect();
    expected.sort_unstable();
    let seen = answers_about(folder.path());
    let shown: Vec<&str> = seen.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(shown, expected);
    let human = scan(folder.path(), &["."]).output().unwrap();
    let human = String::from_utf8(human.stdout).unwrap();
    assert!(human.contains("aaaa") && human.contains("甲甲"), "{human}");
    let acts = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!human.contains(acts) && !human.contains("two\nlines"), "{human:?}");
}

#[test]
fn files_that_vanish_or_change_during_a_run_have_one_answer_each() {
    let folder = tempfile::tempdir().unwrap();
    let count = 1_500;
    for number in 0..count {
        fs::write(folder.path().join(format!("{number:05}.txt")), CLEAN).unwrap();
    }
    let mut child = scan(folder.path(), &[".", "--format", "jsonl", "--jobs", "1"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut report = String::new();
    out.read_line(&mut report).unwrap();
    // From here on the run is under way, and everything is listed.
    for number in count / 2..count {
        let path = folder.path().join(format!("{number:05}.txt"));
        match number % 4 {
            0 => fs::remove_file(path).unwrap(),
            1 => fs::write(path, "机密★20年\n\n关于检查的通知\n").unwrap(),
            2 => {
                fs::remove_file(&path).unwrap();
                fs::create_dir(path).unwrap();
            }
            _ => File::options().write(true).open(path).unwrap().set_len(0).unwrap(),
        }
    }
    out.read_to_string(&mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let seen = answers(&report);
    let names: Vec<&str> = seen.iter().map(|(name, ..)| name.as_str()).collect();
    let expected: Vec<String> = (0..count).map(|number| format!("{number:05}.txt")).collect();
    assert_eq!(names, expected);
    let (_, verdict, why) = &seen[count - 4];
    assert_eq!((verdict.as_str(), why.as_str()), ("review", "unread.io no longer there"));
    assert_eq!(seen[count - 3].1, "block");
    assert_eq!(seen[count - 2].2, "unread.io no longer a file");
    assert_eq!(seen[count - 1].1, "pass");
}

/// The superuser reads everything; so a test that runs as one lets another user scan.
#[test]
fn what_may_not_be_read_is_unread() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    fs::set_permissions(root, fs::Permissions::from_mode(0o755)).unwrap();
    for (name, mode) in [("clean.txt", 0o644), ("locked.txt", 0o000)] {
        fs::write(root.join(name), CLEAN).unwrap();
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    fs::create_dir(root.join("locked")).unwrap();
    fs::set_permissions(root.join("locked"), fs::Permissions::from_mode(0o000)).unwrap();
    let superuser = File::open(root.join("locked.txt")).is_ok();
    let mut run = scan(root, &[".", "--format", "jsonl"]);
    if superuser {
        let program = run.get_program().to_owned();
        let mut other = Command::new("setpriv");
        other.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
        other.args(["scan", ".", "--format", "jsonl"]).current_dir(root).env("LC_ALL", "C");
        run = other;
    }
    let output = run.output();
    fs::set_permissions(root.join("locked"), fs::Permissions::from_mode(0o755)).unwrap();
    // A machine without setpriv, or whose other users can't get at the program.
    let Some(output) = output.ok().filter(|output| !superuser || !output.stdout.is_empty()) else { return };
    assert_eq!(output.status.code(), Some(3));
    let seen = answers(&String::from_utf8(output.stdout).unwrap());
    // In byte order: a dot is less than the slash that a folder's name ends in.
    let [clean, file, locked] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!((clean.0.as_str(), clean.1.as_str()), ("clean.txt", "pass"));
    for (seen, name) in [(locked, "locked"), (file, "locked.txt")] {
        let told = (seen.0.as_str(), seen.1.as_str(), seen.2.as_str());
        assert_eq!(told, (name, "review", "unread.io permission denied"));
    }
}

/// A mark of byte order and the line ends of other systems change nothing in what people write.
#[test]
fn settings_from_another_editor_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "会议听取了青龙计划的进展。\n").unwrap();
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    };
    write("mijian.toml", "lang = \"en\"\nwordlists = [{ path = \"own.txt\", verdict = \"block\" }]\n");
    write("own.txt", "# 代号\n青龙计划\n");
    assert_eq!(scan(folder.path(), &["a.txt"]).output().unwrap().status.code(), Some(1));
}
