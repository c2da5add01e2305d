//! Many documents: screened by several workers, answered in listing order.
//!
//! The calling thread lists and answers; others read documents, have them looked at (in a process for
//! each job, see [`crate::isolate`], or right there) and decide. Where processes look, several threads
//! read for each of them: from a network share, reading takes longer than looking. Results wait in a
//! window of bounded length until those before them are answered, so memory does not grow with the
//! listing and the answers are the same for any number of jobs.

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cache::Cache;
use crate::document::Document;
use crate::filetype::FileType;
use crate::finding::{Screening, Summary, Unread, Verdict};
use crate::isolate::{GROUP, GROUP_BYTES, NoWorker, Worker, Workers};
use crate::limits::Gap;
use crate::screen::{Screener, sha256};
use crate::source::Entry;

/// Documents on their way for each thread: enough that a slow one does not hold up the others.
const WINDOW_PER_THREAD: usize = 128;
/// Threads that read for each worker, where several jobs are wanted: while one has its documents
/// looked at, the others read theirs.
const READERS_PER_WORKER: usize = 4;
/// Bytes from which a document is read only once its worker is free: no more of them are held than
/// there are workers.
const LARGE_BYTES: u64 = 4 << 20;
/// Bytes of stack for each thread that screens.
const STACK_BYTES: usize = 8 << 20;
/// How soon an interruption is noticed.
const TICK: Duration = Duration::from_millis(100);

/// What a run screens with.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Knows what is seen and what it means.
    pub screener: &'a Screener,
    /// Look at documents, each in a process of its own; without them this process does.
    pub workers: Option<&'a Workers>,
    /// What was seen in earlier runs.
    pub cache: Option<&'a Cache>,
    /// Documents screened at the same time; with one, listing, screening and answering take turns.
    pub jobs: NonZeroUsize,
    /// Set by whoever wants the run to end early: what is under way is finished, no more begun.
    pub interrupted: Option<&'a AtomicBool>,
}

/// Why a run ended before its last document.
#[derive(Debug)]
pub enum BatchError<E> {
    /// The workers could not be started: the system's message.
    Workers(String),
    /// An answer was not taken.
    Answer(E),
}

/// What waits to be screened, for all jobs.
#[derive(Default)]
struct Queue {
    entries: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<(usize, Entry)>,
    /// No more will come.
    closed: bool,
}

/// The answers of one group with their numbers, or what ended the job.
type Answers = Result<Vec<(usize, Screening)>, Ended>;

/// Why a job ended early.
enum Ended {
    NoWorker(NoWorker),
    /// A panic outside of any document: a bug of ours.
    Panic(Box<dyn std::any::Any + Send>),
}

