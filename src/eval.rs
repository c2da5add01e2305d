//! How good the answers are: labelled documents against what screening says about them.
//!
//! A labelled set is a file of JSON lines, one document a line with the verdict a person gave it.
//! These are plain functions over counts, so that every share says what it is a share of; who
//! screens the documents, and who prints, is the command's business.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::Verdict;

/// A labelled document: one line of the set. Keys that are not listed here are allowed and ignored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Label {
    /// The document, relative to the folder of the set.
    pub file: String,
    /// What a person says the answer should be.
    pub expected: Verdict,
    /// The rule that should find it.
    pub rule: Option<String>,
    /// Where the thing stands.
    pub place: Option<String>,
    /// How it is disguised.
    pub disguise: Option<String>,
    /// The kind of text or mark.
    pub family: Option<String>,
    /// The text that a mark was put into.
    pub carrier: Option<String>,
    /// What made the file.
    pub origin: Option<String>,
    /// The words that should be found.
    pub text: Option<String>,
    /// Line of the set, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// A line that is no label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelError {
    /// Line of the set, from 1.
    pub line: usize,
    /// What is wrong with it: the parser's message.
    pub why: String,
}

/// Reads a labelled set. Blank lines are skipped.
///
/// # Errors
/// The first line that is no label.
pub fn labels(set: &str) -> Result<Vec<Label>, LabelError> {
    let lines = (1..).zip(set.strip_prefix('\u{feff}').unwrap_or(set).lines());
    let labelled = lines.filter(|(_, line)| !line.trim().is_empty());
    labelled
        .map(|(line, text)| {
            let label: Label = serde_json::from_str(text)
                .map_err(|error| LabelError { line, why: without_place(&error.to_string()) })?;
            Ok(Label { line, ..label })
        })
        .collect()
}

/// The parser's message without its line, which is always 1, and its column.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(what, _)| what).to_owned()
}

/// A labelled document with the answer about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it should be.
    pub label: Label,
    /// What the content is (`docx`).
    pub file_type: Cow<'static, str>,
    /// What screening says.
    pub got: Verdict,
}

impl Case {
    /// Whether the answer is not the one on the label.
    pub fn is_miss(&self) -> bool {
        self.got != self.label.expected
    }
}

/// The verdicts, gravest first: the order of rows and columns.
pub const VERDICTS: [Verdict; 3] = [Verdict::Block, Verdict::Review, Verdict::Pass];

/// How often each verdict was expected and got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion([[u64; 3]; 3]);

/// Some documents out of some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub part: u64,
    /// Out of how many.
    pub whole: u64,
}

impl Share {
    /// From 0 to 1; a share of nothing has no value.
    pub fn value(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "documents are fewer than 2^53")]
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }
}

impl Confusion {
    /// Counts these cases.
    pub fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut confusion = Self::default();
        for case in cases {
            confusion.0[case.label.expected as usize][case.got as usize] += 1;
        }
        confusion
    }

    /// Documents that should get one verdict and got another or the same.
    pub fn count(&self, expected: Verdict, got: Verdict) -> u64 {
        self.0[expected as usize][got as usize]
    }

    /// Documents whose answer is not the expected one.
    pub fn misses(&self) -> u64 {
        let pairs = VERDICTS.into_iter().flat_map(|expected| VERDICTS.map(|got| (expected, got)));
        pairs.filter(|(expected, got)| expected != got).map(|(expected, got)| self.count(expected, got)).sum()
    }

    /// Of the documents to block, those that are blocked.
    pub fn recall(&self) -> Share {
        self.share(Verdict::Block, &[Verdict::Block])
    }

    /// Of the harmless documents, those that are blocked.
    pub fn false_blocks(&self) -> Share {
        self.share(Verdict::Pass, &[Verdict::Block])
    }

    /// Of the harmless documents, those that are sent to review.
    pub fn false_reviews(&self) -> Share {
        self.share(Verdict::Pass, &[Verdict::Review])
    }

    /// Of the harmless documents, those that do not pass: false blocks and false reviews together.
    pub fn false_alarms(&self) -> Share {
        self.share(Verdict::Pass, &[Verdict::Block, Verdict::Review])
    }

    /// Of the documents to review, those that are sent to review or blocked.
    pub fn caught(&self) -> Share {
        self.share(Verdict::Review, &[Verdict::Block, Verdict::Review])
    }

    fn share(&self, expected: Verdict, got: &[Verdict]) -> Share {
        let whole = VERDICTS.into_iter().map(|got| self.count(expected, got)).sum();
        Share { part: got.iter().map(|got| self.count(expected, *got)).sum(), whole }
    }
}

/// What documents are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum GroupedBy {
    Type,
    Place,
    Disguise,
    Rule,
    Family,
    Carrier,
    Origin,
}

