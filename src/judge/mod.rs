//! Tells a mark from a mention and from noise, and says why.
//!
//! Ordered rules over explicit evidence, in one direction: what certainly makes a hit a mention
//! (quoted, enumerated, part of a longer word) comes before what makes it a mark (★ and period, a
//! label, the place where marks stand, a line of its own). Each decision carries its evidence, so
//! that an editor can follow it and a developer can mend it.

mod cursor;
mod facts;
mod grammar;
mod handling;
mod headword;
mod label;
mod latin;
mod letterhead;
mod level;
mod listing;
mod literal;
mod pattern;
mod period;
mod phrase;
mod runs;
mod segment;
mod shape;
mod spots;
mod talk;
mod words;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use crate::finding::{Confidence, Evidence, Judged, Mark, Reason, Verdict};
use crate::matcher::{Gaps, Match};
use crate::rules::{Kind, Overlap, Role, Rule, RuleSet};
use crate::text::{Break, Place, Text};
use facts::Facts;
pub use period::highest;
use shape::Shape;
use spots::Spots;

/// A hit with the decision about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The rule's identifier.
    pub rule: Arc<str>,
    /// Bytes of the text, half open: the whole mark or warning.
    pub range: Range<usize>,
    /// The parsed mark, for levels; few judgements have one.
    pub mark: Option<Box<Mark>>,
    /// When the mark was made and when it runs out, where both are known.
    pub lapses: Option<(Date, Date)>,
    /// What it means before expiry and policy; pass for what is dropped.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
}

/// A decision in the making.
struct Decision {
    judged: Judged,
    confidence: Confidence,
    evidence: Vec<Evidence>,
    lapses: Option<(Date, Date)>,
}

impl Decision {
    fn new(judged: Judged, confidence: Confidence, evidence: Vec<Evidence>) -> Self {
        Self { judged, confidence, evidence, lapses: None }
    }

    fn mention(evidence: Evidence) -> Self {
        Self::new(Judged::Mention, Confidence::High, vec![evidence])
    }

    fn noise(evidence: Evidence) -> Self {
        Self::new(Judged::Noise, Confidence::High, vec![evidence])
    }
}

/// Which judgements somebody wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that are findings.
    Findings,
    /// Also the hits that are dropped, each with its reason.
    All,
}

/// Everything a decision may look at.
struct Case<'a> {
    rules: &'a RuleSet,
    text: &'a Text,
    wanted: Wanted,
    facts: Facts<'a>,
}

/// Judges every match; the answers come in document order.
pub fn judge(rules: &RuleSet, text: &Text, matches: &[Match], wanted: Wanted) -> Vec<Judgement> {
    let case = Case { rules, text, wanted, facts: Facts::new(text) };
    let mut judgements = Vec::new();
    let terms = rules.terms();
    for hit in matches {
        let term = &terms[hit.term];
        if matches!(term.role, Role::Cue(_) | Role::Near | Role::Tail | Role::Allow) {
            continue;
        }
        let rule = rules.rule(term.rule);
        if let (Kind::Level(levels), Role::Level(index)) = (&rule.kind, term.role) {
            judgements.extend(levels.get(usize::from(index)).and_then(|level| case.level(rule, level, hit)));
            continue;
        }
        if let (Kind::Term, Role::Whole) = (&rule.kind, term.role) {
            judgements.extend(case.term(rule, hit));
            continue;
        }
        let Some(shape) = Shape::new(text, &hit.range) else { continue };
        let judgement = match (&rule.kind, term.role) {
            (Kind::Warning, Role::Head) => case.head(rule, hit, &shape, matches),
            (Kind::Warning, Role::Whole) => case.warning(rule, hit, &shape, hit.range.clone()),
            (Kind::Banner { goes_on }, Role::Whole) => case.banner(rule, *goes_on, hit, &shape),
            (Kind::Declaration, Role::Whole) => case.declaration(rule, hit, &shape),
            _ => None,
        };
        judgements.extend(judgement);
    }
    let spots = Spots::new(rules, text.as_str(), matches);
    for (number, rule) in rules.iter().enumerate() {
        case.pattern(number, rule, &spots, &mut judgements);
    }
    // All but those of patterns were found by their starts: once those that begin together are in order, sorting finds
    // one long run, and need not move it.
    for same in judgements.chunk_by_mut(|a, b| a.range.start == b.range.start) {
        same.sort_by_key(|judgement| Reverse(judgement.range.end));
    }
    judgements.sort_by_key(|judgement| (judgement.range.start, Reverse(judgement.range.end)));
    drop_lists_of_levels(&case, matches, &mut judgements);
    raise_repeated(&case, &mut judgements);
    drop_covered(rules, &mut judgements);
    drop_repeated_readings(text, &mut judgements);
    note_contradictions(&mut judgements);
    judgements
}

