//! Tokens in, pieces of text with places out.
//!
//! Open elements are a list. Text gathers in the current block until a block element begins or
//! ends; elements within a line do not break words. A block with hidden parts is read twice, once
//! as it is shown and once in full. What stands beside the text (attributes, comments, scripts)
//! waits until its block, or its table row, is complete, so that it parts no words and no cells.

mod beside;
mod control;

use std::cell::RefCell;
use std::collections::HashMap;

use beside::{Aside, AsideKind, value};
use control::Select;
use html5ever::LocalName;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::element::{is_block, is_void};
use super::sheet::Sheet;
use super::{Read, attribute};
use crate::document::Inner;
use crate::limits::{Gap, GapKind};
use crate::text::{Align, At, Break, Place};

/// Open elements above which the one that a new element closes is not looked for.
const IMPLIED_END_DEPTH: usize = 8;
/// Elements within elements that are remembered; what more of them say of their texts is not known.
const OPEN_ELEMENTS: usize = 1_000_000;

/// Bytes that a piece costs beside its text until the whole page is read.
const KEPT_PIECE_BYTES: usize = 64;

/// A piece of text as read.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) at: At,
    pub(super) text: String,
}

/// The sink of the tokenizer.
#[derive(Debug)]
pub(super) struct Reader<'a>(RefCell<State<'a>>);

impl<'a> Reader<'a> {
    pub(super) fn new(html: &'a str, nested: bool) -> Self {
        Self(RefCell::new(State {
            html,
            nested,
            sheet: Sheet::read(html),
            pending: Break::Paragraph,
            ..State::default()
        }))
    }

    /// Told before the tokenizer gets the bytes from `start` to `end`. Answers where the construct
    /// starts that these bytes go on with or begin.
    pub(super) fn begin_chunk(&self, start: usize, end: usize) -> usize {
        let mut state = self.0.borrow_mut();
        state.chunk_end = end;
        state.open_since.min(start)
    }

    /// Where the first construct starts that is not finished; the text's end when there is none.
    pub(super) fn open_since(&self) -> usize {
        self.0.borrow().open_since
    }

    /// Bytes of text kept so far, with what it costs to keep their pieces.
    pub(super) fn kept(&self) -> usize {
        self.0.borrow().kept
    }

    pub(super) fn finish(self) -> Read {
        let mut state = self.0.into_inner();
        state.close_to(0);
        state.end_select(false);
        state.flush();
        state.tables.clear();
        state.flush();
        let too_deep = || Gap::new(GapKind::Limit, format!("more than {OPEN_ELEMENTS} open elements"));
        let gaps = state.too_deep.then(too_deep).into_iter().collect();
        Read { pieces: state.pieces, inner: state.inner, gaps, full: false }
    }
}

impl TokenSink for Reader<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.0.borrow_mut();
        let started = state.open_since;
        if !matches!(token, Token::ParseError(_) | Token::EOFToken) {
            state.open_since = state.chunk_end;
        }
        match token {
            Token::CharacterTokens(text) => state.text(&text),
            Token::CommentToken(text) => state.comment(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.start(&tag, started),
            Token::TagToken(tag) => state.end(&tag),
            Token::DoctypeToken(doctype) => {
                for id in [&doctype.name, &doctype.public_id, &doctype.system_id].into_iter().flatten() {
                    if !id.is_ascii() {
                        state.aside(Place::Attribute, id);
                    }
                }
            }
            Token::NullCharacterToken | Token::ParseError(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.0.borrow().foreign()
    }
}

/// An open element, with what it hands down to the elements in it.
#[derive(Debug, Clone)]
struct Open {
    name: LocalName,
    hidden: bool,
    struck: bool,
    verbatim: bool,
    align: Option<Align>,
    foreign: bool,
}

/// How far a table has come.
#[derive(Debug, Default)]
struct Table {
    in_row: bool,
    row_has_cells: bool,
    has_rows: bool,
}

#[derive(Debug, Default)]
struct State<'a> {
    html: &'a str,
    nested: bool,
    sheet: Sheet,
    chunk_end: usize,
    open_since: usize,
    open: Vec<Open>,
    /// There were more of them than are remembered.
    too_deep: bool,
    /// How many of each element are open.
    counts: HashMap<LocalName, usize>,
    tables: Vec<Table>,
    aside: Option<Aside>,
    /// The list to choose from that is open.
    select: Option<Select>,
    /// The block as it is shown.
    visible: String,
    /// The block with its hidden parts, where it has some.
    full: Option<String>,
    /// All visible text of the block so far is struck through.
    all_struck: Option<bool>,
    align: Option<Align>,
    /// What parts the next piece from the one before.
    pending: Break,
    waiting: Vec<Piece>,
    pieces: Vec<Piece>,
    /// See [`Reader::kept`].
    kept: usize,
    inner: Vec<Inner>,
}

