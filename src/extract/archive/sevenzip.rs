//! 7z: the header by our own reader, since its numbers size tables, then folders through capped
//! decompressors.
//!
//! A folder is one compressed stream of several files; what breaks in it loses the files behind.
//! Chains of coders with more than one input (BCJ2, for programs) are unsupported, AES is encrypted.

use std::io::Read;

use bzip2::read::BzDecoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::{Lzma2Reader, LzmaReader};
use ppmd_rust::Ppmd7Decoder;
use ruzstd::decoding::StreamingDecoder;

use super::Sink;
use super::decoder::{self, End};
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};

/// Bytes of the header at the start of the file.
const START_BYTES: usize = 32;
/// Headers within compressed headers. Programs write one.
const HEADERS: usize = 4;
/// Bytes of memory that PPMd may ask for.
const PPMD_BYTES: u32 = 128 << 20;
/// Coders of one folder. Programs write four at most.
const CODERS: u64 = 32;

/// Why something could not be read.
type Trouble = (GapKind, String);

/// Reads a 7z archive.
pub(in crate::extract) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    if let Err((kind, detail)) = read(bytes, &mut sink) {
        sink.gap(kind, format!("7z: {detail}"));
    }
    sink.out
}

fn read(bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), Trouble> {
    let damaged = |what: &str| (GapKind::Damaged, what.to_owned());
    let mut header =
        start(bytes).ok_or_else(|| damaged("no header; one volume of several, or cut off"))?.to_vec();
    for _ in 0..HEADERS {
        let mut fields = Fields(&header);
        match fields.byte() {
            None => return Ok(()),
            Some(0x01) => {
                let archive = Archive::read(&mut fields, sink).ok_or_else(|| damaged("header"))?;
                unpack(bytes, &archive, sink);
                return Ok(());
            }
            Some(0x17) => {
                let streams = Streams::read(&mut fields).ok_or_else(|| damaged("compressed header"))?;
                let folder = streams.folders.first().ok_or_else(|| damaged("compressed header"))?;
                let packed = packed_of(bytes, &streams, 0);
                let most = most_of(packed, folder, sink.budget);
                let mut content = Vec::new();
                let end = decoder::read_to(&mut folder.open(packed, most)?, &mut content, most);
                sink.budget.spend_inflated(content.len() as u64);
                match end {
                    End::Whole => header = content,
                    End::Damaged => return Err(damaged("compressed header")),
                    End::Limit => return Err((GapKind::Limit, format!("header: more than {most} bytes"))),
                }
            }
            Some(_) => return Err(damaged("header")),
        }
    }
    Err((GapKind::Limit, format!("more than {HEADERS} headers within headers")))
}

/// The header proper, which stands at the end.
fn start(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk::<8>()?));
    let from = START_BYTES.checked_add(usize::try_from(number(12)?).ok()?)?;
    bytes.get(from..from.checked_add(usize::try_from(number(20)?).ok()?)?)
}

/// Reads the files of every folder in order.
fn unpack(bytes: &[u8], archive: &Archive, sink: &mut Sink<'_>) {
    let mut files = archive.files.iter().filter(|file| file.has_stream);
    for (index, folder) in archive.streams.folders.iter().enumerate() {
        let packed = packed_of(bytes, &archive.streams, index);
        let most = most_of(packed, folder, sink.budget);
        let mut stream = folder.open(packed, most);
        let mut spent = 0;
        for &size in &folder.files {
            let name = files.next().map_or("", |file| file.name.as_str());
            if !sink.spend_entry() {
                return;
            }
            let trouble = match &mut stream {
                Ok(reader) => {
                    let left = most - spent;
                    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
                    let mut content = Vec::new();
                    let end =
                        decoder::read_to(&mut reader.by_ref().take(size), &mut content, left.min(wanted));
                    let got = content.len();
                    spent += got;
                    sink.budget.spend_inflated(got as u64);
                    if got > 0 || wanted == 0 {
                        sink.inner(name, content);
                    }
                    if got == wanted {
                        continue;
                    }
                    let trouble = match end {
                        End::Limit => (GapKind::Limit, format!("more than {most} bytes")),
                        End::Whole | End::Damaged => (GapKind::Damaged, "compressed data".to_owned()),
                    };
                    // A decoder that has failed is not asked again.
                    stream = Err(trouble.clone());
                    trouble
                }
                Err(trouble) => trouble.clone(),
            };
            sink.name(name);
            sink.gap(trouble.0, format!("7z: {name}: {}", trouble.1));
        }
    }
    for file in archive.files.iter().filter(|file| !file.has_stream) {
        sink.name(&file.name);
    }
    for file in files {
        sink.name(&file.name);
        sink.gap(GapKind::Damaged, format!("7z: {}: no data", file.name));
    }
}

