//! PowerPoint presentations up to 2003: a tree of records, scanned from the first to the last.
//!
//! A presentation is saved by appending what changed; a directory says which version of each part
//! is in force. The versions before are still stored, and are told as deleted.

mod live;

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::num::NonZeroU32;

use self::live::Live;
use super::drawing::{self, HEAD_BYTES};
use crate::document::Inner;
use crate::extract::ole::{stream, text_stream};
use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::cfb::{CompoundFile, u16_at, u32_at};
use crate::text::{At, Break, Place, Zone};

/// Containers within containers that are entered.
const MAX_DEPTH: usize = 256;

/// Bytes of a text that are told at once.
const TEXT_BYTES: usize = 1 << 20;
/// Records that are read for each byte of the stream: parts that overlap are read again.
const RECORDS_PER_BYTE: usize = 2;

/// Kinds of records.
mod kind {
    pub(super) const DOCUMENT: u16 = 0x03e8;
    pub(super) const DOCUMENT_ATOM: u16 = 0x03e9;
    pub(super) const SLIDE: u16 = 0x03ee;
    pub(super) const NOTES: u16 = 0x03f0;
    pub(super) const SLIDE_PERSIST: u16 = 0x03f3;
    pub(super) const MASTER: u16 = 0x03f8;
    pub(super) const SHOW_INFO: u16 = 0x03f9;
    pub(super) const FONTS: u16 = 0x07d5;
    pub(super) const TEXT_TYPE: u16 = 0x0f9f;
    pub(super) const TEXT_CHARS: u16 = 0x0fa0;
    pub(super) const TEXT_BYTES: u16 = 0x0fa8;
    pub(super) const STRING: u16 = 0x0fba;
    pub(super) const HANDOUT: u16 = 0x0fc9;
    pub(super) const EMBEDDED: u16 = 0x0fcc;
    pub(super) const LINK: u16 = 0x0fd7;
    pub(super) const HEADERS: u16 = 0x0fd9;
    pub(super) const SLIDE_LIST: u16 = 0x0ff0;
    pub(super) const EDIT: u16 = 0x0ff5;
    pub(super) const OBJECT: u16 = 0x1011;
    pub(super) const TAGS: u16 = 0x1388;
    /// Data of later versions: records in a record that does not say so.
    pub(super) const LATER: u16 = 0x138b;
    pub(super) const DIRECTORY: u16 = 0x1772;
    /// How the presentation is encrypted: says that it is a container, and holds no records.
    pub(super) const LOCK: u16 = 0x2f14;
    pub(super) const COMMENT: u16 = 0x2ee0;
    pub(super) const COMMENT_DATE: u16 = 0x2ee1;
    /// A shape of a drawing, and where on its slide it stands.
    pub(super) const SHAPE: u16 = 0xf004;
    pub(super) const ANCHOR: u16 = 0xf010;
}

/// Reads the presentation in the root of `file`.
pub(super) fn read(file: &CompoundFile<'_>, sink: &mut Sink<'_>) {
    // PowerPoint 97 could write one for itself and one for the version before it.
    let paths = ["PowerPoint Document", "PP97_DUALSTORAGE/PowerPoint Document"];
    let mut found = false;
    for (path, user) in paths.into_iter().zip(["Current User", "PP97_DUALSTORAGE/Current User"]) {
        let Some(mut bytes) = text_stream(file, sink, path) else { continue };
        found = true;
        let user = stream(file, sink, user).unwrap_or_default();
        let told = sink.out.text.len();
        let live = Live::read(&bytes, u32_at(&user, 16));
        // A mark of its own says that the stream is encrypted.
        let is_encrypted = u32_at(&user, 12) == Some(0xf3d1_c4df) || live.lock.is_some();
        if is_encrypted {
            match live.unlock(&bytes, &sink.budget.limits) {
                Some(plain) => bytes = plain,
                None => {
                    sink.gap(Gap::new(GapKind::Encrypted, path));
                    continue;
                }
            }
        }
        if live.parts.is_empty() {
            // All parts are told then, as if all were in force.
            sink.gap(Gap::new(GapKind::Damaged, format!("{path}: no directory of parts")));
        }
        let mut show = Show::new(&bytes, live);
        show.read(sink);
        if show.is_cut {
            sink.gap(Gap::new(GapKind::Damaged, format!("{path}: breaks off")));
        }
        if sink.out.text.len() == told && !show.is_presentation {
            sink.gap(Gap::new(GapKind::Damaged, format!("{path}: no presentation")));
        }
    }
    if !found {
        sink.gap(Gap::new(GapKind::Damaged, "no stream PowerPoint Document"));
    }
    if let Some(pictures) = stream(file, sink, "Pictures") {
        let mut at = 0;
        while let Some(length) = u32_at(&pictures, at + 4) {
            sink.pictures += 1;
            drawing::picture(pictures.get(at..).unwrap_or_default(), sink);
            at = at.saturating_add(HEAD_BYTES).saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        }
    }
}

