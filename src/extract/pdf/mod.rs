//! PDF: page text with positions through our own interpreter, and what stands around the pages.
//!
//! Objects come from `hayro-syntax`; streams are decoded here, under the budget. What was not read
//! is a gap: streams that don't decode, glyphs without characters, pages that are pictures.

mod annotations;
mod around;
mod array;
mod cff;
mod cmap;
mod coding;
mod composite;
mod encoding;
mod filter;
mod font;
mod gaps;
mod index;
mod inflate;
mod interpret;
mod lexer;
mod lost;
mod matrix;
mod open;
mod said;
mod scene;
mod sealed;
mod shared;
mod simple;
mod skim;
mod streams;
mod strings;
mod structure;
mod sweep;
mod syntax;
mod unread;
mod words;
mod xmp;

use std::borrow::Cow;
use std::num::NonZeroU32;

use hayro_syntax::object::{Dict, Number, Object};
use hayro_syntax::page::{Page, Rotation};

use self::around::{Around, layers_off};
use self::gaps::Gaps;
use self::interpret::Interpreter;
use self::matrix::Matrix;
use self::open::open;
use self::shared::Shared;
use super::Extracted;
use crate::limits::{Budget, GapKind};
use crate::read::layout::{self, Follow, Line, Look};
use crate::text::{At, Break, Place, Text};

/// Pages of a document.
const PAGES: usize = 50_000;
/// Bytes of the content of one page.
const CONTENT_BYTES: usize = 64 << 20;
/// Share of a page's glyphs whose character is unknown from which on the page counts as unread.
const UNKNOWN_SHARE: f32 = 0.01;
/// Such glyphs side by side from which on the page counts as unread, be they ever so few: a mark has two
/// characters.
const UNKNOWN_RUN: usize = 2;
/// Share of a page that a picture covers from which on the page may be a scan.
const SCAN_SHARE: f32 = 0.5;
/// Characters that a scanned page may have beside its picture: a page number, a stamp.
const SCAN_CHARACTERS: usize = 20;
/// Filled path segments from which on a page without text may be text turned into outlines.
const OUTLINE_SEGMENTS: usize = 200;
/// Points from which on pale letters are a watermark.
const WATERMARK_POINTS: f32 = 36.0;

/// Reads a PDF.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut gaps = Gaps::default();
    let Some((pdf, opened)) = open(bytes, budget, &mut gaps) else {
        if gaps.is_empty() {
            gaps.add(GapKind::Damaged, "no readable structure");
        }
        return Extracted { gaps: gaps.into_list(), ..Extracted::default() };
    };
    let (mut text, mut inner) = (Text::new(), Vec::new());
    let mut shared = Shared::new(budget, gaps, pdf.data().as_ref());
    let root = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()).unwrap_or_default();
    shared.layers_off = layers_off(&root);
    let pages = pdf.pages();
    let promised = root.get::<Dict<'_>>("Pages").and_then(|tree| tree.get::<i64>("Count")).unwrap_or(0);
    let missing = promised.saturating_sub(i64::try_from(pages.len()).unwrap_or(i64::MAX));
    if pages.is_empty() {
        shared.gaps.add(GapKind::Damaged, "no pages");
    } else if missing > 0 {
        shared.gaps.add(GapKind::Damaged, format!("{missing} pages missing"));
    }
    let index = opened.index.as_ref().map(|index| (index, pdf.data().as_ref()));
    let mut around = Around::new(&mut text, &mut inner, &mut shared, index);
    for (index, page) in pages.iter().enumerate() {
        if index == PAGES {
            around.shared.gaps.add(GapKind::Limit, format!("pages: {PAGES}"));
            break;
        }
        if around.shared.is_spent() {
            break;
        }
        let number = u32::try_from(index + 1).ok().and_then(NonZeroU32::new);
        around.shared.gaps.page = number;
        read_page(page, number, around.shared, around.text);
        around.annotations(page, number);
    }
    around.shared.gaps.page = None;
    around.document(&pdf, &root, opened.info);
    around.rest(&pdf, &opened);
    Extracted { text, inner, gaps: shared.gaps.into_list(), ..Extracted::default() }
}

/// Width and height of the page as shown, and the way there from user space: CropBox, /Rotate and
/// /UserUnit applied, y downwards.
fn geometry(page: &Page<'_>) -> (f32, f32, Matrix) {
    const A4: [f32; 4] = [0.0, 0.0, 595.0, 842.0];
    let crop = page.intersected_crop_box();
    #[expect(clippy::cast_possible_truncation, reason = "page sizes")]
    let mut area = [crop.x0 as f32, crop.y0 as f32, crop.x1 as f32, crop.y1 as f32];
    if !area.iter().all(|n| n.is_finite()) || area[2] - area[0] < 1.0 || area[3] - area[1] < 1.0 {
        area = A4;
    }
    let [x0, y0, x1, y1] = area;
    let unit = page.raw().get::<Number>("UserUnit").map_or(1.0, |n| n.as_f32());
    let s = if (0.01..=1000.0).contains(&unit) { unit } else { 1.0 };
    let (width, height) = ((x1 - x0) * s, (y1 - y0) * s);
    match page.rotation() {
        Rotation::None => (width, height, [s, 0.0, 0.0, -s, -x0 * s, y1 * s]),
        Rotation::Horizontal => (height, width, [0.0, s, s, 0.0, -y0 * s, -x0 * s]),
        Rotation::Flipped => (width, height, [-s, 0.0, 0.0, s, x1 * s, -y0 * s]),
        Rotation::FlippedHorizontal => (height, width, [0.0, -s, -s, 0.0, y1 * s, x1 * s]),
    }
}

