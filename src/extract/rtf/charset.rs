//! Code pages: which one a font or the document means, and characters out of their bytes.

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, KOI8_R, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250,
    WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
    WINDOWS_1258,
};

/// The encoding of a Windows code page.
pub(super) fn of_page(page: i32) -> Option<&'static Encoding> {
    Some(match page {
        936 | 54936 | 10008 | 20936 => GB18030,
        950 | 10002 | 951 => BIG5,
        932 | 10001 => SHIFT_JIS,
        949 | 1361 | 10003 => EUC_KR,
        65001 => UTF_8,
        874 => WINDOWS_874,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        20866 => KOI8_R,
        _ => return None,
    })
}

/// The encoding of a font's character set; `None` for those that follow the document (ANSI,
/// default, symbol), as Chinese programs write GBK in fonts that claim to be Western.
pub(super) fn of_charset(charset: i32) -> Option<&'static Encoding> {
    Some(match charset {
        134 | 80 => GB18030,
        136 | 81 => BIG5,
        128 | 78 => SHIFT_JIS,
        129 | 130 | 79 => EUC_KR,
        161 => WINDOWS_1253,
        162 => WINDOWS_1254,
        163 => WINDOWS_1258,
        177 => WINDOWS_1255,
        178 => WINDOWS_1256,
        186 => WINDOWS_1257,
        204 => WINDOWS_1251,
        222 => WINDOWS_874,
        238 => WINDOWS_1250,
        _ => return None,
    })
}

/// Characters of `bytes`; how many bytes at the end are the first half of one.
pub(super) fn decode(bytes: &[u8], encoding: &'static Encoding) -> (String, usize) {
    let mut end = 0;
    if [GB18030, BIG5, SHIFT_JIS, EUC_KR].contains(&encoding) {
        while let Some(&byte) = bytes.get(end) {
            let single = byte < 0x81 || encoding == SHIFT_JIS && (0xa1..=0xdf).contains(&byte);
            let four = encoding == GB18030 && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
            let length = if single {
                1
            } else if four {
                4
            } else {
                2
            };
            if end + length > bytes.len() {
                break;
            }
            end += length;
        }
    } else {
        end = bytes.len();
    }
    let whole = bytes.get(..end).unwrap_or(bytes);
    let (text, damaged) = encoding.decode_without_bom_handling(whole);
    // Some programs write UTF-8 whatever they announce.
    let text = match std::str::from_utf8(bytes) {
        Ok(utf8) if !bytes.is_ascii() && (damaged || is_chinese(utf8)) => return (utf8.to_owned(), 0),
        _ => text,
    };
    (text.into_owned(), bytes.len() - end)
}

/// Whether bytes begin with the second half of a character: they make no pairs of their own.
pub(super) fn completes(bytes: &[u8]) -> bool {
    let pairs = bytes.iter().filter(|byte| **byte >= 0x81).count() % 2 == 0;
    match bytes.first() {
        Some(0x40..=0x7f) => pairs,
        Some(0x80..) => !pairs,
        _ => false,
    }
}

/// Whether this is mostly ideographs, at least two. Bytes of GBK are hardly ever this in UTF-8: they
/// would begin with a rare character, and go on with rare ones.
fn is_chinese(utf8: &str) -> bool {
    let ideographs = utf8.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    ideographs > 1 && ideographs * 2 >= utf8.chars().filter(|c| !c.is_ascii()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_wait_for_the_rest() {
        assert_eq!(decode(b"\xbb\xfa\xc3", GB18030), ("机".to_owned(), 1));
        assert_eq!(decode(b"\xbb\xfa\xc3\xdc", GB18030), ("机密".to_owned(), 0));
        assert_eq!(decode(b"\xbe\xf7\xb1K", BIG5), ("機密".to_owned(), 0));
        assert_eq!(
            decode(b"\xb1\x94\x96\xa7", SHIFT_JIS),
            ("ｱ秘ｧ".replace("秘ｧ", &SHIFT_JIS.decode(b"\x94\x96\xa7").0), 0)
        );
        assert_eq!(decode(b"\xe9", WINDOWS_1252), ("é".to_owned(), 0));
    }

    #[test]
    fn utf8_is_seen_behind_any_announcement() {
        assert_eq!(decode("机密".as_bytes(), WINDOWS_1252).0, "机密");
        assert_eq!(decode("机密文".as_bytes(), GB18030).0, "机密文");
    }
}
