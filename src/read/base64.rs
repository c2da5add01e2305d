//! Base64 as documents and mail carry it: line breaks anywhere, padding or not, several runs in a row.

/// What some text in base64 stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Characters that are neither base64 nor white space; they were passed over.
    pub(crate) foreign: usize,
}

/// The bytes that `text` stands for; what is no base64 is passed over.
pub(crate) fn decode(text: &[u8]) -> Vec<u8> {
    decode_counting(text).bytes
}

/// The same, and how much was passed over.
pub(crate) fn decode_counting(text: &[u8]) -> Decoded {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut foreign = 0;
    let (mut bits, mut held) = (0_u32, 0_u32);
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            // The end of one run; another may follow.
            b'=' => {
                held = 0;
                continue;
            }
            _ => {
                foreign += usize::from(!byte.is_ascii_whitespace());
                continue;
            }
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held).to_le_bytes()[0]);
        }
    }
    Decoded { bytes: out, foreign }
}

#[cfg(test)]
mod tests {
    use super::{decode, decode_counting};

    #[test]
    fn base64_is_decoded() {
        assert_eq!(decode("5py65\n a+G".as_bytes()), "机密".as_bytes());
        assert_eq!(decode("YQ==".as_bytes()), b"a");
        assert_eq!(decode("YWI".as_bytes()), b"ab");
        assert_eq!(decode("YQ==\nYWI=".as_bytes()), b"aab");
        assert_eq!(decode("_-8".as_bytes()), decode("/+8".as_bytes()));
    }

    #[test]
    fn what_is_none_is_counted() {
        assert_eq!(decode_counting("机密 Y W I".as_bytes()).foreign, 6);
        assert_eq!(decode_counting("机密 Y W I".as_bytes()).bytes, b"ab");
    }
}
