//! The header of a 7z archive: which files there are, in which folders, and how the coders of each
//! hang together. Its numbers size tables, so each is held against the bytes that are there.

use std::ops::Range;

use crate::extract::archive::Sink;
use crate::limits::GapKind;

/// Coders of one folder. Programs write eight at most.
const CODERS: u64 = 32;

#[derive(Debug)]
pub(super) struct Archive {
    pub(super) streams: Streams,
    pub(super) files: Vec<File>,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) has_stream: bool,
}

#[derive(Debug, Default)]
pub(super) struct Streams {
    /// Where the stored bytes start, behind the start header.
    pub(super) position: u64,
    /// Bytes of each stored stream.
    pub(super) packed: Vec<u64>,
    pub(super) folders: Vec<Folder>,
}

#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) coders: Vec<Coder>,
    /// The coder whose output comes out.
    pub(super) last: usize,
    /// What each input of the coders reads, numbered through.
    pub(super) sources: Vec<Source>,
    /// Where its stored streams are, behind the start header.
    pub(super) stored: Vec<Range<u64>>,
    /// Bytes that come out, as claimed.
    pub(super) size: u64,
    /// Sizes of the files in it.
    pub(super) files: Vec<u64>,
    /// The checksum of the whole, where it is known.
    pub(super) digest: Option<u32>,
    /// Those of the files, as far as they are known.
    pub(super) digests: Vec<Option<u32>>,
}

#[derive(Debug, Clone)]
pub(super) struct Coder {
    pub(super) method: u64,
    pub(super) properties: Vec<u8>,
    /// The numbers of its inputs.
    pub(super) inputs: Range<usize>,
    /// Bytes that come out, as claimed.
    pub(super) size: u64,
}

/// What an input of a coder reads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// What comes out of this coder.
    Coder(usize),
    /// This stored stream of the folder.
    Stored(usize),
}

impl Archive {
    pub(super) fn read(fields: &mut Fields<'_>, sink: &mut Sink<'_>) -> Option<Self> {
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
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
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
                        (folder.digest, folder.digests) = (digest, vec![digest]);
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
                    let mut digests = digests.into_iter();
                    for (folder, own) in self.folders.iter_mut().zip(own).filter(|(_, own)| *own > 0) {
                        folder.digests = digests.by_ref().take(own).collect();
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
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, behind) = self.0.split_at_checked(count)?;
        self.0 = behind;
        Some(taken)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
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
