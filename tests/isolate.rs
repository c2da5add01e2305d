//! Supervised processes: whatever happens to them, each document has one answer, and only the one
//! that is to blame loses it.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use mijian::batch::{Batch, BatchError};
use mijian::finding::{Screening, Summary, Verdict};
use mijian::isolate::{Setup, Workers};
use mijian::limits::{Gap, GapKind, Limits};
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;
use mijian::source::Walk;

fn workers(limits: &Limits) -> Workers {
    let setup = Setup { lists: Vec::new(), limits: limits.clone() };
    // Another build of the program may be named, for long runs.
    let program = std::env::var_os("MIJIAN_WORKER").unwrap_or_else(|| env!("CARGO_BIN_EXE_mijian").into());
    Workers::start(PathBuf::from(program), setup).unwrap()
}

fn screener(limits: &Limits) -> Screener {
    let today = jiff::civil::date(2026, 11, 23);
    Screener::new(RuleSet::builtin().unwrap(), Policy::default(), limits.clone(), today)
}

fn scan(folder: &Path, workers: Option<&Workers>, limits: &Limits, jobs: usize) -> (Vec<Screening>, Summary) {
    let screener = screener(limits);
    let jobs = NonZeroUsize::new(jobs).unwrap();
    let batch = Batch { screener: &screener, workers, cache: None, jobs, interrupted: None };
    let mut answers = Vec::new();
    let walk = Walk::arguments(&[folder.to_owned()]).unwrap();
    let summary = batch
        .run(walk, |screening| {
            answers.push(screening.clone());
            Ok::<(), ()>(())
        })
        .unwrap();
    (answers, summary)
}

/// Documents of several kinds; every tenth is marked.
fn fill(folder: &Path, count: usize) {
    for number in 0..count {
        let text = match number % 10 {
            0 => format!("机密★10年\n\n关于第{number}号工作的通知\n"),
            _ => format!("今日天气晴朗，第{number}份。国家秘密分为绝密、机密、秘密三级。\n"),
        };
        fs::write(folder.join(format!("{number:05}.txt")), text).unwrap();
    }
}

/// The process's children that are workers.
fn children() -> Vec<i32> {
    let own = std::process::id().to_string();
    let is_child = |pid: &i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // PID (NAME) STATE PARENT; a zombie has ended already.
        let mut fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
        fields.next() != Some("Z") && fields.next() == Some(&own)
    };
    let pids =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    pids.filter(is_child).collect()
}

fn signal(name: &str, pid: i32) {
    let _ = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).status();
}

/// Times aside.
fn timeless(mut answers: Vec<Screening>) -> Vec<Screening> {
    answers.iter_mut().for_each(|screening| screening.ms = 0.0);
    answers
}

#[test]
fn processes_see_what_is_seen_without_them() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 150);
    fs::write(folder.path().join("机密★10年.txt"), "正文").unwrap();
    fs::write(folder.path().join("large.txt"), "今日天气晴朗。\n".repeat(40_000)).unwrap();
    std::os::unix::fs::symlink("/nowhere", folder.path().join("机密★10年 link")).unwrap();
    let limits = Limits::default();
    let here = timeless(scan(folder.path(), None, &limits, 1).0);
    assert_eq!(here.len(), 153);
    assert_eq!(here.iter().filter(|s| s.verdict == Verdict::Block).count(), 17);
    for jobs in [1, 2, 5] {
        let elsewhere = timeless(scan(folder.path(), Some(&workers(&limits)), &limits, jobs).0);
        assert_eq!(elsewhere, here, "{jobs} jobs");
    }
}

/// Tests that signal workers must not meet those of others.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A small archive that takes a long time: a hundred archives of 4 MiB of text each.
fn slow() -> Vec<u8> {
    let text = "今日天气晴朗，国家秘密分为三级。\n".repeat((4 << 20) / 49);
    let inner = zip(&[("x.txt", text.as_bytes())]);
    let names: Vec<String> = (0..100).map(|n| format!("{n}.zip")).collect();
    zip(&names.iter().map(|name| (name.as_str(), inner.as_slice())).collect::<Vec<_>>())
}

