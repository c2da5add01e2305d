//! What the judgements of a document say of each other: a list of levels, the same mark on every page,
//! a hit within a longer one, another reading of the same, and what contradicts itself.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use super::line::core;
use super::{Case, Judgement};
use crate::finding::{Confidence, Evidence, Judged, Reason, Verdict};
use crate::matcher::Match;
use crate::rules::{Overlap, Role, RuleSet};
use crate::text::{Place, Text};

/// Settles the judgements, which are in document order, with each other.
pub(super) fn settle(case: &Case, matches: &[Match], judgements: &mut Vec<Judgement>) {
    drop_lists_of_levels(case, matches, judgements);
    raise_repeated(case, judgements);
    drop_covered(case.rules, judgements);
    drop_repeated_readings(case.text, judgements);
    note_contradictions(judgements);
}

/// The first part of a rule's name.
fn family(rule: &str) -> &str {
    rule.split('.').next().unwrap_or_default()
}

/// How far the judgements of one family and gravity reach.
struct Reach<'a> {
    family: &'a str,
    judged: Judged,
    verdict: Verdict,
    end: usize,
}

/// Takes out hits that lie inside a longer one of the same rule family that is at least as grave, but
/// for those of rules that want every hit; of several rules that hit the same the gravest stays.
fn drop_covered(rules: &RuleSet, judgements: &mut Vec<Judgement>) {
    let every: Vec<&str> =
        rules.iter().filter(|rule| rule.overlap == Overlap::All).map(|rule| &*rule.id).collect();
    // They are in order of their starts, the longer first: whatever is longer and covers one stands
    // before it. There are few families and gravities.
    let mut reaches: Vec<Reach> = Vec::new();
    let mut keep = Vec::with_capacity(judgements.len());
    for same in judgements.chunk_by(|a, b| a.range == b.range) {
        for inner in same {
            let judged = inner.reason.judged;
            let longer = reaches.iter().any(|reach| {
                reach.end >= inner.range.end
                    && reach.judged >= judged
                    && reach.verdict >= inner.verdict
                    && reach.family == family(&inner.rule)
            });
            let equal = same.len() > 1
                && same.iter().any(|other| {
                    family(&other.rule) == family(&inner.rule)
                        && other.reason.judged >= judged.max(Judged::Mention)
                        && (other.verdict > inner.verdict
                            || other.verdict == inner.verdict && other.rule < inner.rule)
                });
            keep.push(!longer && !equal || every.contains(&&*inner.rule));
        }
        for outer in same.iter().filter(|outer| outer.reason.judged > Judged::Noise) {
            let (judged, verdict, end) = (outer.reason.judged, outer.verdict, outer.range.end);
            let known = reaches.iter_mut().find(|reach| {
                reach.judged == judged && reach.verdict == verdict && reach.family == family(&outer.rule)
            });
            match known {
                Some(reach) => reach.end = end.max(reach.end),
                None => reaches.push(Reach { family: family(&outer.rule), judged, verdict, end }),
            }
        }
    }
    let mut keep = keep.into_iter();
    judgements.retain(|_| keep.next().unwrap_or(true));
}

/// Takes out what another reading of the same paragraph repeats.
fn drop_repeated_readings(text: &Text, judgements: &mut Vec<Judgement>) {
    let folded = |j: &Judgement| crate::fold::fold(text.as_str().get(j.range.clone()).unwrap_or_default());
    let plain_of = |index: usize| {
        let mut at = index;
        while at > 0 && text.segments().get(at).is_some_and(|s| s.at.again) {
            at -= 1;
        }
        at
    };
    let mut keep = vec![true; judgements.len()];
    for (i, judgement) in judgements.iter().enumerate() {
        let index = text.segment_index(judgement.range.start);
        if !text.segments().get(index).is_some_and(|s| s.at.again) {
            continue;
        }
        let plain = plain_of(index);
        let word = folded(judgement);
        let at = |j: &Judgement| text.segment_index(j.range.start);
        keep[i] = !judgements[..i].iter().rev().take_while(|other| at(other) >= plain).any(|other| {
            other.rule == judgement.rule
                && other.reason.judged >= judgement.reason.judged
                && at(other) < index
                && folded(other) == word
        });
    }
    let mut keep = keep.into_iter();
    judgements.retain(|_| keep.next().unwrap_or(true));
}

/// Bytes within which bare levels that differ are a list of levels.
const LIST_BYTES: usize = 400;

