//! What waits to be screened, for all threads that screen.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::isolate::GROUP;
use crate::source::Entry;

/// Entries with their numbers in the listing.
#[derive(Default)]
pub(super) struct Queue {
    entries: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Default)]
struct Waiting {
    entries: VecDeque<(usize, Entry)>,
    /// No more will come.
    closed: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, entries: Vec<(usize, Entry)>) {
        if !entries.is_empty() {
            self.lock().entries.extend(entries);
            self.more.notify_all();
        }
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.lock().entries.len()
    }

    /// Drops those that wait, and says how many they were. They are the end of the listing, since
    /// entries are taken from the front.
    pub(super) fn clear(&self) -> usize {
        std::mem::take(&mut self.lock().entries).len()
    }

    /// The next entry, as soon as there is one; `None` when no more will come.
    pub(super) fn wait(&self) -> Option<(usize, Entry)> {
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
    pub(super) fn take_share(&self, threads: usize, taken: usize) -> Option<(usize, Entry)> {
        let mut waiting = self.lock();
        let share = match threads {
            1 => GROUP,
            threads => (waiting.entries.len() + taken) / (2 * threads),
        };
        if taken < share { waiting.entries.pop_front() } else { None }
    }
}

/// Closes the queue however the run ends: its threads wait for that.
pub(super) struct CloseLater<'a>(pub(super) &'a Queue);

impl Drop for CloseLater<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.entries.clear();
        waiting.closed = true;
        self.0.more.notify_all();
    }
}
