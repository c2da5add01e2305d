//! From bytes to characters when nobody says in which encoding they are.
//!
//! A byte order mark decides, then valid UTF-8. What is left is read as GB18030, Big5 and UTF-16 of
//! both byte orders, and the reading that looks most like Chinese wins; `chardetng` has a say and
//! decides alone when none of them does. It can't decide alone in general: it takes Big5 for GBK
//! under the "cn" hint and does not know UTF-16. Where the choice is not certain, every other
//! plausible reading is handed over too, so that a mark in one of them is seen.
//!
//! Files glued together from two encodings are read line by line, and stretch by stretch within a
//! line, so that a GBK paragraph in a UTF-8 page is text and not a row of replacement characters.

mod common;
mod mixed;
mod seven_bit;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::limits::{Gap, GapKind};
pub(crate) use common::is_common;
use common::{char_score, is_control, score};
use mixed::{is_mostly_utf8, legacy_of, mixed};

/// Bytes, from the first that is not ASCII, on which readings are compared.
const SAMPLE_BYTES: usize = 64 << 10;
/// Characters outside ASCII below which no guess is certain.
const CERTAIN_CHARS: usize = 16;
/// Bytes below which a text says little about its encoding.
const SHORT_BYTES: usize = 64;
/// Score (see [`score`]) above which a guess of enough characters can be certain.
const CERTAIN_SCORE: f64 = 0.5;
/// Lead over every other reading that makes a guess certain.
const CERTAIN_LEAD: f64 = 0.3;
/// Score below which the best reading itself is called a guess.
const WEAK_SCORE: f64 = 0.25;
/// Score that another reading needs to be handed over.
const PLAUSIBLE_SCORE: f64 = -0.4;
/// The same for texts below [`CERTAIN_CHARS`], which say little about themselves.
const PLAUSIBLE_SCORE_SHORT: f64 = -1.5;
/// Share of plausible code units that makes bytes UTF-16 although they are valid UTF-8 too.
const UTF16_SHARE: f64 = 0.85;
/// Share of control characters above which bytes are no text.
const TEXT_CONTROLS: f64 = 0.02;
/// Share of zero bytes above which bytes are no UTF-8 text.
const TEXT_NULS: f64 = 0.3;
/// Share of undecodable bytes above which bytes are no text.
const TEXT_LOST: f64 = 0.1;
/// Undecodable sequences per thousand characters above which a text counts as damaged.
const LOST_PER_MILLE: usize = 5;

/// Bytes read in one encoding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The characters; NUL and byte order marks are left out.
    pub(crate) text: String,
    /// The encoding's name, as browsers write it in lower case (`gb18030`).
    pub(crate) encoding: &'static str,
    /// Sequences that could not be decoded: each is a U+FFFD in the text.
    pub(crate) lost: usize,
}

impl Reading {
    /// The gap that what could not be decoded leaves, where it is more than a slip.
    pub(crate) fn gap(&self) -> Option<Gap> {
        let damaged = self.lost * 1000 > LOST_PER_MILLE * self.text.chars().count();
        damaged.then(|| {
            Gap::new(GapKind::Damaged, format!("{} undecodable sequences as {}", self.lost, self.encoding))
        })
    }
}

/// What [`decode`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    /// The most plausible reading.
    pub(crate) best: Reading,
    /// The best reading is not much better than chance.
    pub(crate) guessed: bool,
    /// Every other plausible reading, best first; empty when the best one is certain.
    pub(crate) others: Vec<Reading>,
}

impl Decoded {
    fn certain(best: Reading) -> Self {
        Self { best, guessed: false, others: Vec::new() }
    }
}

/// Reads `bytes` in whatever encoding they are. Never fails: what can't be decoded is counted.
pub(crate) fn decode(bytes: &[u8]) -> Decoded {
    match Encoding::for_bom(bytes) {
        Some((encoding, length)) if encoding != UTF_8 => {
            let reading = read_as(encoding, bytes.get(length..).unwrap_or_default());
            // A mark in front of text that is something else hides nothing.
            let sample = sample_of(bytes);
            if units_share(sample, encoding) >= UTF16_SHARE || sample.is_empty() {
                return Decoded::certain(reading);
            }
            let others = candidates(bytes).into_iter().filter(|c| c.encoding != encoding);
            Decoded { best: reading, guessed: true, others: plausible(others, bytes) }
        }
        Some((_, length)) => decode_unmarked(bytes.get(length..).unwrap_or_default()),
        None if bytes.starts_with(&[0x84, 0x31, 0x95, 0x33]) => Decoded::certain(read_as(GB18030, bytes)),
        None => decode_unmarked(bytes),
    }
}