/// A container that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: u16,
    instance: u16,
    end: usize,
}

struct Show<'a> {
    bytes: &'a [u8],
    live: Live,
    offsets: HashSet<usize>,
    open: Vec<Open>,
    /// Numbers of slides by the offsets of their parts, in the order in which they are shown.
    slides: HashMap<usize, NonZeroU32>,
    listed: u32,
    /// The slide whose text the list of slides gives.
    listing: Option<NonZeroU32>,
    page: Option<NonZeroU32>,
    is_old: bool,
    is_hidden: bool,
    next: Break,
    is_presentation: bool,
    is_cut: bool,
    /// Records read so far.
    records: usize,
    /// Width and height of slides.
    size: Option<(i32, i32)>,
    /// Left, top, right and bottom edge of the shape at hand.
    frame: Option<[i32; 4]>,
}

impl<'a> Show<'a> {
    fn new(bytes: &'a [u8], live: Live) -> Self {
        let offsets = live.parts.values().copied().collect();
        Self {
            bytes,
            live,
            offsets,
            open: Vec::new(),
            slides: HashMap::new(),
            listed: 0,
            listing: None,
            page: None,
            is_old: false,
            is_hidden: false,
            next: Break::Part,
            is_presentation: false,
            is_cut: false,
            records: 0,
            size: None,
            frame: None,
        }
    }

    fn read(&mut self, sink: &mut Sink<'_>) {
        let mut starts = self.starts();
        // The document first: it says in which order slides are shown.
        starts.sort_by_key(|&(at, kind)| {
            (kind != kind::DOCUMENT || !self.is_live(at), kind != kind::SLIDE, at)
        });
        for (at, _) in starts {
            self.is_old = !self.is_live(at);
            self.part(at, sink);
        }
    }

    fn is_live(&self, at: usize) -> bool {
        self.offsets.is_empty() || self.offsets.contains(&at)
    }

    /// Offsets and kinds of the records on the first level: those behind each other, and those that
    /// the directory names although nothing leads to them.
    fn starts(&mut self) -> Vec<(usize, u16)> {
        let mut starts = Vec::new();
        let mut at = 0;
        while let (Some(kind), Some(length)) = (u16_at(self.bytes, at + 2), u32_at(self.bytes, at + 4)) {
            if kind == 0 {
                // Zeros fill the space between two saves.
                let zeros = self.bytes.iter().skip(at).take_while(|&&byte| byte == 0).count();
                at += zeros.max(1);
                // The head of a record that is no container begins with two zeros itself.
                if zeros >= 4 && u16_at(self.bytes, at).is_some_and(|version| version & 0xf != 0xf) {
                    at -= 2;
                }
                continue;
            }
            starts.push((at, kind));
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            at = at.saturating_add(HEAD_BYTES).saturating_add(length);
        }
        self.is_cut = at > self.bytes.len();
        let reached: HashSet<usize> = starts.iter().map(|(at, _)| *at).collect();
        let mut missed: Vec<usize> = self.offsets.difference(&reached).copied().collect();
        missed.sort_unstable();
        starts.extend(missed.into_iter().filter_map(|at| Some((at, u16_at(self.bytes, at + 2)?))));
        starts
    }

