//! Stream filters under the document's budget.
//!
//! The object library decodes without a cap, so every stream is taken raw and decoded here. What
//! can't be decoded comes back as far as it went, with the reason. Image filters are not decoded.

use std::borrow::Cow;

use hayro_syntax::object::{Array, Dict, Name, Object, Stream};

use super::array::array_under;
use super::inflate::{inflate, inflate_into};
use super::lexer::is_regular;
use crate::limits::{Budget, GapKind};

/// Filters of one stream; real files use one or two.
const CHAIN_FILTERS: usize = 8;
/// Bytes that one stream may inflate to; the largest page contents of real files are below 30 MB.
const STREAM_BYTES: u64 = 64 << 20;

/// Why a stream was not decoded, or only in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The data contradicts its filter or ends too early.
    Damaged(&'static str),
    /// A filter of images.
    Image,
    /// A filter nobody knows.
    Unknown(String),
    /// The budget, with the limit in words.
    Limit(String),
    /// Decryption gave nothing back.
    Encrypted,
    /// The data is in another file.
    External,
}

impl Trouble {
    /// The gap this is.
    pub(super) fn kind(&self) -> GapKind {
        match self {
            Self::Damaged(_) => GapKind::Damaged,
            Self::Image | Self::Unknown(_) | Self::External => GapKind::Unsupported,
            Self::Limit(_) => GapKind::Limit,
            Self::Encrypted => GapKind::Encrypted,
        }
    }

    /// The gap's detail, for the stream of `what`.
    pub(super) fn detail(&self, what: &str) -> String {
        match self {
            Self::Damaged(filter) => format!("{what}: stream damaged ({filter})"),
            Self::Image => format!("{what}: image filter"),
            Self::Unknown(name) => format!("{what}: unknown filter {name}"),
            Self::Limit(limit) => format!("{what}: {limit}"),
            Self::Encrypted => format!("{what}: stream does not decrypt"),
            Self::External => format!("{what}: stream data in another file"),
        }
    }
}

/// A stream's data, as far as it could be decoded.
pub(super) struct Decoded<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) trouble: Option<Trouble>,
}

/// Decodes `stream`, taking what comes out off the budget.
pub(super) fn decode<'a>(stream: &Stream<'a>, budget: &mut Budget) -> Decoded<'a> {
    let dict = stream.dict();
    if matches!(dict.get::<Object<'_>>("F"), Some(Object::String(_) | Object::Dict(_))) {
        return Decoded { bytes: Cow::Borrowed(&[]), trouble: Some(Trouble::External) };
    }
    let raw = stream.raw_data();
    if raw.is_empty() {
        // A decryption that fails leaves nothing, and says nothing.
        let lost = dict.get::<i64>("Length").is_some_and(|length| length > 0);
        return Decoded { bytes: raw, trouble: lost.then_some(Trouble::Encrypted) };
    }
    decode_data(dict, raw, budget)
}