/// The stored bytes of a folder.
fn packed_of<'a>(bytes: &'a [u8], streams: &Streams, folder: usize) -> &'a [u8] {
    let before =
        streams.packed.iter().take(folder).fold(streams.position, |sum, &size| sum.saturating_add(size));
    let size = streams.packed.get(folder).copied().unwrap_or(0);
    let from = usize::try_from(before).unwrap_or(usize::MAX).saturating_add(START_BYTES).min(bytes.len());
    let end = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(from).min(bytes.len());
    bytes.get(from..end).unwrap_or_default()
}

/// Bytes that may come out of a folder.
fn most_of(packed: &[u8], folder: &Folder, budget: &Budget) -> usize {
    let most = budget.inflatable(packed.len() as u64).min(folder.size);
    usize::try_from(most).unwrap_or(usize::MAX)
}

#[derive(Debug)]
struct Archive {
    streams: Streams,
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    name: String,
    has_stream: bool,
}

#[derive(Debug, Default)]
struct Streams {
    /// Where the stored bytes start, behind the start header.
    position: u64,
    /// Stored bytes of each folder.
    packed: Vec<u64>,
    folders: Vec<Folder>,
}

#[derive(Debug, Default)]
struct Folder {
    /// The stored bytes go through the first one first.
    coders: Vec<Coder>,
    /// More than one input somewhere.
    branched: bool,
    /// Bytes that come out, as claimed.
    size: u64,
    /// Sizes of the files in it.
    files: Vec<u64>,
    /// A checksum of the whole is known.
    has_digest: bool,
}

#[derive(Debug, Clone)]
struct Coder {
    method: u64,
    properties: Vec<u8>,
    /// Bytes that come out, as claimed.
    size: u64,
}

impl Folder {
    /// A reader of what comes out. `most` bounds dictionaries.
    fn open<'a>(&self, packed: &'a [u8], most: usize) -> Result<Box<dyn Read + 'a>, Trouble> {
        let mut stream: Box<dyn Read + 'a> = Box::new(packed);
        if self.branched {
            return Err((GapKind::Unsupported, "coders with several inputs".to_owned()));
        }
        for coder in &self.coders {
            stream = coder.open(stream, most)?;
        }
        Ok(stream)
    }
}

impl Coder {
    fn open<'a>(&self, inner: Box<dyn Read + 'a>, most: usize) -> Result<Box<dyn Read + 'a>, Trouble> {
        let broken = || (GapKind::Damaged, format!("coder {:x}", self.method));
        let unknown = || (GapKind::Unsupported, format!("coder {:x}", self.method));
        Ok(match self.method {
            0 => inner,
            0x21 => {
                let property = *self.properties.first().ok_or_else(broken)?;
                let size = decoder::dictionary(decoder::lzma2_dictionary(property), most);
                Box::new(Lzma2Reader::new(inner, size, None))
            }
            0x03_0101 => {
                let (&property, rest) = self.properties.split_first().ok_or_else(broken)?;
                let claimed = u32::from_le_bytes(*rest.first_chunk::<4>().ok_or_else(broken)?);
                let size = decoder::dictionary(u64::from(claimed), most);
                let reader = LzmaReader::new_with_props(inner, self.size, property, size, None);
                Box::new(reader.map_err(|_| broken())?)
            }
            0x03_0401 => {
                let (&order, rest) = self.properties.split_first().ok_or_else(broken)?;
                let memory = u32::from_le_bytes(*rest.first_chunk::<4>().ok_or_else(broken)?);
                if memory > PPMD_BYTES {
                    return Err((GapKind::Limit, format!("PPMd: more than {PPMD_BYTES} bytes of memory")));
                }
                let reader = Ppmd7Decoder::new(inner, u32::from(order), memory).map_err(|_| broken())?;
                // Its end is not marked.
                Box::new(reader.take(self.size))
            }
            0x04_0108 => Box::new(DeflateDecoder::new(inner)),
            0x04_0202 => Box::new(BzDecoder::new(inner)),
            0x04f7_1101 => Box::new(StreamingDecoder::new(inner).map_err(|_| broken())?),
            0x06f1_0701 => return Err((GapKind::Encrypted, "encrypted".to_owned())),
            number @ 3..=11 => decoder::filtered(number, &self.properties, inner).ok_or_else(unknown)?,
            number => {
                // The old numbers of the same filters.
                let number = match number {
                    0x0303_0103 => 4,
                    0x0303_0205 => 5,
                    0x0303_0401 => 6,
                    0x0303_0501 => 7,
                    0x0303_0701 => 8,
                    0x0303_0805 => 9,
                    _ => return Err(unknown()),
                };
                decoder::filtered(number, &[], inner).ok_or_else(unknown)?
            }
        })
    }
}

