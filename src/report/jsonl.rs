//! JSON lines: one object per document, then one with the totals. The format other programs depend
//! on: fields may be added, never renamed.
//!
//! Absent fields are unknown or not shown. `fingerprint` is an unkeyed hash: it finds the same thing
//! again after lines have moved, but a short text can be guessed from it.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_json;
use super::{Options, Reporter, Show, mask, wording};
use crate::finding::{Finding, Mark, Screening, Summary, Unread};

/// Version of the format.
const VERSION: u8 = 1;

/// Writes JSON lines.
pub(super) struct Jsonl<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
}

impl<'a> Jsonl<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options }
    }

    fn line(&mut self, record: &impl Serialize) -> io::Result<()> {
        let line = serde_json::to_string(record)?;
        self.out.write_all(escape_json(&line).as_bytes())?;
        self.out.write_all(b"\n")
    }
}

impl Reporter for Jsonl<'_> {
    fn screening(&mut self, screening: &Screening) -> io::Result<()> {
        let options = self.options;
        let findings = screening.findings.iter();
        self.line(&DocumentRecord {
            v: VERSION,
            name: &screening.name,
            sha256: screening.sha256.as_deref(),
            bytes: screening.bytes,
            r#type: &screening.file_type,
            named_as: screening.named_as.as_deref(),
            verdict: screening.verdict.as_str(),
            no_text: screening.no_text,
            mark: screening.mark.as_ref().filter(|_| options.show > Show::None).map(MarkRecord::new),
            findings: findings.map(|f| FindingRecord::new(f, screening, &options)).collect(),
            unread: screening.unread.iter().map(UnreadRecord::new).collect(),
            ms: rounded(screening.ms, 10.0),
        })
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        self.line(&SummaryLine { v: VERSION, summary: SummaryRecord::new(summary) })?;
        self.out.flush()
    }
}

/// `value` to the given parts of one.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

fn is_false(value: &bool) -> bool {
    !value
}

#[derive(Serialize)]
struct DocumentRecord<'a> {
    v: u8,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    bytes: u64,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    named_as: Option<&'a str>,
    verdict: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    no_text: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<MarkRecord<'a>>,
    findings: Vec<FindingRecord<'a>>,
    unread: Vec<UnreadRecord<'a>>,
    ms: f64,
}

#[derive(Serialize)]
struct FindingRecord<'a> {
    rule: &'a str,
    title: &'a str,
    verdict: &'a str,
    confidence: &'a str,
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    matched: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<MarkRecord<'a>>,
    place: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
    line: u32,
    column: u32,
    reason: String,
    fingerprint: &'a str,
}

impl<'a> FindingRecord<'a> {
    fn new(finding: &'a Finding, screening: &Screening, options: &'a Options<'a>) -> Self {
        let shown = mask::shown(finding, screening, options.show);
        Self {
            rule: &finding.rule,
            title: options.title(&finding.rule),
            verdict: finding.verdict.as_str(),
            confidence: finding.confidence.as_str(),
            matched: shown.matched,
            context: shown.context,
            mark: finding.mark.as_ref().filter(|_| shown.data).map(MarkRecord::new),
            place: finding.at.place.as_str(),
            inner: finding.inner.as_deref(),
            page: finding.at.page.map(u32::from),
            zone: finding.at.zone.map(|zone| zone.as_str()),
            line: finding.at.line.into(),
            column: finding.at.column.into(),
            reason: wording::reason(&finding.reason, options.lang, shown.data),
            fingerprint: &finding.fingerprint,
        }
    }
}

#[derive(Serialize)]
struct MarkRecord<'a> {
    level: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
}

impl<'a> MarkRecord<'a> {
    fn new(mark: &'a Mark) -> Self {
        Self {
            level: &mark.level,
            period: mark.period.as_deref(),
            until: mark.until.map(|date| date.to_string()),
            condition: mark.condition.as_deref(),
            owner: mark.owner.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct UnreadRecord<'a> {
    rule: &'a str,
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
    detail: &'a str,
}

impl<'a> UnreadRecord<'a> {
    fn new(unread: &'a Unread) -> Self {
        Self {
            rule: unread.gap.kind.rule(),
            verdict: unread.verdict.as_str(),
            inner: unread.inner.as_deref(),
            page: unread.gap.page.map(u32::from),
            detail: &unread.gap.detail,
        }
    }
}

#[derive(Serialize)]
struct SummaryLine {
    v: u8,
    summary: SummaryRecord,
}

#[derive(Serialize)]
struct SummaryRecord {
    documents: u64,
    pass: u64,
    review: u64,
    block: u64,
    unread: u64,
    unread_open: u64,
    skipped: u64,
    no_text: u64,
    bytes: u64,
    seconds: f64,
}

impl SummaryRecord {
    fn new(summary: &Summary) -> Self {
        Self {
            documents: summary.documents,
            pass: summary.pass,
            review: summary.review,
            block: summary.block,
            unread: summary.unread,
            unread_open: summary.unread_open,
            skipped: summary.skipped,
            no_text: summary.no_text,
            bytes: summary.bytes,
            seconds: rounded(summary.seconds, 1000.0),
        }
    }
}