impl GroupedBy {
    /// Every one, in the order of the report.
    pub const ALL: [Self; 7] =
        [Self::Type, Self::Place, Self::Disguise, Self::Rule, Self::Family, Self::Carrier, Self::Origin];

    /// The name in reports; that of the key in the label, but for the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Place => "place",
            Self::Disguise => "disguise",
            Self::Rule => "rule",
            Self::Family => "family",
            Self::Carrier => "carrier",
            Self::Origin => "origin",
        }
    }

    fn value(self, case: &Case) -> Option<&str> {
        match self {
            Self::Type => Some(&case.file_type),
            Self::Place => case.label.place.as_deref(),
            Self::Disguise => case.label.disguise.as_deref(),
            Self::Rule => case.label.rule.as_deref(),
            Self::Family => case.label.family.as_deref(),
            Self::Carrier => case.label.carrier.as_deref(),
            Self::Origin => case.label.origin.as_deref(),
        }
    }
}

/// Documents that have something in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they are grouped by.
    pub by: GroupedBy,
    /// What they have in common.
    pub value: String,
    /// How they fared.
    pub confusion: Confusion,
}

/// The groups of every kind, by kind and value. Labels without the key are in no group of it.
pub fn groups(cases: &[Case]) -> Vec<Group> {
    let mut grouped: BTreeMap<(GroupedBy, &str), Vec<&Case>> = BTreeMap::new();
    for case in cases {
        for by in GroupedBy::ALL {
            if let Some(value) = by.value(case) {
                grouped.entry((by, value)).or_default().push(case);
            }
        }
    }
    let groups = grouped.into_iter();
    groups
        .map(|((by, value), cases)| Group { by, value: value.to_owned(), confusion: Confusion::of(cases) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Block, Pass, Review};

    fn case(expected: Verdict, got: Verdict, place: &str) -> Case {
        let line =
            format!(r#"{{"file": "a", "expected": "{}", "place": "{place}", "seed": 7}}"#, expected.as_str());
        let label = labels(&line).unwrap().remove(0);
        Case { label, file_type: "text".into(), got }
    }

    #[test]
    fn lines_are_labels_and_a_broken_one_is_named() {
        let set = "\u{feff}{\"file\":\"a.txt\",\"expected\":\"pass\",\"what\":[1]}\n\n{\"file\":\"b\",\"expected\":\"block\",\"rule\":null,\"place\":\"header\"}\n";
        let read = labels(set).unwrap();
        assert_eq!((read[0].line, read[1].line), (1, 3));
        assert_eq!((read[1].expected, read[1].rule.as_deref()), (Block, None));
        assert_eq!(read[1].place.as_deref(), Some("header"));
        let error = labels("{\"file\":\"a\",\"expected\":\"pass\"}\n{\"file\":\"b\"}").unwrap_err();
        assert_eq!((error.line, error.why.as_str()), (2, "missing field `expected`"));
        let error = labels("{\"file\":\"b\",\"expected\":\"allow\"}").unwrap_err();
        assert!(error.why.contains("`allow`") && error.why.contains("`review`"), "{}", error.why);
    }

    #[test]
    fn shares_say_what_they_are_a_share_of() {
        let cases = [
            case(Block, Block, "header"),
            case(Block, Block, "header"),
            case(Block, Review, "body"),
            case(Block, Pass, "body"),
            case(Review, Review, "body"),
            case(Review, Block, "body"),
            case(Review, Pass, "body"),
            case(Pass, Pass, "body"),
            case(Pass, Pass, "body"),
            case(Pass, Pass, "body"),
            case(Pass, Review, "header"),
            case(Pass, Block, "body"),
        ];
        let confusion = Confusion::of(&cases);
        let share = |part, whole| Share { part, whole };
        assert_eq!(confusion.recall(), share(2, 4));
        assert_eq!(confusion.false_blocks(), share(1, 5));
        assert_eq!(confusion.false_reviews(), share(1, 5));
        assert_eq!(confusion.false_alarms(), share(2, 5));
        assert_eq!(confusion.caught(), share(2, 3));
        assert_eq!(confusion.count(Block, Review), 1);
        assert_eq!(confusion.misses(), 6);
        assert_eq!(cases.iter().filter(|case| case.is_miss()).count(), 6);
        assert_eq!(confusion.recall().value(), Some(0.5));
        assert_eq!(Confusion::default().recall().value(), None);
    }

    #[test]
    fn groups_hold_what_has_the_key() {
        let cases = [case(Block, Block, "header"), case(Block, Pass, "body"), case(Pass, Pass, "body")];
        let found: Vec<_> = groups(&cases)
            .into_iter()
            .map(|group| (group.by.as_str(), group.value, group.confusion.misses()))
            .collect();
        let expected = [("type", "text", 1), ("place", "body", 1), ("place", "header", 0)];
        assert_eq!(found, expected.map(|(by, value, misses)| (by, value.to_owned(), misses)));
    }
}
