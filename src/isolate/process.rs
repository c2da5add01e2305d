//! A worker's process as the run sees it, and the keeper that starts all of them and watches the clock.

use std::io::{self, BufReader, BufWriter, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::confine::{Ending, Protection, detach, widen};
use crate::limits::{Gap, GapKind, Limits};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(100);
/// Bytes of a dead worker's last words that are read.
const LAST_WORDS_BYTES: u64 = 4 << 10;
/// Bytes of the pipe's buffer on this side.
const BUFFER_BYTES: usize = 64 << 10;
/// What the standard library says before it gives up for want of memory.
const NO_MEMORY: &str = "memory allocation of";
/// What ends the detail of a gap for want of processor time.
const CPU_TIME: &str = "s of processor time";
/// The detail of a gap whose worker was ended from outside, which no document does.
const KILLED: &str = "signal 9";

/// Whether the worker ran out of processor time, which is counted for each document alone.
pub(super) fn is_cpu_time(gap: &Gap) -> bool {
    gap.kind == GapKind::Timeout && gap.detail.ends_with(CPU_TIME)
}

/// Whether somebody else ended the worker.
pub(super) fn is_killed(gap: &Gap) -> bool {
    gap.kind == GapKind::Crashed && gap.detail == KILLED
}

/// Starts processes and ends those that are late, in a thread of its own that lives as long as this:
/// the system ends a worker together with the thread that started it, so that none outlives the run.
#[derive(Debug)]
pub(super) struct Keeper {
    wanted: Mutex<mpsc::Sender<Wanted>>,
}

/// Where a started process is awaited.
type Wanted = mpsc::SyncSender<io::Result<Process>>;

impl Keeper {
    /// A keeper of processes that run `program`.
    pub(super) fn start(program: PathBuf) -> io::Result<Self> {
        let (wanted, asked) = mpsc::channel();
        let keep = move || keep(&program, &asked);
        std::thread::Builder::new().name("keeper".to_owned()).spawn(keep)?;
        Ok(Self { wanted: Mutex::new(wanted) })
    }

    /// A new process.
    pub(super) fn process(&self) -> io::Result<Process> {
        let gone = || io::Error::other("no keeper");
        let (started, process) = mpsc::sync_channel(1);
        lock(&self.wanted).send(started).map_err(|_| gone())?;
        process.recv().map_err(|_| gone())?
    }
}

/// Starts what is asked for and looks at the clock, until nobody can ask any more.
fn keep(program: &Path, asked: &mpsc::Receiver<Wanted>) {
    let mut leashes: Vec<Weak<Leash>> = Vec::new();
    loop {
        match asked.recv_timeout(TICK) {
            Ok(wanted) => {
                let process = Process::start(program);
                leashes.retain(|leash| leash.strong_count() > 0);
                leashes.extend(process.as_ref().map(|process| Arc::downgrade(&process.leash)));
                // One that nobody awaits any more is dropped, and ends.
                let _ = wanted.send(process);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        let now = Instant::now();
        leashes.iter().filter_map(Weak::upgrade).for_each(|leash| leash.end_if_late(now));
    }
}

/// A worker's process. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) leash: Arc<Leash>,
    pub(super) documents: BufWriter<ChildStdin>,
    pub(super) answers: BufReader<ChildStdout>,
    last_words: ChildStderr,
    /// It has said that it is ready.
    pub(super) ready: bool,
    pub(super) protection: Protection,
}

impl Process {
    fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(super::ARGUMENT);
        detach(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(last_words)) = pipes else {
            return Err(io::Error::other("no pipes"));
        };
        widen(&stdin);
        Ok(Self {
            leash: Arc::new(Leash::new(child)),
            documents: BufWriter::with_capacity(BUFFER_BYTES, stdin),
            answers: BufReader::with_capacity(BUFFER_BYTES, stdout),
            last_words,
            ready: false,
            protection: Protection::default(),
        })
    }

    /// Ends a worker that failed over a document of so many bytes, and says how it failed.
    pub(super) fn failure(mut self, bytes: u64, limits: &Limits) -> Gap {
        let status = self.leash.end();
        let mut said = Vec::new();
        let _ = self.last_words.by_ref().take(LAST_WORDS_BYTES).read_to_end(&mut said);
        let ending = status.map(Ending::of);
        if self.leash.late.load(Ordering::Relaxed) {
            return Gap::new(GapKind::Timeout, format!("{} s", limits.wall_seconds_for(bytes)));
        }
        if String::from_utf8_lossy(&said).contains(NO_MEMORY) {
            return Gap::new(GapKind::Memory, format!("{} MiB", limits.memory >> 20));
        }
        match ending {
            Ok(Ending::CpuTime) => {
                Gap::new(GapKind::Timeout, format!("{} {CPU_TIME}", limits.cpu_seconds_for(bytes)))
            }
            Ok(Ending::Signal(signal)) => Gap::new(GapKind::Crashed, format!("signal {signal}")),
            Ok(Ending::Code(code)) => Gap::new(GapKind::Crashed, format!("exit code {code}")),
            Err(error) => Gap::new(GapKind::Crashed, error.to_string()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.leash.end();
    }
}

/// What holds a process: it can be ended from several places.
#[derive(Debug)]
pub(super) struct Leash {
    child: Mutex<Child>,
    /// When it is ended for taking too long.
    deadline: Mutex<Option<Instant>>,
    /// It took too long.
    late: AtomicBool,
}

impl Leash {
    fn new(child: Child) -> Self {
        Self { child: Mutex::new(child), deadline: Mutex::new(None), late: AtomicBool::new(false) }
    }

    pub(super) fn allow(&self, seconds: u64) {
        self.until(Instant::now().checked_add(Duration::from_secs(seconds)));
    }

    pub(super) fn until(&self, deadline: Option<Instant>) {
        *lock(&self.deadline) = deadline;
    }

    /// Ends the process, if it has not ended, and says how it ended.
    fn end(&self) -> io::Result<std::process::ExitStatus> {
        let mut child = lock(&self.child);
        let _ = child.kill();
        child.wait()
    }

    fn end_if_late(&self, now: Instant) {
        if lock(&self.deadline).is_some_and(|deadline| deadline < now) {
            self.late.store(true, Ordering::Relaxed);
            let _ = lock(&self.child).kill();
        }
    }
}

/// What a poisoned lock guards here is still whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
