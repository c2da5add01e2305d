//! Levels: 机密★20年, 密级：秘密, 绝密 alone in a header, against 绝密、机密、秘密三级.

use super::cursor::Setting;
use super::grammar::{self, Star, Tail};
use super::line::{core, is_letter};
use super::owner::{is_named, owner, owns};
use super::period::runs_out;
use super::running::{is_title, is_topic};
use super::shape::{CLOSING, OPENING, Shape};
use super::{Case, Decision, Judgement, Standing, Wanted, disguise, mentioned, standing, torn};
use super::{label, latin, talk};
use crate::finding::{Confidence, Evidence, Judged};
use crate::fold::fold;
use crate::matcher::Match;
use crate::rules::{Doubt, Level, Rule};
use crate::text::{Break, Place, Zone};

/// Characters of a line beside a mark above which the line is a sentence.
pub(super) const SENTENCE_CHARS: usize = 40;
/// Characters in front of a mark that may still belong to it: 集团核心商密.
const PREFIX_CHARS: usize = 8;
/// Characters from which a level is a wording of its own: 内部事项注意保管.
const WORDING_CHARS: usize = 6;
/// Characters of the title of a map or drawing at most.
const DRAWING_CHARS: usize = 24;
impl Case<'_> {
    /// Judges a level word.
    pub(super) fn level(&self, rule: &Rule, level: &Level, hit: &Match) -> Option<Judgement> {
        let flat = self.text.as_str();
        let rest = flat.get(hit.range.end..).unwrap_or_default();
        let latin = level.name.is_ascii();
        let mut tail = if latin {
            latin::latin_tail(rest)
        } else {
            let set = match hit.gap {
                gap if gap.broken > 0 => Setting::Vertical,
                gap if gap.separators > 0 => Setting::Separated,
                _ => Setting::Plain,
            };
            grammar::tail(rest, set)
        };
        if self.text.break_between(hit.range.end.saturating_sub(1), hit.range.end + tail.len)
            > Break::Paragraph
        {
            tail = Tail::default();
        }
        // 机密  2026年3月: when the paper was written, not until when it is secret.
        let written = |until| self.facts.dated().is_none_or(|dated| until <= dated);
        if !latin && tail.star == Star::None && tail.until.is_some_and(written) {
            tail = Tail::default();
        }
        let mut start = hit.range.start;
        let fronted = flat.get(..hit.range.start).is_some_and(grammar::may_be_front);
        if !latin && !tail.is_complete() && fronted {
            let line = self.text.line_around(hit.range.start).start;
            let front = grammar::front(flat.get(line..hit.range.start).unwrap_or_default());
            if front.is_complete() {
                start -= front.len;
                tail = Tail { len: tail.len, ..front };
            }
        }
        let noun = if tail.len == 0 && &*level.name != "内部" { filed_as(rest) } else { "" };
        let range = start..hit.range.end + tail.len + noun.len();
        let Some(shape) = Shape::new(self.text, &range).or_else(|| Shape::new(self.text, &hit.range)) else {
            return self.judgement(rule, hit.range.clone(), None, Decision::noise(Evidence::InSentence));
        };
        let decision = self.decide_level(level, hit, &shape, &tail, latin);
        // 内部 in 内部资料: the warning speaks for itself.
        let part = &*level.name == "内部" && shape.letter_after().is_some();
        let mut decision = if part { decision } else { self.unless_warning(&shape, decision) };
        if self.drops(&decision) {
            return None;
        }
        if noun.chars().count() > 1 && decision.judged == Judged::Mark {
            // 机密文件 alone: a stamp in a header, perhaps a heading elsewhere.
            decision.evidence.push(Evidence::HeadNoun(noun.to_owned()));
            let stamped = decision.evidence.iter().any(|e| matches!(e, Evidence::Letterhead(_)));
            if shape.segment.at.place.is_running_text() && !stamped {
                decision.judged = Judged::Unsure;
            }
        }
        let mut mark = tail.mark(&level.name);
        mark.owner = owner(shape.before);
        let decision = self.weaken(level, &mark, &shape, decision);
        self.judgement(rule, range, Some(mark), decision)
    }

    fn decide_level(&self, level: &Level, hit: &Match, shape: &Shape, tail: &Tail, latin: bool) -> Decision {
        let term = &self.rules.terms()[hit.term];
        if torn(shape, hit.gap) {
            return Decision::noise(Evidence::BrokenBy(hit.gap.hardest));
        }
        let starred = tail.star > Star::None && tail.is_complete();
        let complete = starred || tail.star == Star::Certain || tail.is_complete();
        if let Some(mention) = mentioned(shape, &term.folded) {
            if let (Evidence::Enumerated, Some(label)) = (&mention, shape.registered()) {
                return Decision::new(
                    Judged::Unsure,
                    Confidence::Low,
                    vec![Evidence::Label(label.to_owned())],
                );
            }
            if mention != Evidence::Enumerated || !self.is_among_marks(shape, starred) {
                return self.unless_stacked(shape, mention);
            }
        }
        if (complete || shape.cells() > 1) && self.illustrates(shape) {
            return Decision::mention(Evidence::TalkedAbout(shape.previous().trim().to_owned()));
        }
        if complete && self.facts.sample() && shape.segment.at.place.is_running_text() {
            // A title is soon written: whether it tells the truth, a person decides.
            return Decision::new(Judged::Unsure, Confidence::Low, vec![Evidence::Period]);
        }
        if term.doubt == Doubt::Spelt && !starred {
            return Decision::noise(Evidence::InSentence);
        }
        if !complete && hit.gap.blank > 0 && spaced_on(shape) {
            return Decision::mention(Evidence::HeadNoun(shape.line_after.trim().chars().take(2).collect()));
        }
        if !complete && rated(shape) {
            return Decision::mention(Evidence::HeadNoun("★★".into()));
        }
        let (stands, mut evidence) = standing(shape, &self.facts);
        if let Some(disguise) = disguise(self.text, &hit.range, hit.gap) {
            evidence.push(disguise);
        }
        if starred {
            evidence.insert(0, Evidence::Star);
        } else if complete {
            evidence.insert(0, Evidence::Period);
        }
        if let Some(label) = label_of(shape) {
            let above = label::label(shape.line_before).is_none();
            let catalogue = above && shape.cells() > 3 && self.facts.is_about_secrecy();
            let follows = talk::starts_with_level_word(shape.after);
            if !catalogue && !follows {
                evidence.insert(0, Evidence::Label(label));
                return Decision::new(Judged::Mark, Confidence::High, evidence);
            }
        }
        let talks = || self.facts.regulation() || self.facts.is_about_secrecy();
        if let Some(stated) = talk::states_level(shape, talks, || self.facts.is_for_the_public()) {
            evidence.insert(0, Evidence::Stated);
            let told = stated == talk::Stated::Told && !self.facts.official();
            let judged = if told { Judged::Unsure } else { Judged::Mark };
            return Decision::new(judged, Confidence::Medium, evidence);
        }
        if stands == Standing::None && talk::withdrawn_beside(shape) {
            return Decision::new(Judged::Mark, Confidence::Medium, evidence);
        }
        let wording = term.folded.chars().count() >= WORDING_CHARS;
        let stamps = || matches!(shape.alone(), Some(Some(_)));
        let bracketed = || shape.bracketed_at_start() || shape.bracketed_at_end();
        if !complete && !wording && shape.is_label() && !stamps() && !bracketed() {
            // A word for a button, a key of a table.
            return Decision::mention(Evidence::Quoted);
        }
        if !complete && !latin && self.is_headword(level, shape, &evidence) {
            return Decision::mention(Evidence::Headword);
        }
        if !complete && self.may_be_title(level, shape, &evidence) {
            return Decision::new(Judged::Unsure, Confidence::Low, evidence);
        }
        if &*level.name == "内部" {
            return self.bare_internal(shape, stands, evidence, starred);
        }
        if starred {
            if term.doubt > Doubt::None && stands == Standing::None && shape.letter_before().is_some() {
                let alone = core(shape.line_after).is_empty() && shape.other_chars() <= PREFIX_CHARS;
                if alone && tail.star == Star::Certain {
                    return Decision::new(Judged::Unsure, Confidence::Low, evidence);
                }
                return Decision::noise(Evidence::InSentence);
            }
            return starred_level(shape, tail.star, stands, evidence);
        }
        if shape.segment.at.place == Place::Name {
            return in_name(shape, complete, term.doubt, evidence);
        }
        let ends = core(shape.after).is_empty() || super::letterhead::is_line(shape.after);
        let owned = owns(shape.before, &level.name) && ends;
        let letters =
            shape.letter_before().is_some() && !owned || shape.letter_after().is_some() && !complete;
        if letters {
            return self.part_of_word(shape);
        }
        if latin {
            return latin::latin_level(level, shape, tail, stands, evidence);
        }
        match stands {
            Standing::Strong if !complete && Self::may_be_entry(level, shape) => {
                Decision::new(Judged::Unsure, Confidence::Low, evidence)
            }
            Standing::Strong => Decision::new(Judged::Mark, Confidence::High, evidence),
            Standing::Weak if complete => Decision::new(Judged::Mark, Confidence::Medium, evidence),
            Standing::Weak if wording => Decision::new(Judged::Mark, Confidence::Medium, evidence),
            Standing::Weak if shape.bracketed_below() && !self.facts.is_about_secrecy() => {
                evidence.push(Evidence::Bracketed);
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            // Below the title of a map or a drawing.
            Standing::Weak if term.doubt == Doubt::None && is_drawing(shape.previous()) => {
                evidence.push(Evidence::Nearby(core(shape.previous()).to_owned()));
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Standing::Weak if term.doubt > Doubt::None => Decision::noise(Evidence::OwnLine),
            Standing::Weak
                if shape.cells() > 2
                    && (self.facts.is_about_secrecy() || talk::withdrawn(shape).is_some()) =>
            {
                Decision::mention(Evidence::Subject(self.facts.about()))
            }
            Standing::Weak => Decision::new(Judged::Unsure, Confidence::Low, evidence),
            Standing::None if owned && shape.other_chars() < SENTENCE_CHARS => {
                // In a text such a line may be a heading too: 瑞士银行秘密.
                let at = &shape.segment.at;
                let glued = at.place.is_running_text() && shape.letter_before().is_some();
                let doubted = self.facts.is_for_the_public() || self.facts.shows_marks();
                if glued && (doubted || !self.facts.official() && !shape.begins_page()) {
                    return Decision::mention(Evidence::InSentence);
                }
                let top = self.facts.official() && at.zone.is_some_and(Zone::is_top);
                let judged = if glued && !top { Judged::Unsure } else { Judged::Mark };
                Decision::new(judged, Confidence::Medium, evidence)
            }
            Standing::None if ends_hidden(shape) => {
                evidence.push(Evidence::InPlace(shape.segment.at.place));
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Standing::None => match self.heads_title(shape) {
                Some(judged) => {
                    evidence.push(Evidence::FirstLines);
                    Decision::new(judged, Confidence::Medium, evidence)
                }
                None => Decision::mention(Evidence::InSentence),
            },
        }
    }

    /// Two bare words one over the other at the head of a paper, 商业秘密 over 机密: marks, or the choices of a
    /// form. A person decides.
    fn unless_stacked(&self, shape: &Shape, mention: Evidence) -> Decision {
        let stacked = mention == Evidence::Enumerated
            && shape.is_one_of_two()
            && shape.segment.at.place == Place::Body
            && shape.segment.at.zone.is_some_and(Zone::is_top)
            && core(shape.line_before).is_empty()
            && core(shape.line_after).is_empty()
            && shape.boxed().is_none()
            && !shape.heads_word_list()
            && self.facts.official()
            && !self.facts.shows_marks();
        if stacked {
            return Decision::new(Judged::Unsure, Confidence::Low, vec![Evidence::OwnLine]);
        }
        Decision::mention(mention)
    }

    /// Whether the document is a paper of an office or a firm, not one for the public nor about marks.
    pub(super) fn is_paper(&self) -> bool {
        self.facts.official() && !self.facts.is_for_the_public() && !self.facts.shows_marks()
    }

    /// Whether the other levels in a row with it are marks like it, not words of an enumeration: 机密★20年 over
    /// 秘密★10年 at the head of a compilation, 机密 over 内部 in a header.
    fn is_among_marks(&self, shape: &Shape, starred: bool) -> bool {
        let place = shape.segment.at.place;
        let stamped = matches!(place, Place::Header | Place::Footer | Place::Watermark);
        let star = shape.hit.contains(['★', '☆']);
        let bare = || core(shape.line_before).is_empty() && core(shape.line_after).is_empty();
        (starred && star && place != Place::Form || stamped && bare() && !shape.heads_word_list())
            && shape.literal.is_none()
            && shape.boxed().is_none()
            && shape.stands_with_marks()
            && !self.facts.shows_marks()
    }

    /// 内部 is too ordinary a word to count anywhere but in the mark's own place.
    fn bare_internal(
        &self,
        shape: &Shape,
        stands: Standing,
        evidence: Vec<Evidence>,
        starred: bool,
    ) -> Decision {
        let letterhead = evidence.iter().any(|e| matches!(e, Evidence::Letterhead(_)));
        let own_line = evidence.contains(&Evidence::OwnLine);
        match shape.segment.at.place {
            _ if starred => starred_level(shape, Star::Certain, stands, evidence),
            _ if shape.letter_before().is_some() || shape.letter_after().is_some() => {
                self.part_of_word(shape)
            }
            Place::Body if shape.bracketed_at_start() && shape.segment.at.zone.is_some_and(Zone::is_top) => {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Place::Watermark if core(shape.line_before).is_empty() && core(shape.line_after).is_empty() => {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Place::Header | Place::Textbox if own_line => {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Place::Name
                if shape.line_before.ends_with(['【', '[', '（', '(', '［'])
                    && shape.line_after.starts_with(['】', ']', '）', ')', '］']) =>
            {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            Place::Name if shape.alone().is_some() => {
                Decision::new(Judged::Unsure, Confidence::Low, evidence)
            }
            Place::Body | Place::Table
                if own_line
                    && !shape.heads_word_list()
                    && (letterhead || shape.segment.at.zone.is_some_and(Zone::is_top)) =>
            {
                Decision::new(Judged::Mark, Confidence::Medium, evidence)
            }
            _ => Decision::mention(Evidence::InSentence),
        }
    }

    /// Whether it is a word's part or two words' parts, it is dropped: segmentation only tells why.
    fn part_of_word(&self, shape: &Shape) -> Decision {
        let behind: String = shape.line_after.chars().take(2).collect();
        if self.wanted == Wanted::All
            && let Some(split) = super::segment::splits(shape)
        {
            return Decision::noise(Evidence::WordsSplit(split));
        }
        if shape.letter_after().is_some() {
            return Decision::mention(Evidence::HeadNoun(behind));
        }
        Decision::mention(Evidence::TalkedAbout(grammar::tail_chars(shape.line_before, 2).to_owned()))
    }

    /// What makes a mark on this document less than a reason to block: withdrawn, an examination that
    /// is over; and when it runs out.
    fn weaken(
        &self,
        level: &Level,
        mark: &crate::finding::Mark,
        shape: &Shape,
        mut decision: Decision,
    ) -> Decision {
        if decision.judged != Judged::Mark {
            return decision;
        }
        if fold(shape.line_before).contains("原密级") {
            decision.evidence.push(Evidence::Withdrawn("原密级".to_owned()));
        } else if let Some(word) = talk::withdrawn(shape) {
            decision.evidence.push(Evidence::Withdrawn(word));
        } else if shape.segment.at.struck {
            decision.evidence.push(Evidence::Withdrawn("—".into()));
        }
        decision.lapses = runs_out(mark, self.facts.dated(), level.years);
        let exam_condition = mark.condition.as_deref().is_some_and(|c| {
            c.ends_with('前')
                && ["启用", "启封", "考试", "开考", "考前", "使用", "开启"]
                    .iter()
                    .any(|word| c.contains(word))
        });
        if exam_condition && self.facts.exam() {
            decision.evidence.push(Evidence::ExamPaper);
        }
        decision
    }
}

/// Level, star and period: only talk about it in a sentence makes this a mention.
fn starred_level(shape: &Shape, star: Star, stands: Standing, mut evidence: Vec<Evidence>) -> Decision {
    if stands == Standing::None {
        if shape.letter_before() == Some('的') {
            return Decision::mention(Evidence::TalkedAbout("的".into()));
        }
        let before = shape.clause_before();
        if shape.line_after.trim_end().ends_with(['？', '?']) {
            // The line asks about it.
            return Decision::mention(Evidence::TalkedAbout("？".into()));
        }
        if let Some(cue) = talk::talk(before).or_else(|| talk::talk_behind_star(shape)) {
            return Decision::mention(Evidence::TalkedAbout(cue.to_owned()));
        }
        evidence.push(Evidence::InSentence);
        let owned = owner(shape.before).is_some() || is_named(shape.before);
        if star == Star::Weak && !(owned && core(shape.after).is_empty()) {
            if shape.letter_before().is_some() || shape.letter_after().is_some() {
                return Decision::mention(Evidence::InSentence);
            }
            return Decision::new(Judged::Unsure, Confidence::Low, evidence);
        }
        return Decision::new(Judged::Mark, Confidence::Medium, evidence);
    }
    Decision::new(Judged::Mark, Confidence::High, evidence)
}

/// Works and lessons that a level is the title of: 秘密（简谱）.
#[rustfmt::skip]
const WORKS: [&str; 20] = [
    "简谱", "曲谱", "乐谱", "歌词", "伴奏", "插曲", "电影", "小说", "漫画", "绘本", "攻略", "剧本杀", "读后感", "读书笔记",
    "书评", "影评", "课件", "知识问答", "公开课", "微课",
];

/// A level in a file's or folder's name: 机密★10年 工作方案.docx, 工作方案（秘密）.pdf.
fn in_name(shape: &Shape, complete: bool, doubt: Doubt, mut evidence: Vec<Evidence>) -> Decision {
    let alone = core(shape.before).is_empty() && core(shape.after).is_empty();
    evidence.push(Evidence::InPlace(Place::Name));
    let enclosed = shape.line_before.ends_with(OPENING) && shape.line_after.starts_with(CLOSING);
    let stem = shape.line_after.rsplit_once('.').map_or(shape.line_after, |(stem, _)| stem);
    let beside = [core(shape.line_before), core(stem)];
    let work =
        !complete && !enclosed && beside.iter().any(|side| WORKS.iter().any(|word| side.ends_with(word)));
    // 报价方案（商业秘密）, not 第三讲 商业秘密.
    let other = beside.iter().any(|side| !side.is_empty()) && !beside.iter().any(|side| is_title(side));
    let topic = is_topic(&fold(shape.hit)) && !enclosed && other;
    if alone && !work && !topic && (complete || doubt == Doubt::None) {
        return Decision::new(Judged::Mark, Confidence::Medium, evidence);
    }
    Decision::mention(Evidence::HeadNoun(shape.after.chars().take(2).collect()))
}

/// Whether a line is the title of a map, a plan or a drawing.
fn is_drawing(line: &str) -> bool {
    let line = core(line);
    let drawing = ["图", "图例", "图册", "图集", "图纸"].iter().any(|end| line.ends_with(end))
        && (!line.ends_with("意图") || line.ends_with("示意图"));
    drawing && (3..=DRAWING_CHARS).contains(&line.chars().count())
}

/// Behind the last sentence of a paragraph, where only the file shows it.
fn ends_hidden(shape: &Shape) -> bool {
    matches!(shape.segment.at.place, Place::Hidden | Place::Deleted)
        && core(shape.line_after).is_empty()
        && shape.line_before.trim_end().ends_with(['。', '！', '；', '：'])
}

/// A spaced word that goes on in the same manner: 秘　密　花　园. 秘　密　特　急 are two.
fn spaced_on(shape: &Shape) -> bool {
    let mut behind = shape.line_after.split(char::is_whitespace).skip(1).filter(|piece| !piece.is_empty());
    let single = |piece: &str| piece.chars().count() == 1 && piece.starts_with(is_letter);
    shape.line_after.starts_with(char::is_whitespace)
        && behind.next().is_some_and(single)
        && !super::letterhead::is_letterhead(shape.line_after)
}

/// Two and more stars behind a word are a rating.
fn rated(shape: &Shape) -> bool {
    shape.after.chars().filter(|c| !c.is_whitespace()).take_while(|c| "★☆⭐✩".contains(*c)).count() >= 2
}

/// 级, 件, 文件, 资料 behind a level when nothing else stands in the cell; empty otherwise.
fn filed_as(rest: &str) -> &str {
    ["文件", "资料", "材料", "档案", "级", "件"]
        .into_iter()
        .find(|noun| {
            rest.strip_prefix(noun).is_some_and(|behind| {
                !behind.starts_with(char::is_alphabetic)
                    && behind
                        .split(['\n', '\t', '|'])
                        .next()
                        .is_some_and(|cell| super::letterhead::is_letterhead(grammar::head_chars(cell, 60)))
            })
        })
        .unwrap_or_default()
}

/// The label in front, on the same line, in the cell before or in the cell above.
fn label_of(shape: &Shape) -> Option<String> {
    if let Some(literal) = &shape.literal
        && core(shape.line_before).is_empty()
        && let Some(label) = label::label(literal.code.line_before)
    {
        return Some(label.to_owned());
    }
    if let Some(label) = label::label(shape.line_before) {
        // A line that begins with its label goes on nothing.
        let heads =
            fold(shape.line_before).trim_end_matches(':') == label && core(shape.line_after).is_empty();
        return (heads || !shape.continues()).then(|| label.to_owned());
    }
    if shape.alone().is_some() {
        if !shape.previous().contains('\t')
            && let Some(label) =
                label::label(&format!("{}:", shape.previous().trim().trim_end_matches([':', '：'])))
            && core(shape.previous()).chars().count() <= label.chars().count() + 2
        {
            return Some(label.to_owned());
        }
        if core(shape.before).is_empty()
            && core(shape.after).is_empty()
            && let Some(above) = shape.cell_above().map(fold)
            && let Some(label) = label::label(&format!("{above}:"))
            && above.chars().count() <= 8
        {
            return Some(label.to_owned());
        }
    }
    // ☑机密级, ☑机密件, but not （√）绝密级文件.
    let behind = shape.line_after.strip_prefix(['级', '件', '类', '项']).unwrap_or(shape.line_after);
    let part = behind.starts_with(is_letter);
    let boxed = !part && shape.boxed() == Some(true) && !shape.continues();
    (boxed && (label::names_level(&fold(shape.line_before)) || shape.is_option_of_level()))
        .then(|| "密级".to_owned())
}
