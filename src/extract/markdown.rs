//! Markdown: rendered to HTML by `pulldown-cmark`, and read as that.
//!
//! Whether a `*` is emphasis or a star of 秘密*10年 depends on what stands on both sides of it, in
//! rules that only a full parser has; and a comment or a hidden element may begin in one block and
//! end in another, which only HTML's own reader sees. What the rendered page does not hold (front
//! matter, link definitions, words behind a code fence, cells beyond a table's columns) is read
//! from the source: every stretch of it that the parser did not account for.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, html};

use super::Extracted;
use crate::limits::Budget;
use crate::read::encoding::{self, Decoded};
use crate::read::html::{Page, address};
use crate::text::{At, Break, Place};

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let Decoded { best, guessed, others } = encoding::decode(bytes);
    let mut page = Page::default();
    page.text.guessed = guessed;
    page.gaps.extend(best.gap());
    read(&best.text, &mut page, budget);
    let mut alternatives = Vec::new();
    for other in others {
        let mut reading = Page::default();
        reading.text.guessed = true;
        read(&other.text, &mut reading, budget);
        alternatives.push(reading.text);
    }
    Extracted { text: page.text, alternatives, inner: page.inner, gaps: page.gaps, ..Extracted::default() }
}

fn read(source: &str, page: &mut Page, budget: &mut Budget) {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let (matter, body) = front_matter(&source);
    for line in matter.lines() {
        let (place, line) = property(line);
        page.push(At::new(place).parted(Break::Line), &line, budget);
    }
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS;
    let parser = Parser::new_ext(body, options);
    let mut known: Vec<Range<usize>> = Vec::new();
    let mut beside: Vec<(Place, String)> = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        beside.push((Place::Attribute, address(&definition.dest)));
        beside.extend(definition.title.as_ref().map(|title| (Place::Comment, title.to_string())));
        known.push(definition.span.clone());
    }
    // The definitions come in no order.
    beside.sort();
    let events: Vec<Event<'_>> = parser
        .into_offset_iter()
        .map(|(event, range)| {
            match &event {
                Event::Start(Tag::Link { .. } | Tag::Image { .. }) => known.push(range),
                Event::Start(_) | Event::End(_) => {}
                _ => known.push(range),
            }
            // A line of the source is a line: notes are written that way, and many sites show them so.
            if matches!(event, Event::SoftBreak) { Event::HardBreak } else { event }
        })
        .collect();
    let mut rendered = String::with_capacity(body.len() + body.len() / 2);
    html::push_html(&mut rendered, events.into_iter());
    page.read(&rendered, budget);
    for (place, text) in beside {
        page.push(At::new(place).parted(Break::Part), &text, budget);
    }
    for stretch in unknown(body, known) {
        page.push(At::new(Place::Hidden).parted(Break::Part), stretch, budget);
    }
}

/// The lines between `---` or `+++` at the start, and the rest.
fn front_matter(source: &str) -> (&str, &str) {
    let source = source.trim_start_matches('\u{feff}');
    let Some(fence) = ["---\n", "+++\n"].into_iter().find(|fence| source.starts_with(fence)) else {
        return ("", source);
    };
    let mut at = fence.len();
    for line in source.get(at..).unwrap_or_default().split_inclusive('\n') {
        if line.trim_end() == fence.trim_end() || line.trim_end() == "..." && fence.starts_with('-') {
            let matter = source.get(fence.len()..at).unwrap_or_default();
            return (matter, source.get(at + line.len()..).unwrap_or_default());
        }
        at += line.len();
    }
    ("", source)
}

/// A line of front matter as `key: value`, without the quotation marks of YAML or TOML, which would
/// make a mark look quoted.
fn property(line: &str) -> (Place, String) {
    let line = line.trim();
    if let Some(comment) = line.strip_prefix('#') {
        return (Place::Comment, comment.trim().to_owned());
    }
    let bare = |value: &str| {
        let value = value.trim().trim_end_matches(',');
        let inside = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
        inside('"').or(inside('\'')).unwrap_or(value).to_owned()
    };
    let item = line.strip_prefix("- ").unwrap_or(line);
    let text = match item.split_once(": ").or(item.split_once(" = ")) {
        Some((key, value)) => format!("{}: {}", key.trim(), bare(value)),
        None => bare(item),
    };
    (Place::Property, text)
}

/// The stretches of `source` outside the `known` ranges that hold words, and not only markers.
fn unknown(source: &str, mut known: Vec<Range<usize>>) -> Vec<&str> {
    known.sort_by_key(|range| range.start);
    let mut found = Vec::new();
    let mut at = 0;
    let end = source.len();
    for range in known.into_iter().chain(std::iter::once(end..end)) {
        let stretch = source.get(at..range.start).unwrap_or_default();
        // Line by line, without the markers around.
        let words =
            stretch.split('\n').map(|line| line.trim_matches(|c: char| !c.is_alphanumeric() && c != '★'));
        found.extend(words.filter(|words| !words.is_ascii() || words.len() > 3));
        at = at.max(range.end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn pieces(source: &str) -> Vec<String> {
        let read = extract(source.as_bytes(), &mut Budget::new(&Limits::default()));
        assert_eq!(read.gaps, []);
        let piece = |s: &crate::text::Segment| {
            format!("{} {}", s.at.place.as_str(), read.text.as_str().get(s.range.clone()).unwrap())
        };
        read.text.segments().iter().map(piece).collect()
    }

    #[test]
    fn emphasis_is_no_star() {
        assert_eq!(pieces("绝**密**和**秘密**，秘密*10年\n第二行"), ["body 绝密和秘密，秘密*10年\n第二行"]);
    }

    #[test]
    fn blocks_lose_their_markers() {
        let read =
            pieces("# 标题\n\n> 引用\n\n- 甲\n- 乙\n\n1. 丙\n\n```sh\n# 代码\n```\n\n|列|\n|--|\n|格|\n");
        let expected = [
            "body 标题",
            "body 引用",
            "body 甲",
            "body 乙",
            "body 丙",
            "body # 代码",
            "table 列",
            "table 格",
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn front_matter() {
        assert_eq!(
            pieces("---\ntitle: \"机密★20年\"\n# 注\ntags:\n  - 'a b'\n---\n正文"),
            ["property title: 机密★20年", "comment 注", "property tags:", "property a b", "body 正文"]
        );
        assert_eq!(pieces("+++\r\ntitle = \"题\"\r\n+++\r\n正文"), ["property title: 题", "body 正文"]);
        assert_eq!(pieces("---\n正文"), ["body 正文"]);
    }

    #[test]
    fn html_inside_and_what_is_not_rendered() {
        assert_eq!(
            pieces("正<span hidden>藏</span>文\n\n<!-- 评\n论 -->"),
            ["body 正文", "hidden 正藏文", "comment 评\n论"]
        );
        assert_eq!(
            pieces("![替](a.png \"题\") [链](/%E6%9C%BA)"),
            ["body 链", "attribute a.png", "alt-text 替", "attribute 题", "attribute /机"]
        );
        assert_eq!(
            pieces("文\n\n[a]: /b \"隐藏\"\n[a]: /c \"又一个\""),
            ["body 文", "comment 隐藏", "attribute /b", "hidden a]: /c \"又一个"]
        );
        assert_eq!(pieces("|甲|\n|--|\n|乙|多余|"), ["table 甲", "table 乙", "hidden 多余"]);
    }
}
