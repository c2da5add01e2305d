//! The entries of the package by the locations that its parts write.
//!
//! Locations are relative to the part that names them or, with a leading slash, to the package;
//! producers mix both up and care little about case, so each is looked for in every way. What no
//! location leads to stays on the list of the unread.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::extract::sink::Sink;
use crate::limits::{Gap, GapKind};
use crate::read::xml;
use crate::read::zip::{Archive, Entry};

/// Bytes of a part's name that a message shows.
const NAME_BYTES: usize = 100;

/// An opened package.
pub(super) struct Package<'a> {
    archive: Archive<'a>,
    by_path: HashMap<String, usize>,
    read: Vec<bool>,
}

impl<'a> Package<'a> {
    /// Lists the entries.
    pub(super) fn open(bytes: &'a [u8], sink: &mut Sink<'_>) -> Self {
        let archive = Archive::open(bytes, sink.budget);
        for gap in &archive.gaps {
            sink.gap(gap.clone());
        }
        let mut by_path = HashMap::new();
        for (index, entry) in archive.entries.iter().enumerate() {
            by_path.entry(normal("", &entry.name)).or_insert(index);
        }
        let read = archive.entries.iter().map(|e| e.name.ends_with(['/', '\\']) && e.is_empty()).collect();
        Self { archive, by_path, read }
    }

    /// The entry that `location`, written in the part called `from`, means.
    pub(super) fn find(&self, from: &str, location: &str) -> Option<usize> {
        let location = location.trim();
        let folder = from.rfind(['/', '\\']).map_or("", |end| from.get(..end).unwrap_or_default());
        let rooted = location.starts_with(['/', '\\']);
        let ways = if rooted { ["", folder] } else { [folder, ""] };
        ways.into_iter().find_map(|base| self.by_path.get(&normal(base, location)).copied())
    }

    /// The entries that are there of several locations.
    pub(super) fn find_all(&self, from: &str, locations: &[String]) -> Vec<usize> {
        locations.iter().filter_map(|location| self.find(from, location)).collect()
    }

    /// All entries, whether read or not.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.archive.entries
    }

    /// The comment of the archive.
    pub(super) fn comment(&self) -> &str {
        &self.archive.comment
    }

    /// The name of an entry.
    pub(super) fn name(&self, index: usize) -> &str {
        self.archive.entries.get(index).map_or("", |entry| &entry.name)
    }

    /// Whether an entry has been read, or needs no reading.
    pub(super) fn is_read(&self, index: usize) -> bool {
        self.read.get(index).copied().unwrap_or(true)
    }

    /// Marks an entry as one that needs no reading.
    pub(super) fn pass_over(&mut self, index: usize) {
        if let Some(read) = self.read.get_mut(index) {
            *read = true;
        }
    }

    /// The first bytes of an entry, which stays unread; `None` for one that can't be looked into.
    pub(super) fn head(&self, index: usize, most: usize) -> Option<Vec<u8>> {
        self.archive.peek(self.archive.entries.get(index)?, most)
    }

    /// The bytes of an entry.
    pub(super) fn bytes(&mut self, index: usize, sink: &mut Sink<'_>) -> Vec<u8> {
        self.pass_over(index);
        let Some(entry) = self.archive.entries.get(index) else { return Vec::new() };
        let content = self.archive.read(entry, sink.budget);
        if let Some(gap) = content.gap {
            sink.gap(gap);
        }
        content.bytes
    }

    /// The characters of an entry that should be XML; what is not is a gap.
    pub(super) fn xml(&mut self, index: usize, sink: &mut Sink<'_>) -> String {
        let bytes = self.bytes(index, sink);
        let (text, damaged) = xml::decode(&bytes);
        let broken = !bytes.is_empty() && !text.trim_start().starts_with('<');
        if damaged || broken {
            sink.gap(Gap::new(GapKind::Damaged, format!("{}: no XML", shown(self.name(index)))));
        }
        match text {
            // A long part is not kept twice.
            Cow::Borrowed(text) if text.len() == bytes.len() => String::from_utf8(bytes).unwrap_or_default(),
            text => text.into_owned(),
        }
    }
}

/// As much of a name as a message needs.
pub(super) fn shown(name: &str) -> &str {
    name.get(..name.floor_char_boundary(NAME_BYTES)).unwrap_or_default()
}

/// A path from the package's root in lower case, `.` and `..` resolved.
fn normal(folder: &str, path: &str) -> String {
    let mut steps: Vec<&str> = Vec::new();
    for step in folder.split(['/', '\\']).chain(path.split(['/', '\\'])) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn paths_are_told_from_the_root_whatever_they_look_like() {
        assert_eq!(normal("Doc_0", "Pages/Page_0/Content.xml"), "doc_0/pages/page_0/content.xml");
        assert_eq!(normal("Doc_0/Pages", "..\\.\\Res//A.xml"), "doc_0/res/a.xml");
        assert_eq!(normal("", "/../x"), "x");
    }
}
