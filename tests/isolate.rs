//! Supervised processes: whatever happens to them, each document has one answer, and only the one
//! that is to blame loses it.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/package.rs"]
mod package;

use std::collections::BTreeMap;
use std::fs;
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
use package::package;

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

/// What the system tells of a process behind its name: state, parent, and on (see `man proc_pid_stat`).
fn stat(pid: i32) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ").next().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

/// Whether it has not ended; a zombie has.
fn is_running(pid: i32) -> bool {
    !matches!(stat(pid).first().map(String::as_str), None | Some("Z" | "X"))
}

/// Hundredths of a second that the process has computed.
fn cpu_ticks(pid: i32) -> u64 {
    stat(pid).get(11).and_then(|ticks| ticks.parse().ok()).unwrap_or(0)
}

fn children_of(parent: i32) -> Vec<i32> {
    let parent = parent.to_string();
    let pids =
        fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    pids.filter(|pid| is_running(*pid) && stat(*pid).get(1) == Some(&parent)).collect()
}

/// The process's children that are workers.
fn children() -> Vec<i32> {
    children_of(i32::try_from(std::process::id()).unwrap())
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
    let _alone = alone();
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

/// A small archive that takes a long time: a hundred archives of 4 MiB of text each.
fn slow() -> Vec<u8> {
    let text = "今日天气晴朗，国家秘密分为三级。\n".repeat((4 << 20) / 49);
    let inner = package(&[("x.txt", text.as_bytes())]);
    let names: Vec<String> = (0..100).map(|n| format!("{n}.zip")).collect();
    package(&names.iter().map(|name| (name.as_str(), inner.as_slice())).collect::<Vec<_>>())
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
    let gap = one_fails(&package(&[("x.txt", text.as_bytes())]), &Limits { memory: 64 << 20, ..wide() });
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

/// xorshift64: the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % end
    }
}

/// Scans 2,000 documents while workers are killed at random moments: after some of the answers, and
/// every third time once more while the next one loads or begins. Checks that each document has its
/// own answer all the same. Gives the number of kills.
fn scan_with_kills(folder: &Path, expected: &[Screening], seed: u64) -> usize {
    let limits = Limits::default();
    let (screener, workers) = (screener(&limits), workers(&limits));
    let (answered, ended) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut answers = Vec::new();
    let kills = thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let (mut random, mut kills, mut next) = (Random(seed), 0, 0);
            let mut kill = |random: &mut Random| {
                let children = children();
                let chosen = random.below(children.len().max(1) as u64);
                if let Some(pid) = children.get(usize::try_from(chosen).unwrap()) {
                    signal("KILL", *pid);
                    kills += 1;
                }
            };
            while !ended.load(Ordering::Relaxed) {
                if answered.load(Ordering::Relaxed) < next {
                    thread::sleep(Duration::from_millis(1));
                    continue;
                }
                next += 64 + usize::try_from(random.below(500)).unwrap();
                thread::sleep(Duration::from_micros(random.below(5_000)));
                kill(&mut random);
                if random.below(3) == 0 {
                    thread::sleep(Duration::from_millis(random.below(60)));
                    kill(&mut random);
                }
            }
            kills
        });
        let jobs = NonZeroUsize::new(2).unwrap();
        let batch =
            Batch { screener: &screener, workers: Some(&workers), cache: None, jobs, interrupted: None };
        let walk = Walk::arguments(&[folder.to_owned()]).unwrap();
        let summary = batch.run(walk, |screening| {
            answers.push(screening.clone());
            answered.fetch_add(1, Ordering::Relaxed);
            Ok::<(), ()>(())
        });
        ended.store(true, Ordering::Relaxed);
        assert_eq!(summary.map(|summary| summary.documents).ok(), Some(expected.len() as u64), "seed {seed}");
        killer.join().unwrap()
    });
    // At most two kills hit the same document, and a third worker is always tried.
    for (answer, expected) in timeless(answers).iter().zip(expected) {
        assert_eq!(answer, expected, "seed {seed}");
    }
    kills
}

/// How many runs with kills: `MIJIAN_KILL_RUNS=50 cargo test --release --test isolate killed -- --nocapture`
/// runs them all.
#[expect(clippy::print_stdout, reason = "the figures of a test that is also run by hand")]
#[test]
fn workers_killed_at_random_moments_cost_no_verdict() {
    let _alone = alone();
    let runs: u64 = std::env::var("MIJIAN_KILL_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(2);
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 2_000);
    let expected = timeless(scan(folder.path(), None, &Limits::default(), 2).0);
    assert_eq!(expected.len(), 2_000);
    let kills: Vec<usize> = (1..=runs).map(|seed| scan_with_kills(folder.path(), &expected, seed)).collect();
    println!("{runs} runs of 2,000 documents, kills in each: {kills:?}");
    assert!(kills.len() as u64 == runs && kills.iter().sum::<usize>() >= kills.len(), "{kills:?}");
}

/// A folder of small documents, two of which end or hold up every worker: only these are unread,
/// though answers about small texts come back together.
#[test]
fn among_answers_that_come_together_the_culprit_is_found() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path(), 200);
    for name in ["00100 slow.zip", "00101 slow.zip"] {
        fs::write(folder.path().join(name), slow()).unwrap();
    }
    let limits = Limits { cpu_seconds: 0, ..wide() };
    for jobs in [1, 2] {
        let (answers, summary) = scan(folder.path(), Some(&workers(&limits)), &limits, jobs);
        let unread: Vec<&str> =
            answers.iter().filter(|a| !a.unread.is_empty()).map(|answer| &*answer.name).collect();
        assert_eq!(unread, ["00100 slow.zip", "00101 slow.zip"], "{jobs} jobs");
        assert_eq!((summary.documents, summary.block), (202, 20));
    }
}

/// A run that is killed can't end its workers: the system does.
#[test]
fn no_worker_outlives_a_run_that_is_killed() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("slow.zip"), slow()).unwrap();
    fs::write(
        folder.path().join("mijian.toml"),
        "[limits]\ninflated-mib = 1024\ntext-mib = 1024\ncpu-seconds = 1000\nwall-seconds = 1000\n",
    )
    .unwrap();
    let mut run = Command::new(env!("CARGO_BIN_EXE_mijian"))
        .args(["scan", "slow.zip", "--jobs", "2"])
        .current_dir(folder.path())
        .spawn()
        .unwrap();
    let parent = i32::try_from(run.id()).unwrap();
    let workers = || children_of(parent);
    let wait_for = |done: &dyn Fn() -> bool| {
        (0..600).any(|_| {
            thread::sleep(Duration::from_millis(50));
            done()
        })
    };
    // It has begun once it has used a while of processor time.
    assert!(wait_for(&|| workers().first().is_some_and(|pid| cpu_ticks(*pid) > 60)), "no worker");
    let started = workers();
    run.kill().unwrap();
    run.wait().unwrap();
    let gone = || started.iter().all(|pid| !is_running(*pid));
    assert!((0..100).any(|_| {
        thread::sleep(Duration::from_millis(20));
        gone()
    }));
}

#[test]
fn without_workers_there_is_no_run() {
    let _alone = alone();
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
    let _alone = alone();
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
