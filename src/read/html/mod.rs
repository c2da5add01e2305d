//! HTML as text with places, for every format that has HTML inside (pages, Markdown, mail).
//!
//! The characters go through `html5ever`'s tokenizer: script, comment and character reference rules
//! are those of a browser, so nothing is shown to a reader that was markup to us or the reverse. Its
//! tree builder is left out: 300,000 open elements are a short list here, and a page is read in one
//! pass. What a tree would add, elements that close others, matters for text in a few cases only
//! ([`reader`] knows them).
//!
//! Two things the tokenizer does are not for us, and are mended here. A tag that is still open at
//! the end of the file is thrown away, with all the text that an unclosed quotation mark made part
//! of it: it is read as it stands. And attributes are compared with each other, which in a tag of
//! 300,000 takes minutes: reading ends there, and the rest is taken as it stands.

mod attribute;
mod reader;

pub use attribute::address;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};

use crate::document::Inner;
use crate::limits::{Budget, Gap, GapKind};
use crate::text::{Align, At, Break, Place, Text, Zone};
use reader::{Piece, Reader};

/// Attributes of one tag that are read.
const ATTRIBUTES: usize = 1_000;
/// Bytes of a tag from which on its attributes are counted: fewer can't hold so many.
const COUNTED_TAG_BYTES: usize = 2 << 10;
/// Blocks with text that count as the top of the page.
const HEAD_BLOCKS: usize = 8;
/// Blocks with text that count as its foot.
const FOOT_BLOCKS: usize = 3;

/// What was read from HTML.
#[derive(Debug, Default)]
pub struct Page {
    /// The text with its places, behind whatever stood there before.
    pub text: Text,
    /// Documents in `data:` URIs and `srcdoc` attributes.
    pub inner: Vec<Inner>,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

impl Page {
    /// Appends what `html` says.
    pub fn read(&mut self, html: &str, budget: &mut Budget) {
        let mut read = tokenize(html, false);
        set_zones(&mut read.pieces);
        self.gaps.append(&mut read.gaps);
        self.keep_inner(read.inner, budget);
        for piece in read.pieces {
            self.push(piece.at, &piece.text, budget);
        }
    }

    /// Appends a piece of text, as far as the budget goes.
    pub fn push(&mut self, at: At, piece: &str, budget: &mut Budget) {
        match budget.text.checked_sub(piece.len()) {
            Some(left) => {
                budget.text = left;
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
}

/// Reads `html`; `nested` is markup inside a comment or script, which is not searched for more of
/// its kind.
fn tokenize(html: &str, nested: bool) -> Read {
    let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
    let tokenizer = Tokenizer::new(Reader::new(html, nested), options);
    let queue = BufferQueue::default();
    let mut scan = TagScan::default();
    let mut start = 0;
    let mut refused = false;
    // Every construct of markup starts with `<`; fed from one to the next, an unfinished one can be
    // told from the text before it.
    while start < html.len() && !refused {
        let rest = html.get(start..).unwrap_or_default();
        let end = rest.get(1..).and_then(|r| r.find('<')).map_or(html.len(), |at| start + 1 + at);
        let open_since = tokenizer.sink.begin_chunk(start, end);
        refused = end - open_since > COUNTED_TAG_BYTES && scan.attributes(html, open_since, end) > ATTRIBUTES;
        if !refused {
            queue.push_back(StrTendril::from_slice(html.get(start..end).unwrap_or_default()));
            let _ = tokenizer.feed(&queue);
            start = end;
        }
    }
    let unfinished = match refused {
        true => tokenizer.sink.open_since(),
        false => {
            tokenizer.end();
            tokenizer.sink.open_since()
        }
    };
    let mut read = tokenizer.sink.finish();
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

/// Counts the attributes of a tag that is fed in parts, by the tokenizer's own rules.
#[derive(Debug, Default)]
struct TagScan {
    start: usize,
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
        if self.start != start || self.at < start {
            let tag = html.get(start..).unwrap_or_default();
            let name = tag.strip_prefix("</").or(tag.strip_prefix('<'));
            let is_tag = name.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()));
            let state = if is_tag { TagState::Name } else { TagState::Over };
            *self = Self { start, at: start + 2, state, attributes: 0 };
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