fn read_page(page: &Page<'_>, number: Option<NonZeroU32>, shared: &mut Shared<'_>, text: &mut Text) {
    let (width, height, base) = geometry(page);
    let data = contents(page.raw(), shared);
    let mut painter = Interpreter::new(shared, width, height, base);
    painter.run(&data, page.resources());
    painter.finish();
    let Interpreter {
        sheet,
        alternatives,
        spelled,
        shown,
        unknown,
        unknown_most,
        images,
        image_share,
        filled,
        ..
    } = painter;
    let lines = layout::lines(&sheet);
    shared.sheet = sheet;
    shared.reuse(data);
    let pieces = lines.iter().flat_map(|line| &line.pieces);
    let characters = pieces.flat_map(|piece| piece.text.chars()).filter(|c| !c.is_whitespace());
    let characters = characters.take(SCAN_CHARACTERS + 1).count();
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let unknown_share = unknown as f32 / shown.max(1) as f32;
    if unknown_share > UNKNOWN_SHARE {
        let percent = (unknown_share * 100.0).round();
        shared.gaps.add(GapKind::Glyphs, format!("glyphs without a character: {percent} %"));
    } else if unknown_most >= UNKNOWN_RUN {
        shared.gaps.add(GapKind::Glyphs, format!("glyphs without a character side by side: {unknown_most}"));
    }
    if images > 0 && (characters == 0 || (image_share >= SCAN_SHARE && characters <= SCAN_CHARACTERS)) {
        shared.gaps.add(GapKind::Image, "page is a picture");
    } else if characters == 0 && filled >= OUTLINE_SEGMENTS {
        shared.gaps.add(GapKind::Image, "page is a drawing");
    }
    push_lines(&lines, Place::Body, number, Break::Page, shared, text);
    for alternative in alternatives.iter().chain([&spelled]) {
        let at = At { page: number, ..At::new(Place::AltText) };
        push(at, alternative, shared, text);
    }
}

/// The page's content streams, joined.
fn contents<'a>(dict: &Dict<'a>, shared: &mut Shared<'_>) -> Cow<'a, [u8]> {
    const STREAMS: usize = 10_000;
    let mut missing = 0usize;
    let mut data = Cow::Borrowed(&[][..]);
    match dict.get::<Object<'a>>("Contents") {
        Some(Object::Stream(stream)) => {
            data = shared.content(&stream);
            shared.contents.extend(dict.get_ref("Contents"));
        }
        Some(Object::Array(streams)) => {
            let listed = streams.raw_iter().take(STREAMS + 1).count();
            let mut found = 0;
            for stream in streams.iter::<Object<'a>>().take(STREAMS) {
                if let Object::Stream(stream) = stream {
                    let next = shared.content(&stream);
                    if data.len().saturating_add(next.len()) > CONTENT_BYTES {
                        shared
                            .gaps
                            .add(GapKind::Limit, format!("bytes of a page's content: {CONTENT_BYTES}"));
                        return data;
                    }
                    if found == 0 {
                        data = next;
                    } else {
                        let joined = data.to_mut();
                        joined.push(b'\n');
                        joined.extend_from_slice(&next);
                        shared.reuse(next);
                    }
                    found += 1;
                }
            }
            missing = listed - found;
        }
        None if !dict.contains_key("Contents") => {}
        Some(Object::Null(_)) => {}
        _ => missing = 1,
    }
    if missing > 0 {
        shared.gaps.add(GapKind::Damaged, format!("page content: {missing} streams missing"));
    }
    data
}

/// Pushes the lines of a page, or of an appearance on it. What the reader does not see, and
/// watermarks, stand behind the rest, so that they part no sentence.
fn push_lines(
    lines: &[Line],
    place: Place,
    page: Option<NonZeroU32>,
    first: Break,
    shared: &mut Shared<'_>,
    text: &mut Text,
) {
    let placed = |line: &Line| match line.look {
        Look::Hidden => Place::Hidden,
        _ if place != Place::Body => place,
        _ if (15..=75).contains(&(line.angle % 90)) => Place::Watermark,
        Look::Pale if line.size >= WATERMARK_POINTS => Place::Watermark,
        _ => Place::Body,
    };
    let mut parted = first;
    for apart in [false, true] {
        for line in lines {
            let own = placed(line);
            if (own != place) != apart {
                continue;
            }
            let follow = match line.follow {
                Follow::Line => Break::Line,
                Follow::Paragraph => Break::Paragraph,
            };
            parted = parted.max(follow);
            for piece in &line.pieces {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
                let size = Some((line.size * 10.0).round() as u16);
                let at = At {
                    parted,
                    page,
                    zone: Some(piece.zone),
                    align: piece.align,
                    size,
                    again: line.again,
                    ..At::new(own)
                };
                push(at, &piece.text, shared, text);
                parted = Break::Cell;
            }
            parted = Break::Line;
        }
    }
}

/// Pushes a piece as long as the budget lasts.
fn push(at: At, piece: &str, shared: &mut Shared<'_>, text: &mut Text) {
    if shared.budget.text < piece.len() {
        shared
            .gaps
            .add(GapKind::Limit, format!("bytes of text of a document: {}", shared.budget.limits.text));
        return;
    }
    shared.budget.text -= piece.len();
    text.push(at, piece);
}
