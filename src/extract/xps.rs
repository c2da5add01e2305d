//! XPS: pages of glyphs with their characters, and every other part as an inner document.

use std::num::NonZeroU32;

use super::Extracted;
use super::sink::Sink;
use crate::limits::{Budget, Gap, GapKind};
use crate::read::encoding;
use crate::read::layout::{self, Follow, Glyph, Look, Sheet};
use crate::read::xml::{self, Element, Event, Xml};
use crate::read::zip::{Archive, Entry};
use crate::text::{At, Break, Place};

/// Points in the unit of the format, a 96th of an inch.
const POINTS: f32 = 0.75;
/// Glyphs of one page.
const GLYPHS: usize = 500_000;
/// Canvases within canvases that have a transformation of their own.
const CANVASES: usize = 1_000;
/// Units from the page's corner beyond which nothing is laid out.
const FARTHEST: f32 = 1e6;

/// Horizontal and vertical scaling and shearing, and movement.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Reads a document of this format.
pub(super) fn extract(bytes: &[u8], budget: &mut Budget) -> Extracted {
    let mut sink = Sink::new(budget);
    let archive = Archive::open(bytes, sink.budget);
    for gap in &archive.gaps {
        sink.gap(gap.clone());
    }
    let mut pages: Vec<(&Entry, Vec<u8>)> = Vec::new();
    let mut order: Vec<String> = Vec::new();
    for entry in &archive.entries {
        let content = archive.read(entry, sink.budget);
        sink.tell_once(Place::Property, &entry.comment);
        let failed = content.gap.is_some();
        if let Some(gap) = content.gap {
            sink.gap(gap);
        }
        let extension = entry.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let (source, _) = xml::decode(content.bytes.get(..4096).unwrap_or(&content.bytes));
        match root(&source).as_deref() {
            Some("FixedPage") => pages.push((entry, content.bytes)),
            Some("FixedDocument") => {
                order.extend(sources(&xml::decode(&content.bytes).0));
                sink.inner(&entry.name, content.bytes);
            }
            // Obscured fonts.
            None if extension == "odttf"
                && !encoding::is_text(content.bytes.get(..4096).unwrap_or(&content.bytes)) => {}
            _ if failed && content.bytes.is_empty() => sink.tell_once(Place::Name, &entry.name),
            _ => sink.inner(&entry.name, content.bytes),
        }
        if !entry.name.is_ascii() {
            sink.tell_once(Place::Name, &entry.name);
        }
    }
    let no_pages = pages.is_empty();
    let place = |name: &str| order.iter().position(|source| name.ends_with(source.as_str()));
    pages.sort_by_key(|(entry, _)| (place(&entry.name).is_none(), place(&entry.name), entry.name.len()));
    for (number, (entry, bytes)) in (1..).zip(pages) {
        page(&xml::decode(&bytes).0, &entry.name, NonZeroU32::new(number), &mut sink);
    }
    if no_pages {
        sink.gap(Gap::new(GapKind::Damaged, "xps: no pages"));
    }
    sink.tell(Place::Property, &archive.comment);
    sink.finish()
}

/// The name of the root element.
fn root(source: &str) -> Option<String> {
    let source = source.trim_start_matches(['\u{feff}', ' ', '\n', '\r']);
    let mut xml = Xml::new(source.starts_with('<').then_some(source)?);
    while let Some(event) = xml.next() {
        if let Event::Start(root) = event {
            return Some(root.local().to_owned());
        }
    }
    None
}

/// The pages of a document in order.
fn sources(source: &str) -> Vec<String> {
    let mut xml = Xml::new(source);
    let mut sources = Vec::new();
    while let Some(event) = xml.next() {
        if let Event::Start(element) = event
            && element.local() == "PageContent"
        {
            let source = element.attribute("Source").unwrap_or_default();
            sources.push(source.trim_start_matches(['.', '/']).to_owned());
        }
    }
    sources
}

