//! The vocabulary of where text stands: part of the document, zone of the page, cell of a sheet, and what
//! parts two pieces.

use std::fmt::{self, Display, Formatter};
use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// Share of a slide's width from which on a frame goes across it.
const WIDE: f64 = 0.6;

/// In what part of a document a piece of text stands. The names are those of the JSON contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Place {
    Name,
    Body,
    Header,
    Footer,
    Textbox,
    Table,
    Note,
    Comment,
    Deleted,
    Hidden,
    Watermark,
    Property,
    Annotation,
    Form,
    Bookmark,
    AltText,
    Field,
    Attribute,
    Script,
    SheetName,
    Notes,
    Master,
    Revision,
    ImageText,
}

impl Place {
    /// Every place, in declaration order.
    pub const ALL: [Self; 24] = [
        Self::Name,
        Self::Body,
        Self::Header,
        Self::Footer,
        Self::Textbox,
        Self::Table,
        Self::Note,
        Self::Comment,
        Self::Deleted,
        Self::Hidden,
        Self::Watermark,
        Self::Property,
        Self::Annotation,
        Self::Form,
        Self::Bookmark,
        Self::AltText,
        Self::Field,
        Self::Attribute,
        Self::Script,
        Self::SheetName,
        Self::Notes,
        Self::Master,
        Self::Revision,
        Self::ImageText,
    ];

    /// The name in reports, configuration and rules (`alt-text`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Body => "body",
            Self::Header => "header",
            Self::Footer => "footer",
            Self::Textbox => "textbox",
            Self::Table => "table",
            Self::Note => "note",
            Self::Comment => "comment",
            Self::Deleted => "deleted",
            Self::Hidden => "hidden",
            Self::Watermark => "watermark",
            Self::Property => "property",
            Self::Annotation => "annotation",
            Self::Form => "form",
            Self::Bookmark => "bookmark",
            Self::AltText => "alt-text",
            Self::Field => "field",
            Self::Attribute => "attribute",
            Self::Script => "script",
            Self::SheetName => "sheet-name",
            Self::Notes => "notes",
            Self::Master => "master",
            Self::Revision => "revision",
            Self::ImageText => "image-text",
        }
    }

    /// The running text a reader sees: body, tables, text boxes, notes.
    pub fn is_running_text(self) -> bool {
        matches!(self, Self::Body | Self::Table | Self::Textbox | Self::Note | Self::Notes)
    }
}

/// Where on the page a line stands.
///
/// Top is the upper 25 % of the page's CropBox, foot the lower 20 %, in thirds across (GB/T
/// 9704-2012 starts its type area 37 mm down, and the mark is on its second line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Zone {
    TopLeft,
    TopCentre,
    TopRight,
    Body,
    FootLeft,
    FootCentre,
    FootRight,
    Margin,
}

impl Zone {
    /// The three at the top, from left to right.
    pub const TOP: [Self; 3] = [Self::TopLeft, Self::TopCentre, Self::TopRight];
    /// The three at the foot, from left to right.
    pub const FOOT: [Self; 3] = [Self::FootLeft, Self::FootCentre, Self::FootRight];

    /// Share of a page's height above which is its top.
    const TOP_SHARE: f64 = 0.25;
    /// Share of a page's height below which is its foot.
    const FOOT_SHARE: f64 = 0.8;

    /// The three zones, from left to right, at this share of a page's height; `None` in the middle.
    pub fn row(down: f64) -> Option<[Self; 3]> {
        match down {
            down if down < Self::TOP_SHARE => Some(Self::TOP),
            down if down > Self::FOOT_SHARE => Some(Self::FOOT),
            _ => None,
        }
    }

    /// The one of them in which text set like this stands; left where that says nothing.
    pub fn across(align: Option<Align>, [left, centre, right]: [Self; 3]) -> Self {
        match align {
            None | Some(Align::Left) => left,
            Some(Align::Centre) => centre,
            Some(Align::Right) => right,
        }
    }

    /// The zone of a slide in which a frame has its middle, and across the slide its beginning: where it begins, how wide
    /// it is and where its middle is, as shares of the slide. `None` in the body.
    pub fn of_frame(start: f64, width: f64, middle: f64) -> Option<Self> {
        let align = match start {
            // A frame as wide as the slide says nothing of where its text stands.
            _ if width > WIDE => None,
            x if x > 2.0 / 3.0 => Some(Align::Right),
            x if x > 1.0 / 3.0 => Some(Align::Centre),
            _ => None,
        };
        Self::row(middle).map(|row| Self::across(align, row))
    }

    /// The zone of a paragraph set like this at the top; left where it says nothing.
    pub fn top(align: Option<Align>) -> Self {
        Self::across(align, Self::TOP)
    }

    /// The same at the foot.
    pub fn foot(align: Option<Align>) -> Self {
        Self::across(align, Self::FOOT)
    }

    /// The name in reports (`top-left`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TopLeft => "top-left",
            Self::TopCentre => "top-centre",
            Self::TopRight => "top-right",
            Self::Body => "body",
            Self::FootLeft => "foot-left",
            Self::FootCentre => "foot-centre",
            Self::FootRight => "foot-right",
            Self::Margin => "margin",
        }
    }

    /// Whether this is one of the three top zones.
    pub fn is_top(self) -> bool {
        matches!(self, Self::TopLeft | Self::TopCentre | Self::TopRight)
    }

    /// Whether this is one of the three foot zones.
    pub fn is_foot(self) -> bool {
        matches!(self, Self::FootLeft | Self::FootCentre | Self::FootRight)
    }
}

/// How hard two pieces of text are parted, softest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Break {
    /// Nothing but characters of the same line between them.
    #[default]
    None,
    /// The border between two cells of a table row.
    Cell,
    /// A line end inside a paragraph, or a line of a page whose paragraphs are unknown.
    Line,
    /// A paragraph end.
    Paragraph,
    /// A page end.
    Page,
    /// Another part or another place: header and body, two comments, two properties.
    Part,
}

/// How a line is set across the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// A cell of a sheet. Written, and stored, as `B7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cell {
    /// Row, from 1.
    pub row: NonZeroU32,
    /// Column, from 0 for `A`.
    pub column: u16,
}

impl Display for Cell {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut left = u32::from(self.column) + 1;
        while left > 0 {
            letters.push(char::from_u32(u32::from('A') + (left - 1) % 26).unwrap_or('?'));
            left = (left - 1) / 26;
        }
        write!(f, "{}{}", letters.iter().rev().collect::<String>(), self.row)
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

impl TryFrom<String> for Cell {
    type Error = String;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        let digits = written.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let letters = written.strip_suffix(digits).unwrap_or_default();
        let column = letters.bytes().try_fold(0_u32, |column, letter| {
            column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)
        });
        let column = column.and_then(|column| u16::try_from(column.checked_sub(1)?).ok());
        match (digits.parse(), column) {
            (Ok(row), Some(column)) => Ok(Self { row, column }),
            _ => Err(format!("no cell: {written}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_sheets_name_them() {
        for (row, column, name) in [
            (1, 0, "A1"),
            (7, 1, "B7"),
            (2, 25, "Z2"),
            (3, 26, "AA3"),
            (9, 701, "ZZ9"),
            (1_048_576, 16_383, "XFD1048576"),
        ] {
            let cell = Cell { row: NonZeroU32::new(row).unwrap(), column };
            assert_eq!(cell.to_string(), name);
            assert_eq!(Cell::try_from(name.to_owned()), Ok(cell));
        }
        for wrong in ["", "A", "7", "A0", "a1", "ZZZZZZZZZ1", "A1B"] {
            assert!(Cell::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}
