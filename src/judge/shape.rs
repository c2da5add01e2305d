//! The surroundings of a hit: its line, cell and field, its neighbours, and what they say.
//!
//! A field is what wide gaps part on a line (秘密　　　　特急 has two). Nothing is decided here;
//! `level` and `phrase` weigh the answers.

use std::cell::OnceCell;
use std::ops::Range;

use super::grammar::{head_chars, tail_chars};
use super::letterhead;
use super::line::{
    BORDERS, COMMENTS, Quotation, begins_with_key, core, count_borders, first_field, is_letter,
    is_name_separator, last_field, neighbour, quotation,
};
use super::literal::{self, Literal};
use crate::fold::{Fold, fold, fold_char};
use crate::text::{Break, Place, Segment, Text};

/// Characters looked at on both sides of a hit.
const REACH_CHARS: usize = 60;
/// Characters of its line that are looked at on both sides.
pub(super) const LINE_CHARS: usize = 400;
/// Bytes of a line beside its own from which only a part of it is looked at.
const NEIGHBOUR_BYTES: usize = 8 << 10;
/// Characters of a line from which its end is a line wrap rather than the end of a paragraph.
const FULL_LINE_CHARS: usize = 20;
/// Bytes of the text of a title slide.
const TITLE_SLIDE_BYTES: usize = 400;
/// Brackets that a mark stands in.
pub(super) const OPENING: [char; 7] = ['(', '（', '[', '〔', '【', '［', '〖'];
pub(super) const CLOSING: [char; 7] = [')', '）', ']', '〕', '】', '］', '〗'];
/// Properties that hold a list of words.
pub(super) const KEYWORDS: [&str; 8] =
    ["keywords", "keyword", "category", "subject", "tags", "关键词", "标签", "主题词"];

/// The text around a hit or mark. What is on its line is known at once; the lines around it are
/// looked for when somebody asks, since most hits are decided by the characters beside them.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    text: &'a Text,
    /// The bytes of its line.
    line: Range<usize>,
    /// The piece of text it stands in.
    pub(super) segment: &'a Segment,
    /// The hit or mark itself.
    pub(super) hit: &'a str,
    /// The line in front of it, up to the line's start; cells parted by `\t`.
    pub(super) line_before: &'a str,
    /// The line behind it.
    pub(super) line_after: &'a str,
    /// The same cell in front of it, key of a property taken off.
    pub(super) before: &'a str,
    /// The same cell behind it.
    pub(super) after: &'a str,
    /// Borders of cells on its line in front of it and behind it.
    borders: (usize, usize),
    previous: OnceCell<(Range<usize>, &'a str)>,
    next: OnceCell<&'a str>,
    continues: OnceCell<bool>,
    clause: OnceCell<String>,
    /// It stands in a string literal, which the lines above are those of.
    pub(super) literal: Option<Box<InLiteral<'a>>>,
}

/// A hit in a string literal.
#[derive(Debug)]
pub(super) struct InLiteral<'a> {
    /// The literal's name tells that it is shown like a stamp.
    pub(super) stamped: bool,
    /// The surroundings in the program or the data.
    pub(super) code: Shape<'a>,
}

