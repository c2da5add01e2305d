//! What the office makes of a finding or an unread part: verdict per rule or rule prefix.

use std::collections::BTreeMap;

use crate::finding::Verdict;
use crate::limits::GapKind;

/// Verdicts that differ from the rules' own, by rule identifier or prefix (`mark`, `mark.state`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Rule or prefix to verdict; the longest prefix wins.
    pub verdicts: BTreeMap<String, Verdict>,
}

impl Policy {
    /// The verdict of a finding whose judge said `judged`.
    pub fn finding(&self, rule: &str, judged: Verdict) -> Verdict {
        self.line(rule).unwrap_or(judged)
    }

    /// The verdict of an unread part: review unless a line says otherwise.
    pub fn unread(&self, kind: GapKind) -> Verdict {
        self.line(kind.rule()).unwrap_or(Verdict::Review)
    }

    fn line(&self, rule: &str) -> Option<Verdict> {
        let mut prefix = rule;
        loop {
            if let Some(&verdict) = self.verdicts.get(prefix) {
                return Some(verdict);
            }
            prefix = prefix.rsplit_once('.')?.0;
        }
    }
}
