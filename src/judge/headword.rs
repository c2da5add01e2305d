//! Levels that head what is below them: a definition, an entry of a dictionary, a story, an example;
//! and those in front of the title of a paper, which are marks.

use super::Case;
use super::level::SENTENCE_CHARS;
use super::line::{BORDERS, core};
use super::owner::owner;
use super::running::{is_title, is_topic};
use super::shape::Shape;
use crate::finding::{Evidence, Judged};
use crate::fold::fold;
use crate::rules::Level;
use crate::text::{Place, Zone};

/// Characters from which a line with a full stop is a paragraph of prose.
const PROSE_CHARS: usize = 6;
/// Words of a line that introduce a mark shown as an example.
const ILLUSTRATES: [&str; 20] = [
    "示例",
    "例如",
    "例:",
    "举例",
    "样例",
    "范例",
    "示范",
    "如下",
    "如图",
    "图示",
    "格式",
    "样式",
    "写法",
    "的标注",
    "标注方法",
    "标注方式",
    "标注位置",
    "正确",
    "错误",
    "示意",
];
/// What heads a column of examples.
const EXAMPLES: [&str; 8] = ["示例", "示例值", "样例", "举例", "例子", "取值示例", "example", "sample"];
/// What stands below a head word: its explanation, who wrote or sang it.
const HEADED: [&str; 26] = [
    "是",
    "指",
    "即",
    "作者",
    "拼音",
    "注音",
    "释义",
    "解释",
    "词性",
    "词语",
    "近义词",
    "反义词",
    "文/",
    "文:",
    "作词",
    "作曲",
    "词:",
    "曲:",
    "演唱",
    "歌手",
    "导演",
    "主演",
    "编剧",
    "原著",
    "(短篇",
    "(小说",
];
/// Those that a title may begin with too: 指挥部, 即日起.
const AMBIGUOUS: [&str; 2] = ["指", "即"];
/// Words of titles of papers, which stories have not.
const PAPERS: [&str; 26] = [
    "国家秘密",
    "工作",
    "方案",
    "规定",
    "通知",
    "办法",
    "制度",
    "意见",
    "管理",
    "计划",
    "报告",
    "纪要",
    "请示",
    "名单",
    "文件",
    "清单",
    "小结",
    "总结",
    "进展",
    "研究",
    "分析",
    "情况",
    "说明",
    "预案",
    "协议",
    "图纸",
];

/// Whether a text below a name of a mark that is the title of no story, 工作秘密 or 商业秘密, explains it.
fn explains(word: &str, below: &str) -> bool {
    word.chars().count() < 4
        || ["秘密", "公开", "泄露", "保密", "知悉"].iter().any(|about| below.contains(about))
}

