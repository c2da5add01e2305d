//! What a text says about a mark beside it: that it talks about such words, denies them, withdraws the mark, or
//! says that the document has it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::fixed;
use super::grammar::{head_chars, tail_chars};
use super::line::{core, is_letter};
use super::shape::Shape;
use crate::fold::fold;

/// Verbs and nouns that talk about a mark instead of being one, in front of it.
const TALK: [&str; 76] = [
    "写成",
    "记作",
    "标有",
    "标注",
    "标明",
    "标为",
    "标识",
    "标示",
    "标记",
    "加盖",
    "盖有",
    "注明",
    "印有",
    "印制",
    "印上",
    "写有",
    "写着",
    "写明",
    "打上",
    "属于",
    "确定为",
    "定为",
    "列为",
    "划为",
    "评为",
    "分为",
    "改为",
    "变更为",
    "调整为",
    "升为",
    "降为",
    "保守",
    "泄露",
    "泄漏",
    "知悉",
    "窃取",
    "刺探",
    "含有",
    "载有",
    "带有",
    "具有",
    "持有",
    "存储",
    "处理",
    "传递",
    "例如",
    "比如",
    "譬如",
    "如:",
    "例:",
    "形式",
    "格式",
    "样式",
    "写法",
    "写作",
    "称为",
    "所谓",
    "表示",
    "即",
    "不得",
    "严禁",
    "禁止",
    "应当",
    "应在",
    "可以",
    "是否",
    "涉及",
    "查阅",
    "发布",
    "登载",
    "刊登",
    "上传",
    "使用",
    "填写",
    "字样",
    "叫做",
];

/// The same behind it.
const TALK_BEHIND: [&str; 24] = [
    "字样", "标志", "标识", "标记", "印章", "戳记", "印记", "图章", "的", "等", "是指", "指", "是", "一词",
    "二字", "四字", "表示", "为例", "之类", "以上", "以下", "时", "功能", "模式",
];

/// Those with which a title may begin too, a blank in front of it: 机密★10年 指挥大厅平面图.
const BEGIN_TITLES: [&str; 7] = ["等", "指", "以上", "以下", "时", "功能", "模式"];

/// Characters in front of a hit among which a word denies it.
const NEGATION_CHARS: usize = 8;

/// Characters that a note beside a mark has at most.
const NOTE_CHARS: usize = 24;
/// Words that say: not this.
const NEGATION: [&str; 14] = [
    "不属于",
    "不是",
    "并非",
    "未标",
    "不含",
    "不涉及",
    "不得标",
    "解除",
    "取消",
    "无需标",
    "不应标",
    "不再属于",
    "没有标",
    "撤销",
];

/// Words that withdraw a mark.
const WITHDRAWN: [&str; 8] =
    ["已解密", "已经解密", "予以解密", "解除密级", "已降密", "现解密", "解密公开", "自行解密"];

static DECLASSIFIED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"已于.{0,16}(?:解密|降密)|现密级:?(?:公开|无|非密|解除)"));

/// The document says of itself what it is: 本文件密级为机密, 此件属于国家秘密.
static STATES_LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?:^|[^\p{Han}])(?:本|此|这|该份)(?:份|个|篇)?(?:文件|文档|资料|材料|报告|方案|手册|图纸|图册|数据|表|件|文|稿|图|刊|书|通报|简报|纪要|项目|课题|页|邮件|附件|课件|议题|幻灯片|报价|名单)(?:的)?(?:内容)?(?:密级)?(?:为|系|是|属于|属|定为|确定为|列为|包含|含有|含|涉及|载有)(?:国家|企业|我司|我公司|我局|我单位|本公司|\p{Han}{0,8}(?:公司|集团))?$",
    )
});

/// The same of a part of it, in brackets behind it: （本段机密）.
static STATES_PART: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"\((?:本|此|该|以上|上述|以下)(?:段|段落|部分|节|章|页|条|款|项|表|图|内容|信息|数据)(?:内容)?(?:密级)?(?:为|系|是|属于|属|:)?$",
    )
});

/// With what the name of such a part ends.
const PARTS: &str = "段落分节章页条款项表图容息据级";

/// The same, of a level that it has.
static HOLDS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)\bthis (?:document|report|file|presentation|paper|material|manual|drawing|deck|memo)\b[^.;]{0,30}\b(?:is|contains|includes|holds|classified|marked)(?: as)? $",
    )
});

static TALK_CUES: LazyLock<AhoCorasick> = LazyLock::new(|| cues(&TALK));

static NEGATION_CUES: LazyLock<AhoCorasick> = LazyLock::new(|| cues(&NEGATION));

static WITHDRAWN_CUES: LazyLock<AhoCorasick> = LazyLock::new(|| cues(&WITHDRAWN));

#[expect(clippy::expect_used, reason = "the cues are the program's own and each list is built by a test")]
fn cues(words: &[&str]) -> AhoCorasick {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).expect("cues build")
}

/// The cue that talks about what follows `clause`, which is folded.
pub(super) fn talk(clause: &str) -> Option<&'static str> {
    TALK_CUES.find_iter(clause).last().and_then(|m| TALK.get(m.pattern().as_usize()).copied())
}

/// The cue with which the folded text behind a hit talks about it.
pub(super) fn talk_behind(behind: &str) -> Option<&'static str> {
    let behind = behind.trim_start_matches(|c| "”\"’'」』》)".contains(c));
    TALK_BEHIND.into_iter().find(|cue| behind.starts_with(cue))
}

