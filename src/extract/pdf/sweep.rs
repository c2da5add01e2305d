//! The rest of the file: what no page, field, bookmark or property led to.
//!
//! Every object is looked at. Strings that a person may have written get the place that their key
//! tells (scripts, addresses, alternative texts, names, labels); streams that nobody read are painted
//! if they paint text, and read if they are text. Earlier revisions are swept in the same way.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::num::NonZeroU32;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, FromBytes, MaybeRef, Name, Object, Stream, String as PdfString};
use hayro_syntax::page::Resources;

use super::around::Around;
use super::encoding::text_string;
use super::filter::{Trouble, decode, decode_data};
use super::interpret::Interpreter;
use super::open::Opened;
use super::sealed::data_end;
use super::streams::{Content, Role, content, is_disguised, role, served};
use super::structure::{integer, skip_space, stream_data};
use super::words::{is_quiet, is_text, leads_to_text, place_of};
use super::xmp::xml_values;
use super::{contents, geometry, push};
use crate::document::Inner;
use crate::limits::GapKind;
use crate::read::layout::{self, Line};
use crate::text::{At, Break, Place, Segment, Text};

/// Bytes of files that are opened again for their earlier revisions, object streams included.
const REVISION_BYTES: u64 = 1 << 30;
/// Values nested directly in one object.
const VALUES: usize = 1_000_000;
/// Ancestors that a page without a parent's list is asked for resources.
const ANCESTORS: usize = 8;
/// Size of the sheet for content whose page is unknown, in points.
const SHEET: (f32, f32) = (595.0, 842.0);

/// The lines that were read already, as fingerprints.
pub(super) struct Said {
    /// Nobody can tell beforehand which texts have the same fingerprint.
    key: u64,
    /// How many segments there were.
    segments: usize,
    /// In running text, once that is asked for.
    shown: Option<Prints>,
    /// Everywhere else.
    apart: Prints,
    /// The file is encrypted: its strings are others than they look.
    encrypted: bool,
}

/// Fingerprints are spread evenly: they need no hashing.
type Prints = HashSet<u64, BuildHasherDefault<AsIs>>;

/// The hash of a number is the number.
#[derive(Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0 << 8 | u64::from(byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

/// A text without its white space, as a number.
fn fingerprint(key: u64, text: &str) -> u64 {
    const ODD: u128 = 0x9e37_79b9_7f4a_7c15;
    #[expect(clippy::cast_possible_truncation, reason = "both halves of the product count")]
    let mix = |number: u64| {
        let product = u128::from(number) * ODD;
        product as u64 ^ (product >> 64) as u64
    };
    let (mut print, mut word, mut count) = (key, 0u64, 0u64);
    for &byte in text.as_bytes() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        word = word << 8 | u64::from(byte);
        count += 1;
        if count % 8 == 0 {
            print = mix(print ^ word);
            word = 0;
        }
    }
    mix(mix(print ^ word) ^ count)
}

impl Said {
    fn new(text: &Text, encrypted: bool) -> Self {
        let key = RandomState::new().build_hasher().finish();
        let segments = text.segments().len();
        Self { key, segments, shown: None, apart: prints(text, segments, key, false), encrypted }
    }

    /// Whether a string as it stands in the file says nothing new, wherever it is.
    fn knows(&self, string: &str) -> bool {
        let words = string.trim();
        let told = || words.len() < 2 || self.apart.contains(&fingerprint(self.key, words));
        !self.encrypted && !words.starts_with('<') && told()
    }

    /// Whether `words` are new at `place`; `text` holds what was read before. A mark in a sentence
    /// does not hide one in a property, but what stands for a text, or stood in its place, says
    /// nothing new when it says the same.
    fn is_new(&mut self, text: &Text, place: Place, words: &str) -> bool {
        let print = fingerprint(self.key, words);
        if matches!(place, Place::AltText | Place::Revision) {
            let shown = self.shown.get_or_insert_with(|| prints(text, self.segments, self.key, true));
            if shown.contains(&print) {
                return false;
            }
        }
        self.apart.insert(print)
    }
}

