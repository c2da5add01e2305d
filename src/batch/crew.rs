//! The processes that look into documents for a batch: as many as the work is worth, up to one for
//! each job.
//!
//! A process takes some ten milliseconds of processor time before its first document, in which one
//! that is already there looks into hundreds of small ones. So the first begins alone, and another
//! comes when the work that is known of is worth it, or when documents wait for long.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::document::Document;
use crate::finding::Screening;
use crate::isolate::{NoWorker, Worker, Workers};
use crate::limits::Gap;

/// How long all documents known of keep one process busy, for each process that there is, when
/// another is worth its start: some twenty times what that costs.
const WORTH: Duration = Duration::from_millis(150);
/// How long documents wait for a process that is free before another starts.
const PATIENCE: Duration = Duration::from_millis(50);

/// The workers of a batch.
pub(super) struct Crew<'a> {
    workers: &'a Workers,
    /// How many there are at most.
    most: usize,
    state: Mutex<State<'a>>,
    back: Condvar,
}

#[derive(Default)]
struct State<'a> {
    idle: Vec<Worker<'a>>,
    /// Workers that there are.
    count: usize,
    /// Documents that were looked into, and how long that took.
    documents: usize,
    looked: Duration,
    /// Documents that are read and wait for a worker.
    waiting: usize,
}

impl State<'_> {
    /// Whether another worker is worth its start when besides the documents that wait for one so many
    /// are listed.
    fn is_worth_another(&self, listed: usize) -> bool {
        if self.count == 0 {
            return true;
        }
        // Those to come are taken to be like those before.
        let ahead = (self.waiting + listed) as f64 / self.documents.max(1) as f64;
        self.looked.as_secs_f64() * (1.0 + ahead) >= WORTH.as_secs_f64() * self.count as f64
    }
}

impl<'a> Crew<'a> {
    pub(super) fn new(workers: &'a Workers, most: usize) -> Self {
        Self { workers, most, state: Mutex::default(), back: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker for so many documents, as soon as one is free; `listed` tells how many more wait to be
    /// read.
    pub(super) fn take(&self, documents: usize, listed: impl Fn() -> usize) -> Hand<'_, 'a> {
        let mut state = self.lock();
        state.waiting += documents;
        let mut late = false;
        let worker = loop {
            if let Some(worker) = state.idle.pop() {
                break worker;
            }
            if state.count < self.most && (late || state.is_worth_another(listed())) {
                state.count += 1;
                break Worker::new(self.workers);
            }
            let (woken, waited) =
                self.back.wait_timeout(state, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            (state, late) = (woken, waited.timed_out());
        };
        state.waiting -= documents;
        Hand { crew: self, worker: Some(worker), documents: 0, looked: Duration::ZERO }
    }
}

/// A worker that one thread uses. Dropping it gives it back.
pub(super) struct Hand<'c, 'a> {
    crew: &'c Crew<'a>,
    /// Absent only while it is given back.
    worker: Option<Worker<'a>>,
    documents: usize,
    looked: Duration,
}

impl Hand<'_, '_> {
    /// What is seen in each of the documents, see [`Worker::look`].
    ///
    /// # Errors
    /// No worker can be started.
    pub(super) fn look(&mut self, documents: &[Document]) -> Result<Vec<Result<Screening, Gap>>, NoWorker> {
        let Some(worker) = &mut self.worker else { return Ok(Vec::new()) };
        worker.load()?;
        let start = Instant::now();
        let seen = worker.look(documents);
        self.documents += documents.len();
        self.looked += start.elapsed();
        // Where one failed, others will: from then on one is loaded ahead.
        if self.crew.most > 1 && worker.has_failed() {
            // One that can't be had now is asked for again when it is needed.
            let _ = self.crew.workers.load_spare();
        }
        seen
    }
}

impl Drop for Hand<'_, '_> {
    fn drop(&mut self) {
        let mut state = self.crew.lock();
        state.documents += self.documents;
        state.looked += self.looked;
        state.idle.extend(self.worker.take());
        self.crew.back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_more_is_for_work_that_is_worth_it() {
        let state = |count, documents, milliseconds, waiting| State {
            count,
            documents,
            looked: Duration::from_millis(milliseconds),
            waiting,
            idle: Vec::new(),
        };
        // The first always, the second not before there is a measure of the documents.
        assert!(state(0, 0, 0, 1).is_worth_another(0));
        assert!(!state(1, 0, 0, 64).is_worth_another(10_000));
        // 64 documents in 4 ms: 2,336 more make 150 ms, the 4 ms among them.
        assert!(!state(1, 64, 4, 36).is_worth_another(2_299));
        assert!(state(1, 64, 4, 36).is_worth_another(2_300));
        // A third needs as much again, whether it is done or to be done.
        assert!(!state(2, 64, 4, 36).is_worth_another(2_300));
        assert!(!state(2, 5_000, 299, 0).is_worth_another(0));
        assert!(state(2, 5_000, 300, 0).is_worth_another(0));
    }
}
