//! Exceptions: what may go out although it was found or not read, because a person said so.
//!
//! They are kept in a file of lines, one JSON object each, in no order that matters: additions of
//! two branches are simply both there. A mark, and whatever was not read, is excepted only for one
//! exact file, by the SHA-256 of its content: a header 秘密★10年 looks the same on every document, so
//! approving its look would approve them all. Anything else may be excepted by its fingerprint in one
//! document, which survives that lines move. Every exception names a reason and a person, and ends.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::INNER_SEPARATOR;
use crate::finding::{
    Approval, Evidence, Excepted, ExceptedItem, Finding, Judged, Screening, Stale, StaleException, Unread,
    Verdict,
};
use crate::text::Place;

/// Hexadecimal digits of a SHA-256.
const SHA256_DIGITS: usize = 64;
/// Hexadecimal digits of a fingerprint.
const FINGERPRINT_DIGITS: usize = 16;

/// The last day an exception written on `created` may name: a year on. Whoever answers for it
/// changes offices, and what it was about changes too; a decision that is still right is quickly
/// renewed.
pub fn latest(created: Date) -> Date {
    created.saturating_add(1.year())
}

/// What an exception is about, exactly: two that agree in this are the same decision.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// What a rule finds in a file of this content; in its name, only under that name.
    File { sha256: String, rule: String, name: Option<String> },
    /// What looks like this, at such a place of the document of this name.
    Look { fingerprint: String, rule: String, place: String, name: String },
}

/// One exception.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exception {
    key: Key,
    /// Name of the document it was written for, inner documents joined to it.
    name: String,
    approval: Approval,
}

/// The exceptions in force.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exceptions {
    file: String,
    /// The contents and names of documents that there are exceptions about.
    about: BTreeSet<String>,
    /// For each key the exceptions with it, that which holds longest last.
    by_key: BTreeMap<Key, Vec<Exception>>,
}

/// A line that is no exception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExceptionError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: ExceptionProblem,
}

/// What can be wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptionProblem {
    /// No JSON object, or with a field that nobody knows: the reader's message.
    Syntax(String),
    /// A field is not there or empty.
    Missing(&'static str),
    /// Neither or both of `sha256` and `fingerprint`.
    About,
    /// Not the digits of a hash.
    Hash(&'static str),
    /// Not a date.
    Date(&'static str),
    /// Ends later than the given day, the last that is allowed.
    TooLong(Date),
}

/// A line as written.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    name: Option<String>,
    reason: Option<String>,
    approver: Option<String>,
    created: Option<String>,
    until: Option<String>,
}

impl Exceptions {
    /// Reads the lines of `file`; empty ones and those that start with `#` say nothing.
    ///
    /// # Errors
    /// The first line that is broken: an exception that silently does nothing, or too much, is worse
    /// than none.
    pub fn parse(file: &str, text: &str) -> Result<Self, ExceptionError> {
        let mut exceptions = Self { file: file.to_owned(), ..Self::default() };
        for (index, line) in lines_of(text).enumerate() {
            if !is_comment(line) {
                let number = index + 1;
                let exception = Exception::parse(line, number).map_err(|problem| ExceptionError {
                    file: file.to_owned(),
                    line: number,
                    problem,
                })?;
                exceptions.about.extend(exception.key.about().into_iter().map(str::to_owned));
                exceptions.by_key.entry(exception.key.clone()).or_default().push(exception);
            }
        }
        for same in exceptions.by_key.values_mut() {
            same.sort_by_key(|exception| exception.approval.until);
        }
        Ok(exceptions)
    }

    /// Takes what a person approved out of what counts.
    pub(super) fn apply(&self, screening: &mut Screening, today: Date) {
        if self.by_key.is_empty() {
            return;
        }
        let approved = |key: Option<Key>| key.and_then(|key| self.approval(&key, today)).cloned();
        let findings: Vec<_> =
            screening.findings.iter().map(|finding| approved(Key::of_finding(finding, screening))).collect();
        let unread: Vec<_> =
            screening.unread.iter().map(|unread| approved(Key::of_unread(unread, screening))).collect();
        for (finding, approval) in std::mem::take(&mut screening.findings).into_iter().zip(findings) {
            match approval {
                Some(approval) => {
                    let item = ExceptedItem::Finding(finding);
                    screening.excepted.push(Excepted { item, approval });
                }
                None => screening.findings.push(finding),
            }
        }
        for (unread, approval) in std::mem::take(&mut screening.unread).into_iter().zip(unread) {
            match approval {
                Some(approval) => {
                    let item = ExceptedItem::Unread(unread);
                    screening.excepted.push(Excepted { item, approval });
                }
                None => screening.unread.push(unread),
            }
        }
    }

    fn approval(&self, key: &Key, today: Date) -> Option<&Approval> {
        let approvals = self.by_key.get(key)?.iter().rev().map(|exception| &exception.approval);
        // Clocks of different time zones are a day apart.
        let tomorrow = today.saturating_add(1.day());
        approvals.into_iter().find(|approval| approval.created <= tomorrow && today <= approval.until)
    }

    /// The file with what a screening still holds added to it, as text: comments first, then the
    /// lines in byte order, so that the same exceptions always give the same file and additions
    /// spread by their hashes. A line about the same thing is replaced. `text` is the file as it is.
    pub fn added(text: &str, new: &BTreeSet<NewException>) -> String {
        let keys: BTreeSet<&Key> = new.iter().map(|new| &new.key).collect();
        let old = lines_of(text).enumerate().filter(|(_, line)| !is_comment(line));
        let kept = old.filter(|(index, line)| {
            Exception::parse(line, index + 1).map_or(true, |exception| !keys.contains(&exception.key))
        });
        let mut lines: BTreeSet<&str> = kept.map(|(_, line)| line.trim()).collect();
        lines.extend(new.iter().map(|new| new.line.as_str()));
        let comments = lines_of(text).filter(|line| line.starts_with('#'));
        comments.chain(lines).flat_map(|line| [line, "\n"]).collect()
    }
}

/// Which exceptions a run needed.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    /// Lines of the exceptions that were applied.
    used: BTreeSet<usize>,
    /// What of the documents screened exceptions are about: contents and names.
    seen: BTreeSet<String>,
}

