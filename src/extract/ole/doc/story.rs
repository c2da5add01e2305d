//! The characters of a document in reading order, and how paragraphs, cells and fields are made of
//! them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use super::fib::Piece;
use super::format::{Character, Layout, Ranges};
use crate::extract::ole::ansi;
use crate::extract::readings::{CODE, Field, Flags, Paragraph};
use crate::extract::sink::Sink;
use crate::read::symbol::pictured;
use crate::text::{Align, At, Break, Place, Zone};

/// Paragraphs of the body that count as the top of the document.
const TOP_PARAGRAPHS: usize = 8;
/// Paragraphs at its end that count as its foot.
const FOOT_PARAGRAPHS: usize = 3;

const DATA: u16 = 0x01;
const CELL: u16 = 0x07;
const LINE: u16 = 0x0b;
const PAGE: u16 = 0x0c;
const PARAGRAPH: u16 = 0x0d;
const COLUMN: u16 = 0x0e;
const FIELD_BEGIN: u16 = 0x13;
const FIELD_SEPARATOR: u16 = 0x14;
const FIELD_END: u16 = 0x15;

/// All characters of a document, UTF-16 units or bytes of a code page, as its piece table orders
/// them, with what is known of each stretch.
#[derive(Debug)]
pub(super) struct Units {
    units: Vec<u16>,
    /// Ends of stretches with the same properties.
    runs: Vec<(usize, Character)>,
    /// Positions of paragraph ends with a layout of their own.
    layouts: Vec<(usize, Layout)>,
    /// Code page where the units are bytes.
    page: Option<u16>,
    /// Ranges of the stream that hold the text.
    pub(super) covered: Vec<Range<usize>>,
    /// Offsets of pictures and form fields in the stream `Data`.
    pub(super) data: BTreeSet<u32>,
    /// What the form fields among them show.
    pub(super) forms: BTreeMap<u32, String>,
    /// Symbol fonts by their number.
    pub(super) fonts: BTreeMap<u16, &'static str>,
    /// Characters that the document says it has.
    pub(super) expected: u64,
    /// Characters that are no text: paragraph ends and the like.
    pub(super) special: u64,
    /// Characters that pieces name and the stream does not hold.
    pub(super) missing: u64,
}

impl Units {
    /// No characters yet; `page` is the code page where characters are bytes.
    pub(super) fn new(page: Option<u16>, expected: u64) -> Self {
        Self {
            units: Vec::new(),
            runs: Vec::new(),
            layouts: Vec::new(),
            page,
            covered: Vec::new(),
            data: BTreeSet::new(),
            forms: BTreeMap::new(),
            fonts: BTreeMap::new(),
            expected,
            special: 0,
            missing: 0,
        }
    }

    /// Number of characters.
    pub(super) fn len(&self) -> usize {
        self.units.len()
    }

    /// Appends a piece; `false` when that would be more than `most` characters.
    pub(super) fn take(
        &mut self,
        word: &[u8],
        piece: Piece,
        changes: &[&[u8]],
        characters: &Ranges<Character>,
        paragraphs: &Ranges<Layout>,
        most: usize,
    ) -> bool {
        let start = usize::try_from(piece.offset).unwrap_or(usize::MAX).min(word.len());
        let width = usize::try_from(piece.width()).unwrap_or(1);
        let bytes = word.get(start..).unwrap_or_default();
        let wanted = usize::try_from(piece.length).unwrap_or(usize::MAX);
        let length = wanted.min(bytes.len() / width);
        self.missing += u64::try_from(wanted - length).unwrap_or_default();
        let fits = length <= most.saturating_sub(self.units.len());
        let length = length.min(most.saturating_sub(self.units.len()));
        let bytes = bytes.get(..length * width).unwrap_or_default();
        self.covered.push(start..start + bytes.len());
        let mut at = piece.offset;
        let (mut run, mut until) = (Character::default(), at);
        for unit in bytes.chunks_exact(width) {
            if at >= until {
                self.end_run(run);
                (run, until) = characters.at(at);
                change(&mut run, piece.change, changes);
                self.data.extend(run.data);
                run.font = run.font.filter(|font| self.fonts.contains_key(font));
            }
            let unit = match unit {
                [low, high] => u16::from_le_bytes([*low, *high]),
                [byte] if self.page.is_none() => western(*byte),
                _ => unit.first().copied().unwrap_or_default().into(),
            };
            self.special += u64::from(unit < 0x20);
            if matches!(unit, CELL | PAGE | PARAGRAPH) {
                let (layout, _) = paragraphs.at(at);
                if layout != Layout::default() {
                    self.layouts.push((self.units.len(), layout));
                }
            }
            self.units.push(unit);
            at = at.saturating_add(piece.width());
        }
        self.end_run(run);
        fits
    }

