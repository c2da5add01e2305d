//! HTML as text with places, for every format that has HTML inside (pages, Markdown, mail).
//!
//! The characters go through `html5ever`'s tokenizer: script, comment and character reference rules
//! are those of a browser, so nothing is shown to a reader that was markup to us or the reverse. Its
//! tree builder is left out: 300,000 open elements are a short list here, and a page is read in one
//! pass. What a tree would add, elements that close others, matters for text in a few cases only
//! (`reader` knows them).
//!
//! Two things the tokenizer does are not for us, and are mended here. A tag that is still open at
//! the end of the file is thrown away, with all the text that an unclosed quotation mark made part
//! of it: it is read as it stands. And attributes are compared with each other, which in a tag of
//! 300,000 takes minutes: reading ends there, and the rest is taken as it stands.

mod attribute;
mod element;
mod reader;
mod sheet;

pub(crate) use attribute::address;
pub(crate) use element::is_element;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use memchr::memmem;

use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind, PIECE_BYTES};
use crate::text::{Align, At, Break, Place, Text, Zone};
use reader::{Piece, Reader};

/// Attributes of one tag that are read.
const ATTRIBUTES: usize = 256;
/// Bytes of a tag from which on its attributes are counted: fewer can't hold so many.
const COUNTED_TAG_BYTES: usize = 512;
/// Blocks with text that count as the top of the page.
const HEAD_BLOCKS: usize = 8;
/// Blocks with text that count as its foot.
const FOOT_BLOCKS: usize = 3;

/// Bytes that the tokenizer gets at once, so that a long text is not copied whole.
const FED_BYTES: usize = 1 << 20;

/// What was read from HTML.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The text with its places, behind whatever stood there before.
    pub(crate) text: Text,
    /// Documents in `data:` URIs and `srcdoc` attributes.
    pub(crate) inner: Vec<Inner>,
    /// What was not read.
    pub(crate) gaps: Vec<Gap>,
}

impl Page {
    /// Appends what `html` says.
    pub(crate) fn read(&mut self, html: &str, budget: &mut Budget) {
        let mut read = tokenize(html, false, budget.text);
        set_zones(&mut read.pieces);
        self.gaps.append(&mut read.gaps);
        if read.full {
            self.limit(format!("{} bytes of text", budget.limits.text));
        }
        self.keep_inner(read.inner, budget);
        for piece in read.pieces {
            self.push(piece.at, &piece.text, budget);
        }
    }

    /// Appends a piece of text, as far as the budget goes.
    pub(crate) fn push(&mut self, at: At, piece: &str, budget: &mut Budget) {
        match budget.text.checked_sub(piece.len()) {
            Some(left) => {
                budget.text = left.saturating_sub(PIECE_BYTES);
                self.text.push(at, piece);
            }
            None => self.limit(format!("{} bytes of text", budget.limits.text)),
        }
    }

    fn keep_inner(&mut self, inner: Vec<Inner>, budget: &mut Budget) {
        for document in inner {
            let bytes = document.bytes.len() as u64;
            if bytes > budget.inflated {
                self.limit(format!("{} bytes decoded from data: URIs", budget.limits.inflated));
            } else if !budget.spend_entry() {
                self.limit(format!("{} entries", budget.limits.entries));
            } else {
                budget.spend_inflated(bytes);
                self.inner.push(document);
            }
        }
    }

    fn limit(&mut self, detail: String) {
        let gap = Gap::new(GapKind::Limit, detail);
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }
}

/// What [`tokenize`] read, in order.
#[derive(Debug, Default)]
struct Read {
    pieces: Vec<Piece>,
    inner: Vec<Inner>,
    gaps: Vec<Gap>,
    /// There was no room for more.
    full: bool,
}

