//! The run's side: starts workers, hands over documents, watches the clock, tells how one failed.

use std::io::{self, BufReader, BufWriter, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::confine::{Ending, Protection, detach};
use super::frame::{self, Hello, Setup};
use crate::document::Document;
use crate::finding::Screening;
use crate::limits::{Gap, GapKind, Limits};

/// How long a worker may take to load.
const LOADING: Duration = Duration::from_secs(60);
/// Times that a worker is started when the one before it died while it loaded.
const STARTS: usize = 5;
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(100);
/// Bytes of a dead worker's last words that are read.
const LAST_WORDS_BYTES: u64 = 4 << 10;
/// Bytes of the pipe's buffer on this side.
const BUFFER_BYTES: usize = 64 << 10;
/// What the standard library says before it gives up for want of memory.
const NO_MEMORY: &str = "memory allocation of";

/// No worker can be started: the system's message, or how the last one died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoWorker(pub String);

impl From<io::Error> for NoWorker {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// Where workers come from. Dropping it ends those that wait.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    setup: Setup,
    /// Started and loading, for whoever needs one next.
    spare: Mutex<Option<Process>>,
    watch: Arc<Watch>,
}

impl Workers {
    /// Workers that run `program` (this one: [`super::this_program`]). The first is started at once and loads while the
    /// caller goes on.
    ///
    /// # Errors
    /// The system can't start it.
    pub fn start(program: PathBuf, setup: Setup) -> Result<Self, NoWorker> {
        let watch = Arc::new(Watch::default());
        let watching = Arc::downgrade(&watch);
        std::thread::Builder::new().name("watch".to_owned()).spawn(move || Watch::run(&watching))?;
        let workers = Self { program, setup, spare: Mutex::new(None), watch };
        workers.load_spare()?;
        Ok(workers)
    }

    /// What the kernel holds workers to, as one of them says.
    ///
    /// # Errors
    /// No worker can be started.
    pub fn protection(&self) -> Result<Protection, NoWorker> {
        let process = self.loaded()?;
        let protection = process.protection;
        *lock(&self.spare) = Some(process);
        Ok(protection)
    }

    /// Starts a worker for later, unless one is waiting.
    ///
    /// # Errors
    /// The system can't start it.
    pub fn load_spare(&self) -> Result<(), NoWorker> {
        let mut spare = lock(&self.spare);
        if spare.is_none() {
            *spare = Some(self.process()?);
        }
        Ok(())
    }

    fn process(&self) -> Result<Process, NoWorker> {
        let mut process = Process::start(&self.program)?;
        self.watch.add(&process.leash);
        process.leash.until(Some(Instant::now() + LOADING));
        // One that dies over it is noticed when its greeting does not come.
        let _ = frame::write(&mut process.documents, &self.setup);
        Ok(process)
    }

    /// A worker that is ready.
    fn loaded(&self) -> Result<Process, NoWorker> {
        let mut died = NoWorker(String::new());
        for _ in 0..STARTS {
            let waiting = lock(&self.spare).take();
            let mut process = match waiting {
                Some(process) => process,
                None => self.process()?,
            };
            if process.ready {
                return Ok(process);
            }
            match frame::read::<Hello>(&mut process.answers, frame::ANSWER_BYTES) {
                Ok(hello) if hello.version == super::VERSION => {
                    process.ready = true;
                    process.protection = hello.protection;
                    process.leash.until(None);
                    return Ok(process);
                }
                Ok(hello) => died = NoWorker(format!("version {}, not {}", hello.version, super::VERSION)),
                Err(_) => died = NoWorker(process.failure(0, &self.setup.limits).detail),
            }
        }
        Err(died)
    }
}

/// One worker at a time, replaced when it fails.
#[derive(Debug)]
pub(crate) struct Worker<'a> {
    workers: &'a Workers,
    process: Option<Process>,
}

impl<'a> Worker<'a> {
    /// A worker, started when the first document comes.
    pub(crate) fn new(workers: &'a Workers) -> Self {
        Self { workers, process: None }
    }

