//! JUnit XML: one test case a document, so that any service that shows tests shows the run. Blocked
//! and doubtful documents are failures, those that could only not be read are errors.
//!
//! The counts stand in front, so the cases are kept until the end: about 100 bytes a document.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::escape::escape;
use super::record::Record;
use super::wording;
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Findings and unread parts of one document that are listed.
const LISTED: usize = 100;

/// Writes JUnit XML.
pub(super) struct Junit<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    cases: String,
    failures: u64,
    errors: u64,
}

impl<'a> Junit<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, cases: String::new(), failures: 0, errors: 0 }
    }

    fn case(&mut self, record: &Record) -> std::fmt::Result {
        let lang = self.options.lang;
        let path = self.options.run.path(&record.name);
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", &path));
        let (folder, name, seconds) = (attribute(folder), attribute(name), record.ms / 1000.0);
        write!(self.cases, "    <testcase classname=\"{folder}\" name=\"{name}\" time=\"{seconds:.4}\"")?;
        let (findings, unread) = (record.open_findings(), record.open_unread());
        let excepted: Vec<String> =
            record.excepted.iter().map(|excepted| wording::excepted_line(excepted, lang)).collect();
        if record.verdict == Verdict::Pass {
            return match excepted.is_empty() {
                true => writeln!(self.cases, "/>"),
                false => {
                    let excepted = format!("{}\n{}", wording::excepted_title(lang), excepted.join("\n"));
                    let excepted: Vec<_> = excepted.lines().map(attribute).collect();
                    writeln!(self.cases, "><system-out>{}</system-out></testcase>", excepted.join("\n"))
                }
            };
        }
        let (element, kind, title) = match (findings.first(), unread.first()) {
            (Some(finding), _) => ("failure", finding.rule.as_str(), finding.title.as_str()),
            (None, Some(unread)) => ("error", unread.kind.rule(), wording::unread_title(lang)),
            (None, None) => ("failure", "no_text", wording::no_text(lang)),
        };
        match element {
            "error" => self.errors += 1,
            _ => self.failures += 1,
        }
        let message = attribute(&wording::headline(record.verdict, title, lang)).into_owned();
        let kind = attribute(kind);
        write!(self.cases, ">\n      <{element} type=\"{kind}\" message=\"{message}\">")?;
        let lines = findings
            .iter()
            .map(|finding| format!("{} ({})", wording::finding_line(finding, lang), escape(&finding.rule)));
        let unread_lines = unread
            .iter()
            .map(|unread| format!("{} ({})", wording::unread_line(unread, lang), unread.kind.rule()));
        let title = wording::excepted_title(lang);
        let excepted = excepted.iter().map(|line| format!("{title}: {line}"));
        for line in lines.chain(unread_lines).take(LISTED).chain(excepted.take(LISTED)) {
            writeln!(self.cases, "{}", attribute(&line))?;
        }
        let rest = (findings.len() + unread.len()).saturating_sub(LISTED);
        if rest > 0 {
            writeln!(self.cases, "{}", wording::left_out(rest as u64, lang))?;
        }
        writeln!(self.cases, "</{element}>\n    </testcase>")
    }
}

impl Reporter for Junit<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.case(record).map_err(io::Error::other)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let (failures, errors) = (self.failures, self.errors);
        let Summary { documents, seconds, .. } = *summary;
        let counts = format!(
            "tests=\"{documents}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{seconds:.3}\""
        );
        writeln!(self.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        writeln!(self.out, "<testsuites name=\"mijian\" {counts}>")?;
        writeln!(self.out, "  <testsuite name=\"mijian\" {counts}>")?;
        self.out.write_all(self.cases.as_bytes())?;
        let totals = attribute(&wording::totals(summary, self.options.lang)).into_owned();
        writeln!(self.out, "    <system-out>{totals}</system-out>")?;
        writeln!(self.out, "  </testsuite>\n</testsuites>")?;
        self.out.flush()
    }
}

/// Text for an attribute or element: nothing that XML forbids or takes for markup.
fn attribute(text: &str) -> std::borrow::Cow<'_, str> {
    let text = escape(text);
    let markup = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}');
    if !text.contains(markup) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{fffe}' => out.push_str("\\u{fffe}"),
            '\u{ffff}' => out.push_str("\\u{ffff}"),
            c => out.push(c),
        }
    }
    out.into()
}
