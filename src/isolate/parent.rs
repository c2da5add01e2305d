//! The run's side: hands documents over to workers, replaces those that fail, tells how one failed.

use std::io;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::confine::Protection;
use super::frame::{self, Hello, Setup};
use super::process::{Keeper, Process, is_cpu_time, is_killed, lock};
use crate::document::Document;
use crate::finding::Screening;
use crate::limits::{Gap, GapKind};

/// How long a worker may take to load.
const LOADING: Duration = Duration::from_secs(60);
/// Times that a worker is started when the one before it died while it loaded.
const STARTS: usize = 5;
/// Times that a document is tried alone whose worker was ended from outside.
const KILLED_TRIES: usize = 3;

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
    setup: Setup,
    /// Started and loading, for whoever needs one next.
    spare: Mutex<Option<Process>>,
    keeper: Keeper,
}

impl Workers {
    /// Workers that run `program` (this one: [`super::this_program`]). The first is started at once and loads while the
    /// caller goes on.
    ///
    /// # Errors
    /// The system can't start it.
    pub fn start(program: PathBuf, setup: Setup) -> Result<Self, NoWorker> {
        let workers = Self { setup, spare: Mutex::new(None), keeper: Keeper::start(program)? };
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
        let mut process = self.keeper.process()?;
        process.leash.until(Some(Instant::now() + LOADING));
        // One that dies over it is noticed when its greeting does not come.
        let _ = frame::write_setup(&mut process.documents, &self.setup);
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
    has_failed: bool,
}

impl<'a> Worker<'a> {
    /// A worker, started when the first document comes.
    pub(crate) fn new(workers: &'a Workers) -> Self {
        Self { workers, process: None, has_failed: false }
    }

    /// Whether one had to be replaced: then others may have to be.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed
    }

    /// Has it ready for its first document.
    ///
    /// # Errors
    /// No worker can be started.
    pub(crate) fn load(&mut self) -> Result<(), NoWorker> {
        if self.process.is_none() {
            self.process = Some(self.workers.loaded()?);
        }
        Ok(())
    }

    /// What is seen in each of the documents, in their order; for one that two workers failed on,
    /// why.
    ///
    /// # Errors
    /// No worker can be started.
    pub(crate) fn look(&mut self, documents: &[Document]) -> Result<Vec<Result<Screening, Gap>>, NoWorker> {
        let mut seen = Vec::with_capacity(documents.len());
        let mut together = documents.len();
        while seen.len() < documents.len() {
            let waiting = documents.get(seen.len()..).unwrap_or_default();
            let group = waiting.get(..together).unwrap_or(waiting);
            let failure = self.hand_over(group, &mut seen)?;
            let (Some(gap), Some(document)) = (failure, documents.get(seen.len())) else { continue };
            self.has_failed = true;
            // Answers about light documents come together: which of them it was, shows one by one.
            let is_known = group.len() == 1 || !frame::is_light(document);
            together = 1;
            if is_known {
                // Processor time is counted for each document alone: another try would end the same.
                let gap = if is_cpu_time(&gap) { Some(gap) } else { self.try_alone(document, &mut seen)? };
                seen.extend(gap.map(Err));
            }
        }
        Ok(seen)
    }

    /// Tries a document alone: once, and more often while somebody else ends the worker.
    fn try_alone(
        &mut self,
        document: &Document,
        seen: &mut Vec<Result<Screening, Gap>>,
    ) -> Result<Option<Gap>, NoWorker> {
        let mut failure = self.hand_over(std::slice::from_ref(document), seen)?;
        for _ in 1..KILLED_TRIES {
            if failure.as_ref().is_some_and(is_killed) {
                failure = self.hand_over(std::slice::from_ref(document), seen)?;
            }
        }
        Ok(failure)
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