/// Limits under which [`slow`] is read to its end.
fn wide() -> Limits {
    Limits { inflated: 1 << 30, text: 1 << 30, ratio: 100_000, ..Limits::default() }
}

/// Scans a folder of small documents with one that fails among them; checks that only that one is
/// unread, and that its name counts all the same.
fn one_fails(document: &[u8], limits: &Limits) -> Gap {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 30);
    let bad = "00015 机密★10年.zip";
    fs::write(folder.path().join(bad), document).unwrap();
    let (answers, summary) = scan(folder.path(), Some(&workers(limits)), limits, 2);
    let names: Vec<&str> = answers.iter().map(|answer| &*answer.name).collect();
    let mut expected: Vec<String> = (0..30).map(|number| format!("{number:05}.txt")).collect();
    expected.insert(15, bad.to_owned());
    assert_eq!(names, expected);
    assert_eq!((summary.block, summary.pass, summary.unread), (4, 27, 1));
    let failed = answers.iter().find(|answer| answer.name == bad).unwrap();
    assert_eq!((failed.verdict, failed.findings.len(), failed.unread.len()), (Verdict::Block, 1, 1));
    assert_eq!((failed.bytes, failed.sha256.is_some()), (document.len() as u64, true));
    failed.unread[0].gap.clone()
}

#[test]
fn a_document_that_takes_too_long_by_the_clock_is_unread() {
    let _alone = alone();
    let gap = one_fails(&slow(), &Limits { wall_seconds: 4, cpu_seconds: 1_000, ..wide() });
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Timeout, "4 s"));
}

#[test]
fn a_document_that_takes_too_much_processor_time_is_unread() {
    let _alone = alone();
    let gap = one_fails(&slow(), &Limits { cpu_seconds: 0, ..wide() });
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Timeout, "0 s of processor time"));
}

#[test]
fn a_document_that_takes_too_much_memory_is_unread() {
    let _alone = alone();
    let text = "今日天气晴朗，国家秘密分为三级。\n".repeat((112 << 20) / 49);
    let gap = one_fails(&zip(&[("x.txt", text.as_bytes())]), &Limits { memory: 64 << 20, ..wide() });
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Memory, "64 MiB"));
}

#[test]
fn a_document_on_which_every_worker_dies_is_unread() {
    let _alone = alone();
    let ended = AtomicBool::new(false);
    let gap = thread::scope(|scope| {
        scope.spawn(|| {
            // Long enough to load and to answer about small documents, not about the slow one.
            let mut seen = BTreeMap::new();
            while !ended.load(Ordering::Relaxed) {
                for pid in children() {
                    let age = seen.entry(pid).or_insert(0);
                    *age += 1;
                    if *age == 15 {
                        signal("ILL", pid);
                    }
                }
                thread::sleep(Duration::from_millis(100));
            }
        });
        let gap = one_fails(&slow(), &Limits { cpu_seconds: 1_000, ..wide() });
        ended.store(true, Ordering::Relaxed);
        gap
    });
    assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Crashed, "signal 4"));
}

#[test]
fn a_worker_that_stands_still_is_replaced_and_no_document_is_lost() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 600);
    let limits = Limits { wall_seconds: 2, ..Limits::default() };
    let here = timeless(scan(folder.path(), None, &limits, 1).0);
    let stopped = AtomicUsize::new(0);
    let elsewhere = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(400));
            for pid in children() {
                signal("STOP", pid);
                stopped.fetch_add(1, Ordering::Relaxed);
            }
        });
        scan(folder.path(), Some(&workers(&limits)), &limits, 2).0
    });
    assert_eq!(timeless(elsewhere), here);
}

