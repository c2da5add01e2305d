//! What the whole document is: its date, its kind, how much it talks about secrecy.

use std::cell::OnceCell;
use std::sync::LazyLock;

use jiff::civil::Date;
use regex::Regex;

use super::cursor::chinese_number;
use crate::fold::{Fold, Letters, fold_char};
use crate::text::{Place, Text};

/// Bytes of a document that are looked at for its kind; its date is looked for in all of it.
const KIND_BYTES: usize = 64 << 10;
/// Characters of a line that may be a date line.
const DATE_LINE_CHARS: usize = 40;
/// Articles (第三条) from which a document is a regulation.
const ARTICLES: usize = 3;
/// Different words of examinations from which a document is one.
const EXAM_WORDS: usize = 3;
/// Lines that may be a document's title.
const TITLE_LINES: usize = 4;
/// Characters of a line that may be one.
const TITLE_CHARS: usize = 40;
/// Words that prescribe something from which a text is made of rules.
const PRESCRIPTIONS: usize = 4;
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
        r"试题|试卷|考生|满分|准考证|答题卡|考试时间|注意事项|得分|分钟|本卷|考试|监考|答题|交卷|开考",
    )
});
/// What only the paper itself has, not the notice about an examination.
static QUESTIONS: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"选择题|[单多]选题|单项选择|多项选择|不定项选择|填空题|解答题|判断题|简答题|论述题|名词解释|计算题|应用题|分析题|阅读理解|书面表达|完形填空|听力(?:理解|部分)|作文题|写作题|每小题|每题\d{1,3}分|备选答案|最佳答案|满分|第[ⅠⅡIVX一二]{1,3}卷|[(（](?:共|本题|每题)?\d{1,3}分[)）]|A[.．、][^\n]{1,60}\sB[.．、]",
    )
});

/// Titles of what is written for everybody.
static PUBLIC_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"招聘|新闻|普法|科普|解读|百科|(?:公开|社会)征求|征求意见(?:稿|的?(?:公告|通告|通知|公示|启事)|情况|结果|采纳)|(?:公示|公告|通告|公报|启事|简章|指南|指引|办法|条例|规定|制度|规程|规范|细则|须知|问答|说明书|快讯|要闻|动态|白皮书|年度报告|承诺书|声明|合同|协议|模板|模版|样表|空表|示例|样本|课件|教材|讲义|论文|综述|小说|培训|宣传|案例|政策|机制|法律|目录|成绩单|披露|(?:^|[^未不予暂]|[现准给]予)(?:公开|公布)|比赛|活动)(?:书|文本|范本|情况|名单|信息)?\s*(?:[（(].{0,20})?$|^第.{1,3}[回集课]",
    )
});
/// An office's name on a line of its own, the date below it.
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"(?m)^\s*\p{Han}{2,24}(?:部|局|厅|会|委|办|院|处|室|司|府|所|站|队|中心|公司|集团|大学|学校|银行|[支分]行)\s*\n\s*(?:19|20)\d{2}年\d{1,2}月\d{1,2}日\s*$",
    )
});
/// What news and teaching say.
static PUBLIC_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    super::fixed(
        r"本报讯|本报记者|新华社|新华网|人民网|中新[社网]|通讯员|责任编辑|责编|[(（]?记者(?:\s?\p{Han}{2,3}[)）]?\s*(?:报道|[)）])|从\p{Han})|据悉|据(?:介绍|了解|报道)|(?:^|[。，；\s])(?:日前|近日)|网友|特此(?:公告|公示|公布|通告)|(?:现|予以|依法|向社会)(?:予以)?(?:公示|公布如下|公告)|公示期|接受(?:社会|群众)监督|欢迎(?:广大|社会|报名|投稿|订阅)|摘\s?要[:：]|关键词[:：]|参考文献|例题|是指|所谓|读者|本院认为|公诉机关|经审理查明|有期徒刑|判处|获刑",
    )
});
/// How rules speak.
static PRESCRIBES: LazyLock<Regex> =
    LazyLock::new(|| super::fixed(r"应当|应该|必须|不得|严禁|禁止|有权|违反本|依照|予以处分|法律责任"));