impl Archive {
    fn read(fields: &mut Fields<'_>, sink: &mut Sink<'_>) -> Option<Self> {
        let mut archive = Self { streams: Streams::default(), files: Vec::new() };
        loop {
            match fields.byte()? {
                0x00 => return Some(archive),
                0x02 => {
                    while fields.byte()? != 0 {
                        let size = fields.size()?;
                        fields.take(size)?;
                    }
                }
                0x03 => {
                    Streams::read(fields)?;
                    sink.gap(GapKind::Unsupported, "7z: additional streams");
                }
                0x04 => archive.streams = Streams::read(fields)?,
                0x05 => archive.files = read_files(fields)?,
                _ => return None,
            }
        }
    }
}

fn read_files(fields: &mut Fields<'_>) -> Option<Vec<File>> {
    let count = fields.count()?;
    let mut files: Vec<File> = (0..count).map(|_| File { name: String::new(), has_stream: true }).collect();
    loop {
        let kind = fields.byte()?;
        if kind == 0 {
            return Some(files);
        }
        let size = fields.size()?;
        let mut property = Fields(fields.take(size)?);
        match kind {
            0x0e => {
                for (file, empty) in files.iter_mut().zip(property.bits(count)?) {
                    file.has_stream = !empty;
                }
            }
            0x11 if property.byte()? == 0 => {
                let (units, _) = property.0.as_chunks::<2>();
                let units: Vec<u16> = units.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
                for (file, name) in files.iter_mut().zip(units.split(|&unit| unit == 0)) {
                    file.name = String::from_utf16_lossy(name);
                }
            }
            _ => {}
        }
    }
}

impl Streams {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut streams = Self::default();
        loop {
            match fields.byte()? {
                0x00 => return Some(streams),
                0x06 => streams.read_packed(fields)?,
                0x07 => streams.read_folders(fields)?,
                0x08 => streams.read_files(fields)?,
                _ => return None,
            }
        }
    }

    fn read_packed(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        self.position = fields.number()?;
        let count = fields.count()?;
        loop {
            match fields.byte()? {
                0x00 => return Some(()),
                0x09 => self.packed = fields.numbers(count)?,
                0x0a => drop(fields.digests(count)?),
                _ => return None,
            }
        }
    }

    fn read_folders(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        let mut layouts = Vec::new();
        loop {
            match fields.byte()? {
                0x00 => return Some(()),
                0x0b => {
                    let count = fields.count()?;
                    if fields.byte()? != 0 {
                        return None;
                    }
                    let mut stored = 0_usize;
                    let mut sizes = Vec::new();
                    for _ in 0..count {
                        let layout = Layout::read(fields)?;
                        // The stored streams of one folder follow each other: here they are one.
                        let own = self.packed.get(stored..stored.checked_add(layout.packed)?)?;
                        sizes.push(own.iter().fold(0, |sum: u64, &size| sum.saturating_add(size)));
                        stored += layout.packed;
                        layouts.push(layout);
                    }
                    self.packed = sizes;
                }
                0x0c => {
                    for layout in &layouts {
                        self.folders.push(layout.folder(&fields.numbers(layout.outputs)?));
                    }
                }
                0x0a => {
                    let defined = fields.digests(layouts.len())?;
                    for (folder, defined) in self.folders.iter_mut().zip(defined) {
                        folder.has_digest = defined;
                    }
                }
                _ => return None,
            }
        }
    }

    fn read_files(&mut self, fields: &mut Fields<'_>) -> Option<()> {
        let mut counts = vec![1; self.folders.len()];
        loop {
            match fields.byte()? {
                0x00 => return Some(()),
                0x0d => {
                    for (count, folder) in counts.iter_mut().zip(&mut self.folders) {
                        *count = fields.count()?;
                        if *count == 0 {
                            folder.files.clear();
                        }
                    }
                }
                0x09 => {
                    for (folder, &count) in self.folders.iter_mut().zip(&counts) {
                        // The last size is what the others leave.
                        let mut sizes = fields.numbers(count.saturating_sub(1))?;
                        let known = sizes.iter().fold(0, |sum: u64, &size| sum.saturating_add(size));
                        if count > 0 {
                            sizes.push(folder.size.saturating_sub(known));
                        }
                        folder.files = sizes;
                    }
                }
                0x0a => {
                    let unknown =
                        |folder: &Folder, count| if count == 1 && folder.has_digest { 0 } else { count };
                    let count =
                        self.folders.iter().zip(&counts).map(|(folder, &count)| unknown(folder, count)).sum();
                    fields.digests(count)?;
                }
                _ => return None,
            }
        }
    }
}