/// The fingerprints of the first `segments` segments in running text, or of those elsewhere, and of
/// their lines.
fn prints(text: &Text, segments: usize, key: u64, running: bool) -> Prints {
    let mut prints = Prints::default();
    let wanted = |segment: &&Segment| segment.at.place.is_running_text() == running;
    for segment in text.segments().iter().take(segments).filter(wanted) {
        let lines = text.as_str().get(segment.range.clone()).unwrap_or_default();
        prints.insert(fingerprint(key, lines));
        if lines.contains('\n') {
            prints.extend(lines.lines().map(|line| fingerprint(key, line)));
        }
    }
    prints
}

impl Around<'_, '_, '_> {
    /// What the current revision holds beside what was read, what earlier ones held, and what no
    /// revision lists.
    pub(super) fn rest(&mut self, pdf: &Pdf, opened: &Opened<'_>) {
        let Opened { earlier, structure, password, .. } = opened;
        let mut said = Said::new(self.text, opened.encrypted);
        let (containers, orphans) = self.list(pdf, None, &mut said);
        self.members(&containers, opened, &mut said);
        let file: &[u8] = pdf.data().as_ref();
        let later: HashSet<usize> = orphans.iter().map(|stream| self.shared.offset(stream)).collect();
        let mut reopened = 0u64;
        for section in earlier {
            reopened = reopened.saturating_add(file.len() as u64 + *structure);
            if reopened > REVISION_BYTES {
                let limit = format!("bytes opened for earlier revisions: {REVISION_BYTES}");
                self.shared.gaps.add(GapKind::Limit, limit);
                break;
            }
            let mut bytes = Vec::with_capacity(file.len() + 40);
            bytes.extend_from_slice(file);
            bytes.extend_from_slice(format!("\nstartxref\n{section}\n%%EOF\n").as_bytes());
            match Pdf::new_with_password(bytes, password) {
                Ok(pdf) => self.revision(&pdf, &later, &mut said),
                Err(_) => self.shared.gaps.add(GapKind::Damaged, "earlier revision"),
            }
        }
        // Only now: the pages of an earlier revision know the fonts of what they painted.
        self.shared.turn_to(file);
        self.streams(pdf, orphans, None, &mut said);
        self.lost(pdf, opened, &mut said);
    }

    /// Objects within object streams that no section lists: those of a stream that holds more than
    /// the sections say.
    fn members(&mut self, containers: &[Stream<'_>], opened: &Opened<'_>, said: &mut Said) {
        for stream in containers {
            let dict = stream.dict();
            let count = dict.get::<i64>("N").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let known = opened.listed.members.get(&u64::from(stream.obj_id().obj_number)).map_or(0, Vec::len);
            if role(dict) != Role::Structure || count <= known {
                continue;
            }
            let data = self.shared.data(stream, "object stream");
            let first = dict.get::<i64>("First").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            let mut at = 0;
            for _ in 0..count.min(VALUES) {
                let offset = integer(&data, &mut at).and_then(|_| integer(&data, &mut at));
                let start = offset.and_then(|n| usize::try_from(n).ok()).and_then(|n| first.checked_add(n));
                let Some(member) = start.and_then(|start| data.get(skip_space(&data, start)..)) else {
                    self.shared.gaps.add(GapKind::Damaged, "object stream");
                    break;
                };
                let object = match member {
                    [b'<', b'<', ..] => Dict::from_bytes(member).map(Object::Dict),
                    [b'[', ..] => Array::from_bytes(member).map(Object::Array),
                    [b'(' | b'<', ..] => PdfString::from_bytes(member).map(Object::String),
                    _ => None,
                };
                if let Some(object) = object {
                    self.strings(object, None, said);
                }
            }
        }
    }

    /// What an earlier revision says and the ones behind it don't, without the streams at the offsets
    /// `later`, unless a page shows them.
    fn revision(&mut self, pdf: &Pdf, later: &HashSet<usize>, said: &mut Said) {
        self.shared.turn_to(pdf.data().as_ref());
        for (page, number) in pdf.pages().iter().zip(1u32..) {
            if !self.is_unread(page.raw()) {
                continue;
            }
            let (width, height, base) = geometry(page);
            let data = contents(page.raw(), self.shared);
            let mut painter = Interpreter::new(self.shared, width, height, base);
            painter.run(&data, page.resources());
            let alternatives = std::mem::take(&mut painter.alternatives);
            let sheet = painter.sheet;
            let lines = layout::lines(&sheet);
            self.shared.sheet = sheet;
            let number = NonZeroU32::new(number);
            self.push_rest(&lines, Place::Revision, number, said);
            for alternative in alternatives {
                self.add(Place::Revision, number, &alternative, said);
            }
        }
        let place = Some(Place::Revision);
        let (_, mut unread) = self.list(pdf, place, said);
        unread.retain(|stream| !later.contains(&self.shared.offset(stream)));
        self.streams(pdf, unread, place, said);
    }

    /// Whether some content of a page was not read.
    fn is_unread(&self, page: &Dict<'_>) -> bool {
        match page.get::<Object<'_>>("Contents") {
            Some(Object::Stream(stream)) => !self.shared.was_read(&stream),
            Some(Object::Array(streams)) => {
                streams.iter::<Stream<'_>>().any(|stream| !self.shared.was_read(&stream))
            }
            _ => false,
        }
    }

    pub(super) fn add(&mut self, place: Place, page: Option<NonZeroU32>, words: &str, said: &mut Said) {
        let words = words.trim();
        if words.chars().nth(1).is_some() && said.is_new(self.text, place, words) {
            push(At { page, parted: Break::Part, ..At::new(place) }, words, self.shared, self.text);
        }
    }

    /// Looks at every object; `place` is where its texts stand if their keys don't matter.
    pub(super) fn sweep(&mut self, pdf: &Pdf, place: Option<Place>, said: &mut Said) {
        let (_, unread) = self.list(pdf, place, said);
        self.streams(pdf, unread, place, said);
    }

    /// The same without the streams nobody read: gives back the object streams, and those.
    fn list<'p>(
        &mut self,
        pdf: &'p Pdf,
        place: Option<Place>,
        said: &mut Said,
    ) -> (Vec<Stream<'p>>, Vec<Stream<'p>>) {
        let file: &[u8] = pdf.data().as_ref();
        // Numbers mean other objects in another revision.
        self.followed.clear();
        let (mut pages, mut streams, mut containers) = (Vec::new(), Vec::new(), Vec::new());
        // What says nothing new itself counts only for the strings it may lead to. There may be very many
        // of these, and of pages: they are fetched again rather than kept.
        let (mut quiet, mut strings) = (Vec::new(), Vec::new());
        for object in pdf.objects() {
            match &object {
                Object::Dict(dict) => {
                    self.shared.cover(dict.data());
                    if dict.contains_key("Contents") && self.is_unread(dict) {
                        pages.extend(dict.obj_id());
                    }
                }
                Object::Stream(stream) => {
                    self.shared.cover(stream_bytes(file, stream));
                    if stream.dict().contains_key("First") && stream.dict().contains_key("N") {
                        containers.push(stream.clone());
                    }
                    if !self.shared.was_read(stream) {
                        streams.push(stream.clone());
                    }
                }
                Object::String(_) => {
                    strings.push(object);
                    continue;
                }
                _ => {}
            }
            match &object {
                Object::Dict(dict) if is_quiet(dict, |string| said.knows(string)) => {
                    quiet.extend(dict.obj_id());
                }
                Object::Stream(stream) if is_quiet(stream.dict(), |string| said.knows(string)) => {
                    quiet.push(stream.obj_id());
                }
                _ => self.strings(object, place, said),
            }
        }
        if !strings.is_empty() {
            let quiet = quiet.into_iter().filter_map(|object| pdf.xref().get::<Object<'_>>(object));
            let quiet = quiet.filter(|object| match object {
                Object::Dict(dict) => leads_to_text(dict),
                Object::Stream(stream) => leads_to_text(stream.dict()),
                _ => true,
            });
            for object in quiet.chain(strings) {
                self.strings(object, place, said);
            }
        }
        for page in pages.into_iter().filter_map(|page| pdf.xref().get::<Dict<'_>>(page)) {
            if self.is_unread(&page) {
                let data = contents(&page, self.shared);
                self.paint(&data, &inherited(&page), place.unwrap_or(Place::Hidden), said);
            }
        }
        (containers, streams)
    }

    /// Streams that no page led to, as far as nobody read them since.
    fn streams(&mut self, pdf: &Pdf, streams: Vec<Stream<'_>>, place: Option<Place>, said: &mut Said) {
        self.silent = None;
        let resources = pdf.pages().first().map(|page| page.resources().clone());
        let resources = resources.unwrap_or_else(|| Resources::new(Dict::default()));
        for stream in streams {
            if !self.shared.was_read(&stream) {
                self.stream(pdf, &stream, &resources, place, said);
            }
        }
    }

    /// The strings of an object and of what is nested in it.
    fn strings(&mut self, object: Object<'_>, place: Option<Place>, said: &mut Said) {
        let mut ahead = vec![(object, Place::Property)];
        let mut count = 0usize;
        while let Some((object, own)) = ahead.pop() {
            count += 1;
            if count > VALUES {
                self.shared.gaps.add(GapKind::Limit, format!("values of an object: {VALUES}"));
                return;
            }
            match object {
                Object::String(string) if is_text(&string) => {
                    let words = text_string(&string);
                    let place = place.unwrap_or(own);
                    if own == Place::Annotation && words.trim_start().starts_with('<') {
                        for value in xml_values(words.as_bytes()) {
                            self.add(place, None, &value, said);
                        }
                    } else {
                        self.add(place, None, &words, said);
                    }
                }
                // Neither strings nor dictionaries.
                Object::Array(array) if !array.data().iter().any(|byte| matches!(byte, b'(' | b'<')) => {}
                Object::Array(array) => {
                    let mut items = array.raw_iter().peekable();
                    let palette = items.peek().is_some_and(
                        |first| matches!(first, MaybeRef::NotRef(Object::Name(name)) if matches!(name.as_ref(), b"Indexed" | b"I")),
                    );
                    let mut last = String::new();
                    for item in items.filter(|_| !palette) {
                        match item {
                            // Names that only count on (section.1, section.2) say nothing new.
                            MaybeRef::NotRef(Object::String(name)) if own == Place::Bookmark => {
                                let words = text_string(&name);
                                let bare: String = words.chars().filter(|c| !c.is_ascii_digit()).collect();
                                if bare != last {
                                    self.add(place.unwrap_or(own), None, &words, said);
                                    last = bare;
                                }
                            }
                            MaybeRef::NotRef(
                                item @ (Object::String(_) | Object::Array(_) | Object::Dict(_)),
                            ) => {
                                ahead.push((item, own));
                            }
                            _ => {}
                        }
                    }
                }
                Object::Dict(dict) => self.entries(&dict, &mut ahead, place, said),
                Object::Stream(stream) => self.entries(stream.dict(), &mut ahead, place, said),
                _ => {}
            }
        }
    }

    /// Sorts the values of a dictionary by their places.
    fn entries<'a>(
        &mut self,
        dict: &Dict<'a>,
        ahead: &mut Vec<(Object<'a>, Place)>,
        place: Option<Place>,
        said: &mut Said,
    ) {
        if dict.contains_key("ByteRange") {
            // A signature: its bytes are no text, its reasons are.
            for key in ["Name", "Reason", "Location", "ContactInfo"] {
                ahead.extend(dict.get::<Object<'_>>(key).map(|value| (value, Place::Property)));
            }
            return;
        }
        if ["O", "U", "R", "V"].iter().all(|key| dict.contains_key(key)) {
            // Keys of the encryption.
            return;
        }
        for key in dict.keys() {
            let Some(own) = place_of(&key, dict) else { continue };
            let value = dict.get_raw::<Object<'a>>(&*key);
            if let Some(MaybeRef::Ref(target)) = value
                && own != Place::Property
                && !self.followed.insert((target, place.unwrap_or(own)))
            {
                continue;
            }
            match value {
                Some(MaybeRef::NotRef(value @ (Object::String(_) | Object::Array(_) | Object::Dict(_)))) => {
                    ahead.push((value, own));
                }
                Some(MaybeRef::Ref(_)) if own == Place::Script => match dict.get::<Object<'_>>(&*key) {
                    Some(Object::Stream(script)) if !self.shared.was_read(&script) => {
                        let data = self.shared.data(&script, "script");
                        self.add(place.unwrap_or(own), None, &text_string(&data), said);
                    }
                    Some(value @ Object::String(_)) => ahead.push((value, own)),
                    _ => {}
                },
                // A string that stands alone.
                Some(MaybeRef::Ref(_)) if own != Place::Property => {
                    let string = dict.get::<PdfString<'a>>(&*key);
                    ahead.extend(string.map(|string| (Object::String(string), own)));
                }
                _ => {}
            }
        }
        if dict.contains_key("Dests")
            && dict.contains_key("Pages")
            && dict.get_ref("Dests").is_none_or(|names| self.followed.insert((names, Place::Bookmark)))
            && !self.shared.is_spent()
        {
            // The old way: a dictionary whose keys are the names.
            let names = dict.get::<Dict<'_>>("Dests").unwrap_or_default();
            self.shared.parsed_dict(&names);
            for name in names.keys().take(VALUES) {
                let name = text_string(&name);
                self.add(place.unwrap_or(Place::Bookmark), None, &name, said);
            }
        }
    }

    /// A stream that nobody read.
    fn stream(
        &mut self,
        pdf: &Pdf,
        stream: &Stream<'_>,
        resources: &Resources<'_>,
        place: Option<Place>,
        said: &mut Said,
    ) {
        let dict = stream.dict();
        let role = role(dict);
        // No section, if it says something.
        let section = role == Role::Structure && dict.get::<Name<'_>>("Type").as_deref() == Some(b"XRef");
        if (role == Role::Structure && !section) || (role == Role::Silent && !is_disguised(stream)) {
            return;
        }
        self.shared.skip(stream);
        let decoded = match stored(pdf.data().as_ref(), stream).filter(|_| section) {
            // Sections are never encrypted, but the library decrypts all streams alike.
            Some(stored) => decode_data(dict, Cow::Borrowed(stored), self.shared.budget),
            None => decode(stream, self.shared.budget),
        };
        if decoded.trouble != Some(Trouble::Image) {
            self.shared.gaps.stream(&decoded, "stream outside the pages");
        } else if role != Role::Silent {
            self.shared.gaps.add(GapKind::Image, "picture outside the pages");
        }
        let hidden = place.unwrap_or(Place::Hidden);
        let own = dict.get::<Dict<'_>>("Resources").map(Resources::new);
        match content(role, &decoded.bytes, own.is_some()) {
            Content::Nothing => {}
            Content::File => self.file("attachment", decoded.bytes.into_owned()),
            Content::Unknown if section => {}
            Content::Unknown => {
                let silent = self.silent.get_or_insert_with(|| served(pdf));
                if !silent.contains(&stream.obj_id().into()) {
                    self.file("stream", decoded.bytes.into_owned());
                }
            }
            Content::Markup => {
                let place = place.unwrap_or(if role == Role::Metadata { Place::Property } else { hidden });
                for value in xml_values(&decoded.bytes) {
                    if value.len() > 3 || !value.is_ascii() {
                        self.add(place, None, &value, said);
                    }
                }
            }
            Content::Page => self.paint(&decoded.bytes, own.as_ref().unwrap_or(resources), hidden, said),
            Content::Text(words) => self.add(hidden, None, &words, said),
        }
    }

    /// A document of its own.
    fn file(&mut self, name: &str, bytes: Vec<u8>) {
        if self.shared.budget.spend_entry() {
            self.inner.push(Inner { name: name.to_owned(), bytes });
        } else {
            let entries = self.shared.budget.limits.entries;
            self.shared.gaps.add(GapKind::Limit, format!("entries of a document: {entries}"));
        }
    }

    /// Content that no page shows.
    fn paint(&mut self, data: &[u8], resources: &Resources<'_>, place: Place, said: &mut Said) {
        let (width, height) = SHEET;
        let mut painter = Interpreter::new(self.shared, width, height, [1.0, 0.0, 0.0, -1.0, 0.0, height]);
        painter.run(data, resources);
        let (sheet, shown, unknown) = (painter.sheet, painter.shown, painter.unknown);
        if unknown * 2 > shown {
            self.shared.gaps.add(GapKind::Glyphs, "content outside the pages");
        }
        let lines = layout::lines(&sheet);
        self.shared.sheet = sheet;
        self.push_rest(&lines, place, None, said);
    }

    fn push_rest(&mut self, lines: &[Line], place: Place, page: Option<NonZeroU32>, said: &mut Said) {
        let mut parted = Break::Part;
        for line in lines {
            let whole: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
            if !said.is_new(self.text, place, &whole) {
                continue;
            }
            for piece in &line.pieces {
                let at = At { parted, page, zone: Some(piece.zone), align: piece.align, ..At::new(place) };
                push(at, &piece.text, self.shared, self.text);
                parted = Break::Cell;
            }
            parted = Break::Line;
        }
    }
}