/// Reads `html`; `nested` is markup inside a comment or script, which is not searched for more of
/// its kind. Reading ends where keeping the pieces takes more than `most` bytes.
fn tokenize(html: &str, nested: bool, most: usize) -> Read {
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Reader::new(html, nested), options);
    let queue = BufferQueue::default();
    let mut scan = TagScan::default();
    let mut start = 0;
    let mut refused = false;
    // Every construct of markup starts with `<`; fed from one to the next, an unfinished one can be
    // told from the text before it.
    while start < html.len() && !refused && tokenizer.sink.kept() <= most {
        let rest = html.get(start..).unwrap_or_default();
        let rest = rest.get(..rest.floor_char_boundary(FED_BYTES)).unwrap_or(rest);
        let next = rest.as_bytes().get(1..).and_then(|behind| memchr::memchr(b'<', behind));
        let end = next.map_or(start + rest.len(), |at| start + 1 + at);
        let open_since = tokenizer.sink.begin_chunk(start, end);
        refused = end - open_since > COUNTED_TAG_BYTES && scan.attributes(html, open_since, end) > ATTRIBUTES;
        if !refused {
            queue.push_back(StrTendril::from_slice(html.get(start..end).unwrap_or_default()));
            let _ = tokenizer.feed(&queue);
            start = end;
        }
    }
    if !refused {
        tokenizer.end();
    }
    // What follows a text that is too long is no unfinished tag.
    let full = tokenizer.sink.kept() > most;
    let unfinished = if full { html.len() } else { tokenizer.sink.open_since() };
    let mut read = tokenizer.sink.finish();
    read.full = full;
    if let Some(declared) = declared_entities(html).filter(|_| !nested) {
        read.pieces.push(Piece { at: At::new(Place::Hidden), text: declared.to_owned() });
        read.gaps.push(Gap::new(GapKind::Damaged, "entities that the document declares"));
    }
    let lost = html.get(unfinished..).unwrap_or_default();
    if !lost.trim().is_empty() {
        read.pieces.push(Piece { at: At::new(Place::Hidden), text: lost.to_owned() });
        read.gaps.push(match refused {
            true => Gap::new(GapKind::Limit, format!("{ATTRIBUTES} attributes of a tag")),
            false => Gap::new(GapKind::Damaged, "unfinished tag at the end"),
        });
    }
    read
}

/// The declarations in the document's head where they make entities: readers of XML put them into the
/// text, those of HTML skip all up to the first `>`.
fn declared_entities(html: &str) -> Option<&str> {
    let first = memmem::find(html.as_bytes(), b"<!ENTITY")?;
    let start = html.get(..first)?.rfind("<!DOCTYPE")?;
    html.get(start..first)?.contains('[').then_some(())?;
    let declared = html.get(start..)?;
    Some(declared.get(..declared.find("]>").unwrap_or(declared.len())).unwrap_or(declared))
}

/// Counts the attributes of a tag that is fed in parts, by the tokenizer's own rules.
#[derive(Debug, Default)]
struct TagScan {
    start: Option<usize>,
    at: usize,
    state: TagState,
    attributes: usize,
}

#[derive(Debug, Default, Clone, Copy)]
enum TagState {
    #[default]
    Name,
    BeforeAttribute,
    AttributeName,
    AfterName,
    BeforeValue,
    Quoted(u8),
    Unquoted,
    Over,
}

impl TagScan {
    /// Attributes of the tag that starts at `start`, as far as `end`; none when it is no tag.
    fn attributes(&mut self, html: &str, start: usize, end: usize) -> usize {
        if self.start != Some(start) {
            let tag = html.get(start..).unwrap_or_default();
            let name = tag.strip_prefix("</").or(tag.strip_prefix('<'));
            let is_tag = name.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()));
            let state = if is_tag { TagState::Name } else { TagState::Over };
            *self = Self { start: Some(start), at: start + 2, state, attributes: 0 };
        }
        for &byte in html.as_bytes().get(self.at..end).unwrap_or_default() {
            self.step(byte);
        }
        self.at = self.at.max(end);
        self.attributes
    }

    fn step(&mut self, byte: u8) {
        use TagState as S;
        let blank = byte.is_ascii_whitespace();
        self.state = match (self.state, byte) {
            (S::Over, _) => S::Over,
            (S::Quoted(quote), _) if byte == quote => S::BeforeAttribute,
            (S::Quoted(quote), _) => S::Quoted(quote),
            (_, b'>') => S::Over,
            (S::BeforeValue, b'"' | b'\'') => S::Quoted(byte),
            (S::BeforeValue, _) if blank => S::BeforeValue,
            (S::BeforeValue, _) => S::Unquoted,
            (S::Unquoted, _) if !blank => S::Unquoted,
            (S::Unquoted | S::Name, _) if blank => S::BeforeAttribute,
            (S::Name, b'/') => S::BeforeAttribute,
            (S::Name, _) => S::Name,
            (S::AttributeName | S::AfterName, b'=') => S::BeforeValue,
            (S::AttributeName | S::AfterName, _) if blank => S::AfterName,
            (_, b'/') => S::BeforeAttribute,
            (S::AttributeName, _) => S::AttributeName,
            (S::BeforeAttribute, _) if blank => S::BeforeAttribute,
            _ => {
                self.attributes += 1;
                S::AttributeName
            }
        };
    }
}

