//! The surroundings of a hit: its line, cell and field, its neighbours, and what they say.
//!
//! A field is what wide gaps part on a line (秘密　　　　特急 has two). Nothing is decided here;
//! `level` and `phrase` weigh the answers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::fixed;
use super::grammar::{head_chars, tail_chars};
use super::literal::{self, Literal};
use crate::fold::{Fold, fold, fold_char};
use crate::text::{Break, Place, Segment, Text};

/// Characters looked at on both sides of a hit.
const REACH_CHARS: usize = 60;
/// Lines among which the nearest that is not blank is looked for.
const NEIGHBOUR_LINES: usize = 4;
/// Characters of a line from which its end is a line wrap rather than the end of a paragraph.
const FULL_LINE_CHARS: usize = 20;
/// Blank characters from which a gap parts two fields.
const FIELD_GAP: usize = 3;

static LETTERHEAD: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"^(?:[,;]?(?:{STAMPS}|\d{{6,7}}|no[.:]?[a-z]{{0,2}}\d{{1,20}}|(?:份号|编号|副本号|序号)[.:]?[a-z0-9]{{1,20}}|第\d{{1,4}}份(?:共\d{{1,4}}份)?|(?:共印|印数|印发|印制)[:.]?\d{{1,5}}份|[正副]本|草案|草稿|初稿|定稿|终稿|修订稿|征求意见稿|讨论稿|送审稿|报批稿|(?:等级:?)?特急明发|明发|特急|加急|急件|平急|特提|急|限时办理|第\d{{1,4}}页(?:共\d{{1,4}}页)?|\d{{1,4}}/\d{{1,4}}|共\d{{1,4}}[页份]|(?:(?:19|20)\d{{2}}年)?第\d{{1,6}}(?:号|份|期)|[(（]?总第\d{{1,6}}期[)）]?|\p{{Han}}{{1,12}}[〔(\[]\d{{4}}[〕)\]]\d{{1,5}}号|(?:19|20)\d{{2}}年\d{{1,2}}月(?:\d{{1,2}}日)?|page\d{{1,4}}(?:of\d{{1,4}})?))+[.。!]?$"
    ))
});

static DECIMAL: LazyLock<Regex> = LazyLock::new(|| fixed(r"\d[.．]\d"));

/// Properties that hold a list of words.
pub(super) const KEYWORDS: [&str; 8] =
    ["keywords", "keyword", "category", "subject", "tags", "关键词", "标签", "主题词"];

/// What parts the cells of a row.
pub(super) const BORDERS: [char; 4] = ['\t', '|', '｜', '│'];
/// Stamps that stand beside another one on its line: 公司机密 严禁外传.
const STAMPS: &str = "国家秘密|绝密|机密|秘密|内部资料|内部文件|内部材料|密件|(?:注意|汪意|留意)(?:保[存管密仔]?|[存管密])|妥善保[存管]|翻印必究|(?:不得|严禁|请勿|切勿|禁止|勿)(?:对外)?(?:外传|外泄|泄露|泄漏|复印|翻印|复制|转发|转载|引用|上网|公开|扩散|传播|提供)|阅[后毕](?:收回|即焚|销毁|退回|退还)|会后收回|用后收回|不登报|不广播|发电|发至.{2,6}级|companyconfidential|strictlyconfidential|topsecret|confidential|secret|internaluseonly|donotdistribute";

const OPENING: &str = "“\"「『‘'《〈";
const CLOSING: &str = "”\"」』’'》〉";

