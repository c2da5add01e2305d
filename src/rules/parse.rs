//! How rules are written: the TOML of rich rules, and what a plain list becomes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Bilingual, Check, Doubt, Kind, Level, Overlap, Pattern, Role, Rule, RuleError, RuleProblem, Term,
};
use crate::finding::Verdict;
use crate::fold::fold;

/// What `<person>` in a pattern stands for: a person's name, by the usual surnames.
const PERSON: &str = "(?:(?:[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马方任袁柳唐罗薛雷贺倪汤殷毕郝邬安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪毛狄戴宋庞熊纪舒屈项祝董梁杜阮蓝席季麻贾江童颜郭梅林徐邱骆高夏蔡田樊胡凌霍万柯卢莫房缪丁邓洪包左石崔龚裴陆翁段焦侯宁甘武刘景龙叶黎赖温庄柴连习易廖耿文欧聂曾关岳窦章鲍史费岑滕计谈茅闵强路娄危艾宗宣单杭诸程嵇邢荣羊封储靳糜松井富乌巴牧隗车宓蓬班仰仲伊宫栾厉戎祖符束池乔阴胥苍双莘党翟谭贡劳姬申扶堵冉宰郦雍桑桂濮牛寿边扈燕冀郏浦晏瞿阎慕茹宦古慎戈衡匡国寇禄阙殳沃蔚越夔隆师巩厍晁勾敖融冷訾辛阚简饶沙鞠丰巢蒯荆红竺权逯盖桓肖闫闻佟佘佴郜逄缑亓仇邸荀苟栗仝昝鄢冼涂遇禚郇郄甲乙丙戊己庚壬癸某]|欧阳|上官|司马|诸葛|司徒|皇甫|尉迟|令狐|慕容|夏侯|长孙|宇文|端木|呼延|淳于|鲜于|闻人|申屠|公孙|独孤)\\p{Han}{1,2})";

/// Characters of a term from which one of them may be missing.
const SHORTEST_HOLED: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What is read or written instead of a character of a level.
    #[serde(default)]
    confusions: Confusions,
    /// Words that several rules name: `<articles>` in a rule's list stands for all of them.
    #[serde(default)]
    words: BTreeMap<String, Vec<String>>,
    rule: Vec<toml::Spanned<Raw>>,
}

type Confusions = BTreeMap<char, Vec<String>>;

/// A rule as written; which keys it needs depends on its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    kind: RawKind,
    verdict: Verdict,
    title: Bilingual,
    why: Bilingual,
    advice: Bilingual,
    #[serde(default)]
    level: Vec<RawLevel>,
    /// Complete in themselves.
    #[serde(default)]
    terms: Vec<String>,
    /// Likely readings of them.
    #[serde(default)]
    doubtful: Vec<String>,
    #[serde(default)]
    heads: Vec<String>,
    #[serde(default)]
    tails: Vec<String>,
    /// Longer words that make the terms inside them harmless.
    #[serde(default)]
    allow: Vec<String>,
    /// Of a banner: its terms begin a line that goes on.
    #[serde(default)]
    goes_on: bool,
    /// Only in capital letters.
    #[serde(default)]
    upper: bool,
    pattern: Option<OneOrMore>,
    /// Only in papers of an office, not in what is written for the public.
    #[serde(default)]
    papers: bool,
    check: Option<Check>,
    min: Option<u32>,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    unless_anywhere: Vec<String>,
    #[serde(default)]
    masked: bool,
    hit: Vec<String>,
    miss: Vec<String>,
}