    /// Reads the record at `at` with all that it contains.
    fn part(&mut self, start: usize, sink: &mut Sink<'_>) {
        let mut at = start;
        self.open.clear();
        (self.page, self.listing, self.is_hidden) = (self.slides.get(&start).copied(), None, false);
        self.next = Break::Page;
        loop {
            let (Some(version), Some(kind), Some(length)) =
                (u16_at(self.bytes, at), u16_at(self.bytes, at + 2), u32_at(self.bytes, at + 4))
            else {
                return;
            };
            let outer = self.open.last().map_or(self.bytes.len(), |open| open.end);
            let body = at + HEAD_BYTES;
            let end = body.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
            self.is_cut |= end > self.bytes.len();
            // What claims to reach beyond its container ends with it.
            let end = end.min(outer).max(body);
            let record = Open { kind, instance: version >> 4, end };
            self.records += 1;
            if self.open.len() > MAX_DEPTH || self.records > RECORDS_PER_BYTE * self.bytes.len() {
                let detail = format!("records nested deeper than {MAX_DEPTH} or within each other");
                return sink.gap(Gap::new(GapKind::Limit, detail));
            }
            let holds_records = version & 0xf == 0xf && kind != kind::LOCK;
            if holds_records || kind == kind::LATER {
                self.container(record);
                self.open.push(record);
                at = body;
            } else {
                self.atom(record, self.bytes.get(body..end.min(self.bytes.len())).unwrap_or_default(), sink);
                at = end;
            }
            while self.open.last().is_some_and(|open| open.end <= at) {
                self.open.pop();
            }
            if self.open.is_empty() {
                return;
            }
        }
    }

    fn container(&mut self, record: Open) {
        match record.kind {
            kind::DOCUMENT | kind::SLIDE => self.is_presentation = true,
            kind::SLIDE_LIST => self.listing = None,
            kind::SHAPE => self.frame = None,
            0xf00d | kind::COMMENT => self.next = Break::Paragraph,
            _ => {}
        }
    }

    fn is_within(&self, kind: u16) -> bool {
        self.open.iter().any(|open| open.kind == kind)
    }

    fn atom(&mut self, record: Open, body: &[u8], sink: &mut Sink<'_>) {
        match record.kind {
            kind::SLIDE_PERSIST => {
                let list = self.open.last().filter(|open| open.kind == kind::SLIDE_LIST);
                if list.is_some_and(|list| list.instance == 0) && !self.is_old {
                    self.listed = self.listed.saturating_add(1);
                    self.listing = NonZeroU32::new(self.listed);
                    let part = u32_at(body, 0).and_then(|number| self.live.parts.get(&number));
                    if let (Some(&offset), Some(page)) = (part, self.listing) {
                        self.slides.insert(offset, page);
                    }
                }
            }
            kind::SHOW_INFO => self.is_hidden = u16_at(body, 10).is_some_and(|flags| flags & 4 != 0),
            kind::TEXT_TYPE => self.next = Break::Paragraph,
            kind::TEXT_CHARS | kind::TEXT_BYTES => {
                for (number, body) in body.chunks(TEXT_BYTES).enumerate() {
                    if number > 0 {
                        self.next = Break::None;
                    }
                    let text = match record.kind {
                        kind::TEXT_CHARS => utf16(body),
                        _ => body.iter().map(|&byte| char::from(byte)).collect(),
                    };
                    self.tell(self.place(), &text, sink);
                }
            }
            kind::DOCUMENT_ATOM => self.size = i32_at(body, 0).zip(i32_at(body, 4)),
            kind::ANCHOR => self.frame = frame(body),
            kind::STRING => self.string(record.instance, &utf16(body), sink),
            kind::OBJECT => self.object(record.instance, body, sink),
            0xf00b | 0xf121 | 0xf122 => drawing::properties(body, record.instance, sink),
            _ => {}
        }
    }

