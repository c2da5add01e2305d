//! The report for people: what is blocked, where, why and what to do, and a conclusion at the end.
//!
//! Documents that pass are counted, not listed, unless by a person's decision; where documents of
//! several folders do not, the folders are counted too. Colour only stresses what the words already say.

use std::io::{self, Write};

use super::escape::escape;
use super::folders::Folders;
use super::record::{ExceptedRecord, FindingRecord, Record, UnreadRecord};
use super::wording::{self, Label};
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Findings and unread parts of one document that are listed, the gravest first; the rest is
/// counted.
const LISTED: usize = 20;

/// Writes the report for people.
pub(super) struct Human<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    folders: Folders,
}

impl<'a> Human<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, folders: Folders::default() }
    }

    /// `text` as strong as its verdict.
    fn stressed(&self, verdict: Verdict, text: &str) -> String {
        let code = match verdict {
            Verdict::Pass => "32",
            Verdict::Review => "33",
            Verdict::Block => "1;31",
        };
        if self.options.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn head(&mut self, record: &Record) -> io::Result<()> {
        let lang = self.options.lang;
        let tag = format!("[{}]", wording::verdict(record.verdict, lang));
        let tag = self.stressed(record.verdict, &tag);
        writeln!(self.out, "{tag} {}", escape(&record.name))?;
        if let Some(named) = &record.named_as {
            writeln!(self.out, "    {}", wording::named_as(&record.file_type, named, lang))?;
        }
        let marks = record.findings.iter().filter(|finding| finding.mark.is_some()).count();
        if let Some(mark) = record.mark.as_ref().filter(|_| marks > 1) {
            let period = mark.period.as_deref().or(mark.condition.as_deref());
            let highest = wording::highest(&mark.level, period, self.options.lang);
            writeln!(self.out, "    {}", escape(&highest))?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &FindingRecord) -> io::Result<()> {
        let lang = self.options.lang;
        let place = wording::location(&finding.at(), finding.inner.as_deref(), lang);
        let matched = finding.matched.as_deref().map(|matched| {
            let matched = self.stressed(finding.verdict, &escape(matched));
            lang.pick(format!("“{matched}”"), format!(" \"{matched}\""))
        });
        let title = escape(&finding.title);
        let (verdict, colon) = (wording::verdict(finding.verdict, lang), lang.pick("：", ":"));
        let rule = escape(&finding.rule);
        writeln!(self.out, "  {place}{colon}{}", matched.unwrap_or_default())?;
        writeln!(self.out, "      {verdict} · {title} ({rule})")?;
        let reason = escape(&finding.reason);
        let sure = wording::confidence(finding.confidence, lang);
        writeln!(self.out, "      {}{reason} · {sure}", wording::label(Label::Why, lang))?;
        if let Some((before, behind)) = &finding.context {
            let (before, behind) = (escape(before), escape(behind));
            let around = wording::label(Label::Around, lang);
            let matched = finding.matched.as_deref().map(escape).unwrap_or_default();
            writeln!(self.out, "      {around}…{before}{matched}{behind}…")?;
        }
        Ok(())
    }

    fn unread(&mut self, unread: &UnreadRecord) -> io::Result<()> {
        let lang = self.options.lang;
        let gap = wording::gap(&unread.gap(), unread.inner.as_deref(), lang);
        let label = self.stressed(unread.verdict, wording::label(Label::Unread, lang));
        writeln!(self.out, "  {label}{gap} ({})", unread.kind.rule())
    }

    /// What may go out by a person's decision, and whose it is.
    fn excepted(&mut self, excepted: &ExceptedRecord) -> io::Result<()> {
        let lang = self.options.lang;
        let what = wording::excepted(excepted, lang);
        writeln!(self.out, "  {}{what}", wording::label(Label::Excepted, lang))?;
        writeln!(self.out, "      {}", wording::approval(excepted, lang))
    }

    /// What to do, once for each rule and kind.
    fn advice(&mut self, findings: &[&FindingRecord], unread: &[&UnreadRecord]) -> io::Result<()> {
        let lang = self.options.lang;
        let options = self.options;
        let mut said: Vec<&str> = Vec::new();
        let advice = findings.iter().filter_map(|finding| options.advice(&finding.rule));
        for advice in advice.chain(unread.iter().map(|unread| wording::remedy(unread.kind, lang))) {
            if !said.contains(&advice) {
                writeln!(self.out, "  {}{}", wording::label(Label::Todo, lang), escape(advice))?;
                said.push(advice);
            }
        }
        Ok(())
    }
}

impl Reporter for Human<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.folders.add(record);
        if record.verdict == Verdict::Pass && record.excepted.is_empty() {
            return Ok(());
        }
        self.head(record)?;
        let (findings, unread) = (record.open_findings(), record.open_unread());
        for finding in findings.iter().take(LISTED) {
            self.finding(finding)?;
        }
        for unread in unread.iter().take(LISTED) {
            self.unread(unread)?;
        }
        for excepted in record.excepted.iter().take(LISTED) {
            self.excepted(excepted)?;
        }
        let lists = [findings.len(), unread.len(), record.excepted.len()];
        let rest: usize = lists.iter().map(|length| length.saturating_sub(LISTED)).sum();
        if rest > 0 {
            writeln!(self.out, "  {}", wording::more(rest, self.options.lang))?;
        }
        if record.no_text && record.verdict > Verdict::Pass {
            writeln!(self.out, "  {}", wording::no_text(self.options.lang))?;
        }
        self.advice(&findings, &unread)?;
        writeln!(self.out)?;
        self.out.flush()
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let lang = self.options.lang;
        let verdict = wording::of_run(summary);
        let conclusion = self.stressed(verdict, &wording::conclusion(summary, lang));
        if let Some(range) = &summary.range {
            writeln!(self.out, "{}", wording::range(range, lang))?;
        }
        for stale in summary.stale.iter().take(LISTED) {
            writeln!(self.out, "{}", wording::stale(stale, lang))?;
        }
        if summary.stale.len() > LISTED {
            writeln!(self.out, "{}", wording::more(summary.stale.len() - LISTED, lang))?;
        }
        let folders = self.folders.open();
        if !folders.is_empty() {
            writeln!(self.out, "{}", wording::label(Label::Folders, lang))?;
        }
        for folder in folders.iter().take(LISTED) {
            let counts = wording::folder(folder.documents, folder.block, folder.review, lang);
            writeln!(self.out, "  {}{counts}", escape(&folder.folder))?;
        }
        if folders.len() > LISTED {
            writeln!(self.out, "  {}", wording::more(folders.len() - LISTED, lang))?;
        }
        writeln!(self.out, "{}", wording::totals(summary, lang))?;
        writeln!(self.out, "{conclusion}")?;
        self.out.flush()
    }
}
