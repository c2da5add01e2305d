//! What the cross-reference sections say, and what object and cross-reference streams inflate to.
//!
//! The object library inflates those without a cap and keeps them. So they are found and inflated here
//! first, under a cap; a file that exceeds it is not opened at all.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use hayro_syntax::object::{Array, Dict, FromBytes, Name, ObjRef};
use regex::bytes::Regex;

use super::filter::{Trouble, decode_data};
use super::index::{At, Entry, Members};
use super::inflate::inflate;
use super::sealed::{Sealed, unsealed};
use super::syntax::{data_end, header_before, integer, skip_space, stream_at, stream_data};
use crate::limits::Budget;

/// Bytes that the object and cross-reference streams of a document may inflate to together.
const STRUCTURE_BYTES: u64 = 64 << 20;
/// Entries of all cross-reference sections.
const OBJECTS: usize = 2_000_000;
/// Cross-reference sections of a document; the library follows 256 of them from any one.
const SECTIONS: usize = 4096;
/// The most that deflate can make of one byte.
const DEFLATE_RATIO: u64 = 1032;

/// What all cross-reference sections that could be read list.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Where objects begin, in order.
    pub(super) offsets: Vec<usize>,
    /// Objects within each object stream, in order.
    pub(super) members: BTreeMap<u64, Vec<u64>>,
}

impl Listed {
    /// Brings all lists into order.
    fn sort(&mut self) {
        for list in self.members.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        self.offsets.sort_unstable();
    }
}

static STREAM: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?-u)\bstream"));
/// The name ObjStm with any of its letters escaped.
pub(super) static OBJECT_STREAM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?-u)/(?:O|#4[fF])(?:b|#62)(?:j|#6[aA])(?:S|#53)(?:t|#74)(?:m|#6[dD])"));

/// Where names begin that may be `name` (with its slash), any letter of it escaped, in the order of the file.
pub(super) fn names(bytes: &[u8], name: &'static str) -> impl Iterator<Item = usize> {
    let mut plain = memchr::memmem::find_iter(bytes, name).peekable();
    let slash = move |at: usize| {
        let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
        let letter = u8::from_str_radix(digits, 16).ok()?;
        name.as_bytes().contains(&letter).then_some(())?;
        // Each letter before it may take three.
        let from = at.saturating_sub(3 * name.len());
        memchr::memrchr(b'/', bytes.get(from..at)?).map(|slash| from + slash)
    };
    let mut escaped = memchr::memchr_iter(b'#', bytes).filter_map(slash).peekable();
    let mut last = None;
    std::iter::from_fn(move || {
        loop {
            let next = match (plain.peek(), escaped.peek()) {
                (Some(plain), Some(at)) if at < plain => escaped.next(),
                (None, _) => escaped.next(),
                _ => plain.next(),
            };
            if next.is_none() || next != last {
                last = next;
                return next;
            }
        }
    })
}

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled in tests")]
pub(super) fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// What the cross-reference sections say, as far as safety needs it.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pub(super) info: Option<ObjRef>,
    pub(super) earlier: Vec<usize>,
    pub(super) encrypted: bool,
    /// Object streams that the sections name.
    streams: BTreeSet<u64>,
    /// Number and offset of the objects in the file.
    objects: Vec<(u64, usize)>,
    /// All objects in use, those of later sections first.
    pub(super) entries: Vec<Entry>,
    /// What the object streams hold.
    pub(super) members: Members,
    pub(super) listed: Listed,
    /// Where the data of streams begins that were inflated.
    seen: BTreeSet<usize>,
    pub(super) inflated: u64,
    /// Encrypted object streams.
    sealed: Vec<Sealed>,
    pub(super) limit: Option<String>,
    /// Why an object or cross-reference stream came out wrong.
    pub(super) damage: Option<Trouble>,
}

