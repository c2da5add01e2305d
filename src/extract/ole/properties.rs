//! Property sets: what a document says about itself, in streams whose names begin with the
//! character 5.

use super::{ansi, drawing, stray};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{u16_at, u32_at};
use crate::text::Place;

/// Properties of one set that are read.
const PROPERTIES: u32 = 10_000;
/// Strings of a list that are read.
const STRINGS: u32 = 100_000;

/// Bytes of a list of links that are read.
const LINKS_BYTES: usize = 1 << 20;
/// Times that a set may be read over when values overlap. In UTF-8 a character may have three times
/// the bytes that it has in the set.
const OVERLAP: usize = 8;

/// First byte of the two sets that every document has, and names of their properties. Programs'
/// names, counts and dates are not among them.
const SUMMARY: u8 = 0xe0;
const DOCUMENT_SUMMARY: u8 = 0x02;

fn name(set: u8, id: u32) -> Option<&'static str> {
    match (set, id) {
        (SUMMARY, 2) => Some("title"),
        (SUMMARY, 3) => Some("subject"),
        (SUMMARY, 4) => Some("creator"),
        (SUMMARY, 5) => Some("keywords"),
        (SUMMARY, 6) => Some("description"),
        (SUMMARY, 7) => Some("template"),
        (SUMMARY, 8) => Some("lastModifiedBy"),
        (DOCUMENT_SUMMARY, 2) => Some("category"),
        (DOCUMENT_SUMMARY, 13) => Some("titlesOfParts"),
        (DOCUMENT_SUMMARY, 14) => Some("manager"),
        (DOCUMENT_SUMMARY, 15) => Some("company"),
        (DOCUMENT_SUMMARY, 26) => Some("contentType"),
        (DOCUMENT_SUMMARY, 27) => Some("contentStatus"),
        (DOCUMENT_SUMMARY, 29) => Some("version"),
        (SUMMARY | DOCUMENT_SUMMARY, _) => None,
        _ => Some("property"),
    }
}

/// Reads a stream of property sets.
pub(super) fn read(bytes: &[u8], sink: &mut Sink<'_>) {
    let count = u32_at(bytes, 24).unwrap_or_default().min(8);
    for number in 0..usize::try_from(count).unwrap_or_default() {
        let head = 28 + 20 * number;
        let (Some(&format), Some(offset)) = (bytes.get(head), u32_at(bytes, head + 16)) else { return };
        let set = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..));
        if let Some(set) = set {
            read_set(set, format, sink);
        }
    }
}

fn read_set(set: &[u8], format: u8, sink: &mut Sink<'_>) {
    let declared = u32_at(set, 4).unwrap_or_default();
    let count = declared.min(PROPERTIES);
    if declared > count {
        sink.gap(Gap::new(GapKind::Limit, format!("properties of a set: {PROPERTIES}")));
    }
    let entries: Vec<(u32, &[u8])> = (0..usize::try_from(count).unwrap_or_default())
        .map_while(|number| {
            let offset = usize::try_from(u32_at(set, 12 + 8 * number)?).ok()?;
            Some((u32_at(set, 8 + 8 * number)?, set.get(offset..).unwrap_or_default()))
        })
        .collect();
    let value = |id| entries.iter().find(|entry| entry.0 == id).map(|entry| entry.1);
    let page = value(1).and_then(|bytes| u16_at(bytes, 4)).unwrap_or(ansi::WESTERN);
    let names = value(0).map(|bytes| dictionary(bytes, page)).unwrap_or_default();
    // Values that overlap are read again, but not without end.
    let mut left = set.len().saturating_mul(OVERLAP);
    for (id, bytes) in entries {
        if id < 2 {
            continue;
        }
        let own = names.iter().find(|(named, _)| *named == id).map(|(_, name)| name.as_str());
        let Some(name) = own.or_else(|| name(format, id)) else { continue };
        let (values, read) = strings(bytes, page, own.is_some());
        let links = bytes.get(..LINKS_BYTES).unwrap_or(bytes);
        let is_links = own.is_some_and(|name| name.starts_with("_PID_"));
        let size = read.max(values.iter().map(String::len).sum()) + if is_links { links.len() } else { 0 };
        let Some(less) = left.checked_sub(size) else {
            return sink.gap(Gap::new(GapKind::Limit, format!("properties: read {OVERLAP} times over")));
        };
        left = less;
        let text = values.iter().map(|v| v.trim()).filter(|v| !v.is_empty()).collect::<Vec<_>>().join("\n");
        if is_links {
            stray::wide(links, 4, &mut |text| sink.tell_once(Place::Attribute, text));
        } else if !text.is_empty() && !matches!(text.as_str(), "Normal" | "Normal.dot" | "Normal.dotm") {
            sink.tell(Place::Property, &format!("{name}: {text}"));
        } else if !name.is_ascii() {
            sink.tell(Place::Property, name);
        }
    }
}

