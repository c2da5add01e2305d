//! What is embedded: objects behind the old OLE header, drawings, data of programs; each a document
//! of its own.

use super::Reader;
use crate::filetype::{FileType, identify};
use crate::read::zip::Archive;
use crate::text::Place;

/// Bytes of a class name or path in the header.
const NAME_BYTES: usize = 4 << 10;

impl Reader<'_, '_> {
    /// Hands over an object.
    pub(super) fn object(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let (class, paths, data) = split(bytes).unwrap_or((String::new(), Vec::new(), bytes));
        for path in paths {
            self.flows.note_once(Place::Attribute, &path);
        }
        let named = std::mem::take(&mut self.object_class);
        let name = if class.is_empty() { named } else { class };
        let name = if name.is_empty() { "object".to_owned() } else { name };
        self.flows.sink.inner(&name, data.to_vec());
    }
}

impl Reader<'_, '_> {
    /// A picture: drawings in records hold texts, pictures of pixels only what they say about themselves. A bitmap may come
    /// without the head that a file of it has.
    pub(super) fn picture(&mut self, bytes: &[u8]) {
        const BITMAP_HEAD: [u8; 4] = [40, 0, 0, 0];
        let is_pixels = identify(bytes, "").file_type.is_picture() || bytes.starts_with(&BITMAP_HEAD);
        match is_pixels {
            true => self.flows.sink.silent("picture", bytes),
            false => self.flows.sink.inner("picture", bytes.to_vec()),
        }
    }

    /// Data of a program, behind the head of an object or as they are. A theme has names of fonts and colours only.
    pub(super) fn data(&mut self, bytes: &[u8]) {
        if identify(bytes, "").file_type != FileType::Zip || !self.is_theme(bytes) {
            self.object(bytes);
        }
    }

    fn is_theme(&mut self, bytes: &[u8]) -> bool {
        let archive = Archive::open(bytes, self.flows.sink.budget);
        let known = |name: &str| {
            name == "[Content_Types].xml" || name.contains("_rels/") || name.starts_with("theme/theme/theme")
        };
        archive.gaps.is_empty() && archive.entries.iter().all(|entry| known(&entry.name))
    }
}

/// Bytes of hexadecimal digits; anything else is passed over.
pub(super) fn from_hex(text: &str) -> Vec<u8> {
    let mut digits = text.chars().filter_map(|c| c.to_digit(16)).filter_map(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len() / 2);
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.push(high * 16 + low);
    }
    bytes
}

/// Class, topic and item, and the data of an object: a version, a format number, three names with
/// their lengths, the size.
fn split(bytes: &[u8]) -> Option<(String, Vec<String>, &[u8])> {
    let mut rest = bytes;
    let format = {
        number(&mut rest)?;
        number(&mut rest)?
    };
    if !(1..=5).contains(&format) {
        return None;
    }
    let class = name(&mut rest)?;
    let paths = vec![name(&mut rest)?, name(&mut rest)?];
    let size = usize::try_from(number(&mut rest)?).ok()?;
    Some((class, paths, rest.get(..size).unwrap_or(rest)))
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(u32::from_le_bytes(*head))
}

fn name(rest: &mut &[u8]) -> Option<String> {
    let length = usize::try_from(number(rest)?).ok().filter(|length| *length <= NAME_BYTES)?;
    let (head, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    let text = encoding_rs::GB18030.decode_without_bom_handling(head).0;
    Some(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_taken_off() {
        let bytes = from_hex("01050000 02000000 02000000 4100 00000000 00000000 03000000 504b03 ff");
        assert_eq!(split(&bytes), Some(("A".to_owned(), vec![String::new(), String::new()], &b"PK\x03"[..])));
        assert_eq!(split(b"PK\x03\x04"), None);
        // A size that is not there.
        let lying = from_hex("01050000 02000000 00000000 00000000 00000000 ffffffff 50");
        assert_eq!(split(&lying).map(|(_, _, data)| data), Some(&b"P"[..]));
    }
}
