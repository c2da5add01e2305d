//! Where the objects of a whole file stand, so that most of them can be skimmed.
//!
//! Only for files whose cross-reference sections say exactly what the object library found: each
//! object stands where it should, and their number is the same. For all others there is no index,
//! and the library is asked for everything.

use std::collections::HashMap;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, ObjRef, ObjectIdentifier};

use super::sealed::stream_end;
use super::skim::{Value, number, skim};
use super::structure::{integer, skip_space, stream_data};

/// Bytes of inflated object streams that are kept; members of others are left to the library.
const KEPT_BYTES: usize = 16 << 20;
/// Numbers of objects, for one that is in use, up to which there is an index.
const SPARSE: usize = 16;
/// A number without an object.
const NO_SLOT: u32 = u32::MAX;

/// An object in use that a cross-reference section lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub(super) number: u32,
    pub(super) generation: i32,
    pub(super) at: At,
}

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum At {
    /// At an offset in the file.
    File(usize),
    /// The how manieth it is in the object stream of this number.
    Member(u32, u32),
}

impl Entry {
    /// What the library calls it.
    pub(super) fn object(&self) -> ObjectIdentifier {
        ObjRef::new(self.number, self.generation).into()
    }
}

/// An object that was skimmed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Skimmed<'a> {
    Dict(&'a [u8]),
    /// Its dictionary, and both that and the data.
    Stream(&'a [u8], &'a [u8]),
    /// An array or a number.
    Value,
}

/// What object streams hold, as far as it was kept.
#[derive(Debug, Default)]
pub(super) struct Members {
    streams: HashMap<u32, Inflated>,
    bytes: usize,
}

/// An inflated object stream.
#[derive(Debug)]
struct Inflated {
    data: Vec<u8>,
    /// Number of each object, and its offset if that lies behind the one before it: the library takes
    /// no others.
    offsets: Vec<(u32, Option<usize>)>,
}

impl Members {
    /// Keeps what the object stream `number` inflates to.
    pub(super) fn keep(&mut self, number: u64, dict: &Dict<'_>, data: Vec<u8>) {
        let size = |key: &str| dict.get::<i64>(key).and_then(|n| usize::try_from(n).ok());
        let (Ok(number), Some(count), Some(first)) = (u32::try_from(number), size("N"), size("First")) else {
            return;
        };
        self.bytes += data.len();
        if self.bytes > KEPT_BYTES {
            return;
        }
        let (mut at, mut last, mut offsets) = (0, None, Vec::new());
        for _ in 0..count {
            let pair = integer(&data, &mut at).zip(integer(&data, &mut at));
            let Some((Ok(number), Ok(offset))) = pair.map(|(n, o)| (u32::try_from(n), usize::try_from(o)))
            else {
                return;
            };
            let offset = first.saturating_add(offset);
            let own = (offset < data.len() && last.is_none_or(|last| offset > last))
                .then(|| skip_space(&data, offset));
            last = own.or(last);
            offsets.push((number, own));
        }
        self.streams.insert(number, Inflated { data, offsets });
    }

    /// The bytes from a member on.
    fn member(&self, number: u32, stream: u32, index: u32) -> Option<&[u8]> {
        let Inflated { data, offsets } = self.streams.get(&stream)?;
        let (own, offset) = *offsets.get(index as usize)?;
        data.get(offset.filter(|_| own == number)?..)
    }
}

/// All objects of a file.
#[derive(Debug)]
pub(super) struct Index {
    /// By their numbers.
    entries: Vec<Entry>,
    /// Their order in the file.
    order: Vec<u32>,
    /// Where in `entries` the object of each number is.
    slots: Vec<u32>,
    members: Members,
}

