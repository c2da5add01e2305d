//! What a stream is that no page led to: content, text, a file, or bytes that nobody can read.
//!
//! A dictionary may call anything a font or a picture, so the first bytes are looked at too. What
//! neither its use nor its content explains is handed on as a document of unknown kind.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, MaybeRef, Name, ObjRef, Object, Stream};

use super::filter::{Trouble, decode, is_deflated};
use super::inflate::inflate;
use super::lexer::{Lexer, Token};
use super::words::{is_text, paints_text, prose};
use crate::limits::{Budget, Limits};

/// Bytes that tell a file by its first ones.
const HEAD_BYTES: u64 = 1 << 10;
/// Bytes that tell nearly all fonts and pictures.
const FEW_BYTES: usize = 64;
/// Tokens that tell a content stream.
const TOKENS: usize = 40;
/// Values nested directly in one object.
const VALUES: usize = 1_000_000;
/// Bytes that are too few to be anything.
const LEAST_BYTES: usize = 16;

/// What a stream says by its dictionary and its use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of a font, a picture, a colour, a sound: no text, unless its first bytes say otherwise.
    Silent,
    /// Part of the file's structure.
    Structure,
    /// A file.
    File,
    Metadata,
    Form,
    Other,
}

/// The role that a stream's dictionary names.
pub(super) fn role(dict: &Dict<'_>) -> Role {
    let name = |key: &str| dict.get::<Name<'_>>(key);
    let (kind, subtype) = (name("Type"), name("Subtype"));
    match kind.as_deref().unwrap_or_default() {
        b"XRef" | b"ObjStm" => return Role::Structure,
        b"EmbeddedFile" => return Role::File,
        b"Metadata" => return Role::Metadata,
        b"Sound" => return Role::Silent,
        _ => {}
    }
    let silent = |key: &&str| dict.contains_key(key);
    match subtype.as_deref().unwrap_or_default() {
        b"Form" => Role::Form,
        b"Image" | b"Type1C" | b"CIDFontType0C" | b"OpenType" => Role::Silent,
        _ if is_hint(dict) => Role::Silent,
        _ if ["Length1", "FunctionType", "ShadingType", "CMapName", "Width", "BitsPerComponent"]
            .iter()
            .any(silent) =>
        {
            Role::Silent
        }
        _ => Role::Other,
    }
}

/// Whether these are the hint tables of a linearized file: one-letter keys with offsets, S among them.
fn is_hint(dict: &Dict<'_>) -> bool {
    let own = |key: &[u8]| match key {
        [letter] => letter.is_ascii_uppercase(),
        _ => matches!(key, b"Length" | b"Filter" | b"DecodeParms"),
    };
    dict.get::<i64>("S").is_some() && dict.keys().all(|key| own(&key))
}

/// Keys whose streams carry no text: parts of fonts, pictures and colours.
fn is_silent_key(key: &[u8]) -> bool {
    matches!(
        key,
        b"CIDSet"
            | b"CIDToGIDMap"
            | b"FontFile"
            | b"FontFile2"
            | b"FontFile3"
            | b"ToUnicode"
            | b"Encoding"
            | b"DestOutputProfile"
            | b"Thumb"
            | b"SMask"
            | b"Mask"
            | b"Function"
            | b"TR"
            | b"TR2"
            | b"BG"
            | b"UCR"
            | b"HT"
            | b"Shading"
            | b"JBIG2Globals"
    )
}

