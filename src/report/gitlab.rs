//! GitLab's code quality report: a JSON array, one object a finding, shown in merge requests.

use std::io::{self, Write};

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::escape::{escape, escape_json};
use super::record::{Record, hex};
use super::wording;
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Writes the array.
pub(super) struct Gitlab<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    written: u64,
}

impl<'a> Gitlab<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, written: 0 }
    }

    fn issue(&mut self, path: &str, issue: &Issue<'_>) -> io::Result<()> {
        // GitLab keeps one issue of each fingerprint, so the document and the occurrence go into it.
        let identity = format!("{path}\0{}\0{}\0{}", issue.rule, issue.identity, issue.occurrence);
        let severity = match issue.verdict {
            Verdict::Pass => "info",
            Verdict::Review => "major",
            Verdict::Block => "blocker",
        };
        let issue = json!({
            "description": issue.text,
            "check_name": escape(issue.rule),
            "fingerprint": hex(&Sha256::digest(identity.as_bytes())),
            "severity": severity,
            "location": {"path": escape(path), "lines": {"begin": issue.line}},
        });
        self.out.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
        self.out.write_all(escape_json(&issue.to_string()).as_bytes())?;
        self.written += 1;
        Ok(())
    }
}

struct Issue<'a> {
    rule: &'a str,
    text: String,
    identity: &'a str,
    occurrence: usize,
    verdict: Verdict,
    line: u32,
}

impl Reporter for Gitlab<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        let lang = self.options.lang;
        let path = self.options.run.path(&record.name);
        let findings = record.open_findings();
        for (index, finding) in findings.iter().enumerate() {
            let before = findings.iter().take(index);
            let occurrence =
                before.filter(|f| f.fingerprint == finding.fingerprint && f.rule == finding.rule).count();
            let (line, text) =
                (record.line_of(finding), wording::headline(finding.verdict, &finding.title, lang));
            let issue = Issue {
                rule: &finding.rule,
                text: format!("{text} · {}", wording::finding_line(finding, lang)),
                identity: &finding.fingerprint,
                occurrence,
                verdict: finding.verdict,
                line: line.map_or(1, |(line, _)| line.get()),
            };
            self.issue(&path, &issue)?;
        }
        for unread in record.open_unread() {
            let identity = unread.identity();
            let issue = Issue {
                rule: unread.kind.rule(),
                text: wording::unread_line(unread, lang),
                identity: &identity,
                occurrence: 0,
                verdict: unread.verdict,
                line: 1,
            };
            self.issue(&path, &issue)?;
        }
        for (occurrence, excepted) in record.excepted.iter().enumerate() {
            let (title, line) = (wording::excepted_title(lang), wording::excepted_line(excepted, lang));
            let issue = Issue {
                rule: excepted.rule(),
                text: format!("{title} · {line}"),
                identity: "excepted",
                occurrence,
                verdict: Verdict::Pass,
                line: 1,
            };
            self.issue(&path, &issue)?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.out.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}