/// What the judge knows about the document as a whole; each fact is worked out when first asked for.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    text: &'a Text,
    head: OnceCell<String>,
    dated: OnceCell<Option<Date>>,
    exam: OnceCell<bool>,
    regulation: OnceCell<bool>,
    sample: OnceCell<bool>,
    official: OnceCell<bool>,
    about: OnceCell<(u32, u32)>,
    public: OnceCell<bool>,
}

impl<'a> Facts<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        Self {
            text,
            head: OnceCell::new(),
            dated: OnceCell::new(),
            exam: OnceCell::new(),
            regulation: OnceCell::new(),
            sample: OnceCell::new(),
            official: OnceCell::new(),
            about: OnceCell::new(),
            public: OnceCell::new(),
        }
    }

    /// The pieces of running text.
    fn pieces(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        // A scanned page shows its picture, and hides the text that was read from it.
        let shown = self.text.segments().iter().any(|segment| segment.at.place.is_running_text());
        let running = move |place: Place| {
            place.is_running_text() || place == Place::Footer || !shown && place == Place::Hidden
        };
        let segments = self.text.segments().iter().filter(move |segment| running(segment.at.place));
        segments.map(|segment| self.text.as_str().get(segment.range.clone()).unwrap_or_default())
    }

    /// The first of them.
    fn head(&self) -> &str {
        self.head.get_or_init(|| {
            let mut head = String::new();
            for piece in self.pieces() {
                if head.len() >= KIND_BYTES {
                    break;
                }
                // 試題 is 试题 too.
                head.push_str(Letters::new(super::grammar::head_chars(piece, KIND_BYTES)).as_str());
                head.push('\n');
            }
            head
        })
    }

    /// 成文日期: the last date that has a line to itself.
    pub(super) fn dated(&self) -> Option<Date> {
        let last = || self.pieces().rev().find_map(|piece| piece.lines().rev().find_map(date_of_line));
        *self.dated.get_or_init(last)
    }

    /// Reads like an examination paper.
    pub(super) fn exam(&self) -> bool {
        *self.exam.get_or_init(|| {
            let mut words: Vec<&str> = EXAM.find_iter(self.head()).map(|m| m.as_str()).collect();
            words.sort_unstable();
            words.dedup();
            words.len() + QUESTIONS.find_iter(self.head()).take(EXAM_WORDS - 1).count() >= EXAM_WORDS
                && QUESTIONS.is_match(self.head())
        })
    }

    /// Has articles, like a regulation.
    pub(super) fn regulation(&self) -> bool {
        *self.regulation.get_or_init(|| ARTICLE.find_iter(self.head()).take(ARTICLES).count() >= ARTICLES)
    }

    /// Shows how documents are written: 公文格式示例.
    pub(super) fn sample(&self) -> bool {
        *self.sample.get_or_init(|| {
            let lines = self.head().lines().filter(|line| !line.trim().is_empty());
            lines.take(TITLE_LINES).any(|line| SAMPLE.is_match(line))
        })
    }

    /// Has words of offices and firms, or the signature of one, which stories and songs have not.
    pub(super) fn official(&self) -> bool {
        let words = || OFFICIAL.find_iter(self.head()).take(OFFICIAL_WORDS).count();
        *self
            .official
            .get_or_init(|| self.regulation() || words() >= OFFICIAL_WORDS || SIGNED.is_match(self.head()))
    }

    /// Reads as written for the public: a regulation, news, an announcement, teaching; not a paper of an
    /// office on business of its own.
    pub(super) fn is_for_the_public(&self) -> bool {
        *self.public.get_or_init(|| {
            // Of a row of several cells the first may be a title.
            let lines = self.head().lines().filter(|line| !line.trim().is_empty()).take(TITLE_LINES);
            let mut lines = lines.map(|line| line.trim().split('\t').next().unwrap_or_default());
            self.regulation()
                || lines.any(|line| line.chars().count() <= TITLE_CHARS && PUBLIC_TITLE.is_match(line))
                || PUBLIC_WORDS.is_match(self.head())
                || PRESCRIBES.find_iter(self.head()).take(PRESCRIPTIONS).count() >= PRESCRIPTIONS
        })
    }

    /// Words about secrecy, and how many they are per thousand characters.
    fn words(&self) -> (u32, u32) {
        *self.about.get_or_init(|| {
            let chars = u32::try_from(self.head().chars().count()).unwrap_or(u32::MAX).max(1);
            let words = u32::try_from(ABOUT.find_iter(self.head()).count()).unwrap_or(u32::MAX);
            (words, words.saturating_mul(1000) / chars)
        })
    }

    /// Words about secrecy per thousand characters.
    pub(super) fn about(&self) -> u32 {
        self.words().1
    }

    /// Whether secrecy is what the document is about.
    pub(super) fn is_about_secrecy(&self) -> bool {
        let (words, about) = self.words();
        words >= SUBJECT_WORDS && about >= SUBJECT_PER_MILLE
    }

    /// Whether it is a text that shows marks as they are to be written.
    pub(super) fn shows_marks(&self) -> bool {
        self.is_about_secrecy() || self.regulation() || self.sample()
    }

    /// Whether secrecy is its subject without so many of its words too.
    pub(super) fn is_about_secrecy_beside(&self, words: usize) -> bool {
        let words = u32::try_from(words).unwrap_or(u32::MAX);
        self.is_about_secrecy() && self.words().0 >= SUBJECT_WORDS.saturating_add(words)
    }
}