/// The cue with which the text behind a level with its star talks about it.
pub(super) fn talk_behind_star(shape: &Shape) -> Option<&'static str> {
    let behind = shape.after.trim_start();
    let titled =
        behind.len() < shape.after.len() && core(shape.before).is_empty() && !behind.contains(['。', '？']);
    let goes_on = |cue: &str| behind.strip_prefix(cue).is_some_and(|rest| rest.starts_with(is_letter));
    talk_behind(&shape.clause_after()).filter(|cue| !(titled && BEGIN_TITLES.contains(cue) && goes_on(cue)))
}

/// The cue that denies a hit directly.
pub(super) fn negated(shape: &Shape) -> Option<&'static str> {
    // Each cue has one of these, and a clause of fewer characters may go on one of the line above.
    let mut near = shape.backwards().take(NEGATION_CHARS);
    let (mut chars, mut denies) = (0, false);
    for c in &mut near {
        chars += 1;
        denies |= matches!(c, '不' | '并' | '未' | '解' | '取' | '无' | '没' | '撤');
    }
    if !denies && (chars == NEGATION_CHARS || !shape.continues()) {
        return None;
    }
    negation(shape.clause_before())
}

/// The cue that denies what follows `clause` directly.
fn negation(clause: &str) -> Option<&'static str> {
    let near = tail_chars(clause, NEGATION_CHARS);
    NEGATION_CUES.find(near).and_then(|m| NEGATION.get(m.pattern().as_usize()).copied())
}

/// The word that withdraws the mark, on its line or the lines around it.
pub(super) fn withdrawn(shape: &Shape) -> Option<String> {
    [shape.line_before, shape.line_after, shape.previous(), shape.next()].into_iter().find_map(|line| {
        let folded = fold(head_chars(line, 80));
        if core(line) == "解密" {
            return Some("解密".to_owned());
        }
        if let Some(found) = DECLASSIFIED.find(&folded) {
            return Some(found.as_str().to_owned());
        }
        WITHDRAWN_CUES
            .find(&folded)
            .and_then(|m| WITHDRAWN.get(m.pattern().as_usize()))
            .map(|&w| w.to_owned())
    })
}

/// Whether nothing but a note that it is withdrawn stands beside a level: 机密（已解密）.
pub(super) fn withdrawn_beside(shape: &Shape) -> bool {
    let after = fold(head_chars(shape.line_after, NOTE_CHARS + 1));
    let after = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    core(shape.line_before).is_empty()
        && shape.cells() <= 2
        && after.chars().count() <= NOTE_CHARS
        && WITHDRAWN.iter().any(|word| after.trim_start_matches('现').starts_with(word))
}

/// Whether `after` goes on with a word that makes the level part of a rule about levels.
pub(super) fn starts_with_level_word(after: &str) -> bool {
    let folded = fold(head_chars(after, 8));
    ["级以上", "级及以上", "以上", "以下", "和", "或", "、", "及", "的", "文件", "信息", "事项"]
        .iter()
        .any(|word| folded.starts_with(word))
}

/// Whether the English text in front of a level says that this document has it.
pub(super) fn holds(shape: &Shape) -> bool {
    HOLDS.is_match(shape.line_before)
}

/// How a text says that a document has a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stated {
    /// Of itself: 本文件属于机密.
    Itself,
    /// As people speak: 这份文件是机密.
    Told,
}

/// Whether the text in front of a level says that this document has it; `talks` where the document is
/// about such words, `public` where it is written for the public.
pub(super) fn states_level(
    shape: &Shape,
    talks: impl Fn() -> bool,
    public: impl Fn() -> bool,
) -> Option<Stated> {
    // Such a text ends with a verb, or with whose secret it is behind one.
    let verb = |c| matches!(c, '为' | '系' | '是' | '于' | '属' | '含' | '及' | '有');
    let owner = |c| matches!(c, '业' | '司' | '局' | '位' | '团');
    // Or with a part of it: 本段.
    let part = |c| PARTS.contains(c);
    let mut near = shape.backwards();
    match near.next() {
        Some('家') if near.nth(1).is_some_and(|c| is_letter(c) && !verb(c)) => return None,
        Some(c) if is_letter(c) && c != '家' && !verb(c) && !owner(c) && !part(c) => return None,
        _ => {}
    }
    let before = shape.clause_before();
    let after = &*shape.clause_after();
    // 密级为秘密，保密期限五年。
    let labelled = (before == "密级为" || before == "密级定为" || before == "密级是") && !talks();
    // 这份材料是机密级的。
    let after =
        after.strip_prefix("级的").filter(|rest| !rest.starts_with(char::is_alphabetic)).unwrap_or(after);
    // 属于秘密文学系列.
    let work = ["文学", "小说", "系列", "花园", "题材", "主题", "电影", "游戏"]
        .iter()
        .any(|word| after.starts_with(word));
    // 这份文件是机密 is said in stories too.
    let told = before.contains('这');
    let of_another = work || told && public();
    let stated = !of_another && (labelled || STATES_LEVEL.is_match(before))
        && !["如", "若", "凡", "是否", "假设"].iter().any(|word| before.contains(word))
        && !["的", "以", "和", "或", "、", "及", "等", "级的", "级以"]
            .iter()
            .any(|word| after.starts_with(word))
        || STATES_PART.is_match(before) && after.starts_with([')', '级', '件', '\n'])
        // 以下内容机密，请勿转发。
        || matches!(before, "以下内容" | "以下内容为" | "以下内容属于" | "以上内容为" | "以上内容属于")
            && after.starts_with([',', '。', ';', '!', '\n'])
            && !talks();
    stated.then_some(if told { Stated::Told } else { Stated::Itself })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_found() {
        assert_eq!(talk("涉密文件应在首页标注"), Some("标注"));
        assert_eq!(negation("这份材料不属于"), Some("不属于"));
        assert_eq!(talk_behind("”字样的"), Some("字样"));
    }
}