impl Usage {
    /// Takes note of one document's answer.
    pub fn note(&mut self, exceptions: &Exceptions, screening: &Screening) {
        self.used.extend(screening.excepted.iter().map(|excepted| excepted.approval.line));
        let about = [Some(&screening.name), screening.sha256.as_ref()].into_iter().flatten();
        self.seen.extend(about.filter(|about| exceptions.about.contains(*about)).cloned());
    }

    /// The exceptions to renew or take out, in the order of their lines. Of a run that was not
    /// `whole`, only those about its documents can be called unused.
    pub fn stale(&self, exceptions: &Exceptions, whole: bool, today: Date) -> Vec<StaleException> {
        let mut stale = Vec::new();
        for same in exceptions.by_key.values() {
            let used = same.iter().any(|exception| self.used.contains(&exception.approval.line));
            for exception in same {
                let seen = || exception.key.about().iter().all(|about| self.seen.contains(*about));
                let until = exception.approval.until;
                let why = if until < today {
                    Stale::Expired
                } else if !used && (whole || seen()) {
                    Stale::Unused
                } else {
                    continue;
                };
                stale.push(StaleException {
                    file: exceptions.file.clone(),
                    line: exception.approval.line,
                    rule: exception.key.rule().to_owned(),
                    name: exception.name.clone(),
                    until,
                    why,
                });
            }
        }
        stale.sort_by_key(|stale| stale.line);
        stale
    }
}

/// An exception to be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NewException {
    key: Key,
    line: String,
}

/// Who decides what, from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
    /// Today.
    pub created: Date,
    /// The last day on which it holds, see [`latest`].
    pub until: Date,
}

impl Decision {
    /// The exceptions that would let a document pass, and what no exception can cover because the
    /// content is not known. `escape` makes a line harmless to look at and keeps what it says.
    pub fn exceptions(
        &self,
        screening: &Screening,
        escape: impl Fn(&str) -> String,
    ) -> (BTreeSet<NewException>, Vec<Unread>) {
        let findings = screening.findings.iter().filter(|finding| finding.verdict > Verdict::Pass);
        let findings = findings.filter_map(|f| Some((Key::of_finding(f, screening)?, f.inner.as_deref())));
        let unread = screening.unread.iter().filter(|unread| unread.verdict > Verdict::Pass);
        let (known, unknown): (Vec<&Unread>, Vec<&Unread>) =
            unread.partition(|unread| Key::of_unread(unread, screening).is_some());
        let known =
            known.into_iter().filter_map(|u| Some((Key::of_unread(u, screening)?, u.inner.as_deref())));
        let new = findings.chain(known).map(|(key, inner)| {
            let line = serde_json::to_string(&self.line(&key, &full_name(&screening.name, inner)));
            NewException { key, line: escape(&line.unwrap_or_default()) }
        });
        (new.collect(), unknown.into_iter().cloned().collect())
    }

    fn line(&self, key: &Key, name: &str) -> Line {
        let about = match key.clone() {
            Key::File { sha256, rule, name } => Line {
                sha256: Some(sha256),
                rule: Some(rule),
                place: name.map(|_| Place::Name.as_str().to_owned()),
                ..Line::default()
            },
            Key::Look { fingerprint, rule, place, .. } => Line {
                fingerprint: Some(fingerprint),
                rule: Some(rule),
                place: Some(place),
                ..Line::default()
            },
        };
        Line {
            name: Some(name.to_owned()),
            reason: Some(self.reason.clone()),
            approver: Some(self.approver.clone()),
            created: Some(self.created.to_string()),
            until: Some(self.until.to_string()),
            ..about
        }
    }
}

