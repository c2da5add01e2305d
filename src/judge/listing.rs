//! What stands in a row with a hit: other levels of an enumeration, options and boxes, the lines of
//! a list, the entries of a dictionary. All of them make a mention of it.

use std::sync::LazyLock;

use regex::Regex;

use super::fixed;
use super::grammar::{head_chars, tail_chars};
use super::label::{label, names_level};
use super::letterhead::is_letterhead;
use super::line::{BORDERS, core, is_letter};
use super::shape::{KEYWORDS, Shape};
use crate::fold::fold;
use crate::text::Place;

static LEVEL_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    // 公开范围, 内部使用 are no levels.
    fixed(&format!(
        r"^(?:级|类|件)?[、,;或和与及以到至](?:及|者|是|和)?(?:国家)?[“\x22《【(]?{LEVELS}(?:[级类件等三四两或和与及]|[^\p{{Han}}]|$)"
    ))
});
static LEVEL_IN_FRONT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(
        r"{LEVELS}(?:级|类|件)?(?:★[^、,;。]{{1,14}}|:?\d{{1,3}}年|\(.{{0,12}}\))?[”\x22》】)]?[、,;或和与及以到至](?:及|者|是|和)?(?:国家)?[“\x22《【(]?$"
    ))
});
static DEFINED: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"^\W*{LEVELS}(?:级|类)?\W*[:：]$")));
static DEFINES: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"^\W*{LEVELS}(?:级|类)?\W*[:：]")));
static LEVEL_ONLY: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"^{LEVELS}$")));
/// Cells of a row that hold marks, and nothing else.
static MARKS_ONLY: LazyLock<Regex> =
    LazyLock::new(|| fixed(&format!(r"^(?:{LEVELS}级?(?:[★☆*][^、,;。]{{1,14}})?|[|])*$")));
static LEVEL_ALONE: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"^{LEVELS}级?")));
static OPTION: LazyLock<Regex> = LazyLock::new(|| fixed(r"(?:^|[\s？?。：:；;])[(（]?[A-H][)）.．、]"));
static OPTION_IN_FRONT: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:^|[\s？?。：:；;])[(（]?[A-H][)）.．、]\s*\S{0,6}$"));
/// Where the question is asked on the same line, a blank is enough.
static ASKED_OPTION: LazyLock<Regex> = LazyLock::new(|| fixed(r"[？?][^\n]*[\s（(][A-H]\s*$"));
static WORD_AND_NUMBER: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*\S{1,8}[\s,，:：|]+[\d.．,%]+\s*$"));
/// What numbers an item of a list.
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*$"));
static NUMBERED_HEAD: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*(?:[(（]?\d{1,2}[)）.．、]|[①-⑳])\s*"));
/// An entry of a list of words in two languages: secret 秘密.
static TRANSLATED: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*[a-z][a-z ]*[ \t–—-]+$"));
static TRANSLATED_PAIR: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^\s*[a-z][a-z ]*[ \t–—-]+\p{Han}{1,8}\s*$"));
/// A box or its stand-in, checked (group 1) or not.
static BOX_IN_FRONT: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"(?:({CHECKED})|{UNCHECKED})\s*$")));
static BOX_BEHIND: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"^\s*(?:({CHECKED})|{UNCHECKED})")));
static ENDS_WITH_BOX: LazyLock<Regex> = LazyLock::new(|| fixed(&format!(r"(?:{CHECKED}|{UNCHECKED})\s*$")));
/// Words that stand in a row with levels.
const LEVELS: &str = "(?:绝密|机密|秘密|内部|公开|非密|核心商密|普通商密|工作秘密|商业秘密|国家秘密|企业秘密|敏感|非涉密|涉密|普通|个人隐私|topsecret|secret|confidential|unclassified|restricted|internal|public|tlp:red|tlp:amberstrict|tlp:amber|tlp:green|tlp:clear)";
const CHECKED: &str = r"[☑√✓✔■☒●◉◼▣⊠✅]|[\[(（【]\s*[√✓✔xX×■☑]\s*[\])）】]";
const UNCHECKED: &str = r"[□☐○◯▢◻]|[\[(（【]\s*[\])）】]";
/// Characters of the name of a value in a table.
const NAME_CHARS: usize = 6;
/// Characters of a word that has a line of a list to itself.
const WORD_CHARS: usize = 5;
/// Bytes of an item's number, blanks aside, and more.
const NUMBER_BYTES: usize = 24;
/// Characters in front of a hit among which the letter of an option is, blanks aside.
const OPTION_CHARS: usize = 8;
/// Characters on each side among which an accent tells that there is pinyin.
const PINYIN_CHARS: usize = 16;
/// Characters of a link of a page.
const LINK_CHARS: usize = 10;
/// With what a path through a site, or its list of subjects, begins.
const NAVIGATION: [&str; 6] = ["首页", "主页", "网站首页", "热门标签", "当前位置", "全部栏目"];
/// Other lines with a single word each from which they are a list.
const LISTED_WORDS: usize = 3;