    /// Where the text at hand stands.
    fn place(&self) -> Place {
        let mut place = Place::Body;
        for open in &self.open {
            place = match (open.kind, open.instance) {
                (kind::MASTER | kind::HANDOUT, _) | (kind::SLIDE_LIST, 1) => Place::Master,
                (kind::NOTES, _) | (kind::SLIDE_LIST, 2) => Place::Notes,
                (kind::COMMENT, _) => Place::Comment,
                _ => place,
            };
        }
        place
    }

    fn string(&mut self, instance: u16, text: &str, sink: &mut Sink<'_>) {
        let text = text.trim_matches('\0');
        if self.is_within(kind::COMMENT) {
            // Author, text, initials.
            if instance == 1 {
                self.tell(Place::Comment, text, sink);
            }
        } else if self.is_within(kind::HEADERS) {
            let place = if instance == 1 { Place::Header } else { Place::Footer };
            sink.tell_once(place, text);
        } else if self.is_within(kind::LINK) {
            sink.tell_once(Place::Attribute, text);
        } else if self.is_within(kind::TAGS) {
            if !text.starts_with("___PPT") {
                sink.tell_once(Place::Property, text);
            }
        } else if self.is_within(kind::FONTS) || self.is_within(kind::COMMENT_DATE) {
        } else if self.is_within(kind::EMBEDDED) {
            sink.tell_once(Place::Attribute, text);
        } else {
            sink.tell_once(Place::AltText, text);
        }
    }

    fn tell(&mut self, place: Place, text: &str, sink: &mut Sink<'_>) {
        // Ends of paragraphs and of lines.
        let text = text.replace(['\r', '\u{b}'], "\n");
        let place = match place {
            _ if self.is_old => Place::Deleted,
            Place::Body if self.is_hidden => Place::Hidden,
            place => place,
        };
        let page = self.page.or(self.listing);
        let parted = std::mem::replace(&mut self.next, Break::Paragraph);
        let zone = self.zone().filter(|_| place == Place::Body);
        sink.push(At { page, zone, ..At::new(place).parted(parted) }, &text);
    }

    /// The zone of a slide in which the shape at hand has its middle, and across the slide its beginning.
    fn zone(&self) -> Option<Zone> {
        let (width, height) = self.size.filter(|(width, height)| *width > 0 && *height > 0)?;
        let [left, top, right, bottom] = self.frame.filter(|_| self.is_within(kind::SHAPE))?.map(f64::from);
        let (width, height) = (f64::from(width), f64::from(height));
        Zone::of_frame(left / width, (right - left) / width, f64::midpoint(top, bottom) / height)
    }

    /// An embedded object or the macros: a compound file, mostly packed.
    fn object(&self, instance: u16, body: &[u8], sink: &mut Sink<'_>) {
        let number = sink.out.inner.len() + 1;
        let bytes = if instance == 1 {
            let packed = body.get(4..).unwrap_or_default();
            let most = sink.budget.inflatable(u64::try_from(packed.len()).unwrap_or(u64::MAX));
            let mut bytes = Vec::new();
            let mut reader = flate2::read::ZlibDecoder::new(packed).take(most.saturating_add(1));
            let read = reader.read_to_end(&mut bytes);
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            if length > most {
                sink.gap(Gap::new(GapKind::Limit, format!("object {number}: more than {most} bytes")));
                return;
            }
            sink.budget.spend_inflated(length);
            if read.is_err() {
                sink.gap(Gap::new(GapKind::Damaged, format!("object {number}")));
            }
            bytes
        } else {
            body.to_vec()
        };
        if sink.budget.spend_entry() {
            sink.out.inner.push(Inner { name: format!("object{number}"), bytes });
        } else {
            let detail = format!("more than {} entries", sink.budget.limits.entries);
            sink.gap(Gap::new(GapKind::Limit, detail));
        }
    }
}

fn i32_at(bytes: &[u8], at: usize) -> Option<i32> {
    u32_at(bytes, at).map(u32::cast_signed)
}