/// The same for a document that names its encoding (`label` as in HTML's `charset=`). Valid UTF-8
/// and byte order marks are believed before the label; a label that contradicts the bytes adds a
/// reading, since some program will follow it.
pub(crate) fn decode_labelled(bytes: &[u8], label: Option<&str>) -> Decoded {
    let mut found = decode(bytes);
    if let Some((encoding, text)) = label.and_then(|label| seven_bit::decode(label, bytes)) {
        let named = Reading { text, encoding, lost: 0 };
        found.others.insert(0, std::mem::replace(&mut found.best, named));
        return found;
    }
    let Some(encoding) = label.and_then(|l| Encoding::for_label(l.trim().as_bytes())) else { return found };
    // A label that can be read in ASCII is not UTF-16; the standard takes UTF-8 for it.
    let encoding = if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding };
    let encoding = if encoding == encoding_rs::GBK { GB18030 } else { encoding };
    if encoding.name().eq_ignore_ascii_case(found.best.encoding) || Encoding::for_bom(bytes).is_some() {
        return found;
    }
    let named = read_as(encoding, bytes);
    if named.text == found.best.text {
        return found;
    }
    found.others.retain(|other| other.encoding != named.encoding);
    let unsure = found.guessed || !found.others.is_empty() || found.best.encoding.starts_with("windows");
    if unsure && named.lost <= found.best.lost {
        let second = std::mem::replace(&mut found.best, named);
        found.guessed = false;
        found.others.insert(0, second);
    } else {
        found.others.push(named);
    }
    found
}

/// Whether `sample`, the first bytes of a file, is text in some encoding.
pub(crate) fn is_text(sample: &[u8]) -> bool {
    if sample.is_empty() || sample.iter().all(|&b| b == 0) {
        return false;
    }
    let utf16 = match Encoding::for_bom(sample) {
        Some((encoding, _)) if encoding != UTF_8 => units_share(sample, encoding) >= 0.5,
        _ => utf16_without_mark(sample).is_some(),
    };
    let likely = |c: &Candidate| c.score >= CERTAIN_SCORE;
    if utf16 || sample.len() < SHORT_BYTES && candidates(sample).first().is_some_and(likely) {
        return true;
    }
    let of = |count: usize| count as f64 / sample.len() as f64;
    let nuls = of(sample.iter().filter(|&&b| b == 0).count());
    // Those that shift between sets of characters are text.
    let is_shift = |b: u8| matches!(b, 0x0e | 0x0f | 0x1b);
    let is_damage = |b: u8| b != 0 && is_control(char::from(b)) && !is_shift(b);
    let controls = of(sample.iter().filter(|&&b| is_damage(b)).count());
    if controls > TEXT_CONTROLS || nuls > TEXT_NULS {
        return false;
    }
    // The sample may end in the middle of a character.
    let whole = match std::str::from_utf8(sample) {
        Ok(_) => return true,
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => return true,
        Err(_) => sample,
    };
    if nuls > TEXT_CONTROLS {
        return candidates(whole).first().is_some_and(|c| c.score >= CERTAIN_SCORE);
    }
    let decoded = decode(whole);
    decoded.best.lost as f64 <= TEXT_LOST * decoded.best.text.chars().count() as f64 + 1.0
}

