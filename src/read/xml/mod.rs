//! XML as a flat run of events, for readers that must survive any of it.
//!
//! Names are local names: producers choose prefixes as they like. Nothing is expanded but the five
//! predefined entities and character references. Damage and excess do not stop the reading, they
//! are remembered: ask [`Xml::gap`] at the end.

mod attribute;

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event as Raw};

use self::attribute::Attributes;
use crate::limits::{Gap, GapKind, XML_TEXT_BYTES};

/// Open elements that are told apart; what is nested deeper arrives as [`Event::Aside`].
pub(crate) const MAX_DEPTH: usize = 10_000;

/// Reads events out of a string; borrows from it.
pub(crate) struct Xml<'a> {
    source: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
    too_deep: bool,
    damaged: Option<&'static str>,
    /// Bytes of text that may still be told.
    left: usize,
    too_long: bool,
    /// Set by elements whose attributes were asked for and break off.
    broken: Rc<Cell<bool>>,
    finished: bool,
}

/// What comes next. Every start has its end, unless the input breaks off.
pub(crate) enum Event<'a> {
    /// `<a b="c">`, or the first half of `<a/>`.
    Start(Element<'a>),
    /// `</a>`, or the second half of `<a/>`.
    End,
    /// Character data, unescaped. One text may come as several events.
    Text(Cow<'a, str>),
    /// What is not content but may be read by whoever opens the file: comments, processing
    /// instructions, document type declarations, what is nested too deep, an unclosed rest.
    Aside(Cow<'a, str>),
}

/// A start tag.
pub(crate) struct Element<'a> {
    tag: BytesStart<'a>,
    broken: Rc<Cell<bool>>,
}

impl<'a> Xml<'a> {
    /// Starts at the beginning of `source`.
    pub(crate) fn new(source: &'a str) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_unmatched_ends = true;
        let broken = Rc::default();
        Self {
            source,
            reader,
            depth: 0,
            too_deep: false,
            damaged: None,
            broken,
            finished: false,
            left: XML_TEXT_BYTES,
            too_long: false,
        }
    }

    /// Byte offset in the source behind the last event.
    pub(crate) fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next event; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Event<'a>> {
        while !self.finished {
            let before = self.offset();
            match self.reader.read_event() {
                Ok(Raw::Start(start)) => {
                    self.depth += 1;
                    if has_unknown_entity(&start) {
                        self.damaged = Some("unknown entity");
                    }
                    if self.depth <= MAX_DEPTH {
                        let broken = Rc::clone(&self.broken);
                        return Some(Event::Start(Element { tag: start, broken }));
                    }
                    self.too_deep = true;
                }
                Ok(Raw::End(_)) => {
                    if self.depth == 0 {
                        self.damaged = Some("end tag without start tag");
                    } else if self.close() {
                        return Some(Event::End);
                    }
                }
                Ok(Raw::Text(text)) => return Some(self.text(text.into_inner())),
                Ok(Raw::CData(text)) => return Some(self.text(text.into_inner())),
                Ok(Raw::GeneralRef(reference)) => {
                    let text = self.resolve(&reference);
                    return Some(self.text(text));
                }
                Ok(Raw::Comment(text) | Raw::DocType(text)) => return Some(Event::Aside(text.into_inner())),
                Ok(Raw::PI(text)) => return Some(Event::Aside(text.into_inner())),
                Ok(Raw::Decl(_) | Raw::Empty(_)) => {}
                Ok(Raw::Eof) => {
                    self.finished = true;
                    if self.depth > 0 {
                        self.damaged = Some("ends early");
                    }
                }
                Err(quick_xml::Error::IllFormed(_)) if self.offset() > before => {
                    self.damaged = Some("tags do not match");
                    if self.close() {
                        return Some(Event::End);
                    }
                }
                Err(_) => {
                    self.finished = true;
                    self.damaged = Some("broken tag");
                    return Some(Event::Aside(self.source.get(before..).unwrap_or_default().into()));
                }
            }
        }
        None
    }

    /// What could not be read as it was meant.
    pub(crate) fn gap(&self, part: &str) -> Option<Gap> {
        if self.too_deep {
            let detail = format!("{part}: more than {MAX_DEPTH} nested elements");
            return Some(Gap::new(GapKind::Limit, detail));
        }
        if self.too_long {
            let detail = format!("{part}: more than {XML_TEXT_BYTES} bytes of text");
            return Some(Gap::new(GapKind::Limit, detail));
        }
        let broken = self.broken.get().then_some("broken attribute");
        self.damaged.or(broken).map(|what| Gap::new(GapKind::Damaged, format!("{part}: {what}")))
    }

    /// Leaves an element; whether its start was told.
    fn close(&mut self) -> bool {
        let told = (1..=MAX_DEPTH).contains(&self.depth);
        self.depth = self.depth.saturating_sub(1);
        told
    }

    fn text(&mut self, text: Cow<'a, str>) -> Event<'a> {
        let fits = text.floor_char_boundary(self.left);
        self.left -= fits;
        self.too_long |= fits < text.len();
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..fits).unwrap_or_default()),
            Cow::Owned(mut text) => {
                text.truncate(fits);
                Cow::Owned(text)
            }
        };
        if self.depth > MAX_DEPTH { Event::Aside(text) } else { Event::Text(text) }
    }

    fn resolve(&mut self, reference: &BytesRef<'a>) -> Cow<'a, str> {
        match character(reference) {
            Some(character) => character.to_string().into(),
            None => {
                self.damaged = Some("unknown entity");
                format!("&{};", &**reference).into()
            }
        }
    }
}

