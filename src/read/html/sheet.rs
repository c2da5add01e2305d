//! Style sheets of a page, as far as they hide text: rules of one simple selector each (`.x`, `#x`,
//! `p`, `p.x`). What a combination of selectors does is not worked out: its text counts as seen.

use std::collections::HashSet;

use html5ever::tokenizer::Tag;

use super::attribute;

/// Rules that are remembered.
const RULES: usize = 100_000;
/// Letters of these colours are not seen where nothing is said about the ground.
const WHITE: [&str; 4] = ["#fff", "#ffffff", "white", "rgb(255,255,255)"];

/// The selectors whose elements are not shown.
#[derive(Debug, Default)]
pub(super) struct Sheet(HashSet<String>);

impl Sheet {
    /// Reads every style sheet that stands in `html`.
    pub(super) fn read(html: &str) -> Self {
        let mut sheet = Self::default();
        let lower = html.to_ascii_lowercase();
        let mut at = 0;
        while let Some(start) = lower.get(at..).and_then(|rest| rest.find("<style")).map(|found| at + found) {
            let rest = lower.get(start..).unwrap_or_default();
            let end = rest.find("</style").map_or(lower.len(), |end| start + end);
            let content = html.get(start..end).and_then(|style| style.split_once('>')).map(|(_, css)| css);
            sheet.rules(&without_comments(content.unwrap_or_default()));
            at = end.max(start + 1);
        }
        sheet
    }

    fn rules(&mut self, css: &str) {
        let mut rest = css;
        while let Some((prelude, behind)) = rest.split_once('{') {
            rest = behind;
            let prelude = prelude.rsplit(['}', ';']).next().unwrap_or_default().trim();
            // What holds for printing or small screens only holds.
            if prelude.starts_with('@') {
                continue;
            }
            let (declarations, behind) = rest.split_once('}').unwrap_or((rest, ""));
            rest = behind;
            if !hides(declarations) {
                continue;
            }
            for selector in prelude.split(',').map(str::trim) {
                let is_simple = |c: char| c.is_alphanumeric() || matches!(c, '.' | '#' | '-' | '_');
                if self.0.len() < RULES && selector.chars().all(is_simple) {
                    self.0.insert(selector.to_owned());
                }
            }
        }
    }

    /// Whether an element is hidden by a rule for it.
    pub(super) fn hides(&self, tag: &Tag) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let name = tag.name.as_ref();
        let has = |selector: &str| self.0.contains(selector);
        // A page that is shown only when its scripts have run is shown.
        !matches!(name, "html" | "body") && has(name)
            || tag.attrs.iter().any(|attribute| {
                let sign = match attribute.name.local.as_ref() {
                    "class" => '.',
                    "id" => '#',
                    _ => return false,
                };
                let mut words = attribute.value.split_ascii_whitespace();
                words.any(|word| has(&format!("{sign}{word}")) || has(&format!("{name}{sign}{word}")))
            })
    }
}

fn hides(declarations: &str) -> bool {
    let lower = declarations.to_ascii_lowercase();
    let mut declared = lower.split(';').filter_map(|declaration| declaration.split_once(':'));
    let white = declared.clone().any(|(property, value)| {
        let value: String = value.replace("!important", "").split_whitespace().collect();
        property.trim() == "color" && WHITE.contains(&value.as_str())
    });
    attribute::style(declarations).hidden
        || white && !declared.any(|(property, _)| property.trim().starts_with("background"))
}

fn without_comments(css: &str) -> String {
    let mut plain = String::new();
    let mut rest = css;
    while let Some((before, behind)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = behind.split_once("*/").map_or("", |(_, behind)| behind);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_selectors_that_hide_are_known() {
        let sheet = Sheet::read(
            "<style>/* .a{display:none} */ .b, p.c #d{display:none}\n@media print{#e{visibility:hidden}}\
             .f{color:#FFF}.g{color:white;background:#000}h6{font-size:0}</style><STYLE type=x>p.i{opacity:0}",
        );
        let mut all: Vec<&str> = sheet.0.iter().map(String::as_str).collect();
        all.sort_unstable();
        assert_eq!(all, ["#e", ".b", ".f", "h6", "p.i"]);
    }
}