fn decode_unmarked(bytes: &[u8]) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let reading = Reading { text: without_noise(text), encoding: "utf-8", lost: 0 };
        if text.is_ascii()
            && let Some((encoding, text)) = seven_bit::guess(bytes)
        {
            let best = Reading { text, encoding, lost: 0 };
            return Decoded { best, guessed: false, others: vec![reading] };
        }
        let noisy = bytes.iter().any(|&b| is_control(char::from(b)));
        return match noisy.then(|| utf16_without_mark(bytes)).flatten() {
            Some(encoding) => {
                Decoded { best: read_as(encoding, bytes), guessed: false, others: vec![reading] }
            }
            // A few bytes are UTF-8 by chance: 统一 in GBK is ͳһ, 机关 in UTF-16 is :gsQ.
            None if bytes.len() < SHORT_BYTES && text.chars().all(|c| c < '\u{800}') => {
                let bar = if text.is_ascii() && !noisy { CERTAIN_SCORE } else { WEAK_SCORE };
                let likely = candidates(bytes).into_iter().filter(|c| c.score >= bar);
                Decoded { best: reading, guessed: false, others: plausible(likely, bytes) }
            }
            None => Decoded::certain(reading),
        };
    }
    let candidates = candidates(bytes);
    let Some(best) = candidates.first() else { return Decoded::certain(read_as(UTF_8, bytes)) };
    let wide = best.encoding == UTF_16LE || best.encoding == UTF_16BE;
    if is_mostly_utf8(bytes) && !(wide && best.score >= CERTAIN_SCORE) {
        let few = best.chars < CERTAIN_CHARS;
        let others = if few { plausible(candidates, bytes) } else { Vec::new() };
        return Decoded { best: mixed(bytes, UTF_8, legacy_of(bytes)), guessed: false, others };
    }
    let short = best.chars < CERTAIN_CHARS;
    let lead = best.score - candidates.get(1).map_or(f64::NEG_INFINITY, |second| second.score);
    let (encoding, score) = (best.encoding, best.score);
    if score < WEAK_SCORE {
        let guess = detect(bytes);
        if ![GB18030, BIG5, UTF_16LE, UTF_16BE].contains(&guess) {
            // Text of another language; the Chinese readings stay as possibilities.
            return Decoded {
                best: read_as(guess, bytes),
                guessed: short,
                others: plausible(candidates, bytes),
            };
        }
    }
    let best = if wide { read_as(encoding, bytes) } else { mixed(bytes, encoding, encoding) };
    if score >= CERTAIN_SCORE && lead >= CERTAIN_LEAD && !short {
        return Decoded::certain(best);
    }
    let others = candidates.into_iter().skip(1);
    Decoded { best, guessed: score < WEAK_SCORE, others: plausible(others, bytes) }
}

/// An encoding that the bytes might be in, with how Chinese they look in it.
#[derive(Debug)]
struct Candidate {
    encoding: &'static Encoding,
    score: f64,
    chars: usize,
}

/// The four encodings without a mark, most plausible first.
fn candidates(bytes: &[u8]) -> Vec<Candidate> {
    let favourite = detect(bytes);
    let sample = sample_of(bytes);
    let mut all: Vec<Candidate> = [GB18030, BIG5, UTF_16LE, UTF_16BE]
        .into_iter()
        .map(|encoding| {
            let wide = encoding == UTF_16LE || encoding == UTF_16BE;
            let (mut value, chars) = score(&encoding.decode_without_bom_handling(sample).0, wide);
            if encoding == favourite {
                value += 0.1;
            }
            Candidate { encoding, score: value, chars }
        })
        .collect();
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all
}

fn plausible(candidates: impl IntoIterator<Item = Candidate>, bytes: &[u8]) -> Vec<Reading> {
    candidates
        .into_iter()
        .filter(|c| c.score > if c.chars < CERTAIN_CHARS { PLAUSIBLE_SCORE_SHORT } else { PLAUSIBLE_SCORE })
        .map(|c| read_as(c.encoding, bytes))
        .collect()
}

/// The part of `bytes` to judge by: from the first byte outside ASCII, at an even offset so that
/// UTF-16 stays in step.
fn sample_of(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|b| !b.is_ascii() || *b == 0).unwrap_or(0);
    // GBK and Big5 characters start at their first byte outside ASCII or behind an ASCII one.
    let start = first & !1;
    bytes.get(start..bytes.len().min(start + SAMPLE_BYTES)).unwrap_or_default()
}

