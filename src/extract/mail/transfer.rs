//! How the bytes of a part travel: base64, quoted-printable, uuencode.

use crate::read::{base64, uuencode};

/// A content transfer encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Base64,
    QuotedPrintable,
    Uuencode,
}

impl Encoding {
    /// By the name in the header, in lower case.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "x-uue" | "uuencode" => Self::Uuencode,
            _ => Self::Plain,
        }
    }
}

impl Encoding {
    /// Bytes that this body has at least when it is decoded, unless it is filled with what means nothing.
    pub(super) fn least_bytes(self, body: &[u8]) -> usize {
        match self {
            Self::Plain => body.len(),
            Self::Base64 | Self::Uuencode => body.len() / 3 * 2,
            Self::QuotedPrintable => body.len() / 3,
        }
    }
}

/// The bytes of a part; `foreign` counts those that the encoding does not have.
pub(super) fn decode(body: &[u8], encoding: Encoding) -> base64::Decoded {
    let whole = |bytes| base64::Decoded { bytes, foreign: 0 };
    match encoding {
        Encoding::Plain => whole(body.to_vec()),
        Encoding::Base64 => base64::decode_counting(body),
        Encoding::QuotedPrintable => whole(quoted_printable(body)),
        Encoding::Uuencode => match uuencode::take(body) {
            (_, files) if files.is_empty() => whole(body.to_vec()),
            (_, files) => whole(files.into_iter().flat_map(|(_, bytes)| bytes).collect()),
        },
    }
}

/// Quoted-printable of a body; an `=` that introduces nothing stays as it is.
pub(super) fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|&b| b == b'\n') {
        let text = line.trim_ascii_end();
        let (text, soft) = text.strip_suffix(b"=").map_or((text, false), |text| (text, true));
        unquote(text, &mut out);
        if !soft {
            let end = line.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count();
            out.extend_from_slice(line.get(line.len() - end..).unwrap_or_default());
        }
    }
    out
}

/// Resolves `=E6` and its like.
pub(super) fn unquote(text: &[u8], out: &mut Vec<u8>) {
    unescape(text, b'=', out);
}

/// Resolves `%E6` and its like.
pub(super) fn unpercent(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    unescape(text, b'%', &mut out);
    out
}

fn unescape(mut text: &[u8], sign: u8, out: &mut Vec<u8>) {
    while let Some((&first, rest)) = text.split_first() {
        let digits = rest.first_chunk::<2>().filter(|_| first == sign);
        let byte = digits.and_then(|&[high, low]| Some(hex(high)? << 4 | hex(low)?));
        out.push(byte.unwrap_or(first));
        text = if byte.is_some() { rest.get(2..).unwrap_or_default() } else { rest };
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_decoded() {
        assert_eq!(quoted_printable("=E6=9C=\r\n=BA密=\n".as_bytes()), "机密".as_bytes());
        assert_eq!(quoted_printable(b"a=3Db = c=zz \r\nd"), b"a=b = c=zz\r\nd");
    }
}
