//! The self-inspection report (自查报告) as offices file it: scope, method, counts, findings by
//! level, what was not read, measures, lines to sign. Page and type as GB/T 9704-2012 sets them.
//!
//! Every match stands in quotation marks inside a sentence, so that the report is itself read as
//! talking about marks and not as bearing them. It has to be whole at the end, so tables are cut at
//! a limit and the rest is counted.

use std::collections::BTreeMap;
use std::io::{self, Cursor, Write};

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    Shading, SpecialIndentType, Table, TableCell, TableLayoutType, TableRow, VAlignType, WidthType,
};

use super::escape::escape;
use super::folders::Folders;
use super::record::Record;
use super::wording::{self, InspectionWord as Word, Lang};
use super::{Options, Reporter};
use crate::finding::{Summary, Verdict};

/// Lines of each table; the rest is counted.
const LISTED: usize = 200;
/// Findings of one document in a table; the rest is counted.
const LISTED_OF_DOCUMENT: usize = 5;

/// Lengths in twentieths of a point: A4, and the margins of GB/T 9704-2012 (37, 35, 28 and 26 mm).
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGINS: [i32; 4] = [2098, 1985, 1588, 1474];
/// Width of the type area: the page without its margins.
const WIDTH: usize = 8844;
/// Distance of the lines of running text.
const LINE: i32 = 570;

/// Sizes of letters in half points: 二号, 三号, 小四, 四号.
const TITLE: usize = 44;
const TEXT: usize = 32;
const TABLE: usize = 24;
const FOOT: usize = 28;

/// Writes the report.
pub(super) struct Inspection<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    blocked: Rows,
    doubtful: Rows,
    unread: Rows,
    excepted: Rows,
    /// Documents and findings of each level.
    levels: BTreeMap<String, [u64; 2]>,
    /// Title, blocked, to review, of each rule.
    rules: BTreeMap<String, (String, u64, u64)>,
    folders: Folders,
    /// What to do, each sentence once.
    measures: Vec<String>,
}

/// Lines of a table.
#[derive(Default)]
struct Rows {
    rows: Vec<[String; 3]>,
    left_out: u64,
}

impl Rows {
    fn push(&mut self, row: impl FnOnce() -> [String; 3]) {
        if self.rows.len() < LISTED { self.rows.push(row()) } else { self.left_out += 1 }
    }
}

