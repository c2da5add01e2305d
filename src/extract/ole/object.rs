//! What lies in storages of its own: embedded documents, packaged files, controls. Each becomes an
//! inner document; what is left over is handed over as it is.

use super::{ansi, stray};
use crate::document::Inner;
use crate::extract::ole::stream;
use crate::extract::sink::Sink;
use crate::read::cfb::{CompoundFile, u16_at, u32_at};
use crate::text::Place;

/// Streams that make their storage a document of a type that is read.
const DOCUMENTS: [&str; 6] = [
    "WordDocument",
    "Workbook",
    "Book",
    "PowerPoint Document",
    "EncryptedPackage",
    "__properties_version1.0",
];
/// Streams that hold a whole file as it is.
const FILES: [&str; 5] = ["Package", "CONTENTS", "EmbeddedOdf", "Contents", "package_stream"];
/// Reads every embedded object of the file, the outermost of those within each other.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    let mut storages: Vec<&str> =
        file.streams.iter().filter_map(|stream| stream.path.rsplit_once('/')).map(|(path, _)| path).collect();
    storages.sort_unstable();
    storages.dedup();
    let mut done: Option<&str> = None;
    for storage in storages {
        let is_within = |outer: &str| storage.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
        if !done.is_some_and(is_within) && read_storage(file, storage, sink) == Object::Document {
            done = Some(storage);
        }
    }
}

/// Reads a compound file that is one embedded object itself, as newer documents store them; `false`
/// where it is none.
pub(super) fn read_root(file: &CompoundFile<'_>, sink: &mut Sink<'_>) -> bool {
    read_storage(file, "", sink) != Object::None
}

/// What a storage is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Object {
    None,
    /// Something that may have others within it.
    Content,
    /// A document, handed over with all that is in it.
    Document,
}

/// Reads the custom XML that newer programs keep beside a document in RTF or an older format;
/// `false` where there is none.
pub(super) fn read_store(file: &CompoundFile<'_>, sink: &mut Sink<'_>) -> bool {
    let paths: Vec<String> = file
        .streams
        .iter()
        .filter(|stream| stream.path.starts_with("MsoDataStore/"))
        .map(|stream| stream.path.clone())
        .collect();
    for path in &paths {
        let bytes = stream(file, sink, path).unwrap_or_default();
        sink.out.inner.push(Inner { name: path.clone(), bytes });
    }
    !paths.is_empty()
}

/// Reads one storage, the root being empty.
fn read_storage(file: &CompoundFile<'_>, storage: &str, sink: &mut Sink<'_>) -> Object {
    let prefix = if storage.is_empty() { String::new() } else { format!("{storage}/") };
    let names: Vec<&str> = file
        .streams
        .iter()
        .filter_map(|stream| stream.path.strip_prefix(&*prefix))
        .filter(|name| !name.contains('/'))
        .collect();
    let has = |wanted: &str| names.contains(&wanted);
    if DOCUMENTS.iter().any(|name| has(name)) {
        let (bytes, gaps) = file.storage(storage, sink.budget);
        gaps.into_iter().for_each(|gap| sink.gap(gap));
        sink.out.inner.push(Inner { name: storage.to_owned(), bytes });
        return Object::Document;
    }
    if let Some(name) = FILES.iter().find(|name| has(name)) {
        let bytes = stream(file, sink, &format!("{prefix}{name}")).unwrap_or_default();
        match has("\u{3}OCXNAME") {
            true => control(&bytes, sink),
            false => sink.out.inner.push(Inner { name: named(storage), bytes }),
        }
        return Object::Content;
    }
    if has("\u{1}Ole10Native") {
        let bytes = stream(file, sink, &format!("{prefix}\u{1}Ole10Native")).unwrap_or_default();
        native(storage, &bytes, sink);
        return Object::Content;
    }
    if has("\u{3}OCXDATA") {
        let bytes = stream(file, sink, &format!("{prefix}\u{3}OCXDATA")).unwrap_or_default();
        control(&bytes, sink);
        return Object::Content;
    }
    if has("f") && has("o") {
        for name in ["f", "o", "\u{3}VBFrame"] {
            let bytes = stream(file, sink, &format!("{prefix}{name}")).unwrap_or_default();
            control(&bytes, sink);
        }
        return Object::Content;
    }
    Object::None
}

/// The picture in a stream that shows an object ([MS-OLEDS] 2.3.4): it may be all that is left of a
/// linked one.
pub(super) fn presentation<'b>(name: &str, bytes: &'b [u8]) -> Option<&'b [u8]> {
    /// Bytes between the target device and the length of the picture.
    const NUMBERS: usize = 24;
    if !name.starts_with("\u{2}olepres") {
        return None;
    }
    let size = |at: usize| usize::try_from(u32_at(bytes, at)?).ok();
    let format = match u32_at(bytes, 0)? {
        0 => 4,
        0xffff_fffe | 0xffff_ffff => 8,
        _ => size(0)?.checked_add(4)?,
    };
    let numbers = format.checked_add(size(format)?)?;
    let length = numbers.checked_add(NUMBERS)?;
    let picture = bytes.get(length.checked_add(4)?..)?;
    picture.get(..size(length)?)
}

