//! Many documents: screened by several workers, answered in listing order.
//!
//! The calling thread lists and answers; others read documents, have them looked into (in processes, see
//! [`crate::isolate`], or right there) and decide. Where processes look, several threads
//! read for each of them: from a network share, reading takes longer than looking. Results wait in a
//! window of bounded length until those before them are answered, so memory does not grow with the
//! listing and the answers are the same for any number of jobs.

mod crew;
mod group;
mod queue;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::cache::Cache;
use crate::finding::{Screening, Summary};
use crate::isolate::{GROUP, NoWorker, Workers};
use crate::screen::Screener;
use crate::source::Entry;

use crew::Crew;
use group::Group;
use queue::{CloseLater, Queue};

/// Documents on their way for each thread: enough that a slow one does not hold up the others.
const WINDOW_PER_THREAD: usize = 128;
/// Threads that read for each worker, where several jobs are wanted: while one has its documents
/// looked at, the others read theirs.
const READERS_PER_WORKER: usize = 4;
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
    /// Documents screened at the same time at most; with one, listing, screening and answering take turns.
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
        let crew = self.workers.map(|workers| Crew::new(workers, self.jobs.get()));
        thread::scope(|scope| {
            let _closed = CloseLater(&queue);
            let (done, results) = mpsc::channel();
            for _ in 0..self.threads() {
                let (queue, done, crew) = (&queue, done.clone(), crew.as_ref());
                let job = thread::Builder::new().stack_size(STACK_BYTES);
                job.spawn_scoped(scope, move || self.job(queue, &done, crew))
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
                listed -= queue.clear();
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
    fn job(&self, queue: &Queue, done: &mpsc::Sender<Answers>, crew: Option<&Crew<'_>>) {
        while let Some(first) = queue.wait() {
            let screened = catch_unwind(AssertUnwindSafe(|| {
                let group = Group::read(self, queue, first, crew);
                let numbers = group.numbers.clone();
                group.screen(self).map(|screenings| numbers.into_iter().zip(screenings).collect())
            }));
            let answers = match screened {
                Ok(answers) => answers.map_err(Ended::NoWorker),
                Err(panic) => Err(Ended::Panic(panic)),
            };
            // Nobody listens any more only after a failed answer.
            if answers.is_err() | done.send(answers).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
    use crate::limits::{Gap, GapKind, Limits};
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