impl Element<'_> {
    /// Name without its prefix.
    pub(crate) fn local(&self) -> &str {
        local(self.tag.name().0)
    }

    /// Everything between the name and the closing bracket, as written.
    pub(crate) fn raw_attributes(&self) -> &str {
        self.tag.attributes_raw()
    }

    /// Local names and unescaped values, in order. Ends at the first broken attribute, which
    /// [`Xml::gap`] tells.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let attributes = Attributes::new(self.tag.attributes_raw());
        attributes
            .map_while(|attribute| attribute.inspect_err(|_| self.broken.set(true)).ok())
            .map(|(key, value)| (local(key), unescape(value)))
    }

    /// The value of the first attribute with this local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let attributes = Attributes::new(self.tag.attributes_raw());
        let mut sound =
            attributes.map_while(|attribute| attribute.inspect_err(|_| self.broken.set(true)).ok());
        sound.find(|(key, _)| local(key) == name).map(|(_, value)| unescape(value))
    }
}

fn local(name: &str) -> &str {
    // Names are a few bytes long: not worth a searcher.
    let colon = name.bytes().position(|byte| byte == b':');
    colon.and_then(|at| name.get(at + 1..)).unwrap_or(name)
}

/// Whether bytes may begin like XML in any encoding: what does not need not be decoded to tell.
pub(crate) fn may_begin(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'<', ..])
        || head.trim_ascii_start().starts_with(b"<")
}

/// Whether a piece of XML is nothing but tags in ASCII: no text, no comment, no reference. A sign that ends
/// a tag within a value makes the answer no.
pub(crate) fn is_bare(source: &str) -> bool {
    source.is_ascii() && has_only(source, |_| true)
}

/// The same, where `is_silent` says of each tag whether it says nothing.
pub(crate) fn has_only(source: &str, is_silent: impl Fn(&str) -> bool) -> bool {
    let bytes = source.as_bytes();
    let declaration = source.starts_with("<?xml ").then(|| source.find("?>")).flatten();
    let behind_declaration = declaration.map_or(0, |end| end + 2);
    let mut text = 0;
    memchr::memchr(b'&', bytes).is_none()
        && bytes.get(behind_declaration..).is_none_or(|rest| memchr::memmem::find(rest, b"<?").is_none())
        && memchr::memmem::find(bytes, b"<!").is_none()
        && memchr::memchr_iter(b'<', bytes).all(|start| {
            let between = bytes.get(text..start).unwrap_or_default();
            let end = memchr::memchr(b'>', bytes.get(start..).unwrap_or_default());
            text = end.map_or(bytes.len(), |end| start + end + 1);
            end.is_some()
                && between.iter().all(u8::is_ascii_whitespace)
                && source.get(start..text).is_some_and(&is_silent)
        })
        && bytes.get(text..).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
}

/// The text of a part: by byte order mark, by the look of its first bytes, by its declaration, else
/// UTF-8. The flag is set where bytes were not characters.
pub(crate) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    let encoding = match bytes {
        [0xff, 0xfe, ..] | [b'<', 0, ..] => encoding_rs::UTF_16LE,
        [0xfe, 0xff, ..] | [0, b'<', ..] => encoding_rs::UTF_16BE,
        [0xef, 0xbb, 0xbf, ..] => encoding_rs::UTF_8,
        _ => declared(bytes).unwrap_or(encoding_rs::UTF_8),
    };
    // What breaks off within a character, as at a limit, is not copied for that.
    if encoding == encoding_rs::UTF_8
        && let Some(whole) = bytes.get(..whole_characters(bytes)).filter(|whole| whole.len() < bytes.len())
    {
        return (encoding.decode(whole).0, true);
    }
    // What is UTF-8 throughout is so whatever it says of itself.
    if encoding != encoding_rs::UTF_8
        && encoding.is_ascii_compatible()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return (text.into(), false);
    }
    let (text, _, damaged) = encoding.decode(bytes);
    if damaged && encoding.is_ascii_compatible() {
        let found = super::encoding::decode(bytes);
        if !found.guessed {
            let damaged = found.best.gap().is_some();
            return (found.best.text.into(), damaged);
        }
    }
    (text, damaged)
}

