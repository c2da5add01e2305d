//! What all pages of a document share: the budget, the gaps, fonts and forms that come back, and
//! which streams were read, so that the rest can be told.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use hayro_syntax::object::{Dict, ObjRef, Object, Stream};

use super::filter::{Trouble, decode, deflated, is_deflated};
use super::font::Font;
use super::gaps::Gaps;
use super::inflate::keep;
use super::lexer::Token;
use crate::limits::{Budget, GapKind, Limits};
use crate::read::layout::Sheet;

/// Bytes of decoded forms that are kept, since headers and letterheads come back on every page.
const FORM_CACHE_BYTES: usize = 16 << 20;

/// Operators of a document, and what takes as long as so many.
const OPERATORS: u64 = 20_000_000;
/// Operators that reading a font counts as, beside the items of its arrays.
const FONT_OPERATORS: u64 = 500;
/// Bytes of a text that is named again and again which take as long as an operator.
const BYTES_PER_OPERATOR: usize = 4;
/// Bytes of objects and of content that are parsed in the time of an operator.
const PARSED_BYTES_PER_OPERATOR: usize = 16;
/// Fonts that are remembered at once.
const FONTS: usize = 2_000;

/// What all pages of a document share.
pub(super) struct Shared<'b> {
    pub(super) budget: &'b mut Budget,
    pub(super) gaps: Gaps,
    /// Layers that are off when the document is opened.
    pub(super) layers_off: HashSet<ObjRef>,
    /// Forms that paint nothing of interest.
    pub(super) empty_forms: HashSet<ObjRef>,
    /// Pictures that were painted, and whether they have no mask.
    pub(super) pictures: HashMap<ObjRef, bool>,
    /// Operators so far, and what takes as long as so many.
    pub(super) operators: u64,
    fonts: HashMap<FontKey, Rc<Font>>,
    forms: HashMap<ObjRef, Rc<Vec<u8>>>,
    forms_bytes: usize,
    /// The sheet of an earlier page: what it has room for need not be allocated again.
    pub(super) sheet: Sheet,
    /// The same for the operands of a content stream.
    pub(super) operands: Vec<Token<'static>>,
    /// The memory of the content of an earlier page.
    spare: Vec<u8>,
    /// Where the file begins in memory, and how long it is.
    base: usize,
    length: usize,
    /// Where in the file the dictionaries of the streams begin that were read.
    read: HashSet<usize>,
    /// Streams that were read as the content of a page.
    pub(super) contents: HashSet<ObjRef>,
    /// Where in the file dictionaries and streams that were looked at begin and end.
    pub(super) covered: Vec<(usize, usize)>,
}

/// A stream that may never be needed.
#[derive(Debug)]
pub(super) enum Packed {
    Plain(Vec<u8>),
    Deflated(Vec<u8>),
}

/// A font by its object, or by where its dictionary lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum FontKey {
    Object(ObjRef),
    Direct(usize),
}

impl<'b> Shared<'b> {
    pub(super) fn new(budget: &'b mut Budget, gaps: Gaps, file: &[u8]) -> Self {
        Self {
            budget,
            gaps,
            layers_off: HashSet::new(),
            empty_forms: HashSet::new(),
            pictures: HashMap::new(),
            operators: 0,
            fonts: HashMap::new(),
            forms: HashMap::new(),
            forms_bytes: 0,
            sheet: Sheet::with_room(),
            operands: Vec::new(),
            spare: Vec::new(),
            base: file.as_ptr().addr(),
            length: file.len(),
            read: HashSet::new(),
            contents: HashSet::new(),
            covered: Vec::new(),
        }
    }

    /// Turns to another view of the same file, in which object numbers mean other objects.
    pub(super) fn turn_to(&mut self, file: &[u8]) {
        (self.base, self.length) = (file.as_ptr().addr(), file.len());
        self.contents.clear();
        self.layers_off.clear();
        self.empty_forms.clear();
        self.pictures.clear();
        self.fonts.clear();
        self.forms.clear();
        self.forms_bytes = 0;
    }

    /// Where a stream's dictionary stands in the file.
    pub(super) fn offset(&self, stream: &Stream<'_>) -> usize {
        stream.dict().data().as_ptr().addr().wrapping_sub(self.base)
    }

    /// Says that this stretch of the file was looked at. What is not in the file itself, but in an
    /// object stream, counts nowhere.
    pub(super) fn cover(&mut self, bytes: &[u8]) {
        let start = bytes.as_ptr().addr().wrapping_sub(self.base);
        if start < self.length {
            self.covered.push((start, start.saturating_add(bytes.len())));
        }
    }

    /// Whether a stream was read, or need not be.
    pub(super) fn was_read(&self, stream: &Stream<'_>) -> bool {
        self.read.contains(&self.offset(stream))
    }

    /// The same of the stream whose dictionary lies here.
    pub(super) fn was_read_at(&self, dict: &[u8]) -> bool {
        self.read.contains(&dict.as_ptr().addr().wrapping_sub(self.base))
    }

    /// Says that a stream need not be read.
    pub(super) fn skip(&mut self, stream: &Stream<'_>) {
        self.read.insert(self.offset(stream));
    }

