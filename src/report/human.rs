//! The report for people: what is blocked, where, why and what to do, and a conclusion at the end.
//!
//! Documents that pass are counted, not listed. Colour only stresses what the words already say.

use std::io::{self, Write};

use super::escape::escape;
use super::wording::{self, Label};
use super::{Options, Reporter, Show, mask};
use crate::finding::{Finding, Screening, Summary, Unread, Verdict};

/// Findings and unread parts of one document that are listed, the gravest first; the rest is
/// counted.
const LISTED: usize = 20;

/// Writes the report for people.
pub(super) struct Human<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
}

impl<'a> Human<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options }
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

    fn head(&mut self, screening: &Screening) -> io::Result<()> {
        let lang = self.options.lang;
        let tag = format!("[{}]", wording::verdict(screening.verdict, lang));
        let tag = self.stressed(screening.verdict, &tag);
        writeln!(self.out, "{tag} {}", escape(&screening.name))?;
        if let Some(named) = &screening.named_as {
            writeln!(self.out, "    {}", wording::named_as(&screening.file_type, named, lang))?;
        }
        let marks = screening.findings.iter().filter(|finding| finding.mark.is_some()).count();
        if let Some(mark) = screening.mark.as_ref().filter(|_| marks > 1 && self.options.show > Show::None) {
            writeln!(self.out, "    {}", escape(&wording::highest(mark, lang)))?;
        }
        Ok(())
    }

    fn finding(&mut self, finding: &Finding, screening: &Screening) -> io::Result<()> {
        let Options { lang, show, .. } = self.options;
        let shown = mask::shown(finding, screening, show);
        let place = wording::location(&finding.at, finding.inner.as_deref(), lang);
        let matched = shown.matched.as_deref().map(|matched| {
            let matched = self.stressed(finding.verdict, &escape(matched));
            lang.pick(format!("“{matched}”"), format!(" \"{matched}\""))
        });
        let title = escape(self.options.title(&finding.rule)).into_owned();
        let (verdict, colon) = (wording::verdict(finding.verdict, lang), lang.pick("：", ":"));
        let rule = escape(&finding.rule);
        writeln!(self.out, "  {place}{colon}{}", matched.unwrap_or_default())?;
        writeln!(self.out, "      {verdict} · {title} ({rule})")?;
        let reason = wording::reason(&finding.reason, lang, shown.data);
        let sure = wording::confidence(finding.confidence, lang);
        writeln!(self.out, "      {}{reason} · {sure}", wording::label(Label::Why, lang))?;
        if let Some((before, behind)) = shown.context {
            let (before, behind) = (escape(&before), escape(&behind));
            let around = wording::label(Label::Around, lang);
            let matched = shown.matched.as_deref().map(escape).unwrap_or_default();
            writeln!(self.out, "      {around}…{before}{matched}{behind}…")?;
        }
        Ok(())
    }

    fn unread(&mut self, unread: &Unread) -> io::Result<()> {
        let lang = self.options.lang;
        let gap = wording::gap(&unread.gap, unread.inner.as_deref(), lang);
        let label = self.stressed(unread.verdict, wording::label(Label::Unread, lang));
        writeln!(self.out, "  {label}{gap} ({})", unread.gap.kind.rule())
    }

    /// What to do, once for each rule and kind.
    fn advice(&mut self, findings: &[&Finding], unread: &[&Unread]) -> io::Result<()> {
        let lang = self.options.lang;
        let options = self.options;
        let mut said: Vec<&str> = Vec::new();
        let advice = findings.iter().filter_map(|finding| options.advice(&finding.rule));
        for advice in advice.chain(unread.iter().map(|unread| wording::remedy(unread.gap.kind, lang))) {
            if !said.contains(&advice) {
                writeln!(self.out, "  {}{}", wording::label(Label::Todo, lang), escape(advice))?;
                said.push(advice);
            }
        }
        Ok(())
    }
}

impl Reporter for Human<'_> {
    fn screening(&mut self, screening: &Screening) -> io::Result<()> {
        if screening.verdict == Verdict::Pass {
            return Ok(());
        }
        self.head(screening)?;
        let mut findings: Vec<&Finding> =
            screening.findings.iter().filter(|f| f.verdict > Verdict::Pass).collect();
        let mut unread: Vec<&Unread> =
            screening.unread.iter().filter(|u| u.verdict > Verdict::Pass).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
        unread.sort_by_key(|unread| std::cmp::Reverse(unread.verdict));
        for finding in findings.iter().take(LISTED) {
            self.finding(finding, screening)?;
        }
        for unread in unread.iter().take(LISTED) {
            self.unread(unread)?;
        }
        let rest = findings.len().saturating_sub(LISTED) + unread.len().saturating_sub(LISTED);
        if rest > 0 {
            writeln!(self.out, "  {}", wording::more(rest, self.options.lang))?;
        }
        if screening.no_text {
            writeln!(self.out, "  {}", wording::no_text(self.options.lang))?;
        }
        self.advice(&findings, &unread)?;
        writeln!(self.out)?;
        self.out.flush()
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let lang = self.options.lang;
        let verdict = match summary {
            Summary { block: 1.., .. } => Verdict::Block,
            Summary { review: 1.., .. } => Verdict::Review,
            _ => Verdict::Pass,
        };
        let conclusion = self.stressed(verdict, &wording::conclusion(summary, lang));
        writeln!(self.out, "{}", wording::totals(summary, lang))?;
        writeln!(self.out, "{conclusion}")?;
        self.out.flush()
    }
}