impl<'a> Inspection<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self {
            out,
            options,
            blocked: Rows::default(),
            doubtful: Rows::default(),
            unread: Rows::default(),
            excepted: Rows::default(),
            levels: BTreeMap::new(),
            rules: BTreeMap::new(),
            folders: Folders::default(),
            measures: Vec::new(),
        }
    }

    fn count(&mut self, record: &Record) {
        let mut of_document: Vec<&str> = Vec::new();
        for finding in record.open_findings() {
            if let Some(mark) = &finding.mark {
                let [documents, findings] = self.levels.entry(escape(&mark.level).into_owned()).or_default();
                if !of_document.contains(&mark.level.as_str()) {
                    of_document.push(&mark.level);
                    *documents += 1;
                }
                *findings += 1;
            }
            let title = || (escape(&finding.title).into_owned(), 0, 0);
            let (_, block, review) = self.rules.entry(finding.rule.clone()).or_insert_with(title);
            *if finding.verdict == Verdict::Block { block } else { review } += 1;
        }
    }

    fn measure(&mut self, measure: &str) {
        let mut measure = escape(measure).into_owned();
        // A phrase elsewhere, here a sentence of its own.
        if let Some(first) = measure.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        if !measure.is_empty() && !measure.ends_with(['。', '.']) {
            measure.push_str(self.options.lang.pick("。", "."));
        }
        if !measure.is_empty() && !self.measures.contains(&measure) {
            self.measures.push(measure);
        }
    }

    fn build(&self, summary: &Summary) -> Docx {
        let lang = self.options.lang;
        let style = Style { lang };
        let word = |word| wording::inspection_word(word, lang);
        let [top, bottom, left, right] = MARGINS;
        let margin =
            PageMargin::new().top(top).bottom(bottom).left(left).right(right).header(850).footer(1400);
        let mut docx = Docx::new()
            .page_size(PAGE.0, PAGE.1)
            .page_margin(margin)
            .default_fonts(style.fonts(Face::Text))
            .default_size(TEXT)
            .footer(style.footer())
            .add_paragraph(style.title(word(Word::Title)));

        docx = docx.add_paragraph(style.heading(word(Word::Basics)));
        for line in wording::inspection_basics(self.options.run, summary, lang) {
            docx = docx.add_paragraph(style.text(&line));
        }
        docx = docx.add_paragraph(style.heading(word(Word::Method)));
        docx = docx.add_paragraph(style.text(word(Word::MethodText)));
        docx = docx.add_paragraph(style.heading(word(Word::Counts)));
        docx = docx.add_table(style.table(&[5000, 3844], &counts(summary, lang)));
        if !self.levels.is_empty() {
            let mut rows = vec![[Word::Level, Word::Documents, Word::Findings].map(|w| word(w).to_owned())];
            let lines = self.levels.iter().map(|(level, [documents, findings])| {
                [quoted(level, lang), documents.to_string(), findings.to_string()]
            });
            rows.extend(lines);
            docx = docx.add_paragraph(style.caption(word(Word::ByLevel)));
            docx = docx.add_table(style.table(&[5000, 1922, 1922], &rows));
        }
        if !self.rules.is_empty() {
            let heads = [
                word(Word::Kind),
                wording::verdict(Verdict::Block, lang),
                wording::verdict(Verdict::Review, lang),
            ];
            let mut rows = vec![heads.map(str::to_owned)];
            rows.extend(
                self.rules
                    .values()
                    .map(|(title, block, review)| [title.clone(), block.to_string(), review.to_string()]),
            );
            docx = docx.add_paragraph(style.caption(word(Word::ByRule)));
            docx = docx.add_table(style.table(&[5000, 1922, 1922], &rows));
        }
        let folders = self.folders.open();
        if !folders.is_empty() {
            let heads = [
                word(Word::Folder),
                wording::verdict(Verdict::Block, lang),
                wording::verdict(Verdict::Review, lang),
                word(Word::All),
            ];
            let mut rows = vec![heads.map(str::to_owned)];
            rows.extend(folders.iter().take(LISTED).map(|folder| {
                let counts = [folder.block, folder.review, folder.documents].map(|count| count.to_string());
                let [block, review, documents] = counts;
                [quoted(&escape(&folder.folder), lang), block, review, documents]
            }));
            docx = docx.add_paragraph(style.caption(word(Word::ByFolder)));
            docx = docx.add_table(style.table(&[4400, 1300, 1300, 1844], &rows));
            if folders.len() > LISTED {
                let rest = (folders.len() - LISTED) as u64;
                docx = docx.add_paragraph(style.text(&wording::left_out(rest, lang)));
            }
        }
        for (heading, none, rows) in [
            (Word::Blocked, Word::NoneBlocked, &self.blocked),
            (Word::Doubtful, Word::NoneDoubtful, &self.doubtful),
            (Word::Unread, Word::NoneUnread, &self.unread),
            (Word::Excepted, Word::NoneExcepted, &self.excepted),
        ] {
            docx = docx.add_paragraph(style.heading(word(heading)));
            docx = if rows.rows.is_empty() {
                docx.add_paragraph(style.text(word(none)))
            } else {
                let heads = [Word::Number, Word::Document, Word::What].map(|w| word(w).to_owned());
                let lines: Vec<_> = std::iter::once(heads).chain(rows.rows.iter().cloned()).collect();
                docx.add_table(style.table(&[900, 3200, 4744], &lines))
            };
            if rows.left_out > 0 {
                docx = docx.add_paragraph(style.text(&wording::inspection_left_out(rows.left_out, lang)));
            }
        }
        docx = docx.add_paragraph(style.heading(word(Word::Measures)));
        let general =
            [Word::MeasureBlocked, Word::MeasureUnread, Word::MeasureKeep].map(|w| word(w).to_owned());
        for (number, measure) in (1..).zip(self.measures.iter().chain(&general)) {
            docx = docx.add_paragraph(
                style.text(&lang.pick(format!("{number}．{measure}"), format!("{number}. {measure}"))),
            );
        }
        docx = docx.add_paragraph(style.heading(word(Word::Conclusion)));
        if summary.interrupted {
            docx = docx.add_paragraph(style.text(wording::interrupted(lang)));
        }
        docx = docx.add_paragraph(style.text(&wording::conclusion(summary, lang)));
        docx = docx.add_paragraph(style.text(word(Word::Disclaimer)));
        for line in wording::inspection_signatures(lang) {
            docx = docx.add_paragraph(style.signature(line));
        }
        docx
    }
}