/// What parts the entries of a list on one line.
const ROW_SIGNS: [char; 16] =
    [',', '，', '、', ';', '；', '|', '\t', '/', ':', '：', '=', '[', '(', '{', '（', '【'];
/// Bytes of such a line, and more.
const ROW_BYTES: usize = 1 << 10;
/// Other entries from which it is a list.
const ROW_ENTRIES: usize = 3;
/// Characters of an entry.
const ROW_WORD_CHARS: usize = 12;
/// Entries that name marks of their own, not only what one of them asks for, from which it is a list of marks.
const ROW_HEADS: usize = 2;
const MARK_HEADS: [&str; 12] = [
    "绝密",
    "机密",
    "秘密",
    "国家秘密",
    "工作秘密",
    "商业秘密",
    "内部资料",
    "内部文件",
    "内部刊物",
    "内部参考",
    "密件",
    "涉密",
];
/// What stands in front of a marking in a table of what a document is.
const MARKING_NAMES: [&str; 12] = [
    "标识",
    "标志",
    "标注",
    "文件标识",
    "保密标识",
    "保密标志",
    "保密要求",
    "警示语",
    "发放范围",
    "印发范围",
    "知悉范围",
    "使用要求",
];
/// Cells of a row from which a table may be a register of documents.
const REGISTER_CELLS: usize = 2;
/// Rows of a register above a hit among which its head is looked for.
const REGISTER_ROWS: usize = 200;
/// What heads a column of a register of documents.
const DOCUMENT_COLUMNS: [&str; 17] = [
    "标题",
    "文件名",
    "文件标题",
    "文件题名",
    "文件编号",
    "文件号",
    "公文标题",
    "公文名称",
    "题名",
    "文号",
    "发文字号",
    "来文",
    "收文",
    "发文",
    "资料名称",
    "材料名称",
    "档号",
];

/// Stamps among which a form lets choose, beside levels.
const STAMPS: [&str; 14] = [
    "草稿",
    "草案",
    "样本",
    "样稿",
    "副本",
    "原件",
    "正本",
    "作废",
    "已审核",
    "平件",
    "急件",
    "特急",
    "加急",
    "已批准",
];

/// What joins the words of a row.
fn joins(c: char) -> bool {
    matches!(c, '、' | ',' | ';' | '或' | '和' | '与' | '及' | '以' | '到' | '至')
}

/// Whether folded text begins as [`LEVEL_BEHIND`] does.
fn joins_behind(folded: &str) -> bool {
    folded.trim_start_matches(['级', '类', '件']).starts_with(joins)
}

/// A box of a form, checked or not.
fn is_box(c: char) -> bool {
    matches!(
        c,
        '☑' | '√'
            | '✓'
            | '✔'
            | '■'
            | '☒'
            | '●'
            | '◉'
            | '◼'
            | '▣'
            | '⊠'
            | '✅'
            | '□'
            | '☐'
            | '○'
            | '◯'
            | '▢'
            | '◻'
    )
}