/// Where the last whole character of UTF-8 ends, as far as the last four bytes tell.
fn whole_characters(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    let tail = bytes.get(from..).unwrap_or_default();
    let lead = tail.iter().rposition(|byte| *byte >= 0xc0);
    match lead.and_then(|at| Some((at, std::str::from_utf8(tail.get(at..)?).err()?))) {
        Some((at, error)) if error.error_len().is_none() => from + at,
        _ => bytes.len(),
    }
}

fn declared(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let rest = bytes.strip_prefix(b"<?xml")?;
    let end = rest.iter().take(200).position(|&byte| byte == b'>')?;
    let declaration = std::str::from_utf8(rest.get(..end)?).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let label = value.split(['"', '\'']).nth(1)?;
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    // A declaration that could be read can't be in UTF-16.
    Some(encoding).filter(|e| *e != encoding_rs::UTF_16LE && *e != encoding_rs::UTF_16BE)
}

/// Whether an attribute of this tag is written with an entity that the file may declare itself. Names of
/// namespaces are no text; drawing programs shorten them so.
fn has_unknown_entity(tag: &BytesStart<'_>) -> bool {
    let refers = |value: &str| {
        value.match_indices('&').any(|(at, _)| {
            let behind = value.get(at + 1..).unwrap_or_default();
            let end = behind.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')));
            let name = behind.get(..end.unwrap_or(behind.len())).unwrap_or_default();
            let closes = behind.get(name.len()..).is_some_and(|rest| rest.starts_with(';'));
            closes && !name.is_empty() && character(name).is_none()
        })
    };
    memchr::memchr(b'&', tag.attributes_raw().as_bytes()).is_some()
        && tag
            .html_attributes()
            .with_checks(false)
            .flatten()
            .any(|attribute| !attribute.key.0.starts_with("xmlns") && refers(&attribute.value))
}