/// Drops bare levels that could be marks or words, where another level has a line of its own nearby:
/// the words of a user interface, a list of levels. In scripts a string is a line of its own.
fn drop_lists_of_levels(case: &Case, matches: &[Match], judgements: &mut [Judgement]) {
    let flat = case.text.as_str();
    let level = |range: &Range<usize>| crate::fold::fold(flat.get(range.clone()).unwrap_or_default());
    let is_string = |range: &Range<usize>| {
        let quotation = ['"', '\'', '`'];
        case.text.segment(range.start).is_some_and(|segment| segment.at.place == Place::Script)
            && flat.get(..range.start).is_some_and(|before| before.ends_with(quotation))
            && flat.get(range.end..).is_some_and(|after| after.starts_with(quotation))
    };
    let alone = |range: &Range<usize>| {
        let line = flat.get(case.text.line_around(range.start)).unwrap_or_default();
        core(line) == flat.get(range.clone()).unwrap_or_default() || is_string(range)
    };
    let may_be_listed = |judgement: &&mut Judgement| {
        let judged = judgement.reason.judged;
        judged == Judged::Unsure || judged == Judged::Mark && is_string(&judgement.range)
    };
    for judgement in judgements.iter_mut().filter(may_be_listed) {
        let bare = judgement.mark.as_ref().is_some_and(|m| m.period.is_none() && m.condition.is_none());
        let (at, own) = (judgement.range.start, level(&judgement.range));
        let first = matches.partition_point(|hit| hit.range.start + LIST_BYTES < at);
        let mut near = matches.iter().skip(first).take_while(|hit| hit.range.start < at + LIST_BYTES);
        let other = |hit: &Match| {
            let term = &case.rules.terms()[hit.term];
            let level = matches!(term.role, Role::Level(_)) && term.folded != own;
            level && case.rules.rule(term.rule).id == judgement.rule && alone(&hit.range)
        };
        if bare && near.any(other) {
            judgement.reason = Reason { judged: Judged::Mention, evidence: vec![Evidence::Enumerated] };
            judgement.verdict = Verdict::Pass;
        }
    }
}

/// What stands alone on so many pages at least is a header or a watermark, whatever its place.
const REPEATED_PAGES: usize = 3;

/// Raises what could be a mark or a heading where it stands alone on page after page.
fn raise_repeated(case: &Case, judgements: &mut [Judgement]) {
    let alone = |j: &Judgement| {
        j.reason.judged == Judged::Unsure
            && j.reason.evidence.contains(&Evidence::OwnLine)
            && j.mark.is_some()
    };
    let page = |j: &Judgement| case.text.segment(j.range.start).and_then(|segment| segment.at.page);
    let mut pages: BTreeMap<(Arc<str>, String), BTreeSet<NonZeroU32>> = BTreeMap::new();
    let written =
        |j: &Judgement| crate::fold::fold(case.text.as_str().get(j.range.clone()).unwrap_or_default());
    for judgement in judgements.iter().filter(|j| alone(j)) {
        if let Some(page) = page(judgement) {
            pages.entry((judgement.rule.clone(), written(judgement))).or_default().insert(page);
        }
    }
    pages.retain(|_, pages| pages.len() >= REPEATED_PAGES);
    // The words themselves do not make it a text about secrecy.
    let own = pages.values().map(BTreeSet::len).sum();
    if pages.is_empty() || case.facts.is_about_secrecy_beside(own) {
        return;
    }
    for judgement in judgements.iter_mut().filter(|j| alone(j)) {
        if let Some(pages) = pages.get(&(judgement.rule.clone(), written(judgement))) {
            let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
            judgement.reason.judged = Judged::Mark;
            judgement.reason.evidence.insert(0, Evidence::EveryPage(count));
            judgement.verdict = case.rules.get(&judgement.rule).map_or(Verdict::Block, |rule| rule.verdict);
            judgement.confidence = Confidence::Medium;
        }
    }
}

/// A document that declares itself public and carries a mark contradicts itself: say so.
fn note_contradictions(judgements: &mut [Judgement]) {
    let open = judgements.iter().any(|j| &*j.rule == "publication.open" && j.reason.judged == Judged::Mark);
    if open {
        for judgement in judgements.iter_mut().filter(|j| j.mark.is_some() && j.verdict > Verdict::Pass) {
            judgement.reason.evidence.push(Evidence::Contradicts("publication.open".into()));
        }
    }
}