/// Scans `count` documents while workers are killed every now and then. Gives the number of kills
/// and of documents that kills in a row have cost their answer.
fn scan_with_kills(folder: &Path, expected: &[Screening], seed: u64, between: (u64, u64)) -> (usize, usize) {
    let limits = Limits::default();
    let (ended, kills) = (AtomicBool::new(false), AtomicUsize::new(0));
    let answers = thread::scope(|scope| {
        scope.spawn(|| {
            let mut random = seed;
            while !ended.load(Ordering::Relaxed) {
                // xorshift64: the same moments for the same seed, as far as that matters.
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                thread::sleep(Duration::from_millis(between.0 + random % (between.1 - between.0)));
                let children = children();
                if let Some(pid) = children.get((random >> 32) as usize % children.len().max(1)) {
                    signal("KILL", *pid);
                    kills.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        let answers = std::panic::catch_unwind(|| scan(folder, Some(&workers(&limits)), &limits, 2).0);
        ended.store(true, Ordering::Relaxed);
        timeless(answers.unwrap())
    });
    assert_eq!(answers.len(), expected.len(), "seed {seed}: an answer lost or doubled");
    let mut unread = 0;
    for (answer, expected) in answers.iter().zip(expected) {
        if answer != expected {
            assert_eq!(answer.name, expected.name, "seed {seed}");
            assert_eq!(
                answer.unread[0].gap,
                Gap::new(GapKind::Crashed, "signal 9"),
                "seed {seed}: {answer:?}"
            );
            unread += 1;
        }
    }
    (kills.load(Ordering::Relaxed), unread)
}

#[test]
fn workers_killed_at_random_moments_cost_no_verdict() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 2_000);
    let expected = timeless(scan(folder.path(), None, &Limits::default(), 2).0);
    let (_, unread) = scan_with_kills(folder.path(), &expected, 1, (150, 400));
    assert!(unread < 20, "{unread}");
}

/// `MIJIAN_WORKER=$PWD/target/release/mijian cargo test --test isolate -- --ignored --nocapture`
#[expect(clippy::print_stdout, reason = "the figures of a test that is run by hand")]
#[test]
#[ignore = "takes minutes"]
fn fifty_runs_with_kills() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 2_000);
    let expected = timeless(scan(folder.path(), None, &Limits::default(), 2).0);
    let (mut kills, mut unread) = (0, 0);
    for seed in 1..=50 {
        let (killed, lost) = scan_with_kills(folder.path(), &expected, seed, (80, 300));
        kills += killed;
        unread += lost;
    }
    println!(
        "50 runs of 2,000 documents: {kills} kills, {unread} documents unread after four kills in a row"
    );
    assert!(kills > 50);
}

#[test]
fn without_workers_there_is_no_run() {
    let limits = Limits::default();
    let start =
        |program: &str| Workers::start(program.into(), Setup { lists: Vec::new(), limits: limits.clone() });
    assert!(start("/no/such/program").is_err());
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 3);
    let screener = screener(&limits);
    // One that ends at once, and one that says something else.
    for program in ["/bin/false", "/bin/echo"] {
        let workers = start(program).unwrap();
        let jobs = NonZeroUsize::new(2).unwrap();
        let batch =
            Batch { screener: &screener, workers: Some(&workers), cache: None, jobs, interrupted: None };
        let walk = Walk::arguments(&[folder.path().to_owned()]).unwrap();
        let ended = batch.run(walk, |_| Ok::<(), ()>(()));
        assert!(matches!(ended, Err(BatchError::Workers(_))), "{program}: {ended:?}");
    }
}

#[test]
fn an_interrupted_run_answers_what_it_has_begun() {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 3_000);
    let limits = Limits::default();
    let (screener, workers) = (screener(&limits), workers(&limits));
    let interrupted = AtomicBool::new(false);
    for jobs in [1, 2] {
        interrupted.store(false, Ordering::Relaxed);
        let jobs = NonZeroUsize::new(jobs).unwrap();
        let batch = Batch {
            screener: &screener,
            workers: Some(&workers),
            cache: None,
            jobs,
            interrupted: Some(&interrupted),
        };
        let mut names = Vec::new();
        let walk = Walk::arguments(&[folder.path().to_owned()]).unwrap();
        let summary = batch.run(walk, |screening| {
            names.push(screening.name.clone());
            interrupted.store(names.len() >= 100, Ordering::Relaxed);
            Ok::<(), ()>(())
        });
        let summary = summary.unwrap();
        assert!(summary.interrupted && (100..3_000).contains(&names.len()), "{}", names.len());
        assert_eq!(summary.documents, names.len() as u64);
        let expected: Vec<String> = (0..names.len()).map(|number| format!("{number:05}.txt")).collect();
        assert_eq!(names, expected, "the first ones, without a gap");
    }
}