impl Reporter for Inspection<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.folders.add(record);
        let options = self.options;
        let lang = options.lang;
        if !record.excepted.is_empty() {
            let number = self.excepted.rows.len() + 1;
            self.excepted.push(|| {
                let listed = record.excepted.iter().take(LISTED_OF_DOCUMENT);
                let mut lines: Vec<String> = listed.map(|e| wording::excepted_line(e, lang)).collect();
                match record.excepted.len().saturating_sub(LISTED_OF_DOCUMENT) {
                    0 => {}
                    rest => lines.push(wording::left_out(rest as u64, lang)),
                }
                [number.to_string(), quoted(&escape(&record.name), lang), lines.join("\n")]
            });
        }
        if record.verdict == Verdict::Pass {
            return Ok(());
        }
        self.count(record);
        let (findings, unread) = (record.open_findings(), record.open_unread());
        let name = quoted(&escape(&record.name), lang);
        for finding in &findings {
            self.measure(options.advice(&finding.rule).unwrap_or_default());
        }
        for unread in &unread {
            self.measure(wording::remedy(unread.kind, lang));
        }
        if !findings.is_empty() || unread.is_empty() {
            let rows = if record.verdict == Verdict::Block { &mut self.blocked } else { &mut self.doubtful };
            let number = rows.rows.len() + 1;
            rows.push(|| {
                let listed = findings.iter().take(LISTED_OF_DOCUMENT);
                let mut lines: Vec<String> = listed.map(|f| wording::inspection_finding(f, lang)).collect();
                match findings.len().saturating_sub(LISTED_OF_DOCUMENT) {
                    0 => {}
                    rest => lines.push(wording::left_out(rest as u64, lang)),
                }
                if findings.is_empty() {
                    lines.push(wording::no_text(lang).to_owned());
                }
                [number.to_string(), name.clone(), lines.join("\n")]
            });
        }
        if !unread.is_empty() {
            let number = self.unread.rows.len() + 1;
            self.unread.push(|| {
                let listed = unread.iter().take(LISTED_OF_DOCUMENT);
                let mut lines: Vec<String> =
                    listed.map(|u| wording::gap(&u.gap(), u.inner.as_deref(), lang)).collect();
                match unread.len().saturating_sub(LISTED_OF_DOCUMENT) {
                    0 => {}
                    rest => lines.push(wording::left_out(rest as u64, lang)),
                }
                [number.to_string(), name, lines.join("\n")]
            });
        }
        Ok(())
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let mut packed = Cursor::new(Vec::new());
        self.build(summary).build().pack(&mut packed).map_err(io::Error::other)?;
        self.out.write_all(packed.get_ref())?;
        self.out.flush()
    }
}

/// Foreign text in a sentence of ours.
fn quoted(text: &str, lang: Lang) -> String {
    lang.pick(format!("“{text}”"), format!("\"{text}\""))
}

fn counts(summary: &Summary, lang: Lang) -> Vec<[String; 2]> {
    let word = |word| wording::inspection_word(word, lang).to_owned();
    let Summary { documents, pass, review, block, unread, skipped, no_text, .. } = *summary;
    let mut rows = vec![[word(Word::Item), word(Word::Documents)]];
    let lines = [
        (word(Word::All), documents),
        (wording::verdict(Verdict::Block, lang).to_owned(), block),
        (wording::verdict(Verdict::Review, lang).to_owned(), review),
        (wording::verdict(Verdict::Pass, lang).to_owned(), pass),
        (word(Word::UnreadCount), unread),
        (word(Word::NoText), no_text),
        (word(Word::Skipped), skipped),
    ];
    rows.extend(lines.map(|(label, count)| [label, count.to_string()]));
    rows
}

/// The faces of the standard, by what they are for.
#[derive(Clone, Copy)]
enum Face {
    Title,
    Heading,
    Text,
    Number,
}

/// Paragraphs and tables in the type of the standard.
struct Style {
    lang: Lang,
}