/// Applies the filters that `dict` names to `raw`.
pub(super) fn decode_data<'a>(dict: &Dict<'_>, raw: Cow<'a, [u8]>, budget: &mut Budget) -> Decoded<'a> {
    let Some(names) = filters(dict) else {
        return Decoded { bytes: Cow::Borrowed(&[]), trouble: Some(Trouble::Damaged("Filter")) };
    };
    if names.len() > CHAIN_FILTERS {
        let trouble = Trouble::Limit(format!("filters of a stream: {CHAIN_FILTERS}"));
        return Decoded { bytes: Cow::Borrowed(&[]), trouble: Some(trouble) };
    }
    let single = dict.get::<Dict<'_>>("DecodeParms").or_else(|| dict.get::<Dict<'_>>("DP"));
    let several = dict.get::<Array<'_>>("DecodeParms").or_else(|| dict.get::<Array<'_>>("DP"));
    let mut several = several.as_ref().map(|array| array.iter::<Object<'_>>());
    let mut parameters = || {
        let own = several.as_mut().and_then(Iterator::next).and_then(Object::into_dict);
        own.or_else(|| single.clone()).unwrap_or_default()
    };
    let steps: Vec<(Vec<u8>, Dict<'_>)> = names.into_iter().map(|name| (name, parameters())).collect();
    run(raw, &steps, budget)
}

/// The filters that `dict` names, one more than the limit at most. `None` where it names something that is none:
/// without it the data says nothing.
fn filters(dict: &Dict<'_>) -> Option<Vec<Vec<u8>>> {
    let written = |data| -> Vec<Vec<u8>> {
        names_between(data).into_iter().take(CHAIN_FILTERS + 1).map(<[u8]>::to_vec).collect()
    };
    match dict.get::<Object<'_>>("Filter").or_else(|| dict.get::<Object<'_>>("F")) {
        Some(Object::Name(name)) => Some(vec![name.as_ref().to_vec()]),
        Some(Object::Array(names)) => {
            let read = names.iter::<Name<'_>>().take(CHAIN_FILTERS + 1).map(|name| name.as_ref().to_vec());
            let read: Vec<Vec<u8>> = read.collect();
            // Where more are written than the library read, something stands between them.
            let written = written(names.data());
            let names_any = !read.is_empty() || !written.is_empty() || names.data().trim_ascii().is_empty();
            names_any.then_some(if written.len() > read.len() { written } else { read })
        }
        Some(Object::Null(_)) => Some(Vec::new()),
        _ if !dict.contains_key("Filter") => Some(Vec::new()),
        _ => array_under(dict, "/Filter").map(written).filter(|names| !names.is_empty()),
    }
}

/// The names in the text of an array, whatever else stands there.
fn names_between(data: &[u8]) -> Vec<&[u8]> {
    let end = |name: &[u8]| name.iter().position(|&byte| !is_regular(byte)).unwrap_or(name.len());
    let behind = data.split(|&byte| byte == b'/').skip(1);
    behind.map(|name| name.get(..end(name)).unwrap_or_default()).collect()
}

/// Whether the only filter of a stream is deflate, and its data is in the file.
pub(super) fn is_deflated(dict: &Dict<'_>) -> bool {
    dict.get::<Name<'_>>("Filter").is_some_and(|name| name.as_ref() == b"FlateDecode")
        && !dict.contains_key("DecodeParms")
        && !dict.contains_key("DP")
        && !dict.contains_key("F")
}

/// Inflates data whose only filter is deflate, in the memory of `out`.
pub(super) fn deflated<'a>(raw: &[u8], budget: &mut Budget, out: Vec<u8>) -> Decoded<'a> {
    let (bytes, trouble) = inflate_into(raw, cap(raw.len() as u64, budget), out);
    budget.spend_inflated(bytes.len() as u64);
    Decoded { bytes: Cow::Owned(bytes), trouble: trouble.map(|trouble| told(trouble, budget)) }
}

/// Bytes that a stream may inflate to of which so many are stored.
fn cap(stored: u64, budget: &Budget) -> usize {
    usize::try_from(budget.inflatable(stored).min(STREAM_BYTES)).unwrap_or(usize::MAX)
}

/// A trouble, which is the document's where its limit is reached.
fn told(trouble: Trouble, budget: &Budget) -> Trouble {
    match trouble {
        Trouble::Limit(_) if budget.inflated == 0 => {
            Trouble::Limit(format!("inflated bytes of a document: {}", budget.limits.inflated))
        }
        other => other,
    }
}