    fn end_run(&mut self, run: Character) {
        let end = self.units.len();
        match self.runs.last_mut() {
            Some((last, same)) if *same == run => *last = end,
            Some((last, _)) if *last == end => {}
            None if end == 0 => {}
            _ => self.runs.push((end, run)),
        }
    }

    fn layout(&self, at: usize) -> Layout {
        let index = self.layouts.binary_search_by_key(&at, |(at, _)| *at);
        index.ok().and_then(|index| self.layouts.get(index)).map_or(Layout::default(), |(_, layout)| *layout)
    }

    fn decode(&self, units: &[u16]) -> String {
        match self.page {
            None => String::from_utf16_lossy(units),
            Some(page) => {
                let bytes: Vec<u8> = units.iter().map(|unit| unit.to_le_bytes()[0]).collect();
                ansi::decode(&bytes, page)
            }
        }
    }
}

/// Applies what a piece says of all its characters.
fn change(character: &mut Character, change: u16, changes: &[&[u8]]) {
    let [low, high] = change.to_le_bytes();
    if change & 1 == 0 {
        character.apply_short(low >> 1, high);
    } else if let Some(list) = changes.get(usize::from(change >> 1)) {
        character.apply(list);
    }
}

/// What a byte of a piece with one byte a character stands for.
fn western(byte: u8) -> u16 {
    let text = ansi::western(byte);
    u16::try_from(u32::from(text)).unwrap_or(u16::from(byte))
}

/// Tells one part of a document.
pub(super) struct Story<'u> {
    place: Place,
    units: &'u Units,
    paragraph: Paragraph,
    fields: Vec<Field>,
    /// Fields whose code is being read.
    codes: usize,
    next: Break,
    in_row: bool,
    paragraphs: usize,
    /// Last paragraphs of the body: their number, their segment, their alignment.
    last: VecDeque<(usize, usize, Option<Align>)>,
}

impl<'u> Story<'u> {
    /// A story at this place.
    pub(super) fn new(place: Place, units: &'u Units) -> Self {
        Self {
            place,
            units,
            paragraph: Paragraph::default(),
            fields: Vec::new(),
            codes: 0,
            next: Break::Part,
            in_row: false,
            paragraphs: 0,
            last: VecDeque::new(),
        }
    }

    /// Tells the characters of `range`.
    pub(super) fn tell(mut self, range: Range<usize>, sink: &mut Sink<'_>) {
        let mut at = range.start;
        let mut run = self.units.runs.partition_point(|(end, _)| *end <= at);
        while at < range.end {
            let (end, character) =
                self.units.runs.get(run).copied().unwrap_or((range.end, Character::default()));
            self.run(at..end.min(range.end), character, sink);
            at = end.max(at + 1);
            run += 1;
        }
        self.end(Layout::default(), sink);
        for (number, segment, align) in std::mem::take(&mut self.last) {
            if number >= TOP_PARAGRAPHS {
                sink.out.text.set_zone(segment, Zone::foot(align));
            }
        }
    }

    /// Tells characters that share their properties.
    fn run(&mut self, range: Range<usize>, character: Character, sink: &mut Sink<'_>) {
        let units = self.units.units.get(range.clone()).unwrap_or_default();
        let mut from = 0;
        for (index, &unit) in units.iter().enumerate() {
            let special = unit < 0x20 || character.symbol.is_some() && unit == 0x28 || is_private(unit);
            if !special {
                continue;
            }
            self.append(units.get(from..index).unwrap_or_default(), character);
            from = index + 1;
            self.special(unit, range.start + index, character, sink);
        }
        self.append(units.get(from..).unwrap_or_default(), character);
    }

    fn append(&mut self, units: &[u16], character: Character) {
        if !units.is_empty() {
            let font = character.font.and_then(|font| self.units.fonts.get(&font));
            let text = self.units.decode(units);
            let text = font.map(|font| pictured(font, &text)).unwrap_or(text);
            self.paragraph.append(&text, self.flags(character), character.size);
        }
    }

