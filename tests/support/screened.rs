//! Documents through the whole pipeline, and all that is told of them.

use std::collections::BTreeSet;

use jiff::civil::date;
use mijian::document::Document;
use mijian::limits::Limits;
use mijian::policy::Policy;
use mijian::rules::RuleSet;
use mijian::screen::Screener;

/// The built-in rules on a fixed day.
pub(crate) fn screener() -> Screener {
    let rules = RuleSet::builtin().expect("the built-in rules are valid");
    Screener::new(rules, Policy::default(), Limits::default(), date(2026, 1, 1))
}

/// Every piece of text as `place text`, inner documents' with their name in front, and every gap.
pub(crate) fn read(bytes: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (name, part) in screener().read(&Document::new("x", bytes)) {
        let name = if name.is_empty() { name } else { format!("{name}! ") };
        for segment in part.text.segments() {
            let text = part.text.as_str().get(segment.range.clone()).unwrap();
            found.insert(format!("{name}{} {text}", segment.at.place.as_str()));
        }
        found.extend(part.gaps.iter().map(|gap| format!("{name}gap {} {}", gap.kind.rule(), gap.detail)));
    }
    found
}
