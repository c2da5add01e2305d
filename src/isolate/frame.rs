//! What goes between a run and its workers: lengths, then bytes.
//!
//! The run hands over the set-up once, then groups of documents; a group is handed over whole before
//! its first answer comes, so that neither waits for the other to read. Answers about short plain
//! texts come back together, since each one sent costs as much as looking at such a text; before any
//! other document all answers are sent, so that the run knows which one a worker failed on. Lengths
//! are 64 bits, low byte first.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::confine::Protection;
use crate::document::Document;
use crate::limits::Limits;
use crate::rules::List;

/// Documents that are handed over together at most.
pub(crate) const GROUP: usize = 64;
/// Bytes of documents from which a group is full.
pub(crate) const GROUP_BYTES: u64 = 256 << 10;
/// Bytes up to which a text is short: see [`is_light`].
const LIGHT_BYTES: usize = 16 << 10;
/// Bytes of one answer at most.
pub(super) const ANSWER_BYTES: u64 = 32 << 20;
/// Bytes of the set-up at most.
const SETUP_BYTES: u64 = 256 << 20;
/// Bytes of a document's name at most; longer ones are cut.
const NAME_BYTES: usize = 64 << 10;
/// Bytes that are reserved at once for what is announced.
const STEP_BYTES: usize = 1 << 20;

/// What a worker is told once.
#[derive(Debug, Serialize, Deserialize)]
pub struct Setup {
    /// The office's own lists, already found sound.
    pub lists: Vec<List>,
    /// The limits in force.
    pub limits: Limits,
}

/// What a worker says once it is ready.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) version: String,
    pub(super) protection: Protection,
    /// What it had to work out of the rules itself, for those that come after it; see [`write_setup`].
    pub(super) worked_out: Vec<u8>,
}

/// Writes `value` as one frame, up to the writer's buffer.
pub(super) fn write(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    write_bytes(out, &postcard::to_stdvec(value).map_err(io::Error::other)?)
}

/// Reads one frame of at most `most` bytes.
pub(super) fn read<T: for<'de> Deserialize<'de>>(from: &mut impl Read, most: u64) -> io::Result<T> {
    postcard::from_bytes(&read_bytes(from, most)?).map_err(io::Error::other)
}

/// Whether a document looks at a glance like a short text: nothing that takes its time, and hardly
/// anything that a worker could fail on.
pub(super) fn is_light(document: &Document) -> bool {
    document.bytes.len() <= LIGHT_BYTES && !document.bytes.contains(&0)
}

/// Hands over the set-up, and what an earlier worker worked out of its rules before it saw a document;
/// nothing from the first.
pub(super) fn write_setup(out: &mut impl Write, setup: &Setup, worked_out: &[u8]) -> io::Result<()> {
    write(out, setup)?;
    write_bytes(out, worked_out)?;
    out.flush()
}

/// Reads the set-up, and what was worked out.
pub(super) fn read_setup(from: &mut impl Read) -> io::Result<(Setup, Vec<u8>)> {
    Ok((read(from, SETUP_BYTES)?, read_bytes(from, ANSWER_BYTES)?))
}

/// Hands over documents.
pub(super) fn write_group(out: &mut impl Write, documents: &[Document]) -> io::Result<()> {
    write_length(out, documents.len())?;
    for document in documents {
        let name = document.name.get(..document.name.floor_char_boundary(NAME_BYTES)).unwrap_or_default();
        write_bytes(out, name.as_bytes())?;
        write_bytes(out, &document.bytes)?;
    }
    out.flush()
}

/// Takes over documents; `None` when there are no more.
pub(super) fn read_group(from: &mut impl Read) -> io::Result<Option<Vec<Document>>> {
    let count = match read_length(from) {
        Ok(count) => count,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    let document = |_| {
        let name = read_bytes(from, u64::MAX)?;
        let name = String::from_utf8(name).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Document { name, bytes: read_bytes(from, u64::MAX)? })
    };
    (0..count).map(document).collect::<io::Result<_>>().map(Some)
}

fn write_length(out: &mut impl Write, length: usize) -> io::Result<()> {
    out.write_all(&(length as u64).to_le_bytes())
}

fn read_length(from: &mut impl Read) -> io::Result<u64> {
    let mut length = [0; 8];
    from.read_exact(&mut length)?;
    Ok(u64::from_le_bytes(length))
}

fn write_bytes(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    write_length(out, bytes.len())?;
    out.write_all(bytes)
}

/// Reads announced bytes; memory is taken as they come, not as they are announced.
fn read_bytes(from: &mut impl Read, most: u64) -> io::Result<Vec<u8>> {
    let length = read_length(from)?;
    if length > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{length} bytes")));
    }
    let length = usize::try_from(length).map_err(|_| io::ErrorKind::OutOfMemory)?;
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let step = (length - bytes.len()).min(STEP_BYTES.max(bytes.len()));
        let start = bytes.len();
        bytes.try_reserve_exact(step).map_err(|_| io::ErrorKind::OutOfMemory)?;
        bytes.resize(start + step, 0);
        from.read_exact(bytes.get_mut(start..).unwrap_or_default())?;
    }
    Ok(bytes)
}