/// The byte order in which bytes without a mark are UTF-16, if in one.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = sample_of(bytes);
    let (little, big) = (units_share(sample, UTF_16LE), units_share(sample, UTF_16BE));
    if little.max(big) < UTF16_SHARE || sample.len() < 4 {
        return None;
    }
    Some(if little >= big { UTF_16LE } else { UTF_16BE })
}

/// Share of the code units that a Chinese or Western text would hold.
fn units_share(sample: &[u8], encoding: &'static Encoding) -> f64 {
    let (units, _) = sample.as_chunks::<2>();
    let good = units.iter().filter(|&&unit| {
        let unit = if encoding == UTF_16BE { u16::from_be_bytes(unit) } else { u16::from_le_bytes(unit) };
        match char::from_u32(u32::from(unit)) {
            Some('\t' | '\n' | '\r' | '\u{feff}' | ' '..='~') => true,
            Some(c) => char_score(c) > 0.0 || ('\u{2000}'..='\u{27bf}').contains(&c),
            None => false,
        }
    });
    if units.is_empty() { 0.0 } else { good.count() as f64 / units.len() as f64 }
}

fn detect(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample_of(bytes), true);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    if guess == encoding_rs::GBK { GB18030 } else { guess }
}

fn read_as(encoding: &'static Encoding, bytes: &[u8]) -> Reading {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let lost = text.chars().filter(|&c| c == '\u{fffd}').count();
    Reading { text: without_noise(&text), encoding: name_of(encoding), lost }
}