impl Batch<'_> {
    /// Screens `entries` and hands each answer to `answer`, in the order of the listing. The totals
    /// come without what the source skipped.
    ///
    /// # Errors
    /// When the workers can't be started, or with the first error of `answer`; documents on their
    /// way are then dropped.
    pub fn run<E>(
        &self,
        entries: impl Iterator<Item = Entry>,
        mut answer: impl FnMut(&Screening) -> Result<(), E>,
    ) -> Result<Summary, BatchError<E>> {
        let started = Instant::now();
        let mut summary = Summary::default();
        let queue = Queue::default();
        let workers = self.workers.map_or_else(Vec::new, |workers| {
            (0..self.jobs.get()).map(|_| Mutex::new(Worker::new(workers))).collect()
        });
        thread::scope(|scope| {
            let _closed = CloseLater(&queue);
            let (done, results) = mpsc::channel();
            for number in 0..self.threads() {
                let (queue, done) = (&queue, done.clone());
                let worker = workers.get(number % self.jobs);
                let job = thread::Builder::new().stack_size(STACK_BYTES);
                job.spawn_scoped(scope, move || self.job(queue, &done, worker))
                    .map_err(|error| BatchError::Workers(error.to_string()))?;
            }
            drop(done);
            self.list_and_answer(entries, &queue, &results, |screening| {
                summary.add(screening);
                answer(screening)
            })
        })?;
        summary.interrupted = self.is_interrupted();
        summary.seconds = started.elapsed().as_secs_f64();
        Ok(summary)
    }

    /// The number of threads that read.
    fn threads(&self) -> usize {
        let ahead = self.jobs.get() > 1 && self.workers.is_some();
        self.jobs.get().saturating_mul(if ahead { READERS_PER_WORKER } else { 1 })
    }

    /// Keeps the queue filled and answers in order what comes back.
    fn list_and_answer<E>(
        &self,
        entries: impl Iterator<Item = Entry>,
        queue: &Queue,
        results: &mpsc::Receiver<Answers>,
        mut answer: impl FnMut(&Screening) -> Result<(), E>,
    ) -> Result<(), BatchError<E>> {
        let jobs = self.jobs.get();
        let window = if jobs == 1 { GROUP } else { self.threads().saturating_mul(WINDOW_PER_THREAD) };
        let mut waiting: BTreeMap<usize, Screening> = BTreeMap::new();
        let (mut listed, mut answered) = (0, 0);
        let mut entries = entries.fuse();
        loop {
            if self.is_interrupted() {
                // Groups are taken from the front, so what is dropped is the end of the listing.
                listed -= std::mem::take(&mut queue.lock().entries).len();
            } else if jobs > 1 || answered == listed {
                let more: Vec<_> = (listed..answered + window).zip(entries.by_ref()).collect();
                listed += more.len();
                queue.add(more);
            }
            if answered == listed {
                return Ok(());
            }
            let answers = match results.recv_timeout(TICK) {
                Ok(Ok(answers)) => answers,
                Ok(Err(Ended::NoWorker(NoWorker(why)))) => return Err(BatchError::Workers(why)),
                Ok(Err(Ended::Panic(panic))) => resume_unwind(panic),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            waiting.extend(answers);
            while let Some(screening) = waiting.remove(&answered) {
                answered += 1;
                answer(&screening).map_err(BatchError::Answer)?;
            }
        }
    }

    fn is_interrupted(&self) -> bool {
        self.interrupted.is_some_and(|interrupted| interrupted.load(Ordering::Relaxed))
    }

    /// Screens group after group until there are no more.
    fn job(&self, queue: &Queue, done: &mpsc::Sender<Answers>, worker: Option<&Mutex<Worker<'_>>>) {
        while let Some(first) = queue.wait() {
            let (entries, worker) = self.group(queue, first, worker);
            let numbers: Vec<usize> = entries.iter().map(|(number, _)| *number).collect();
            let screened = catch_unwind(AssertUnwindSafe(|| self.screen_all(entries, worker)));
            let answers = match screened {
                Ok(Ok(screenings)) => Ok(numbers.into_iter().zip(screenings).collect()),
                Ok(Err(no_worker)) => Err(Ended::NoWorker(no_worker)),
                Err(panic) => Err(Ended::Panic(panic)),
            };
            // Nobody listens any more only after a failed answer.
            if answers.is_err() | done.send(answers).is_err() {
                return;
            }
        }
    }

    /// Reads documents until they are worth handing over, and waits for the worker, if there is one;
    /// also without anybody to hand them to, since each group wakes the thread that answers.
    fn group<'w, 'a>(
        &self,
        queue: &Queue,
        first: (usize, Entry),
        worker: Option<&'w Mutex<Worker<'a>>>,
    ) -> (Vec<(usize, Read)>, Option<MutexGuard<'w, Worker<'a>>>) {
        let mut bytes = 0;
        let mut group = Vec::new();
        let mut next = Some(first);
        let free = || worker.map(|worker| worker.lock().unwrap_or_else(PoisonError::into_inner));
        let mut taken = None;
        while let Some((number, entry)) = next {
            let read = self.read(entry, |size| {
                if size >= LARGE_BYTES && taken.is_none() {
                    taken = free();
                }
            });
            bytes += read.bytes();
            group.push((number, read));
            let full = group.len() >= GROUP || bytes >= GROUP_BYTES;
            next = if full { None } else { queue.take_share(self.threads(), group.len()) };
        }
        (group, taken.or_else(free))
    }

    /// Reads an entry; `sized` is told how large it is before.
    fn read(&self, entry: Entry, sized: impl FnOnce(u64)) -> Read {
        let start = Instant::now();
        match entry.read_sized(self.screener.limits().file, sized) {
            Ok(bytes) => {
                let known = self.cache.and_then(|cache| cache.get(&entry.name, &sha256(&bytes)));
                match known {
                    Some(known) => {
                        Read::Known(Box::new(Screening { ms: start.elapsed().as_secs_f64() * 1e3, ..known }))
                    }
                    None => Read::New(Document::new(entry.name, bytes)),
                }
            }
            Err(gap) => Read::Not(Document::new(entry.name, []), gap),
        }
    }

    /// What a worker sees. Of a document that workers fail on, the name is looked at all the same.
    fn look(
        &self,
        mut worker: MutexGuard<'_, Worker<'_>>,
        documents: &[Document],
    ) -> Result<Vec<Screening>, NoWorker> {
        let seen = worker.look(documents)?;
        let whole = |(document, seen): (&Document, Result<Screening, Gap>)| {
            seen.or_else(|gap| {
                let named = worker.look(&[Document::new(&*document.name, [])])?.pop().and_then(Result::ok);
                let mut screening = named.unwrap_or_else(|| Screening::unseen(&document.name));
                screening.sha256 = Some(sha256(&document.bytes));
                screening.bytes = document.bytes.len() as u64;
                make_unread(&mut screening, gap);
                Ok(screening)
            })
        };
        let screenings = documents.iter().zip(seen).map(whole).collect();
        // Where one failed, others will: from then on one is loaded ahead.
        if self.jobs.get() > 1
            && worker.has_failed()
            && let Some(workers) = self.workers
        {
            // One that can't be had now is asked for again when it is needed.
            let _ = workers.load_spare();
        }
        screenings
    }

    /// The answers about a group, in its order.
    fn screen_all(
        &self,
        group: Vec<(usize, Read)>,
        worker: Option<MutexGuard<'_, Worker<'_>>>,
    ) -> Result<Vec<Screening>, NoWorker> {
        let mut documents = Vec::new();
        let mut known = Vec::new();
        for (_, read) in group {
            known.push(match read {
                Read::Known(screening) => Ok(*screening),
                Read::New(document) => {
                    documents.push(document);
                    Err(None)
                }
                Read::Not(document, gap) => {
                    documents.push(document);
                    Err(Some(gap))
                }
            });
        }
        let seen = match worker {
            Some(worker) => self.look(worker, &documents)?,
            None => documents.iter().map(|document| self.screener.look(document)).collect(),
        };
        let mut seen = seen.into_iter();
        let mut screenings = Vec::with_capacity(known.len());
        for known in known {
            let mut screening = match known {
                Ok(screening) => screening,
                Err(gap) => {
                    // There is one for each document: without it the next would be taken for it.
                    let mut screening = seen.next().ok_or_else(|| NoWorker("no answer".to_owned()))?;
                    match (gap, self.cache) {
                        (Some(gap), _) => {
                            screening.sha256 = None;
                            make_unread(&mut screening, gap);
                        }
                        (None, Some(cache)) => cache.put(&screening),
                        (None, None) => {}
                    }
                    screening
                }
            };
            self.screener.decide(&mut screening);
            screenings.push(screening);
        }
        Ok(screenings)
    }
}