impl Structure {
    /// Follows the chain of cross-reference sections from `startxref`.
    pub(super) fn walk(&mut self, bytes: &[u8], budget: &mut Budget) {
        let last = bytes.windows(9).rposition(|window| window == b"startxref");
        let mut at = last.map_or(bytes.len(), |at| at + 9);
        let mut ahead: Vec<usize> =
            integer(bytes, &mut at).and_then(|n| usize::try_from(n).ok()).into_iter().collect();
        let mut visited = BTreeSet::new();
        while let Some(at) = ahead.pop() {
            if !visited.insert(at) || self.limit.is_some() {
                continue;
            }
            if visited.len() > SECTIONS {
                self.limit = Some(format!("cross-reference sections of a document: {SECTIONS}"));
                return;
            }
            let Some(trailer) = self.section(bytes, at, budget) else { continue };
            self.encrypted |= trailer.contains_key("Encrypt");
            self.info = self.info.or_else(|| trailer.get_ref("Info"));
            for key in ["Prev", "XRefStm"] {
                let next = trailer.get::<i64>(key).and_then(|n| usize::try_from(n).ok());
                ahead.extend(next);
                // Linearized files have their second part further down.
                self.earlier.extend(next.filter(|&next| key == "Prev" && next < at));
            }
        }
        let streams = std::mem::take(&mut self.streams);
        let objects = std::mem::take(&mut self.objects);
        self.listed.offsets.extend(objects.iter().map(|(_, offset)| *offset));
        self.listed.sort();
        for (number, offset) in objects.iter().filter(|(number, _)| streams.contains(number)) {
            if let Some((dict, data)) = stream_at(bytes, *offset)
                && let Some(members) = self.inflate(bytes, &dict, data, budget)
            {
                self.members.keep(*number, &dict, members);
            }
        }
    }

