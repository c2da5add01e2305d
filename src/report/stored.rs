//! Reads an earlier report in JSON lines back, so that every other report can be made from it.
//!
//! Strict: a report that is cut off, mixed up or contradicts itself must not become another one that
//! looks whole. Fields that a later version added are left alone.

use std::io::{self, BufRead};

use serde_json::Value;

use super::record::{LastLine, Record, Run, VERSION};
use crate::finding::{Summary, Verdict};

/// Why a report can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredError {
    /// The line, from 1; absent when it is about the whole.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: StoredProblem,
}

/// What is wrong with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredProblem {
    /// It can't be read: the system's message.
    Unread(String),
    /// A line that is not what the format says: the parser's message.
    Line(String),
    /// A version of the format that this program does not know.
    Version(u64),
    /// No totals at the end: the run was broken off.
    Unfinished,
    /// Something stands behind the totals: several reports in one file.
    Behind,
    /// A document's verdict is lower than that of one of its parts.
    Verdict,
    /// The totals are not those of the documents.
    Totals,
}

/// A report that is being read.
pub struct Stored<R> {
    lines: io::Lines<R>,
    /// The line read last, from 1.
    line: usize,
    counted: Summary,
    last: Option<LastLine>,
}

impl<R: BufRead> Stored<R> {
    /// Nothing read yet.
    pub fn new(input: R) -> Self {
        Self { lines: input.lines(), line: 0, counted: Summary::default(), last: None }
    }

    /// The next document; none behind the last.
    ///
    /// # Errors
    /// What is wrong with the next line.
    pub fn document(&mut self) -> Result<Option<Record>, StoredError> {
        while let Some(line) = self.lines.next() {
            self.line += 1;
            let read = line.map_err(|error| StoredProblem::Unread(error.to_string()));
            let record = read.and_then(|line| self.record(&line));
            match record.map_err(|problem| StoredError { line: Some(self.line), problem })? {
                Some(record) => return Ok(Some(record)),
                None => continue,
            }
        }
        Ok(None)
    }

    /// What a line holds, unless that is no document.
    fn record(&mut self, line: &str) -> Result<Option<Record>, StoredProblem> {
        if line.trim().is_empty() {
            return Ok(None);
        }
        if self.last.is_some() {
            return Err(StoredProblem::Behind);
        }
        let broken = |error: serde_json::Error| StoredProblem::Line(error.to_string());
        let value: Value = serde_json::from_str(line).map_err(broken)?;
        match value.get("v").and_then(Value::as_u64) {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => return Err(StoredProblem::Version(version)),
            None => return Err(StoredProblem::Line("no field v".to_owned())),
        }
        if value.get("summary").is_some() {
            self.last = Some(serde_json::from_value(value).map_err(broken)?);
            return Ok(None);
        }
        let record: Record = serde_json::from_value(value).map_err(broken)?;
        let findings = record.findings.iter().map(|finding| finding.verdict);
        if findings.chain(record.unread.iter().map(|unread| unread.verdict)).any(|part| part > record.verdict)
        {
            return Err(StoredProblem::Verdict);
        }
        self.counted.documents += 1;
        self.counted.bytes += record.bytes;
        *match record.verdict {
            Verdict::Pass => &mut self.counted.pass,
            Verdict::Review => &mut self.counted.review,
            Verdict::Block => &mut self.counted.block,
        } += 1;
        Ok(Some(record))
    }

    /// What the run was about and its totals, once every document has been read.
    ///
    /// # Errors
    /// When the report is not whole.
    pub fn end(self) -> Result<(Run, Summary), StoredError> {
        let whole = |problem| StoredError { line: None, problem };
        let LastLine { run, summary, .. } = self.last.ok_or_else(|| whole(StoredProblem::Unfinished))?;
        let totals = |s: &Summary| [s.documents, s.pass, s.review, s.block, s.bytes];
        match totals(&summary) == totals(&self.counted) {
            true => Ok((run, summary)),
            false => Err(whole(StoredProblem::Totals)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"v":1,"name":"a.txt","bytes":3,"type":"text","verdict":"review","findings":[],"unread":[{"rule":"unread.image","verdict":"review","page":3,"detail":""}],"ms":1.0,"later":true}"#;
    const SUMMARY: &str = r#"{"v":1,"summary":{"documents":1,"pass":0,"review":1,"block":0,"unread":1,"unread_open":1,"skipped":0,"no_text":0,"bytes":3,"seconds":0.1}}"#;

    fn read(text: &str) -> Result<(Vec<String>, Run, Summary), StoredError> {
        let mut stored = Stored::new(text.as_bytes());
        let mut names = Vec::new();
        while let Some(record) = stored.document()? {
            names.push(record.name);
        }
        stored.end().map(|(run, summary)| (names, run, summary))
    }

    fn problem(lines: &[&str]) -> Option<(Option<usize>, StoredProblem)> {
        read(&lines.join("\n")).err().map(|error| (error.line, error.problem))
    }

    #[test]
    fn whole_reports_are_read_and_others_are_not() {
        let (names, run, summary) = read(&format!("{DOCUMENT}\n{SUMMARY}\n")).unwrap();
        assert_eq!((names, summary.review, run.rules), (vec!["a.txt".to_owned()], 1, 0));
        assert_eq!(problem(&[DOCUMENT]), Some((None, StoredProblem::Unfinished)));
        assert_eq!(problem(&[]), Some((None, StoredProblem::Unfinished)));
        assert_eq!(problem(&[SUMMARY]), Some((None, StoredProblem::Totals)));
        assert_eq!(problem(&[DOCUMENT, SUMMARY, DOCUMENT]), Some((Some(3), StoredProblem::Behind)));
        assert_eq!(problem(&[r#"{"v":2}"#]), Some((Some(1), StoredProblem::Version(2))));
        let lower =
            DOCUMENT.replace(r#""type":"text","verdict":"review""#, r#""type":"text","verdict":"pass""#);
        assert_eq!(problem(&[&lower, SUMMARY]), Some((Some(1), StoredProblem::Verdict)));
        for broken in [&DOCUMENT[..60], "a", "{}", &DOCUMENT.replace("unread.image", "unread.moon")] {
            let found = problem(&[DOCUMENT, broken, SUMMARY]);
            assert!(matches!(found, Some((Some(2), StoredProblem::Line(_)))), "{broken}: {found:?}");
        }
    }
}
