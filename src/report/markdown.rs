//! A short report in Markdown, for a build's summary page or a merge request: totals, then the
//! documents that need something, blocked ones first, up to a limit.

use std::io::{self, Write};

use super::escape::escape;
use super::record::Record;
use super::wording::{self, Lang};
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Lines of each table that are written; the rest is counted. Summary pages end at 1 MiB.
const LISTED: usize = 200;

/// Writes Markdown.
pub(super) struct Markdown<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    blocked: Table,
    doubtful: Table,
    excepted: Table,
}

/// The lines of the documents of one verdict.
#[derive(Default)]
struct Table {
    lines: Vec<String>,
    left_out: u64,
}

impl Table {
    fn push(&mut self, line: impl FnOnce() -> String) {
        if self.lines.len() < LISTED { self.lines.push(line()) } else { self.left_out += 1 }
    }
}

impl<'a> Markdown<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self {
            out,
            options,
            blocked: Table::default(),
            doubtful: Table::default(),
            excepted: Table::default(),
        }
    }

    fn table(&mut self, verdict: Verdict) -> io::Result<()> {
        let lang = self.options.lang;
        let (table, heading) = match verdict {
            Verdict::Block => (&self.blocked, wording::verdict(verdict, lang)),
            Verdict::Review => (&self.doubtful, wording::verdict(verdict, lang)),
            Verdict::Pass => (&self.excepted, wording::excepted_title(lang)),
        };
        if table.lines.is_empty() {
            return Ok(());
        }
        writeln!(self.out, "\n### {heading}\n")?;
        writeln!(self.out, "{}", lang.pick("| 文件 | 内容 | 说明 |", "| document | what | where and why |"))?;
        writeln!(self.out, "|---|---|---|")?;
        for line in &table.lines {
            writeln!(self.out, "{line}")?;
        }
        match table.left_out {
            0 => Ok(()),
            count => writeln!(self.out, "\n{}", wording::left_out(count, lang)),
        }
    }
}

impl Reporter for Markdown<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        let lang = self.options.lang;
        let name = text(&self.options.run.path(&record.name));
        for excepted in &record.excepted {
            self.excepted.push(|| {
                let (what, whose) = (wording::excepted(excepted, lang), wording::approval(excepted, lang));
                format!("| {name} | {} | {} |", text(&what), text(&whose))
            });
        }
        let table = match record.verdict {
            Verdict::Pass => return Ok(()),
            Verdict::Review => &mut self.doubtful,
            Verdict::Block => &mut self.blocked,
        };
        for finding in record.open_findings() {
            table.push(|| {
                let (title, line) = (text(&finding.title), text(&wording::finding_line(finding, lang)));
                format!("| {name} | {title} | {line} |")
            });
        }
        for unread in record.open_unread() {
            table.push(|| {
                let line = text(&wording::unread_line(unread, lang));
                format!("| {name} | {} | {line} |", wording::unread_title(lang))
            });
        }
        if record.no_text {
            table.push(|| format!("| {name} | | {} |", wording::no_text(lang)));
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let lang = self.options.lang;
        let Summary { documents, pass, review, block, unread, .. } = *summary;
        writeln!(
            self.out,
            "## {}\n",
            lang.pick("密检（mijian）检查结果", "mijian: screening before publication")
        )?;
        writeln!(self.out, "**{}**\n", text(&wording::conclusion(summary, lang)))?;
        writeln!(
            self.out,
            "{}",
            match lang {
                Lang::Zh => "| 文件 | 禁发 | 待审 | 通过 | 未能全部读取 |",
                Lang::En => "| documents | block | review | pass | not read completely |",
            }
        )?;
        writeln!(self.out, "|---:|---:|---:|---:|---:|")?;
        writeln!(self.out, "| {documents} | {block} | {review} | {pass} | {unread} |")?;
        self.table(Verdict::Block)?;
        self.table(Verdict::Review)?;
        self.table(Verdict::Pass)?;
        for stale in summary.stale.iter().take(LISTED) {
            writeln!(self.out, "\n- {}", text(&wording::stale(stale, lang)))?;
        }
        if summary.interrupted {
            writeln!(self.out, "\n**{}**", wording::interrupted(lang))?;
        }
        writeln!(self.out, "\n{}", text(&wording::totals(summary, lang)))?;
        self.out.flush()
    }
}

/// Text that Markdown takes for nothing but text: no markup, links, mentions or cell borders.
fn text(plain: &str) -> String {
    let plain = escape(plain);
    let mut out = String::with_capacity(plain.len() + 16);
    let mut before = ' ';
    for c in plain.chars() {
        let address = c == '.' && before.eq_ignore_ascii_case(&'w');
        if address || "\\`*_{}[]<>()#+!|~&@:$^=\"'".contains(c) {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_markup() {
        for (plain, expected) in [
            ("a-b.docx", "a-b.docx"),
            ("a|b", "a&#124;b"),
            ("[x](http://y)", "&#91;x&#93;&#40;http&#58;//y&#41;"),
            ("www.x.cn", "www&#46;x.cn"),
            ("@team <img>", "&#64;team &#60;img&#62;"),
            ("a\nb", "a&#92;u&#123;a&#125;b"),
        ] {
            assert_eq!(text(plain), expected);
        }
    }
}
