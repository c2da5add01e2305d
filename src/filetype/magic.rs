//! File types that show in fixed bytes.
//!
//! Two tables: signatures that no text holds, and signatures of printable characters, which count
//! only when the whole is not text.

use super::FileType;

/// Bytes of a tar header block.
const TAR_BLOCK: usize = 512;
/// Where the first volume descriptor of a CD image says so.
const ISO_SIGNATURE_AT: usize = 0x8001;
/// Where the header of an enhanced metafile says so.
const EMF_SIGNATURE_AT: usize = 40;

/// Signatures with bytes that no text holds.
pub(super) fn binary(bytes: &[u8]) -> Option<FileType> {
    use FileType as T;
    const SIGNATURES: &[(usize, &[u8], FileType)] = &[
        (0, b"\x89PNG\r\n\x1a\n", T::Png),
        (0, b"\xff\xd8\xff", T::Jpeg),
        (0, b"II*\0", T::Tiff),
        (0, b"II+\0", T::Tiff),
        (0, b"MM\0*", T::Tiff),
        (0, b"MM\0+", T::Tiff),
        (0, b"7z\xbc\xaf\x27\x1c", T::SevenZip),
        (0, b"Rar!\x1a\x07", T::Rar),
        (0, b"\x1f\x8b\x08", T::Gzip),
        (0, b"\xfd7zXZ\0", T::Xz),
        (0, b"\x28\xb5\x2f\xfd", T::Zstd),
        (0, b"MSCF\0\0\0\0", T::Cab),
        (0, b"SQLite format 3\0", T::Sqlite),
        (0, b"\x7fELF", T::Executable),
        (0, b"\xfe\xed\xfa\xce", T::Executable),
        (0, b"\xfe\xed\xfa\xcf", T::Executable),
        (0, b"\xce\xfa\xed\xfe", T::Executable),
        (0, b"\xcf\xfa\xed\xfe", T::Executable),
        (0, b"\xca\xfe\xba\xbe\0", T::Executable),
        (0, b"\0asm\x01\0\0\0", T::Executable),
        (0, b"\x1a\x45\xdf\xa3", T::Video),
        (0, b"\0\0\x01\xba", T::Video),
        (0, b"\0\0\x01\xb3", T::Video),
        (0, b"FLV\x01", T::Video),
        (0, b".RMF\0\0", T::Video),
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", T::Video),
        (0, b"MThd\0\0\0\x06", T::Audio),
        (0, b"OggS\0\x02", T::Audio),
        (0, b"fLaC\0\0\0\x22", T::Audio),
        (0, b"wOFF\0\x01\0\0", T::Font),
        (0, b"wOFFOTTO", T::Font),
        (0, b"wOF2\0\x01\0\0", T::Font),
        (0, b"wOF2OTTO", T::Font),
        (0, b"ttcf\0\x01\0\0", T::Font),
        (0, b"ttcf\0\x02\0\0", T::Font),
        (0, b"\xd7\xcd\xc6\x9a\0\0", T::Wmf),
        (0, b"\x01\0\x09\0\0\x03", T::Wmf),
        (0, b"\x01\0\x09\0\0\x01", T::Wmf),
        (0, b"\x78\x9f\x3e\x22", T::Tnef),
        (EMF_SIGNATURE_AT, b" EMF", T::Emf),
        (ISO_SIGNATURE_AT, b"CD001", T::Iso),
    ];
    let starts = |at: usize, sign: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(sign));
    SIGNATURES
        .iter()
        .find(|(at, sign, found)| starts(*at, sign) && (*found != T::Emf || bytes.starts_with(&[1, 0, 0, 0])))
        .map(|&(_, _, found)| found)
        .or_else(|| base_media(bytes))
        .or_else(|| is_tar(bytes).then_some(T::Tar))
        .or_else(|| is_sfnt(bytes).then_some(T::Font))
        .or_else(|| is_icon(bytes).then_some(T::Ico))
        .or_else(|| is_bare_workbook(bytes).then_some(T::Xls))
}