/// The text around a hit or mark.
#[derive(Debug)]
pub(super) struct Shape<'a> {
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
    /// The nearest line before it in the same place that is not blank.
    pub(super) previous: &'a str,
    /// The nearest line behind it in the same place that is not blank.
    pub(super) next: &'a str,
    /// Some lines above it, the first cut.
    pub(super) above: &'a str,
    /// Some lines below it, the last cut.
    pub(super) below: &'a str,
    /// The line goes on a paragraph that began above it.
    pub(super) continues: bool,
    /// Nothing of the same place stands before its line.
    pub(super) is_first: bool,
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
        let line = text.line_around(range.start).start..text.line_around(range.end).end;
        let line_before = tail_chars(flat.get(line.start..range.start)?, 400);
        let line_after = head_chars(flat.get(range.end..line.end)?, 400);
        let mut before = line_before.rsplit(BORDERS).next().unwrap_or(line_before);
        let mut after = line_after.split(BORDERS).next().unwrap_or(line_after);
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
        let same_place = |offset: usize| text.segment(offset).is_some_and(|s| s.at.place == segment.at.place);
        let (previous_range, previous) = neighbour(flat, line.start, false);
        let (next_range, next) = neighbour(flat, line.end, true);
        // The choices of a form are parts of their own.
        let hardest = if segment.at.place == Place::Form { Break::Part } else { Break::Page };
        let near = |range: &Range<usize>, from: usize, to: usize, line: &'a str| {
            if same_place(range.start) && text.break_between(from.min(to), from.max(to)) <= hardest {
                line
            } else {
                ""
            }
        };
        let previous = near(&previous_range, previous_range.start, line.start, previous);
        let next = near(&next_range, line.start, next_range.start, next);
        let continues = !previous.is_empty()
            && segment.at.place.is_running_text()
            && segment.at.place != Place::Table
            && !previous.contains('\t')
            && !line_before.contains('\t')
            && !line_after.contains('\t')
            && text.break_between(previous_range.start, line.start) <= Break::Line
            && previous.trim().chars().count() >= FULL_LINE_CHARS
            && previous.contains(char::is_alphabetic)
            && !previous.trim_end().ends_with(['。', '！', '？', '；', '：', '.', ':', ')', '）', '”']);
        let hit = flat.get(range.clone())?;
        let above = tail_chars(flat.get(..line.start)?, REACH_CHARS);
        let below = head_chars(flat.get(line.end..)?, REACH_CHARS);
        let shape = Self {
            segment,
            hit,
            line_before,
            line_after,
            before,
            after,
            previous,
            next,
            above,
            below,
            continues,
            is_first: text
                .segments()
                .iter()
                .find(|other| other.at.place == segment.at.place)
                .is_none_or(|first| first.range.start >= line.start || first.range.contains(&line.start))
                && previous.is_empty(),
            literal: None,
        };
        Some(match literal::enclosing(line_before, line_after) {
            Some(literal) if segment.at.place.is_running_text() => shape.inside(literal),
            _ => shape,
        })
    }

    /// The surroundings within a string literal.
    fn inside(self, literal: Literal<'a>) -> Self {
        let [line_before, line_after, previous, next] = literal.lines();
        Self {
            segment: self.segment,
            hit: self.hit,
            line_before,
            line_after,
            before: line_before.rsplit("\\t").next().unwrap_or(line_before),
            after: line_after.split("\\t").next().unwrap_or(line_after),
            previous,
            next,
            above: "",
            below: "",
            continues: false,
            is_first: false,
            literal: Some(Box::new(InLiteral { stamped: literal.stamped, code: self })),
        }
    }

    /// Whether nothing but ornaments, and at most a copy number, urgency, document or page number,
    /// shares the cell. The answer names what of the letterhead was there.
    pub(super) fn alone(&self) -> Option<Option<String>> {
        if self.continues {
            return None;
        }
        rest_is_letterhead(self.before, self.after)
    }

    /// The same for the field instead of the cell.
    pub(super) fn alone_in_field(&self) -> Option<Option<String>> {
        if self.continues {
            return None;
        }
        rest_is_letterhead(last_field(self.before), first_field(self.after))
    }

    /// The neighbouring line that belongs to a letterhead: copy number, urgency, document number.
    pub(super) fn letterhead_nearby(&self) -> Option<String> {
        if self.cells() > 2 {
            // The neighbours of a row are rows.
            return None;
        }
        [self.previous, self.next].into_iter().find_map(|line| {
            let folded = fold(core(line));
            (folded.chars().count() <= 24 && LETTERHEAD.is_match(&folded)).then(|| line.trim().to_owned())
        })
    }

    /// Whether quotation or book-title marks enclose it.
    pub(super) fn quoted(&self) -> bool {
        if matches!(self.segment.at.place, Place::Field | Place::Script) {
            // Quotation marks are syntax there.
            return false;
        }
        let front: String = tail_chars(self.line_before, REACH_CHARS).into();
        let mut depth = 0_i32;
        let mut straight = 0;
        for c in front.chars().rev() {
            match c {
                '"' | '\'' => straight += 1,
                '“' | '「' | '『' | '‘' | '《' | '〈' => {
                    depth += 1;
                    if depth > 0 {
                        break;
                    }
                }
                '”' | '」' | '』' | '’' | '》' | '〉' => depth -= 1,
                _ => {}
            }
        }
        let behind = head_chars(self.line_after, REACH_CHARS);
        let closes = behind.find(|c| CLOSING.contains(c));
        let opens = behind.find(|c| OPENING.contains(c) && !CLOSING.contains(c));
        let closed = closes.is_some_and(|at| opens.is_none_or(|open| at < open));
        closed && (depth > 0 || straight % 2 == 1)
    }

    /// Whether it is directly between quotation marks, white space aside.
    pub(super) fn quoted_closely(&self) -> bool {
        self.line_before.trim_end().ends_with(|c| OPENING.contains(c))
            && self.line_after.trim_start().starts_with(|c| CLOSING.contains(c))
    }

    /// The folded text of the same clause in front of it.
    pub(super) fn clause_before(&self) -> String {
        let front = tail_chars(self.line_before, REACH_CHARS);
        let clause = front.rsplit(['。', '；', '！', '？', ';', '\n', '\t']).next().unwrap_or(front);
        let mut clause = fold(clause);
        if self.continues && clause.chars().count() < 8 {
            clause.insert_str(0, &fold(tail_chars(self.previous, REACH_CHARS / 2)));
        }
        clause
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
        let opened = self.before.trim_end().ends_with(['(', '（', '[', '〔', '【', '［', '〖']);
        let mut behind = self.after.trim_start().chars();
        let closed = behind.next().is_some_and(|c| ")）]〕】］〗".contains(c));
        opened && closed && core(behind.as_str()).is_empty() && !core(self.before).is_empty()
    }

    /// In brackets that begin the cell, with text behind: 【机密】关于….
    pub(super) fn bracketed_at_start(&self) -> bool {
        let before = self.before.trim();
        let opened =
            before.chars().count() == 1 && before.starts_with(['(', '（', '[', '〔', '【', '［', '〖']);
        let closed = self.after.trim_start().starts_with([')', '）', ']', '〕', '】', '］', '〗']);
        opened && closed && !self.continues
    }

    /// Number of cells in its row.
    pub(super) fn cells(&self) -> usize {
        1 + self.line_before.matches(BORDERS).count() + self.line_after.matches(BORDERS).count()
    }

    /// The cell above it, where the row above has cells too.
    pub(super) fn cell_above(&self) -> Option<&'a str> {
        let column = self.line_before.matches(BORDERS).count();
        self.previous.contains(BORDERS).then(|| self.previous.split(BORDERS).nth(column)).flatten()
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

