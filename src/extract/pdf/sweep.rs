//! The rest of the file: what no page, field, bookmark or property led to.
//!
//! Every object is looked at. Strings that a person may have written get the place that their key
//! tells (scripts, addresses, alternative texts, names, labels); streams that nobody read are painted
//! if they paint text, and read if they are text. Earlier revisions are swept in the same way.

use std::collections::HashSet;
use std::num::NonZeroU32;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, FromBytes, Object, ObjectIdentifier, Stream, String as PdfString};
use hayro_syntax::page::Resources;

use super::around::Around;
use super::index::{At as Where, Entry, Index, Skimmed};
use super::interpret::Interpreter;
use super::open::Opened;
use super::said::Said;
use super::skim::Value;
use super::streams::{Role, role};
use super::strings::{VALUES, is_count};
use super::syntax::{integer, skip_space, stream_bytes};
use super::words::{is_quiet, is_unwritten, leads_to_text, may_be_text};
use super::{contents, geometry, push};
use crate::limits::GapKind;
use crate::read::layout::{self, Line};
use crate::text::{At, Break, Place};

/// Bytes of files that are opened again for their earlier revisions, object streams included.
const REVISION_BYTES: u64 = 1 << 30;
/// Bytes that a cross-reference section counts as: opening a revision reads all sections behind its own.
const SECTION_BYTES: u64 = 1 << 10;
/// Ancestors that a page without a parent's list is asked for resources.
const ANCESTORS: usize = 8;
/// Size of the sheet for content whose page is unknown, in points.
const SHEET: (f32, f32) = (595.0, 842.0);

/// What a look at all objects leaves to do. There may be very many pages, and objects that lead to
/// strings: they are fetched again rather than kept.
#[derive(Default)]
struct Listing<'p> {
    /// Pages with content that nobody read.
    pages: Vec<ObjectIdentifier>,
    /// Streams that nobody read.
    streams: Vec<Stream<'p>>,
    /// Object streams.
    containers: Vec<Stream<'p>>,
    /// Objects that may lead to strings.
    leading: Vec<ObjectIdentifier>,
    /// Strings that stand alone.
    strings: Vec<Object<'p>>,
}