impl Index {
    /// The index of `pdf`, if its sections say what is there. Of several `entries` for one object the
    /// first counts.
    pub(super) fn new(mut entries: Vec<Entry>, members: Members, pdf: &Pdf) -> Option<Self> {
        let file: &[u8] = pdf.data().as_ref();
        let stands = |entry: &Entry| match entry.at {
            At::File(at) => header(file, at).is_some_and(|(own, _)| own == (entry.number, entry.generation)),
            At::Member(..) => true,
        };
        entries.sort_by_key(|entry| (entry.number, entry.generation));
        entries.dedup_by_key(|entry| (entry.number, entry.generation));
        let numbers = entries.last().map_or(0, |last| last.number as usize + 1);
        if entries.len() != pdf.len() || numbers > SPARSE * entries.len() || !entries.iter().all(stands) {
            return None;
        }
        let mut slots = vec![NO_SLOT; numbers];
        for (slot, entry) in (0..).zip(&entries) {
            // Two generations of one number at once are too odd.
            let own = slots.get_mut(entry.number as usize).filter(|own| **own == NO_SLOT)?;
            *own = slot;
        }
        let entry = |number: u32| entries.get(*slots.get(number as usize)? as usize);
        let mut order: Vec<(usize, u32, u32)> = (0..)
            .zip(&entries)
            .map(|(slot, own)| match own.at {
                At::File(at) => (at, 0, slot),
                At::Member(stream, index) => match entry(stream).map(|stream| stream.at) {
                    Some(At::File(at)) => (at, index, slot),
                    _ => (usize::MAX, 0, slot),
                },
            })
            .collect();
        order.sort_unstable();
        let order = order.into_iter().map(|(_, _, slot)| slot).collect();
        Some(Self { entries, order, slots, members })
    }

    /// All objects, in the order of the file.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.order.iter().filter_map(|&slot| self.entries.get(slot as usize))
    }

    /// The bytes of an object from its value on.
    fn value<'a>(&'a self, file: &'a [u8], entry: &Entry) -> Option<&'a [u8]> {
        match entry.at {
            At::File(at) => file.get(header(file, at)?.1..),
            At::Member(stream, index) => self.members.member(entry.number, stream, index),
        }
    }

    /// Skims an object that is plain: a dictionary, an array, a number or the dictionary of a stream.
    pub(super) fn skim<'a>(
        &'a self,
        file: &'a [u8],
        entry: &Entry,
        mut each: impl FnMut(usize, &'a [u8], Value<'a>) -> bool,
    ) -> Option<Skimmed<'a>> {
        let value = self.value(file, entry)?;
        let mut length = None;
        let bytes = match value.first()? {
            b'0'..=b'9' => value.get(..number(value)?.0)?,
            _ => skim(value, |depth, key, value| {
                if depth == 1 && key == b"Length" {
                    length = match value {
                        Value::Integer(length) => Some(length),
                        Value::Ref(target) => self.integer(file, target),
                        _ => None,
                    };
                }
                each(depth, key, value)
            })?,
        };
        let behind = value.get(skip_space(value, bytes.len())..)?;
        let dict = bytes.starts_with(b"<");
        if matches!(entry.at, At::Member(..)) || behind.starts_with(b"endobj") {
            return Some(if dict { Skimmed::Dict(bytes) } else { Skimmed::Value });
        }
        // Behind its value, not the number, so that this is the library's way to it.
        let start = bytes.as_ptr().addr() - file.as_ptr().addr();
        let data = stream_data(file, start + bytes.len()).filter(|_| dict)?;
        let told = length.and_then(|length| data.checked_add(usize::try_from(length).ok()?));
        Some(Skimmed::Stream(bytes, file.get(start..stream_end(file, told, data))?))
    }

    /// The number that a reference leads to.
    fn integer(&self, file: &[u8], target: ObjRef) -> Option<u32> {
        let value = self.value(file, self.entry(target)?)?;
        let (length, _) = number(value).filter(|(_, whole)| *whole)?;
        std::str::from_utf8(value.get(..length)?).ok()?.parse().ok()
    }

    fn entry(&self, target: ObjRef) -> Option<&Entry> {
        let slot = *self.slots.get(target.obj_number as usize)?;
        self.entries.get(slot as usize).filter(|entry| entry.generation == target.gen_number)
    }

    /// Skims the dictionary that a reference leads to; its bytes.
    pub(super) fn dict<'a>(
        &'a self,
        file: &'a [u8],
        target: ObjRef,
        each: impl FnMut(usize, &'a [u8], Value<'a>) -> bool,
    ) -> Option<&'a [u8]> {
        match self.skim(file, self.entry(target)?, each)? {
            Skimmed::Dict(dict) => Some(dict),
            _ => None,
        }
    }
}

/// Number and generation of the object that begins at `at`, and where its value does.
fn header(file: &[u8], at: usize) -> Option<((u32, i32), usize)> {
    let mut end = at;
    if !file.get(at)?.is_ascii_digit() {
        return None;
    }
    let number = u32::try_from(integer(file, &mut end)?).ok()?;
    let generation = i32::try_from(integer(file, &mut end)?).ok()?;
    let keyword = skip_space(file, end);
    file.get(keyword..)?.starts_with(b"obj").then(|| ((number, generation), skip_space(file, keyword + 3)))
}