/// Left, top, right and bottom edge of a shape on its slide, in the units of the slide's size. MS-PPT has top, left,
/// right, bottom, in two bytes or four each (SmallRectStruct, RectStruct).
fn frame(anchor: &[u8]) -> Option<[i32; 4]> {
    let short = |at| u16_at(anchor, at).map(|edge| i32::from(edge.cast_signed()));
    let [top, left, right, bottom] = match anchor.len() {
        8 => [short(0)?, short(2)?, short(4)?, short(6)?],
        _ => [i32_at(anchor, 0)?, i32_at(anchor, 4)?, i32_at(anchor, 8)?, i32_at(anchor, 12)?],
    };
    Some([left, top, right, bottom])
}

/// UTF-16 text, zeros included.
fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|&unit| u16::from_le_bytes(unit)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use sha1::{Digest, Sha1};

    use super::*;
    use crate::extract::ole::crypt::Key;
    use crate::limits::{Budget, Limits};
    use crate::read::cfb::write;

    fn record(version: u16, kind: u16, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap();
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &length.to_le_bytes(), body].concat()
    }

    fn chars(text: &str) -> Vec<u8> {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        record(0, kind::TEXT_CHARS, &bytes)
    }

    fn told(stream: Vec<u8>, user: Vec<u8>) -> Vec<String> {
        let bytes = write(&[("PowerPoint Document", stream), ("Current User", user)]);
        let mut budget = Budget::new(&Limits::default());
        let file = CompoundFile::open(&bytes, &mut budget).unwrap();
        let mut sink = Sink::new(&mut budget);
        read(&file, &mut sink);
        let text = &sink.out.text;
        let one = |s: &crate::text::Segment| {
            let page = s.at.page.map_or(0, NonZeroU32::get);
            format!("{} {page} {}", s.at.place.as_str(), &text.as_str()[s.range.clone()])
        };
        let gaps = sink.out.gaps.iter().map(|gap| gap.detail.clone());
        text.segments().iter().map(one).chain(gaps).collect()
    }

    #[test]
    fn shapes_have_the_zones_of_their_slide() {
        let size = [5760_u32.to_le_bytes(), 4320_u32.to_le_bytes()].concat();
        let mut stream = record(0xf, kind::DOCUMENT, &record(1, kind::DOCUMENT_ATOM, &size));
        // Top, left, right and bottom edge.
        let frames =
            [[100, 200, 900, 400], [100, 4600, 5600, 400], [4000, 2500, 3400, 4200], [1500, 300, 5400, 3000]];
        let mut shape = |anchor: Vec<u8>| {
            let content = [record(0, kind::ANCHOR, &anchor), record(0xf, 0xf00d, &chars("机密"))].concat();
            stream.extend(record(0xf, kind::SLIDE, &record(0xf, kind::SHAPE, &content)));
        };
        for frame in frames {
            shape(frame.iter().flat_map(|edge: &i16| edge.to_le_bytes()).collect());
            shape(frame.iter().flat_map(|&edge| i32::from(edge).to_le_bytes()).collect());
        }
        let bytes = write(&[("PowerPoint Document", stream)]);
        let mut budget = Budget::new(&Limits::default());
        let file = CompoundFile::open(&bytes, &mut budget).unwrap();
        let mut sink = Sink::new(&mut budget);
        read(&file, &mut sink);
        let zones: Vec<_> = sink.out.text.segments().iter().map(|segment| segment.at.zone).collect();
        let expected = [Some(Zone::TopLeft), Some(Zone::TopRight), Some(Zone::FootCentre), None];
        assert_eq!(zones, expected.into_iter().flat_map(|zone| [zone, zone]).collect::<Vec<_>>());
    }

    #[test]
    fn parts_have_their_places_and_old_versions_are_deleted() {
        let old = record(0xf, kind::SLIDE, &chars("旧版"));
        let slide = record(0xf, kind::SLIDE, &chars("新版\r第二行"));
        let notes = record(0xf, kind::NOTES, &record(0xf, 0xf00d, &chars("备注")));
        let persist = [&2_u32.to_le_bytes()[..], &[0; 16]].concat();
        let list = record(
            0xf,
            kind::SLIDE_LIST,
            &[record(0, kind::SLIDE_PERSIST, &persist), chars("标题")].concat(),
        );
        let document = record(0xf, kind::DOCUMENT, &list);
        let mut stream = Vec::new();
        let mut offsets = Vec::new();
        for part in [&document, &old, &slide, &notes] {
            offsets.push(u32::try_from(stream.len()).unwrap());
            stream.extend(part);
        }
        let directory = u32::try_from(stream.len()).unwrap();
        let mut entries = ((3_u32 << 20) | 1).to_le_bytes().to_vec();
        for offset in [offsets[0], offsets[2], offsets[3]] {
            entries.extend(offset.to_le_bytes());
        }
        stream.extend(record(0, kind::DIRECTORY, &entries));
        let edit = u32::try_from(stream.len()).unwrap();
        let mut body = vec![0; 28];
        body[12..16].copy_from_slice(&directory.to_le_bytes());
        stream.extend(record(0, kind::EDIT, &body));
        let user = [&[0; 12][..], &[0x5f, 0xc0, 0x91, 0xe3], &edit.to_le_bytes()].concat();
        let expected = ["body 1 标题", "deleted 0 旧版", "body 1 新版\n第二行", "notes 0 备注"];
        assert_eq!(told(stream.clone(), user.clone()), expected);
        let encrypted = [&[0; 12][..], &[0xdf, 0xc4, 0xd1, 0xf3], &edit.to_le_bytes()].concat();
        assert_eq!(told(stream.clone(), encrypted), ["PowerPoint Document"]);
        for end in 0..stream.len() {
            let told = told(stream[..end].to_vec(), user.clone());
            assert!(told.last().is_some_and(|last| last.contains("Document: ")), "{end}");
        }
    }
    #[test]
    fn a_presentation_that_opens_for_everybody_has_no_gap() {
        let lock = 9_u32;
        let parts = [record(0xf, kind::DOCUMENT, &chars("文档")), record(0xf, kind::SLIDE, &chars("第一页"))];
        // RC4 with 56 bits and no password. Read as records, the header breaks off.
        let first = Sha1::new().chain_update([7; 16]).finalize();
        let key = Key::Sha1(first.to_vec(), 7);
        let mut check = [&[1; 16][..], &Sha1::digest([1; 16])].concat();
        key.apply(0, &mut check);
        let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        let header = words(&[4, 0, 0x6801, 0x8004, 56, 1, 0, 0]);
        let locked = [
            &[2, 0, 2, 0][..],
            &words(&[4, 32]),
            &header,
            &words(&[16]),
            &[7; 16],
            &check[..16],
            &words(&[20]),
            &check[16..],
        ];
        let mut stream = Vec::new();
        let mut entries = words(&[2 << 20 | 1]);
        for (number, part) in (1..).zip(parts) {
            entries.extend(words(&[u32::try_from(stream.len()).unwrap()]));
            let mut part = part;
            key.apply(number, &mut part);
            stream.extend(part);
        }
        entries.extend(words(&[1 << 20 | lock, u32::try_from(stream.len()).unwrap()]));
        stream.extend(record(0xf, kind::LOCK, &locked.concat()));
        let directory = u32::try_from(stream.len()).unwrap();
        stream.extend(record(0, kind::DIRECTORY, &entries));
        let edit = u32::try_from(stream.len()).unwrap();
        stream.extend(record(0, kind::EDIT, &words(&[0, 0, 0, directory, 1, 0, 0, lock])));
        let user = words(&[0, 0, 0, 0xf3d1_c4df, edit]);
        assert_eq!(told(stream.clone(), user.clone()), ["body 0 文档", "body 0 第一页"]);
        // Another check fits no password: encrypted, and nothing else.
        let at = stream.windows(20).position(|bytes| bytes == &check[16..]).unwrap();
        stream[at] ^= 1;
        assert_eq!(told(stream, user), ["PowerPoint Document"]);
    }
}
