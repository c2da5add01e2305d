//! Dictionaries and arrays as they stand in the file, looked at without being parsed.
//!
//! Most objects of a file say nothing: links within it, pages that were read, nodes of trees. The object
//! library makes a table of each; here one pass over the bytes tells as much as is needed. Only what
//! is written plainly is understood, everything else is left to the library.

use hayro_syntax::object::ObjRef;

use super::lexer::is_regular;
use super::syntax::skip_space;

/// Containers within each other.
const NESTING: usize = 16;
/// Digits of a number; all that matter have fewer.
const DIGITS: usize = 9;

/// A value in a dictionary, or in what is nested in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Value<'a> {
    /// A reference that is the value of a key.
    Ref(ObjRef),
    /// A string of printable ASCII without brackets and escapes.
    String(&'a str),
    /// A dictionary or an array begins.
    Open,
    /// A whole number that is the value of a key.
    Integer(u32),
    /// A name, another number or a keyword that is the value of a key.
    Plain,
}

/// What an open container expects next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Key,
    Value,
    Item,
}

/// Walks through the dictionary or array that `bytes` begin with and calls `each` with how deep a value
/// lies (from 1), the last key before it, and itself; items of arrays only if they are strings. Its
/// bytes; `None` where it is not plain, or `each` said so.
pub(super) fn skim<'a>(
    bytes: &'a [u8],
    mut each: impl FnMut(usize, &'a [u8], Value<'a>) -> bool,
) -> Option<&'a [u8]> {
    let (mut open, mut depth, mut at) = ([(State::Item, &b""[..]); NESTING], 1usize, 1usize);
    if bytes.starts_with(b"<<") {
        (open[0].0, at) = (State::Key, 2);
    } else if !bytes.starts_with(b"[") {
        return None;
    }
    // Whole numbers in a row, in an array.
    let mut row = 0u32;
    loop {
        at = skip_space(bytes, at);
        let rest = bytes.get(at..)?;
        let (state, key) = open.get_mut(depth - 1)?;
        let value = match *rest.first()? {
            b'0'..=b'9' | b'+' | b'-' | b'.' if *state == State::Item => {
                let (length, whole) = number(rest)?;
                at += length;
                row = if whole { row + 1 } else { 0 };
                continue;
            }
            b'R' if *state == State::Item && row >= 2 && word(rest) == b"R" => {
                (row, at) = (0, at + 1);
                continue;
            }
            b'/' => {
                let name = name(rest.get(1..)?)?;
                at += 1 + name.len();
                match state {
                    State::Key => {
                        (*state, *key) = (State::Value, name);
                        continue;
                    }
                    State::Item => {
                        row = 0;
                        continue;
                    }
                    State::Value => Value::Plain,
                }
            }
            b'>' if rest.get(1) == Some(&b'>') && *state == State::Key => {
                (depth, at, row) = (depth - 1, at + 2, 0);
                if depth == 0 {
                    return bytes.get(..at);
                }
                continue;
            }
            b']' if *state == State::Item => {
                (depth, at, row) = (depth - 1, at + 1, 0);
                if depth == 0 {
                    return bytes.get(..at);
                }
                continue;
            }
            _ if *state == State::Key => return None,
            opening @ (b'[' | b'<') => {
                let inner = if opening == b'[' { State::Item } else { State::Key };
                if inner == State::Key && rest.get(1) != Some(&b'<') {
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
                (depth, row, at) = (depth + 1, 0, at + if inner == State::Item { 1 } else { 2 });
                continue;
            }
            b'(' => {
                let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'(' | b')' | b'\\');
                let length = rest.iter().skip(1).take_while(|byte| plain(byte)).count();
                if rest.get(1 + length) != Some(&b')') {
                    return None;
                }
                (row, at) = (0, at + length + 2);
                Value::String(std::str::from_utf8(rest.get(1..1 + length)?).ok()?)
            }
            b'0'..=b'9' => match reference(rest) {
                Some((target, length)) => {
                    at += length;
                    Value::Ref(target)
                }
                None => {
                    let (length, whole) = number(rest)?;
                    at += length;
                    if whole { Value::Integer(integer(rest)?.0) } else { Value::Plain }
                }
            },
            b'+' | b'-' | b'.' => {
                at += number(rest)?.0;
                Value::Plain
            }
            _ => {
                let keyword = word(rest);
                (row, at) = (0, at + keyword.len());
                if !matches!(keyword, b"true" | b"false" | b"null") {
                    return None;
                }
                if *state == State::Item {
                    continue;
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

/// A name without escapes, behind its slash.
#[inline]
fn name(bytes: &[u8]) -> Option<&[u8]> {
    let mut length = 0;
    while let Some(&byte) = bytes.get(length).filter(|byte| is_regular(**byte)) {
        if byte == b'#' {
            return None;
        }
        length += 1;
    }
    bytes.get(..length).filter(|name| !name.is_empty())
}

/// A plain whole number and its length.
#[inline]
fn integer(bytes: &[u8]) -> Option<(u32, usize)> {
    let (mut value, mut length) = (0u32, 0);
    while let Some(digit) = bytes.get(length).map(|byte| byte.wrapping_sub(b'0')).filter(|&digit| digit < 10)
    {
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
    if behind == at + length || word(bytes.get(behind..)?) != b"R" {
        return None;
    }
    Some((ObjRef::new(number, i32::try_from(generation).ok()?), behind + 1))
}

/// The length of a number that is written as it should be, and whether it is a whole one without a sign.
#[inline]
pub(super) fn number(bytes: &[u8]) -> Option<(usize, bool)> {
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let (mut digits, mut points, mut length) = (0, 0, sign);
    while let Some(&byte) = bytes.get(length) {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' => points += 1,
            _ if is_regular(byte) => return None,
            _ => break,
        }
        length += 1;
    }
    ((1..=DIGITS).contains(&digits) && points < 2).then_some((length, sign + points == 0))
}

#[cfg(test)]
mod tests {
    use hayro_syntax::object::{Dict, FromBytes as _};

    use super::*;

    #[test]
    fn plain_dictionaries_are_walked_through() {
        let data = b"<</Type/Annot /Rect[1 -2.5 .5 3]/A<</S/GoTo/D(here)>>/P 3 0 R/Kids[4 0 R 5 1 R] /N null/L 7>> endobj";
        let mut seen = Vec::new();
        let dict = skim(data, |depth, key, value| {
            if value != Value::Plain {
                seen.push((depth, key, value));
            }
            true
        });
        assert_eq!(dict, Dict::from_bytes(data).map(|dict| dict.data()));
        assert_eq!(
            seen,
            [
                (1, &b"Rect"[..], Value::Open),
                (1, b"A", Value::Open),
                (2, b"D", Value::String("here")),
                (1, b"P", Value::Ref(ObjRef::new(3, 0))),
                (1, b"Kids", Value::Open),
                (1, b"L", Value::Integer(7)),
            ]
        );
        assert_eq!(skim(data, |_, key, _| key != b"P"), None);
        assert_eq!(skim(b"[1 0 R(here)[2]] 5", |_, _, _| true), Some(&b"[1 0 R(here)[2]]"[..]));
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
            b"<</A [R]>>",
            b"<</A [1 R]>>",
            b"<</A [1 -2 R]>>",
            b"1 0 R",
            b"",
        ] {
            assert_eq!(skim(odd, |_, _, _| true), None, "{}", String::from_utf8_lossy(odd));
        }
        let deep = [b"<</A".repeat(NESTING + 1), b" 1".to_vec(), b">>".repeat(NESTING + 1)].concat();
        assert_eq!(skim(&deep, |_, _, _| true), None);
    }
}
