//! The heart: one document in, one answer out, whatever the document does.
//!
//! Runs the stages over a document and everything inside it. Trouble becomes a gap in the answer;
//! panics of a stage stop here.

use std::borrow::Cow;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::document::{Document, INNER_SEPARATOR};
use crate::extract::{Extracted, extract, extract_rest};
use crate::filetype::{FileType, Identified, identify};
use crate::finding::{Confidence, Evidence, Finding, Judged, Mark, Reason, Screening, Unread, Verdict};
use crate::fold::fold;
use crate::judge::{Judgement, Wanted, highest, judge};
use crate::limits::{Budget, Gap, GapKind, Limits};
use crate::matcher::Matcher;
use crate::policy::{Exceptions, Policy, expire};
use crate::rules::RuleSet;
use crate::source::original_name;
use crate::text::{At, Location, Place, Text};

/// Characters of a finding's line that are kept on each side of it.
const CONTEXT_CHARS: usize = 20;
/// Findings of one document that are kept, and as many again of those that differ from all of them
/// in rule, verdict or expiry.
const FINDINGS: usize = 1_000;
/// Characters from which a warning is long enough to be no chance hit in a guessed encoding.
const LONG_WARNING_CHARS: usize = 6;
/// The same in what was made out of another text, white space left out.
const DERIVED_WARNING_CHARS: usize = 5;

/// Everything needed to screen documents; shared by all threads.
#[derive(Debug)]
pub struct Screener {
    rules: RuleSet,
    /// Built when the first document comes: who only decides needs none.
    matcher: OnceLock<Matcher>,
    policy: Policy,
    limits: Limits,
    today: Date,
}

/// A hit with the judge's decision, kept or dropped: what `mijian explain` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The rule's identifier.
    pub rule: Arc<str>,
    /// The characters as they stand in the document.
    pub matched: String,
    /// The parsed mark.
    pub mark: Option<Mark>,
    /// When the mark was made and when it runs out, where both are known.
    pub lapses: Option<(Date, Date)>,
    /// Where it stands.
    pub at: Location,
    /// Name of the inner document.
    pub inner: Option<String>,
    /// Up to 20 characters before and behind it.
    pub context: (String, String),
    /// The verdict, pass for dropped hits.
    pub verdict: Verdict,
    /// How sure the judge is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
}

/// One document of a nest of them, read.
struct Part {
    /// `None` for the outermost.
    inner: Option<String>,
    identified: Identified,
    extracted: Extracted,
    /// The part's own name as text.
    name: Text,
}

impl Screener {
    /// A screener for these rules. `today` is what expiry is reckoned against.
    pub fn new(rules: RuleSet, policy: Policy, limits: Limits, today: Date) -> Self {
        Self { rules, matcher: OnceLock::new(), policy, limits, today }
    }

    /// Builds the automaton, which the first document would wait for.
    pub fn warm_up(&self) {
        self.matcher();
    }

    fn matcher(&self) -> &Matcher {
        self.matcher.get_or_init(|| Matcher::new(&self.rules))
    }

    /// The rules in force.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The policy in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The same with what a person approved.
    #[must_use]
    pub fn with_exceptions(mut self, exceptions: Exceptions) -> Self {
        self.policy.exceptions = exceptions;
        self
    }

    /// Screens a document. Never fails and never panics: trouble is in the answer.
    pub fn screen(&self, document: &Document) -> Screening {
        let mut screening = self.look(document);
        self.decide(&mut screening);
        screening
    }

    /// Turns what [`look`](Self::look) saw, here or elsewhere, into what it means: see
    /// [`Policy::decide`].
    pub fn decide(&self, screening: &mut Screening) {
        self.policy.decide(screening, self.today);
    }

