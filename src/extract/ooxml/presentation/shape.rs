//! A shape on its way into the text: where it stands, what its paragraphs say, seen or not.

use super::geometry::Rectangle;
use crate::text::{Align, At, Break, Place};

/// Height in hundredths of a point up to which letters are too small to be seen.
const TINY: u32 = 100;

/// What a placeholder is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Holder {
    Title,
    Text,
    Header,
    Footer,
    Date,
    Number,
}

impl Holder {
    /// The placeholder of this type; one without a type is for text.
    pub(super) fn of(kind: &str) -> Self {
        match kind {
            "title" | "ctrTitle" => Self::Title,
            "hdr" => Self::Header,
            "ftr" => Self::Footer,
            "dt" => Self::Date,
            "sldNum" => Self::Number,
            _ => Self::Text,
        }
    }
}

/// The shape that is open, or a part's text outside of any.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) holder: Option<Holder>,
    /// Where it stands on the slide, where it says so.
    pub(super) at: Option<Rectangle>,
    pub(super) hidden: bool,
    /// What it says: text with its alignment, then what stands beside it.
    pub(super) pieces: Vec<Piece>,
    pub(super) extras: Vec<(Place, String)>,
}

/// A paragraph as it will be told.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) look: At,
    /// Not seen, and another reading of the piece before.
    pub(super) hidden: bool,
    /// In a table.
    pub(super) cell: bool,
}

/// The paragraph that is open.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// What is seen.
    seen: String,
    /// What is stored, from the first text on that is not seen.
    all: Option<String>,
    align: Option<Align>,
    /// Largest letters, in tenths of a point.
    size: Option<u16>,
    /// All that was seen is struck through; nothing was seen yet.
    struck: Option<bool>,
}

/// How the run that is open looks.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) invisible: bool,
    pub(super) struck: bool,
    /// In hundredths of a point.
    pub(super) size: Option<u32>,
    /// Symbols are pictures of this font.
    pub(super) symbols: Option<String>,
    /// All letters are, too.
    pub(super) pictured: bool,
}

impl Paragraph {
    pub(super) fn set_align(&mut self, align: &str) {
        self.align = match align {
            "l" | "just" | "dist" => Some(Align::Left),
            "ctr" => Some(Align::Centre),
            "r" => Some(Align::Right),
            _ => self.align,
        };
    }

    /// Appends text that looks like this.
    pub(super) fn push(&mut self, text: &str, run: &Run) {
        let unseen = run.invisible || run.size.is_some_and(|size| size <= TINY);
        if unseen && self.all.is_none() && !text.is_empty() {
            self.all = Some(self.seen.clone());
        }
        if let Some(all) = &mut self.all {
            all.push_str(text);
        }
        if unseen {
            return;
        }
        self.seen.push_str(text);
        if !text.trim().is_empty() {
            self.struck = Some(self.struck.unwrap_or(true) && run.struck);
            self.size = self.size.max(run.size.and_then(|size| u16::try_from(size / 10).ok()));
        }
    }

    /// What it says, as seen and as stored where that differs; `parted` is for the first piece.
    pub(super) fn end(&mut self, parted: Break, cell: bool) -> Vec<Piece> {
        let paragraph = std::mem::take(self);
        let look = At {
            parted,
            align: paragraph.align,
            size: paragraph.size,
            struck: paragraph.struck.unwrap_or_default(),
            ..At::new(Place::Body)
        };
        let mut pieces = Vec::new();
        let blank = paragraph.seen.trim().is_empty();
        if !blank {
            pieces.push(Piece { text: paragraph.seen, look, hidden: false, cell });
        }
        if let Some(all) = paragraph.all.filter(|all| !all.trim().is_empty()) {
            let look = At { again: !blank, struck: false, ..look };
            pieces.push(Piece { text: all, look, hidden: true, cell });
        }
        pieces
    }
}