    /// The data of a stream; `what` names it where there is a gap.
    pub(super) fn data<'a>(&mut self, stream: &Stream<'a>, what: &str) -> Cow<'a, [u8]> {
        self.skip(stream);
        let decoded = decode(stream, self.budget);
        self.gaps.stream(&decoded, what);
        decoded.bytes
    }

    /// The data of a stream of page content, in memory that [`Shared::reuse`] was given.
    pub(super) fn content<'a>(&mut self, stream: &Stream<'a>) -> Cow<'a, [u8]> {
        const WHAT: &str = "page content";
        let raw = if is_deflated(stream.dict()) { stream.raw_data() } else { Cow::default() };
        if raw.is_empty() {
            return self.data(stream, WHAT);
        }
        self.skip(stream);
        let decoded = deflated(&raw, self.budget, std::mem::take(&mut self.spare));
        self.gaps.stream(&decoded, WHAT);
        decoded.bytes
    }

    /// Takes back the memory of content that is done with.
    pub(super) fn reuse(&mut self, content: Cow<'_, [u8]>) {
        if let Cow::Owned(content) = content {
            keep(&mut self.spare, content);
        }
    }

    /// The first `length` bytes of a stream of whose rest nothing is needed.
    pub(super) fn head(&mut self, stream: &Stream<'_>, length: u64, what: &str) -> Vec<u8> {
        self.skip(stream);
        let limits = Limits { inflated: length.min(self.budget.inflated), ..Limits::default() };
        let decoded = decode(stream, &mut Budget::new(&limits));
        if !matches!(decoded.trouble, Some(Trouble::Limit(_))) {
            self.gaps.stream(&decoded, what);
        }
        self.budget.spend_inflated(decoded.bytes.len() as u64);
        decoded.bytes.into_owned()
    }

    /// Keeps a stream to decode it later, or never.
    pub(super) fn pack(&mut self, stream: &Stream<'_>) -> Packed {
        if is_deflated(stream.dict()) {
            self.skip(stream);
            Packed::Deflated(stream.raw_data().into_owned())
        } else {
            Packed::Plain(self.data(stream, "font").into_owned())
        }
    }

    /// The data of a stream that was kept.
    pub(super) fn unpack<'p>(&mut self, packed: &'p Packed, what: &str) -> Cow<'p, [u8]> {
        match packed {
            Packed::Plain(data) => Cow::Borrowed(data),
            Packed::Deflated(data) => {
                let decoded = deflated(data, self.budget, Vec::new());
                self.gaps.stream(&decoded, what);
                decoded.bytes
            }
        }
    }

    /// Counts a text that was looked at.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.operators += (bytes / BYTES_PER_OPERATOR) as u64;
    }

    /// Counts bytes that were parsed. The object library parses an object anew each time something
    /// refers to it, so that a large one that many name takes longer than the file's size tells.
    pub(super) fn parsed(&mut self, bytes: &[u8]) {
        self.operators += (bytes.len() / PARSED_BYTES_PER_OPERATOR) as u64;
    }

    /// Counts a dictionary that was parsed: its entries take longer than their bytes.
    pub(super) fn parsed_dict(&mut self, dict: &Dict<'_>) {
        self.parsed(dict.data());
        self.operators += 3 * dict.len() as u64;
    }

    /// Counts an object that was parsed.
    pub(super) fn parsed_object(&mut self, object: &Object<'_>) {
        match object {
            Object::Dict(dict) => self.parsed_dict(dict),
            Object::Array(array) => self.parsed(array.data()),
            Object::String(string) => self.parsed(string),
            Object::Stream(stream) => self.parsed_dict(stream.dict()),
            _ => {}
        }
    }

    /// Whether no operators are left, which is a gap.
    #[inline]
    pub(super) fn is_spent(&mut self) -> bool {
        let spent = self.operators > OPERATORS;
        if spent {
            self.tell_spent();
        }
        spent
    }

    #[cold]
    fn tell_spent(&mut self) {
        self.gaps.add(GapKind::Limit, format!("operators of a document: {OPERATORS}"));
    }

    /// The font of an object, if it was read before.
    pub(super) fn known_font(&self, object: ObjRef) -> Option<Rc<Font>> {
        self.fonts.get(&FontKey::Object(object)).map(Rc::clone)
    }

    /// The font of a dictionary.
    pub(super) fn font(&mut self, object: Option<ObjRef>, dict: &Dict<'_>) -> Rc<Font> {
        let key = object.map_or_else(|| FontKey::Direct(dict.data().as_ptr().addr()), FontKey::Object);
        if let Some(font) = self.fonts.get(&key) {
            let font = Rc::clone(font);
            self.parsed_dict(dict);
            return font;
        }
        self.operators += FONT_OPERATORS;
        self.parsed_dict(dict);
        let font = Rc::new(Font::load(dict, self));
        if self.fonts.len() >= FONTS {
            self.fonts.clear();
        }
        self.fonts.insert(key, Rc::clone(&font));
        font
    }

    /// The content of a form.
    pub(super) fn form(&mut self, stream: &Stream<'_>, key: Option<ObjRef>) -> Rc<Vec<u8>> {
        if let Some(data) = key.and_then(|key| self.forms.get(&key)) {
            return Rc::clone(data);
        }
        let data = Rc::new(self.data(stream, "form").into_owned());
        if let Some(key) = key
            && self.forms_bytes + data.len() <= FORM_CACHE_BYTES
        {
            self.forms_bytes += data.len();
            self.forms.insert(key, Rc::clone(&data));
        }
        data
    }
}