impl Case<'_> {
    /// Whether nobody wants to know of a decision.
    fn drops(&self, decision: &Decision) -> bool {
        self.wanted == Wanted::Findings && decision.judged <= Judged::Mention
    }

    /// The decision about a hit that all of its cell, comment or value is a warning with, whatever its words and
    /// the rows around it look like.
    fn unless_warning(&self, shape: &Shape, decision: Decision) -> Decision {
        let may_be = |evidence: &Evidence| match evidence {
            Evidence::Quoted => shape.literal.is_some(),
            Evidence::Enumerated
            | Evidence::InSentence
            | Evidence::TalkedAbout(_)
            | Evidence::HeadNoun(_)
            | Evidence::Headword
            | Evidence::OtherThing(_)
            | Evidence::Wording => true,
            _ => false,
        };
        if decision.judged < Judged::Mark
            && decision.judged > Judged::Noise
            && decision.evidence.first().is_some_and(may_be)
            && !self.facts.is_about_secrecy()
            && !self.facts.regulation()
            && handling::fills_unit(shape)
        {
            return Decision::new(Judged::Mark, Confidence::Medium, vec![Evidence::Wording]);
        }
        decision
    }

    /// The judgement that a decision makes; `None` when it drops the hit and nobody wants to know why.
    fn judgement(
        &self,
        rule: &Rule,
        range: Range<usize>,
        mark: Option<Mark>,
        decision: Decision,
    ) -> Option<Judgement> {
        if self.drops(&decision) {
            return None;
        }
        let Decision { judged, mut confidence, evidence, lapses } = decision;
        let mut verdict = match judged {
            Judged::Mark => rule.verdict,
            Judged::Unsure => rule.verdict.min(Verdict::Review),
            Judged::Mention | Judged::Noise => Verdict::Pass,
        };
        if evidence.iter().any(|e| matches!(e, Evidence::Withdrawn(_) | Evidence::ExamPaper)) {
            verdict = verdict.min(Verdict::Review);
        }
        let place = self.text.segment(range.start).map(|segment| segment.at.place);
        if place == Some(Place::Revision) {
            // Superseded, but still in the file.
            verdict = verdict.min(Verdict::Review);
        }
        if judged == Judged::Unsure {
            confidence = Confidence::Low;
        }
        let reason = Reason { judged, evidence };
        let mark = mark.map(Box::new);
        Some(Judgement { rule: rule.id.clone(), range, mark, lapses, verdict, confidence, reason })
    }
}

/// How clearly a hit stands on the document instead of in its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// In a sentence.
    None,
    /// Apart from sentences, but where texts have headings and lists too.
    Weak,
    /// Where marks stand.
    Strong,
}

/// Where and how a hit stands, with the evidence for it.
fn standing(shape: &Shape) -> (Standing, Vec<Evidence>) {
    let at = &shape.segment.at;
    // A text box, a footnote or a speaker's note that holds nothing else.
    let stamp_place = !matches!(at.place, Place::Body | Place::Table);
    let mark_zone =
        at.zone.filter(|zone| zone.is_top() || zone.is_foot() || *zone == crate::text::Zone::Margin);
    let mut evidence = Vec::new();
    if at.place == Place::Watermark && shape.letter_before().is_none() && shape.letter_after().is_none() {
        // Whoever printed it and when stands beside it: 机密 甲某 2030-01-01.
        return (Standing::Strong, vec![Evidence::InPlace(at.place)]);
    }
    let (alone, letterhead) = match shape.alone() {
        Some(letterhead) => {
            evidence.push(Evidence::OwnLine);
            (Standing::Strong, letterhead)
        }
        None => match shape.alone_in_field() {
            Some(letterhead) => (Standing::Weak, letterhead),
            None if shape.bracketed_at_end() || shape.bracketed_at_start() => {
                evidence.push(Evidence::Bracketed);
                return (Standing::Strong, evidence);
            }
            None => return (Standing::None, evidence),
        },
    };
    if let Some(literal) = &shape.literal {
        let stands = if literal.stamped { Standing::Strong } else { Standing::Weak };
        return (stands, evidence);
    }
    if let Some(letterhead) = letterhead.or_else(|| shape.letterhead_nearby()) {
        evidence.push(Evidence::Letterhead(letterhead));
        return (Standing::Strong, evidence);
    }
    if stamp_place {
        evidence.push(Evidence::InPlace(at.place));
        return (Standing::Strong, evidence);
    }
    if let Some(zone) = mark_zone {
        evidence.push(Evidence::InZone(zone));
        return (
            Standing::Strong.min(if shape.cells() > 2 { Standing::Weak } else { Standing::Strong }),
            evidence,
        );
    }
    let begins = at.place == Place::Body || at.place == Place::Table && shape.cells() == 1;
    if begins && at.zone.is_none() && shape.is_first() && alone == Standing::Strong {
        // The head of a document that has no page.
        evidence.push(Evidence::FirstLines);
        return (Standing::Strong, evidence);
    }
    (if alone == Standing::Strong { Standing::Weak } else { Standing::None }, evidence)
}

