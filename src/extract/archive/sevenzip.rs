//! 7z: the header by our own reader, since its numbers size tables, then folders through capped
//! decompressors.
//!
//! A folder is one compressed stream of several files; what breaks in it loses the files behind. Its
//! coders form a tree: most have one input, BCJ2 (for programs) has four.

use std::io::{Cursor, Read};
use std::ops::Range;

use bzip2::read::BzDecoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::filter::bcj2::Bcj2Reader;
use lzma_rust2::{Lzma2Reader, LzmaReader};
use ppmd_rust::Ppmd7Decoder;
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

use super::Sink;
use super::decoder::{self, End};
use crate::extract::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::aes::Cipher;

/// Bytes of the header at the start of the file.
const START_BYTES: usize = 32;
/// Headers within compressed headers. Programs write one.
const HEADERS: usize = 4;
/// Bytes of memory that PPMd may ask for.
const PPMD_BYTES: u32 = 128 << 20;
/// Coders of one folder. Programs write eight at most.
const CODERS: u64 = 32;
/// Powers of two that a password may be asked to be hashed so many times. Programs write 19.
const SPINS: u8 = 22;
/// Bytes of what comes out of a folder by which a password is tried.
const TRIED_BYTES: u64 = 64 << 10;

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
                let packed = packed_of(bytes, folder);
                let most = most_of(&packed, folder, sink.budget);
                let mut content = Vec::new();
                let password = folder.password(&packed, most, &sink.budget.limits.passwords);
                let end = decoder::read_to(&mut folder.open(&packed, most, password)?, &mut content, most);
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
    let passwords = sink.budget.limits.passwords.clone();
    for folder in &archive.streams.folders {
        let packed = packed_of(bytes, folder);
        let most = most_of(&packed, folder, sink.budget);
        let mut stream = folder.open(&packed, most, folder.password(&packed, most, &passwords));
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

/// The stored streams of a folder.
fn packed_of<'a>(bytes: &'a [u8], folder: &Folder) -> Vec<&'a [u8]> {
    let at = |offset: u64| {
        usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(START_BYTES).min(bytes.len())
    };
    let stream = |range: &Range<u64>| bytes.get(at(range.start)..at(range.end)).unwrap_or_default();
    folder.stored.iter().map(stream).collect()
}

/// Bytes that may come out of a folder.
fn most_of(packed: &[&[u8]], folder: &Folder, budget: &Budget) -> usize {
    let stored = packed.iter().map(|stream| stream.len() as u64).sum();
    usize::try_from(budget.inflatable(stored).min(folder.size)).unwrap_or(usize::MAX)
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
    /// Bytes of each stored stream.
    packed: Vec<u64>,
    folders: Vec<Folder>,
}

#[derive(Debug, Default)]
struct Folder {
    coders: Vec<Coder>,
    /// The coder whose output comes out.
    last: usize,
    /// What each input of the coders reads, numbered through.
    sources: Vec<Source>,
    /// Where its stored streams are, behind the start header.
    stored: Vec<Range<u64>>,
    /// Bytes that come out, as claimed.
    size: u64,
    /// Sizes of the files in it.
    files: Vec<u64>,
    /// The checksum of the whole, where it is known.
    digest: Option<u32>,
    /// That of the first file.
    first_digest: Option<u32>,
}

#[derive(Debug, Clone)]
struct Coder {
    method: u64,
    properties: Vec<u8>,
    /// The numbers of its inputs.
    inputs: Range<usize>,
    /// Bytes that come out, as claimed.
    size: u64,
}

/// What an input of a coder reads.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// What comes out of this coder.
    Coder(usize),
    /// This stored stream of the folder.
    Stored(usize),
}

type Stream<'a> = Box<dyn Read + 'a>;