impl Case<'_> {
    /// A mark that a text about secrecy shows as an example: the line above says so.
    pub(super) fn illustrates(&self, shape: &Shape) -> bool {
        let above = fold(shape.previous());
        let example = |head: &str| EXAMPLES.contains(&&*fold(core(head)));
        if shape.column() > 0
            && shape
                .rows_above()
                .last()
                .and_then(|row| row.split(BORDERS).nth(shape.column()))
                .is_some_and(example)
        {
            return true;
        }
        if ["例如:", "示例:"].iter().any(|word| above.ends_with(word)) {
            return true;
        }
        (self.facts.is_about_secrecy() || self.facts.sample())
            && shape.segment.at.place.is_running_text()
            && above.chars().count() <= SENTENCE_CHARS
            && ILLUSTRATES.iter().any(|word| above.contains(word))
    }

    /// A bare level that heads what is below it: a definition, an entry of a dictionary, a story; or
    /// one of a list of single words.
    pub(super) fn is_headword(&self, level: &Level, shape: &Shape, evidence: &[Evidence]) -> bool {
        let letterhead = evidence.iter().any(|e| matches!(e, Evidence::Letterhead(_)));
        if letterhead || shape.hit.contains(['★', '☆']) {
            return false;
        }
        if shape.in_keyword_list() && &*level.name == "秘密" && !self.facts.official() {
            return true;
        }
        if shape.in_keyword_list() && (is_topic(&level.name) || &*level.name == "内部") {
            return true;
        }
        if shape.is_title_property() {
            return &*level.name == "秘密" && !self.facts.official();
        }
        let beside = core(shape.line_before).is_empty() != core(shape.line_after).is_empty();
        if shape.cells() == 2 && beside && fold(core(&shape.beside())) == fold(shape.hit) {
            // A table of variants: 秘密 祕密.
            return true;
        }
        if !shape.segment.at.place.is_running_text() || !core(shape.line_before).is_empty() {
            return false;
        }
        let top = shape.segment.at.zone.is_some_and(Zone::is_top);
        let story = &*level.name == "秘密" && !self.facts.official();
        if (!top || story) && matches!(shape.line_after.trim(), ":" | "：") {
            // The key of what follows.
            return true;
        }
        if !core(shape.line_after).is_empty() {
            return false;
        }
        if &*level.name == "商业秘密" && fold(shape.hit) == "商密" {
            return true;
        }
        // With a colon: 参考答案 is the title of a paper.
        if ["谜底:", "答案:"].iter().any(|word| fold(shape.previous()).ends_with(word)) {
            return true;
        }
        let below = fold(shape.next());
        let word = fold(shape.hit);
        // At the very head a level is a mark: what is below may begin with 指挥部 or 即日起, and may be
        // the title of a document about secrecy.
        let head = shape.previous().trim().is_empty() && matches!(&*level.name, "绝密" | "机密" | "秘密");
        let defines = below.starts_with(word.as_str()) && below.chars().count() > word.chars().count() + 4
            || HEADED.iter().any(|start| below.starts_with(start) && (!head || !AMBIGUOUS.contains(start)));
        let paper = head && PAPERS.iter().any(|word| below.contains(word));
        let titles = !self.facts.official() && !paper && below.contains(word.as_str());
        let heads_prose = is_prose(&below) && !head;
        defines
            || titles
            || heads_prose
                && (self.facts.is_about_secrecy() || !self.facts.official() && explains(&word, &below))
            || shape.in_word_list()
    }

    /// In front of the title of a paper, a blank between: 机密 关于开展检查工作的通知. In what is written for the public a
    /// person decides.
    pub(super) fn heads_title(&self, shape: &Shape) -> Option<Judged> {
        let title = matches!(shape.segment.at.place, Place::Property | Place::Attribute | Place::AltText)
            || shape.segment.at.zone.is_some_and(Zone::is_top) && shape.previous().is_empty();
        let stands = title
            && (core(shape.before).is_empty() || owner(shape.before).is_some())
            && shape.after.starts_with(char::is_whitespace)
            && shape.literal.is_none();
        if !stands {
            return None;
        }
        let behind = fold(shape.after);
        let paper = if is_topic(&fold(shape.hit)) {
            is_title(core(&behind)) && self.is_paper()
        } else {
            PAPERS.iter().any(|word| behind.ends_with(word)) && (shape.hit != "秘密" || self.facts.official())
        };
        paper.then(|| if self.facts.is_for_the_public() { Judged::Unsure } else { Judged::Mark })
    }

    /// A kind of secret as an attribute beside its English name: an entry of a dictionary, perhaps. A person
    /// decides.
    pub(super) fn may_be_entry(level: &Level, shape: &Shape) -> bool {
        shape.segment.at.place == Place::Attribute
            && is_topic(&level.name)
            && [shape.previous(), shape.next()].iter().any(|line| fold(line).contains("secret"))
    }

    /// 秘密 at the very head of a text that is no official document: its mark, or the title of a
    /// story; a kind of secret at the end of a path through a site. A person decides.
    pub(super) fn may_be_title(&self, level: &Level, shape: &Shape, evidence: &[Evidence]) -> bool {
        if is_topic(&fold(shape.hit)) && core(shape.beside().as_str()).is_empty() && shape.ends_path() {
            return true;
        }
        &*level.name == "秘密"
            && shape.hit == "秘密"
            && !self.facts.official()
            && !evidence.iter().any(|e| matches!(e, Evidence::Letterhead(_)))
            && matches!(shape.segment.at.place, Place::Body | Place::Table)
            && core(shape.line_before).is_empty()
            && core(shape.line_after).is_empty()
            && shape.previous().trim().is_empty()
            && is_prose(&fold(shape.next()))
    }
}

/// Whether a line, folded, is one of a text that tells something.
fn is_prose(line: &str) -> bool {
    line.chars().count() >= PROSE_CHARS && line.contains(['。', '！', '？', '”'])
}