    /// Reads one section and returns its trailer.
    fn section<'a>(&mut self, bytes: &'a [u8], at: usize, budget: &mut Budget) -> Option<Dict<'a>> {
        let at = skip_space(bytes, at);
        if bytes.get(at..)?.starts_with(b"xref") {
            let mut at = at + 4;
            loop {
                let mut ahead = at;
                let (Some(first), Some(count)) = (integer(bytes, &mut ahead), integer(bytes, &mut ahead))
                else {
                    break;
                };
                for number in first..first.saturating_add(count) {
                    let offset = integer(bytes, &mut ahead)?;
                    let generation = integer(bytes, &mut ahead)?;
                    ahead = skip_space(bytes, ahead) + 1;
                    self.object(number, offset)?;
                    if bytes.get(ahead - 1) == Some(&b'n') {
                        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                        self.entry(number, generation, Some(At::File(offset)));
                    }
                }
                at = ahead;
            }
            let at = skip_space(bytes, at);
            let rest = bytes.get(at..)?.strip_prefix(b"trailer")?;
            return Dict::from_bytes(rest.get(skip_space(rest, 0)..)?);
        }
        let (dict, data) = stream_at(bytes, at)?;
        let table = self.inflate(bytes, &dict, data, budget)?;
        let widths: Vec<usize> =
            dict.get::<Array<'_>>("W")?.iter::<i64>().filter_map(|n| usize::try_from(n).ok()).collect();
        let [kind, second, third] = widths[..] else { return Some(dict) };
        let width = kind.saturating_add(second).saturating_add(third);
        if width == 0 || width > 32 {
            return Some(dict);
        }
        let mut ranges = Vec::new();
        match dict.get::<Array<'_>>("Index") {
            Some(index) => {
                let numbers: Vec<i64> = index.iter::<i64>().take(OBJECTS).collect();
                for pair in numbers.chunks_exact(2) {
                    ranges.push((pair[0], pair[1]));
                }
            }
            None => ranges.push((0, i64::MAX)),
        }
        let mut entries = table.chunks_exact(width);
        let mut last_container = None;
        for (first, count) in ranges {
            let first = u64::try_from(first).unwrap_or(0);
            for number in first..first.saturating_add(u64::try_from(count).unwrap_or(0)) {
                let Some(entry) = entries.next() else { break };
                let field = |from: usize, length: usize| {
                    let bytes = entry.get(from..from + length).unwrap_or_default();
                    bytes.iter().fold(0u64, |n, &b| n << 8 | u64::from(b))
                };
                match if kind == 0 { 1 } else { field(0, kind) } {
                    1 => {
                        let offset = field(kind, second);
                        self.object(number, offset)?;
                        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
                        self.entry(number, field(kind + second, third), Some(At::File(offset)));
                    }
                    2 => {
                        let container = field(kind, second);
                        let index = u32::try_from(field(kind + second, third)).ok();
                        let stream = u32::try_from(container).ok();
                        self.entry(
                            number,
                            0,
                            stream.zip(index).map(|(stream, index)| At::Member(stream, index)),
                        );
                        // Members of one stream mostly follow each other.
                        if last_container.replace(container) != Some(container) {
                            self.streams.insert(container);
                        }
                        self.listed.members.entry(container).or_default().push(number);
                        self.object(number, u64::MAX)?;
                    }
                    _ => {}
                }
            }
        }
        Some(dict)
    }

    fn object(&mut self, number: u64, offset: u64) -> Option<()> {
        if self.objects.len() >= OBJECTS {
            self.limit = Some(format!("objects of a document: {OBJECTS}"));
            return None;
        }
        self.objects.push((number, usize::try_from(offset).unwrap_or(usize::MAX)));
        Some(())
    }

    /// Remembers an object in use; a number that is too large belongs to no object.
    fn entry(&mut self, number: u64, generation: u64, at: Option<At>) {
        if let (Ok(number), Ok(generation), Some(at)) = (u32::try_from(number), i32::try_from(generation), at)
        {
            self.entries.push(Entry { number, generation, at });
        }
    }

    /// Finds the streams that call themselves object streams: when the sections are broken, the
    /// library collects them all.
    ///
    /// The name may stand anywhere in a dictionary, and keywords may stand in strings. Where the
    /// dictionary around the name and the keyword behind it don't fit, all streams that could be
    /// meant are inflated; if those are too many, the file is not opened.
    pub(super) fn scan(&mut self, bytes: &[u8], budget: &mut Budget) {
        const BACK_BYTES: usize = 16 << 10;
        const AHEAD_BYTES: usize = 64 << 10;
        const OPENINGS: usize = 8;
        const DOUBTFUL: usize = 64;
        const CANDIDATES: usize = 256;
        // Each letter of ObjStm may take three.
        const NAME_BYTES: usize = 19;
        let (mut done, mut doubtful) = (0, 0);
        for start in names(bytes, "/ObjStm") {
            let name = bytes.get(start..bytes.len().min(start + NAME_BYTES)).unwrap_or_default();
            let Some(found) = OBJECT_STREAM.find(name).filter(|found| found.start() == 0) else { continue };
            let found = start..start + found.end();
            if self.limit.is_some() {
                return;
            }
            if start < done {
                continue;
            }
            let from = start.saturating_sub(BACK_BYTES);
            let before = bytes.get(from..start).unwrap_or_default();
            let openings = before.windows(2).enumerate().rev().filter(|(_, window)| *window == b"<<");
            let fitting = openings.take(OPENINGS).find_map(|(at, _)| {
                let end = bytes.len().min(found.end + AHEAD_BYTES);
                let dict = Dict::from_bytes(bytes.get(from + at..end)?)?;
                let end = from + at + dict.data().len();
                let data = stream_data(bytes, end).filter(|_| end >= found.end)?;
                Some((dict, data))
            });
            if let Some((dict, data)) = fitting {
                self.inflate(bytes, &dict, data, budget);
                done = data;
                continue;
            }
            doubtful += 1;
            let rest = bytes.get(found.end..).unwrap_or_default();
            let keywords = STREAM.find_iter(rest).take(CANDIDATES + 1);
            let starts: Vec<usize> = keywords.map(|keyword| found.end + keyword.end()).collect();
            if doubtful > DOUBTFUL || starts.len() > CANDIDATES {
                self.limit = Some("object streams that can't be told apart".to_owned());
                return;
            }
            for start in starts {
                // Deflate is what bombs are made of; other filters can't be known here.
                let data = bytes.get(start..).unwrap_or_default();
                let line_end = data.iter().take_while(|b| matches!(b, b'\r' | b'\n')).take(2).count();
                self.inflate(bytes, &Dict::default(), start + line_end, budget);
            }
        }
    }

    /// Inflates the encrypted object streams. Where the key is not known, the library can't inflate
    /// them either.
    pub(super) fn unseal(&mut self, bytes: &[u8], budget: &mut Budget) {
        let mut sealed = std::mem::take(&mut self.sealed);
        if sealed.is_empty() {
            return;
        }
        let (mut over, mut unknown) = (false, 0);
        let opens = |password: &&str| unsealed(bytes, &[], password, |_, _| {}).is_some();
        let mut passwords = std::iter::once("").chain(budget.limits.passwords.iter().map(String::as_str));
        let password = passwords.find(opens).unwrap_or_default().to_owned();
        while !sealed.is_empty() && !over {
            // Streams of one number are different objects in different revisions.
            let mut numbers = BTreeSet::new();
            let (round, rest): (Vec<_>, Vec<_>) = sealed.into_iter().partition(|s| numbers.insert(s.number));
            sealed = rest;
            let mut count = 0;
            let read = unsealed(bytes, &round, &password, |dict, data| {
                let mut own = budget.clone();
                own.inflated = STRUCTURE_BYTES.saturating_sub(self.inflated).min(budget.inflated);
                let decoded = decode_data(dict, Cow::Borrowed(data), &mut own);
                self.inflated += decoded.bytes.len() as u64;
                budget.spend_inflated(decoded.bytes.len() as u64);
                over |= matches!(decoded.trouble, Some(Trouble::Limit(_)));
                count += 1;
            });
            if read.is_none() || count < round.len() {
                unknown += round.iter().map(|s| (s.end - s.start) as u64).sum::<u64>();
            }
        }
        // The worst case counts.
        if unknown.saturating_mul(DEFLATE_RATIO) > 4 * STRUCTURE_BYTES {
            let most = 4 * STRUCTURE_BYTES / DEFLATE_RATIO;
            self.limit = Some(format!("bytes of object streams that don't decrypt: {most}"));
        }
        if over {
            self.limit = Some(format!("inflated bytes of the document's structure: {STRUCTURE_BYTES}"));
        }
    }

    /// Inflates the stream whose data begins at `data`, once, and counts what comes out.
    fn inflate(
        &mut self,
        bytes: &[u8],
        dict: &Dict<'_>,
        data: usize,
        budget: &mut Budget,
    ) -> Option<Vec<u8>> {
        if !self.seen.insert(data) {
            return None;
        }
        let filter = dict.get::<Name<'_>>("Filter");
        let names = dict.get::<Array<'_>>("Filter").map_or(0, |names| names.raw_iter().take(3).count());
        let rest = bytes.get(data..).unwrap_or_default();
        let direct = dict.get::<i64>("Length").and_then(|n| usize::try_from(n).ok());
        // /Length may lie, or stand elsewhere. Deflate knows its own end.
        let flate = dict.is_empty()
            || filter.as_ref().is_some_and(|name| matches!(name.as_ref(), b"FlateDecode" | b"Fl"));
        if self.encrypted && (filter.is_some() || names > 0) {
            // Not inflatable without the key.
            let start = dict.data().as_ptr().addr().wrapping_sub(bytes.as_ptr().addr());
            match header_before(bytes, start) {
                Some((number, generation))
                    if dict.get::<Name<'_>>("Type").is_some_and(|t| *t != *b"XRef") =>
                {
                    let end = data_end(bytes, dict, data);
                    self.sealed.push(Sealed { number, generation, start, end });
                    return None;
                }
                _ => {}
            }
        }
        let left = STRUCTURE_BYTES.saturating_sub(self.inflated).min(budget.inflated);
        let cap = usize::try_from(left).unwrap_or(usize::MAX);
        let (table, trouble) = if flate && !dict.contains_key("DecodeParms") {
            inflate(rest, cap)
        } else if filter.is_none() && names == 0 {
            return direct.and_then(|length| rest.get(..length)).map(<[u8]>::to_vec);
        } else {
            let end = match direct {
                Some(length) if !flate => length.min(rest.len()),
                None if !flate => {
                    self.limit = Some("object stream of unknown length".to_owned());
                    return None;
                }
                _ => rest.len(),
            };
            let mut own = budget.clone();
            own.inflated = left;
            let decoded = decode_data(dict, Cow::Borrowed(rest.get(..end).unwrap_or_default()), &mut own);
            (decoded.bytes.into_owned(), decoded.trouble)
        };
        self.inflated += table.len() as u64;
        budget.spend_inflated(table.len() as u64);
        match trouble {
            Some(Trouble::Limit(_)) => {
                self.limit = Some(format!("inflated bytes of the document's structure: {left}"));
                return None;
            }
            Some(trouble) if !dict.is_empty() => self.damage = Some(trouble),
            _ => {}
        }
        Some(table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_plain_and_escaped() {
        let found = |bytes: &[u8]| names(bytes, "/ObjStm").collect::<Vec<_>>();
        assert_eq!(found(b"/Type/ObjStm /A /ObjStm"), [5, 16]);
        assert_eq!(found(b"/Type/#4fbj#53tm /ObjStm/Obj#53tm"), [5, 17, 24]);
        assert_eq!(found(b"/Type/XRef"), [0usize; 0]);
        assert_eq!(found(b"#/ObjStm#/"), [1]);
    }
}
