//! The report for people: what is blocked, where, why and what to do, and a conclusion at the end.
//!
//! Documents that pass are counted, not listed, unless by a person's decision. Colour only stresses what the words already say.

use std::io::{self, Write};

use super::escape::escape;
use super::wording::{self, Label};
use super::{Options, Reporter, mask};
use crate::finding::{Excepted, ExceptedItem, Finding, Screening, Summary, Unread, Verdict};

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

    /// What may go out by a person's decision, and whose it is.
    fn excepted(&mut self, excepted: &Excepted, screening: &Screening) -> io::Result<()> {
        let Options { lang, show, .. } = self.options;
        let (what, rule) = match &excepted.item {
            ExceptedItem::Finding(finding) => {
                let place = wording::location(&finding.at, finding.inner.as_deref(), lang);
                let matched = mask::shown(finding, screening, show).matched.unwrap_or_default();
                let matched = escape(&matched);
                let colon = if matched.is_empty() { "" } else { lang.pick("：", ": ") };
                (format!("{place}{colon}{matched}"), escape(&finding.rule))
            }
            ExceptedItem::Unread(unread) => {
                (wording::gap(&unread.gap, unread.inner.as_deref(), lang), unread.gap.kind.rule().into())
            }
        };
        writeln!(self.out, "  {}{what} ({rule})", wording::label(Label::Excepted, lang))?;
        writeln!(self.out, "      {}", wording::approval(&excepted.approval, lang))
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
        if screening.verdict == Verdict::Pass && screening.excepted.is_empty() {
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
        for excepted in screening.excepted.iter().take(LISTED) {
            self.excepted(excepted, screening)?;
        }
        let lists = [findings.len(), unread.len(), screening.excepted.len()];
        let rest: usize = lists.iter().map(|length| length.saturating_sub(LISTED)).sum();
        if rest > 0 {
            writeln!(self.out, "  {}", wording::more(rest, self.options.lang))?;
        }
        if screening.no_text && screening.verdict > Verdict::Pass {
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
        if let Some(range) = &summary.range {
            writeln!(self.out, "{}", wording::range(range, lang))?;
        }
        for stale in summary.stale.iter().take(LISTED) {
            writeln!(self.out, "{}", wording::stale(stale, lang))?;
        }
        if summary.stale.len() > LISTED {
            writeln!(self.out, "{}", wording::more(summary.stale.len() - LISTED, lang))?;
        }
        writeln!(self.out, "{}", wording::totals(summary, lang))?;
        writeln!(self.out, "{conclusion}")?;
        self.out.flush()
    }
}
