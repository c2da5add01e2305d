//! Spreadsheets: workbooks whose parts are XML.
//!
//! A row of cells is one line of the text, so that a heading and its value, a name and its number stay
//! together. Sheets are pages, by their order in the workbook.

mod around;
mod binary;
mod formula;
mod row;
mod sheet;
mod strings;
mod styles;

use std::collections::HashSet;

use super::relations::{Relations, normal};
use crate::extract::sink::Sink;
use crate::read::xml::{Event, Xml};
use crate::text::Place;
pub(super) use binary::part as binary_part;
use strings::Strings;
use styles::Formats;

/// What a part of a workbook is, in the order in which parts are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// How cells look.
    Styles,
    /// Strings that cells share.
    Strings,
    /// Sheets and names.
    Workbook,
    /// Cells.
    Sheet,
    /// Comments, of either kind.
    Comments,
    /// A table or pivot table within a sheet.
    Table,
    /// Stored values of another workbook or of a pivot table.
    Cache,
    /// Who changed what in a shared workbook.
    Revisions,
}

impl Part {
    /// The kind of part with this root element; `named` says that it is of the spreadsheet namespace.
    pub(super) fn of(root: &str, named: bool) -> Option<Self> {
        Some(match root {
            "styleSheet" => Self::Styles,
            "sst" => Self::Strings,
            "workbook" => Self::Workbook,
            "worksheet" | "chartsheet" | "dialogsheet" | "macrosheet" => Self::Sheet,
            "ThreadedComments" => Self::Comments,
            "pivotTableDefinition"
            | "queryTable"
            | "slicers"
            | "slicerCacheDefinition"
            | "singleXmlCells" => Self::Table,
            "externalLink" | "pivotCacheDefinition" | "pivotCacheRecords" => Self::Cache,
            "comments" if named => Self::Comments,
            "table" if named => Self::Table,
            "revisions" if named => Self::Revisions,
            _ => return None,
        })
    }
}

/// What the sheets of a workbook share.
#[derive(Debug, Default)]
pub(super) struct Book {
    strings: Strings,
    formats: Formats,
    /// Parts of sheets that are not shown.
    hidden: HashSet<String>,
    is_binary: bool,
}

impl Book {
    /// Reads which sheets there are and in which order, before anything is told: their parts.
    pub(super) fn outline(&mut self, part: &str, xml: &mut Xml<'_>, relations: &Relations) -> Vec<String> {
        let mut sheets = Vec::new();
        while let Some(event) = xml.next() {
            let Event::Start(element) = event else { continue };
            match element.local() {
                "workbookPr" => {
                    self.formats.from_1904 |=
                        element.attribute("date1904").is_some_and(|on| sheet::is_true(&on));
                }
                "sheet" => {
                    let id = element.attribute("id").unwrap_or_default();
                    let target = relations.target(part, &id).unwrap_or_default().to_owned();
                    if element.attribute("state").is_some_and(|state| state != "visible") {
                        self.hidden.insert(target.clone());
                    }
                    sheets.push(target);
                }
                _ => {}
            }
        }
        sheets
    }

    /// Reads the part called `name` into `sink`.
    pub(super) fn read(&mut self, part: Part, name: &str, xml: &mut Xml<'_>, sink: &mut Sink<'_>) {
        match part {
            Part::Styles => self.formats.read(xml, sink),
            Part::Strings => self.strings.read(xml, sink),
            Part::Workbook => around::workbook(xml, sink),
            Part::Sheet => sheet::read(self.hidden.contains(&normal(name)), xml, self, sink),
            Part::Comments => around::comments(xml, sink),
            Part::Table => around::values(Place::Attribute, xml, sink),
            Part::Cache => around::values(Place::Hidden, xml, sink),
            Part::Revisions => around::values(Place::Revision, xml, sink),
        }
    }

    /// The same as [`Self::outline`] for a workbook in binary records.
    pub(super) fn outline_binary(&mut self, part: &str, bytes: &[u8], relations: &Relations) -> Vec<String> {
        self.is_binary = true;
        binary::outline(self, part, bytes, relations)
    }

    /// Reads the part called `name`, which is made of binary records, into `sink`.
    pub(super) fn read_binary(&mut self, part: Part, name: &str, bytes: &[u8], sink: &mut Sink<'_>) {
        let hidden = self.hidden.contains(&normal(name));
        binary::read(part, hidden, bytes, self, sink);
    }

    /// Whether a part of unknown kind is one of a workbook in binary records.
    pub(super) fn owns(&self, name: &str, bytes: &[u8]) -> bool {
        self.is_binary && normal(name).ends_with(".bin") && binary::is_whole(bytes)
    }

    /// Tells what no part has shown.
    pub(super) fn finish(&self, sink: &mut Sink<'_>) {
        self.strings.tell_unused(sink);
    }
}
