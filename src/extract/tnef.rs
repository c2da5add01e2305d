//! TNEF (winmail.dat): what Outlook sends along with a mail: its properties, the body in its own
//! formats, and the attachments.

use super::Extracted;
use super::sink::Sink;
use crate::filetype::FileType;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::{encoding, lzfu};
use crate::text::{At, Break, Place};

/// Properties of one list that are read.
const PROPERTIES: usize = 100_000;

/// Reads a file of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    let mut reader = Reader { sink: &mut sink, attachment: Attachment::default() };
    let mut rest = bytes.get(6..).unwrap_or_default();
    let mut whole = true;
    // What follows a text that is too long is not read: that it is too long is a gap.
    while !rest.is_empty() && !reader.sink.is_full() {
        let Some((id, data)) = attribute(&mut rest) else {
            whole = false;
            break;
        };
        reader.attribute(id, data);
    }
    reader.end_attachment();
    if !whole {
        sink.gap(Gap::new(GapKind::Damaged, format!("{}: breaks off", FileType::Tnef.as_str())));
    }
    sink.finish()
}

/// A number that says what it is, and its data: level, number, length, data, checksum.
fn attribute<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let head = take(rest, 9)?;
    let id = u16::from_le_bytes(*head.get(1..)?.first_chunk()?);
    let length = usize::try_from(u32::from_le_bytes(*head.get(5..)?.first_chunk()?)).ok()?;
    let data = take(rest, length)?;
    take(rest, 2)?;
    Some((id, data))
}

#[derive(Default)]
struct Attachment {
    name: String,
    bytes: Option<Vec<u8>>,
}

struct Reader<'s, 'b> {
    sink: &'s mut Sink<'b>,
    attachment: Attachment,
}

impl Reader<'_, '_> {
    fn attribute(&mut self, id: u16, data: &[u8]) {
        match id {
            // A new attachment begins.
            0x9002 => self.end_attachment(),
            0x800f => self.attachment.bytes = Some(data.to_vec()),
            0x8010 | 0x9001 => self.name(&narrow(data)),
            0x9003..=0x9005 => {
                if self.properties(data).is_none() {
                    self.sink.gap(Gap::new(GapKind::Damaged, "tnef: properties"));
                }
            }
            0x800c => self.sink.push(At::new(Place::Body).parted(Break::Part), &narrow(data)),
            // A picture of the attachment.
            0x8011 => self.sink.inner("preview", data.to_vec()),
            // Dates, numbers, and the like.
            0x8005..=0x8007 | 0x800d | 0x8012 | 0x8013 | 0x8020 | 0x9006 | 0x9007 => {}
            // Decoding takes longer than telling that it has been done.
            _ if !self.sink.is_new_document(data) => {}
            _ => self.sink.tell_once(Place::Property, &narrow(data)),
        }
    }

    fn name(&mut self, name: &str) {
        if !name.is_empty() {
            name.clone_into(&mut self.attachment.name);
        }
    }

    fn end_attachment(&mut self) {
        let Attachment { name, bytes } = std::mem::take(&mut self.attachment);
        match bytes {
            Some(bytes) if !self.sink.budget.spend_entry() => {
                let detail = format!("more than {} entries", self.sink.budget.limits.entries);
                self.sink.gap(Gap::new(GapKind::Limit, format!("{detail}, {} bytes", bytes.len())));
            }
            Some(bytes) => {
                let name = if name.is_empty() { "attachment" } else { &name };
                self.sink.inner(name, bytes);
            }
            None => self.sink.tell_once(Place::Name, &name),
        }
    }

    /// Reads a list of properties as programs have them.
    fn properties(&mut self, mut rest: &[u8]) -> Option<()> {
        let count = usize::try_from(number(&mut rest)?).ok()?;
        for _ in 0..count.min(PROPERTIES) {
            let head = number(&mut rest)?.to_le_bytes();
            let (kind, id) = (u16::from_le_bytes([head[0], head[1]]), u16::from_le_bytes([head[2], head[3]]));
            if id >= 0x8000 {
                take(&mut rest, 16)?;
                match number(&mut rest)? {
                    0 => drop(number(&mut rest)?),
                    _ => {
                        let name = padded(&mut rest)?;
                        self.sink.tell_once(Place::Attribute, &wide(name));
                    }
                }
            }
            let size = match kind & 0xfff {
                2 | 3 | 4 | 0xa | 0xb => 4,
                5..=7 | 0x14 | 0x40 => 8,
                0x48 => 16,
                _ => 0,
            };
            let is_many = kind & 0x1000 != 0 || size == 0;
            let values = if is_many { number(&mut rest)? } else { 1 };
            for _ in 0..values {
                let value = if size == 0 { padded(&mut rest)? } else { take(&mut rest, size)? };
                self.property(id, kind & 0xfff, value);
            }
        }
        Some(())
    }