/// A control of a form: what it says is stored in words, the rest is of no interest.
fn control(bytes: &[u8], sink: &mut Sink<'_>) {
    stray::both(bytes, 2, ansi::WESTERN, &mut |text| sink.tell_once(Place::Form, text));
}

/// The name of an object that has none of its own.
fn named(storage: &str) -> String {
    if storage.is_empty() { "object".to_owned() } else { storage.to_owned() }
}

/// A file that was packaged by the system: its name, where it came from, its content.
fn native(storage: &str, bytes: &[u8], sink: &mut Sink<'_>) {
    match packaged(bytes) {
        Some((name, path, content)) => {
            sink.tell_once(Place::Attribute, &path);
            let name = if name.is_empty() { named(storage) } else { name };
            sink.out.inner.push(Inner { name, bytes: content.to_vec() });
        }
        // Other programs store their own data there.
        None => {
            let content = bytes.get(4..).unwrap_or_default().to_vec();
            sink.out.inner.push(Inner { name: named(storage), bytes: content });
        }
    }
}

fn packaged(bytes: &[u8]) -> Option<(String, String, &[u8])> {
    if u16_at(bytes, 4)? != 2 {
        return None;
    }
    let mut rest = bytes.get(6..)?;
    let mut string = |skip: usize| {
        rest = rest.get(skip..)?;
        let end = rest.iter().position(|&byte| byte == 0)?;
        let (text, behind) = rest.split_at_checked(end)?;
        rest = behind.get(1..)?;
        Some(ansi::decode(text, ansi::WESTERN))
    };
    let (name, path) = (string(0)?, string(0)?);
    // A kind, then the length of a temporary path with the path.
    string(8)?;
    let length = usize::try_from(u32_at(rest, 0)?).ok()?;
    let content = rest.get(4..)?;
    Some((name, path, content.get(..length).unwrap_or(content)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Budget, Limits};
    use crate::read::cfb::write;

    #[test]
    fn the_picture_of_a_linked_object() {
        let head = |device: &[u8]| {
            let size = u32::try_from(device.len() + 4).unwrap().to_le_bytes();
            [
                &u32::MAX.to_le_bytes()[..],
                &14_u32.to_le_bytes(),
                &size,
                device,
                &[0; 24],
                &3_u32.to_le_bytes(),
            ]
            .concat()
        };
        for device in [&b""[..], b"printer"] {
            let stream = [&head(device)[..], b"emf", b"behind"].concat();
            assert_eq!(presentation("\u{2}olepres000", &stream), Some(&b"emf"[..]));
            assert_eq!(presentation("\u{2}olepres000", &stream[..stream.len() - 7]), None);
        }
        let named = [&3_u32.to_le_bytes()[..], b"WMF", &head(b"")[8..], b"wmf"].concat();
        assert_eq!(presentation("\u{2}olepres001", &named), Some(&b"wmf"[..]));
        assert_eq!(presentation("contents", &named), None);
    }

    #[test]
    fn objects_become_inner_documents() {
        let mut native = vec![0, 0, 0, 0, 2, 0];
        native.extend(b"a.txt\0C:\\\xc3\xd8\xc3\xdc\\a.txt\0\0\0\x03\0\x06\0\0\0x.txt\0\x03\0\0\0abc");
        let bytes = write(&[
            ("ObjectPool/_1/WordDocument", vec![1]),
            ("ObjectPool/_1/ObjectPool/_2/Package", vec![2]),
            ("ObjectPool/_3/Package", vec![3]),
            ("ObjectPool/_4/\u{1}Ole10Native", native),
            ("ObjectPool/_5/\u{1}CompObj", vec![5]),
            ("ObjectPool/_5/Equation Native", vec![5]),
            ("Other/Package2", vec![6]),
        ]);
        let mut budget = Budget::new(&Limits::default());
        let file = CompoundFile::open(&bytes, &mut budget).unwrap();
        let mut sink = Sink::new(&mut budget);
        read(&file, &mut sink);
        let inner: Vec<(&str, usize)> =
            sink.out.inner.iter().map(|i| (i.name.as_str(), i.bytes.len())).collect();
        assert_eq!(inner[1..], [("ObjectPool/_3", 1), ("a.txt", 3)]);
        assert_eq!(inner[0].0, "ObjectPool/_1");
        assert_eq!(sink.out.text.as_str(), "C:\\秘密\\a.txt");
        assert_eq!(sink.out.gaps, []);
    }
}