/// How the coders of a folder hang together.
#[derive(Debug)]
struct Layout {
    coders: Vec<Coder>,
    /// Input of a coder, output of another that it reads.
    bound: Vec<(u64, u64)>,
    /// Stored streams it reads.
    packed: usize,
    outputs: usize,
    branched: bool,
}

impl Layout {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let count = fields.number().filter(|count| (1..=CODERS).contains(count))?;
        let (mut coders, mut inputs, mut outputs) = (Vec::new(), 0, 0);
        for _ in 0..count {
            let flags = fields.byte()?;
            let id = fields.take(usize::from(flags & 15))?;
            let method = id.iter().fold(0, |id: u64, &byte| id << 8 | u64::from(byte));
            let complex = flags & 0x10 != 0;
            for all in [&mut inputs, &mut outputs] {
                *all += if complex { fields.number().filter(|&n| n <= CODERS)? } else { 1 };
            }
            let length = if flags & 0x20 != 0 { fields.size()? } else { 0 };
            coders.push(Coder { method, properties: fields.take(length)?.to_vec(), size: 0 });
        }
        let mut bound = Vec::new();
        for _ in 1..outputs {
            bound.push((fields.number()?, fields.number()?));
        }
        let packed = usize::try_from(inputs.checked_sub(bound.len() as u64)?).ok()?;
        if packed > 1 {
            fields.numbers(packed)?;
        }
        let branched = inputs != count || outputs != count || packed != 1;
        Some(Self { coders, bound, packed, outputs: usize::try_from(outputs).ok()?, branched })
    }

    /// The folder, its coders in the order in which the bytes go through them.
    fn folder(&self, sizes: &[u64]) -> Folder {
        let is_bound = |output: &usize| self.bound.iter().any(|&(_, from)| from == *output as u64);
        let last = (0..self.outputs).find(|output| !is_bound(output)).unwrap_or(0);
        let size = sizes.get(last).copied().unwrap_or(0);
        let mut folder = Folder { size, files: vec![size], branched: self.branched, ..Folder::default() };
        let mut next = Some(last);
        while let Some(index) = next.filter(|_| folder.coders.len() < self.coders.len()) {
            let coder = self.coders.get(index).cloned();
            folder.coders.extend(coder.map(|c| Coder { size: sizes.get(index).copied().unwrap_or(0), ..c }));
            let source = self.bound.iter().find(|&&(input, _)| input == index as u64);
            next = source.and_then(|&(_, output)| usize::try_from(output).ok());
        }
        folder.coders.reverse();
        folder
    }
}

/// The fields of a header, one behind the other.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, behind) = self.0.split_at_checked(count)?;
        self.0 = behind;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number whose first byte tells by its leading ones how many bytes follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let bytes = self.take(usize::try_from(more).ok()?)?;
        let low = bytes.iter().rev().fold(0, |value: u64, &byte| value << 8 | u64::from(byte));
        let high = u64::from(first) & (0x7f_u64 >> more);
        Some(low | high.checked_shl(8 * more).unwrap_or(0))
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    /// How many of something follow; each takes at least a byte.
    fn count(&mut self) -> Option<usize> {
        self.size().filter(|&count| count <= self.0.len())
    }

    fn numbers(&mut self, count: usize) -> Option<Vec<u64>> {
        (0..count).map(|_| self.number()).collect()
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        let bits = bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte & 0x80 >> bit != 0));
        Some(bits.take(count).collect())
    }

    /// Skips checksums; tells of what there were some.
    fn digests(&mut self, count: usize) -> Option<Vec<bool>> {
        let defined = match self.byte()? {
            0 => self.bits(count)?,
            _ if count > self.0.len() => return None,
            _ => vec![true; count],
        };
        self.take(defined.iter().filter(|&&defined| defined).count() * 4)?;
        Some(defined)
    }
}
