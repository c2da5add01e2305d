//! Where documents come from: an ordered list of entries, each read only when its turn comes.
//!
//! [`Walk`] lists files and folders, [`Git`] what changed in a repository. Whatever the origin, a [`Source`](Walk) yields [`Entry`] values
//! in a fixed order with the names of the contract, so that everything behind it does not care.
//! What can't be read is an entry as well: it becomes an unread document, never a missing one.

mod git;
mod patterns;
mod walk;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::limits::{Gap, GapKind};

pub use git::{Blobs, Changes, Git, GitError};
pub use patterns::Patterns;
pub use walk::{SourceError, SourceProblem, Walk};

/// Something to screen: listed, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The document's name in reports.
    pub name: String,
    /// Where its bytes are.
    pub origin: Origin,
}

/// Where an entry's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A regular file.
    File(PathBuf),
    /// A blob of a git repository.
    Blob {
        /// The repository's objects.
        blobs: Arc<Blobs>,
        /// The blob's name there.
        id: String,
    },
    /// Nowhere: the listing already knows that it can't be read, and why.
    Unread(Gap),
}

/// The entries of a run, wherever they come from.
#[derive(Debug)]
pub enum Listing {
    /// Files and folders.
    Walk(Box<Walk>),
    /// What changed in a repository.
    Changes(Changes),
}

impl Listing {
    /// See [`Walk::without`]. What git stores is never a file of this run.
    #[must_use]
    pub fn without(self, own: impl IntoIterator<Item = PathBuf>) -> Self {
        match self {
            Self::Walk(walk) => Self::Walk(Box::new(walk.without(own))),
            changes @ Self::Changes(_) => changes,
        }
    }

    /// See [`Walk::limited_to`]. In a repository links are followed, and so are the patterns.
    #[must_use]
    pub fn limited_to(self, patterns: &Patterns) -> Self {
        match self {
            Self::Walk(walk) => Self::Walk(Box::new(walk.limited_to(patterns))),
            changes @ Self::Changes(_) => changes,
        }
    }

    /// Entries left out on purpose so far.
    pub fn skipped(&self) -> u64 {
        match self {
            Self::Walk(walk) => walk.skipped(),
            Self::Changes(_) => 0,
        }
    }

    /// What turned out to make the run fail while listing.
    pub fn errors(&self) -> &[SourceError] {
        match self {
            Self::Walk(walk) => walk.errors(),
            Self::Changes(_) => &[],
        }
    }
}

impl Iterator for Listing {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match self {
            Self::Walk(walk) => walk.next(),
            Self::Changes(changes) => changes.next(),
        }
    }
}

impl Entry {
    /// Reads the bytes, at most `limit` of them.
    ///
    /// # Errors
    /// Why the document can't be read, as the gap that stands for it.
    pub fn read(&self, limit: u64) -> Result<Vec<u8>, Gap> {
        self.read_sized(limit, |_| ())
    }

    /// The same; `sized` is told the size of a file before it is read.
    ///
    /// # Errors
    /// Likewise.
    pub fn read_sized(&self, limit: u64, sized: impl FnOnce(u64)) -> Result<Vec<u8>, Gap> {
        let path = match &self.origin {
            Origin::File(path) => path,
            Origin::Blob { blobs, id } => return blobs.read(id, limit),
            Origin::Unread(gap) => return Err(gap.clone()),
        };
        let unread = |error: io::Error| Gap::new(GapKind::Io, reason(&error));
        let file = open(path).map_err(unread)?;
        let metadata = file.metadata().map_err(unread)?;
        if !metadata.is_file() {
            return Err(Gap::new(GapKind::Io, "no longer a file"));
        }
        let size = metadata.len();
        let too_large = |size: u64| too_large(size, limit);
        if size > limit {
            return Err(too_large(size));
        }
        sized(size);
        let mut bytes = Vec::new();
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        if bytes.try_reserve_exact(wanted).is_err() {
            return Err(too_large(size));
        }
        // One byte more than allowed: the file may have grown since it was measured.
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
        match bytes.len() as u64 {
            read if read > limit => Err(too_large(read)),
            _ => Ok(bytes),
        }
    }
}

/// Opens what was a file when it was listed. By now it could be a pipe that nobody writes to, or a
/// file of the kernel's that is waited for: neither may hold up the run.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::NONBLOCK.bits();
    File::options().read(true).custom_flags(flags.cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

fn too_large(size: u64, limit: u64) -> Gap {
    Gap::new(GapKind::Limit, format!("file of {size} bytes, limit {limit} bytes"))
}

/// The cause of a failed read in one short phrase, without the name of the file.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::NotFound => "no longer there".to_owned(),
        _ => error.to_string(),
    }
}

/// A file name as UTF-8: bytes that are none are written `%XX`, and so is a `%` that could be taken
/// for the start of such an escape, so that [`original_name`] gives the bytes back.
pub fn escaped_name(name: &OsStr) -> String {
    let bytes = name.as_encoded_bytes();
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        for (index, c) in chunk.valid().char_indices() {
            let behind = at + index + 1;
            let escape = c == '%' && bytes.get(behind..behind + 2).is_some_and(|two| hex(two).is_some());
            if escape { out.push_str("%25") } else { out.push(c) }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "%{byte:02X}");
        }
        at += chunk.valid().len() + chunk.invalid().len();
    }
    out
}

/// The bytes that [`escaped_name`] was made from.
pub fn original_name(name: &str) -> Vec<u8> {
    let mut rest = name.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some((&first, behind)) = rest.split_first() {
        match behind.get(..2).and_then(hex) {
            Some(byte) if first == b'%' => {
                out.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(first);
                rest = behind;
            }
        }
    }
    out
}

/// The value of two hexadecimal digits.
fn hex(two: &[u8]) -> Option<u8> {
    let [high, low] = two else { return None };
    let digit = |byte: &u8| (*byte as char).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_are_escaped_and_come_back() {
        use std::os::unix::ffi::OsStrExt;
        // 机密 in GBK; a percent sign that looks like an escape and two that don't.
        let cases: [(&[u8], &str); 5] = [
            (b"\xbb\xfa\xc3\xdc.txt", "%BB%FA%C3%DC.txt"),
            (b"100%25.txt", "100%2525.txt"),
            (b"100%.txt", "100%.txt"),
            ("50%机密".as_bytes(), "50%机密"),
            (b"%2\xff", "%2%FF"),
        ];
        for (bytes, shown) in cases {
            assert_eq!(escaped_name(OsStr::from_bytes(bytes)), shown);
            assert_eq!(original_name(shown), bytes, "{shown}");
        }
    }

    #[test]
    fn a_file_over_the_limit_is_a_gap_and_one_at_the_limit_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"12345").unwrap();
        let entry = Entry { name: "a".into(), origin: Origin::File(path) };
        assert_eq!(entry.read(5), Ok(b"12345".to_vec()));
        let gap = entry.read(4).unwrap_err();
        assert_eq!((gap.kind, gap.detail.as_str()), (GapKind::Limit, "file of 5 bytes, limit 4 bytes"));
    }
}
