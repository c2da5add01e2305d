//! One document's answer as a report may show it: the fields of the JSON contract.
//!
//! Reporters see a [`Record`], never the [`Screening`] it was made from, so no format can show what
//! masking has taken away, and an earlier report in JSON lines serves as well as a run. Names and
//! excerpts are still raw: a format has to escape them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::num::NonZeroU32;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

use super::folders::Folder;
use super::{Options, Show, mask, wording};
use crate::finding::{
    Approval, Confidence, Excepted, ExceptedItem, Finding, Mark, Screening, Summary, Unread, Verdict,
};
use crate::limits::{Gap, GapKind};
use crate::text::{Cell, Location, Place, Zone};

/// Version of the JSON lines.
pub const VERSION: u8 = 1;

/// What is told about one document. Absent fields are unknown or not shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of the format, [`VERSION`].
    pub v: u8,
    /// The document's name, as in the listing.
    pub name: String,
    /// SHA-256 of the bytes, 64 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// What the content is (`docx`).
    #[serde(rename = "type")]
    pub file_type: Cow<'static, str>,
    /// What the name claims it is, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub named_as: Option<String>,
    /// The highest verdict of its parts.
    pub verdict: Verdict,
    /// The type carries no text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_text: bool,
    /// The highest level and the longest period of all marks in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkRecord>,
    /// What was found, in document order.
    pub findings: Vec<FindingRecord>,
    /// What was not read.
    pub unread: Vec<UnreadRecord>,
    /// What may go out by a person's decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excepted: Vec<ExceptedRecord>,
    /// Time it took, in milliseconds.
    pub ms: f64,
}

/// A finding, masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingRecord {
    /// The rule's identifier.
    pub rule: String,
    /// The rule's title in the language of the run.
    pub title: String,
    /// What the policy makes of it.
    pub verdict: Verdict,
    /// How sure the judge is.
    pub confidence: Confidence,
    /// The match, masked where it must be.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matched: Option<String>,
    /// What stands before and behind it on the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<(String, String)>,
    /// The parsed mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<MarkRecord>,
    /// The part of the document.
    pub place: Place,
    /// Name of the inner document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<String>,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<NonZeroU32>,
    /// Zone of the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Line, from 1.
    pub line: NonZeroU32,
    /// Column, from 1, in characters.
    pub column: NonZeroU32,
    /// Cell of the sheet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// Why, as one sentence in the language of the run.
    pub reason: String,
    /// Unkeyed hash of rule, match and surroundings, 16 hex digits.
    pub fingerprint: String,
}

/// The parts of a mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRecord {
    /// See [`Mark::level`].
    pub level: String,
    /// See [`Mark::period`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// See [`Mark::until`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// See [`Mark::condition`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// See [`Mark::owner`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

/// A part that was not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnreadRecord {
    /// Why; written as the rule's identifier.
    #[serde(rename = "rule", serialize_with = "rule_of", deserialize_with = "kind_of")]
    pub kind: GapKind,
    /// What the policy makes of it.
    pub verdict: Verdict,
    /// Name of the inner document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inner: Option<String>,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<NonZeroU32>,
    /// The cause in a few words, or nothing.
    pub detail: String,
}

/// Something that may go out by a person's decision: either found or not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExceptedRecord {
    /// What was found, with the verdict it would have had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<FindingRecord>,
    /// What was not read, with the verdict it would have had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<UnreadRecord>,
    /// Why it may go out.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
    /// The day it was written.
    pub created: Date,
    /// The last day on which it holds.
    pub until: Date,
}

/// The last line of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct LastLine {
    /// Version of the format, [`VERSION`].
    pub(super) v: u8,
    /// What was screened, when and with what.
    #[serde(default)]
    pub(super) run: Run,
    /// The totals.
    pub(super) summary: Summary,
    /// The totals of each folder; empty where there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) folders: Vec<Folder>,
}

/// What was screened, when and with what.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// Version of the program.
    pub version: String,
    /// The day that expiry is reckoned against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// The paths as given; none when they came from a list.
    pub scope: Vec<String>,
    /// What stands before the names of documents to make paths relative to the folder the run was
    /// started in; empty, or ending in `/`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub base: String,
    /// Rules in force.
    pub rules: usize,
}

impl Record {
    /// What may be shown of a document.
    pub fn new(screening: &Screening, options: &Options<'_>) -> Self {
        let finding = |finding| FindingRecord::new(finding, screening, options);
        Self {
            v: VERSION,
            name: screening.name.clone(),
            sha256: screening.sha256.clone(),
            bytes: screening.bytes,
            file_type: screening.file_type.clone(),
            named_as: screening.named_as.clone(),
            verdict: screening.verdict,
            no_text: screening.no_text,
            mark: screening.mark.as_ref().filter(|_| options.show > Show::None).map(MarkRecord::new),
            findings: screening.findings.iter().map(finding).collect(),
            unread: screening.unread.iter().map(UnreadRecord::new).collect(),
            excepted: screening.excepted.iter().map(|e| ExceptedRecord::new(e, screening, options)).collect(),
            ms: rounded(screening.ms, 10.0),
        }
    }

