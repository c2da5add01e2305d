//! Tells a mark from a mention and from noise, and says why.
//!
//! Ordered rules over explicit evidence, in one direction: what certainly makes a hit a mention
//! (quoted, enumerated, part of a longer word) comes before what makes it a mark (★ and period, a
//! label, the place where marks stand, a line of its own). Each decision carries its evidence, so
//! that an editor can follow it and a developer can mend it.

mod cursor;
mod expiry;
mod facts;
mod grammar;
mod handling;
mod headword;
mod label;
mod latin;
mod letterhead;
mod level;
mod line;
mod listing;
mod literal;
mod owner;
mod pattern;
mod period;
mod phrase;
mod running;
mod runs;
mod segment;
mod shape;
mod spots;
mod talk;
mod together;
mod words;

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use regex::Regex;

use crate::finding::{Confidence, Evidence, Judged, Mark, Reason, Verdict};
use crate::fold::fold;
use crate::matcher::{Gaps, Match};
use crate::rules::{Kind, Role, Rule, RuleSet};
use crate::text::{Break, Place, Text};
use facts::Facts;
use line::core;
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
    together::settle(&case, matches, &mut judgements);
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
fn standing(shape: &Shape, facts: &Facts) -> (Standing, Vec<Evidence>) {
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
            None if running::is_in_line(shape, facts) => {
                let place = Evidence::InPlace(at.place);
                evidence.push(mark_zone.map_or(place, Evidence::InZone));
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
    if alone == Standing::Strong && shape.is_on_title_slide() && !running::is_topic(&fold(shape.hit)) {
        evidence.push(Evidence::FirstLines);
        return (Standing::Strong, evidence);
    }
    (if alone == Standing::Strong { Standing::Weak } else { Standing::None }, evidence)
}

/// What makes a hit a mention whatever else holds; `word` is the hit, folded.
fn mentioned(shape: &Shape, word: &str) -> Option<Evidence> {
    if shape.quoted() && !(shape.quoted_closely() && label::label(shape.before).is_some()) {
        let whole = core(shape.line_before).is_empty() && core(shape.line_after).is_empty();
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
        && shape.boxed() != Some(true)
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
        core(rest).is_empty() || rest.starts_with(['★', '☆']) && rest.chars().count() <= PERIOD_CHARS
    };
    gap.broken > 0
        && !(core(shape.line_before).is_empty() && ends(shape.line_after))
        && (gap.hardest >= Break::Paragraph || gap.broken > 1)
}

/// A pattern written in the program.
///
/// # Panics
/// When the pattern is broken, which the first test that runs shows.
#[expect(clippy::expect_used, reason = "the patterns are the program's own and each is built by a test")]
fn fixed(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of the program is valid")
}