    /// What is in a document, before expiry and policy: verdicts are those of the rules alone, and
    /// those of unread parts are review. Depends on nothing but the document, the rules and the
    /// limits, so it can be kept. Never fails and never panics.
    pub fn look(&self, document: &Document) -> Screening {
        let start = Instant::now();
        let mut screening = Screening {
            sha256: Some(sha256(&document.bytes)),
            bytes: document.bytes.len() as u64,
            ..Screening::unseen(&document.name)
        };
        let mut full = false;
        self.walk(document, |part| {
            if part.inner.is_none() {
                screening.file_type = part.identified.file_type.as_str().into();
                screening.named_as = part.identified.named_as.clone();
                screening.no_text = part.identified.file_type.has_no_text();
            }
            let mut gaps = part.extracted.gaps.clone();
            match catch_unwind(AssertUnwindSafe(|| self.judged(&part, Wanted::Findings))) {
                Ok(found) => {
                    for hit in found {
                        if !keep(&mut screening.findings, self.finding(hit)) && !full {
                            full = true;
                            gaps.push(Gap::new(GapKind::Limit, format!("findings {FINDINGS}")));
                        }
                    }
                }
                Err(_) => gaps.push(Gap::new(GapKind::Crashed, "judge")),
            }
            screening.unread.extend(gaps.into_iter().map(|gap| Unread {
                verdict: Verdict::Review,
                gap,
                inner: part.inner.clone(),
            }));
        });
        let marks = screening.findings.iter().filter(|f| f.reason.judged == Judged::Mark && !f.masked);
        let marks = marks.filter_map(|finding| Some((&*finding.rule, finding.mark.as_ref()?)));
        screening.mark = highest(&self.rules, marks);
        screening.verdict = Screening::highest(&screening.findings, &screening.unread);
        screening.ms = start.elapsed().as_secs_f64() * 1e3;
        screening
    }

    /// Every hit of a document with the judge's decision, also the dropped ones.
    pub fn explain(&self, document: &Document) -> Vec<Explained> {
        let mut explained = Vec::new();
        self.walk(document, |part| {
            explained.extend(
                catch_unwind(AssertUnwindSafe(|| self.judged(&part, Wanted::All))).unwrap_or_default(),
            );
        });
        for hit in &mut explained {
            expire(hit.lapses, self.today, &mut hit.verdict, &mut hit.reason);
        }
        explained
    }

    /// What is extracted from a document and its inner documents, each under its inner name (empty
    /// for the document itself).
    pub fn read(&self, document: &Document) -> Vec<(String, Extracted)> {
        let mut parts = Vec::new();
        self.walk(document, |part| parts.push((part.inner.unwrap_or_default(), part.extracted)));
        parts
    }

    /// Reads the document, then the documents inside it, outermost first.
    fn walk(&self, document: &Document, mut visit: impl FnMut(Part)) {
        let mut budget = Budget::beside(&self.limits, document.bytes.len() as u64);
        let mut waiting = vec![(0, None, Cow::Borrowed(&*document.bytes))];
        while let Some((depth, inner, bytes)) = waiting.pop() {
            if let Some(name) = inner.clone().filter(|_| depth > self.limits.depth) {
                visit(limit_part(name, format!("depth {}", self.limits.depth)));
                continue;
            }
            let name = inner.clone().unwrap_or_else(|| document.name.clone());
            let mut part = self.part(inner, &name, &bytes, &mut budget);
            waiting.extend(take_inner(&mut part, depth + 1));
            let pictures = std::mem::take(&mut part.extracted.pictures);
            let (mut rest, inner, identified) =
                (part.extracted.rest.take(), part.inner.clone(), part.identified.clone());
            visit(part);
            for (own, extracted) in pictures {
                let identified = Identified { file_type: FileType::Unknown, named_as: None };
                // The name has been told with the names of the document's parts.
                let name = Text::new();
                visit(Part { inner: Some(inner_name(inner.as_deref(), &own)), identified, extracted, name });
            }
            while let Some(more) = rest {
                let read = AssertUnwindSafe(|| extract_rest(&bytes, more, &mut budget));
                let mut extracted = catch_unwind(read).unwrap_or_else(|_| crashed());
                rest = extracted.rest.take();
                let (inner, identified) = (inner.clone(), identified.clone());
                // The name has been told with the first piece.
                visit(Part { inner, identified, extracted, name: Text::new() });
            }
        }
    }

    fn part(&self, inner: Option<String>, name: &str, bytes: &[u8], budget: &mut Budget) -> Part {
        let own_name =
            if inner.is_some() { name.rsplit(INNER_SEPARATOR).next().unwrap_or(name) } else { name };
        let read = catch_unwind(AssertUnwindSafe(|| {
            let identified = identify(bytes, name);
            let extracted = extract(bytes, identified.file_type, budget);
            (identified, extracted)
        }));
        let (identified, extracted) =
            read.unwrap_or_else(|_| (Identified { file_type: FileType::Unknown, named_as: None }, crashed()));
        Part { inner, identified, extracted, name: name_text(own_name) }
    }