impl Folder {
    /// A reader of what comes out. `most` bounds dictionaries.
    fn open<'a>(
        &self,
        packed: &[&'a [u8]],
        most: usize,
        password: Option<&str>,
    ) -> Result<Stream<'a>, Trouble> {
        self.output(self.last, packed, most, password, self.coders.len())
    }

    /// What comes out of the coder of this number. `depth` bounds how many stand behind one another.
    fn output<'a>(
        &self,
        number: usize,
        packed: &[&'a [u8]],
        most: usize,
        password: Option<&str>,
        depth: usize,
    ) -> Result<Stream<'a>, Trouble> {
        let broken = || (GapKind::Damaged, "coders in a ring".to_owned());
        let coder = self.coders.get(number).filter(|_| depth > 0).ok_or_else(broken)?;
        let sources = self.sources.get(coder.inputs.clone()).ok_or_else(broken)?;
        let inputs = sources.iter().map(|source| match *source {
            Source::Coder(number) => self.output(number, packed, most, password, depth - 1),
            Source::Stored(number) => {
                Ok(Box::new(packed.get(number).copied().unwrap_or_default()) as Stream<'a>)
            }
        });
        coder.open(inputs.collect::<Result<_, _>>()?, most, password)
    }

    /// The password among these that opens the folder, where it needs one.
    fn password<'p>(&self, packed: &[&[u8]], most: usize, passwords: &'p [String]) -> Option<&'p str> {
        let locked = self.coders.iter().any(|coder| coder.method == AES);
        let size = self.files.first().map_or(self.size, |&size| size);
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        let opens = |password: &&str| {
            let Ok(stream) = self.open(packed, most, Some(password)) else { return false };
            let mut content = Vec::new();
            // Without a checksum, what decompresses for a while is taken for right.
            let tried = if self.first_digest.is_some() { size } else { size.min(TRIED_BYTES) };
            let end = decoder::read_to(&mut stream.take(tried), &mut content, most);
            let right = |digest| content.len() < wanted || checksum(&content) == digest;
            end != End::Damaged && self.first_digest.is_none_or(right)
        };
        passwords.iter().map(String::as_str).filter(|_| locked).find(opens)
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}

/// The method of encryption.
const AES: u64 = 0x06f1_0701;
/// The method that parts programs into four streams.
const BCJ2: u64 = 0x0303_011b;

impl Coder {
    fn open<'a>(
        &self,
        mut inputs: Vec<Stream<'a>>,
        most: usize,
        password: Option<&str>,
    ) -> Result<Stream<'a>, Trouble> {
        let broken = || (GapKind::Damaged, format!("coder {:x}", self.method));
        let unknown = || (GapKind::Unsupported, format!("coder {:x}", self.method));
        if self.method == BCJ2 {
            return Ok(Box::new(Bcj2Reader::try_new(inputs, self.size).map_err(|_| broken())?));
        }
        let inner = inputs.pop().filter(|_| inputs.is_empty()).ok_or_else(unknown)?;
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
            AES => {
                let password = password.ok_or_else(|| (GapKind::Encrypted, "encrypted".to_owned()))?;
                let plain = self.decrypt(inner, most, password).ok_or_else(broken)?;
                Box::new(Cursor::new(plain).take(self.size))
            }
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

