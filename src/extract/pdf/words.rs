//! Which strings and streams of a file a person may have written, and where they stand.

use hayro_syntax::object::Dict;

use super::encoding::text_string;
use super::lexer::is_regular;
use crate::text::Place;

/// Where the texts under a key stand; `None` for what no person writes.
pub(super) fn place_of(key: &[u8], dict: &Dict<'_>) -> Option<Place> {
    place_beside(key, |other| dict.contains_key(other))
}

/// The same where `has` tells which other keys there are.
fn place_beside(key: &[u8], has: impl Fn(&str) -> bool) -> Option<Place> {
    if is_unwritten(key) {
        return None;
    }
    Some(match key {
        b"Info" if has("OutputConditionIdentifier") => return None,
        b"JS" => Place::Script,
        b"URI" | b"Base" | b"F" | b"UF" | b"DOS" | b"Unix" | b"Mac" | b"Win" => Place::Attribute,
        b"Alt" | b"ActualText" | b"E" => Place::AltText,
        b"T" if has("FT") || has("Kids") => Place::Form,
        b"T" if has("Subtype") => Place::Annotation,
        b"T" => Place::AltText,
        b"TU" | b"TM" | b"V" | b"DV" | b"Opt" | b"MK" | b"CA" | b"AC" => Place::Form,
        b"Contents" | b"Subj" | b"RC" | b"RV" | b"Desc" => Place::Annotation,
        b"Title" if has("Parent") => Place::Bookmark,
        b"Names" | b"Limits" | b"Dest" | b"D" => Place::Bookmark,
        _ => Place::Property,
    })
}

/// Whether no person writes what stands under this key, wherever it is.
pub(super) fn is_unwritten(key: &[u8]) -> bool {
    matches!(
        key,
        b"ID"
            | b"Registry"
            | b"Ordering"
            | b"Panose"
            | b"CharSet"
            | b"DA"
            | b"DS"
            | b"CreationDate"
            | b"ModDate"
            | b"LastModified"
            | b"M"
            | b"NM"
            | b"Lang"
            | b"Cert"
            | b"CheckSum"
            | b"Style"
            | b"FontFamily"
            | b"OutputConditionIdentifier"
            | b"OutputCondition"
            | b"RegistryName"
            | b"IDTree"
            | b"Widths"
            | b"W"
            | b"Differences"
            | b"Rect"
    )
}

/// Whether bytes may be a text: binary data holds control characters.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    const SAMPLE_BYTES: usize = 64 << 10;
    const CONTROL_PERCENT: usize = 5;
    if matches!(bytes, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) {
        return true;
    }
    let sample = bytes.get(..bytes.len().min(SAMPLE_BYTES)).unwrap_or_default();
    let control = sample.iter().filter(|&&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b));
    control.count() * 100 <= sample.len() * CONTROL_PERCENT
}

/// The text of a stream that is text: in an encoding that proves itself, and made of words, not of
/// drawing operators.
pub(super) fn prose(data: &[u8]) -> Option<String> {
    const OPERATOR_LETTERS: usize = 3;
    if !is_text(data) || contains(data, b"begincmap") {
        return None;
    }
    let words = text_string(data);
    let certain = matches!(data, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) || std::str::from_utf8(data).is_ok();
    if !words.is_ascii() {
        return (certain || words.chars().any(is_ideograph)).then_some(words);
    }
    let (mut long, mut all) = (0usize, 0usize);
    for word in words.as_bytes().split(|b| !b.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        all += 1;
        long += usize::from(word.len() > OPERATOR_LETTERS && word.iter().all(u8::is_ascii_alphabetic));
    }
    (long * 4 > all).then_some(words)
}

/// Whether this is a Chinese character, or part of one.
pub(super) fn is_ideograph(c: char) -> bool {
    ('\u{2e80}'..='\u{9fff}').contains(&c)
}

fn contains(data: &[u8], needle: &[u8]) -> bool {
    find(data, needle).is_some()
}