    fn flags(&self, character: Character) -> Flags {
        character.flags | if self.codes > 0 { CODE } else { 0 }
    }

    fn special(&mut self, unit: u16, at: usize, character: Character, sink: &mut Sink<'_>) {
        let flags = self.flags(character);
        let mut append = |text: &str| self.paragraph.append(text, flags, character.size);
        match unit {
            0x09 => append(" "),
            LINE => append("\n"),
            0x1e => append("-"),
            0x28 => append(symbol(character.symbol.unwrap_or_default())),
            FIELD_BEGIN if self.fields.len() < Field::MOST => {
                self.fields.push(Field::begin(&self.paragraph));
                self.codes += 1;
            }
            FIELD_SEPARATOR => {
                if let Some(field) = self.fields.last_mut()
                    && field.separate(&self.paragraph)
                {
                    self.codes -= 1;
                }
            }
            FIELD_END => {
                if let Some(field) = self.fields.pop() {
                    self.codes -= usize::from(field.is_code());
                    if let Some(shown) = field.end(&self.paragraph) {
                        self.paragraph.append(&shown, self.flags(character), character.size);
                    }
                }
            }
            // The data of a form field stands in its code.
            DATA => {
                let shown = character.data.and_then(|data| self.units.forms.get(&data));
                if let (Some(field), Some(shown)) = (self.fields.last_mut(), shown) {
                    field.show(shown.clone());
                }
            }
            PARAGRAPH | COLUMN => {
                let layout = self.units.layout(at);
                self.end(layout, sink);
                if layout.row_end {
                    self.end_row();
                }
            }
            PAGE => {
                self.end(self.units.layout(at), sink);
                self.next = self.next.max(Break::Page);
            }
            CELL => {
                let before = at.checked_sub(1).and_then(|before| self.units.units.get(before));
                let layout = self.units.layout(at);
                // Without properties two marks in a row are taken for the end of the row.
                let ends = layout.row_end || self.units.page.is_some() && before == Some(&CELL);
                self.end(Layout { in_table: true, ..layout }, sink);
                if ends {
                    self.end_row();
                } else {
                    self.in_row = true;
                    self.next = Break::Cell;
                }
            }
            _ if is_private(unit) => append(symbol(unit)),
            _ => {}
        }
    }

    fn end_row(&mut self) {
        self.in_row = false;
        self.next = Break::Line;
    }

    /// Tells the paragraph that ends here.
    fn end(&mut self, layout: Layout, sink: &mut Sink<'_>) {
        let paragraph = std::mem::take(&mut self.paragraph);
        let body = self.place == Place::Body;
        let zone = match self.place {
            Place::Header => Some(Zone::top(layout.align)),
            Place::Footer => Some(Zone::foot(layout.align)),
            Place::Body if self.paragraphs < TOP_PARAGRAPHS => Some(Zone::top(layout.align)),
            _ => None,
        };
        let place = if body && layout.in_table { Place::Table } else { self.place };
        let plain = At {
            zone,
            align: layout.align,
            size: paragraph.size(),
            struck: paragraph.is_struck(),
            ..At::new(place)
        };
        for reading in paragraph.readings() {
            let parted = match reading.again {
                true => Break::Paragraph,
                false => std::mem::replace(&mut self.next, Break::Paragraph),
            };
            let before = sink.out.text.segments().len();
            let at = At { place: reading.place.unwrap_or(place), again: reading.again, parted, ..plain };
            sink.push(at, &reading.text);
            if body && !reading.again && sink.out.text.segments().len() > before {
                if self.last.len() == FOOT_PARAGRAPHS {
                    self.last.pop_front();
                }
                self.last.push_back((self.paragraphs, before, layout.align));
                self.paragraphs += 1;
            }
        }
        if self.next == Break::Paragraph && layout.in_table {
            self.next = Break::Line;
        }
    }
}

fn is_private(unit: u16) -> bool {
    (0xf020..=0xf0ff).contains(&unit)
}

/// What a code of a symbol font looks like. The fonts that Word uses for symbols agree on the
/// place of the star; of the others only the ones that are taken for a star matter.
fn symbol(code: u16) -> &'static str {
    match code & 0xff {
        0xab => "★",
        0xac => "✶",
        0xaf => "✵",
        0xb5 => "✪",
        0xb6 => "✰",
        _ => " ",
    }
}