    /// What is seen in each of the documents, in their order; for one that two workers failed on,
    /// why.
    ///
    /// # Errors
    /// No worker can be started.
    pub(crate) fn look(&mut self, documents: &[Document]) -> Result<Vec<Result<Screening, Gap>>, NoWorker> {
        let mut seen = Vec::with_capacity(documents.len());
        while let Some(waiting) = documents.get(seen.len()..).filter(|waiting| !waiting.is_empty()) {
            let failure = self.hand_over(waiting, &mut seen)?;
            let (Some(gap), Some(document)) = (failure, documents.get(seen.len())) else { continue };
            // Processor time is counted for each document alone: another try would end the same.
            let gap = match gap.kind {
                GapKind::Timeout if gap.detail.ends_with(CPU_TIME) => Some(gap),
                _ => self.hand_over(std::slice::from_ref(document), &mut seen)?,
            };
            seen.extend(gap.map(Err));
        }
        Ok(seen)
    }

    /// Hands over `documents` and adds what is seen to `seen` until the worker fails: then how.
    fn hand_over(
        &mut self,
        documents: &[Document],
        seen: &mut Vec<Result<Screening, Gap>>,
    ) -> Result<Option<Gap>, NoWorker> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.workers.loaded()?,
        };
        let limits = &self.workers.setup.limits;
        let bytes = |document: Option<&Document>| document.map_or(0, |document| document.bytes.len() as u64);
        let all = documents.iter().map(|document| document.bytes.len() as u64).sum();
        process.leash.allow(limits.wall_seconds_for(all));
        if frame::write_group(&mut process.documents, documents).is_err() {
            return Ok(Some(process.failure(bytes(documents.first()), limits)));
        }
        for document in documents {
            let size = document.bytes.len() as u64;
            process.leash.allow(limits.wall_seconds_for(size));
            match frame::read::<Screening>(&mut process.answers, frame::ANSWER_BYTES) {
                Ok(screening) => seen.push(Ok(Screening { name: document.name.clone(), ..screening })),
                Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                    return Ok(Some(Gap::new(GapKind::Limit, format!("answer of {error}"))));
                }
                Err(_) => return Ok(Some(process.failure(size, limits))),
            }
        }
        process.leash.until(None);
        self.process = Some(process);
        Ok(None)
    }
}

/// What ends the detail of a gap for want of processor time.
const CPU_TIME: &str = "s of processor time";

/// A worker's process. Dropping it ends it.
#[derive(Debug)]
struct Process {
    leash: Arc<Leash>,
    documents: BufWriter<ChildStdin>,
    answers: BufReader<ChildStdout>,
    last_words: ChildStderr,
    /// It has said that it is ready.
    ready: bool,
    protection: Protection,
}

impl Process {
    fn start(program: &PathBuf) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg(super::ARGUMENT);
        detach(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(last_words)) = pipes else {
            return Err(io::Error::other("no pipes"));
        };
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
    fn failure(mut self, bytes: u64, limits: &Limits) -> Gap {
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
struct Leash {
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

    fn allow(&self, seconds: u64) {
        self.until(Instant::now().checked_add(Duration::from_secs(seconds)));
    }

    fn until(&self, deadline: Option<Instant>) {
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

/// Looks at the clock for all workers.
#[derive(Debug, Default)]
struct Watch {
    leashes: Mutex<Vec<Weak<Leash>>>,
}

impl Watch {
    fn add(&self, leash: &Arc<Leash>) {
        let mut leashes = lock(&self.leashes);
        leashes.retain(|leash| leash.strong_count() > 0);
        leashes.push(Arc::downgrade(leash));
    }

    /// Ends who is late, until nobody has workers any more.
    fn run(watch: &Weak<Self>) {
        while let Some(watch) = watch.upgrade() {
            let now = Instant::now();
            for leash in lock(&watch.leashes).iter().filter_map(Weak::upgrade) {
                leash.end_if_late(now);
            }
            drop(watch);
            std::thread::sleep(TICK);
        }
    }
}

/// What a poisoned lock guards here is still whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