impl Key {
    /// What an exception for this finding has to be about; `None` when nothing can be.
    fn of_finding(finding: &Finding, screening: &Screening) -> Option<Self> {
        let rule = finding.rule.to_string();
        if by_look(finding, screening) {
            return Some(Self::Look {
                fingerprint: finding.fingerprint.clone(),
                rule,
                place: finding.at.place.as_str().to_owned(),
                name: full_name(&screening.name, finding.inner.as_deref()),
            });
        }
        // The content says nothing about the name it goes under.
        let named = finding.at.place == Place::Name && finding.inner.is_none();
        let name = named.then(|| screening.name.clone());
        Some(Self::File { sha256: screening.sha256.clone()?, rule, name })
    }

    /// The content, and the name of the outermost document, that this is about.
    fn about(&self) -> Vec<&str> {
        match self {
            Self::File { sha256, name, .. } => {
                std::iter::once(sha256.as_str()).chain(name.as_deref()).collect()
            }
            Self::Look { name, .. } => vec![name.split(INNER_SEPARATOR).next().unwrap_or(name)],
        }
    }

    fn rule(&self) -> &str {
        match self {
            Self::File { rule, .. } | Self::Look { rule, .. } => rule,
        }
    }

    fn of_unread(unread: &Unread, screening: &Screening) -> Option<Self> {
        let rule = unread.gap.kind.rule().to_owned();
        Some(Self::File { sha256: screening.sha256.clone()?, rule, name: None })
    }
}

/// Whether a finding may be excepted by what it looks like: own terms, personal data, and whatever
/// is not certainly a mark. A finding that stands for more than are listed would hide the others.
fn by_look(finding: &Finding, screening: &Screening) -> bool {
    let listed = || {
        let same = |other: &&Finding| other.rule == finding.rule && other.inner == finding.inner;
        u32::try_from(screening.findings.iter().filter(same).count()).unwrap_or(u32::MAX)
    };
    let all_listed = finding.reason.evidence.iter().all(|evidence| match evidence {
        Evidence::Count(count, _) => *count <= listed(),
        _ => true,
    });
    let no_mark = finding.reason.judged != Judged::Mark || finding.masked;
    no_mark && finding.mark.is_none() && all_listed
}

fn full_name(name: &str, inner: Option<&str>) -> String {
    inner.map_or_else(|| name.to_owned(), |inner| format!("{name}{INNER_SEPARATOR}{inner}"))
}

/// The lines of a file, as editors of other systems write them too: a byte order mark says nothing.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    text.strip_prefix('\u{feff}').unwrap_or(text).lines()
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with('#')
}

impl Exception {
    fn parse(line: &str, number: usize) -> Result<Self, ExceptionProblem> {
        let line: Line =
            serde_json::from_str(line).map_err(|error| ExceptionProblem::Syntax(error.to_string()))?;
        let needed = |value: Option<String>, field| {
            value.filter(|value| !value.trim().is_empty()).ok_or(ExceptionProblem::Missing(field))
        };
        let rule = needed(line.rule, "rule")?;
        let name = needed(line.name, "name")?;
        let reason = needed(line.reason, "reason")?;
        let approver = needed(line.approver, "approver")?;
        let date =
            |value, field| needed(value, field)?.parse::<Date>().map_err(|_| ExceptionProblem::Date(field));
        let (created, until) = (date(line.created, "created")?, date(line.until, "until")?);
        if until > latest(created) {
            return Err(ExceptionProblem::TooLong(latest(created)));
        }
        let key = match (line.sha256, line.fingerprint) {
            (Some(sha256), None) => {
                let named = line.place.as_deref() == Some(Place::Name.as_str());
                let sha256 = hash(sha256, SHA256_DIGITS, "sha256")?;
                Key::File { sha256, rule, name: named.then(|| name.clone()) }
            }
            (None, Some(fingerprint)) => Key::Look {
                fingerprint: hash(fingerprint, FINGERPRINT_DIGITS, "fingerprint")?,
                rule,
                place: needed(line.place, "place")?,
                name: name.clone(),
            },
            _ => return Err(ExceptionProblem::About),
        };
        Ok(Self { key, name, approval: Approval { reason, approver, created, until, line: number } })
    }
}

fn hash(value: String, digits: usize, field: &'static str) -> Result<String, ExceptionProblem> {
    let hex = value.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if hex && value.len() == digits { Ok(value) } else { Err(ExceptionProblem::Hash(field)) }
}