/// Whether folded text ends as [`LEVEL_IN_FRONT`] does.
fn joins_in_front(folded: &str) -> bool {
    let quoted = folded.strip_suffix(['“', '"', '《', '【', '(']).unwrap_or(folded);
    quoted.ends_with(joins) || quoted.ends_with(['及', '者', '是', '和', '家'])
}

impl Shape<'_> {
    /// Whether other levels stand in a row with it: in the sentence, the table row, or as lines of
    /// their own above or below. `word` is the hit, folded.
    pub(super) fn enumerated(&self, word: &str) -> bool {
        if let Some(checked) = self.boxed() {
            return !checked;
        }
        if self.is_option() {
            return true;
        }
        // Nothing is folded where the next letters are those of other words.
        let (before, after) = (self.backwards().next(), self.forwards().next());
        let of_row = |c| joins(c) || matches!(c, '级' | '类' | '件' | '绝' | '机' | '秘');
        let behind = after.filter(|&c| !is_letter(c) || of_row(c));
        let behind = behind.map_or_else(String::new, |_| fold(head_chars(self.line_after, 16)));
        let of_row = |c| joins(c) || matches!(c, '级' | '类' | '件' | '密' | '者' | '是' | '家');
        let front = before.filter(|&c| !is_letter(c) || of_row(c));
        let front = front.map_or_else(String::new, |_| fold(tail_chars(self.line_before, 24)));
        if joins_behind(&behind) && LEVEL_BEHIND.is_match(&behind)
            || joins_in_front(&front) && LEVEL_IN_FRONT.is_match(&front)
        {
            return true;
        }
        // 绝密级  机密级  秘密级, parted by nothing but blanks.
        let row = ["绝密", "机密", "秘密"].into_iter().filter(|&level| level != word);
        let behind = behind.trim_start_matches(['级', '类', '件']);
        let front = front.trim_end_matches(['级', '类', '件']);
        let front = front.trim_end_matches("国家秘密");
        if row.clone().any(|level| behind.starts_with(level) || front.ends_with(level)) {
            return true;
        }
        let other = |line: &str| {
            let folded = fold(core(line));
            LEVEL_ALONE.find(&folded).is_some_and(|m| {
                !m.as_str().starts_with(word)
                    && !word.starts_with(m.as_str())
                    && (m.as_str() != "国家秘密" || !matches!(word, "绝密" | "机密" | "秘密"))
                    && folded[m.end()..].chars().next().is_none_or(|c| "★☆*(（:0123456789".contains(c))
            })
        };
        // The choices of a form, with what a program calls each of them between.
        let choice = |line: &str| other(line) || STAMPS.contains(&core(line));
        if self.segment.at.place == Place::Form
            && self.above().split('\n').chain(self.below().split('\n')).any(choice)
        {
            return true;
        }
        let beside = || [self.previous(), self.next()].into_iter();
        if self.line_before.trim().len() <= NUMBER_BYTES
            && NUMBERED.is_match(self.line_before)
            && beside().any(|line| {
                let item = NUMBERED_HEAD.find(line).and_then(|m| line.get(m.end()..));
                item.is_some_and(|item| other(item) || LEVEL_ALONE.is_match(&fold(core(item))))
            })
        {
            return true;
        }
        let translated = self.translated();
        if translated
            && TRANSLATED.is_match(self.line_before)
            && beside().any(|line| TRANSLATED_PAIR.is_match(line))
        {
            return true;
        }
        if translated && !self.hit.contains(['★', '☆']) {
            let beside = [self.previous(), self.next()].map(fold);
            if row.clone().any(|level| beside.iter().any(|line| line.contains(level))) {
                return true;
            }
        }
        if self.cells() > 1 && beside().any(|row| row.contains(BORDERS) && row.split(BORDERS).any(other)) {
            return true;
        }
        (self.cells() > 1 && self.line_before.split(BORDERS).chain(self.line_after.split(BORDERS)).any(other))
            || (core(self.line_before).is_empty()
                && (core(self.line_after).is_empty()
                    || self.line_after.trim_start().starts_with([':', '：']))
                && (other(self.previous()) || other(self.next())))
    }

    /// Whether nothing but other marks, blanks between, stands on its line, and no line above announces them:
    /// 说说它们的含义：.
    pub(super) fn stands_with_marks(&self) -> bool {
        let marks = |side: &str| MARKS_ONLY.is_match(&fold(core(side)));
        let mut above = self.above().trim_end_matches('\n').rsplit('\n').skip_while(|line| marks(line));
        let announced = above.next().is_some_and(|line| line.trim_end().ends_with([':', '：']));
        marks(self.line_before) && marks(self.line_after) && !announced
    }

    /// Whether it and the one level above or below it are all that stands there, and one of the two is a level
    /// of state secrets: 商业秘密 over 机密, but not over 个人隐私.
    pub(super) fn is_one_of_two(&self) -> bool {
        let beside = [self.previous(), self.next()].map(|line| fold(core(line)));
        let other = |line: &&String| LEVEL_ONLY.is_match(line);
        let state = |word: &str| matches!(word, "绝密" | "机密" | "秘密");
        let stamp = |word: &str| {
            state(word) || matches!(word, "商业秘密" | "工作秘密" | "内部" | "核心商密" | "普通商密")
        };
        let hit = fold(self.hit);
        let mut others = beside.iter().filter(other);
        let Some(word) = others.next() else { return false };
        others.next().is_none() && (state(&hit) || state(word)) && stamp(word)
    }

    /// The last of a path through a site: 首页, 法律知识, 商业秘密, a line each.
    pub(super) fn ends_path(&self) -> bool {
        let above = self.above().trim_end_matches('\n').rsplit('\n').map(core);
        above.take_while(|line| line.chars().count() <= LINK_CHARS).any(|line| NAVIGATION.contains(&line))
    }

    /// One of the lines of a list: words with a number each, items behind the same bullet, or rows of
    /// equally many cells.
    pub(super) fn listed(&self) -> bool {
        let beside = || [self.previous(), self.next()].into_iter();
        // The lines of a comment begin so too, but its end is no item.
        let bullet = |line: &str| {
            let mut chars = line.trim_start().chars();
            let first = chars.next().filter(|c| "-*•·●▪◦+".contains(*c));
            // -- begins a comment, ** something bold.
            first.filter(|&first| chars.next().is_none_or(|c| c != '/' && c != first))
        };
        // A comment of several lines: its first, and more of them.
        let comments = [self.previous(), self.above()].iter().any(|line| line.trim_start().starts_with("/*"));
        let last = self.line_after.trim_end().chars().next_back().or_else(|| self.hit.chars().next_back());
        if last.is_some_and(|c| c.is_numeric() || ".．,%".contains(c))
            && WORD_AND_NUMBER.is_match(&format!("{}{}{}", self.line_before, self.hit, self.line_after))
            && beside().any(|line| WORD_AND_NUMBER.is_match(line))
        {
            return true;
        }
        if !comments
            && bullet(self.line_before).is_some()
            && beside().any(|line| bullet(line) == bullet(self.line_before))
        {
            return true;
        }
        let cells = self.cells();
        cells > 1
            && beside().any(|row| 1 + row.matches(BORDERS).count() == cells)
            && !is_letterhead(self.line_before.trim_matches(BORDERS))
                | !is_letterhead(self.line_after.trim_matches(BORDERS))
    }

    /// An entry of a list on one line that holds other marks: "绝密", "机密", "内部文件", "注意保存".
    pub(super) fn in_row_of_marks(&self) -> bool {
        let sides = || [self.line_before, self.line_after].into_iter().flat_map(|side| side.split(ROW_SIGNS));
        let entries = || sides().map(core).filter(|entry| !entry.is_empty());
        let heads = || entries().filter(|entry| MARK_HEADS.contains(&&*fold(entry)));
        self.line_before.len() + self.line_after.len() <= ROW_BYTES
            && entries().count() >= ROW_ENTRIES
            && entries().all(|entry| entry.chars().count() <= ROW_WORD_CHARS)
            && heads().take(ROW_HEADS).count() >= ROW_HEADS
    }

    /// In the second cell of a row of two, whose first says that a marking follows: 标识 | 此件发至乡镇级.
    pub(super) fn is_marking(&self) -> bool {
        self.cells() == 2
            && self.column() == 1
            && MARKING_NAMES
                .contains(&fold(core(self.line_before.split(BORDERS).next().unwrap_or_default())).as_str())
    }

    /// All of the second cell of a row of two, whose first is a short name: 备注 | 内部文件 注意保管.
    pub(super) fn is_value(&self) -> bool {
        self.cells() == 2
            && core(self.before).is_empty()
            && core(self.after).is_empty()
            && (1..=NAME_CHARS).contains(&core(self.line_before).chars().count())
    }

    /// A value of a key among others with other levels: the words of a user interface.
    pub(super) fn is_key_among_levels(&self, word: &str) -> bool {
        [self.previous(), self.next()].into_iter().any(|line| {
            let value = line.rsplit([':', '=']).next().unwrap_or(line);
            let value = fold(core(value));
            value.len() < line.len() && value != word && LEVEL_ONLY.is_match(&value)
        })
    }

    /// What a level means, in a list of levels: 公开：可对外, 内部：仅限内部使用.
    pub(super) fn explains_level(&self) -> bool {
        DEFINED.is_match(&fold(self.line_before))
            && [self.previous(), self.next()].into_iter().any(|line| DEFINES.is_match(&fold(line)))
    }

    /// One of the options of a question: A. 机密★20年  B. ….
    fn is_option(&self) -> bool {
        let letter = |line: &str| OPTION.is_match(line);
        let mut near = self.line_before.chars().rev().filter(|c| !c.is_whitespace()).take(OPTION_CHARS);
        near.any(|c| c.is_ascii_uppercase())
            && (ASKED_OPTION.is_match(self.line_before)
                || OPTION_IN_FRONT.is_match(self.line_before)
                    && (letter(self.line_after)
                        || letter(self.previous())
                        || letter(self.next())
                        || self.line_before.chars().filter(|c| c.is_ascii_uppercase()).count() > 1))
    }

    /// Whether the box in front of it is checked, where it has one: □机密 on a form is a choice, ☑机密
    /// is a mark.
    pub(super) fn boxed(&self) -> Option<bool> {
        let checked = |found: regex::Captures| found.get(1).is_some();
        let front = self.line_before.trim_end().chars().next_back();
        let front = front.filter(|&c| is_box(c) || matches!(c, ']' | ')' | '）' | '】'));
        let front = front.and_then(|_| BOX_IN_FRONT.captures(self.line_before)).map(checked);
        let behind = self.line_after.trim_start().chars().next();
        let behind = behind.filter(|&c| is_box(c) || matches!(c, '[' | '(' | '（' | '【'));
        let behind = behind.and_then(|_| BOX_BEHIND.captures(self.line_after)).map(checked);
        // 绝密□ 机密☑ 秘密□: where the row ends with a box, boxes follow their words.
        match (front, behind) {
            (Some(_), Some(behind)) if ENDS_WITH_BOX.is_match(self.line_after) => Some(behind),
            (Some(front), _) => Some(front),
            (None, behind) => behind,
        }
    }

    /// Whether the lines above it, each an option of a form with its box, begin behind the label of a level.
    pub(super) fn is_option_of_level(&self) -> bool {
        let boxed =
            |line: &str| line.trim_start().starts_with(|c| is_box(c) || matches!(c, '[' | '(' | '（'));
        let mut above = self.above().trim_end_matches('\n').rsplit('\n').skip_while(|line| boxed(line));
        boxed(self.line_before) && above.next().is_some_and(|line| names_level(&fold(line)))
    }

    /// Whether the word in another language stands beside it and nothing else: CONFIDENTIAL – 机密.
    fn translated(&self) -> bool {
        let rest = [core(self.line_before), core(self.line_after)];
        let latin = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic() || b == b' ');
        rest.iter().any(|text| !text.is_empty()) && rest.into_iter().all(latin)
    }

    /// One of several words of a list of keywords.
    pub(super) fn in_keyword_list(&self) -> bool {
        matches!(self.segment.at.place, Place::Property | Place::Attribute)
            && self.key().is_some_and(|key| KEYWORDS.contains(&key.as_str()))
            && (core(self.before).is_empty() && core(self.after).is_empty())
            && self.line_before.chars().chain(self.line_after.chars()).any(|c| ",，;；、".contains(c))
            && core(self.line_after).len() + self.line_before.len()
                > self.key().map_or(0, |key| key.len()) + 2
    }

    /// All of a property that holds the title.
    pub(super) fn is_title_property(&self) -> bool {
        matches!(self.segment.at.place, Place::Property | Place::Attribute)
            && self.key().is_some_and(|key| ["title", "标题", "题名"].contains(&key.as_str()))
            && core(self.before).is_empty()
            && core(self.line_after).is_empty()
    }

    /// The key of the property it stands in.
    fn key(&self) -> Option<String> {
        let (key, _) = self.line_before.split_once([':', '：', '='])?;
        Some(key.trim().to_ascii_lowercase())
    }

    /// One of at least four lines that hold a single short word each.
    pub(super) fn in_word_list(&self) -> bool {
        let (above, below) = self.words_around();
        above > 0 && above + below >= LISTED_WORDS
    }

    /// The same, the first line of the list too.
    pub(super) fn heads_word_list(&self) -> bool {
        let (above, below) = self.words_around();
        above + below >= LISTED_WORDS
    }

    /// How many lines directly above and below hold a single short word each.
    fn words_around(&self) -> (usize, usize) {
        let word = |line: &&str| {
            let line = core(line);
            (2..=WORD_CHARS).contains(&line.chars().count())
                && line.chars().all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
                && !is_letterhead(line)
        };
        let above = self.above().trim_end_matches('\n').rsplit('\n').take_while(word).count();
        let below = self.below().trim_start_matches('\n').split('\n').take_while(word).count();
        (above, below)
    }

    /// Pinyin with its tones beside it: an entry of a dictionary, an exercise.
    pub(super) fn has_pinyin(&self) -> bool {
        // All of them lie between these two.
        let toned = |c: char| ('à'..='ǜ').contains(&c) && "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ".contains(c);
        let above = || self.previous().chars().count() <= PINYIN_CHARS && self.previous().chars().any(toned);
        core(self.line_before).is_empty() && !self.hit.contains(['★', '☆']) && above()
            || self.line_before.chars().rev().take(PINYIN_CHARS).any(toned)
            || self.line_after.chars().take(PINYIN_CHARS).any(toned)
    }

    /// The label above its column in a register of documents: 序号 | 文件名称 | 发文字号 | 密级.
    ///
    /// Such a list shows what the secret documents are called, in whatever row it stands.
    pub(super) fn registered(&self) -> Option<&'static str> {
        let (column, cells) = (self.column(), self.cells());
        if cells < REGISTER_CELLS || !core(self.before).is_empty() || !core(self.after).is_empty() {
            return None;
        }
        let mut rows = self.rows_above().take(REGISTER_ROWS);
        rows.find_map(|row| {
            let head = fold(row.split(BORDERS).nth(column)?);
            let level = label(&format!("{head}:"))
                .filter(|label| head.chars().count() <= label.chars().count() + 2)?;
            let names = |cell: &str| DOCUMENT_COLUMNS.iter().any(|name| cell.contains(name));
            let starred = self.hit.contains(['★', '☆']);
            (starred || row.split(BORDERS).any(|cell| names(&fold(cell)))).then_some(level)
        })
    }

    /// The only row below a row of labels: 文件编号 | 密级 over A-01 | 机密.
    pub(super) fn sole_value(&self) -> bool {
        let cells = self.cells();
        self.cell_above().is_some_and(|above| label(&format!("{above}:")).is_some())
            && 1 + self.next().matches(BORDERS).count() != cells
    }
}
