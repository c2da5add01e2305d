//! What the office makes of a finding or an unread part on a given day: expiry, verdict per rule or
//! rule prefix, and [`Exceptions`] that a person answers for.
//!
//! The judge says what a hit is; the office decides what that means for publication. A line names a
//! rule (`mark.state`), a family (`mark`), a kind of unread part (`unread.image`), all of them
//! (`unread`), or documents whose type carries no text ([`NO_TEXT`]).

mod exceptions;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::finding::{Evidence, Judged, Reason, Screening, Verdict};
use crate::limits::GapKind;
use crate::rules::RuleSet;

pub use exceptions::{Decision, ExceptionError, ExceptionProblem, Exceptions, NewException, Usage, latest};

/// The name of the policy line for documents whose type carries no text (fonts, audio, video).
pub const NO_TEXT: &str = "no_text";

/// What differs from the rules' own verdicts: by rule identifier or prefix (`mark`, `mark.state`), and
/// by exception.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Rule or prefix to verdict; the longest prefix wins.
    pub verdicts: BTreeMap<String, Verdict>,
    /// What may go out all the same.
    pub exceptions: Exceptions,
}

/// From which verdict on a run does not end with success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Only blocked documents, and those that were not read.
    Block,
    /// Also those that a person has to look at.
    #[default]
    Review,
    /// Never: the report alone tells.
    Never,
}

/// Notes that a mark has run out by `today`: a person decides whether it still binds.
pub fn expire(lapses: Option<(Date, Date)>, today: Date, verdict: &mut Verdict, reason: &mut Reason) {
    if let Some((made, ended)) = lapses
        && ended < today
        && reason.judged == Judged::Mark
    {
        reason.evidence.push(Evidence::Expired(made, ended));
        *verdict = (*verdict).min(Verdict::Review);
    }
}

impl Policy {
    /// Turns what was seen in a document into what it means on `today`: expiry, the policy's
    /// verdicts, exceptions, and the document's own verdict. Findings that come out as pass are taken out.
    pub fn decide(&self, screening: &mut Screening, today: Date) {
        for finding in &mut screening.findings {
            expire(finding.lapses, today, &mut finding.verdict, &mut finding.reason);
            finding.verdict = self.finding(&finding.rule, finding.verdict);
        }
        screening.findings.retain(|finding| finding.verdict > Verdict::Pass);
        for unread in &mut screening.unread {
            unread.verdict = self.unread(unread.gap.kind);
        }
        self.exceptions.apply(screening, today);
        let no_text = if screening.no_text { self.no_text() } else { Verdict::Pass };
        screening.verdict = no_text.max(Screening::highest(&screening.findings, &screening.unread));
    }

    /// The verdict of a finding whose judge said `judged`.
    pub fn finding(&self, rule: &str, judged: Verdict) -> Verdict {
        self.line(rule).unwrap_or(judged)
    }

    /// The verdict of an unread part: review unless a line says otherwise.
    pub fn unread(&self, kind: GapKind) -> Verdict {
        self.line(kind.rule()).unwrap_or(Verdict::Review)
    }

    /// The verdict of a document whose type carries no text: pass unless a line says otherwise.
    pub fn no_text(&self) -> Verdict {
        self.line(NO_TEXT).unwrap_or(Verdict::Pass)
    }

    /// Every name that a line may have: the rules, their families, and what is not read.
    pub fn names(rules: &RuleSet) -> BTreeSet<String> {
        let ids = rules.iter().map(|rule| &*rule.id).chain(GapKind::ALL.map(GapKind::rule));
        let mut names = BTreeSet::from([NO_TEXT.to_owned()]);
        for id in ids {
            names.extend(prefixes(id).map(str::to_owned));
        }
        names
    }

    fn line(&self, rule: &str) -> Option<Verdict> {
        prefixes(rule).find_map(|prefix| self.verdicts.get(prefix).copied())
    }
}

/// A rule's identifier and its families, longest first.
fn prefixes(rule: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(rule), |prefix| prefix.rsplit_once('.').map(|(family, _)| family))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(lines: &[(&str, Verdict)]) -> Policy {
        let verdicts = lines.iter().map(|(name, verdict)| ((*name).to_owned(), *verdict)).collect();
        Policy { verdicts, ..Policy::default() }
    }

    #[test]
    fn the_longest_prefix_wins() {
        let policy = policy(&[("mark", Verdict::Review), ("mark.state.old", Verdict::Pass)]);
        assert_eq!(policy.finding("mark.state", Verdict::Block), Verdict::Review);
        assert_eq!(policy.finding("mark.state.old", Verdict::Block), Verdict::Pass);
        assert_eq!(policy.finding("mark.state.old.x", Verdict::Block), Verdict::Pass);
        assert_eq!(policy.finding("mark.state.older", Verdict::Block), Verdict::Review);
        assert_eq!(policy.finding("marks", Verdict::Block), Verdict::Block);
    }

    #[test]
    fn what_is_unread_is_review_and_what_has_no_text_passes_unless_a_line_says_otherwise() {
        let none = Policy::default();
        for kind in GapKind::ALL {
            assert_eq!(none.unread(kind), Verdict::Review);
        }
        assert_eq!(none.no_text(), Verdict::Pass);
        let some = policy(&[
            ("unread", Verdict::Block),
            ("unread.image", Verdict::Pass),
            (NO_TEXT, Verdict::Review),
        ]);
        assert_eq!(some.unread(GapKind::Encrypted), Verdict::Block);
        assert_eq!(some.unread(GapKind::Image), Verdict::Pass);
        assert_eq!(some.no_text(), Verdict::Review);
    }

    #[test]
    fn lines_may_name_kinds_of_unread_parts_and_all_of_them() {
        let names = Policy::names(&RuleSet::default());
        for name in ["unread", "unread.image", "unread.crashed", NO_TEXT] {
            assert!(names.contains(name), "{name}");
        }
        assert!(!names.contains("unread.other"));
    }
}
