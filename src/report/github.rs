//! GitHub's annotations: workflow commands on standard output, shown beside the changed files.
//!
//! A step shows at most ten errors and ten warnings, so a document gets one, at its gravest
//! finding; the message names the others, and the totals stand in plain words at the end.

use std::io::{self, Write};

use super::escape::escape;
use super::record::Record;
use super::wording;
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Findings and unread parts that one annotation names.
const LISTED: usize = 10;

/// Writes workflow commands.
pub(super) struct Github<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
}

impl<'a> Github<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options }
    }
}

impl Reporter for Github<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        let lang = self.options.lang;
        let path = self.options.run.path(&record.name);
        if !record.excepted.is_empty() {
            let lines = record.excepted.iter().take(LISTED).map(|e| wording::excepted_line(e, lang));
            let mut lines: Vec<String> = lines.collect();
            lines.insert(0, escape(&path).into_owned());
            let (title, message) = (wording::excepted_title(lang), data(&lines.join("\n")));
            writeln!(self.out, "::notice file={},title={title}::{message}", property(&path))?;
        }
        let command = match record.verdict {
            Verdict::Pass => return Ok(()),
            Verdict::Review => "warning",
            Verdict::Block => "error",
        };
        let (findings, unread) = (record.open_findings(), record.open_unread());
        let title = match (findings.first(), unread.first()) {
            (Some(finding), _) => finding.title.as_str(),
            (None, Some(_)) => wording::unread_title(lang),
            (None, None) => wording::no_text(lang),
        };
        let title = property(&wording::headline(record.verdict, title, lang));
        let found = findings.iter().map(|finding| wording::finding_line(finding, lang));
        let lines = found.chain(unread.iter().map(|unread| wording::unread_line(unread, lang)));
        let mut message: Vec<String> = lines.take(LISTED).collect();
        let rest = (findings.len() + unread.len()).saturating_sub(LISTED);
        if rest > 0 {
            message.push(wording::left_out(rest as u64, lang));
        }
        // The service shows the path, a log does not.
        message.insert(0, escape(&path).into_owned());
        let at = findings.first().and_then(|finding| record.line_of(finding));
        let at = at.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
        let message = data(&message.join("\n"));
        writeln!(self.out, "::{command} file={}{at},title={title}::{message}", property(&path))
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let lang = self.options.lang;
        let (totals, conclusion) = (wording::totals(summary, lang), wording::conclusion(summary, lang));
        for stale in summary.stale.iter().take(LISTED) {
            writeln!(self.out, "::warning title=mijian::{}", data(&wording::stale(stale, lang)))?;
        }
        writeln!(self.out, "::notice title=mijian::{}", data(&format!("{totals}\n{conclusion}")))?;
        self.out.flush()
    }
}

/// A message, which may have several lines.
fn data(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(escape).collect();
    lines.join("\n").replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(&escape(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_property_or_a_message() {
        assert_eq!(property("a,b:c%\n::error::x"), "a%2Cb%3Ac%25\\u{a}%3A%3Aerror%3A%3Ax");
        assert_eq!(data("100 %\n第二行\u{1b}[2J"), "100 %25%0A第二行\\u{1b}[2J");
    }
}