/// The date, where the line holds a date and little else.
fn date_of_line(line: &str) -> Option<Date> {
    // The last line of a text in a statement ends with it: 2010年5月11日');
    let code = |c| matches!(c, '\'' | '"' | '`' | ';' | ',' | ')' | '}' | ']');
    let line = match line.find(['\'', '"', '`']) {
        Some(_) => line.trim_end().trim_end_matches(code),
        None => line,
    };
    // Most lines are longer, or end with something else, and most others have no year; U+F98E is
    // another 年.
    if line.len() > DATE_LINE_CHARS * 4
        || !line.trim_end().chars().next_back().is_some_and(ends_date)
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

/// Whether a date line can end with this character.
fn ends_date(c: char) -> bool {
    let folded = match fold_char(c) {
        Fold::Char(folded) => folded,
        _ => c,
    };
    folded.is_numeric() || "一二三四五六七八九十日发印布草制稿)）".contains(folded)
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
            ("2010年5月11日');", Some((2010, 5, 11))),
            ("会议定于2009年3月5日在北京召开", None),
            ("本办法自2009年3月5日起施行。", None),
        ] {
            let wanted = wanted.and_then(|(y, m, d)| Date::new(y, m, d).ok());
            assert_eq!(date_of_line(line), wanted, "{line}");
        }
    }

    #[test]
    fn kinds() {
        let is = |s: &str, fact: for<'a, 'b> fn(&'a Facts<'b>) -> bool| {
            let mut text = Text::new();
            text.push(At::new(Place::Body), s);
            fact(&Facts::new(&text))
        };
        assert!(is("第一条 甲\n第二条 乙\n第三条 丙", |f| f.regulation()));
        assert!(!is("第一条路", |f| f.regulation()));
        assert!(is("本试卷满分150分，考试时间120分钟。一、选择题", |f| f.exam()));
        assert!(is("关于拟任人选的公示\n甲某，现任科长。", |f| f.is_for_the_public()));
        assert!(is("本报讯 昨日上午会议召开。", |f| f.is_for_the_public()));
        assert!(is("单位应当登记，应当备案，不得转借，严禁外传。", |f| f
            .is_for_the_public()));
        assert!(!is("关于拟任人选的汇报\n甲某，现任科长，请党组研究。", |f| f
            .is_for_the_public()));
        assert!(!is("6月20日前报来，不得拖延。", |f| f.is_for_the_public()));
        assert!(is("涉密人员应当遵守保密规定，不得泄露国家秘密，不得泄密。", |f| f.is_about_secrecy()));
    }
}
