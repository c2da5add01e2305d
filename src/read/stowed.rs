//! Documents within files that have no text of their own: behind a picture, a font or a recording, where
//! its own program never looks and another finds them.
//!
//! Told by signatures that are too long to stand anywhere by chance.

use memchr::memmem;

use super::zip;

/// What a document of these kinds begins with; nothing more is needed to tell it.
const SIGNATURES: [&[u8]; 5] =
    [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"{\\rtf1"];
/// What an entry of a ZIP archive begins with: one only where a directory follows.
const ZIP: &[u8] = b"PK\x03\x04";

/// Where the first such document begins that does not begin the file itself.
pub(crate) fn find(bytes: &[u8]) -> Option<usize> {
    let behind = bytes.get(1..)?;
    let zipped = memmem::find(behind, ZIP).filter(|&at| behind.get(at..).is_some_and(zip::is_archive));
    SIGNATURES.iter().filter_map(|sign| memmem::find(behind, sign)).chain(zipped).min().map(|at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_behind_something() {
        let document = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...";
        assert_eq!(find(document), None);
        assert_eq!(find(&[&b"\x89PNG...."[..], document].concat()), Some(8));
        assert_eq!(find(b"GIF89a..{\\rtf1 x}..%PDF-1.4"), Some(8));
        // Not every four bytes are an archive.
        assert_eq!(find(b"GIF89a..PK\x03\x04........................"), None);
        let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        writer.start_file("a", ::zip::write::SimpleFileOptions::default()).unwrap();
        let archive = writer.finish().unwrap().into_inner();
        assert_eq!(find(&[b"OggS", &archive[..]].concat()), Some(4));
    }
}