/// What makes a hit a mention whatever else holds; `word` is the hit, folded.
fn mentioned(shape: &Shape, word: &str) -> Option<Evidence> {
    if shape.quoted() && !(shape.quoted_closely() && label::label(shape.before).is_some()) {
        let whole = shape::core(shape.line_before).is_empty() && shape::core(shape.line_after).is_empty();
        if !whole || shape.enumerated(word) {
            return Some(Evidence::Quoted);
        }
    }
    let code = shape.literal.as_ref().map(|literal| &literal.code);
    if shape.enumerated(word)
        || code.is_some_and(|code| {
            code.enumerated(word)
                || code.in_row_of_marks()
                || !code.hit.contains(['★', '☆']) && code.is_key_among_levels(word)
        })
    {
        return Some(Evidence::Enumerated);
    }
    if shape.quoted_in_brackets() {
        return Some(Evidence::Quoted);
    }
    let labelled = label::label(shape.line_before).is_some();
    if !labelled
        && !shape.hit.contains(['★', '☆'])
        && shape.segment.at.place.is_running_text()
        && shape.listed()
        && !shape.sole_value()
        && !shape.is_marking()
    {
        return Some(Evidence::Enumerated);
    }
    if shape.has_pinyin() && !word.is_ascii() {
        return Some(Evidence::Headword);
    }
    talk::negated(shape).map(|cue| Evidence::Negated(cue.to_owned()))
}

/// How a disguised hit was written; `None` for a plain one. One blank between the characters is
/// how GB/T 9704-1999 has it written.
fn disguise(text: &Text, range: &Range<usize>, gap: Gaps) -> Option<Evidence> {
    (gap.separators > 0 || gap.shapeless > 0 || gap.broken > 0 || gap.blank > 1)
        .then(|| Evidence::Disguised(text.as_str().get(range.clone()).unwrap_or_default().to_owned()))
}

/// Characters that a star and a period behind a level have at most.
const PERIOD_CHARS: usize = 12;

/// Whether a hit's characters can't belong together: a paragraph's end runs through it, and its
/// pieces are not lines of their own.
fn torn(shape: &Shape, gap: Gaps) -> bool {
    // 机|密|度 in the cells of a row, 普通 and 商密 at the end of one row and the head of the next.
    let single =
        |cell: &str| cell.trim().chars().count() == 1 && cell.trim().starts_with(char::is_alphabetic);
    let cells = |line: &str| line.contains('\t');
    if gap.broken > 0
        && (shape.hit.contains('\t')
            && shape.hit.chars().filter(|c| !c.is_whitespace()).count() == 2
            && (shape.line_before.trim_end_matches('\t').rsplit('\t').next().is_some_and(single)
                || shape.line_after.trim_start_matches('\t').split('\t').next().is_some_and(single))
            || shape.hit.contains('\n') && (cells(shape.line_before) || cells(shape.line_after)))
    {
        return true;
    }
    // 秘 at the end of a line, 密★10年 at the head of the next page.
    let ends = |rest: &str| {
        let rest = rest.trim();
        shape::core(rest).is_empty() || rest.starts_with(['★', '☆']) && rest.chars().count() <= PERIOD_CHARS
    };
    gap.broken > 0
        && !(shape::core(shape.line_before).is_empty() && ends(shape.line_after))
        && (gap.hardest >= Break::Paragraph || gap.broken > 1)
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
        shape::core(line) == flat.get(range.clone()).unwrap_or_default() || is_string(range)
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

/// A pattern written in the program.
///
/// # Panics
/// When the pattern is broken, which the first test that runs shows.
#[expect(clippy::expect_used, reason = "the patterns are the program's own and each is built by a test")]
fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of the program is valid")
}