/// Gives the first and the last blocks of the visible text their zones. The cells of a row are one.
fn set_zones(pieces: &mut [Piece]) {
    let is_visible = |piece: &&mut Piece| piece.at.place.is_running_text() && !piece.at.again;
    let begins = |piece: &Piece| piece.at.parted > Break::Cell;
    let blocks = pieces.iter_mut().filter(is_visible).filter(|piece| begins(piece)).count();
    let foot = blocks.saturating_sub(FOOT_BLOCKS).max(HEAD_BLOCKS);
    let mut number = 0;
    for piece in pieces.iter_mut().filter(is_visible) {
        number += usize::from(begins(piece));
        piece.at.zone = match (number <= HEAD_BLOCKS, number > foot, piece.at.align) {
            (true, _, Some(Align::Right)) => Some(Zone::TopRight),
            (true, _, Some(Align::Centre)) => Some(Zone::TopCentre),
            (true, _, _) => Some(Zone::TopLeft),
            (_, true, Some(Align::Right)) => Some(Zone::FootRight),
            (_, true, Some(Align::Centre)) => Some(Zone::FootCentre),
            (_, true, _) => Some(Zone::FootLeft),
            _ => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn page(html: &str) -> Page {
        let mut page = Page::default();
        page.read(html, &mut Budget::new(&Limits::default()));
        page
    }

    /// Every piece as "place text", again-readings with a `+`.
    fn pieces(html: &str) -> Vec<String> {
        let page = page(html);
        let piece = |s: &crate::text::Segment| {
            let text = page.text.as_str().get(s.range.clone()).unwrap();
            format!("{}{} {text}", s.at.place.as_str(), if s.at.again { "+" } else { "" })
        };
        page.text.segments().iter().map(piece).collect()
    }

    #[test]
    fn elements_within_a_line_break_no_words() {
        assert_eq!(
            pieces("<p>绝<b>密</b>文&#20214;<!--x--><p>第二段<br>\n  第三行"),
            ["body 绝密文件", "comment x", "body 第二段\n第三行"]
        );
        assert_eq!(
            pieces("<ul><li>甲<li>乙</ul>丙<h1>丁</h1>"),
            ["body 甲", "body 乙", "body 丙", "body 丁"]
        );
        assert_eq!(pieces("<pre>a\n  b</pre>"), ["body a\n  b"]);
    }

    #[test]
    fn cells_of_a_row_stay_together_whatever_their_attributes() {
        let read =
            page("<table><tr><td title='说明'>密级<td><td><p>机密</p><tr><td>期限</td><td>10年</table>之后");
        assert_eq!(read.text.as_str(), "密级\t机密\n说明\n期限\t10年\n之后");
        let breaks: Vec<Break> = read.text.segments().iter().map(|s| s.at.parted).collect();
        use Break::{Cell, Line, Paragraph, Part};
        assert_eq!(breaks, [Paragraph, Cell, Part, Line, Cell, Paragraph]);
    }

    #[test]
    fn hidden_parts_are_a_second_reading() {
        assert_eq!(
            pieces("<p>可<span style='display: none'>不</span>见</p><div hidden><p>全藏</div>后"),
            ["body 可见", "hidden+ 可不见", "hidden 全藏", "body 后"]
        );
        assert_eq!(
            pieces("<template><p>模板</template><noscript>无脚本</noscript><dialog>对话</dialog>"),
            ["hidden 模板", "hidden 无脚本", "hidden 对话"]
        );
        // The unclosed hidden paragraph ends where a browser ends it.
        assert_eq!(pieces("<p hidden>藏<div>显</div>"), ["hidden 藏", "body 显"]);
    }

    #[test]
    fn places_beside_the_text() {
        let read = pieces(
            "<title>题</title><meta name=keywords content='关键 词'><body><img alt=替代 src='%E6%9C%BA.png'>\
             <a href=x.html title=提示 class=c data-a='{\"k\":\"\\u673a\"}'>链</a><input value=值 type=hidden>\
             <select><option>选项</select><textarea>文本</textarea>",
        );
        assert_eq!(
            read,
            [
                "property title: 题",
                "property keywords: 关键 词",
                "body 链",
                "alt-text 替代",
                "attribute 机.png",
                "attribute x.html",
                "attribute 提示",
                "attribute {\"k\":\"\\u673a\"}",
                "attribute+ {\"k\":\"机\"}",
                "form 值",
                "form 选项",
                "form 文本"
            ]
        );
    }

    #[test]
    fn controls_read_as_they_look() {
        assert_eq!(
            pieces("密级：<input type=radio>公开 <input type=Radio checked>机密<input type=text>"),
            ["body 密级：☐公开 ☑机密"]
        );
        assert_eq!(
            pieces("<p>密级<select><option>公开<option selected>机密<option>绝密</select>的文件"),
            ["body 密级 机密 的文件", "form 公开", "form 机密", "form 绝密"]
        );
        assert_eq!(
            pieces("<select multiple><option selected>甲<option>乙<option selected>丙</select><p>丁"),
            ["body 甲 丙", "form 甲", "form 乙", "form 丙", "body 丁"]
        );
        // Nothing chosen; a list without an end, a list within an entry, entries without a list.
        assert_eq!(pieces("<select><option>甲</option><option>乙</option></select>"), ["form 甲", "form 乙"]);
        assert_eq!(pieces("<select><option>甲<option selected>乙"), ["body 乙", "form 甲", "form 乙"]);
        assert_eq!(pieces("<select><option>甲<select><option>乙</select>"), ["form 甲乙"]);
        assert_eq!(pieces("<datalist><option>甲</datalist>"), ["form 甲"]);
        // Boxes in front of a block of its own; what is hidden; boxes without anything.
        assert_eq!(pieces("<div><input type=checkbox checked></div><div>甲</div>"), ["body ☑甲"]);
        assert_eq!(
            pieces("甲<input type=checkbox style='display:none' checked>乙"),
            ["body 甲乙", "hidden+ 甲☑乙"]
        );
        assert_eq!(
            pieces("<div hidden><select><option selected>甲</select></div>乙"),
            ["hidden 甲", "form 甲", "body 乙"]
        );
        assert_eq!(pieces("甲<p><input type=checkbox>"), ["body 甲"]);
        let many = "<div><input type=checkbox></div>".repeat(20);
        assert_eq!(page(&many).text.as_str().matches('☐').count(), 18);
    }

    #[test]
    fn comments_scripts_and_styles() {
        assert_eq!(pieces("<!-- 机<b>密</b> --><p>一"), ["comment 机<b>密</b>", "comment+ 机密", "body 一"]);
        assert_eq!(
            pieces("<!--[if IE]>旧<![endif]-->"),
            ["comment [if IE]>旧<![endif]", "comment+ [if IE]>旧\n[endif]"]
        );
        assert_eq!(pieces("<script>a='\\u673a'</script>"), ["script a='\\u673a'", "script+ a='机'"]);
        assert_eq!(
            pieces("<style>p{content:'\\673a\\5bc6'}</style>"),
            ["script p{content:'\\673a\\5bc6'}", "script+ p{content:'机密'}"]
        );
        assert_eq!(
            pieces("<script type=text/html><b>机</b>密</script>"),
            ["script <b>机</b>密", "script+ 机密"]
        );
        assert_eq!(
            pieces("<script>a='\\u673a' + \"密\";b=1+c</script>"),
            ["script a='\\u673a' + \"密\";b=1+c", "script+ a='机密\";b=1+c"]
        );
        assert_eq!(
            pieces("<p>显<span class='y x'>藏</span><p id=i>没<style>.x,#i{display:none}</style>"),
            ["body 显", "hidden+ 显藏", "hidden 没", "script .x,#i{display:none}"]
        );
        assert_eq!(pieces("<svg><![CDATA[甲<乙]]></svg>"), ["body 甲<乙"]);
    }

    #[test]
    fn struck_text_and_alignment() {
        let read = page(
            "<p><del>机密</del></p><p>保<s>留</s></p><p align=right>右</p><div style='text-align:center'><p>中",
        );
        let struck: Vec<bool> = read.text.segments().iter().map(|s| s.at.struck).collect();
        assert_eq!(struck, [true, false, false, false]);
        let zones: Vec<Option<Zone>> = read.text.segments().iter().map(|s| s.at.zone).collect();
        assert_eq!(zones, [Zone::TopLeft, Zone::TopLeft, Zone::TopRight, Zone::TopCentre].map(Some));
    }

    #[test]
    fn first_blocks_are_the_top_and_last_ones_the_foot() {
        let html: String = (1..=12).map(|n| format!("<p>{n}")).collect();
        let read = page(&html);
        let zones: Vec<Option<Zone>> = read.text.segments().iter().map(|s| s.at.zone).collect();
        assert_eq!(zones[..8], [Some(Zone::TopLeft); 8]);
        assert_eq!(zones[8..], [None, Some(Zone::FootLeft), Some(Zone::FootLeft), Some(Zone::FootLeft)]);
    }

    #[test]
    fn inner_documents() {
        let read = page("<iframe srcdoc='&lt;p>内'></iframe><img src='data:text/plain;base64,5py65a+G'>");
        let inner: Vec<(&str, &[u8])> =
            read.inner.iter().map(|i| (i.name.as_str(), i.bytes.as_slice())).collect();
        assert_eq!(inner, [("srcdoc.html", "<p>内".as_bytes()), ("data-2.txt", "机密".as_bytes())]);
        let mut small = Budget::new(&Limits { inflated: 3, ..Limits::default() });
        let mut page = Page::default();
        page.read("<img src='data:,abcd'>", &mut small);
        assert_eq!(page.gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Limit]);
    }

    #[test]
    fn nothing_is_lost_in_what_is_unfinished() {
        for html in [
            "<p>正文<a href=\"x>机密★20年<p>其余</p>",
            "<p>正文<!-- 机密★20年",
            "<p>正文<script>机密★20年",
            "<p>正文<title>机密★20年",
            "<p>正文<p title='甲' title='机密★20年'>",
            "<p>正文</p title='机密★20年'>",
            "<p>正文<![CDATA[机密★20年",
            "<p>正文<option>机密★20年",
            "<p>正文<br/>机密★20年",
        ] {
            let read = page(html);
            assert!(read.text.as_str().contains("机密★20年"), "{html}: {:?}", read.text);
            assert!(read.text.as_str().starts_with("正文"), "{html}");
        }
        assert_eq!(page("<p>正文<a href=\"x>机密").gaps.len(), 1);
        assert_eq!(page("<p>正文<b>机密 1 < 2").gaps, []);
    }

    #[test]
    fn entities_that_the_document_declares_are_told_and_are_a_gap() {
        let read = page("<!DOCTYPE html [<!ENTITY x '机密'><!ENTITY y '★20年'>]><html><p>&x;&y;</p></html>");
        assert!(read.text.as_str().contains("<!ENTITY x '机密'><!ENTITY y '★20年'>"), "{:?}", read.text);
        assert_eq!(read.gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Damaged]);
        for html in ["<!DOCTYPE html><p>&nbsp;&lt;!ENTITY", "<!DOCTYPE html><pre><!ENTITY x 'y'></pre>"] {
            assert_eq!(page(html).gaps, [], "{html}");
        }
    }

    #[test]
    fn a_tag_of_too_many_attributes_is_read_as_it_stands() {
        let attributes = |n: usize| (0..n).map(|i| format!(" a{i}='>'")).collect::<String>();
        let read = page(&format!("<p>甲<p{}>机密", attributes(ATTRIBUTES + 1)));
        assert_eq!(read.gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Limit]);
        assert!(read.text.as_str().ends_with("机密"));
        assert_eq!(page(&format!("<p>甲<p{}>机密", attributes(ATTRIBUTES))).gaps, []);
    }

    #[test]
    fn elements_without_end_are_remembered_up_to_a_limit() {
        let read = page(&format!("{}机密<!-- 内部 -->", "<a>".repeat(1_000_001)));
        assert_eq!(read.gaps.iter().map(|g| g.kind).collect::<Vec<_>>(), [GapKind::Limit]);
        assert!(read.text.as_str().starts_with("机密"));
        // A text longer than what is fed at once is whole.
        let long = "机".repeat(FED_BYTES);
        assert_eq!(page(&format!("<p>{long}</p>")).text.as_str(), long);
    }

    #[test]
    fn the_text_limit_is_a_gap() {
        let mut page = Page::default();
        page.read("<p>一二三<p>四五六", &mut Budget::new(&Limits { text: 10, ..Limits::default() }));
        assert_eq!(page.text.as_str(), "一二三");
        assert_eq!(page.gaps, [Gap::new(GapKind::Limit, "10 bytes of text")]);
    }
}
