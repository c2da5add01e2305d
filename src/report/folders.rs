//! How the documents of each folder came out: where in a share to begin.
//!
//! A document counts for the folder that it lies in, not for those above. The number of folders that
//! are told apart is bounded, so that a run over any share takes the same memory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::finding::Verdict;

/// Folders that are counted one by one; documents of others count for the folder above.
const FOLDERS: usize = 20_000;
/// What documents without a folder lie in.
const TOP: &str = ".";

/// The documents of one folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Folder {
    /// Its name as in those of its documents, `.` for the top.
    pub(super) folder: String,
    /// Documents in it.
    pub(super) documents: u64,
    /// Of these: may go out.
    pub(super) pass: u64,
    /// Of these: a person has to look.
    pub(super) review: u64,
    /// Of these: may not go out.
    pub(super) block: u64,
    /// Of these: at least one part was not read.
    pub(super) unread: u64,
}

/// The folders of a run.
#[derive(Debug, Default)]
pub(super) struct Folders(BTreeMap<String, Folder>);

impl Folders {
    /// Counts a document.
    pub(super) fn add(&mut self, record: &Record) {
        let above = |name: &str| name.rsplit_once('/').map_or(TOP, |(folder, _)| folder).to_owned();
        let mut name = above(&record.name);
        while self.0.len() >= FOLDERS && name != TOP && !self.0.contains_key(&name) {
            name = above(&name);
        }
        let folder = self
            .0
            .entry(name)
            .or_insert_with_key(|name| Folder { folder: name.clone(), ..Folder::default() });
        folder.documents += 1;
        folder.unread += u64::from(!record.unread.is_empty());
        *match record.verdict {
            Verdict::Pass => &mut folder.pass,
            Verdict::Review => &mut folder.review,
            Verdict::Block => &mut folder.block,
        } += 1;
    }

    /// All of them, by name; nothing where all documents lie in one folder, whose counts are the totals.
    pub(super) fn several(&self) -> Vec<&Folder> {
        if self.0.len() > 1 { self.0.values().collect() } else { Vec::new() }
    }

    /// Those with documents that may not go out yet, the worst first; nothing where there is one folder.
    pub(super) fn open(&self) -> Vec<&Folder> {
        let mut open = self.several();
        open.retain(|folder| folder.pass < folder.documents);
        open.sort_by_key(|folder| std::cmp::Reverse((folder.block, folder.review)));
        open
    }

    /// All of them, by name.
    pub(super) fn all(&self) -> impl Iterator<Item = &Folder> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(name: &str, verdict: &str) -> Record {
        let line = format!(
            r#"{{"v":1,"name":"{name}","bytes":3,"type":"text","verdict":"{verdict}","findings":[],"unread":[],"ms":1.0}}"#
        );
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn folders_come_worst_first_and_one_alone_is_not_told() {
        let mut folders = Folders::default();
        folders.add(&record("a.txt", "block"));
        assert!(folders.open().is_empty());
        for (name, verdict) in
            [("x/a.txt", "review"), ("x/y/b.txt", "block"), ("x/y/c.txt", "review"), ("z/a.txt", "pass")]
        {
            folders.add(&record(name, verdict));
        }
        let open: Vec<_> =
            folders.open().into_iter().map(|f| (&*f.folder, f.documents, f.block, f.review)).collect();
        assert_eq!(open, [("x/y", 2, 1, 1), (".", 1, 1, 0), ("x", 1, 0, 1)]);
        assert_eq!(folders.several().len(), 4);
    }

    #[test]
    fn more_folders_than_are_told_apart_count_for_those_above() {
        let mut folders = Folders::default();
        for number in 0..FOLDERS + 500 {
            folders.add(&record(&format!("top/{number}/a.txt"), "pass"));
        }
        // `top` itself is one more than the bound: the first that did not fit made it.
        assert_eq!(folders.0.len(), FOLDERS + 1);
        assert_eq!(folders.all().map(|folder| folder.documents).sum::<u64>(), 20_500);
        assert_eq!(folders.0[TOP].documents, 500);
    }
}