impl Style {
    fn fonts(&self, face: Face) -> RunFonts {
        let east_asia = match face {
            Face::Title => "方正小标宋简体",
            Face::Heading => "黑体",
            Face::Text => "仿宋_GB2312",
            Face::Number => "宋体",
        };
        let latin = "Times New Roman";
        RunFonts::new().east_asia(east_asia).ascii(latin).hi_ansi(latin).cs(latin)
    }

    fn run(&self, text: &str, face: Face, size: usize) -> Run {
        Run::new().add_text(text).fonts(self.fonts(face)).size(size)
    }

    fn spacing(&self) -> LineSpacing {
        LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE)
    }

    fn title(&self, text: &str) -> Paragraph {
        let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE + 60).after(500);
        let run = self.run(text, Face::Title, TITLE);
        let run = if self.lang == Lang::En { run.bold() } else { run };
        Paragraph::new().add_run(run).align(AlignmentType::Center).line_spacing(spacing)
    }

    fn heading(&self, text: &str) -> Paragraph {
        let run = self.run(text, Face::Heading, TEXT);
        let run = if self.lang == Lang::En { run.bold() } else { run };
        let spacing = self.spacing().before(160).after(40);
        Paragraph::new().add_run(run).keep_next(true).outline_lvl(0).line_spacing(spacing).indent(
            None,
            self.first_line(),
            None,
            None,
        )
    }

    fn text(&self, text: &str) -> Paragraph {
        let run = self.run(text, Face::Text, if self.lang == Lang::En { TABLE } else { TEXT });
        Paragraph::new().add_run(run).line_spacing(self.spacing()).align(AlignmentType::Both).indent(
            None,
            self.first_line(),
            None,
            None,
        )
    }

    fn caption(&self, text: &str) -> Paragraph {
        let spacing = self.spacing().before(120);
        Paragraph::new().add_run(self.run(text, Face::Text, TABLE)).keep_next(true).line_spacing(spacing)
    }

    fn signature(&self, text: &str) -> Paragraph {
        let spacing = self.spacing().before(200);
        let size = if self.lang == Lang::En { TABLE } else { TEXT };
        Paragraph::new().add_run(self.run(text, Face::Text, size)).keep_lines(true).line_spacing(spacing)
    }

    /// Chinese paragraphs start two characters in.
    fn first_line(&self) -> Option<SpecialIndentType> {
        let twips = i32::try_from(TEXT * 20).unwrap_or_default();
        (self.lang == Lang::Zh).then_some(SpecialIndentType::FirstLine(twips))
    }

    fn footer(&self) -> Footer {
        let dash = |text: &str| self.run(text, Face::Number, FOOT);
        let number = Paragraph::new().add_run(dash("— ")).add_page_num(PageNum::new()).add_run(dash(" —"));
        Footer::new().add_paragraph(number.size(FOOT).align(AlignmentType::Center))
    }

    /// A table whose first line is its head; `widths` in twentieths of a point.
    fn table<const N: usize>(&self, widths: &[usize; N], lines: &[[String; N]]) -> Table {
        let rows = lines.iter().enumerate().map(|(at, line)| {
            let head = at == 0;
            let cells = line.iter().zip(widths).map(|(text, width)| self.cell(text, *width, head));
            TableRow::new(cells.collect()).cant_split()
        });
        Table::new(rows.collect())
            .set_grid(widths.to_vec())
            .width(WIDTH, WidthType::Dxa)
            .layout(TableLayoutType::Fixed)
    }

    fn cell(&self, text: &str, width: usize, head: bool) -> TableCell {
        let mut cell = TableCell::new().width(width, WidthType::Dxa).vertical_align(VAlignType::Center);
        if head {
            cell = cell.shading(Shading::new().fill("E7EBF0"));
        }
        let number = text.bytes().all(|byte| byte.is_ascii_digit());
        let align = if head || number { AlignmentType::Center } else { AlignmentType::Left };
        for line in text.split('\n') {
            let face = if head { Face::Heading } else { Face::Text };
            let spacing = LineSpacing::new().line_rule(LineSpacingType::AtLeast).line(340);
            // The head stays with the first line below it.
            let paragraph = Paragraph::new().add_run(self.run(line, face, TABLE)).keep_next(head);
            cell = cell.add_paragraph(paragraph.align(align).line_spacing(spacing));
        }
        cell
    }
}