/// Makes what was seen of a document's name alone the answer about the document.
fn make_unread(screening: &mut Screening, gap: Gap) {
    screening.file_type = FileType::Unknown.as_str().into();
    screening.named_as = None;
    screening.no_text = false;
    screening.unread = vec![Unread { verdict: Verdict::Review, gap, inner: None }];
}

/// An entry that has been read.
enum Read {
    /// It has been screened before.
    Known(Box<Screening>),
    New(Document),
    /// It could not be read, and why; the document is empty.
    Not(Document, Gap),
}

impl Read {
    /// Bytes that a worker has to be handed.
    fn bytes(&self) -> u64 {
        match self {
            Self::New(document) => document.bytes.len() as u64,
            Self::Known(_) | Self::Not(..) => 0,
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, entries: Vec<(usize, Entry)>) {
        if !entries.is_empty() {
            self.lock().entries.extend(entries);
            self.more.notify_all();
        }
    }

    /// No more come, and those that wait are dropped.
    fn close(&self) {
        let mut waiting = self.lock();
        waiting.entries.clear();
        waiting.closed = true;
        self.more.notify_all();
    }

    /// The next entry, as soon as there is one; `None` when no more will come.
    fn wait(&self) -> Option<(usize, Entry)> {
        let mut waiting = self.lock();
        loop {
            if let Some(entry) = waiting.entries.pop_front() {
                return Some(entry);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.more.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The next entry, if a thread that has taken so many may take another now: the others get their
    /// share of what waits.
    fn take_share(&self, threads: usize, taken: usize) -> Option<(usize, Entry)> {
        let mut waiting = self.lock();
        let share = match threads {
            1 => GROUP,
            threads => (waiting.entries.len() + taken) / (2 * threads),
        };
        if taken < share { waiting.entries.pop_front() } else { None }
    }
}

/// Closes the queue however the run ends: its jobs wait for that.
struct CloseLater<'a>(&'a Queue);

impl Drop for CloseLater<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{GapKind, Limits};
    use crate::policy::Policy;
    use crate::rules::RuleSet;
    use crate::source::Origin;

    fn screener(policy: Policy) -> Screener {
        let today = jiff::civil::date(2026, 1, 1);
        Screener::new(RuleSet::default(), policy, Limits::default(), today)
    }

    fn entries(count: usize) -> impl Iterator<Item = Entry> {
        let origin = || Origin::Unread(Gap::new(GapKind::Io, "permission denied"));
        (0..count).map(move |n| Entry { name: n.to_string(), origin: origin() })
    }

    #[test]
    fn answers_come_in_listing_order_for_any_number_of_jobs() {
        let screener = screener(Policy::default());
        let expected: Vec<String> = (0..2_000).map(|n| n.to_string()).collect();
        for jobs in [1, 2, 7] {
            let jobs = NonZeroUsize::new(jobs).unwrap();
            let mut names = Vec::new();
            let batch = Batch { screener: &screener, workers: None, cache: None, jobs, interrupted: None };
            let answer = |screening: &Screening| {
                names.push(screening.name.clone());
                Ok::<(), ()>(())
            };
            let summary = batch.run(entries(2_000), answer).unwrap();
            assert_eq!(names, expected);
            assert_eq!((summary.documents, summary.unread, summary.unread_open), (2_000, 2_000, 2_000));
        }
    }

    #[test]
    fn what_can_t_be_read_is_unread_and_judged_by_the_policy() {
        let verdicts = [("unread.io".to_owned(), Verdict::Pass)].into();
        let policy = Policy { verdicts, ..Policy::default() };
        let screen = |policy| {
            let (screener, jobs) = (screener(policy), NonZeroUsize::MIN);
            let batch = Batch { screener: &screener, workers: None, cache: None, jobs, interrupted: None };
            let mut answers = Vec::new();
            batch
                .run(entries(1), |screening| {
                    answers.push(screening.clone());
                    Ok::<(), ()>(())
                })
                .unwrap();
            answers.pop().unwrap()
        };
        let (strict, lax) = (screen(Policy::default()), screen(policy));
        assert_eq!((strict.verdict, lax.verdict), (Verdict::Review, Verdict::Pass));
        assert_eq!((strict.bytes, strict.sha256, lax.unread.len()), (0, None, 1));
    }

    #[test]
    fn a_failed_answer_ends_the_run() {
        let screener = screener(Policy::default());
        let jobs = NonZeroUsize::new(2).unwrap();
        let batch = Batch { screener: &screener, workers: None, cache: None, jobs, interrupted: None };
        let mut answered = 0;
        let ended = batch.run(entries(5_000), |_| {
            answered += 1;
            if answered == 3 { Err("full") } else { Ok(()) }
        });
        assert!(matches!(ended, Err(BatchError::Answer("full"))));
        assert_eq!(answered, 3);
    }
}
