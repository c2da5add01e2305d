//! `mijian text`: what was extracted from a document, line by line with its place.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::Args;
use mijian::config::Config;
use mijian::extract::Extracted;
use mijian::report::escape::escape;
use mijian::report::wording::{self, Label, Lang, Problem};
use mijian::text::Text as DocumentText;

use crate::exit::Exit;
use crate::output::print;
use crate::settings::{Settings, document};

/// Show the text extracted from a document, line by line with place and position
#[derive(Debug, Args)]
pub(crate) struct Text {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The text alone: all places, all inner documents
    #[arg(long)]
    plain: bool,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Text {
    pub(crate) fn run(&self, config: &Config) -> Result<Exit, Problem> {
        let screener = self.settings.screener(config)?;
        let document = document(&self.file, screener.limits().file)?;
        let parts = screener.read(&document);
        print(|out| if self.plain { plain(out, &parts) } else { placed(out, &parts, config.lang) })?;
        Ok(Exit::Success)
    }
}

fn plain(out: &mut dyn Write, parts: &[(String, Extracted)]) -> io::Result<()> {
    // A program gets every character; a terminal only those that can't act on it.
    let harmless = io::stdout().is_terminal();
    for line in parts.iter().flat_map(|(_, part)| own(&part.text).lines()) {
        let line = if harmless { visible(line) } else { Cow::Borrowed(line) };
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// What of the text belongs to this piece of the document alone.
fn own(text: &DocumentText) -> &str {
    text.as_str().get(text.own()).unwrap_or_default()
}

fn placed(out: &mut dyn Write, parts: &[(String, Extracted)], lang: Lang) -> io::Result<()> {
    let mut last = "";
    for (name, part) in parts {
        if std::mem::replace(&mut last, name) != name {
            writeln!(out, "== {} ==", escape(name))?;
        }
        lines(out, &part.text)?;
        for other in &part.alternatives {
            writeln!(out, "-- {} --", wording::label(Label::Alternative, lang))?;
            lines(out, other)?;
        }
    }
    for (name, part) in parts {
        for gap in &part.gaps {
            let gap = wording::gap(gap, Some(name), lang);
            writeln!(out, "{}{gap}", wording::label(Label::Unread, lang))?;
        }
    }
    Ok(())
}

/// Each line behind its place: `body p1 top-left 3: …`. The names are those of the JSON contract.
fn lines(out: &mut dyn Write, text: &DocumentText) -> io::Result<()> {
    let mut segments = text.segments().iter().peekable();
    let mut segment = segments.next();
    let (mut start, mut line_in_segment) = (0, 0);
    let own = text.own();
    for line in text.as_str().split('\n') {
        while let Some(next) = segments.next_if(|next| next.range.start <= start) {
            segment = Some(next);
            line_in_segment = 0;
        }
        let cut = own.start.clamp(start, start + line.len())..own.end.clamp(start, start + line.len());
        let told = line.get(cut.start - start..cut.end - start).unwrap_or_default();
        if let Some(segment) = segment.filter(|_| !told.trim().is_empty()) {
            write!(out, "{}", segment.at.place.as_str())?;
            if let Some(page) = segment.at.page {
                write!(out, " p{page}")?;
            }
            if let Some(zone) = segment.at.zone {
                write!(out, " {}", zone.as_str())?;
            }
            writeln!(out, " {}: {}", segment.line.saturating_add(line_in_segment), visible(told))?;
        }
        start += line.len() + 1;
        line_in_segment += 1;
    }
    Ok(())
}

/// A line with its tabs, which part cells, and everything else harmless.
fn visible(line: &str) -> Cow<'_, str> {
    match escape(line) {
        Cow::Owned(_) if line.contains('\t') => {
            let cells: Vec<_> = line.split('\t').map(escape).collect();
            Cow::Owned(cells.join("\t"))
        }
        line => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mijian::text::{At, Break, Place};

    #[test]
    fn lines_carry_place_and_number_and_cells_share_one() {
        let mut text = DocumentText::new();
        text.push(At::new(Place::Header), "页眉");
        text.push(At::new(Place::Body), "甲\n\n乙\u{202e}");
        text.push(At::new(Place::Table), "密级");
        text.push(At::new(Place::Table).parted(Break::Cell), "机密");
        text.push(At::new(Place::Body), "丙");
        let mut out = Vec::new();
        lines(&mut out, &text).unwrap();
        let expected = "header 1: 页眉\nbody 2: 甲\nbody 4: 乙\\u{202e}\ntable 5: 密级\t机密\nbody 6: 丙\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        // The same numbers as in findings.
        let third = text.location(text.as_str().find('丙').unwrap()).unwrap();
        assert_eq!(third.line.get(), 6);
    }
}
