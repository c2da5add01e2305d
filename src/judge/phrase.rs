//! Warnings, banners and declarations: 内部资料 注意保存, 密码电报, 此件不予公开; and the cues that
//! tell talk about such words from the words themselves.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::shape::{Shape, core, is_letter};
use super::{Case, Decision, Judgement, Standing, disguise, fixed, mentioned, standing, torn};
use crate::finding::{Confidence, Evidence, Judged};
use crate::fold::fold;
use crate::matcher::Match;
use crate::rules::{Doubt, Role, Rule};
use crate::text::{Break, Place};

/// Folded bytes that may stand between the head of a warning and its tail.
const HEAD_TO_TAIL: usize = 48;
/// Characters beside a warning up to which its line is the warning's own.
const SHORT_LINE: usize = 24;

/// Verbs and nouns that talk about a mark instead of being one, in front of it.
const TALK: [&str; 74] = [
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
/// Things of programs and messages: what is for internal use there is no document.
const TECHNICAL: [&str; 22] = [
    "函数",
    "方法",
    "接口",
    "变量",
    "字段",
    "参数",
    "模块",
    "组件",
    "端口",
    "命令",
    "属性",
    "标签",
    "缓冲区",
    "类型",
    "验证码",
    "密码",
    "口令",
    "校验码",
    "@",
    "api",
    "私信",
    "消息",
];
/// Characters in front of a hit among which a word denies it.
const NEGATION_CHARS: usize = 8;
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
        r"(?:^|[^\p{Han}])(?:本|此|这|该份)(?:份|个|篇)?(?:文件|文档|资料|材料|报告|方案|手册|图纸|图册|数据|表|件|文|稿|图|刊|书|通报|简报|纪要|项目|课题)(?:的)?(?:内容)?(?:密级)?(?:为|系|是|属于|属|定为|确定为|列为|包含|含有|含|涉及|载有)(?:国家|企业|我司|我公司|我局|我单位|本公司|\p{Han}{0,8}(?:公司|集团))?$",
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

/// A firm in front of its mark: ACME Confidential.
static LATIN_OWNER: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"^(?:[A-Z]{2,12}|[A-Z]\w{1,15} (?:Inc|Ltd|Corp|Co|Group|Company|LLC)\.?)$"));
/// What stands beside a mark at the foot of a page.
static IMPRINT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"(?i)©|\(c\)|copyright|all rights reserved\.?|page \d+(?: of \d+)?|\b(?:19|20)\d\d\b")
});

/// An item of a regulation: 第五条.
static ARTICLE: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\s*第.{1,4}[条款]\s"));
/// The English document speaks of itself.
static THIS_DOCUMENT: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)\bthis (?:document|report|file|presentation|paper|material|manual|drawing|deck|memo)\b[^.;]{0,30}$",
    )
});
/// The same, of a level that it has.
static HOLDS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"(?i)\bthis (?:document|report|file|presentation|paper|material|manual|drawing|deck|memo)\b[^.;]{0,30}\b(?:is|contains|includes|holds|classified|marked)(?: as)? $",
    )
});
/// What documents are called.
const THINGS: [&str; 24] = [
    "文件", "资料", "材料", "报告", "件", "文", "手册", "书", "刊", "教材", "文档", "册", "稿", "表", "图",
    "课件", "方案", "通报", "简报", "清单", "数据", "内容", "信息", "讲义",
];
/// What may stand between a document and what may not be done with it.
const FORBIDS_OWN: [&str; 12] =
    ["请", "均", "一律", "后", "上述", "以上", "以下", "许可", "同意", "批准", "授权", "注意"];
/// What may directly follow the head of a warning and be no part of a longer word.
const GOES_ON: &str = "请仅未不严禁切勿注阅会用妥供限务须需应只小别留当汪";

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
    let near = super::grammar::tail_chars(clause, NEGATION_CHARS);
    NEGATION_CUES.find(near).and_then(|m| NEGATION.get(m.pattern().as_usize()).copied())
}