/// A pattern, or several of which one has to match.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn pattern(self) -> String {
        match self {
            Self::One(pattern) => pattern,
            Self::More(ways) => ways.iter().map(|way| format!("(?:{way})")).collect::<Vec<_>>().join("|"),
        }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RawKind {
    Level,
    Banner,
    Warning,
    Declaration,
    Term,
    Pattern,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLevel {
    name: String,
    years: Option<u16>,
    terms: Vec<String>,
    #[serde(default)]
    doubtful: Vec<String>,
    /// By its sound.
    #[serde(default)]
    spelt: Vec<String>,
}

/// A rule with its line and its terms, whose rule index is not known yet.
type Parsed = (Option<u32>, (Rule, Vec<Term>));

/// Reads a file of rich rules.
pub(super) fn rich(file: &str, text: &str) -> Result<Vec<Parsed>, RuleError> {
    let line_at = |offset: usize| {
        let head = text.as_bytes().get(..offset).unwrap_or_default();
        u32::try_from(head.iter().filter(|&&b| b == b'\n').count() + 1).ok()
    };
    let syntax =
        |line, message: String| RuleError { file: file.into(), line, problem: RuleProblem::Syntax(message) };
    let parsed: File = toml::from_str(text)
        .map_err(|e| syntax(e.span().and_then(|s| line_at(s.start)), e.message().to_owned()))?;
    let mut rules = Vec::with_capacity(parsed.rule.len());
    for raw in parsed.rule {
        let line = line_at(raw.span().start);
        let mut raw = raw.into_inner();
        for list in [&mut raw.near, &mut raw.unless, &mut raw.unless_anywhere] {
            *list = spelt_out(list, &parsed.words)
                .map_err(|name| syntax(line, format!("{}: [words] {name}", raw.id)))?;
        }
        rules.push((line, build(raw, &parsed.confusions).map_err(|message| syntax(line, message))?));
    }
    Ok(rules)
}

/// The list with the words that its names in angle brackets stand for; fails with a name that stands
/// for none.
fn spelt_out(list: &[String], words: &BTreeMap<String, Vec<String>>) -> Result<Vec<String>, String> {
    let mut all = Vec::with_capacity(list.len());
    for word in list {
        match word.strip_prefix('<').and_then(|word| word.strip_suffix('>')) {
            Some(name) => all.extend_from_slice(words.get(name).ok_or_else(|| word.clone())?),
            None => all.push(word.clone()),
        }
    }
    Ok(all)
}

fn build(raw: Raw, confusions: &Confusions) -> Result<(Rule, Vec<Term>), String> {
    let mut terms = Vec::new();
    let mut add = |words: &[String], role, doubt| {
        terms.extend(words.iter().map(|word| Term {
            folded: fold(word),
            rule: 0,
            role,
            doubt,
            upper: raw.upper,
            hole: None,
            breaks: u128::MAX,
        }));
    };
    add(&raw.terms, Role::Whole, Doubt::None);
    add(&raw.doubtful, Role::Whole, Doubt::Likely);
    add(&raw.heads, Role::Head, Doubt::None);
    add(&raw.tails, Role::Tail, Doubt::None);
    add(&raw.allow, Role::Allow, Doubt::None);
    for (index, level) in (0..).zip(&raw.level) {
        add(&level.terms, Role::Level(index), Doubt::None);
        add(&level.doubtful, Role::Level(index), Doubt::Likely);
        add(&level.spelt, Role::Level(index), Doubt::Spelt);
        for term in &level.terms {
            add(&confused(term, confusions), Role::Level(index), Doubt::Likely);
        }
    }
    let holed: Vec<Term> = terms
        .iter()
        .filter(|term| match term.role {
            Role::Head => raw.kind == RawKind::Warning,
            Role::Level(_) => term.doubt == Doubt::None,
            _ => false,
        })
        .flat_map(with_holes)
        .collect();
    terms.extend(holed);
    let kind = match raw.kind {
        RawKind::Level if raw.level.is_empty() => return Err(format!("{}: level", raw.id)),
        RawKind::Level => Kind::Level(
            raw.level.into_iter().map(|level| Level { name: level.name, years: level.years }).collect(),
        ),
        RawKind::Banner => Kind::Banner { goes_on: raw.goes_on },
        RawKind::Warning => Kind::Warning,
        RawKind::Declaration => Kind::Declaration,
        RawKind::Term => Kind::Term,
        RawKind::Pattern => {
            let written =
                raw.pattern.ok_or(format!("{}: pattern", raw.id))?.pattern().replace("<person>", PERSON);
            let (near_signs, near): (Vec<_>, Vec<_>) =
                raw.near.into_iter().partition(|word| fold(word).is_empty());
            let folded: BTreeSet<String> = near.iter().map(|word| fold(word)).collect();
            terms.extend(folded.into_iter().map(|word| Term::plain(word, Role::Near)));
            Kind::Pattern {
                pattern: Box::new(Pattern::new(&written)),
                papers: raw.papers,
                check: raw.check.unwrap_or(Check::None),
                min: raw.min.unwrap_or(1),
                near,
                near_signs,
                unless: raw.unless,
                unless_anywhere: raw.unless_anywhere,
            }
        }
    };
    let rule = Rule {
        id: raw.id.into(),
        title: raw.title,
        why: raw.why,
        advice: raw.advice,
        verdict: raw.verdict,
        kind,
        masked: raw.masked,
        overlap: Overlap::default(),
        hit: raw.hit,
        miss: raw.miss,
    };
    Ok((rule, terms))
}

/// Every other way to write `term` with characters that are taken for its own. One such character
/// alone says too little: 商蜜 is no 商密.
fn confused(term: &str, confusions: &Confusions) -> Vec<String> {
    if term.chars().filter(|c| confusions.contains_key(c)).count() < 2 {
        return Vec::new();
    }
    let mut written = vec![String::new()];
    for c in term.chars() {
        let others = confusions.get(&c).map_or(&[][..], Vec::as_slice);
        let own = c.to_string();
        written = written
            .iter()
            .flat_map(|head| std::iter::once(&own).chain(others).map(move |tail| format!("{head}{tail}")))
            .collect();
    }
    written.retain(|other| other != term);
    written
}

/// The term with one or two of its inner characters blanked: an earlier filter left 内____文件.
fn with_holes(term: &Term) -> Vec<Term> {
    let chars: Vec<char> = term.folded.chars().collect();
    let mut holed = Vec::new();
    if chars.len() < SHORTEST_HOLED || term.folded.is_ascii() {
        return holed;
    }
    for missing in 1..=2 {
        for at in 1..chars.len() - missing {
            holed.push(Term {
                folded: chars[..at].iter().chain(&chars[at + missing..]).collect(),
                doubt: Doubt::Likely,
                hole: Some((at, u32::try_from(missing).unwrap_or(1))),
                ..term.clone()
            });
        }
    }
    holed
}

/// The rule that a plain list becomes.
pub(super) fn own_list(name: &str, verdict: Verdict) -> Rule {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let both = |zh: String, en: String| Bilingual { zh, en };
    Rule {
        id: format!("term.{stem}").into(),
        title: both(format!("自定义词表“{stem}”"), format!("own list “{stem}”")),
        why: both(format!("本单位词表 {name} 中的词。"), format!("A term of the office's own list {name}.")),
        advice: both(
            "请核实该词能否公开；不能公开的，删改后再检查。".into(),
            "Check whether the term may be published; if not, edit the document and screen it again.".into(),
        ),
        verdict,
        kind: Kind::Term,
        masked: true,
        overlap: Overlap::default(),
        hit: Vec::new(),
        miss: Vec::new(),
    }
}