impl<'a> Shape<'a> {
    /// The surroundings of `range` in `text`; `None` only for a range outside.
    pub(super) fn new(text: &'a Text, range: &Range<usize>) -> Option<Self> {
        let flat = text.as_str();
        let segment = text.segment(range.start)?;
        let line = text.line_around(range.start);
        let line = if range.end <= line.end { line } else { line.start..text.line_around(range.end).end };
        let line_before = tail_chars(flat.get(line.start..range.start)?, LINE_CHARS);
        let line_after = head_chars(flat.get(range.end..line.end)?, LINE_CHARS);
        let borders = (count_borders(line_before), count_borders(line_after));
        let (mut before, mut after) = (line_before, line_after);
        if borders.0 > 0 {
            before = line_before.rsplit(BORDERS).next().unwrap_or(line_before);
        }
        if borders.1 > 0 {
            after = line_after.split(BORDERS).next().unwrap_or(line_after);
        }
        match segment.at.place {
            Place::Name => {
                before = before.rsplit(is_name_separator).next().unwrap_or(before);
                after = after.split(is_name_separator).next().unwrap_or(after);
            }
            Place::Field | Place::Script => {
                before = before.rsplit('"').next().unwrap_or(before);
                after = after.split('"').next().unwrap_or(after);
            }
            Place::Property | Place::Attribute | Place::Form => {
                if let Some((key, value)) = before.split_once([':', '：', '='])
                    && key.chars().count() <= 40
                {
                    before = value;
                    let key = key.trim().to_ascii_lowercase();
                    if KEYWORDS.contains(&key.as_str()) {
                        before = before.rsplit(is_name_separator).next().unwrap_or(before);
                        after = after.split(is_name_separator).next().unwrap_or(after);
                    }
                }
            }
            _ => {}
        }
        let shape = Self {
            text,
            segment,
            hit: flat.get(range.clone())?,
            line,
            line_before,
            line_after,
            before,
            after,
            borders,
            previous: OnceCell::new(),
            next: OnceCell::new(),
            continues: OnceCell::new(),
            clause: OnceCell::new(),
            literal: None,
        };
        Some(match literal::enclosing(line_before, line_after) {
            Some(literal) if segment.at.place.is_running_text() => shape.inside(literal),
            _ => shape,
        })
    }