/// Resolves the predefined entities and character references; others stay as they are.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return text.into() };
    let (head, mut rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len());
    out.push_str(head);
    while let Some(behind) = rest.strip_prefix('&') {
        let resolved = behind
            .bytes()
            .take(12)
            .position(|byte| byte == b';')
            .and_then(|end| Some((behind.get(..end)?, behind.get(end + 1..)?)))
            .and_then(|(name, rest)| Some((character(name)?, rest)));
        rest = match resolved {
            Some((character, rest)) => {
                out.push(character);
                rest
            }
            None => {
                out.push('&');
                behind
            }
        };
        let next = rest.find('&').unwrap_or(rest.len());
        let (plain, tail) = rest.split_at(next);
        out.push_str(plain);
        rest = tail;
    }
    out.into()
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(source: &str) -> (String, Option<GapKind>) {
        let mut xml = Xml::new(source);
        let mut out = String::new();
        while let Some(event) = xml.next() {
            match event {
                Event::Start(element) => {
                    out.push_str(&format!("<{}", element.local()));
                    for (key, value) in element.attributes() {
                        out.push_str(&format!(" {key}={value}"));
                    }
                    out.push('>');
                }
                Event::End => out.push_str("</>"),
                Event::Text(text) => out.push_str(&text),
                Event::Aside(text) => out.push_str(&format!("[{text}]")),
            }
        }
        (out, xml.gap("x").map(|gap| gap.kind))
    }

    #[test]
    fn events_carry_local_names_and_plain_characters() {
        let source =
            "<?xml version='1.0'?><w:a x:b='1 &lt; &#x673a;'><c/>&#23494;&amp;<![CDATA[<]]><!--d--></w:a>";
        assert_eq!(flat(source), ("<a b=1 < 机><c></>密&<[d]</>".to_owned(), None));
    }

    #[test]
    fn damage_is_remembered_and_survived() {
        assert_eq!(flat("<a><b>x</c>y</a>"), ("<a><b>x</>y</>".to_owned(), Some(GapKind::Damaged)));
        assert_eq!(flat("<a>x"), ("<a>x".to_owned(), Some(GapKind::Damaged)));
        assert_eq!(flat("<a>x<b y='机密"), ("<a>x[<b y='机密]".to_owned(), Some(GapKind::Damaged)));
        assert_eq!(flat("<a>&bomb;</a>"), ("<a>&bomb;</>".to_owned(), Some(GapKind::Damaged)));
        assert_eq!(flat("<a b='&bomb;'/>"), ("<a b=&bomb;></>".to_owned(), Some(GapKind::Damaged)));
        // Whatever stands behind a sign of equality is a value; there has to be one.
        for odd in
            ["<a b='1' c= d='机密'/>", "<a b='1' =c= d='机密'/>", "<a b='1'd='机密'/>", "<a 'x' d='机密'/>"]
        {
            assert!(flat(odd).0.contains("机密"), "{odd}: {:?}", flat(odd));
        }
        assert_eq!(flat("<a b='1' c= />"), ("<a b=1></>".to_owned(), Some(GapKind::Damaged)));
        for whole in ["<a xmlns:x='&x;'/>", "<a b='&#x673a;&lt;'/>", "<a b='?c&d'/>", "<a b='?c&d=e;'/>"] {
            assert_eq!(flat(whole).1, None, "{whole}");
        }
        assert_eq!(flat("</a>x"), ("x".to_owned(), Some(GapKind::Damaged)));
    }

    #[test]
    fn depth_is_bounded_but_its_text_is_told() {
        let source = format!("{}x{}y", "<a>".repeat(300_000), "</a>".repeat(300_000));
        let (out, gap) = flat(&source);
        assert!(out.contains("[x]") && out.ends_with("</>y"));
        assert_eq!(out.matches("<a>").count(), MAX_DEPTH);
        assert_eq!(out.matches("</>").count(), MAX_DEPTH);
        assert_eq!(gap, Some(GapKind::Limit));
    }

    #[test]
    fn encodings_are_recognised() {
        let utf16: Vec<u8> = "<a>机密</a>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&utf16), ("<a>机密</a>".into(), false));
        let cut = "<a>机密".as_bytes();
        assert_eq!(decode(&cut[..cut.len() - 1]), ("<a>机".into(), true));
        assert_eq!(decode(&cut[..cut.len() - 2]), ("<a>机".into(), true));
        assert_eq!(decode(cut), ("<a>机密".into(), false));
        assert_eq!(decode("\u{1f600}".as_bytes()).0, "\u{1f600}");
        assert_eq!(decode(&"\u{1f600}".as_bytes()[..3]), ("".into(), true));
        assert_eq!(decode(b"\xf0a"), ("\u{fffd}a".into(), true));
        assert_eq!(decode(b"<a>\xff</a>"), ("<a>\u{fffd}</a>".into(), true));
        let gbk = b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>\xbb\xfa\xc3\xdc</a>";
        assert!(decode(gbk).0.ends_with("<a>机密</a>"));
        assert_eq!(decode(b"<a>\xbb\xfa</a>"), ("<a>机</a>".into(), false), "GBK that does not say so");
    }

    #[test]
    fn encodings_other_than_declared() {
        let source = "<?xml version=\"1.0\" encoding=\"GB18030\"?><公文 密级=\"秘密★10年\"/>";
        assert_eq!(decode(source.as_bytes()), (source.into(), false), "it is UTF-8");
        let undeclared = "<公文 密级=\"秘密★10年\">关于海洋观测浮标资料共享范围的意见</公文>".repeat(3);
        let (bytes, _, _) = encoding_rs::GB18030.encode(&undeclared);
        assert_eq!(decode(&bytes), (undeclared.as_str().into(), false));
        assert!(decode("<a>\u{e9}</a>".as_bytes()).0.contains('\u{e9}'));
    }

    #[test]
    fn entities_in_attributes() {
        assert_eq!(unescape("a&amp;b&#26426;&x;&&lt;"), "a&b机&x;&<");
    }

    #[test]
    fn tags_alone_say_nothing() {
        for bare in ["", "<a/>", "<?xml version=\"1.0\"?>\r\n<a b=\"c\">\n <d/>\n</a>\n"] {
            assert!(is_bare(bare), "{bare}");
        }
        for other in [
            "x",
            "<a>x</a>",
            "<a/>x",
            "<a b=\"值\"/>",
            "<a b=\"&lt;\"/>",
            "<a><!-- --></a>",
            "<a><?b?></a>",
            "<a b=\">x\"/>",
            "<a",
        ] {
            assert!(!is_bare(other), "{other}");
        }
    }

    #[test]
    fn heads_of_xml_are_told_from_others() {
        for head in [&b"<a"[..], b"\xef\xbb\xbf <a", b"\n<a", b"\xff\xfe<\0", b"<\0a\0", b"\0<\0a"] {
            assert!(may_begin(head), "{head:?}");
        }
        for head in [&b""[..], b"\x89PNG", b"PK\x03\x04", b"a<"] {
            assert!(!may_begin(head), "{head:?}");
        }
    }
}
