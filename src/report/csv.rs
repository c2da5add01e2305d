//! A table for spreadsheets: one line a finding or unread part, and one for each document without
//! any, so that every document of the run stands in it.
//!
//! RFC 4180 with a byte order mark, by which spreadsheets know UTF-8. A cell that a spreadsheet
//! would take for a formula gets an apostrophe in front.

use std::io::{self, Write};

use super::escape::escape;
use super::record::{FindingRecord, Record, UnreadRecord};
use super::wording;
use super::{Options, Reporter};
use crate::finding::Summary;

/// What makes a cell a formula: the characters of the usual spreadsheets, and their wide forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Writes CSV.
pub(super) struct Csv<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    begun: bool,
}

impl<'a> Csv<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.out.write_all("\u{feff}".as_bytes())?;
        self.line(&wording::columns(self.options.lang).map(str::to_owned))
    }

    fn line(&mut self, cells: &[String]) -> io::Result<()> {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        write!(self.out, "{}\r\n", cells.join(","))
    }

    fn finding(&self, finding: &FindingRecord, record: &Record) -> [String; 19] {
        let lang = self.options.lang;
        let mark = finding.mark.as_ref();
        let until = || mark.and_then(|mark| mark.until.map(|date| date.to_string()));
        let condition = || mark.and_then(|mark| mark.condition.clone());
        let period = mark.and_then(|mark| mark.period.clone()).or_else(until).or_else(condition);
        [
            record.name.clone(),
            finding.inner.clone().unwrap_or_default(),
            record.file_type.to_string(),
            wording::verdict(record.verdict, lang).to_owned(),
            wording::verdict(finding.verdict, lang).to_owned(),
            finding.rule.clone(),
            finding.title.clone(),
            finding.matched.clone().unwrap_or_default(),
            mark.map(|mark| mark.level.clone()).unwrap_or_default(),
            period.unwrap_or_default(),
            wording::place(finding.place, lang).to_owned(),
            finding.page.map(|page| page.to_string()).unwrap_or_default(),
            finding.zone.map(|zone| wording::zone(zone, lang).to_owned()).unwrap_or_default(),
            finding.line.to_string(),
            finding.column.to_string(),
            finding.reason.clone(),
            self.options.advice(&finding.rule).unwrap_or_default().to_owned(),
            finding.fingerprint.clone(),
            record.sha256.clone().unwrap_or_default(),
        ]
    }

    fn unread(&self, unread: &UnreadRecord, record: &Record) -> [String; 19] {
        let lang = self.options.lang;
        let mut cells = self.clean(record);
        cells[1] = unread.inner.clone().unwrap_or_default();
        cells[4] = wording::verdict(unread.verdict, lang).to_owned();
        cells[5] = unread.kind.rule().to_owned();
        cells[6] = wording::unread_title(lang).to_owned();
        cells[11] = unread.page.map(|page| page.to_string()).unwrap_or_default();
        cells[15] = wording::gap(&unread.gap(), None, lang);
        cells[16] = wording::remedy(unread.kind, lang).to_owned();
        cells
    }

    /// The line of a document of which there is nothing to say.
    fn clean(&self, record: &Record) -> [String; 19] {
        let mut cells = [const { String::new() }; 19];
        cells[0] = record.name.clone();
        cells[2] = record.file_type.to_string();
        cells[3] = wording::verdict(record.verdict, self.options.lang).to_owned();
        cells[18] = record.sha256.clone().unwrap_or_default();
        cells
    }
}

impl Reporter for Csv<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        for finding in &record.findings {
            self.line(&self.finding(finding, record))?;
        }
        for unread in &record.unread {
            self.line(&self.unread(unread, record))?;
        }
        for excepted in &record.excepted {
            let mut cells = match (&excepted.finding, &excepted.unread) {
                (Some(finding), _) => self.finding(finding, record),
                (None, Some(unread)) => self.unread(unread, record),
                (None, None) => continue,
            };
            let lang = self.options.lang;
            cells[4] = wording::excepted_title(lang).to_owned();
            cells[16] = wording::approval(excepted, lang);
            self.line(&cells)?;
        }
        if record.findings.is_empty() && record.unread.is_empty() && record.excepted.is_empty() {
            self.line(&self.clean(record))?;
        }
        Ok(())
    }

    fn end(&mut self, _: &Summary) -> io::Result<()> {
        self.begin()?;
        self.out.flush()
    }
}

/// A cell that is only looked at: quoted where needed, and no formula.
fn cell(text: &str) -> String {
    let text = escape(text);
    let formula = text.trim_start().starts_with(FORMULA);
    let text = if formula { format!("'{text}") } else { text.into_owned() };
    let quoted =
        text.contains(['"', ',', '\n', '\r', ';', '\t']) || text.starts_with(' ') || text.ends_with(' ');
    if quoted { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, expected) in [
            ("通知.docx", "通知.docx"),
            ("a,b", "\"a,b\""),
            ("他说\"是\"", "\"他说\"\"是\"\"\""),
            ("=1+2", "'=1+2"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝cmd", "'＝cmd"),
            (" =1", "' =1"),
            ("\t=1", "\\u{9}=1"),
            ("=HYPERLINK(\"x\",\"y\")", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\""),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("a=b", "a=b"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }
}
