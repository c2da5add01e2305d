//! Dictionaries as they stand in the file, looked at without being parsed.
//!
//! Most objects of a file say nothing: links within it, pages that were read, nodes of trees. The object
//! library makes a table of each; here one pass over the bytes tells as much as is needed. Only what
//! is written plainly is understood, everything else is left to the library.

use hayro_syntax::object::ObjRef;

use super::lexer::is_regular;
use super::structure::skip_space;

/// Containers within each other.
const NESTING: usize = 16;
/// Digits of a number; all that matter have fewer.
const DIGITS: usize = 9;

/// A value in a dictionary, or in what is nested in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// A reference that is the value of a key.
    Ref(ObjRef),
    /// A reference in an array.
    Item(ObjRef),
    /// A string of printable ASCII without brackets and escapes.
    String(&'a str),
    /// A dictionary or an array begins.
    Open,
    /// A name, number or keyword.
    Plain,
}

/// What an open container expects next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Key,
    Value,
    Item,
}

/// Walks through the dictionary that `bytes` begin with and calls `each` with how deep a value lies
/// (from 1), the last key before it, and itself. The bytes of the dictionary; `None` where it is not
/// plain, or `each` said so.
pub(super) fn skim<'a>(
    bytes: &'a [u8],
    mut each: impl FnMut(usize, &'a [u8], Value<'a>) -> bool,
) -> Option<&'a [u8]> {
    let mut open = [(State::Key, &b""[..]); NESTING];
    if !bytes.starts_with(b"<<") {
        return None;
    }
    let (mut depth, mut at) = (1usize, 2usize);
    loop {
        at = skip_space(bytes, at);
        let rest = bytes.get(at..)?;
        let (state, key) = open.get_mut(depth - 1)?;
        let value = match *rest.first()? {
            b'/' => {
                let name = word(rest.get(1..)?);
                at += 1 + name.len();
                if name.is_empty() || name.contains(&b'#') {
                    return None;
                }
                if *state == State::Key {
                    (*state, *key) = (State::Value, name);
                    continue;
                }
                Value::Plain
            }
            b'>' if rest.starts_with(b">>") && *state == State::Key => {
                (depth, at) = (depth - 1, at + 2);
                if depth == 0 {
                    return bytes.get(..at);
                }
                continue;
            }
            b']' if *state == State::Item => {
                (depth, at) = (depth - 1, at + 1);
                continue;
            }
            _ if *state == State::Key => return None,
            opening @ (b'[' | b'<') => {
                let inner = if opening == b'[' { State::Item } else { State::Key };
                if inner == State::Key && !rest.starts_with(b"<<") {
                    return None;
                }
                let key = *key;
                if !each(depth, key, Value::Open) {
                    return None;
                }
                if *state == State::Value {
                    *state = State::Key;
                }
                *open.get_mut(depth)? = (inner, key);
                (depth, at) = (depth + 1, at + if inner == State::Item { 1 } else { 2 });
                continue;
            }
            b'(' => {
                let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\');
                let length = rest.iter().skip(1).take_while(|byte| plain(byte)).count();
                if rest.get(1 + length) != Some(&b')') {
                    return None;
                }
                at += length + 2;
                Value::String(std::str::from_utf8(rest.get(1..1 + length)?).ok()?)
            }
            b'0'..=b'9' => match reference(rest) {
                Some((target, length)) => {
                    at += length;
                    if *state == State::Item { Value::Item(target) } else { Value::Ref(target) }
                }
                None => {
                    at += number(rest)?;
                    Value::Plain
                }
            },
            b'+' | b'-' | b'.' => {
                at += number(rest)?;
                Value::Plain
            }
            _ => {
                let keyword = word(rest);
                at += keyword.len();
                if !matches!(keyword, b"true" | b"false" | b"null") {
                    return None;
                }
                Value::Plain
            }
        };
        if !each(depth, key, value) {
            return None;
        }
        if *state == State::Value {
            *state = State::Key;
        }
    }
}