fn page(source: &str, name: &str, page: Option<NonZeroU32>, sink: &mut Sink<'_>) {
    let mut xml = Xml::new(source);
    let mut sheet = Sheet::default();
    let mut matrices = vec![IDENTITY];
    let (mut unknown, mut full) = (0, false);
    let (mut depth, mut refused) = (0_usize, 0_usize);
    // Depths at which the canvases began.
    let mut canvases: Vec<usize> = Vec::new();
    while let Some(event) = xml.next() {
        match event {
            Event::Start(element) => {
                depth += 1;
                let last = *matrices.last().unwrap_or(&IDENTITY);
                let number = |name: &str| element.attribute(name)?.trim().parse::<f32>().ok();
                match element.local() {
                    "FixedPage" => {
                        sheet.width = number("Width").unwrap_or(793.0).clamp(1.0, FARTHEST) * POINTS;
                        sheet.height = number("Height").unwrap_or(1122.0).clamp(1.0, FARTHEST) * POINTS;
                    }
                    "Canvas" if canvases.len() < CANVASES => {
                        canvases.push(depth);
                        matrices.push(then(&own_matrix(&element), &last));
                    }
                    "Canvas" => refused += 1,
                    // The transformation of the canvas, given as an element.
                    "MatrixTransform" if matrices.len() > 1 => {
                        if let (Some(matrix), Some(last)) =
                            (element.attribute("Matrix").and_then(|m| matrix(&m)), matrices.last_mut())
                        {
                            *last = then(&matrix, last);
                        }
                    }
                    "Glyphs" if sheet.glyphs.len() < GLYPHS => {
                        unknown += usize::from(!glyphs(&element, &last, &mut sheet));
                    }
                    "Glyphs" => full = true,
                    _ => {}
                }
                for (key, value) in element.attributes() {
                    if key.contains("AutomationProperties") || key == "FixedPage.NavigateUri" {
                        sink.tell_once(Place::AltText, &value);
                    } else if key != "UnicodeString" && !value.is_ascii() {
                        sink.tell_once(Place::Attribute, &value);
                    }
                }
            }
            Event::End => {
                if canvases.pop_if(|at| *at == depth).is_some() {
                    matrices.pop();
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) | Event::Aside(text) => sink.tell_once(Place::Hidden, &text),
        }
    }
    let gap = |kind, detail: String| Gap { page, ..Gap::new(kind, detail) };
    if let Some(damage) = xml.gap(name) {
        sink.gap(damage);
    }
    if unknown > 0 {
        sink.gap(gap(GapKind::Glyphs, format!("{unknown} runs of glyphs without characters")));
    }
    if full || refused > 0 {
        sink.gap(gap(GapKind::Limit, format!("glyphs of a page: {GLYPHS}, canvases: {CANVASES}")));
    }
    let mut parted = Break::Page;
    for line in layout::lines(&sheet) {
        let place = if line.look == Look::Hidden { Place::Hidden } else { Place::Body };
        if line.follow == Follow::Paragraph {
            parted = parted.max(Break::Paragraph);
        }
        for piece in &line.pieces {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
            let size = Some((line.size * 10.0).round() as u16);
            let (zone, align) = (Some(piece.zone), piece.align);
            sink.push(
                At { parted, page, zone, align, size, again: line.again, ..At::new(place) },
                &piece.text,
            );
            parted = Break::Cell;
        }
        parted = Break::Line;
    }
}

/// Paints a run of glyphs; `false` where it has no characters.
fn glyphs(element: &Element<'_>, canvas: &Matrix, sheet: &mut Sheet) -> bool {
    let indices = element.attribute("Indices").unwrap_or_default();
    let text = element.attribute("UnicodeString").unwrap_or_default();
    let text = text.strip_prefix("{}").unwrap_or(&text);
    if text.is_empty() {
        return indices.trim().is_empty();
    }
    let number = |name: &str| element.attribute(name)?.trim().parse::<f32>().ok();
    let em = number("FontRenderingEmSize").unwrap_or(12.0).clamp(0.01, FARTHEST);
    let matrix = then(&own_matrix(element), canvas);
    let fill = element.attribute("Fill").unwrap_or_default().to_ascii_lowercase();
    let is_unseen = matches!(&*fill, "#ffffff" | "#ffffffff" | "white" | "transparent")
        || fill.len() == 9 && fill.starts_with("#00")
        || number("Opacity") == Some(0.0);
    // One entry a glyph; where several stand for several, their widths are guessed.
    let ways: Vec<Option<f32>> = match indices.contains('(') {
        true => Vec::new(),
        false => indices.split(';').map(|glyph| glyph.split(',').nth(1)?.trim().parse().ok()).collect(),
    };
    let (mut x, y) = (number("OriginX").unwrap_or_default(), number("OriginY").unwrap_or_default());
    for (index, c) in text.chars().enumerate() {
        let guess = if c.is_ascii() { 50.0 } else { 100.0 };
        let way = ways.get(index).copied().flatten().unwrap_or(guess) / 100.0 * em;
        let start = u32::try_from(sheet.text.len()).unwrap_or(u32::MAX);
        sheet.text.push(c);
        let [px, py] = apply(&matrix, [x, y]);
        let [a, b, c2, d, ..] = matrix;
        let (dx, dy, size) = (a * way * POINTS, b * way * POINTS, em * c2.hypot(d) * POINTS);
        let (px, py) = (px * POINTS, py * POINTS);
        let near = [px, py, dx, dy, size].iter().all(|number| number.abs() <= FARTHEST);
        let inside = (0.0..=sheet.width).contains(&px) && (0.0..=sheet.height + size).contains(&py);
        let look = if is_unseen || !near || !inside { Look::Hidden } else { Look::Plain };
        let text = start..u32::try_from(sheet.text.len()).unwrap_or(u32::MAX);
        let (px, py) = if near { (px, py) } else { (0.0, 0.0) };
        let (dx, dy, size) = if near { (dx, dy, size) } else { (1.0, 0.0, 1.0) };
        sheet.glyphs.push(Glyph { text, x: px, y: py, dx, dy, size, look, parts: 0..0 });
        x += way;
    }
    true
}

fn own_matrix(element: &Element<'_>) -> Matrix {
    element.attribute("RenderTransform").and_then(|value| matrix(&value)).unwrap_or(IDENTITY)
}

fn matrix(value: &str) -> Option<Matrix> {
    let mut matrix = IDENTITY;
    let mut numbers = value.split(|c: char| c == ',' || c.is_whitespace()).filter(|n| !n.is_empty());
    for entry in &mut matrix {
        *entry = numbers.next()?.parse().ok().filter(|number: &f32| number.is_finite())?;
    }
    Some(matrix)
}

/// First `m`, then `n`.
fn then(m: &Matrix, n: &Matrix) -> Matrix {
    let [x, y] = apply(n, [m[4], m[5]]);
    [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        x,
        y,
    ]
}

fn apply([a, b, c, d, e, f]: &Matrix, [x, y]: [f32; 2]) -> [f32; 2] {
    [a * x + c * y + e, b * x + d * y + f]
}
