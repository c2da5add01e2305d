//! Outlook messages: a stream for every property, a storage for every recipient and attachment.
//!
//! Bodies in RTF and HTML and attachments are inner documents.

use super::{ansi, drawing};
use crate::document::Inner;
use crate::extract::ole::{stream, text_stream};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{CompoundFile, u16_at, u32_at};
use crate::read::lzfu;
use crate::text::{At, Break, Place};

/// What the name of every property's stream begins with.
const PROPERTY: &str = "__substg1.0_";
/// The stream with the properties of fixed size.
const FIXED: &str = "__properties_version1.0";

/// Properties with a meaning of their own.
mod id {
    pub(super) const HEADERS: u16 = 0x007d;
    pub(super) const BODY: u16 = 0x1000;
    pub(super) const RTF: u16 = 0x1009;
    pub(super) const HTML: u16 = 0x1013;
    pub(super) const NAME: u16 = 0x3001;
    pub(super) const ADDRESS: u16 = 0x3003;
    pub(super) const DATA: u16 = 0x3701;
    pub(super) const SHORT_FILE_NAME: u16 = 0x3704;
    pub(super) const FILE_NAME: u16 = 0x3707;
    pub(super) const PATH: u16 = 0x370d;
    pub(super) const BODY_PAGE: u16 = 0x3fde;
    pub(super) const LANGUAGE: u16 = 0x3ff1;
    pub(super) const PAGE: u16 = 0x3ffd;
    pub(super) const SMTP_ADDRESS: u16 = 0x39fe;
}

/// A property in a stream of its own.
struct Property<'p> {
    path: &'p str,
    id: u16,
    kind: u16,
}

/// Reads the message in the root of `file`.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    let fixed = stream(file, sink, FIXED).unwrap_or_default();
    let page = page(&fixed);
    let mut found = false;
    for property in properties(file, "") {
        found = true;
        read_property(file, &property, page, sink);
    }
    if !found {
        sink.gap(Gap::new(GapKind::Damaged, "no properties of a message"));
    }
    let mut storages: Vec<&str> = file
        .streams
        .iter()
        .filter_map(|stream| stream.path.split_once('/'))
        .map(|(first, _)| first)
        .collect();
    storages.sort_unstable();
    storages.dedup();
    for storage in storages {
        if storage.starts_with("__recip") {
            recipient(file, storage, page, sink);
        } else if storage.starts_with("__attach") {
            attachment(file, storage, page, sink);
        }
    }
}

/// The properties right in a storage (`""`: the root).
fn properties<'f>(file: &'f CompoundFile<'_>, storage: &str) -> Vec<Property<'f>> {
    let own = |path: &'f str| {
        let name = if storage.is_empty() { path } else { path.strip_prefix(storage)?.strip_prefix('/')? };
        let code = name.strip_prefix(PROPERTY)?;
        // Values of a list have streams of their own, with a number behind.
        let id = u16::from_str_radix(code.get(..4)?, 16).ok()?;
        let kind = u16::from_str_radix(code.get(4..8)?, 16).ok()?;
        (!code.contains('/')).then_some(Property { path, id, kind })
    };
    file.streams.iter().filter_map(|stream| own(&stream.path)).collect()
}

/// The code page of 8-bit strings, which the fixed properties state.
fn page(fixed: &[u8]) -> u16 {
    // The head is longer in a message that is not attached to another.
    let head = if fixed.len().is_multiple_of(16) { 32 } else { 24 };
    let of = |wanted: u16| {
        let entries = fixed.get(head..).unwrap_or_default().chunks_exact(16);
        let mut values = entries.filter(|entry| u16_at(entry, 2) == Some(wanted));
        u16::try_from(u32_at(values.next()?, 8)?).ok()
    };
    // A message written in UTF-8 has its other strings in the code page of its language.
    of(id::PAGE)
        .or_else(|| of(id::BODY_PAGE).filter(|page| !matches!(page, 1200 | 20127 | 65001)))
        .or_else(|| of(id::LANGUAGE).map(ansi::page_of_language))
        .unwrap_or(ansi::WESTERN)
}

/// The string that a property holds, where it holds one.
fn string(
    file: &CompoundFile<'_>,
    property: &Property<'_>,
    page: u16,
    sink: &mut Sink<'_>,
) -> Option<String> {
    match property.kind & 0xfff {
        0x1f => Some(drawing::utf16(&text_stream(file, sink, property.path)?)),
        0x1e => Some(ansi::decode(&text_stream(file, sink, property.path)?, page)),
        _ => None,
    }
}