    fn property(&mut self, id: u16, kind: u16, value: &[u8]) {
        let text = match kind {
            0x1e => narrow(value),
            0x1f => wide(value),
            _ => String::new(),
        };
        match id {
            0x1000 if !text.is_empty() => {
                self.sink.push(At::new(Place::Body).parted(Break::Part), &text);
            }
            0x1009 => {
                let most = self.sink.budget.inflatable(value.len() as u64);
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                match lzfu::unpack(value, most) {
                    Some((bytes, whole)) => {
                        self.sink.budget.spend_inflated(bytes.len() as u64);
                        self.sink.inner("body.rtf", bytes);
                        if !whole {
                            self.sink.gap(Gap::new(GapKind::Damaged, "RTF body: breaks off"));
                        }
                    }
                    None => self.sink.gap(Gap::new(GapKind::Damaged, "RTF body")),
                }
            }
            0x1013 => self.sink.inner("body.html", value.to_vec()),
            // The content of an attachment; an object begins with what it is.
            0x3701 => {
                let bytes = if kind == 0x0d { value.get(16..).unwrap_or_default() } else { value };
                self.attachment.bytes = Some(bytes.to_vec());
            }
            0x3001 | 0x3704 | 0x3707 => self.name(&text),
            _ => self.sink.tell_once(Place::Property, &text),
        }
    }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, behind) = rest.split_at_checked(count)?;
    *rest = behind;
    Some(taken)
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*take(rest, 4)?.first_chunk()?))
}

/// Bytes behind their length, filled up to a multiple of four.
fn padded<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(number(rest)?).ok()?;
    let value = take(rest, length)?;
    let padding = length.next_multiple_of(4) - length;
    take(rest, padding.min(rest.len()))?;
    Some(value)
}

fn narrow(bytes: &[u8]) -> String {
    encoding::decode(bytes.split(|&b| b == 0).next().unwrap_or_default()).best.text
}

fn wide(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.trim_end_matches('\0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn attribute(level: u8, id: u32, data: &[u8]) -> Vec<u8> {
        let length = u32::try_from(data.len()).unwrap();
        [&[level][..], &id.to_le_bytes(), &length.to_le_bytes(), data, &[0, 0]].concat()
    }

    fn read(bytes: &[u8]) -> Extracted {
        extract(bytes, &mut Budget::new(&Limits::default()))
    }

    #[test]
    fn properties_and_attachments_are_read() {
        let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let string = |id: u16, text: &str| {
            let value = utf16(text);
            let length = u32::try_from(value.len()).unwrap();
            let mut bytes = [&0x1f_u16.to_le_bytes()[..], &id.to_le_bytes(), &1_u32.to_le_bytes()].concat();
            bytes.extend(length.to_le_bytes());
            bytes.extend(&value);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
            bytes
        };
        let list =
            [&2_u32.to_le_bytes()[..], &string(0x37, "机密★5年"), &string(0x1000, "正文甲乙")].concat();
        let bytes = [
            &b"\x78\x9f\x3e\x22\x01\0"[..],
            &attribute(1, 0x0001_8004, b"\xc4\xda\xb2\xbf\xd7\xca\xc1\xcf\0"),
            &attribute(1, 0x0006_9003, &list),
            &attribute(2, 0x0006_9002, &[0; 14]),
            &attribute(2, 0x0001_8010, b"a.txt\0"),
            &attribute(2, 0x0006_800f, b"hello"),
        ]
        .concat();
        let out = read(&bytes);
        let told: Vec<(Place, &str)> =
            out.text.segments().iter().map(|s| (s.at.place, &out.text.as_str()[s.range.clone()])).collect();
        let expected =
            [(Place::Property, "内部资料"), (Place::Property, "机密★5年"), (Place::Body, "正文甲乙")];
        assert_eq!(told, expected);
        assert_eq!((out.inner[0].name.as_str(), out.inner[0].bytes.as_slice()), ("a.txt", &b"hello"[..]));
        assert_eq!(out.gaps, []);
        assert_eq!(read(&bytes[..bytes.len() - 1]).gaps.len(), 1);
    }
}
