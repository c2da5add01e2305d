//! Which part of a package points to which, and on what page a part therefore stands.
//!
//! Only for order and page numbers: every part is read, whether something points to it or not.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroU32;

use crate::read::xml::{Event, Xml};

/// Relationships by the part they start from.
#[derive(Debug, Default)]
pub(super) struct Relations {
    by_source: HashMap<String, Vec<Relation>>,
}

#[derive(Debug)]
struct Relation {
    id: String,
    target: String,
}

impl Relations {
    /// Takes in the part of relationships called `name`.
    pub(super) fn read(&mut self, name: &str, xml: &mut Xml<'_>) {
        let name = normal(name);
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let folder = folder.strip_suffix("_rels").unwrap_or(folder);
        let source = format!("{folder}{}", file.strip_suffix(".rels").unwrap_or(file));
        let mut found = Vec::new();
        while let Some(event) = xml.next() {
            let Event::Start(element) = event else { continue };
            if element.local() != "Relationship"
                || element.attribute("TargetMode").is_some_and(|mode| mode == "External")
            {
                continue;
            }
            let of = |name| element.attribute(name).unwrap_or_default();
            found.push(Relation { id: of("Id").into_owned(), target: resolve(folder, &of("Target")) });
        }
        self.by_source.entry(source).or_default().extend(found);
    }

    /// The part that `id` stands for in the part `source`.
    pub(super) fn target(&self, source: &str, id: &str) -> Option<&str> {
        let relations = self.by_source.get(&normal(source))?;
        relations.iter().find(|relation| relation.id == id).map(|relation| relation.target.as_str())
    }

    /// The parts that `source` points to.
    pub(super) fn targets(&self, source: &str) -> impl Iterator<Item = &str> {
        self.by_source.get(&normal(source)).into_iter().flatten().map(|relation| relation.target.as_str())
    }

    /// The page of every part: of `roots` by their order, of what they point to by the first root that
    /// leads there.
    pub(super) fn pages(&self, roots: &[String]) -> HashMap<String, NonZeroU32> {
        let mut pages = HashMap::new();
        let mut waiting = VecDeque::new();
        for (root, page) in roots.iter().zip(1_u32..) {
            let root = normal(root);
            if let Some(page) = NonZeroU32::new(page)
                && pages.insert(root.clone(), page).is_none()
            {
                waiting.push_back((root, page));
            }
        }
        while let Some((source, page)) = waiting.pop_front() {
            for target in self.targets(&source) {
                if !pages.contains_key(target) && !is_shared(target) {
                    pages.insert(target.to_owned(), page);
                    waiting.push_back((target.to_owned(), page));
                }
            }
        }
        pages
    }
}

/// Whether a part belongs to all pages rather than to the first that points to it.
fn is_shared(target: &str) -> bool {
    ["slidelayout", "slidemaster", "notesmaster", "handoutmaster", "theme"]
        .iter()
        .any(|kind| target.rsplit('/').next().is_some_and(|file| file.starts_with(kind)))
}

/// A part's name as names are compared: slashes, no leading one, no case.
pub(super) fn normal(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// The part that a target written in a part of `folder` (ending with `/` or empty) names.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let whole = if target.starts_with('/') { target } else { format!("{folder}{target}") };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved_and_pages_follow_them() {
        let mut relations = Relations::default();
        let mut read = |name: &str, source: &str| relations.read(name, &mut Xml::new(source));
        read(
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id='r1' Target='worksheets/Sheet2.xml'/>\
             <Relationship Id='r2' Target='/xl/worksheets/sheet1.xml'/>\
             <Relationship Id='r3' Target='http://e' TargetMode='External'/></Relationships>",
        );
        read(
            "xl/worksheets/_rels/sheet2.xml.rels",
            "<Relationships><Relationship Id='a' Target='../comments1.xml'/><Relationship Id='b' Target='sheet2.xml'/></Relationships>",
        );
        assert_eq!(relations.target("xl/workbook.xml", "r1"), Some("xl/worksheets/sheet2.xml"));
        assert_eq!(relations.target("/xl/workbook.xml", "r2"), Some("xl/worksheets/sheet1.xml"));
        assert_eq!(relations.target("xl/workbook.xml", "r3"), None);
        let pages = relations.pages(&["xl/worksheets/sheet1.xml".into(), "xl/worksheets/sheet2.xml".into()]);
        assert_eq!(pages.get("xl/comments1.xml").map(|page| page.get()), Some(2));
    }
}