/// The part of the file that a stream takes up: dictionary and data, not decrypted.
fn stream_bytes<'a>(file: &'a [u8], stream: &Stream<'_>) -> &'a [u8] {
    let dict = stream.dict().data();
    let start = dict.as_ptr().addr().wrapping_sub(file.as_ptr().addr());
    let length = match stored(file, stream) {
        Some(data) => (data.as_ptr().addr() + data.len()).saturating_sub(dict.as_ptr().addr()),
        None => dict.len(),
    };
    file.get(start..start.saturating_add(length)).unwrap_or_default()
}

/// The data of a stream as it stands in the file, not decrypted.
fn stored<'a>(file: &'a [u8], stream: &Stream<'_>) -> Option<&'a [u8]> {
    let dict = stream.dict();
    let start = dict.data().as_ptr().addr().wrapping_sub(file.as_ptr().addr());
    let data = stream_data(file, start.saturating_add(dict.data().len()))?;
    file.get(data..data_end(file, dict, data))
}

/// The resources of a page that is not in the page tree.
fn inherited<'a>(page: &Dict<'a>) -> Resources<'a> {
    let mut node = page.clone();
    for _ in 0..ANCESTORS {
        if let Some(resources) = node.get::<Dict<'a>>("Resources") {
            return Resources::new(resources);
        }
        let Some(parent) = node.get::<Dict<'a>>("Parent") else { break };
        node = parent;
    }
    Resources::new(Dict::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_does_not_hide_a_mark_elsewhere() {
        let mut text = Text::new();
        text.push(At::new(Place::Body), "机密 文件");
        text.push(At::new(Place::Property), "标题");
        let mut said = Said::new(&text, false);
        assert!(said.is_new(&text, Place::Property, "机密文件"));
        assert!(!said.is_new(&text, Place::Property, "机密 文件"));
        assert!(!said.is_new(&text, Place::Hidden, "标题"));
        assert!(!said.is_new(&text, Place::Revision, "机密文件"));
    }
}