/// Applies the filters in turn.
fn run<'a>(raw: Cow<'a, [u8]>, steps: &[(Vec<u8>, Dict<'_>)], budget: &mut Budget) -> Decoded<'a> {
    let stored = raw.len() as u64;
    let mut bytes = raw;
    for (name, parameters) in steps {
        let cap = cap(stored, budget);
        let (out, trouble) = match name.as_slice() {
            b"FlateDecode" | b"Fl" => {
                let (out, trouble) = inflate(&bytes, cap);
                predicted(out, trouble, parameters)
            }
            b"LZWDecode" | b"LZW" => {
                let early = parameters.get::<i32>("EarlyChange").unwrap_or(1) != 0;
                let (out, trouble) = lzw(&bytes, early, cap);
                predicted(out, trouble, parameters)
            }
            b"ASCII85Decode" | b"A85" => ascii85(&bytes),
            b"ASCIIHexDecode" | b"AHx" => ascii_hex(&bytes),
            b"RunLengthDecode" | b"RL" => run_length(&bytes, cap),
            b"Crypt" => continue,
            b"DCTDecode" | b"DCT" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" | b"CCF" => {
                return Decoded { bytes: Cow::Borrowed(&[]), trouble: Some(Trouble::Image) };
            }
            other => {
                let name = other.iter().take(40).map(|&b| char::from(b)).collect();
                return Decoded { bytes: Cow::Borrowed(&[]), trouble: Some(Trouble::Unknown(name)) };
            }
        };
        budget.spend_inflated(out.len() as u64);
        bytes = Cow::Owned(out);
        if let Some(trouble) = trouble {
            return Decoded { bytes, trouble: Some(told(trouble, budget)) };
        }
    }
    Decoded { bytes, trouble: None }
}

pub(super) fn ratio_reached(cap: usize) -> Trouble {
    Trouble::Limit(format!("inflated bytes of a stream: {cap}"))
}

/// Undoes the PNG and TIFF predictors that the parameters name.
fn predicted(data: Vec<u8>, trouble: Option<Trouble>, parameters: &Dict<'_>) -> (Vec<u8>, Option<Trouble>) {
    let number =
        |key: &str, or: usize| parameters.get::<i64>(key).and_then(|n| usize::try_from(n).ok()).unwrap_or(or);
    let predictor = number("Predictor", 1);
    if predictor < 2 {
        return (data, trouble);
    }
    let (colors, bits, columns) = (number("Colors", 1), number("BitsPerComponent", 8), number("Columns", 1));
    let row_bits = colors.checked_mul(bits).and_then(|n| n.checked_mul(columns));
    let Some(row) = row_bits.map(|n| n.div_ceil(8)).filter(|&n| n > 0 && n <= data.len().max(1)) else {
        return (Vec::new(), Some(Trouble::Damaged("predictor")));
    };
    let pixel = (colors.saturating_mul(bits)).div_ceil(8).max(1);
    if predictor == 2 {
        let mut data = data;
        if bits == 8 {
            for line in data.chunks_mut(row) {
                for i in pixel..line.len() {
                    line[i] = line[i].wrapping_add(line[i - pixel]);
                }
            }
        }
        return (data, trouble);
    }
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0u8; row];
    for line in data.chunks(row + 1) {
        let Some((&kind, line)) = line.split_first() else { break };
        let mut current = line.to_vec();
        current.resize(row, 0);
        for i in 0..row {
            let left = if i >= pixel { current[i - pixel] } else { 0 };
            let up = above[i];
            let corner = if i >= pixel { above[i - pixel] } else { 0 };
            let guess = match kind {
                1 => left,
                2 => up,
                3 => u8::try_from((u16::from(left) + u16::from(up)) / 2).unwrap_or(0),
                4 => paeth(left, up, corner),
                _ => 0,
            };
            current[i] = current[i].wrapping_add(guess);
        }
        out.extend_from_slice(current.get(..line.len()).unwrap_or(&current));
        above = current;
    }
    (out, trouble)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let p = a + b - c;
    let (pa, pb, pc) = ((p - a).abs(), (p - b).abs(), (p - c).abs());
    if pa <= pb && pa <= pc {
        left
    } else if pb <= pc {
        up
    } else {
        corner
    }
}

