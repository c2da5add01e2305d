//! Arrays of a dictionary, read off its bytes: the object library reads each number of an array several times, and
//! some fonts have thousands of widths.

use hayro_syntax::object::{Array, Dict};

use super::lexer::{is_regular, is_space};

/// What stands between the brackets of the array under a key (with its slash), wherever the array is, where it holds
/// only numbers and arrays of numbers. `None` for other arrays, and where there is none.
pub(super) fn numbers_under<'a>(dict: &Dict<'a>, key: &str) -> Option<&'a [u8]> {
    let elsewhere = || dict.get::<Array<'_>>(key.get(1..)?).map(|array| array.data());
    let plain =
        |&byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'[' | b']') || is_space(byte);
    array_under(dict, key).or_else(elsewhere).filter(|data| data.iter().all(plain))
}

/// What stands between the brackets of the array that a dictionary holds under a key (with its slash),
/// found without parsing it. `None` where something else than numbers, names and arrays is in it, or more than one
/// key may be meant.
pub(super) fn array_under<'a>(dict: &Dict<'a>, key: &str) -> Option<&'a [u8]> {
    let data = dict.data();
    if !dict.contains_key(key.get(1..)?) || memchr::memchr2(b'#', b'%', data).is_some() {
        return None;
    }
    let ends = |at: &usize| data.get(at + key.len()).is_some_and(|&byte| !is_regular(byte));
    let mut found = memchr::memmem::find_iter(data, key.as_bytes()).filter(ends);
    let (at, None) = (found.next()?, found.next()) else { return None };
    let behind = data.get(at + key.len()..)?.trim_ascii_start().strip_prefix(b"[")?;
    let (mut depth, mut before) = (1usize, b' ');
    for (at, &byte) in behind.iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return behind.get(..at),
            b']' => depth -= 1,
            b'(' | b')' | b'<' | b'>' | b'{' | b'}' => return None,
            // A reference, but in a name.
            b'R' if before != b'/' && !before.is_ascii_alphabetic() => return None,
            _ => {}
        }
        before = byte;
    }
    None
}

#[cfg(test)]
mod tests {
    use hayro_syntax::object::FromBytes as _;

    use super::*;

    #[test]
    fn arrays_are_found_where_only_one_can_be_meant() {
        let found = |dict: &'static [u8], key: &str| array_under(&Dict::from_bytes(dict).unwrap(), key);
        assert_eq!(found(b"<</Widths [1 2.5 -3]/W 5>>", "/Widths"), Some(&b"1 2.5 -3"[..]));
        assert_eq!(found(b"<</DW 5/W[1[2 3] 4 5 6]>>", "/W"), Some(&b"1[2 3] 4 5 6"[..]));
        assert_eq!(found(b"<</D[1/R/Rho 2/aR]>>", "/D"), Some(&b"1/R/Rho 2/aR"[..]));
        for other in [
            &b"<</A<</W[1]>>>>"[..],
            b"<</W[1]/A<</W[2]>>>>",
            b"<</W 5 0 R>>",
            b"<</W[5 0 R]>>",
            b"<</W[1 (]) 2]>>",
            b"<</W[1 % ]\n 2]>>",
            b"<</#57[1]/A/W[2]>>",
            b"<</W[1 <5d> 2]>>",
        ] {
            assert_eq!(found(other, "/W"), None, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn numbers_alone_are_plain() {
        let found = |dict: &'static [u8], key: &str| numbers_under(&Dict::from_bytes(dict).unwrap(), key);
        assert_eq!(found(b"<</Widths [1 2.5\n-3]>>", "/Widths"), Some(&b"1 2.5\n-3"[..]));
        assert_eq!(found(b"<</W[1[2 3]]>>", "/W"), Some(&b"1[2 3]"[..]));
        // Not to be told by its bytes, but by the library.
        assert_eq!(found(b"<</W[7 8]/A<</W[2]>>>>", "/W"), Some(&b"7 8"[..]));
        assert_eq!(found(b"<</W[1/A 2]>>", "/W"), None);
        assert_eq!(found(b"<</W 5>>", "/W"), None);
        assert_eq!(found(b"<</A[1]>>", "/W"), None);
    }
}