/// The names of custom properties by their numbers.
fn dictionary(bytes: &[u8], page: u16) -> Vec<(u32, String)> {
    let count = u32_at(bytes, 0).unwrap_or_default().min(PROPERTIES);
    let mut at = 4;
    let mut names = Vec::new();
    for _ in 0..count {
        let (Some(id), Some(length)) = (u32_at(bytes, at), u32_at(bytes, at + 4)) else { break };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let length = if page == 1200 { length.saturating_mul(2) } else { length };
        let Some(name) = bytes.get(at + 8..).and_then(|rest| rest.get(..length)) else { break };
        names.push((id, ansi::decode(name, page)));
        at += 8 + if page == 1200 { length.next_multiple_of(4) } else { length };
    }
    names
}

/// The strings of a value, and how many bytes it has; numbers too where somebody chose to store them.
fn strings(bytes: &[u8], page: u16, is_custom: bool) -> (Vec<String>, usize) {
    let Some(kind) = u32_at(bytes, 0) else { return (Vec::new(), 0) };
    let (mut rest, count) = match kind & 0x1000 {
        0 => (bytes.get(4..).unwrap_or_default(), 1),
        _ => (bytes.get(8..).unwrap_or_default(), u32_at(bytes, 4).unwrap_or_default().min(STRINGS)),
    };
    let mut all = Vec::new();
    for _ in 0..count {
        if rest.is_empty() {
            break;
        }
        let mut kind = kind & 0xfff;
        if kind == 0x0c {
            let Some(own) = u32_at(rest, 0) else { break };
            (kind, rest) = (own, rest.get(4..).unwrap_or_default());
        }
        let size = match kind {
            0x1e | 0x1f | 0x08 => {
                let Some(length) = u32_at(rest, 0) else { break };
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                let length = if kind == 0x1f { length.saturating_mul(2) } else { length };
                let Some(text) = rest.get(4..).and_then(|rest| rest.get(..length)) else { break };
                all.push(match kind {
                    0x1f => drawing::utf16(text),
                    _ if page == 1200 => drawing::utf16(text),
                    _ => ansi::decode(text, page),
                });
                // Wide strings and those of plain values are padded; strings of lists are not, mostly.
                4 + if kind == 0x1f { length.next_multiple_of(4) } else { length }
            }
            0x02 | 0x03 | 0x12 | 0x13 if is_custom => {
                all.extend(u32_at(rest, 0).map(|number| number.to_string()));
                4
            }
            0x05 if is_custom => {
                let number = rest.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes).to_string());
                all.extend(number);
                8
            }
            0x02 | 0x03 | 0x0b | 0x12 | 0x13 => 4,
            _ => break,
        };
        rest = rest.get(size..).unwrap_or_default();
    }
    (all, bytes.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};

    fn told(bytes: &[u8]) -> String {
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        read(bytes, &mut sink);
        sink.out.text.as_str().to_owned()
    }

    fn numbers(numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
    }

    #[test]
    fn long_lists_are_read_so_many_times_over() {
        // Ten thousand properties with one list of numbers that says it has more than it has.
        let list = 8 + 8 * 10_000;
        let mut set = numbers(&[0, 10_000]);
        set.extend(numbers(&[2, list]).repeat(10_000));
        set.extend(numbers(&[0x1003, u32::MAX]));
        set.extend(numbers(&[7]).repeat(10_000));
        let head = [numbers(&[0xfffe, 0, 0, 0, 0, 0, 1]), vec![SUMMARY; 16], numbers(&[48])].concat();
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        read(&[head, set].concat(), &mut sink);
        assert_eq!(sink.out.gaps.len(), 1);
    }

    #[test]
    fn more_properties_than_are_read_are_a_gap() {
        let set = numbers(&[0, PROPERTIES + 1]);
        let head = [numbers(&[0xfffe, 0, 0, 0, 0, 0, 1]), vec![SUMMARY; 16], numbers(&[48])].concat();
        let mut budget = Budget::new(&Limits::default());
        let mut sink = Sink::new(&mut budget);
        read(&[head, set].concat(), &mut sink);
        assert_eq!(sink.out.gaps.len(), 1);
    }

    #[test]
    fn titles_and_own_properties_are_told_with_their_names() {
        let head = |format: u8, offset: u32| [vec![format; 16], numbers(&[offset])].concat();
        // Code page and title; names and one property.
        let mut set = numbers(&[0, 2, 1, 24, 2, 32, 2, 936, 0x1e, 5]);
        set.extend(b"\xbb\xfa\xc3\xdc\0\0\0\0");
        let mut own = numbers(&[0, 2, 0, 24, 2, 44, 1, 2, 4]);
        own.extend(b"\xc3\xdc\xbc\xb6");
        own.resize(44, 0);
        own.extend(numbers(&[0x1e, 4]));
        own.extend(b"\xc3\xd8\xc3\xdc");
        let mut bytes = numbers(&[0xfffe, 0, 0, 0, 0, 0, 2]);
        bytes.extend(head(SUMMARY, 68));
        bytes.extend(head(0x05, 68 + u32::try_from(set.len()).unwrap()));
        bytes.extend(&set);
        bytes.extend(&own);
        assert_eq!(told(&bytes), "title: 机密\n密级: 秘密");
        for end in 0..bytes.len() {
            told(&bytes[..end]);
        }
    }
}
