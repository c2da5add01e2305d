//! Text of 8-bit encodings, named by Windows code page or by language.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, UTF_8, UTF_16LE, WINDOWS_874,
    WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256,
    WINDOWS_1257, WINDOWS_1258,
};

/// The code page of Western European Windows: what files state that state nothing.
pub(super) const WESTERN: u16 = 1252;

/// Reads `bytes` in a Windows code page. Bytes that claim to be Western and are GB 2312 without
/// exception are read as such: programs on Chinese systems do not always say so.
pub(super) fn decode(bytes: &[u8], page: u16) -> String {
    let encoding = match encoding(page) {
        encoding if encoding == UTF_8 && std::str::from_utf8(bytes).is_err() => WINDOWS_1252,
        encoding => encoding,
    };
    let encoding = match encoding {
        western if western == WINDOWS_1252 && is_gb2312(bytes) => GB18030,
        encoding => encoding,
    };
    encoding.decode_without_bom_handling(bytes).0.replace('\0', "")
}

/// The character of a byte of [`WESTERN`].
pub(super) fn western(byte: u8) -> char {
    match byte {
        0..0x80 | 0xa0.. => char::from(byte),
        _ => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or('\u{fffd}'),
    }
}

/// The encoding of a Windows code page.
fn encoding(page: u16) -> &'static Encoding {
    match page {
        874 => WINDOWS_874,
        932 | 10001 => SHIFT_JIS,
        936 | 10008 | 20936 | 51936 | 52936 | 54936 => GB18030,
        949 | 1361 | 10003 | 51949 => EUC_KR,
        950 | 10002 => BIG5,
        1200 => UTF_16LE,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 | 32768 => MACINTOSH,
        20932 | 51932 => EUC_JP,
        65001 => UTF_8,
        _ => WINDOWS_1252,
    }
}

/// The code page that Windows uses for a language.
pub(super) fn page_of_language(language: u16) -> u16 {
    match language {
        0x0404 | 0x0c04 | 0x1404 | 0x7c04 => 950,
        _ => match language & 0x3ff {
            0x04 => 936,
            0x11 => 932,
            0x12 => 949,
            0x1e => 874,
            0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24 => 1250,
            0x02 | 0x19 | 0x22 | 0x23 | 0x2f => 1251,
            0x08 => 1253,
            0x1f => 1254,
            0x0d => 1255,
            0x01 | 0x20 | 0x29 => 1256,
            0x25..=0x27 => 1257,
            0x2a => 1258,
            _ => WESTERN,
        },
    }
}

/// The code page of a font's character set.
pub(super) fn page_of_font(set: u8) -> u16 {
    match set {
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => WESTERN,
    }
}

/// Whether all bytes above ASCII come in pairs that GB 2312 assigns.
fn is_gb2312(bytes: &[u8]) -> bool {
    let mut pairs = 0_usize;
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        rest = match (first, tail.split_first()) {
            (0..0x80, _) => tail,
            (0xa1..=0xa9 | 0xb0..=0xf7, Some((0xa1..=0xfe, behind))) => {
                pairs += 1;
                behind
            }
            _ => return false,
        };
    }
    pairs > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_and_western_claims_checked() {
        assert_eq!(decode(b"\xbb\xfa\xc3\xdc", 936), "机密");
        assert_eq!(decode(b"\xbe\xf7\xb1\x4b", 950), "機密");
        assert_eq!(decode("机密".as_bytes(), 65001), "机密");
        assert_eq!(decode(b"\xbb\xfa\xc3\xdc 10", WESTERN), "机密 10");
        assert_eq!(decode(b"caf\xe9s", WESTERN), "cafés");
        assert_eq!(decode(b"a\0b", WESTERN), "ab");
    }

    #[test]
    fn languages_have_pages() {
        assert_eq!(page_of_language(0x0804), 936);
        assert_eq!(page_of_language(0x0404), 950);
        assert_eq!(page_of_language(0x0409), WESTERN);
    }
}
