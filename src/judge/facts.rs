//! What the whole document is: its date, its kind, how much it talks about secrecy.

use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::cursor::chinese_number;
use crate::fold::{Fold, fold_char};
use crate::text::{Place, Text};

/// Bytes of a document that are looked at for its kind; its date is looked for in all of it.
const KIND_BYTES: usize = 64 << 10;
/// Characters of a line that may be a date line.
const DATE_LINE_CHARS: usize = 40;
/// Articles (第三条) from which a document is a regulation.
const ARTICLES: usize = 3;
/// Lines that may be a document's title.
const TITLE_LINES: usize = 4;
/// Words of offices and firms from which a text is one of theirs.
const OFFICIAL_WORDS: usize = 2;
/// Words about secrecy per thousand characters from which it is the document's subject.
const SUBJECT_PER_MILLE: u32 = 4;
/// Words about secrecy from which the share says anything.
const SUBJECT_WORDS: u32 = 4;

static DATE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"^(?:.{0,16}(?:部|局|厅|室|会|院|处|司|府|委|办|公司|中心|集团|大学|学校)?[(（]?(?:成文日期|发文日期|印发日期|日期|时间)?[:：]?)((?:19|20|21|二〇|二零|二○|一九)[\d〇零○一二三四五六七八九]{2})[年.\-/]([\d一二三四五六七八九十]{1,3})[月.\-/]([\d一二三四五六七八九十]{1,3})日?(?:印发|印|发布|起草|制|定稿)?[)）]?$",
    )
});
static ARTICLE: LazyLock<Regex> =
    LazyLock::new(|| super::fixed(r"(?m)^\s*第[一二三四五六七八九十百\d]{1,5}条"));
static ABOUT: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"保密|涉密|密级|定密|解密|泄密|失密|窃密|国家秘密|商业秘密|工作秘密|绝密|机密|商密|内部资料|内部文件|内部刊物|信息公开|上网|互联网发布",
    )
});
static OFFICIAL: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"各单位|有关部门|通知|印发|贯彻|落实|方案|会议|项目|规定|报送|附件|机关|部门|汇报|数据|系统|客户|合同|工程|领导|任务|办公室|人民政府|委员会|指标|计划|技术|编号|审核|设备",
    )
});
static SAMPLE: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"^.{0,20}(?:格式|版式|式样|标注|标志|标识|公文|模板).{0,6}(?:示例|样例|样式|示意|范例|举例).{0,4}$|^(?:党政机关)?公文(?:版头|首页|文头)?的?(?:格式|版式|要素)(?:说明|规范|要求|要素|介绍|图解|详解)?$|^(?:密级|保密标志|国家秘密标志)的?标[注识](?:说明|规范|要求|方法|位置|指南|须知)$",
    )
});
static EXAM: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"试题|试卷|考生|满分|准考证|答题卡|选择题|填空题|解答题|判断题|简答题|考试时间|注意事项|得分|分钟|本卷|第[ⅠⅡIVX一二]{1,3}卷",
    )
});

/// What the judge knows about the document as a whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    /// 成文日期: the last date that has a line to itself.
    pub(super) dated: Option<Date>,
    /// Reads like an examination paper.
    pub(super) exam: bool,
    /// Has articles, like a regulation.
    pub(super) regulation: bool,
    /// Shows how documents are written: 公文格式示例.
    pub(super) sample: bool,
    /// Has words of offices and firms, which stories and songs have not.
    pub(super) official: bool,
    /// Words about secrecy.
    pub(super) words: u32,
    /// Words about secrecy per thousand characters.
    pub(super) about: u32,
}

impl Facts {
    /// Looks at the running text.
    pub(super) fn new(text: &Text) -> Self {
        let mut head = String::new();
        let mut dated = None;
        for segment in text.segments() {
            let piece = text.as_str().get(segment.range.clone()).unwrap_or_default();
            if !segment.at.place.is_running_text() && segment.at.place != Place::Footer {
                continue;
            }
            if head.len() < KIND_BYTES {
                head.push_str(super::grammar::head_chars(piece, KIND_BYTES));
                head.push('\n');
            }
            dated = piece.lines().rev().find_map(date_of_line).or(dated);
        }
        let chars = u32::try_from(head.chars().count()).unwrap_or(u32::MAX).max(1);
        let about = u32::try_from(ABOUT.find_iter(&head).count()).unwrap_or(u32::MAX);
        let regulation = ARTICLE.find_iter(&head).count() >= ARTICLES;
        let mut exam: Vec<&str> = EXAM.find_iter(&head).map(|m| m.as_str()).collect();
        exam.sort_unstable();
        exam.dedup();
        Self {
            dated,
            exam: exam.len() >= 3,
            sample: head
                .lines()
                .filter(|line| !line.trim().is_empty())
                .take(TITLE_LINES)
                .any(|line| SAMPLE.is_match(line)),
            official: regulation || OFFICIAL.find_iter(&head).take(OFFICIAL_WORDS).count() >= OFFICIAL_WORDS,
            regulation,
            words: about,
            about: about.saturating_mul(1000) / chars,
        }
    }

    /// Whether secrecy is what the document is about.
    pub(super) fn is_about_secrecy(&self) -> bool {
        self.words >= SUBJECT_WORDS && self.about >= SUBJECT_PER_MILLE
    }
}

/// The date, where the line holds a date and little else.
fn date_of_line(line: &str) -> Option<Date> {
    // Most lines are longer, and most short ones have no year; U+F98E is another 年.
    if line.len() > DATE_LINE_CHARS * 4
        || !line.contains(['年', '\u{f98e}', '.', '-', '/'])
        || line.chars().count() > DATE_LINE_CHARS
    {
        return None;
    }
    let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let folded: String = line
        .chars()
        .map(|c| match fold_char(c) {
            Fold::Char(folded) => folded,
            _ => c,
        })
        .collect();
    let parts = DATE_LINE.captures(&folded)?;
    let number = |i: usize| {
        let written = parts.get(i)?.as_str();
        written.parse::<u16>().ok().or_else(|| chinese_number(written))
    };
    Date::new(i16::try_from(number(1)?).ok()?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::At;

    #[test]
    fn date_lines() {
        for (line, wanted) in [
            ("2009年3月5日", Some((2009, 3, 5))),
            ("　　　　二〇〇九年三月十五日", Some((2009, 3, 15))),
            ("某某市人民政府办公室2012年12月1日印发", Some((2012, 12, 1))),
            ("2019年10⽉9⽇", Some((2019, 10, 9))),
            ("日期：2010-01-02", Some((2010, 1, 2))),
            ("会议定于2009年3月5日在北京召开", None),
            ("本办法自2009年3月5日起施行。", None),
        ] {
            let wanted = wanted.and_then(|(y, m, d)| Date::new(y, m, d).ok());
            assert_eq!(date_of_line(line), wanted, "{line}");
        }
    }

    #[test]
    fn kinds() {
        let facts = |s: &str| {
            let mut text = Text::new();
            text.push(At::new(Place::Body), s);
            Facts::new(&text)
        };
        assert!(facts("第一条 甲\n第二条 乙\n第三条 丙").regulation);
        assert!(!facts("第一条路").regulation);
        assert!(facts("本试卷满分150分，考试时间120分钟。一、选择题").exam);
        assert!(facts("涉密人员应当遵守保密规定，不得泄露国家秘密，不得泄密。").is_about_secrecy());
    }
}