/// The streams that serve a font, a picture or a colour somewhere.
pub(super) fn served(pdf: &Pdf) -> HashSet<ObjRef> {
    let mut silent = HashSet::new();
    let mut ahead: Vec<Object<'_>> = Vec::new();
    for object in pdf.objects() {
        ahead.push(object);
        let mut count = 0;
        while let Some(object) = ahead.pop() {
            count += 1;
            if count > VALUES {
                break;
            }
            let dict = match &object {
                Object::Dict(dict) => dict,
                Object::Stream(stream) => stream.dict(),
                // Neither names nor dictionaries.
                Object::Array(array) if !array.data().iter().any(|byte| matches!(byte, b'/' | b'<')) => {
                    continue;
                }
                Object::Array(array) => {
                    let mut items = array.raw_iter().peekable();
                    let colour = items.peek().is_some_and(|first| {
                        matches!(first, MaybeRef::NotRef(Object::Name(name))
                            if matches!(name.as_ref(), b"Indexed" | b"ICCBased" | b"Separation" | b"DeviceN"))
                    });
                    for item in items {
                        match item {
                            MaybeRef::Ref(target) if colour => _ = silent.insert(target),
                            MaybeRef::NotRef(inner @ (Object::Dict(_) | Object::Array(_))) => {
                                ahead.push(inner);
                            }
                            _ => {}
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            for key in dict.keys() {
                match dict.get_raw::<Object<'_>>(&*key) {
                    Some(MaybeRef::Ref(target)) if is_silent_key(&key) => _ = silent.insert(target),
                    Some(MaybeRef::NotRef(inner @ (Object::Dict(_) | Object::Array(_)))) => ahead.push(inner),
                    _ => {}
                }
            }
        }
        ahead.clear();
    }
    silent
}

/// Whether the first bytes are those of a document.
pub(super) fn is_file(data: &[u8]) -> bool {
    const STARTS: [&[u8]; 11] = [
        b"%PDF-",
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"{\\rtf",
        b"7z\xbc\xaf",
        b"Rar!",
        b"\x1f\x8b\x08",
        b"BZh",
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
        b"SQLite format 3",
    ];
    STARTS.iter().any(|start| data.starts_with(start))
}

/// Whether a stream that calls itself silent is something else.
pub(super) fn is_disguised(stream: &Stream<'_>) -> bool {
    if is_deflated(stream.dict()) {
        let (few, _) = inflate(&stream.raw_data(), FEW_BYTES);
        if !is_file(&few) && (is_program(&few) || is_binary(&few)) {
            return false;
        }
    }
    let limits = Limits { inflated: HEAD_BYTES, ..Limits::default() };
    let decoded = decode(stream, &mut Budget::new(&limits));
    if decoded.trouble == Some(Trouble::Image) {
        return is_file(&stream.raw_data());
    }
    let head = decoded.bytes.as_ref();
    is_file(head) || (!is_program(head) && is_prose(head))
}

/// Whether these are the first bytes of functions, CMaps or fonts of Type 1: programs, which read like text.
fn is_program(head: &[u8]) -> bool {
    [&b"{"[..], b"%!", b"/CIDInit", b"\x80\x01"].iter().any(|start| head.starts_with(start))
}

/// Whether the first bytes of data are no text, whatever follows.
fn is_binary(head: &[u8]) -> bool {
    std::str::from_utf8(head).is_err_and(|error| error.error_len().is_some())
}

/// Whether the first bytes of data are text for certain: samples of a picture may look like letters.
fn is_prose(head: &[u8]) -> bool {
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The last character may be cut.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let words = valid.split_whitespace().count();
    valid.len() >= LEAST_BYTES && (words > 2 || !valid.is_ascii()) && prose(valid.as_bytes()).is_some()
}

/// What the data of a stream turns out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Content {
    /// Nothing that says anything: drawings, fonts, profiles.
    Nothing,
    File,
    Markup,
    /// A content stream.
    Page,
    Text(String),
    /// Bytes of an unknown kind.
    Unknown,
}

/// Tells what `data` is, for a stream of this role; `own` says that it has resources of its own.
pub(super) fn content(role: Role, data: &[u8], own: bool) -> Content {
    if role == Role::File || is_file(data) {
        Content::File
    } else if data.trim_ascii_start().first() == Some(&b'<') && (role == Role::Metadata || !own) {
        Content::Markup
    } else if role == Role::Form || paints_text(data) {
        Content::Page
    } else if let Some(words) = prose(data) {
        Content::Text(words)
    } else if role == Role::Silent || is_text(data) || is_known(data) || draws(data) {
        Content::Nothing
    } else {
        Content::Unknown
    }
}

/// Fonts, colour profiles, certificates: known kinds without text.
fn is_known(data: &[u8]) -> bool {
    const STARTS: [&[u8]; 10] = [
        b"\0\x01\0\0",
        b"true",
        b"OTTO",
        b"ttcf",
        b"\x01\0\x04",
        b"\x80\x01",
        b"\xff\xd8\xff",
        b"\0\0\0\x0cjP",
        b"\x89PNG",
        b"%!",
    ];
    let certificate = matches!(data, [0x30, 0x81..=0x84, ..]);
    data.len() < LEAST_BYTES
        || data.get(36..40) == Some(b"acsp")
        || certificate
        || STARTS.iter().any(|start| data.starts_with(start))
}

/// Whether this is a content stream that shows no text, inline pictures included.
fn draws(data: &[u8]) -> bool {
    let mut lexer = Lexer::new(data);
    let (mut operators, mut strange) = (0usize, 0usize);
    for _ in 0..TOKENS {
        match lexer.next() {
            Some(Token::Word(b"ID")) => return strange == 0,
            Some(Token::Word(word)) => {
                let plain = word
                    .iter()
                    .all(|b| b.is_ascii_alphabetic() || matches!(b, b'*' | b'\'' | b'"' | b'0' | b'1'));
                if (1..=4).contains(&word.len()) && plain { operators += 1 } else { strange += 1 }
            }
            Some(_) => {}
            None => break,
        }
        lexer.forget_strings();
    }
    operators > 0 && strange == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_what_a_stream_is() {
        let of = |data: &[u8]| content(Role::Other, data, false);
        assert_eq!(of(b"PK\x03\x04rest of an archive"), Content::File);
        assert_eq!(of(b"<xml>words</xml>"), Content::Markup);
        assert_eq!(of(b"BT /F 9 Tf (x) Tj ET"), Content::Page);
        assert_eq!(of(b"plain words"), Content::Text("plain words".to_owned()));
        assert_eq!(of(b"0 0 m 9 9 l S 1 0 0 1 5 5 cm"), Content::Nothing);
        assert_eq!(
            of(b"9 0 0 0 8 9 d1 8 0 0 9 0 0 cm BI /W 8 /H 9 ID \x01\x02\xff\xfe\x80\x00\x01 EI"),
            Content::Nothing
        );
        assert_eq!(
            of(b"\x01\x02\x03\x04\x05\x06\x07\x08\x81\x82\x83\x84\x85\x86\x87\x88\x89"),
            Content::Unknown
        );
        assert_eq!(
            content(
                Role::Silent,
                b"\x01\x02\x03\x04\x05\x06\x07\x08\x81\x82\x83\x84\x85\x86\x87\x88\x89",
                false
            ),
            Content::Nothing
        );
    }
}