impl Around<'_, '_, '_> {
    /// What the current revision holds beside what was read, what earlier ones held, and what no
    /// revision lists.
    pub(super) fn rest(&mut self, pdf: &Pdf, opened: &Opened<'_>) {
        let Opened { earlier, structure, password, .. } = opened;
        let mut said = Said::new(self.text, opened.encrypted);
        let (containers, orphans) = self.list(pdf, opened.index.as_ref(), None, &mut said);
        self.members(&containers, opened, &mut said);
        let file: &[u8] = pdf.data().as_ref();
        let later: HashSet<usize> = orphans.iter().map(|stream| self.shared.offset(stream)).collect();
        let mut reopened = 0u64;
        for (section, behind) in earlier.iter().zip((1..=earlier.len() as u64).rev()) {
            let sections = behind.saturating_mul(SECTION_BYTES);
            reopened = reopened.saturating_add(file.len() as u64 + *structure).saturating_add(sections);
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
        let (_, mut unread) = self.list(pdf, None, place, said);
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
        let (_, unread) = self.list(pdf, None, place, said);
        self.streams(pdf, unread, place, said);
    }

    /// The same without the streams nobody read: gives back the object streams, and those.
    fn list<'p>(
        &mut self,
        pdf: &'p Pdf,
        index: Option<&Index>,
        place: Option<Place>,
        said: &mut Said,
    ) -> (Vec<Stream<'p>>, Vec<Stream<'p>>) {
        // Numbers mean other objects in another revision.
        self.followed.clear();
        let mut listing = Listing::default();
        match index {
            Some(index) => {
                let file: &[u8] = pdf.data().as_ref();
                for entry in index.entries() {
                    if !self.is_quiet(index, entry, file, &mut listing, said)
                        && let Some(object) = pdf.xref().get::<Object<'_>>(entry.object())
                    {
                        self.look(pdf, object, place, &mut listing, said);
                    }
                }
            }
            None => {
                for object in pdf.objects() {
                    self.look(pdf, object, place, &mut listing, said);
                }
            }
        }
        let Listing { pages, streams, containers, leading, strings } = listing;
        if !strings.is_empty() {
            let leading = leading.into_iter().filter_map(|object| pdf.xref().get::<Object<'_>>(object));
            for object in leading.chain(strings) {
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

    /// Whether an object can be skimmed, says nothing new but names of places in the document, and is no stream that
    /// is still to be read; what it leads to is noted, and the names are added.
    fn is_quiet(
        &mut self,
        index: &Index,
        entry: &Entry,
        file: &[u8],
        listing: &mut Listing<'_>,
        said: &mut Said,
    ) -> bool {
        let (mut leads, mut first) = (false, false);
        let (mut names, mut last, mut single) = (Vec::new(), "", true);
        let read = &self.shared.contents;
        let skimmed = index.skim(file, entry, |depth, key, value| match (key, value) {
            (b"JS" | b"Dests" | b"ByteRange", _) => false,
            (b"Contents", Value::Ref(content)) if depth == 1 => read.contains(&content),
            (b"Contents", _) if depth == 1 => false,
            (b"First", _) if depth == 1 => {
                first = true;
                true
            }
            (b"Names" | b"Limits", Value::Open) => depth == 1,
            (b"Names" | b"Limits", Value::String(words)) => {
                if !is_count(std::mem::replace(&mut last, words), words) && !said.knows(words) {
                    names.push(words);
                }
                depth == 2
            }
            (b"D" | b"Dest", Value::Open) => {
                single = false;
                true
            }
            (_, Value::String(words)) if is_unwritten(key) || said.knows(words) => true,
            (b"D" | b"Dest", Value::String(words)) => {
                names.push(words);
                single
            }
            (_, Value::String(_)) => false,
            (_, Value::Ref(_)) => {
                leads |= may_be_text(key);
                true
            }
            _ => true,
        });
        match skimmed {
            Some(Skimmed::Dict(dict)) if matches!(entry.at, Where::File(_)) => self.shared.cover(dict),
            Some(Skimmed::Dict(_)) => {}
            Some(Skimmed::Value) if names.is_empty() => {}
            Some(Skimmed::Stream(dict, whole))
                if !first && names.is_empty() && self.shared.was_read_at(dict) =>
            {
                self.shared.cover(whole);
            }
            _ => return false,
        }
        for words in names {
            self.add(Place::Bookmark, None, words, said);
        }
        if leads {
            listing.leading.push(entry.object());
        }
        true
    }

    /// Looks at one object. What says nothing new itself counts only for the strings it may lead to.
    fn look<'p>(
        &mut self,
        pdf: &'p Pdf,
        object: Object<'p>,
        place: Option<Place>,
        listing: &mut Listing<'p>,
        said: &mut Said,
    ) {
        let (dict, object_id) = match &object {
            Object::Dict(dict) => {
                self.shared.cover(dict.data());
                if dict.contains_key("Contents") && self.is_unread(dict) {
                    listing.pages.extend(dict.obj_id());
                }
                (dict, dict.obj_id())
            }
            Object::Stream(stream) => {
                self.shared.cover(stream_bytes(pdf.data().as_ref(), stream));
                if stream.dict().contains_key("First") && stream.dict().contains_key("N") {
                    listing.containers.push(stream.clone());
                }
                if !self.shared.was_read(stream) {
                    listing.streams.push(stream.clone());
                }
                (stream.dict(), Some(stream.obj_id()))
            }
            Object::String(_) => return listing.strings.push(object),
            _ => return self.strings(object, place, said),
        };
        if !is_quiet(dict, |string| said.knows(string)) {
            self.strings(object, place, said);
        } else if leads_to_text(dict.data()) {
            listing.leading.extend(object_id);
        }
    }

    /// Content that no page shows.
    pub(super) fn paint(&mut self, data: &[u8], resources: &Resources<'_>, place: Place, said: &mut Said) {
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
