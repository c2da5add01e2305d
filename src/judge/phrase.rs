//! Warnings, banners and declarations: 内部资料 注意保存, 密码电报, 此件不予公开.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::line::core;
use super::shape::Shape;
use super::talk::{talk, talk_behind};
use super::{Case, Decision, Judgement, Standing, disguise, fixed, mentioned, standing, torn};
use crate::finding::{Confidence, Evidence, Judged};
use crate::fold::web_address;
use crate::matcher::Match;
use crate::rules::{Doubt, Role, Rule};
use crate::text::{Break, Place};

/// Folded bytes that may stand between the head of a warning and its tail.
const HEAD_TO_TAIL: usize = 48;
/// Characters beside a warning up to which its line is the warning's own.
const SHORT_LINE: usize = 24;

/// What is kept by who has it, and is no document.
const KEYS: [&str; 8] = ["密钥", "私钥", "密码", "口令", "验证码", "令牌", "助记词", "账号"];
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

impl<'a> Case<'a> {
    /// The head of a warning: with a tail nearby a warning, alone a stamp or a mention.
    pub(super) fn head(
        &self,
        rule: &Rule,
        hit: &Match,
        shape: &Shape<'a>,
        matches: &[Match],
    ) -> Option<Judgement> {
        let behind = matches.partition_point(|m| m.range.start < hit.range.end);
        let tail =
            matches.iter().skip(behind).take_while(|m| m.range.start <= hit.range.end + HEAD_TO_TAIL).find(
                |m| {
                    let term = &self.rules.terms()[m.term];
                    term.role == Role::Tail && *self.rules.rule(term.rule).id == *rule.id
                },
            );
        // A web address in between is part of no word.
        let after = shape.after.trim_start();
        let after = after.get(web_address(after).unwrap_or(0)..).unwrap_or_default().trim_start();
        let goes_on = after.chars().next().filter(|&c| c.is_alphabetic());
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
        let (stands, mut evidence) = standing(whole, &self.facts);
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
        // 请妥善保管此密钥，切勿外传。
        let thing = whole.line_before.trim_end().trim_end_matches(['，', ',']);
        if !paired && let Some(key) = KEYS.into_iter().find(|key| thing.ends_with(key)) {
            return Decision::mention(Evidence::OtherThing(key.to_owned()));
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
        let defined =
            shape.after.trim_start().starts_with([':', '：']) && shape.line_after.trim_end().ends_with('。');
        let neighbours = || [shape.previous(), shape.next()].into_iter();
        let one_of_many = || labels && value.ends_with('。') && neighbours().all(defines);
        if defined && !goes_on && neighbours().any(defines) || one_of_many() {
            // 密电：用密码拍发的电报。 among others.
            decision = Decision::mention(Evidence::Headword);
        } else if labels
            && (value.is_empty() || value.ends_with('。') && value.chars().count() > SHORT_LINE / 2)
        {
            // A label without a value, a form that nobody has filled in; or with its definition.
            decision = Decision::mention(Evidence::InSentence);
        } else if decision.judged == Judged::Mention
            && !matches!(decision.evidence.first(), Some(Evidence::Quoted | Evidence::Enumerated))
        {
            // A stamp that goes on: 此件发至县团级, 阅读范围：….
            let begins = core(shape.before).is_empty() && !shape.continues();
            let goes_on = shape.after.trim_start().starts_with([':', '：'])
                || goes_on && (shape.letter_after().is_some() || labels);
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
        let (stands, mut evidence) = standing(shape, &self.facts);
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
                    && (super::owner::owner(shape.before).is_some()
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
            let (stands, mut evidence) = standing(shape, &self.facts);
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

/// A word of few characters and what it means, in a sentence.
fn defines(line: &str) -> bool {
    line.split_once([':', '：']).is_some_and(|(word, meaning)| {
        core(word).chars().count() <= SHORT_LINE / 3 && meaning.trim_end().ends_with('。')
    })
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
    fn statements() {
        assert!(is_statement("本资料为"));
        assert!(!is_statement("图书馆的"));
    }
}
