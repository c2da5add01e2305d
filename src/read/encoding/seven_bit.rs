//! Encodings that write Chinese in ASCII characters: UTF-7, HZ, ISO-2022-CN. A label tells them from ASCII, or
//! that all they shift into is Chinese.

use super::{CERTAIN_SCORE, is_common, score};

/// Ideographs that an unlabelled text has at least.
const FEWEST_IDEOGRAPHS: usize = 4;

/// The name of the encoding that this label means and what `bytes` say in it; `None` for other labels and where
/// that is no more than they say in ASCII.
pub(super) fn decode(label: &str, bytes: &[u8]) -> Option<(&'static str, String)> {
    match &*label.trim().to_ascii_lowercase() {
        "utf-7" | "utf7" | "unicode-1-1-utf-7" | "csunicode11utf7" => utf7(bytes).map(|text| ("utf-7", text)),
        "hz-gb-2312" | "hz" | "hz-gb2312" => shifted(bytes, b"~{", b"~}").map(|text| ("hz-gb-2312", text)),
        "iso-2022-cn" | "csiso2022cn" | "iso-2022-cn-ext" => {
            shifted(bytes, b"\x0e", b"\x0f").map(|text| ("iso-2022-cn", text))
        }
        _ => None,
    }
}

/// What `bytes`, which are ASCII, say in UTF-7 or HZ, where all that they shift into is common Chinese.
pub(super) fn guess(bytes: &[u8]) -> Option<(&'static str, String)> {
    let is_chinese = |text: &str| {
        let common = text.chars().filter(|c| is_common(*c)).take(FEWEST_IDEOGRAPHS).count();
        common == FEWEST_IDEOGRAPHS && score(text, false).0 >= CERTAIN_SCORE
    };
    let named = |label| decode(label, bytes).filter(|(_, text)| is_chinese(text));
    if is_hz(bytes)
        && let Some(found) = named("hz")
    {
        return Some(found);
    }
    is_utf7(bytes).then(|| named("utf-7")).flatten()
}

/// Whether each `~{` is ended in its line, with pairs of GB 2312 between.
fn is_hz(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    let mut any = false;
    while let Some(at) = memchr::memmem::find(rest, b"~{") {
        let coded = rest.get(at + 2..).unwrap_or_default();
        let line = memchr::memchr(b'\n', coded).and_then(|end| coded.get(..end)).unwrap_or(coded);
        let Some(end) = memchr::memmem::find(line, b"~}") else { return false };
        let (pairs, odd) = line.get(..end).unwrap_or_default().as_chunks::<2>();
        if !odd.is_empty() || !pairs.iter().all(|pair| matches!(pair, [0x21..=0x77, 0x21..=0x7e])) {
            return false;
        }
        rest = coded.get(end + 2..).unwrap_or_default();
        any = true;
    }
    any
}

/// Whether base64 or its end follows each `+`, and no other sign of addition stands there.
fn is_utf7(bytes: &[u8]) -> bool {
    let mut signs = memchr::memchr_iter(b'+', bytes).peekable();
    let known = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'/');
    signs.peek().is_some() && signs.all(|at| bytes.get(at + 1).is_some_and(known))
}

/// Bytes of GB 2312 without their eighth bit between two signs, ASCII elsewhere (RFC 1843, RFC 1922). What
/// names the set of characters in ISO-2022-CN, and a tilde that stands for itself in HZ, are left out.
fn shifted(bytes: &[u8], out: &[u8], back: &[u8]) -> Option<String> {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    let mut found = false;
    while let Some(at) = memchr::memmem::find(rest, out) {
        let (before, behind) = rest.split_at(at);
        plain.extend(unmarked(before));
        let coded = behind.get(out.len()..).unwrap_or_default();
        // A line ends it in any case.
        let end = coded.windows(back.len()).position(|window| window == back || window.starts_with(b"\n"));
        let (coded, behind) = coded.split_at(end.unwrap_or(coded.len()));
        plain.extend(coded.iter().map(|byte| if byte.is_ascii_graphic() { byte | 0x80 } else { *byte }));
        rest = behind.strip_prefix(back).unwrap_or(behind);
        found = true;
    }
    plain.extend(unmarked(rest));
    found.then(|| encoding_rs::GB18030.decode_without_bom_handling(&plain).0.into_owned())
}

/// ASCII without escape sequences and line ends that are escaped.
fn unmarked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, behind)) = rest.split_first() {
        rest = match (first, behind) {
            (0x1b, [b'$', b')' | b'*' | b'+', _, behind @ ..]) => behind,
            (b'~', [b'\n', behind @ ..]) => behind,
            (b'~', [b'~', behind @ ..]) => {
                out.push(b'~');
                behind
            }
            _ => {
                out.push(first);
                behind
            }
        };
    }
    out
}

/// Bytes in UTF-7 (RFC 2152): ASCII, and UTF-16 in base64 between `+` and `-`. `None` where they say
/// nothing else than they do in ASCII, or are not it.
fn utf7(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.is_ascii())?;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('+') {
        out.push_str(before);
        let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/');
        let (coded, behind) = behind.split_at(end.unwrap_or(behind.len()));
        rest = behind.strip_prefix('-').unwrap_or(behind);
        if coded.is_empty() {
            out.push('+');
            continue;
        }
        let units = crate::read::base64::decode(coded.as_bytes());
        let (pairs, _) = units.as_chunks::<2>();
        out.extend(
            char::decode_utf16(pairs.iter().map(|&pair| u16::from_be_bytes(pair)))
                .map(|c| c.unwrap_or('\u{fffd}')),
        );
    }
    out.push_str(rest);
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shifts_into_chinese_only_needs_no_label() {
        let hz = "~{;zC\\!o~}20~{Dj~}\n\n~{9XSZ?*U99$Ww5DM(V*~}";
        assert_eq!(guess(hz.as_bytes()), Some(("hz-gb-2312", "机密★20年\n\n关于开展工作的通知".to_owned())));
        let utf7 = "+Zzpbxg\n1+-1, +UXNOjl8AXFVd5U9cdoSQGnfl-";
        assert_eq!(guess(utf7.as_bytes()), Some(("utf-7", "机密\n1+1, 关于开展工作的通知".to_owned())));
        for other in [
            "(format t \"~{~a~^, ~}\" list)",
            "~{ab~} ~{cd~} ~{ef~} ~{gh~}",
            "~{open",
            "a + b",
            "tel:+8613912345678",
            "a+b+c+d+efgh/ijkl",
            "mQENBF+abc/def+ghi+jklmnop",
            "",
        ] {
            assert_eq!(guess(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn each_says_the_same() {
        let text = "甲：机密★10年\n乙~";
        let hz = b"~{<W~}~{#:;zC\\~}~{!o~}10~{Dj~}\n~{RR~}~~";
        let iso = b"\x1b$)A\x0e<W#:;zC\\!o\x0f10\x0eDj\x0f\n\x0eRR\x0f~";
        for (label, bytes) in [("HZ-GB-2312", &hz[..]), (" iso-2022-cn ", iso)] {
            assert_eq!(decode(label, bytes).map(|(_, text)| text).as_deref(), Some(text), "{label}");
            assert_eq!(decode(label, b"plain"), None, "{label}");
        }
        assert_eq!(decode("utf-7", b"+Zzpbxg-").map(|(_, text)| text).as_deref(), Some("机密"));
        assert_eq!(decode("gbk", hz), None);
    }
}
