//! The cache: a second run asks it, and answers what it would have answered without.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn scan(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command
        .current_dir(folder)
        .args(["scan", ".", "--format", "jsonl", "--cache", "cache.db"])
        .args(arguments);
    command.env("LC_ALL", "C").env_remove("CI").output().unwrap()
}

/// The report without what differs from run to run.
fn report(output: &Output) -> Vec<serde_json::Value> {
    let lines = String::from_utf8(output.stdout.clone()).unwrap();
    let timeless = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("ms");
        if let Some(summary) = line.get_mut("summary") {
            // The cache's own files are skipped, and there are not always as many of them.
            summary.as_object_mut().unwrap().remove("seconds");
            summary.as_object_mut().unwrap().remove("skipped");
        }
        line
    };
    lines.lines().map(timeless).collect()
}

fn verdict(report: &[serde_json::Value], name: &str) -> String {
    let line = report.iter().find(|line| line["name"] == name).unwrap();
    line["verdict"].as_str().unwrap().to_owned()
}

/// Answers in the cache; none while there is no cache yet.
fn answers_kept(folder: &Path) -> i64 {
    let only_read = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let Ok(connection) = rusqlite::Connection::open_with_flags(folder.join("cache.db"), only_read) else {
        return 0;
    };
    connection.query_row("SELECT count(*) FROM seen", [], |row| row.get(0)).unwrap_or(0)
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.txt"), "机密★1年\n2020年3月1日\n\n关于开展年度检查工作的通知\n").unwrap();
    fs::write(folder.path().join("b.txt"), "今日天气晴朗。").unwrap();
    fs::write(folder.path().join("c.txt"), "青龙计划已经开始。").unwrap();
    folder
}

#[test]
fn a_second_run_answers_the_same_and_the_cache_is_no_document() {
    let folder = folder();
    let first = scan(folder.path(), &[]);
    let second = scan(folder.path(), &[]);
    assert_eq!(report(&first).len(), 4, "three documents and the totals");
    assert_eq!((report(&first), first.status.code()), (report(&second), second.status.code()));
    assert_eq!(answers_kept(folder.path()), 3);
}

#[test]
fn kept_answers_are_used_and_only_for_the_same_content_and_name() {
    let folder = folder();
    scan(folder.path(), &[]);
    // What is kept is made to say something else, so that its use shows.
    let connection = rusqlite::Connection::open(folder.path().join("cache.db")).unwrap();
    let change = r#"UPDATE seen SET screening =
        CAST(replace(CAST(screening AS TEXT), '"file_type":"text"', '"file_type":"proof"') AS BLOB)"#;
    let columns = "SELECT CAST(screening AS TEXT) FROM seen";
    let before: Vec<String> = connection
        .prepare(columns)
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(before.iter().all(|json| json.contains(r#""file_type":"text""#)), "{before:?}");
    connection.execute(change, []).unwrap();
    drop(connection);
    let types = |output: &Output| -> Vec<String> {
        report(output).iter().filter_map(|line| Some(line.get("type")?.as_str()?.to_owned())).collect()
    };
    assert_eq!(types(&scan(folder.path(), &[])), ["proof", "proof", "proof"]);
    fs::write(folder.path().join("b.txt"), "今日天气阴。").unwrap();
    fs::rename(folder.path().join("c.txt"), folder.path().join("d.txt")).unwrap();
    assert_eq!(types(&scan(folder.path(), &[])), ["proof", "text", "text"]);
    // Other limits see other things.
    fs::write(folder.path().join("mijian.toml"), "[limits]\ndepth = 5\n").unwrap();
    assert_eq!(types(&scan(folder.path(), &[])), ["text"; 4]);
}

#[test]
fn expiry_policy_and_own_lists_are_reckoned_anew() {
    let folder = folder();
    let on = |date: &str| verdict(&report(&scan(folder.path(), &["--today", date])), "a.txt");
    assert_eq!(
        (on("2020-06-01"), on("2026-06-01"), on("2020-06-01")),
        ("block".into(), "review".into(), "block".into())
    );
    assert_eq!(answers_kept(folder.path()), 3);

    let policy = folder.path().join("policy.toml");
    fs::write(&policy, "[policy]\nmark = 'pass'\n").unwrap();
    let lax = report(&scan(
        folder.path(),
        &["--config", "policy.toml", "--exclude", "*.toml", "--today", "2020-06-01"],
    ));
    assert_eq!(verdict(&lax, "a.txt"), "pass");

    let own = tempfile::tempdir().unwrap();
    let list = own.path().join("own.txt");
    fs::write(&list, "青龙计划\n").unwrap();
    let with_list = ["--exclude", "*.toml", "--wordlist", list.to_str().unwrap()];
    assert_eq!(verdict(&lax, "c.txt"), "pass");
    assert_eq!(verdict(&report(&scan(folder.path(), &with_list)), "c.txt"), "review");
    fs::write(&list, "白虎计划\n").unwrap();
    assert_eq!(verdict(&report(&scan(folder.path(), &with_list)), "c.txt"), "pass");
}

#[test]
fn a_damaged_cache_is_told_and_the_run_does_without() {
    let folder = folder();
    let fresh = report(&scan(folder.path(), &[]));
    for damaged in [b"no database at all, whatever the name of the file says".repeat(40), b"x".to_vec()] {
        fs::write(folder.path().join("cache.db"), &damaged).unwrap();
        let output = scan(folder.path(), &[]);
        assert_eq!((report(&output), output.status.code()), (fresh.clone(), Some(3)));
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(told.contains("the cache can't be used"), "{told}");
    }
    // Damage inside: the head is sound, what was kept is not.
    fs::remove_file(folder.path().join("cache.db")).unwrap();
    scan(folder.path(), &[]);
    let mut bytes = fs::read(folder.path().join("cache.db")).unwrap();
    let half = bytes.len() / 2;
    bytes.iter_mut().skip(half).for_each(|byte| *byte ^= 0x5a);
    fs::write(folder.path().join("cache.db"), bytes).unwrap();
    let output = scan(folder.path(), &[]);
    assert_eq!((report(&output), output.status.code()), (fresh, Some(3)));
}

/// Ctrl-C, then the same command again: every document once, and the first ones from the cache.
#[cfg(unix)]
#[test]
fn an_interrupted_run_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..6_000 {
        fs::write(folder.path().join(format!("{number:05}.txt")), format!("第{number}份，今日天气晴朗。"))
            .unwrap();
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_mijian"));
    command.current_dir(folder.path()).args(["scan", ".", "--format", "jsonl", "--cache", "cache.db"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while answers_kept(folder.path()) == 0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let cut = child.wait_with_output().unwrap();
    assert_eq!(cut.status.code(), Some(130), "{}", String::from_utf8_lossy(&cut.stderr));
    let (lines, told) = (report(&cut), String::from_utf8(cut.stdout).unwrap());
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(summary["interrupted"], true, "{told}");
    let begun = lines.len() - 1;
    assert_eq!(summary["documents"], begun as u64);
    assert_eq!(answers_kept(folder.path()), begun as i64);

    let whole = scan(folder.path(), &[]);
    let lines = report(&whole);
    assert_eq!((whole.status.code(), lines.len()), (Some(0), 6_001));
    let names: Vec<String> = (0..6_000).map(|number| format!("{number:05}.txt")).collect();
    assert!(lines.iter().zip(&names).all(|(line, name)| line["name"] == **name));
    assert_eq!(answers_kept(folder.path()), 6_000);
}
