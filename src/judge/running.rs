//! Running headers and footers: what stands on their line beside a mark, a page's number, a date, a
//! version, who owns the copyright, who printed the page, the title of the paper; and the first line of
//! a text that is mark and title.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::Facts;
use super::fixed;
use super::line::core;
use super::owner::ENDS;
use super::shape::Shape;
use crate::fold::fold;
use crate::text::{Place, Zone};

/// Characters of what stands on one side of a mark.
const SIDE_CHARS: usize = 48;
/// Characters of a title that stands there.
const TITLE_CHARS: std::ops::RangeInclusive<usize> = 4..=30;

/// Signs that part a mark from the title of the paper.
const SIGNS: [char; 13] = ['-', '—', '–', '－', '|', '｜', '\t', '\u{3000}', '/', '·', '_', ':', '：'];

/// With what the name of an office or a firm ends, as a pattern.
static OFFICE: LazyLock<String> = LazyLock::new(|| format!("(?:{})", ENDS.join("|")));
/// What tells a running line from a line of the text, folded.
static TELLS: LazyLock<Regex> = LazyLock::new(|| {
    fixed(&format!(r"第\d{{0,4}}页|\d页|page\d|页码|版权|copyright|©|打印|制表|编制|{}", *OFFICE))
});
/// Nothing but what running lines hold, folded.
static RUNNING: LazyLock<Regex> = LazyLock::new(|| {
    let office = &*OFFICE;
    let date =
        r"(?:19|20)\d{2}(?:[年./-]?\d{1,2}(?:[月./-]?(?:\d{1,2}日?)?)?|年?)(?:\d{1,2}:\d{2}(?::\d{2})?)?";
    fixed(&format!(
        r"^(?:[,;|/·•—-]|第?\d{{0,4}}页|共\d{{0,4}}页|\d{{1,4}}/\d{{1,4}}|page\d{{0,4}}(?:of\d{{0,4}})?|{date}(?:印制?|制表?|版|修订|发布)?|(?:版本号?:?)?v?\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}版?|第[\d一二三四五六七八九十]{{1,3}}版|rev\.?[a-z0-9]{{1,4}}|(?:编号:?|文件号:?)?[a-z]{{0,8}}\d{{0,8}}(?:[-/.]?[a-z0-9]{{0,8}}\d[a-z]?){{1,5}}|页码:?\d{{0,4}}|1\d{{10}}|©|\(c\)|copyright|版权所有|allrightsreserved\.?|(?:编制|编写|审核|批准|打印|打印人|制表|制表人|起草|校对|拟稿|签发|设计):?\p{{Han}}{{1,4}}|\p{{Han}}{{2,20}}{office}(?:文件|专用)?)+$"
    ))
});
/// A person's name, alone or with what running lines hold behind it.
static NAME: LazyLock<Regex> = LazyLock::new(|| fixed(r"^\p{Han}{2,3}(?:$|\s)"));
/// An English company in front of its mark: Acme Widgets, © 2026 Acme Ltd.
static LATIN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    fixed(r"^(?:(?:©|\([cC]\)|Copyright)\s*)?(?:(?:19|20)\d{2}\s+)?[A-Z][\w&.]*(?:\s+[A-Z][\w&.]*){0,3}$")
});
/// With what the title of a paper ends.
static TITLE: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^[^。，；！？、：“”]*(?:方案|通知|办法|意见|计划|报告|纪要|请示|名单|清单|总结|预案|协议|简报|函|批复|汇报|材料|台账|说明|报表|图纸|手册|安排|要点|规划|总图|草案|预算|决算|名册|合同|记录|口径|汇总)(?:[(（][^()（）]{2,8}[)）]?)?$",
    )
});

/// When a page was printed or whom to ring.
static PRINTED: LazyLock<Regex> =
    LazyLock::new(|| fixed(r"(?:19|20)\d{2}[年./-]?\d{1,2}[月./-]?\d|\d{1,2}:\d{2}|1\d{10}"));
/// Secrets that papers, books and courses are about.
const TOPICS: [&str; 3] = ["商业秘密", "工作秘密", "企业秘密"];

/// What holds secrets of a firm itself.
const AGREED: [&str; 6] = ["协议", "合同", "方案", "图纸", "预算", "纪要"];

/// Whether a mark, folded, is also what papers, books and courses are about.
pub(super) fn is_topic(hit: &str) -> bool {
    TOPICS.contains(&hit)
}

/// Whether a text is the title of a paper of an office: 选址方案, 经费报告（送审稿）.
pub(super) fn is_title(text: &str) -> bool {
    TITLE_CHARS.contains(&text.chars().count()) && TITLE.is_match(text)
}

/// Whether a running line holds nothing beside the hit but what such lines hold; in a header or footer
/// the title of the paper too, a dash or a wide gap between.
pub(super) fn is_in_line(shape: &Shape, facts: &Facts) -> bool {
    let place = shape.segment.at.place;
    let header = matches!(place, Place::Header | Place::Footer | Place::Textbox);
    let first = shape.segment.at.zone.is_some_and(Zone::is_top) && shape.begins_page();
    let last = shape.segment.at.zone.is_some_and(Zone::is_foot) && shape.ends_page();
    if !header && !(place == Place::Body && (first || last))
        || shape.literal.is_some()
        || shape.letter_before().is_some()
        || shape.letter_after().is_some()
    {
        return false;
    }
    let (before, after) = (core(shape.line_before), core(shape.line_after));
    if before.chars().count().max(after.chars().count()) > SIDE_CHARS {
        return false;
    }
    let runs = |side: &str| side.is_empty() || RUNNING.is_match(&fold(side));
    let tells = || TELLS.is_match(&fold(&shape.beside()));
    // 张三 内部资料 2026-03-01: who printed it and when, not whose song it is.
    let dated = || PRINTED.is_match(&fold(&shape.beside()));
    let named = |side: &str| {
        let behind = NAME.find(side).and_then(|name| side.get(name.end()..));
        behind.is_some_and(runs) && dated()
    };
    let sign = |c| SIGNS.contains(&c);
    let titled = |side: &str, parted: bool| {
        (header || first && facts.official() && !facts.is_for_the_public())
            && parted
            && (!is_topic(&fold(shape.hit)) || AGREED.iter().any(|end| side.ends_with(end)))
            && is_title(side)
    };
    // A title that is one ends where a blank is.
    let parted_before = shape.line_before.ends_with(sign) || shape.line_before.ends_with(char::is_whitespace);
    let parted_after = shape.line_after.starts_with(sign) || shape.line_after.starts_with("  ");
    let latin = header && shape.hit.is_ascii() && fold(shape.hit).contains("confidential");
    let plain = runs(before) && runs(after);
    if plain {
        return header || tells();
    }
    (runs(before) || titled(before, parted_before) || named(before) || latin && LATIN_NAME.is_match(before))
        && (runs(after) || titled(after, parted_after) || named(after) || latin && LATIN_NAME.is_match(after))
}