/// Records of an Excel workbook without a compound file around them, as Excel wrote them before its fifth
/// version and programs of websites still do: the first one and the head of the next.
fn is_bare_workbook(bytes: &[u8]) -> bool {
    const BEGIN: [u16; 4] = [0x009, 0x209, 0x409, 0x809];
    /// The workbook, a module, a sheet, a chart, a sheet of macros, a workspace.
    const KINDS: [u16; 6] = [0x05, 0x06, 0x10, 0x20, 0x40, 0x100];
    /// Bytes of the longest record, and the numbers that records have.
    const LONGEST: u16 = 8224;
    const LAST_KIND: u16 = 0x1100;
    let word = |at: usize| Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?));
    let begins = |kind| BEGIN.contains(&kind);
    let (Some(true), Some(length @ 4..=16), Some(kind)) = (word(0).map(begins), word(2), word(6)) else {
        return false;
    };
    let next = 4 + usize::from(length);
    let follows = matches!((word(next), word(next + 2)), (Some(..LAST_KIND), Some(..=LONGEST)));
    KINDS.contains(&kind) && follows
}

/// Signatures that a text could start with too.
pub(super) fn ascii(bytes: &[u8]) -> Option<FileType> {
    use FileType as T;
    let form = |name: &[u8]| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(name);
    let eot = bytes.get(34..36) == Some(b"LP") && bytes.get(8..11) == Some(b"\x01\0\x02");
    Some(match bytes {
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => T::Gif,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => T::Bmp,
        [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => T::Psd,
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => T::Bzip2,
        [b'M', b'Z', ..] => T::Executable,
        [b'I', b'D', b'3', 2..=4, ..] => T::Audio,
        // An MPEG or AAC frame; in the former neither bit rate nor sampling rate is the forbidden one.
        [0xff, 0xfb | 0xf3 | 0xf2, rates, ..] if rates >> 4 != 15 && rates >> 2 & 3 != 3 => T::Audio,
        [0xff, 0xf1 | 0xf9, ..] => T::Audio,
        [b'#', b'!', b'A', b'M', b'R', ..] => T::Audio,
        _ if form(b"WEBP") => T::Webp,
        _ if form(b"WAVE") => T::Audio,
        _ if form(b"AVI ") => T::Video,
        _ if eot => T::Font,
        _ => return None,
    })
}

/// MP4 and its kin: a first box of type `ftyp`, whose brand tells pictures from sound.
fn base_media(bytes: &[u8]) -> Option<FileType> {
    if !matches!(bytes, [0, 0, 0, 8..=255, b'f', b't', b'y', b'p', ..]) {
        let moov = matches!(bytes.get(4..8), Some(b"moov" | b"mdat" | b"wide")) && bytes.first() == Some(&0);
        return moov.then_some(FileType::Video);
    }
    Some(match bytes.get(8..12)? {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" | b"avif" => {
            FileType::Heic
        }
        b"M4A " | b"M4B " => FileType::Audio,
        _ => FileType::Video,
    })
}

/// A header block whose checksum is right: old archives have no signature.
fn is_tar(bytes: &[u8]) -> bool {
    let Some(block) = bytes.get(..TAR_BLOCK) else { return false };
    if block.get(257..262) == Some(b"ustar") {
        return true;
    }
    let field = block.get(148..156).unwrap_or_default();
    let digits: String = field.iter().map(|&b| char::from(b)).collect();
    let Ok(stated) = u32::from_str_radix(digits.trim_matches(['\0', ' ']), 8) else { return false };
    // The sum is taken with the field itself blank.
    let sum = |part: Option<&[u8]>| part.unwrap_or_default().iter().map(|&b| u32::from(b)).sum::<u32>();
    let total = sum(block.get(..148)) + 8 * u32::from(b' ') + sum(block.get(156..));
    block.first() != Some(&0) && total == stated
}

/// A TrueType or OpenType table directory with a plausible number of tables and a printable tag.
fn is_sfnt(bytes: &[u8]) -> bool {
    let version = matches!(bytes, [0, 1, 0, 0, 0, 1..=64, ..])
        || matches!(bytes, [b'O', b'T', b'T', b'O', 0, 1..=64, ..])
        || matches!(bytes, [b't', b'r', b'u', b'e', 0, 1..=64, ..]);
    version && bytes.get(12..16).is_some_and(|tag| tag.iter().all(|b| (b' '..=b'~').contains(b)))
}

/// An icon or cursor: a count, and a first entry that points behind the directory.
fn is_icon(bytes: &[u8]) -> bool {
    let [0, 0, 1 | 2, 0, count @ 1..=64, 0, ..] = bytes else { return false };
    let offset = bytes.get(18..22).and_then(|b| <[u8; 4]>::try_from(b).ok()).map(u32::from_le_bytes);
    offset.is_some_and(|at| at >= 6 + 16 * u32::from(*count) && (at as usize) < bytes.len())
}