    /// The nearest line before it in the same place that is not blank.
    pub(super) fn previous(&self) -> &'a str {
        self.previous_line().1
    }

    fn previous_line(&self) -> &(Range<usize>, &'a str) {
        self.previous.get_or_init(|| {
            let (range, line) = neighbour(self.text.as_str(), self.line.start, false);
            let near = self.is_near(&range, range.start..self.line.start);
            // Of a very long line the end, which what follows goes on from.
            let line = if line.len() > NEIGHBOUR_BYTES { tail_chars(line, LINE_CHARS) } else { line };
            (range, if near { line } else { "" })
        })
    }

    /// The nearest line behind it in the same place that is not blank.
    pub(super) fn next(&self) -> &'a str {
        self.next.get_or_init(|| {
            let (range, line) = neighbour(self.text.as_str(), self.line.end, true);
            let line = if line.len() > NEIGHBOUR_BYTES { head_chars(line, LINE_CHARS) } else { line };
            if self.is_near(&range, self.line.start..range.start) { line } else { "" }
        })
    }

    /// Whether a line is in the same place, with no harder break than a page's end `between`.
    fn is_near(&self, line: &Range<usize>, between: Range<usize>) -> bool {
        let place = self.segment.at.place;
        // The choices of a form are parts of their own.
        let hardest = if place == Place::Form { Break::Part } else { Break::Page };
        self.text.segment(line.start).is_some_and(|s| s.at.place == place)
            && self.text.parted_between(between.start, between.end.max(between.start)) <= hardest
    }

    /// Whether its line is the first of its page, slide or sheet, or of the text.
    pub(super) fn begins_page(&self) -> bool {
        let (range, previous) = self.previous_line();
        previous.is_empty() || self.text.parted_between(range.start, self.line.start) >= Break::Page
    }

    /// Whether it stands among the few lines of the first of several slides, whose places are not known.
    pub(super) fn is_on_title_slide(&self) -> bool {
        let at = &self.segment.at;
        let of = |page: u32| {
            let on = move |segment: &&Segment| segment.at.page.is_some_and(|number| number.get() == page);
            self.text.segments().iter().filter(on).filter(|segment| segment.at.place == Place::Body)
        };
        at.place == Place::Body
            && at.zone.is_none()
            && at.page.is_some_and(|page| page.get() == 1)
            && of(2).next().is_some()
            && of(1).map(|segment| segment.range.len()).sum::<usize>() <= TITLE_SLIDE_BYTES
    }

    /// Whether its line is the last of its page, slide or sheet, or of the text.
    pub(super) fn ends_page(&self) -> bool {
        let (range, _) = neighbour(self.text.as_str(), self.line.end, true);
        self.next().is_empty() || self.text.parted_between(self.line.start, range.start) >= Break::Page
    }

    /// Whether nothing of the same place stands before its line.
    pub(super) fn is_first(&self) -> bool {
        let of_place = |other: &&Segment| other.at.place == self.segment.at.place;
        let start = self.line.start;
        self.literal.is_none()
            && self.previous().is_empty()
            && self
                .text
                .segments()
                .iter()
                .find(of_place)
                .is_none_or(|first| first.range.start >= start || first.range.contains(&start))
    }

    /// Some lines above it, the first cut.
    pub(super) fn above(&self) -> &'a str {
        if self.literal.is_some() {
            return "";
        }
        tail_chars(self.text.as_str().get(..self.line.start).unwrap_or_default(), REACH_CHARS)
    }

    /// Some lines below it, the last cut.
    pub(super) fn below(&self) -> &'a str {
        if self.literal.is_some() {
            return "";
        }
        head_chars(self.text.as_str().get(self.line.end..).unwrap_or_default(), REACH_CHARS)
    }

    /// Whether the line goes on a paragraph that began above it.
    pub(super) fn continues(&self) -> bool {
        *self.continues.get_or_init(|| {
            let (range, previous) = self.previous_line();
            !previous.is_empty()
                && self.segment.at.place.is_running_text()
                && self.segment.at.place != Place::Table
                && !previous.contains('\t')
                && !self.line_before.contains('\t')
                && !self.line_after.contains('\t')
                && !previous.trim_end().ends_with(['。', '！', '？', '；', '：', '.', ':', ')', '）', '”'])
                && self.text.break_between(range.start, self.line.start) <= Break::Line
                && previous.trim().chars().count() >= FULL_LINE_CHARS
                && previous.contains(char::is_alphabetic)
                && !begins_with_key(self.line_before)
        })
    }

    /// The surroundings within a string literal.
    fn inside(self, literal: Literal<'a>) -> Self {
        let [line_before, line_after, previous, next] = literal.lines();
        Self {
            text: self.text,
            segment: self.segment,
            hit: self.hit,
            line: self.line.clone(),
            line_before,
            line_after,
            before: line_before.rsplit("\\t").next().unwrap_or(line_before),
            after: line_after.split("\\t").next().unwrap_or(line_after),
            borders: (count_borders(line_before), count_borders(line_after)),
            previous: OnceCell::from((0..0, previous)),
            next: OnceCell::from(next),
            continues: OnceCell::from(false),
            clause: OnceCell::new(),
            literal: Some(Box::new(InLiteral { stamped: literal.stamped, code: self })),
        }
    }

    /// Whether nothing but ornaments, and at most a copy number, urgency, document or page number,
    /// shares the cell. The answer names what of the letterhead was there.
    pub(super) fn alone(&self) -> Option<Option<String>> {
        if self.in_words() {
            return None;
        }
        letterhead::beside(self.before, self.after).filter(|_| !self.continues())
    }

    /// In a string literal that is no text of several lines, nor told to be a stamp by its name.
    pub(super) fn is_label(&self) -> bool {
        self.literal.as_ref().is_some_and(|literal| !literal.stamped)
            && self.previous().is_empty()
            && self.next().is_empty()
    }

    /// The same for the field instead of the cell.
    pub(super) fn alone_in_field(&self) -> Option<Option<String>> {
        if self.in_words() {
            return None;
        }
        // What is said of a line of a program says nothing of the document.
        let field = last_field(self.before).trim_start();
        if COMMENTS.iter().any(|sign| field.starts_with(sign))
            && self.line_before.contains(['=', ';', ',', ')', '}'])
        {
            return None;
        }
        letterhead::beside(last_field(self.before), first_field(self.after)).filter(|_| !self.continues())
    }

    /// Whether words go on in front of it or behind it that no letterhead holds.
    fn in_words(&self) -> bool {
        letterhead::is_ruled_out(self.before, self.after)
    }

    /// The neighbouring line that belongs to a letterhead: copy number, urgency, document number.
    pub(super) fn letterhead_nearby(&self) -> Option<String> {
        if self.cells() > 2 {
            // The neighbours of a row are rows.
            return None;
        }
        let mut lines = [self.previous(), self.next()].into_iter();
        lines.find(|line| letterhead::is_line(line)).map(|line| line.trim().to_owned())
    }

    /// Whether quotation or book-title marks enclose it.
    pub(super) fn quoted(&self) -> bool {
        let place = self.segment.at.place;
        let straight = |side: Option<char>| matches!(side, Some('"' | '\'' | '`'));
        if matches!(place, Place::Field | Place::Script)
            || matches!(place, Place::Attribute | Place::Property)
                && straight(self.line_before.chars().next_back())
                && straight(self.line_after.chars().next())
        {
            // Quotation marks are syntax there.
            return false;
        }
        let behind = self.line_after.chars().take(REACH_CHARS);
        let closed = behind.map(quotation).find(|sign| *sign != Quotation::None);
        if !matches!(closed, Some(Quotation::Straight | Quotation::Closing)) {
            return false;
        }
        let mut depth = 0_i32;
        let mut straight = 0;
        for c in self.line_before.chars().rev().take(REACH_CHARS) {
            match quotation(c) {
                Quotation::None => {}
                Quotation::Straight => straight += 1,
                Quotation::Opening => {
                    depth += 1;
                    if depth > 0 {
                        break;
                    }
                }
                Quotation::Closing => depth -= 1,
            }
        }
        depth > 0 || straight % 2 == 1
    }

    /// Whether it is directly between quotation marks, white space aside.
    pub(super) fn quoted_closely(&self) -> bool {
        let opens = |c| matches!(quotation(c), Quotation::Opening | Quotation::Straight);
        let closes = |c| matches!(quotation(c), Quotation::Closing | Quotation::Straight);
        self.line_before.trim_end().ends_with(opens) && self.line_after.trim_start().starts_with(closes)
    }

    /// Whether a quotation mark opens in front of the brackets it stands in: 以“（机密）”的形式.
    pub(super) fn quoted_in_brackets(&self) -> bool {
        let before = self.line_before.trim_end();
        let bare = before.trim_end_matches(OPENING);
        bare.len() < before.len() && bare.ends_with(['“', '「', '『', '‘'])
    }

    /// The folded text of the same clause in front of it.
    pub(super) fn clause_before(&self) -> &str {
        self.clause.get_or_init(|| {
            let front = tail_chars(self.line_before, REACH_CHARS);
            let clause = front.rsplit(['。', '；', '！', '？', ';', '\n', '\t']).next().unwrap_or(front);
            let mut clause = fold(clause);
            // A clause of so many bytes has so many characters.
            if clause.len() < 8 * 4 && clause.chars().count() < 8 && self.continues() {
                clause.insert_str(0, &fold(tail_chars(self.previous(), REACH_CHARS / 2)));
            }
            clause
        })
    }

    /// The folded characters on the same line in front of it, the nearest first.
    pub(super) fn backwards(&self) -> impl Iterator<Item = char> {
        let shown = |c| match fold_char(c) {
            Fold::Char(c) => Some(c),
            Fold::Sequence(sequence) => sequence.chars().next_back(),
            Fold::Gap | Fold::Vanish => None,
        };
        self.line_before.chars().rev().take(REACH_CHARS).filter_map(shown)
    }

    /// The folded characters on the same line behind it.
    pub(super) fn forwards(&self) -> impl Iterator<Item = char> {
        let shown = |c| match fold_char(c) {
            Fold::Char(c) => Some(c),
            Fold::Sequence(sequence) => sequence.chars().next(),
            Fold::Gap | Fold::Vanish => None,
        };
        self.line_after.chars().take(REACH_CHARS).filter_map(shown)
    }

    /// The folded text of the same line behind it.
    pub(super) fn clause_after(&self) -> String {
        let mut clause = fold(head_chars(self.line_after, REACH_CHARS / 2));
        if clause.is_empty() && self.segment.at.place.is_running_text() {
            clause.push('\n');
        }
        clause
    }

    /// The Chinese character or Latin letter directly in front of it.
    pub(super) fn letter_before(&self) -> Option<char> {
        self.line_before.chars().next_back().filter(|&c| is_letter(c))
    }

    /// The Chinese character or Latin letter directly behind it.
    pub(super) fn letter_after(&self) -> Option<char> {
        self.line_after.chars().next().filter(|&c| is_letter(c))
    }

    /// In round or square brackets that end the cell, with text in front: 标题（机密）.
    pub(super) fn bracketed_at_end(&self) -> bool {
        let opened = self.before.trim_end().ends_with(OPENING);
        let mut behind = self.after.trim_start().chars();
        let closed = behind.next().is_some_and(|c| CLOSING.contains(&c));
        opened && closed && core(behind.as_str()).is_empty() && !core(self.before).is_empty()
    }

    /// In brackets that begin the cell, with text behind: 【机密】关于….
    pub(super) fn bracketed_at_start(&self) -> bool {
        let before = self.before.trim();
        let opened = before.chars().count() == 1 && before.starts_with(OPENING);
        let closed = self.after.trim_start().starts_with(CLOSING);
        // The meanings of an entry of a dictionary are numbered: 【机密】①重要而秘密的。
        let entry = || [self.line_after, self.previous(), self.next()].iter().any(|line| line.contains('①'));
        // 【密件】含有国家秘密内容的文件、资料。 among others.
        let defined = || {
            let explained = |line: &str| line.trim_end().ends_with('。') && line.contains('的');
            let also = |line: &str| explained(line) && line.trim_start().starts_with(before);
            !before.starts_with(['(', '（'])
                && explained(self.line_after)
                && (also(self.previous()) || also(self.next()))
        };
        opened && closed && !self.continues() && !entry() && !defined()
    }

    /// Alone in its brackets on the line below the sentence that it marks.
    pub(super) fn bracketed_below(&self) -> bool {
        let open = self.before.trim().ends_with(OPENING);
        let close = self.after.trim().starts_with(CLOSING);
        open && close && self.previous().trim_end().ends_with(['。', '；', '！'])
    }

    /// Number of cells in its row.
    ///
    /// Of a row that holds nothing else, one.
    pub(super) fn cells(&self) -> usize {
        let cells = 1 + self.borders.0 + self.borders.1;
        let blank = |s: Option<&str>| s.is_some_and(|s| s.trim_matches(BORDERS).trim().is_empty());
        let outside = self.line_before.len().saturating_sub(self.before.len());
        // 公司绝密,,, is all that its row holds.
        if cells > 1
            && blank(self.line_before.get(..outside))
            && blank(self.line_after.get(self.after.len()..))
        {
            return 1;
        }
        cells
    }

    /// The cell of its row that it stands in, from 0.
    pub(super) fn column(&self) -> usize {
        self.borders.0
    }

    /// The rows of its table above its own, the nearest first.
    pub(super) fn rows_above(&self) -> impl Iterator<Item = &'a str> {
        let above = self.text.as_str().get(..self.line.start).unwrap_or_default();
        above.trim_end_matches('\n').rsplit('\n').take_while(|row| row.contains(BORDERS))
    }

    /// The cell above it, where the row above has cells too.
    pub(super) fn cell_above(&self) -> Option<&'a str> {
        let column = self.column();
        (count_borders(self.previous()) > 0).then(|| self.previous().split(BORDERS).nth(column)).flatten()
    }

    /// What stands on its line beside it.
    pub(super) fn beside(&self) -> String {
        format!("{} {}", self.line_before.trim(), self.line_after.trim())
    }

    /// Characters on its line beside it.
    pub(super) fn other_chars(&self) -> usize {
        self.line_before.trim().chars().count() + self.line_after.trim().chars().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::At;

    fn text(s: &str) -> Text {
        let mut text = Text::new();
        text.push(At::new(Place::Body), s);
        text
    }

    fn with<R>(s: &str, word: &str, look: impl Fn(&Shape) -> R) -> R {
        let text = text(s);
        let at = text.as_str().find(word).unwrap();
        look(&Shape::new(&text, &(at..at + word.len())).unwrap())
    }

    #[test]
    fn alone_on_the_line() {
        for (s, alone) in [
            ("机密", true),
            ("　　【机密】", true),
            ("000012  机密", true),
            ("机密  特急", true),
            ("机密 第1页 共3页", true),
            ("机密。", false),
            ("机密 10.8561552143", false),
            ("机密 严禁外传", true),
            ("|甲|机密|乙|", true),
            ("1. 机密", false),
            ("机密文件", false),
        ] {
            assert_eq!(with(s, "机密", |x| x.alone().is_some()), alone, "{s}");
        }
    }

    #[test]
    fn a_wrapped_line_is_not_alone() {
        let wrapped = "机关、单位应当按照规定确定所产生的国家秘密事项属于\n机密\n或者秘密的";
        assert!(with(wrapped, "机密", |x| x.alone().is_none()));
    }

    #[test]
    fn fields() {
        assert!(with("机密　　　　　　某某市人民政府", "机密", |x| x
            .alone_in_field()
            .is_some()));
        assert!(with("机密 某某市人民政府", "机密", |x| x.alone_in_field().is_none()));
    }

    #[test]
    fn quotations() {
        for (s, quoted) in [
            ("应当标明“机密”字样", true),
            ("标明“机密★20年”字样", true),
            ("《机密档案》读后", true),
            ("标注\"机密\"二字", true),
            ("“关于”机密的“问题”", false),
            ("机密", false),
        ] {
            assert_eq!(with(s, "机密", |x| x.quoted()), quoted, "{s}");
        }
    }

    #[test]
    fn enumerations() {
        for (s, enumerated) in [
            ("分为绝密、机密、秘密三级", true),
            ("绝密级、机密级文件", true),
            ("机密或者秘密", true),
            ("绝密\n机密\n秘密", true),
            ("绝密\t机密\t秘密", true),
            ("密级：□绝密 □机密 □秘密", true),
            ("密级：□绝密 ☑机密 □秘密", false),
            ("密级  绝密级  机密级  秘密级", true),
            ("甲\t绝密\t30年\n乙\t机密\t20年", true),
            ("A. 绝密  B. 机密", true),
            ("比如:秘密★5年;绝密★2040年5月1日;机密★长期。", true),
            ("A. 甲\nB. 机密★20年\nC. 乙", true),
            ("密级：机密  公开属性：不予公开", false),
            ("机密★20年\n特急", false),
            ("机密\n机密", false),
        ] {
            assert_eq!(with(s, "机密", |x| x.enumerated("机密")), enumerated, "{s}");
        }
    }

    #[test]
    fn brackets() {
        assert!(with("年度方案（机密）", "机密", |x| x.bracketed_at_end()));
        assert!(!with("年度方案（机密）的说明", "机密", |x| x.bracketed_at_end()));
        assert!(with("【机密】关于某事", "机密", |x| x.bracketed_at_start()));
    }
}