    /// Takes away what stands around the findings, where many will read the report.
    pub fn drop_context(&mut self) {
        let excepted = self.excepted.iter_mut().filter_map(|excepted| excepted.finding.as_mut());
        for finding in self.findings.iter_mut().chain(excepted) {
            finding.context = None;
        }
    }

    /// The findings that ask for something, the gravest first.
    pub(super) fn open_findings(&self) -> Vec<&FindingRecord> {
        let mut open: Vec<_> = self.findings.iter().filter(|f| f.verdict > Verdict::Pass).collect();
        open.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
        open
    }

    /// The unread parts that ask for something, the gravest first.
    pub(super) fn open_unread(&self) -> Vec<&UnreadRecord> {
        let mut open: Vec<_> = self.unread.iter().filter(|u| u.verdict > Verdict::Pass).collect();
        open.sort_by_key(|unread| std::cmp::Reverse(unread.verdict));
        open
    }

    /// Line and column of a finding, where the file itself has lines that an editor shows.
    pub(super) fn line_of(&self, finding: &FindingRecord) -> Option<(NonZeroU32, NonZeroU32)> {
        let is_line = self.file_type == "text" && finding.place != Place::Name && finding.inner.is_none();
        is_line.then_some((finding.line, finding.column))
    }
}

impl Run {
    /// The path of a document from the folder the run was started in, where that is known.
    pub(super) fn path(&self, name: &str) -> String {
        let name = name.trim_start_matches("./");
        format!("{}{name}", self.base)
    }
}

impl FindingRecord {
    fn new(finding: &Finding, screening: &Screening, options: &Options<'_>) -> Self {
        let shown = mask::shown(finding, screening, options.show);
        Self {
            rule: finding.rule.to_string(),
            title: options.title(&finding.rule).to_owned(),
            verdict: finding.verdict,
            confidence: finding.confidence,
            matched: shown.matched,
            context: shown.context,
            mark: finding.mark.as_ref().filter(|_| shown.data).map(MarkRecord::new),
            place: finding.at.place,
            inner: finding.inner.clone().filter(|inner| !inner.is_empty()),
            page: finding.at.page,
            zone: finding.at.zone,
            line: finding.at.line,
            column: finding.at.column,
            cell: finding.at.cell,
            reason: wording::reason(&finding.reason, options.lang, shown.data),
            fingerprint: finding.fingerprint.clone(),
        }
    }

    /// Where it stands.
    pub fn at(&self) -> Location {
        let &Self { place, page, zone, line, column, cell, .. } = self;
        Location { place, page, zone, line, column, cell }
    }
}

impl ExceptedRecord {
    fn new(excepted: &Excepted, screening: &Screening, options: &Options<'_>) -> Self {
        let (finding, unread) = match &excepted.item {
            ExceptedItem::Finding(finding) => (Some(FindingRecord::new(finding, screening, options)), None),
            ExceptedItem::Unread(unread) => (None, Some(UnreadRecord::new(unread))),
        };
        let Approval { reason, approver, created, until, .. } = excepted.approval.clone();
        Self { finding, unread, reason, approver, created, until }
    }

    /// Its rule.
    pub fn rule(&self) -> &str {
        let unread = self.unread.as_ref().map_or("", |unread| unread.kind.rule());
        self.finding.as_ref().map_or(unread, |finding| &finding.rule)
    }
}

impl MarkRecord {
    fn new(mark: &Mark) -> Self {
        let Mark { level, period, until, condition, owner } = mark.clone();
        Self { level, period, until, condition, owner }
    }
}

impl UnreadRecord {
    fn new(unread: &Unread) -> Self {
        Self {
            kind: unread.gap.kind,
            verdict: unread.verdict,
            inner: unread.inner.clone().filter(|inner| !inner.is_empty()),
            page: unread.gap.page,
            detail: unread.gap.detail.to_string(),
        }
    }

    /// A hash of what identifies it within its document, 16 hex digits.
    pub(super) fn identity(&self) -> String {
        let (inner, page) = (self.inner.as_deref().unwrap_or_default(), self.page.map_or(0, NonZeroU32::get));
        let identity = format!("{}\0{inner}\0{page}\0{}", self.kind.rule(), self.detail);
        hex(&Sha256::digest(identity.as_bytes())).chars().take(16).collect()
    }

    /// What was not read, as data.
    pub fn gap(&self) -> Gap {
        Gap { page: self.page, ..Gap::new(self.kind, self.detail.clone()) }
    }
}

/// Bytes as hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `value` to the given parts of one.
pub(super) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn is_false(value: &bool) -> bool {
    !value
}

fn rule_of<S: Serializer>(kind: &GapKind, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(kind.rule())
}

fn kind_of<'de, D: Deserializer<'de>>(input: D) -> Result<GapKind, D::Error> {
    let rule = String::deserialize(input)?;
    let kind = GapKind::ALL.into_iter().find(|kind| kind.rule() == rule);
    kind.ok_or_else(|| de::Error::custom(format!("unknown rule {rule}")))
}
