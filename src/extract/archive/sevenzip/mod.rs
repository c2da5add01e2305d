//! 7z: the header by our own reader, since its numbers size tables, then folders through capped
//! decompressors.
//!
//! A folder is one compressed stream of several files; what breaks in it loses the files behind. Its
//! coders form a tree: most have one input, BCJ2 (for programs) has four.

mod header;

use std::io::{Cursor, Read};
use std::ops::Range;

use bzip2::read::BzDecoder;
use flate2::read::DeflateDecoder;
use lzma_rust2::filter::bcj2::Bcj2Reader;
use lzma_rust2::{Lzma2Reader, LzmaReader};
use ppmd_rust::Ppmd7Decoder;
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest, Sha256};

use self::header::{Archive, Coder, Fields, Folder, Source, Streams};
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
    if bytes
        .get(28..)
        .and_then(|at| at.first_chunk())
        .is_some_and(|at| u32::from_le_bytes(*at) != checksum(&header))
    {
        sink.gap(GapKind::Damaged, "7z: header: checksum");
    }
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
        for (number, &size) in folder.files.iter().enumerate() {
            let digest = folder.digests.get(number).copied().flatten();
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
                    let right = if digest.is_some() { checksum(&content) } else { 0 };
                    spent += got;
                    sink.budget.spend_inflated(got as u64);
                    if got > 0 || wanted == 0 {
                        sink.inner(name, content);
                    }
                    if got == wanted {
                        if digest.is_some_and(|digest| digest != right) {
                            sink.gap(GapKind::Damaged, format!("7z: {name}: checksum"));
                        }
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
            let tried =
                if self.digests.first().copied().flatten().is_some() { size } else { size.min(TRIED_BYTES) };
            let end = decoder::read_to(&mut stream.take(tried), &mut content, most);
            let right = |digest| content.len() < wanted || checksum(&content) == digest;
            end != End::Damaged && self.digests.first().copied().flatten().is_none_or(right)
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
