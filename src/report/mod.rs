//! What is told about the documents: to people (`human`) and to programs (`jsonl`).
//!
//! A reporter only writes down verdicts; it decides none. Three things are decided here once for
//! every format: what may be shown of a document (`mask`), how foreign text is made harmless
//! ([`escape`]), and every word people read ([`wording`]).

pub mod escape;
mod human;
mod jsonl;
mod mask;
pub mod record;
pub mod wording;

use std::io::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::finding::Summary;
use crate::rules::{Rule, RuleSet};
use record::{Record, Run};
use wording::Lang;

/// Writes down a run. Streaming formats write at once, whole-run formats keep what they need.
pub trait Reporter {
    /// One document's answer, in listing order.
    ///
    /// # Errors
    /// When it can't be written.
    fn document(&mut self, record: &Record) -> io::Result<()>;

    /// The totals, after the last document; everything must be written when this returns.
    ///
    /// # Errors
    /// When it can't be written.
    fn end(&mut self, summary: &Summary) -> io::Result<()>;
}

/// The kinds of report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Human,
    /// For programs: one JSON object a line.
    Jsonl,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 2] = [Self::Human, Self::Jsonl];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Jsonl => "jsonl",
        }
    }

    /// A reporter of this format that writes to `out`.
    pub fn reporter<'a>(self, out: Box<dyn Write + 'a>, options: Options<'a>) -> Box<dyn Reporter + 'a> {
        match self {
            Self::Human => Box::new(human::Human::new(out, options)),
            Self::Jsonl => Box::new(jsonl::Jsonl::new(out, options)),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    /// The error names the formats there are.
    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|format| format.as_str()).collect();
            format!("no such format; there are: {}", known.join(", "))
        })
    }
}

/// How much of a document a report may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Show {
    /// Rule and place only.
    None,
    /// The built-in mark vocabulary; an office's own terms and personal data are masked.
    #[default]
    Match,
    /// Also what stands around it.
    Context,
}

/// What every reporter needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Titles and advice.
    pub rules: &'a RuleSet,
    /// Language of the words.
    pub lang: Lang,
    /// How much of a document is shown.
    pub show: Show,
    /// Whether the output is a terminal that shows colours.
    pub colour: bool,
    /// What is being screened.
    pub run: &'a Run,
}

impl Options<'_> {
    /// A rule's title, or its identifier when it is not among the rules in force.
    fn title<'r>(&'r self, id: &'r str) -> &'r str {
        self.rules.get(id).map_or(id, |rule| self.lang.of(&rule.title))
    }

    /// What to do about a rule's finding.
    fn advice(&self, id: &str) -> Option<&str> {
        self.rules.get(id).map(|rule: &Rule| self.lang.of(&rule.advice)).filter(|advice| !advice.is_empty())
    }
}

#[cfg(test)]
mod tests;