    fn judged(&self, part: &Part, wanted: Wanted) -> Vec<Explained> {
        let explained = |text| {
            let matches = self.matcher().find(&self.rules, text);
            let own = text.own();
            let judged = judge(&self.rules, text, &matches, wanted).into_iter();
            let judged = judged.filter(|judgement| own.contains(&judgement.range.start));
            judged.filter_map(|judgement| described(text, judgement, part.inner.as_ref())).collect()
        };
        let mut all: Vec<Explained> = explained(&part.name);
        all.append(&mut explained(&part.extracted.text));
        for reading in &part.extracted.alternatives {
            let mut others: Vec<Explained> = explained(reading);
            if reading.derived && !others.is_empty() {
                // What the text itself says needs no second finding, as often as it says it: with an exception for
                // one mark the same mark elsewhere must still be told.
                let told = |hit: &Explained| (hit.rule.clone(), fold(&hit.matched), hit.verdict);
                let mut known: HashMap<_, usize> = HashMap::new();
                all.iter().for_each(|hit| *known.entry(told(hit)).or_default() += 1);
                others.retain(|hit| match known.get_mut(&told(hit)) {
                    Some(left @ 1..) => {
                        *left -= 1;
                        false
                    }
                    _ => true,
                });
            }
            all.append(&mut others);
        }
        all
    }

    fn finding(&self, hit: Explained) -> Finding {
        let masked = self.rules.get(&hit.rule).is_some_and(|rule| rule.masked);
        let mut hash = Sha256::new();
        for piece in [hit.rule.as_ref(), &fold(&hit.matched), &fold(&hit.context.0), &fold(&hit.context.1)] {
            hash.update(piece.as_bytes());
            hash.update([0]);
        }
        Finding {
            verdict: hit.verdict,
            lapses: hit.lapses,
            fingerprint: hex(&hash.finalize())[..16].to_owned(),
            masked,
            rule: hit.rule,
            confidence: hit.confidence,
            matched: hit.matched,
            mark: hit.mark,
            at: hit.at,
            inner: hit.inner,
            context: hit.context,
            reason: hit.reason,
        }
    }
}

/// Adds a finding unless the same is known. `false` when there is no room for it: even then one
/// that could decide the verdict is kept.
fn keep(findings: &mut Vec<Finding>, finding: Finding) -> bool {
    let same = |f: &Finding| {
        f.fingerprint == finding.fingerprint && f.at.place == finding.at.place && f.inner == finding.inner
    };
    let alike =
        |f: &Finding| f.rule == finding.rule && f.verdict == finding.verdict && f.lapses == finding.lapses;
    if findings.iter().any(same) {
        return true;
    }
    let room = findings.len() < FINDINGS;
    if room || findings.len() < 2 * FINDINGS && !findings.iter().any(alike) {
        findings.push(finding);
    }
    room
}

/// Takes the documents out of a part, last first, so that popping yields them in order.
fn take_inner<'a>(part: &mut Part, depth: u8) -> Vec<(u8, Option<String>, Cow<'a, [u8]>)> {
    let inner = std::mem::take(&mut part.extracted.inner).into_iter();
    let name = |own: &str| Some(inner_name(part.inner.as_deref(), own));
    inner.map(|i| (depth, name(&i.name), Cow::Owned(i.bytes))).rev().collect()
}

/// The name of what is within the document `outer`. A separator in its own name would cut it: it becomes
/// its full-width form.
fn inner_name(outer: Option<&str>, own: &str) -> String {
    let own = own.replace(INNER_SEPARATOR, "！");
    outer.map_or_else(|| own.clone(), |outer| format!("{outer}{INNER_SEPARATOR}{own}"))
}

fn crashed() -> Extracted {
    Extracted { gaps: vec![Gap::new(GapKind::Crashed, "extract")], ..Extracted::default() }
}

fn limit_part(name: String, detail: String) -> Part {
    Part {
        name: name_text(name.rsplit(INNER_SEPARATOR).next().unwrap_or(&name)),
        inner: Some(name),
        identified: Identified { file_type: FileType::Unknown, named_as: None },
        extracted: Extracted { gaps: vec![Gap::new(GapKind::Limit, detail)], ..Extracted::default() },
    }
}

/// A name as text to screen; bytes that were escaped because they are not UTF-8, and names escaped
/// for the web, are read a second time as what they stand for.
fn name_text(name: &str) -> Text {
    let mut text = Text::new();
    text.push(At::new(Place::Name), name);
    if name.contains('%') {
        let bytes = original_name(name);
        let decoded = match String::from_utf8(bytes) {
            Ok(decoded) => decoded,
            Err(error) => encoding_rs::GB18030.decode_without_bom_handling(error.as_bytes()).0.into_owned(),
        };
        if decoded != name {
            text.push(At { again: true, ..At::new(Place::Name) }, &decoded);
        }
    }
    text
}

