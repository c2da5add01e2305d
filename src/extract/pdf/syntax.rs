//! The syntax of a file, as far as it is read without the object library.

use hayro_syntax::object::{Dict, FromBytes, Stream};

use super::lexer::is_space;
use super::words::find;

/// Where what is no white space begins, from `at` on.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|&byte| is_space(byte)) {
        at += 1;
    }
    at
}

/// The unsigned number at `at` behind white space; moves behind it.
pub(super) fn integer(bytes: &[u8], at: &mut usize) -> Option<u64> {
    const DIGITS: usize = 19;
    let start = skip_space(bytes, *at);
    let rest = bytes.get(start..)?;
    let digits = rest.iter().take(DIGITS).take_while(|b| b.is_ascii_digit());
    let (value, count) =
        digits.fold((0u64, 0), |(value, count), b| (value * 10 + u64::from(b - b'0'), count + 1));
    if count == 0 {
        return None;
    }
    *at = start + count;
    Some(value)
}

/// Dictionary and start of the data of the stream object at `at`.
pub(super) fn stream_at(bytes: &[u8], at: usize) -> Option<(Dict<'_>, usize)> {
    let mut at = skip_space(bytes, at);
    integer(bytes, &mut at)?;
    integer(bytes, &mut at)?;
    at = skip_space(bytes, at);
    bytes.get(at..)?.starts_with(b"obj").then_some(())?;
    at = skip_space(bytes, at + 3);
    let dict = Dict::from_bytes(bytes.get(at..)?)?;
    let data = stream_data(bytes, at + dict.data().len())?;
    Some((dict, data))
}

/// Where the data begins behind the keyword `stream`.
pub(super) fn stream_data(bytes: &[u8], at: usize) -> Option<usize> {
    let at = skip_space(bytes, at);
    let rest = bytes.get(at..)?.strip_prefix(b"stream")?;
    let line_end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Some(at + 6 + line_end)
}

/// Number and generation of the object whose value begins at `at`.
pub(super) fn header_before(bytes: &[u8], at: usize) -> Option<(u64, u64)> {
    const HEADER_BYTES: usize = 40;
    let from = at.saturating_sub(HEADER_BYTES);
    let before = bytes.get(from..at)?.trim_ascii_end().strip_suffix(b"obj")?.trim_ascii_end();
    let mut words = before.rsplit(|b| !b.is_ascii_digit()).filter(|word| !word.is_empty());
    let number = |word: Option<&[u8]>| std::str::from_utf8(word?).ok()?.parse().ok();
    let generation = number(words.next())?;
    Some((number(words.next())?, generation))
}

/// Where the data of a stream ends: where its length says, or at the first `endstream`.
pub(super) fn data_end(bytes: &[u8], dict: &Dict<'_>, data: usize) -> usize {
    let told = dict.get::<i64>("Length").and_then(|n| data.checked_add(usize::try_from(n).ok()?));
    stream_end(bytes, told, data)
}

/// The same where the end that the length tells is known.
pub(super) fn stream_end(bytes: &[u8], told: Option<usize>, data: usize) -> usize {
    let ends =
        |end: &usize| bytes.get(skip_space(bytes, *end)..).is_some_and(|rest| rest.starts_with(b"endstream"));
    let found = || find(bytes.get(data..)?, b"endstream").map(|end| data + end);
    told.filter(ends).or_else(found).unwrap_or(bytes.len())
}

/// The part of the file that a stream takes up: dictionary and data, not decrypted.
pub(super) fn stream_bytes<'a>(file: &'a [u8], stream: &Stream<'_>) -> &'a [u8] {
    let dict = stream.dict().data();
    let start = dict.as_ptr().addr().wrapping_sub(file.as_ptr().addr());
    let length = match stored(file, stream) {
        Some(data) => (data.as_ptr().addr() + data.len()).saturating_sub(dict.as_ptr().addr()),
        None => dict.len(),
    };
    file.get(start..start.saturating_add(length)).unwrap_or_default()
}

/// The data of a stream as it stands in the file, not decrypted.
pub(super) fn stored<'a>(file: &'a [u8], stream: &Stream<'_>) -> Option<&'a [u8]> {
    let dict = stream.dict();
    let start = dict.data().as_ptr().addr().wrapping_sub(file.as_ptr().addr());
    let data = stream_data(file, start.saturating_add(dict.data().len()))?;
    file.get(data..data_end(file, dict, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_backwards() {
        let file = b"endobj\n12 3 obj\n<</A 1>>";
        assert_eq!(header_before(file, 16), Some((12, 3)));
        assert_eq!(header_before(b"<<>>", 0), None);
    }
}