fn read_property(file: &CompoundFile<'_>, property: &Property<'_>, page: u16, sink: &mut Sink<'_>) {
    match (property.id, property.kind) {
        (id::RTF, 0x0102) => {
            let packed = stream(file, sink, property.path).unwrap_or_default();
            let most = sink.budget.inflatable(u64::try_from(packed.len()).unwrap_or(u64::MAX));
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            match lzfu::unpack(&packed, most) {
                Some((bytes, whole)) => {
                    if !whole {
                        sink.gap(Gap::new(GapKind::Damaged, "RTF body: breaks off"));
                    }
                    sink.budget.spend_inflated(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                    sink.out.inner.push(Inner { name: "body.rtf".to_owned(), bytes });
                }
                None if packed.is_empty() => {}
                None => sink.gap(Gap::new(GapKind::Damaged, "RTF body")),
            }
        }
        (id::HTML, 0x0102) => {
            let bytes = stream(file, sink, property.path).unwrap_or_default();
            sink.out.inner.push(Inner { name: "body.html".to_owned(), bytes });
        }
        (id::HTML, _) => {
            let text = string(file, property, page, sink).unwrap_or_default();
            sink.out.inner.push(Inner { name: "body.html".to_owned(), bytes: text.into_bytes() });
        }
        (id::BODY, _) => {
            let text = string(file, property, page, sink).unwrap_or_default().replace('\r', "");
            sink.push(At::new(Place::Body).parted(Break::Part), &text);
        }
        (id::HEADERS, _) => {
            let text = string(file, property, page, sink).unwrap_or_default().replace('\r', "");
            sink.tell(Place::Attribute, &text);
        }
        _ => {
            let Some(value) = string(file, property, page, sink) else { return };
            let value = value.trim();
            match name(property.id) {
                Some(name) if !value.is_empty() => {
                    sink.tell_once(Place::Property, &format!("{name}: {value}"));
                }
                // Of the others only what somebody wrote: addresses and keys are ASCII.
                _ if !value.is_ascii() || property.id >= 0x8000 && value.contains(' ') => {
                    sink.tell_once(Place::Property, value);
                }
                _ => {}
            }
        }
    }
}

fn name(id: u16) -> Option<&'static str> {
    Some(match id {
        0x0037 => "subject",
        0x0070 => "topic",
        0x0e1d => "normalizedSubject",
        0x0042 | 0x0c1a => "from",
        0x0065 | 0x0c1f | 0x5d01 | 0x5d02 => "fromAddress",
        0x0e04 => "to",
        0x0e03 => "cc",
        0x0e02 => "bcc",
        0x3001 => "displayName",
        0x3004 => "comment",
        0x3a16 => "company",
        0x3a17 => "jobTitle",
        0x3a18 => "department",
        _ => return None,
    })
}

fn recipient(file: &CompoundFile<'_>, storage: &str, page: u16, sink: &mut Sink<'_>) {
    for property in properties(file, storage) {
        if matches!(property.id, id::NAME | id::ADDRESS | id::SMTP_ADDRESS)
            && let Some(value) = string(file, &property, page, sink)
        {
            sink.tell_once(Place::Property, &format!("recipient: {}", value.trim()));
        }
    }
}

fn attachment(file: &CompoundFile<'_>, storage: &str, page: u16, sink: &mut Sink<'_>) {
    let (mut long, mut short, mut content) = (None, None, None);
    let mut is_linked = false;
    for property in properties(file, storage) {
        match (property.id, property.kind) {
            (id::DATA, 0x0102) => content = stream(file, sink, property.path),
            (id::FILE_NAME, _) => long = string(file, &property, page, sink),
            (id::SHORT_FILE_NAME, _) => short = string(file, &property, page, sink),
            (id::PATH, _) => {
                is_linked = true;
                let path = string(file, &property, page, sink).unwrap_or_default();
                sink.tell_once(Place::Attribute, &path);
            }
            _ => {
                let text = string(file, &property, page, sink).unwrap_or_default();
                if !text.is_ascii() {
                    sink.tell_once(Place::Attribute, text.trim());
                }
            }
        }
    }
    let name = [long, short].into_iter().flatten().map(|name| name.trim().to_owned()).find(|n| !n.is_empty());
    let name = name.unwrap_or_else(|| storage.trim_start_matches("__").to_owned());
    // A message or an object in a storage of its own.
    let object = format!("{storage}/{PROPERTY}3701000D");
    let has_object = file.streams.iter().any(|stream| stream.path.starts_with(&object));
    if has_object {
        let (bytes, gaps) = file.storage(&object, sink.budget);
        gaps.into_iter().for_each(|gap| sink.gap(gap));
        sink.out.inner.push(Inner { name: name.clone(), bytes });
    }
    match content {
        Some(bytes) => sink.out.inner.push(Inner { name, bytes }),
        None if has_object || is_linked => {}
        None => sink.gap(Gap::new(GapKind::Damaged, format!("{storage}: no content"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};
    use crate::read::cfb::write;

    #[test]
    fn properties_bodies_and_attachments_are_read() {
        let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let mut fixed = vec![0; 32];
        fixed.extend([3, 0, 0xfd, 0x3f, 0, 0, 0, 0, 0xa8, 3, 0, 0, 0, 0, 0, 0]);
        let attached = "__attach_version1.0_#00000001/__substg1.0_3701000D/";
        let (inner_fixed, inner_body) =
            (format!("{attached}{FIXED}"), format!("{attached}__substg1.0_1000001F"));
        let bytes = write(&[
            (FIXED, fixed),
            ("__substg1.0_0037001E", b"\xb9\xd8\xd3\xda".to_vec()),
            ("__substg1.0_1000001F", wide("机密★20年\r\n正文")),
            ("__substg1.0_10130102", b"<p>x".to_vec()),
            ("__recip_version1.0_#00000000/__substg1.0_3001001F", wide("张三")),
            ("__attach_version1.0_#00000000/__substg1.0_3707001F", wide("附件.txt")),
            ("__attach_version1.0_#00000000/__substg1.0_37010102", b"abc".to_vec()),
            (&inner_fixed, vec![0; 24]),
            (&inner_body, wide("内层")),
        ]);
        let mut budget = Budget::new(&Limits::default());
        let file = CompoundFile::open(&bytes, &mut budget).unwrap();
        let mut sink = Sink::new(&mut budget);
        read(&file, &mut sink);
        let mut lines: Vec<&str> = sink.out.text.as_str().lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["recipient: 张三", "subject: 关于", "机密★20年", "正文"]);
        let names: Vec<&str> = sink.out.inner.iter().map(|inner| inner.name.as_str()).collect();
        assert_eq!(names, ["body.html", "附件.txt", "attach_version1.0_#00000001"]);
        assert_eq!(sink.out.gaps, []);
        let nested = &sink.out.inner[2].bytes;
        assert_eq!(crate::filetype::identify(nested, "").file_type, crate::filetype::FileType::Msg);
    }
}