/// A judgement with its place and characters; in a guessed encoding only what can't be chance
/// blocks, and only that is told of what was made out of another text.
fn described(text: &Text, mut judgement: Judgement, inner: Option<&String>) -> Option<Explained> {
    let matched = text.as_str().get(judgement.range.clone())?;
    let is_mark = |mark: &Mark| mark.period.is_some() || mark.until.is_some();
    let complete = judgement.mark.as_deref().is_some_and(is_mark);
    let letters = matched.chars().filter(|c| !c.is_whitespace()).count();
    if text.derived {
        let conditional = judgement.mark.as_ref().is_some_and(|mark| mark.condition.is_some());
        let long = judgement.mark.is_none() && letters >= DERIVED_WARNING_CHARS;
        if !complete && !conditional && !long {
            return None;
        }
    }
    if text.guessed && judgement.verdict > Verdict::Pass {
        judgement.reason.evidence.push(Evidence::GuessedEncoding);
        let long = judgement.mark.is_none() && matched.chars().count() >= LONG_WARNING_CHARS;
        if !complete && !long {
            judgement.verdict = judgement.verdict.min(Verdict::Review);
            judgement.confidence = Confidence::Low;
        }
    }
    let line = text.line_around(judgement.range.start).start..text.line_around(judgement.range.end).end;
    let before = text.as_str().get(line.start..judgement.range.start)?;
    let after = text.as_str().get(judgement.range.end..line.end)?;
    let from = before.char_indices().rev().nth(CONTEXT_CHARS - 1).map_or(0, |(i, _)| i);
    let to = after.char_indices().nth(CONTEXT_CHARS).map_or(after.len(), |(i, _)| i);
    Some(Explained {
        matched: matched.split_whitespace().collect::<Vec<_>>().join(" "),
        at: text.location(judgement.range.start)?,
        inner: inner.cloned(),
        context: (before.get(from..)?.to_owned(), after.get(..to)?.to_owned()),
        rule: judgement.rule,
        mark: judgement.mark.map(|mark| *mark),
        lapses: judgement.lapses,
        verdict: judgement.verdict,
        confidence: judgement.confidence,
        reason: judgement.reason,
    })
}

/// A document's identity.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screener() -> Screener {
        let today = jiff::civil::date(2026, 6, 1);
        Screener::new(RuleSet::builtin().unwrap(), Policy::default(), Limits::default(), today)
    }

    #[test]
    fn names_are_screened_whatever_their_encoding() {
        for (name, verdict) in [
            ("机密★10年 工作方案.txt", Verdict::Block),
            ("机密/工作方案.txt", Verdict::Block),
            // 机密 in GBK, as a listing escapes it.
            ("%BB%FA%C3%DC/a.txt", Verdict::Block),
            ("%E6%9C%BA%E5%AF%86_a.txt", Verdict::Block),
            ("机密计算综述.txt", Verdict::Pass),
            ("100%25.txt", Verdict::Pass),
        ] {
            let screening = screener().screen(&Document::new(name, "正文"));
            assert_eq!(screening.verdict, verdict, "{name}: {:?}", screening.findings);
        }
    }

    #[test]
    fn more_findings_than_are_kept_are_a_gap() {
        let line = |i: usize| format!("第{i}号方案（机密★{}年）\n\n", i % 20 + 1);
        let lines: String = (0..FINDINGS + 10).map(line).collect();
        let screening = screener().screen(&Document::new("a.txt", lines));
        assert_eq!(screening.findings.len(), FINDINGS);
        assert_eq!(screening.verdict, Verdict::Block);
        assert_eq!(screening.unread.len(), 1);
    }

    #[test]
    fn a_document_carries_the_highest_level_and_the_longest_period_of_its_marks() {
        let text = "秘密★10年\n\n第一份方案\n\n机密★6个月\n\n第二份方案\n";
        let mark = screener().screen(&Document::new("a.txt", text)).mark.unwrap();
        assert_eq!((mark.level.as_str(), mark.period.as_deref()), ("机密", Some("10年")));
        assert_eq!(screener().screen(&Document::new("a.txt", "正文")).mark, None);
    }
}