impl Coder {
    /// What a password makes of everything that goes in: [the properties](Self::properties) hold
    /// how often it is hashed, with what, and how the chain of blocks begins.
    fn decrypt(&self, mut inner: Stream<'_>, most: usize, password: &str) -> Option<Vec<u8>> {
        let (&first, rest) = self.properties.split_first()?;
        let (&second, rest) = rest.split_first()?;
        let (salt, vector) = rest.split_at_checked(usize::from(first >> 7) + usize::from(second >> 4))?;
        let vector = vector.get(..usize::from(first >> 6 & 1) + usize::from(second & 15))?;
        let password: Vec<u8> = password.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let salted = [salt, &password].concat();
        let key = match first & 0x3f {
            0x3f => salted.iter().copied().chain(std::iter::repeat(0)).take(32).collect(),
            power if power <= SPINS => {
                let mut hash = Sha256::new();
                for spin in 0..1_u64 << power {
                    hash.update(&salted);
                    hash.update(spin.to_le_bytes());
                }
                hash.finalize().to_vec()
            }
            _ => return None,
        };
        let mut chain = [0; 16];
        chain.get_mut(..vector.len())?.copy_from_slice(vector);
        let mut plain = Vec::new();
        // What is stored is no more than the file, or what the budget allows to come out of it.
        decoder::read_to(&mut inner, &mut plain, most.saturating_mul(2).max(1 << 20));
        Cipher::new(&key)?.decrypt(&mut plain, Some(chain));
        Some(plain)
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
                    for _ in 0..count {
                        layouts.push(Layout::read(fields)?);
                    }
                }
                0x0c => {
                    let mut sizes = self.packed.iter();
                    let mut at = self.position;
                    for layout in &layouts {
                        let mut folder = layout.folder(&fields.numbers(layout.coders.len())?);
                        // The stored streams of all folders follow each other.
                        for _ in 0..layout.stored.len() {
                            let end = at.saturating_add(*sizes.next()?);
                            folder.stored.push(at..end);
                            at = end;
                        }
                        self.folders.push(folder);
                    }
                }
                0x0a => {
                    let digests = fields.digests(layouts.len())?;
                    for (folder, digest) in self.folders.iter_mut().zip(digests) {
                        (folder.digest, folder.first_digest) = (digest, digest);
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
                    let unknown = |folder: &Folder, count| {
                        if count == 1 && folder.digest.is_some() { 0 } else { count }
                    };
                    let own: Vec<usize> =
                        self.folders.iter().zip(&counts).map(|(f, &n)| unknown(f, n)).collect();
                    let digests = fields.digests(own.iter().sum())?;
                    let mut at = 0;
                    for (folder, own) in self.folders.iter_mut().zip(own).filter(|(_, own)| *own > 0) {
                        folder.first_digest = digests.get(at).copied().flatten();
                        at += own;
                    }
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
    /// Input of a coder, coder whose output it reads.
    bound: Vec<(usize, usize)>,
    /// The inputs that read a stored stream, in the order of these.
    stored: Vec<usize>,
    inputs: usize,
}

impl Layout {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let count = fields.number().filter(|count| (1..=CODERS).contains(count))?;
        let (mut coders, mut inputs) = (Vec::new(), 0);
        for _ in 0..count {
            let flags = fields.byte()?;
            let id = fields.take(usize::from(flags & 15))?;
            let method = id.iter().fold(0, |id: u64, &byte| id << 8 | u64::from(byte));
            let mut own = 1;
            if flags & 0x10 != 0 {
                own = fields.number().filter(|&n| n <= CODERS).and_then(|n| usize::try_from(n).ok())?;
                // No coder has several outputs.
                fields.number().filter(|&outputs| outputs == 1)?;
            }
            let length = if flags & 0x20 != 0 { fields.size()? } else { 0 };
            let properties = fields.take(length)?.to_vec();
            coders.push(Coder { method, properties, inputs: inputs..inputs + own, size: 0 });
            inputs += own;
        }
        let mut bound: Vec<(usize, usize)> = Vec::new();
        for _ in 1..count {
            let (input, coder) = (fields.size()?, fields.size()?);
            // They form a tree: what comes out of a coder is read once.
            if bound.iter().any(|&(_, other)| other == coder) {
                return None;
            }
            bound.push((input, coder));
        }
        let stored = match inputs.checked_sub(bound.len())? {
            1 => (0..inputs).filter(|input| !bound.iter().any(|(bound, _)| bound == input)).collect(),
            several => (0..several).map(|_| fields.size()).collect::<Option<_>>()?,
        };
        Some(Self { coders, bound, stored, inputs })
    }

    /// The folder; `sizes` is what comes out of each coder.
    fn folder(&self, sizes: &[u64]) -> Folder {
        let is_bound = |coder: &usize| self.bound.iter().any(|(_, from)| from == coder);
        let last = (0..self.coders.len()).find(|coder| !is_bound(coder)).unwrap_or(0);
        let source = |input: usize| {
            let coder = self.bound.iter().find(|&&(to, _)| to == input).map(|&(_, from)| Source::Coder(from));
            let stored = || self.stored.iter().position(|&stored| stored == input).map(Source::Stored);
            coder.or_else(stored).unwrap_or(Source::Stored(usize::MAX))
        };
        let coders = self.coders.iter().zip(sizes).map(|(coder, &size)| Coder { size, ..coder.clone() });
        let size = sizes.get(last).copied().unwrap_or(0);
        Folder {
            coders: coders.collect(),
            last,
            sources: (0..self.inputs).map(source).collect(),
            size,
            files: vec![size],
            ..Folder::default()
        }
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

    /// Checksums, of what there were some.
    fn digests(&mut self, count: usize) -> Option<Vec<Option<u32>>> {
        let defined = match self.byte()? {
            0 => self.bits(count)?,
            _ if count > self.0.len() => return None,
            _ => vec![true; count],
        };
        let digest = |defined: bool| match defined {
            true => Some(Some(u32::from_le_bytes(*self.take(4)?.first_chunk()?))),
            false => Some(None),
        };
        defined.into_iter().map(digest).collect()
    }
}
