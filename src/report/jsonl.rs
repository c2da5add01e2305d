//! JSON lines: one object per document, then one with the totals. The format other programs depend
//! on: fields may be added, never renamed.
//!
//! The fields are those of [`Record`]. `fingerprint` is an unkeyed hash: it finds the same thing
//! again after lines have moved, but a short text can be guessed from it.

use std::io::{self, Write};

use serde::Serialize;

use super::escape::escape_json;
use super::folders::Folders;
use super::record::{LastLine, Record, VERSION, rounded};
use super::{Options, Reporter};
use crate::finding::Summary;

/// Writes JSON lines.
pub(super) struct Jsonl<'a> {
    out: Box<dyn Write + 'a>,
    options: Options<'a>,
    folders: Folders,
}

impl<'a> Jsonl<'a> {
    pub(super) fn new(out: Box<dyn Write + 'a>, options: Options<'a>) -> Self {
        Self { out, options, folders: Folders::default() }
    }

    fn line(&mut self, record: &impl Serialize) -> io::Result<()> {
        let line = serde_json::to_string(record)?;
        self.out.write_all(escape_json(&line).as_bytes())?;
        self.out.write_all(b"\n")
    }
}

impl Reporter for Jsonl<'_> {
    fn document(&mut self, record: &Record) -> io::Result<()> {
        self.folders.add(record);
        self.line(record)
    }

    fn end(&mut self, summary: &Summary) -> io::Result<()> {
        let summary = Summary { seconds: rounded(summary.seconds, 1000.0), ..summary.clone() };
        let folders = self.folders.several().into_iter().cloned().collect();
        self.line(&LastLine { v: VERSION, run: self.options.run.clone(), summary, folders })?;
        self.out.flush()
    }
}