/// The regular characters at the beginning.
#[inline]
fn word(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().position(|&byte| !is_regular(byte)).unwrap_or(bytes.len());
    bytes.get(..length).unwrap_or_default()
}

/// A plain whole number and its length.
#[inline]
fn integer(bytes: &[u8]) -> Option<(u32, usize)> {
    let (mut value, mut length) = (0u32, 0);
    while let Some(digit) = bytes.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10) {
        if length == DIGITS {
            return None;
        }
        value = value * 10 + u32::from(digit);
        length += 1;
    }
    (length > 0).then_some((value, length))
}

/// A reference and its length.
fn reference(bytes: &[u8]) -> Option<(ObjRef, usize)> {
    let (number, length) = integer(bytes)?;
    let at = skip_space(bytes, length);
    if at == length {
        return None;
    }
    let (generation, length) = integer(bytes.get(at..)?)?;
    let behind = skip_space(bytes, at + length);
    if behind == at + length || bytes.get(behind) != Some(&b'R') || bytes.get(behind + 1).is_some_and(|&b| is_regular(b)) {
        return None;
    }
    Some((ObjRef::new(number, i32::try_from(generation).ok()?), behind + 1))
}

/// The length of a number that is written as it should be.
fn number(bytes: &[u8]) -> Option<usize> {
    let word = word(bytes);
    let digits = word.strip_prefix(b"-").or_else(|| word.strip_prefix(b"+")).unwrap_or(word);
    let points = digits.iter().filter(|&&byte| byte == b'.').count();
    let plain = digits.len() > points
        && points < 2
        && digits.len() <= DIGITS + points
        && digits.iter().all(|&byte| byte == b'.' || byte.is_ascii_digit());
    plain.then_some(word.len())
}

#[cfg(test)]
mod tests {
    use hayro_syntax::object::{Dict, FromBytes as _};

    use super::*;

    #[test]
    fn plain_dictionaries_are_walked_through() {
        let data = b"<</Type/Annot /Rect[1 -2.5 .5 3]/A<</S/GoTo/D(here)>>/P 3 0 R/Kids[4 0 R 5 1 R] /N null>> endobj";
        let mut seen = Vec::new();
        let dict = skim(data, |depth, key, value| {
            if value != Value::Plain {
                seen.push((depth, key, value));
            }
            true
        });
        assert_eq!(dict, Dict::from_bytes(data).map(|dict| dict.data()));
        let kids = &b"Kids"[..];
        assert_eq!(
            seen,
            [
                (1, &b"Rect"[..], Value::Open),
                (1, b"A", Value::Open),
                (2, b"D", Value::String("here")),
                (1, b"P", Value::Ref(ObjRef::new(3, 0))),
                (1, kids, Value::Open),
                (2, kids, Value::Item(ObjRef::new(4, 0))),
                (2, kids, Value::Item(ObjRef::new(5, 1))),
            ]
        );
        assert_eq!(skim(data, |_, key, _| key != b"P"), None);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_library() {
        for odd in [
            &b"<</A>>"[..],
            b"<</A 1 2>>",
            b"<</A tru>>",
            b"<</A 1 R>>",
            b"<</A <6b>>>",
            b"<</A (k\\157)>>",
            b"<</A (k(o))>>",
            b"<</#41 1>>",
            b"<</A 1 % comment\n>>",
            b"<</A [1 >> ]>>",
            b"<</A --1>>",
            b"<</A 1",
            b"<</A [1>>",
            b"<</A 12345678901>>",
            b"[1]",
            b"",
        ] {
            assert_eq!(skim(odd, |_, _, _| true), None, "{}", String::from_utf8_lossy(odd));
        }
        let deep = [b"<</A".repeat(NESTING + 1), b" 1".to_vec(), b">>".repeat(NESTING + 1)].concat();
        assert_eq!(skim(&deep, |_, _, _| true), None);
    }
}