fn lzw(data: &[u8], early: bool, cap: usize) -> (Vec<u8>, Option<Trouble>) {
    const CLEAR: usize = 256;
    const END: usize = 257;
    // Each entry is a span of the output: what was written for the code before it, and one more.
    let mut table: Vec<(usize, usize)> = Vec::with_capacity(4096);
    let mut out: Vec<u8> = Vec::new();
    let (mut buffer, mut held, mut width) = (0u32, 0u32, 9u32);
    let mut previous: Option<(usize, usize)> = None;
    for &byte in data {
        buffer = buffer << 8 | u32::from(byte);
        held += 8;
        if held < width {
            continue;
        }
        held -= width;
        let code = (buffer >> held) as usize & ((1 << width) - 1);
        buffer &= (1 << held) - 1;
        match code {
            CLEAR => {
                table.clear();
                width = 9;
                previous = None;
                continue;
            }
            END => return (out, None),
            _ => {}
        }
        let start = out.len();
        if code < 256 {
            out.push(u8::try_from(code).unwrap_or(0));
        } else {
            let span = match table.get(code - 258) {
                Some(&span) => span,
                // The code being defined right now: the one before it and its own first byte.
                None if code - 258 == table.len() => match previous {
                    Some((at, len)) => (at, len + 1),
                    None => return (out, Some(Trouble::Damaged("LZWDecode"))),
                },
                None => return (out, Some(Trouble::Damaged("LZWDecode"))),
            };
            if out.len() + span.1 > cap {
                return (out, Some(ratio_reached(cap)));
            }
            for i in span.0..span.0 + span.1 {
                let byte = out.get(i).copied().unwrap_or(0);
                out.push(byte);
            }
        }
        if let Some((at, len)) = previous
            && table.len() < 4096 - 258
        {
            table.push((at, len + 1));
        }
        previous = Some((start, out.len() - start));
        let next = table.len() + 258 + 1 + usize::from(early) - usize::from(previous.is_none());
        width = match next {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
    }
    (out, None)
}

fn ascii85(data: &[u8]) -> (Vec<u8>, Option<Trouble>) {
    let mut out = Vec::with_capacity(data.len() / 5 * 4);
    let (mut group, mut count) = (0u32, 0usize);
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    for &byte in data {
        match byte {
            b'~' => break,
            b'z' if count == 0 => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                if count == 5 {
                    out.extend_from_slice(&group.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b if b.is_ascii_whitespace() || b == 0 => {}
            _ => return (out, Some(Trouble::Damaged("ASCII85Decode"))),
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        out.extend_from_slice(group.to_be_bytes().get(..count - 1).unwrap_or_default());
    }
    (out, None)
}

fn ascii_hex(data: &[u8]) -> (Vec<u8>, Option<Trouble>) {
    let mut out = Vec::with_capacity(data.len() / 2);
    let mut high: Option<u8> = None;
    for &byte in data {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b'>' => break,
            b if b.is_ascii_whitespace() || b == 0 => continue,
            _ => return (out, Some(Trouble::Damaged("ASCIIHexDecode"))),
        };
        match high.take() {
            Some(first) => out.push(first << 4 | digit),
            None => high = Some(digit),
        }
    }
    out.extend(high.map(|first| first << 4));
    (out, None)
}

fn run_length(data: &[u8], cap: usize) -> (Vec<u8>, Option<Trouble>) {
    let mut out = Vec::new();
    let mut rest = data;
    while let Some((&length, tail)) = rest.split_first() {
        if length == 128 {
            break;
        }
        let count = if length < 128 { usize::from(length) + 1 } else { 257 - usize::from(length) };
        if out.len() + count > cap {
            return (out, Some(ratio_reached(cap)));
        }
        if length < 128 {
            let Some(literal) = tail.get(..count) else {
                out.extend_from_slice(tail);
                return (out, Some(Trouble::Damaged("RunLengthDecode")));
            };
            out.extend_from_slice(literal);
            rest = tail.get(count..).unwrap_or_default();
        } else {
            let Some((&byte, tail)) = tail.split_first() else {
                return (out, Some(Trouble::Damaged("RunLengthDecode")));
            };
            out.resize(out.len() + count, byte);
            rest = tail;
        }
    }
    (out, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_filters() {
        assert_eq!(ascii85(b"9jqo^~>").0, b"Man ");
        assert_eq!(ascii85(b"9jqo~>").0, b"Man");
        assert_eq!(ascii_hex(b"6D 69 6a7>").0, b"mijp");
        assert_eq!(run_length(b"\x02abc\xfed\x80zz", 99).0, b"abcddd");
    }

    #[test]
    fn lzw_of_the_specification() {
        // ISO 32000-2, 7.4.4.2: 45 45 45 45 45 65 45 45 45 66.
        let packed = [0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01];
        assert_eq!(lzw(&packed, true, 99).0, [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }
}
