//! Seals and signatures: ASN.1 in DER (GB/T 38540, PKCS #7), of which the strings are names and the
//! larger byte strings are pictures of seals, certificates, or documents of their own.

use std::borrow::Cow;

const OCTET_STRING: u8 = 0x04;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const IA5_STRING: u8 = 0x16;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
/// Set in the tag of a value that is a list of values.
const CONSTRUCTED: u8 = 0x20;
/// Set in all bits of a tag that goes on in further bytes, which these structures don't have.
const LONG_TAG: u8 = 0x1f;

/// One value that is no list.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

/// Whether bytes begin like such a structure: a sequence whose length takes more than one byte.
pub(super) fn is_structure(head: &[u8]) -> bool {
    matches!(head, [SEQUENCE, 0x81..=0x84, ..])
}

/// The strings and byte strings of a structure, in order; `None` where it breaks off.
pub(super) fn values(bytes: &[u8]) -> Option<Vec<Value<'_>>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    // What a list holds stands right behind its head, so that nothing has to be remembered of it.
    while let [tag, behind @ ..] = rest {
        let (length, content) = length(behind)?;
        let (value, after) = content.split_at_checked(length)?;
        if tag & LONG_TAG == LONG_TAG {
            return None;
        }
        let is_list = tag & CONSTRUCTED != 0 || *tag == OCTET_STRING && is_whole_structure(value);
        rest = if is_list { content } else { after };
        match *tag {
            _ if is_list => {}
            OCTET_STRING => found.push(Value::Bytes(value)),
            UTF8_STRING | PRINTABLE_STRING | IA5_STRING => {
                found.push(Value::Text(String::from_utf8_lossy(value)));
            }
            BMP_STRING => {
                found.push(Value::Text(encoding_rs::UTF_16BE.decode_without_bom_handling(value).0));
            }
            _ => {}
        }
    }
    Some(found)
}

/// A length and what follows it.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        0..=0x7f => Some((first.into(), rest)),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x0f))?;
            let length = digits.iter().fold(0_u32, |length, &digit| length << 8 | u32::from(digit));
            Some((usize::try_from(length).ok()?, rest))
        }
        _ => None,
    }
}

/// Whether bytes are one sequence or byte string and nothing else, as certificates and their fields are.
fn is_whole_structure(bytes: &[u8]) -> bool {
    matches!(bytes.first(), Some(&(SEQUENCE | OCTET_STRING)))
        && bytes.get(1..).and_then(length).is_some_and(|(length, content)| length == content.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_and_pictures_of_a_seal() {
        let certificate = [0x30, 4, 0x13, 2, b'C', b'N'];
        let mut seal = vec![0x30, 0x81, 0];
        seal.extend([0x0c, 6]);
        seal.extend("机密".as_bytes());
        seal.extend([0x1e, 4, 0x67, 0x3a, 0x5b, 0xc6]);
        seal.extend([&[0x04, 6][..], &certificate].concat());
        seal.extend([0xa0, 7, 0x16, 3, b'p', b'n', b'g', 0x05, 0]);
        seal.extend([&[0x04, 4][..], b"\x89PNG"].concat());
        seal[2] = u8::try_from(seal.len() - 3).unwrap();
        let text = |text: &'static str| Value::Text(text.into());
        let expected = [text("机密"), text("机密"), text("CN"), text("png"), Value::Bytes(b"\x89PNG")];
        assert_eq!(values(&seal), Some(expected.to_vec()));
        for end in 1..seal.len() {
            assert_eq!(values(&seal[..end]), None, "{end}");
        }
        assert_eq!(values(&[0x30, 0x80, 0, 0]), None);
        assert_eq!(values(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