impl State<'_> {
    fn top(&self) -> Option<&Open> {
        self.open.last()
    }

    fn foreign(&self) -> bool {
        self.top().is_some_and(|top| top.foreign)
    }

    fn text(&mut self, text: &str) {
        self.show(text, self.top().is_some_and(|top| top.hidden));
    }

    /// Text of the block, seen or not.
    fn show(&mut self, text: &str, hidden: bool) {
        let (struck, verbatim) = self.top().map_or((false, false), |top| (top.struck, top.verbatim));
        if let Some(aside) = &mut self.aside {
            aside.text.push_str(text);
            return;
        }
        if hidden && self.full.is_none() && !text.trim().is_empty() {
            self.full = Some(self.visible.clone());
        }
        if !hidden {
            append(&mut self.visible, text, verbatim);
            if !text.trim().is_empty() {
                self.all_struck = Some(self.all_struck.unwrap_or(true) && struck);
                self.align = self.align.or(self.top().and_then(|top| top.align));
            }
        }
        if let Some(full) = &mut self.full {
            append(full, text, verbatim);
        }
    }

    /// A line end that the page shows.
    fn line_end(&mut self) {
        match &mut self.aside {
            Some(aside) => aside.text.push('\n'),
            None => {
                for block in [Some(&mut self.visible), self.full.as_mut()].into_iter().flatten() {
                    block.truncate(block.trim_end_matches(' ').len());
                    block.push('\n');
                }
            }
        }
    }

    /// Ends the current block.
    fn flush(&mut self) {
        if let Some(aside) = &mut self.aside {
            aside.text.push('\n');
            return;
        }
        // Boxes to tick stand in front of what comes next.
        let goes_on = self.full.is_none() && self.tables.is_empty() && control::is_boxes(&self.visible);
        let visible = if goes_on { String::new() } else { std::mem::take(&mut self.visible) };
        let full = self.full.take();
        let align = self.align.take();
        let struck = self.all_struck.take() == Some(true);
        let place = if self.tables.is_empty() { Place::Body } else { Place::Table };
        let shown = !visible.trim().is_empty();
        if shown {
            let at = At { parted: self.pending, align, struck, ..At::new(place) };
            self.put(at, visible);
        }
        if let Some(full) = full.filter(|full| !full.trim().is_empty()) {
            self.put(At { again: shown, ..At::new(Place::Hidden) }, full);
        }
        if !self.tables.last().is_some_and(|table| table.in_row) {
            self.pieces.append(&mut self.waiting);
        }
    }

    fn put(&mut self, at: At, text: String) {
        self.kept += text.len() + KEPT_PIECE_BYTES;
        self.pieces.push(Piece { at, text: text.trim_matches([' ', '\n']).to_owned() });
        self.pending = Break::Paragraph;
        if let Some(table) = self.tables.last_mut() {
            table.row_has_cells = true;
        }
    }

    fn start(&mut self, tag: &Tag, started: usize) -> TokenSinkResult<()> {
        let name = tag.name.as_ref();
        if !self.foreign() {
            self.implied_ends(name);
        }
        if is_block(name) {
            self.flush();
        }
        match name {
            "br" => self.line_end(),
            "table" => self.tables.push(Table::default()),
            "tr" => self.row(),
            "td" | "th" => self.cell(),
            _ => {}
        }
        self.attributes(tag, started);
        self.control(tag);
        let foreign = self.foreign() || matches!(name, "svg" | "math");
        if is_void(name) || foreign && tag.self_closing {
            return TokenSinkResult::Continue;
        }
        self.push(tag, foreign);
        if self.aside.is_none() {
            let kind = AsideKind::of(tag, foreign);
            let depth = self.open.len().saturating_sub(1);
            self.aside = kind.map(|kind| Aside { depth, kind, text: String::new() });
        }
        match name {
            _ if foreign => TokenSinkResult::Continue,
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "iframe" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => TokenSinkResult::Plaintext,
            _ => TokenSinkResult::Continue,
        }
    }

    fn push(&mut self, tag: &Tag, foreign: bool) {
        if self.open.len() >= OPEN_ELEMENTS {
            self.too_deep = true;
            return;
        }
        let name = tag.name.as_ref();
        let of = |wanted: &str| value(tag, wanted);
        let style = of("style").map(attribute::style).unwrap_or_default();
        let above = self.top();
        let hides = style.hidden
            || of("hidden").is_some()
            || self.sheet.hides(tag)
            || matches!(name, "template" | "noscript" | "noframes" | "noembed")
            || name == "dialog" && of("open").is_none();
        let align = style.align.or(of("align").and_then(attribute::align));
        let align = align.or((name == "center").then_some(Align::Centre));
        let open = Open {
            name: tag.name.clone(),
            hidden: hides || above.is_some_and(|a| a.hidden),
            struck: style.struck || matches!(name, "del" | "s" | "strike") || above.is_some_and(|a| a.struck),
            verbatim: matches!(name, "pre" | "xmp" | "plaintext" | "listing")
                || above.is_some_and(|a| a.verbatim),
            align: align.or(above.and_then(|a| a.align)),
            // Inside these two, foreign markup holds HTML again.
            foreign: foreign && !matches!(name, "foreignobject" | "foreignObject" | "annotation-xml"),
        };
        *self.counts.entry(open.name.clone()).or_default() += 1;
        self.open.push(open);
    }

    fn end(&mut self, tag: &Tag) {
        let name = tag.name.as_ref();
        // Nobody shows them, but they are in the file.
        for attribute in &tag.attrs {
            self.aside(Place::Attribute, &attribute.value);
        }
        if is_block(name) {
            self.flush();
        }
        if name == "br" {
            self.line_end();
        }
        if self.counts.get(&tag.name).is_none_or(|&count| count == 0) {
            return;
        }
        if let Some(depth) = self.open.iter().rposition(|open| open.name == tag.name) {
            self.close_to(depth);
        }
    }

    /// Closes elements until `depth` are open.
    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some(open) = self.open.pop()
        {
            if let Some(count) = self.counts.get_mut(&open.name) {
                *count = count.saturating_sub(1);
            }
            if self.aside.as_ref().is_some_and(|aside| aside.depth >= self.open.len())
                && let Some(aside) = self.aside.take()
            {
                self.close_aside(aside);
            }
            match open.name.as_ref() {
                "select" => self.end_select(open.hidden),
                "table" => {
                    self.flush();
                    self.tables.pop();
                    self.pending = Break::Paragraph;
                    self.flush();
                }
                "tr" => {
                    self.flush();
                    if let Some(table) = self.tables.last_mut() {
                        table.in_row = false;
                    }
                    self.flush();
                }
                name if is_block(name) => self.flush(),
                _ => {}
            }
        }
    }

    fn row(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            self.pending = if table.has_rows { Break::Line } else { Break::Paragraph };
            *table = Table { in_row: true, row_has_cells: false, has_rows: true };
        }
    }

    fn cell(&mut self) {
        match self.tables.last() {
            Some(table) if !table.in_row => self.row(),
            Some(table) if table.row_has_cells => self.pending = Break::Cell,
            _ => {}
        }
    }

    /// Closes what a new element closes without an end tag.
    fn implied_ends(&mut self, name: &str) {
        let (closes, within): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "option" | "optgroup" => (&["option"], &["select", "datalist"]),
            "rt" | "rp" => (&["rt", "rp"], &["ruby"]),
            "tr" | "tbody" | "thead" | "tfoot" => (&["tr"], &["table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            _ if is_block(name) => (&["p"], &["td", "th", "table", "button", "caption"]),
            _ => return,
        };
        let near = self.open.iter().enumerate().rev().take(IMPLIED_END_DEPTH);
        let mut near = near.take_while(|(_, open)| !within.contains(&open.name.as_ref()));
        if let Some((depth, _)) = near.find(|(_, open)| closes.contains(&open.name.as_ref())) {
            self.flush();
            self.close_to(depth);
        }
    }
}

/// Appends text with its white space run together, as a browser shows it.
fn append(out: &mut String, text: &str, verbatim: bool) {
    if verbatim {
        return out.push_str(text);
    }
    for c in text.chars() {
        match c {
            ' ' | '\t' | '\n' | '\r' | '\x0c' => {
                if !out.ends_with([' ', '\n']) {
                    out.push(' ');
                }
            }
            _ => out.push(c),
        }
    }
}