/// Where a name breaks into words.
fn is_name_separator(c: char) -> bool {
    fold_char(c) == Fold::Gap || "!,，、()（）[]【】〔〕&《》「」{}@;；:：".contains(c)
}

/// The nearest line that is not blank, behind `from` or in front of it.
fn neighbour(flat: &str, from: usize, forward: bool) -> (Range<usize>, &str) {
    let mut at = from;
    for _ in 0..NEIGHBOUR_LINES {
        let range = if forward {
            let Some(rest) = flat.get(at + 1..) else { break };
            at + 1..at + 1 + rest.find('\n').unwrap_or(rest.len())
        } else {
            let Some(head) = at.checked_sub(1).and_then(|end| flat.get(..end)) else { break };
            head.rfind('\n').map_or(0, |i| i + 1)..head.len()
        };
        let line = flat.get(range.clone()).unwrap_or_default();
        // The rule below a row of headings is no line.
        if line.chars().any(|c| !c.is_whitespace() && !"|-:+=".contains(c)) {
            return (range, line);
        }
        at = if forward { range.end } else { range.start };
    }
    (from..from, "")
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

/// `text` without ornaments at both ends: white space, brackets, stars, rules, marks of lists.
/// Sentence punctuation is no ornament.
pub(super) fn core(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || ",;()（）[]［］〔〕【】〖〗<>＜＞{}｛｝★☆⭐※*＊✱#＃=＝-－—–―_＿|｜~～·•●○■□◆◇▲△▶►:：/\\%“”\"'`‘’「」".contains(c)
            || fold_char(c) == Fold::Vanish
    })
}

/// Whether a line holds nothing but ornaments and parts of a letterhead.
pub(super) fn is_letterhead(line: &str) -> bool {
    rest_is_letterhead("", line).is_some()
}

/// `Some` when both sides are empty or hold only parts of a letterhead, which it names.
fn rest_is_letterhead(before: &str, after: &str) -> Option<Option<String>> {
    let (front, behind) = (core(before), core(after));
    if front.is_empty() && behind.is_empty() {
        return Some(None);
    }
    let matches = |s: &str| s.is_empty() || (!DECIMAL.is_match(s) && LETTERHEAD.is_match(&fold(s)));
    (front.chars().count() <= REACH_CHARS
        && behind.chars().count() <= REACH_CHARS
        && matches(front)
        && matches(behind))
    .then(|| Some(format!("{front} {behind}").trim().to_owned()))
}

/// What follows the last wide gap.
fn last_field(text: &str) -> &str {
    let mut run = 0;
    for (at, c) in text.char_indices().rev() {
        run = if c == '\u{3000}' {
            run + 2
        } else if c.is_whitespace() {
            run + 1
        } else {
            0
        };
        if run >= FIELD_GAP {
            return text.get(at + c.len_utf8()..).unwrap_or_default();
        }
    }
    text
}

/// What precedes the first wide gap.
fn first_field(text: &str) -> &str {
    let mut run = 0;
    for (at, c) in text.char_indices() {
        run = if c == '\u{3000}' {
            run + 2
        } else if c.is_whitespace() {
            run + 1
        } else {
            0
        };
        if run >= FIELD_GAP {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
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