/// The word that withdraws the mark, on its line or the lines around it.
pub(super) fn withdrawn(shape: &Shape) -> Option<String> {
    [shape.line_before, shape.line_after, shape.previous(), shape.next()].into_iter().find_map(|line| {
        let folded = fold(super::grammar::head_chars(line, 80));
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

/// Whether `after` goes on with a word that makes the level part of a rule about levels.
pub(super) fn starts_with_level_word(after: &str) -> bool {
    let folded = fold(super::grammar::head_chars(after, 8));
    ["级以上", "级及以上", "以上", "以下", "和", "或", "、", "及", "的", "文件", "信息", "事项"]
        .iter()
        .any(|word| folded.starts_with(word))
}

/// Whether the English text in front of a level says that this document has it.
pub(super) fn holds(shape: &Shape) -> bool {
    HOLDS.is_match(shape.line_before)
}

/// Whether the text in front of a level says that this document has it; `talks` where the document is
/// about such words.
pub(super) fn states_level(shape: &Shape, talks: impl FnOnce() -> bool) -> bool {
    // Such a text ends with a verb, or with whose secret it is behind one.
    let verb = |c| matches!(c, '为' | '系' | '是' | '于' | '属' | '含' | '及' | '有');
    let owner = |c| matches!(c, '业' | '司' | '局' | '位' | '团');
    // Or with a part of it: 本段.
    let part = |c| PARTS.contains(c);
    let mut near = shape.backwards();
    match near.next() {
        Some('家') if near.nth(1).is_some_and(|c| is_letter(c) && !verb(c)) => return false,
        Some(c) if is_letter(c) && c != '家' && !verb(c) && !owner(c) && !part(c) => return false,
        _ => {}
    }
    let before = shape.clause_before();
    let after = &*shape.clause_after();
    // 密级为秘密，保密期限五年。
    let labelled = (before == "密级为" || before == "密级定为" || before == "密级是") && !talks();
    // 这份材料是机密级的。
    let after =
        after.strip_prefix("级的").filter(|rest| !rest.starts_with(char::is_alphabetic)).unwrap_or(after);
    (labelled || STATES_LEVEL.is_match(before))
        && !["如", "若", "凡", "是否", "假设"].iter().any(|word| before.contains(word))
        && !["的", "以", "和", "或", "、", "及", "等", "级的", "级以"]
            .iter()
            .any(|word| after.starts_with(word))
        || STATES_PART.is_match(before) && after.starts_with([')', '级', '件', '\n'])
}

impl<'a> Case<'a> {
    /// The head of a warning: with a tail nearby a warning, alone a stamp or a mention.
    pub(super) fn head(
        &self,
        rule: &Rule,
        hit: &Match,
        shape: &Shape<'a>,
        matches: &[Match],
    ) -> Option<Judgement> {
        let behind = matches.partition_point(|m| m.range.end <= hit.range.end);
        let tail = matches
            .iter()
            .skip(behind)
            .take_while(|m| m.range.start < hit.range.end + HEAD_TO_TAIL + m.range.len())
            .filter(|m| {
                let term = &self.rules.terms()[m.term];
                term.role == Role::Tail && *self.rules.rule(term.rule).id == *rule.id
            })
            .find(|m| m.range.start >= hit.range.end && m.range.start - hit.range.end <= HEAD_TO_TAIL);
        let goes_on = shape.after.trim_start().chars().next().filter(|&c| c.is_alphabetic());
        if let Some(tail) = tail
            && (tail.range.start <= hit.range.end + 3 || goes_on.is_none_or(|c| GOES_ON.contains(c)))
            && !self
                .text
                .as_str()
                .get(hit.range.end..tail.range.start)
                .is_some_and(|s| s.contains(['。', '；', '”', '》', '"']))
            && self.text.break_between(hit.range.start, tail.range.end) <= Break::Paragraph
        {
            return self.warning(rule, hit, shape, hit.range.start..tail.range.end);
        }
        let decision = self.unless_warning(shape, self.decide_stamp(hit, shape));
        self.judgement(rule, hit.range.clone(), None, decision)
    }

    /// A warning complete in itself, or head and tail together, at `range`.
    pub(super) fn warning(
        &self,
        rule: &Rule,
        hit: &Match,
        shape: &Shape<'a>,
        range: Range<usize>,
    ) -> Option<Judgement> {
        let decision = self.unless_warning(shape, self.decide_warning(hit, shape, &range));
        self.judgement(rule, range, None, decision)
    }

    fn decide_warning(&self, hit: &Match, shape: &Shape<'a>, range: &Range<usize>) -> Decision {
        let term = &self.rules.terms()[hit.term];
        let whole = Shape::new(self.text, range);
        let whole = whole.as_ref().unwrap_or(shape);
        if torn(whole, hit.gap) {
            return Decision::noise(Evidence::BrokenBy(hit.gap.hardest));
        }
        // Quotation marks count around all of it.
        let head = mentioned(shape, &term.folded).filter(|mention| *mention != Evidence::Quoted);
        let value = whole.hit.len() > hit.range.len() && whole.is_value();
        let head = head.filter(|mention| !(value && *mention == Evidence::Enumerated));
        let all = || mentioned(whole, &term.folded);
        if let Some(mention) =
            head.or_else(all).filter(|mention| !(value && *mention == Evidence::Enumerated))
        {
            let cell = core(whole.before).is_empty() && core(whole.after).is_empty() && whole.cells() > 1;
            let paired = range.len() > hit.range.len();
            if mention == Evidence::Enumerated
                && cell
                && paired
                && !whole.in_row_of_marks()
                && !self.facts.is_about_secrecy()
            {
                // All of a cell: a remark on the row, perhaps on the document.
                return Decision::new(Judged::Unsure, Confidence::Low, vec![Evidence::Wording]);
            }
            return Decision::mention(mention);
        }
        let code = whole.literal.as_ref().map_or(whole, |literal| &literal.code);
        if code.in_row_of_marks() {
            return Decision::mention(Evidence::Enumerated);
        }
        let (stands, mut evidence) = standing(whole);
        evidence.insert(0, Evidence::Wording);
        evidence.extend(disguise(self.text, &hit.range, hit.gap));
        let paired = range.len() > hit.range.len();
        if stands > Standing::None {
            if !paired && whole.literal.as_ref().is_some_and(|literal| !literal.stamped) {
                return Decision::new(Judged::Unsure, Confidence::Low, evidence);
            }
            if !paired
                && !self.facts.official()
                && whole.segment.at.place.is_running_text()
                && whole.next().contains(['。', '！'])
            {
                // The headline of an advert.
                return Decision::new(Judged::Unsure, Confidence::Low, evidence);
            }
            return Decision::new(Judged::Mark, Confidence::High, evidence);
        }
        // 内部资料 严禁外传 behind a sentence, where only the file shows it.
        let ends = core(whole.after).is_empty() && whole.before.trim_end().ends_with(['。', '！', '；']);
        if paired && ends && !whole.segment.at.place.is_running_text() {
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        if ARTICLE.is_match(whole.line_before) {
            return Decision::mention(Evidence::TalkedAbout(core(whole.line_before).to_owned()));
        }
        if whole.explains_level() {
            return Decision::mention(Evidence::Enumerated);
        }
        let before = whole.clause_before();
        if let Some(thing) = TECHNICAL.into_iter().find(|thing| before.contains(thing)) {
            return Decision::mention(Evidence::TalkedAbout(thing.to_owned()));
        }
        let latin = term.folded.is_ascii();
        if latin && THIS_DOCUMENT.is_match(whole.line_before) {
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        let others = if latin {
            IMPRINT.replace_all(&whole.beside(), "").trim().chars().count()
        } else {
            whole.other_chars()
        };
        if latin && others > SHORT_LINE {
            return Decision::mention(Evidence::InSentence);
        }
        let of_another = whole.after.starts_with('的')
            && !THINGS.iter().any(|thing| super::grammar::head_chars(whole.after, 6).contains(thing));
        if is_statement(before) && !of_another || latin && THIS_DOCUMENT.is_match(whole.line_before) {
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        if let Some(cue) = talk(before).or_else(|| talk_behind(&whole.clause_after())) {
            return Decision::mention(Evidence::TalkedAbout(cue.to_owned()));
        }
        let subject = before.rsplit([',', ':', '、']).next().unwrap_or_default();
        if whole.hit.starts_with(['仅', '只', '供'])
            && !subject.is_empty()
            && !THINGS.iter().any(|thing| subject.contains(thing))
        {
            // 停车场仅供内部使用: it is not the document that is for internal use.
            return Decision::mention(Evidence::OtherThing(subject.to_owned()));
        }
        if !paired && forbids_another(whole) {
            // 内部文件同样不得外传: a sentence about other documents.
            return Decision::mention(Evidence::InSentence);
        }
        if others <= SHORT_LINE && !self.facts.is_about_secrecy() {
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        if paired && !self.facts.regulation() && !self.facts.is_about_secrecy() {
            evidence.push(Evidence::InSentence);
            return Decision::new(Judged::Unsure, Confidence::Low, evidence);
        }
        Decision::mention(Evidence::InSentence)
    }

    /// Words that count only where they stand on the document like a stamp.
    pub(super) fn banner(
        &self,
        rule: &Rule,
        goes_on: bool,
        hit: &Match,
        shape: &Shape<'a>,
    ) -> Option<Judgement> {
        let mut decision = self.decide_stamp(hit, shape);
        let labels = self.rules.terms()[hit.term].folded.ends_with(':');
        let value = core(shape.line_after);
        if labels && (value.is_empty() || value.ends_with('。') && value.chars().count() > SHORT_LINE / 2) {
            // A label without a value, a form that nobody has filled in; or with its definition.
            decision = Decision::mention(Evidence::InSentence);
        } else if decision.judged == Judged::Mention
            && !matches!(decision.evidence.first(), Some(Evidence::Quoted | Evidence::Enumerated))
        {
            // A stamp that goes on: 此件发至县团级, 阅读范围：….
            let begins = core(shape.before).is_empty() && !shape.continues();
            let goes_on = shape.after.trim_start().starts_with([':', '：'])
                || goes_on && shape.letter_after().is_some();
            let short = shape.other_chars() <= SHORT_LINE + SHORT_LINE / 2;
            let stamped = self.rules.terms()[hit.term].folded.chars().count() >= 4
                && !shape.hit.starts_with("注意")
                && !self.rules.terms()[hit.term].folded.is_ascii()
                || shape.after.trim_start().starts_with([':', '：'])
                    && !self.rules.terms()[hit.term].folded.is_ascii();
            let talked = talk_behind(&shape.clause_after());
            if begins && goes_on && shape.cells() <= 2 && short && stamped && talked.is_none() {
                decision = Decision::new(
                    Judged::Mark,
                    Confidence::Medium,
                    vec![Evidence::Wording, Evidence::FirstLines],
                );
            }
        }
        let decision = self.unless_warning(shape, decision);
        self.judgement(rule, hit.range.clone(), None, decision)
    }

    /// A word that is a mark where marks stand, and an ordinary word everywhere else.
    fn decide_stamp(&self, hit: &Match, shape: &Shape<'a>) -> Decision {
        let term = &self.rules.terms()[hit.term];
        let bare = core(shape.line_before).is_empty() && core(shape.line_after).is_empty();
        if bare && shape.is_label() {
            // A word for a button, a key of a table.
            return Decision::mention(Evidence::Quoted);
        }
        if torn(shape, hit.gap) {
            return Decision::noise(Evidence::BrokenBy(hit.gap.hardest));
        }
        if let Some(mention) = mentioned(shape, &term.folded) {
            return Decision::mention(mention);
        }
        let goes_on = || {
            shape.line_after.starts_with(' ')
                && shape.line_after.trim_start().starts_with(|c: char| c.is_ascii_alphabetic())
        };
        if term.folded.is_ascii() && core(shape.line_before) == "CLASS" {
            // What a calendar shows to others: RFC 5545, 3.8.1.3.
            return Decision::mention(Evidence::OtherThing("CLASS".to_owned()));
        }
        if term.folded.is_ascii() && (shape.hit.starts_with(char::is_lowercase) || goes_on()) {
            return Decision::mention(Evidence::InSentence);
        }
        let headed = shape.next().trim_start().strip_prefix(shape.hit.trim());
        let headed = headed.is_some_and(|rest| {
            rest.chars().next().is_some_and(|c| c.is_alphabetic() && !GOES_ON.contains(c))
        });
        if shape.segment.at.place.is_running_text()
            && core(shape.line_before).is_empty()
            && core(shape.line_after).is_empty()
            && (shape.in_word_list() || headed)
        {
            return Decision::mention(Evidence::Headword);
        }
        if shape.segment.at.place == Place::Name {
            let alone = core(shape.before).is_empty() && core(shape.after).is_empty();
            return if alone && term.folded.chars().count() >= 4 {
                Decision::new(Judged::Mark, Confidence::Medium, vec![Evidence::InPlace(Place::Name)])
            } else {
                Decision::mention(Evidence::InSentence)
            };
        }
        let (stands, mut evidence) = standing(shape);
        evidence.extend(disguise(self.text, &hit.range, hit.gap));
        if shape.segment.at.place == Place::Property
            && term.folded.chars().count() >= 4
            && shape.before.trim().is_empty()
            && shape.after.starts_with([' ', '\u{3000}', '-', '—', '_', ')', '）', '】', ']'])
        {
            // A title that begins with the stamp: 内部资料 某某方案.
            evidence.push(Evidence::InPlace(Place::Property));
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        match stands {
            Standing::Strong => Decision::new(Judged::Mark, Confidence::High, evidence),
            Standing::Weak if term.doubt > Doubt::None => Decision::noise(Evidence::OwnLine),
            Standing::Weak => Decision::new(Judged::Unsure, Confidence::Low, evidence),
            // 某某集团内部资料, and nothing else on the line.
            Standing::None
                if shape.segment.at.zone.is_some_and(crate::text::Zone::is_top)
                    && core(shape.after).is_empty()
                    && shape.cells() == 1
                    && (super::level::owner(shape.before).is_some()
                        || term.folded.is_ascii() && LATIN_OWNER.is_match(core(shape.before))) =>
            {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Standing::None => match shape.letter_after() {
                Some(_) => Decision::mention(Evidence::HeadNoun(shape.line_after.chars().take(2).collect())),
                None => Decision::mention(Evidence::InSentence),
            },
        }
    }

    /// A statement about the document's own publication.
    pub(super) fn declaration(&self, rule: &Rule, hit: &Match, shape: &Shape<'a>) -> Option<Judgement> {
        let term = &self.rules.terms()[hit.term];
        let after = shape.after.trim_start();
        let chosen_from =
            after.starts_with(['、', '/', '／', '或', '和', '□', '，', '及']) && !after.is_empty();
        let decision = if let Some(mention) = mentioned(shape, &term.folded) {
            Decision::mention(mention)
        } else if chosen_from && !after.starts_with('，') {
            Decision::mention(Evidence::Enumerated)
        } else {
            let (stands, mut evidence) = standing(shape);
            evidence.insert(0, Evidence::Wording);
            evidence.extend(disguise(self.text, &hit.range, hit.gap));
            if stands > Standing::None {
                Decision::new(Judged::Mark, Confidence::High, evidence)
            } else if let Some(cue) =
                talk(shape.clause_before()).or_else(|| talk_behind(&shape.clause_after()))
            {
                Decision::mention(Evidence::TalkedAbout(cue.to_owned()))
            } else {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
        };
        self.judgement(rule, hit.range.clone(), None, decision)
    }

    /// A term of an office's own list: always a finding, unless its characters are of two words.
    pub(super) fn term(&self, rule: &Rule, hit: &Match) -> Option<Judgement> {
        let term = &self.rules.terms()[hit.term];
        let spelt = term.doubt == Doubt::Spelt;
        let plain = hit.gap.is_none();
        let short = || (2..=3).contains(&term.folded.chars().take(4).count());
        // Most need no look at what stands around them.
        let shape = if plain && (spelt || !short()) { None } else { Shape::new(self.text, &hit.range) };
        let decision = if shape.as_ref().is_some_and(|shape| torn(shape, hit.gap)) {
            Decision::noise(Evidence::BrokenBy(hit.gap.hardest))
        } else {
            let mut evidence = vec![Evidence::Wording];
            if spelt {
                let written = self.text.as_str().get(hit.range.clone()).unwrap_or_default();
                evidence.push(Evidence::Disguised(written.to_owned()));
            } else {
                evidence.extend(disguise(self.text, &hit.range, hit.gap));
            }
            let split = shape.as_ref().filter(|_| plain && !spelt).and_then(super::segment::splits);
            match split {
                Some(split) => {
                    evidence.push(Evidence::WordsSplit(split));
                    Decision::new(Judged::Unsure, Confidence::Low, evidence)
                }
                None => Decision::new(Judged::Mark, Confidence::High, evidence),
            }
        };
        self.judgement(rule, hit.range.clone(), None, decision)
    }
}

/// Whether a sentence goes on to the hit, which says what may not be done, from something that is no document:
/// 同样不得外传, 凭证严禁外传, but 会议材料请勿外传.
fn forbids_another(shape: &Shape) -> bool {
    let forbids = ["不得", "严禁", "禁止", "请勿", "切勿", "不准", "不许", "勿"]
        .iter()
        .any(|word| shape.hit.starts_with(word));
    let own = |clause: &str| THINGS.iter().chain(&FORBIDS_OWN).any(|word| clause.ends_with(word));
    forbids && shape.letter_before().is_some() && !own(shape.clause_before())
}

/// 本资料为…, 此件系…: the document speaks of itself.
fn is_statement(clause: &str) -> bool {
    ["本", "此", "该"].iter().any(|own| {
        THINGS
            .iter()
            .any(|thing| clause.rfind(&format!("{own}{thing}")).is_some_and(|at| clause.len() - at <= 60))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cues_are_found() {
        assert_eq!(talk("涉密文件应在首页标注"), Some("标注"));
        assert_eq!(negation("这份材料不属于"), Some("不属于"));
        assert_eq!(talk_behind("”字样的"), Some("字样"));
        assert!(is_statement("本资料为"));
        assert!(!is_statement("图书馆的"));
    }
}
