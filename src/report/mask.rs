//! What a report may show of a document: the one place where that is decided.
//!
//! A report travels further than the document it is about, so it must not become the leak. The
//! built-in mark vocabulary is public knowledge and may be shown; an office's own terms and
//! personal data are masked, also where they stand in the surroundings of another finding.

use super::Show;
use crate::finding::{Finding, Screening};

/// What stands for masked characters. Always the same, so that not even their number shows.
pub(super) const MASK: &str = "***";

/// Characters of a masked text that give it away at the cut edge of the surroundings.
const EDGE_CHARACTERS: usize = 2;

/// What may be shown of one finding.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The match, masked or not.
    pub(super) matched: Option<String>,
    /// What stands before and behind it.
    pub(super) context: Option<(String, String)>,
    /// Whether the parts of its mark and the words that speak for and against it may be shown.
    pub(super) data: bool,
}

/// What may be shown of a finding of this document.
pub(super) fn shown(finding: &Finding, screening: &Screening, show: Show) -> Shown {
    let matched = match (show, finding.masked) {
        (Show::None, _) => None,
        (_, true) => Some(MASK.to_owned()),
        (_, false) => Some(finding.matched.clone()),
    };
    let context = (show == Show::Context).then(|| {
        let (mut before, mut behind) = finding.context.clone();
        let line = |f: &Finding| (f.at.line, f.at.page);
        let secrets = screening
            .findings
            .iter()
            .chain(screening.excepted_findings())
            .filter(|f| f.masked && !f.matched.is_empty());
        for other in secrets.filter(|f| line(f) == line(finding) && f.inner == finding.inner) {
            before = without(&before, &other.matched, Edge::Start);
            behind = without(&behind, &other.matched, Edge::End);
        }
        (before, behind)
    });
    Shown { matched, context, data: show > Show::None && !finding.masked }
}

/// The side on which surroundings are cut off.
enum Edge {
    Start,
    End,
}

/// `text` without `secret`, whole or cut off at the edge.
fn without(text: &str, secret: &str, edge: Edge) -> String {
    let text = text.replace(secret, MASK);
    let cuts = secret.char_indices().map(|(at, _)| at);
    match edge {
        Edge::Start => {
            let part = cuts
                .filter_map(|at| secret.get(at..))
                .find(|part| part.chars().count() >= EDGE_CHARACTERS && text.starts_with(part));
            part.and_then(|part| text.strip_prefix(part)).map(|rest| format!("{MASK}{rest}"))
        }
        Edge::End => {
            let part = cuts
                .rev()
                .filter_map(|at| secret.get(..at))
                .find(|part| part.chars().count() >= EDGE_CHARACTERS && text.ends_with(part));
            part.and_then(|part| text.strip_suffix(part)).map(|rest| format!("{rest}{MASK}"))
        }
    }
    .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_removed_whole_and_at_the_cut_edges() {
        assert_eq!(without("张三 13800138000 李四", "13800138000", Edge::Start), "张三 *** 李四");
        assert_eq!(without("238000 李四", "13800138000", Edge::Start), "238000 李四");
        assert_eq!(without("38000 李四", "13800138000", Edge::Start), "*** 李四");
        assert_eq!(without("李四 13800", "13800138000", Edge::End), "李四 ***");
        assert_eq!(without("李四 1", "13800138000", Edge::End), "李四 1");
        assert_eq!(without("青龙", "青龙计划", Edge::End), "***");
    }
}
