//! Many documents: screened on several threads, answered in listing order.
//!
//! The calling thread lists and answers; workers read and screen. Results wait in a window of
//! bounded length until those before them are answered, so memory does not grow with the listing
//! and the answers are the same for any number of jobs.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use crate::document::Document;
use crate::finding::{Screening, Summary, Unread};
use crate::limits::Gap;
use crate::screen::Screener;
use crate::source::Entry;

/// Documents on their way for each worker: enough that a slow one does not hold up the others.
const WINDOW_PER_JOB: usize = 256;
/// Bytes of stack for each worker.
const STACK_BYTES: usize = 8 << 20;

/// What a run screens with.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a> {
    /// Screens documents.
    pub screener: &'a Screener,
    /// Workers; with one, listing, screening and answering take turns.
    pub jobs: NonZeroUsize,
}

/// Why a run ended before its last document.
#[derive(Debug)]
pub enum BatchError<E> {
    /// The workers could not be started: the system's message.
    Workers(String),
    /// An answer was not taken.
    Answer(E),
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
        let jobs = self.jobs.get();
        let window = if jobs == 1 { 1 } else { jobs.saturating_mul(WINDOW_PER_JOB) };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(STACK_BYTES).build();
        let pool = pool.map_err(|error| BatchError::Workers(error.to_string()))?;

        let mut summary = Summary::default();
        let stopped = AtomicBool::new(false);
        let (done, results) = mpsc::channel();
        let ended = pool.in_place_scope(|scope| {
            let mut waiting: BTreeMap<usize, Screening> = BTreeMap::new();
            let (mut listed, mut answered) = (0, 0);
            let mut entries = entries.fuse();
            loop {
                while listed - answered < window
                    && let Some(entry) = entries.next()
                {
                    let (number, done, stopped) = (listed, done.clone(), &stopped);
                    listed += 1;
                    scope.spawn(move |_| {
                        if !stopped.load(Ordering::Relaxed) {
                            // A panic here is a bug of ours; left alone it would leave a number that
                            // never comes, and the run would wait for ever.
                            let result = catch_unwind(AssertUnwindSafe(|| self.screen(&entry)));
                            // Nobody listens any more only after a failed answer.
                            let _ = done.send((number, result));
                        }
                    });
                }
                if answered == listed {
                    return Ok(());
                }
                let Ok((number, screening)) = results.recv() else { return Ok(()) };
                waiting.insert(number, screening.unwrap_or_else(|panic| resume_unwind(panic)));
                while let Some(screening) = waiting.remove(&answered) {
                    answered += 1;
                    summary.add(&screening);
                    if let Err(error) = answer(&screening) {
                        stopped.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
            }
        });
        ended.map_err(BatchError::Answer)?;
        summary.seconds = started.elapsed().as_secs_f64();
        Ok(summary)
    }

    /// Reads and screens one entry; what can't be read is an answer too.
    pub fn screen(&self, entry: &Entry) -> Screening {
        let started = Instant::now();
        let mut screening = match entry.read(self.screener.limits().file) {
            Ok(bytes) => self.screener.screen(&Document::new(&*entry.name, bytes)),
            Err(gap) => self.unread(&entry.name, gap),
        };
        screening.ms = started.elapsed().as_secs_f64() * 1000.0;
        screening
    }

    /// The answer about a document whose bytes could not be had. Its name is screened all the same.
    fn unread(&self, name: &str, gap: Gap) -> Screening {
        let named = self.screener.screen(&Document::new(name, []));
        let unread = vec![Unread { verdict: self.screener.policy().unread(gap.kind), gap, inner: None }];
        Screening {
            sha256: None,
            bytes: 0,
            file_type: "unknown".into(),
            named_as: None,
            no_text: false,
            verdict: Screening::highest(&named.findings, &unread),
            unread,
            ..named
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;
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
            let batch = Batch { screener: &screener, jobs };
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
        let jobs = NonZeroUsize::MIN;
        let verdicts = [("unread.io".to_owned(), Verdict::Pass)].into();
        let policy = Policy { verdicts, ..Policy::default() };
        let entry = entries(1).next().unwrap();
        let screen = |policy| Batch { screener: &screener(policy), jobs }.screen(&entry);
        let (strict, lax) = (screen(Policy::default()), screen(policy));
        assert_eq!((strict.verdict, lax.verdict), (Verdict::Review, Verdict::Pass));
        assert_eq!((strict.bytes, strict.sha256, lax.unread.len()), (0, None, 1));
    }

    #[test]
    fn a_failed_answer_ends_the_run() {
        let screener = screener(Policy::default());
        let jobs = NonZeroUsize::new(2).unwrap();
        let batch = Batch { screener: &screener, jobs };
        let mut answered = 0;
        let ended = batch.run(entries(5_000), |_| {
            answered += 1;
            if answered == 3 { Err("full") } else { Ok(()) }
        });
        assert!(matches!(ended, Err(BatchError::Answer("full"))));
        assert_eq!(answered, 3);
    }
}
