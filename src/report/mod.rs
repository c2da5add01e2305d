//! What is told about the documents: to people (`human`) and to programs (`jsonl`).
//!
//! A reporter only writes down verdicts; it decides none. Three things are decided here once for
//! every format: what may be shown of a document (`mask`), how foreign text is made harmless
//! ([`escape`]), and every word people read ([`wording`]).

mod csv;
mod docx;
pub mod escape;
mod folders;
mod github;
mod gitlab;
mod html;
mod human;
mod jsonl;
mod junit;
mod markdown;
mod mask;
pub mod record;
mod sarif;
pub mod stored;
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
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit XML.
    Junit,
    /// Annotations of GitHub workflows.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// A table for spreadsheets.
    Csv,
    /// A short summary.
    Markdown,
    /// One page for browsers and paper.
    Html,
    /// The self-inspection report (自查报告).
    Docx,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 10] = [
        Self::Human,
        Self::Jsonl,
        Self::Sarif,
        Self::Junit,
        Self::Github,
        Self::Gitlab,
        Self::Csv,
        Self::Markdown,
        Self::Html,
        Self::Docx,
    ];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Jsonl => "jsonl",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Csv => "csv",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Docx => "docx",
        }
    }

    /// A reporter of this format that writes to `out`.
    pub fn reporter<'a>(self, out: Box<dyn Write + 'a>, options: Options<'a>) -> Box<dyn Reporter + 'a> {
        match self {
            Self::Human => Box::new(human::Human::new(out, options)),
            Self::Jsonl => Box::new(jsonl::Jsonl::new(out, options)),
            Self::Sarif => Box::new(sarif::Sarif::new(out, options)),
            Self::Junit => Box::new(junit::Junit::new(out, options)),
            Self::Github => Box::new(github::Github::new(out, options)),
            Self::Gitlab => Box::new(gitlab::Gitlab::new(out, options)),
            Self::Csv => Box::new(csv::Csv::new(out, options)),
            Self::Markdown => Box::new(markdown::Markdown::new(out, options)),
            Self::Html => Box::new(html::Html::new(out, options)),
            Self::Docx => Box::new(docx::Inspection::new(out, options)),
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