/// Where `needle` (not empty) is first found.
pub(super) fn find(data: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = memchr::memchr(first, data.get(from..)?) {
        if data.get(from + at..)?.starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Whether a byte may begin what makes a dictionary loud.
#[inline]
fn tells(byte: u8) -> bool {
    const TELLING: [bool; 256] = {
        let mut telling = [false; 256];
        let bytes = b"(#<JD";
        let mut i = 0;
        while i < bytes.len() {
            telling[bytes[i] as usize] = true;
            i += 1;
        }
        telling
    };
    TELLING[usize::from(byte)]
}

/// Whether a dictionary holds no string but those that are `known`, nor what leads to a script or names
/// destinations. Only strings that stand in it as they read are asked for.
pub(super) fn is_quiet(dict: &Dict<'_>, mut known: impl FnMut(&str) -> bool) -> bool {
    let data = dict.data();
    let mut at = 0;
    while let Some(step) = data.get(at..).and_then(|rest| rest.iter().position(|&byte| tells(byte))) {
        at += step;
        let behind = data.get(at + 1..).unwrap_or_default();
        // Brackets of dictionaries come in pairs; `#` may hide a name.
        let loud = match data.get(at) {
            Some(b'<') if behind.first() == Some(&b'<') => {
                at += 1;
                false
            }
            Some(b'(') => {
                let plain = |&byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\');
                let length = behind.iter().take_while(|byte| plain(byte)).count();
                let string = behind.get(..length).and_then(|string| std::str::from_utf8(string).ok());
                at += length + 1;
                data.get(at) != Some(&b')') || !string.is_some_and(&mut known)
            }
            Some(b'J') => behind.starts_with(b"S"),
            Some(b'D') => behind.starts_with(b"ests"),
            _ => true,
        };
        if loud {
            return false;
        }
        at += 1;
    }
    true
}

/// Whether a reference under a key may lead to a string that has a place.
pub(super) fn may_be_text(key: &[u8]) -> bool {
    // Where a title stands depends on its dictionary; beside what others stand matters only for where.
    key == b"Title" || place_beside(key, |_| false).is_some_and(|place| place != Place::Property)
}

/// Whether a dictionary of these bytes names an object, under a key whose texts have a place, that may
/// be a string.
pub(super) fn leads_to_text(data: &[u8]) -> bool {
    // Comments and zeros may part a key from what it names.
    if data.iter().any(|byte| matches!(byte, b'%' | 0)) {
        return true;
    }
    memchr::memchr_iter(b'R', data).any(|at| {
        let before = data.get(..at).and_then(before_number).and_then(before_number).unwrap_or_default();
        let before = before.trim_ascii_end();
        // In an array there is no key right before it.
        let length = before.iter().rev().take_while(|&&byte| is_regular(byte)).count();
        let (before, key) = before.split_at(before.len() - length);
        before.last() == Some(&b'/') && may_be_text(key)
    })
}

/// What stands before the number, and white space, that these bytes end with.
fn before_number(bytes: &[u8]) -> Option<&[u8]> {
    let bytes = bytes.trim_ascii_end();
    let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.get(..bytes.len() - digits).filter(|_| digits > 0)
}

/// Whether content shows text at all.
pub(super) fn paints_text(data: &[u8]) -> bool {
    contains(data, b"BT") && (contains(data, b"Tj") || contains(data, b"TJ"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_strings_are_no_text() {
        assert!(is_text("机密★10年".as_bytes()));
        assert!(is_text(b"\xfe\xff\x00\x01"));
        assert!(!is_text(b"\x01\x02abc\x03"));
        assert!(is_text(b"tab\tand\nline"));
    }

    #[test]
    fn prose_is_told_from_drawings_and_binary_data() {
        assert_eq!(prose(b"plain words").as_deref(), Some("plain words"));
        assert_eq!(prose("机密★10年".as_bytes()).as_deref(), Some("机密★10年"));
        assert_eq!(prose(b"q 0 0 m 0 1 l 1 1 l h W n Q 10 20 scn"), None);
        assert_eq!(prose(b"\xff\xff\xff\x80"), None);
    }

    #[test]
    fn dictionaries_are_quiet_that_say_nothing_new() {
        use hayro_syntax::object::FromBytes as _;
        let quiet = |dict: &[u8]| is_quiet(&Dict::from_bytes(dict).unwrap(), |words| words == "known");
        assert!(quiet(b"<</Type/Font/Kids[<</A 1>>]/B 5 0 R>>"));
        assert!(quiet(b"<</A<</S/GoTo/D(known)>>/B(known)>>"));
        for loud in [
            &b"<</A(new)>>"[..],
            b"<</A(known)/B(new)>>",
            b"<</A(kno\\167n)>>",
            b"<</A(known(known))>>",
            b"<</A<6b6e6f776e>>>",
            b"<</A(known)/JS 5 0 R>>",
            b"<</A(known)/#4aS 5 0 R>>",
            b"<</Dests 5 0 R>>",
        ] {
            assert!(!quiet(loud), "{}", String::from_utf8_lossy(loud));
        }
    }

    #[test]
    fn references_lead_to_texts_by_their_keys() {
        let leads = |dict: &[u8]| leads_to_text(dict);
        assert!(leads(b"<</Parent 1 0 R/Title 5 0 R>>"));
        assert!(leads(b"<</Kids[<</A<</URI 5 0 R>>>>]>>"));
        assert!(!leads(b"<</Parent 1 0 R/Kids[5 0 R]/D[6 0 R/XYZ 1 2 3]>>"));
    }

    #[test]
    fn content_is_told_from_other_streams() {
        assert!(paints_text(b"q BT /F 1 Tf (x) Tj ET Q"));
        assert!(!paints_text(b"0 0 m 5 5 l S"));
    }
}