fn name_of(encoding: &'static Encoding) -> &'static str {
    match encoding {
        _ if encoding == UTF_8 => "utf-8",
        _ if encoding == GB18030 => "gb18030",
        _ if encoding == BIG5 => "big5",
        _ if encoding == UTF_16LE => "utf-16le",
        _ if encoding == UTF_16BE => "utf-16be",
        other => other.name(),
    }
}

/// Zero bytes and a leading byte order mark are no text.
fn without_noise(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "机密★20年\n关于进一步加强网站信息发布审查工作的通知\n各县（市、区）人民政府，市政府各部门：\
        为贯彻落实上级要求，现将有关事项通知如下。\n";
    const LONG_BIG5: &str = "機密★20年\n關於進一步加強網站資訊發布審查工作的通知\n各縣（市、區）人民政府，各部門：\
        為落實上級要求，現將有關事項通知如下。\n";

    fn wide(text: &str, little: bool) -> Vec<u8> {
        let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn all_readings(bytes: &[u8]) -> Vec<String> {
        let decoded = decode(bytes);
        std::iter::once(decoded.best.text).chain(decoded.others.into_iter().map(|r| r.text)).collect()
    }

    #[test]
    fn a_page_of_text_is_certain_in_every_encoding() {
        let with_mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
        let cases: [(&str, Vec<u8>, &str); 9] = [
            ("utf-8", LONG.as_bytes().to_vec(), LONG),
            ("utf-8", with_mark(b"\xef\xbb\xbf", LONG.as_bytes().to_vec()), LONG),
            ("gb18030", GB18030.encode(LONG).0.into_owned(), LONG),
            ("big5", BIG5.encode(LONG_BIG5).0.into_owned(), LONG_BIG5),
            ("utf-16le", with_mark(b"\xff\xfe", wide(LONG, true)), LONG),
            ("utf-16be", with_mark(b"\xfe\xff", wide(LONG, false)), LONG),
            ("utf-16le", wide(LONG, true), LONG),
            ("utf-16be", wide(LONG, false), LONG),
            ("utf-16le", wide("plain English, all of it\r\n", true), "plain English, all of it\r\n"),
        ];
        for (encoding, bytes, text) in cases {
            let decoded = decode(&bytes);
            assert_eq!((decoded.best.encoding, decoded.best.text.as_str()), (encoding, text));
            assert!(!decoded.guessed, "{encoding}");
            assert!(is_text(&bytes), "{encoding}");
            assert!(decoded.others.is_empty() || text.is_ascii(), "{encoding}: {:?}", decoded.others);
        }
    }

    #[test]
    fn a_few_characters_are_right_in_one_of_the_readings() {
        for text in ["机密★20年", "秘密", "绝密★长期", "内部资料 注意保存", "密级：机密"]
        {
            for bytes in [GB18030.encode(text).0.into_owned(), wide(text, true), wide(text, false)] {
                assert!(all_readings(&bytes).contains(&text.to_owned()), "{text}: {:?}", decode(&bytes));
                assert!(is_text(&bytes), "{text}");
            }
        }
        for text in ["機密★20年", "絕密", "內部資料"] {
            let bytes = BIG5.encode(text).0.into_owned();
            assert!(all_readings(&bytes).contains(&text.to_owned()), "{text}: {:?}", decode(&bytes));
        }
    }

    #[test]
    fn four_byte_characters_of_gb18030() {
        let text = "人名用字𠮷㐂，机密★20年的文件";
        let bytes = GB18030.encode(text).0.into_owned();
        assert!(bytes.len() > text.chars().count() * 2);
        assert_eq!(decode(&bytes).best.text, text);
    }

    #[test]
    fn a_gbk_paragraph_in_utf8_and_the_reverse() {
        let gbk = GB18030.encode("秘密★10年，不得外传").0.into_owned();
        let glued = [LONG.as_bytes(), &gbk, b"\n", LONG.as_bytes()].concat();
        let decoded = decode(&glued);
        assert_eq!(decoded.best.text, format!("{LONG}秘密★10年，不得外传\n{LONG}"));
        let big5 = BIG5.encode("秘密★10年，不得外傳").0.into_owned();
        let decoded = decode(&[LONG.as_bytes(), &big5, b"\n", LONG.as_bytes()].concat());
        assert_eq!(decoded.best.text, format!("{LONG}秘密★10年，不得外傳\n{LONG}"));
        let inside = [LONG.trim_end().as_bytes(), &gbk, "的规定\n".as_bytes()].concat();
        let decoded = decode(&inside);
        assert_eq!(decoded.best.text, format!("{}秘密★10年，不得外传的规定\n", LONG.trim_end()));
        let long = GB18030.encode(LONG).0.into_owned();
        let decoded = decode(&[&long, "秘密★10年\n".as_bytes(), &long, &long].concat());
        assert_eq!(decoded.best.text, format!("{LONG}秘密★10年\n{LONG}{LONG}"));
        assert_eq!(decoded.best.lost, 0);
    }

    #[test]
    fn nul_is_noise_and_what_is_lost_is_counted() {
        let decoded = decode("机\0密★20年".as_bytes());
        assert_eq!(decoded.best.text, "机密★20年");
        let decoded = decode(&[LONG.as_bytes(), b"\xff", LONG.as_bytes()].concat());
        assert_eq!(decoded.best.lost, 1);
        assert_eq!(decoded.best.text, format!("{LONG}\u{fffd}{LONG}"));
    }

    #[test]
    fn other_languages_are_not_taken_for_chinese() {
        let russian = encoding_rs::WINDOWS_1251
            .encode("Это обычный русский текст, в котором нет ничего секретного, просто слова.")
            .0
            .into_owned();
        assert_eq!(decode(&russian).best.encoding, "windows-1251");
        let latin = "Une journ\u{e9}e \u{e0} la pr\u{e9}fecture, d\u{e9}j\u{e0} vue";
        let bytes = encoding_rs::WINDOWS_1252.encode(latin).0.into_owned();
        assert_eq!(decode(&bytes).best.text, latin);
    }

    #[test]
    fn binary_is_no_text() {
        assert!(!is_text(&[0; 64]));
        assert!(!is_text(
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0\x40\x58\0\0\0\0\0\0\x40\0\0"
        ));
        let noise: Vec<u8> = (0..4096_u32).map(|i| i.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        assert!(!is_text(&noise));
    }

    #[test]
    fn a_label_is_followed_where_the_bytes_leave_room() {
        let bytes = GB18030.encode(LONG).0.into_owned();
        assert_eq!(decode_labelled(&bytes, Some("GB2312")).others, []);
        let utf8 = decode_labelled(LONG.as_bytes(), Some("gb2312"));
        assert_eq!(utf8.best.text, LONG);
        assert_eq!(utf8.others.len(), 1);
        let short = encoding_rs::SHIFT_JIS.encode("秘密").0.into_owned();
        assert_eq!(decode_labelled(&short, Some("shift_jis")).best.text, "秘密");
    }
}
