//! An office's own lists: how they are given, how a plain one is read, which of its lines change
//! nothing.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::Role;
use crate::finding::Verdict;
use crate::fold::fold;

/// An office's own list, read but not yet understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// The path as the user wrote it.
    pub name: String,
    /// What stands in it.
    pub content: Vec<u8>,
    /// How it is used.
    pub options: ListOptions,
}

/// How a list is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOptions {
    /// What a finding of a plain list means.
    pub verdict: Verdict,
    /// Which of hits inside each other are reported.
    pub overlap: Overlap,
    /// The terms of a plain list are looked for by their sound too.
    pub pinyin: bool,
}

impl From<Verdict> for ListOptions {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, overlap: Overlap::default(), pinyin: false }
    }
}

/// Which hits of a rule are reported that lie inside longer ones of its family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    /// Only those that are graver than the longer one.
    #[default]
    Longest,
    /// Every one.
    All,
}

/// A line of a plain list that changes nothing, or less than it should: the list can be used, but its
/// author should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleWarning {
    /// The list, as named by the user.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// The term as written there.
    pub term: String,
    /// What it does not do.
    pub problem: RedundantTerm,
}

/// Why a line of a plain list changes nothing, or less than it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RedundantTerm {
    /// The same term, once folded, is on this line.
    Duplicate(u32),
    /// An earlier list has the same term, once folded.
    Elsewhere {
        /// That list, as named by the user.
        file: String,
        /// The line there, from 1.
        line: u32,
    },
    /// This line allows the very same term, so that it is never found.
    Allowed(u32),
    /// The term is not looked for by its sound, though the list asks for it: more than
    /// [`MOST_SPELLINGS`](super::MOST_SPELLINGS) spellings, too long ones, or a character without a reading.
    Unspelt,
}

/// Whether the list of this name holds rich rules.
pub(super) fn is_rich(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".toml")
}

/// The terms of a plain list with their lines, from 1.
pub(super) fn terms(text: &str) -> impl Iterator<Item = (u32, Role, &str)> {
    (1..).zip(text.lines().map(str::trim)).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(
        |(number, line)| match line.strip_prefix('!') {
            Some(rest) => (number, Role::Allow, rest.trim_start()),
            None => (number, Role::Whole, line),
        },
    )
}

/// The terms of plain lists that an earlier one holds too.
pub(super) fn repeated(lists: &[List]) -> Vec<RuleWarning> {
    let plain: Vec<_> = lists.iter().filter(|list| !is_rich(&list.name)).collect();
    let mut warnings = Vec::new();
    if plain.len() < 2 {
        return warnings;
    }
    let mut seen: HashMap<(Role, String), (&str, u32)> = HashMap::new();
    for list in plain {
        let content = list.content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&list.content);
        for (line, role, term) in terms(std::str::from_utf8(content).unwrap_or_default()) {
            match seen.entry((role, fold(term))) {
                Entry::Occupied(first) => {
                    let &(file, first) = first.get();
                    if file != list.name {
                        let problem = RedundantTerm::Elsewhere { file: file.into(), line: first };
                        let (file, term) = (list.name.clone(), term.to_owned());
                        warnings.push(RuleWarning { file, line, term, problem });
                    }
                }
                Entry::Vacant(free) => {
                    free.insert((&list.name, line));
                }
            }
        }
    }
    warnings
}
