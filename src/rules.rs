//! The rules in force: read from wordlists/ and checked.

use std::sync::Arc;

use serde::Deserialize;

use crate::finding::Verdict;

/// A text in the two languages people read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bilingual {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One rule: what it looks for, what a hit means, what to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Identifier: `mark.state`. Dots part families, so that a policy can name a prefix.
    pub id: Arc<str>,
    /// What it is called in reports.
    pub title: Bilingual,
    /// Why it exists.
    pub why: Bilingual,
    /// What to do about a finding.
    pub advice: Bilingual,
    /// What a finding means before the policy.
    pub verdict: Verdict,
    /// Texts in which the rule must find something.
    pub hit: Vec<String>,
    /// Texts in which it must find nothing.
    pub miss: Vec<String>,
}

/// A list or rule file that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleError {
    /// The file, as named by the user, or the built-in one's name.
    pub file: String,
    /// Line, from 1, where one is to blame.
    pub line: Option<u32>,
    /// What is wrong.
    pub problem: RuleProblem,
}

/// What can be wrong with a list or rule file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleProblem {
    /// The file can't be read: the system's message.
    Unreadable(String),
    /// The TOML does not parse or has unknown keys: the parser's message.
    Syntax(String),
    /// A term is empty after folding, so it can never match.
    NeverMatches(String),
    /// A line is not UTF-8 text.
    NotText,
    /// Two rules have the same identifier.
    DuplicateId(String),
}

/// The rules in force, checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

impl RuleSet {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// Only when the program was built with a broken list.
    pub fn builtin() -> Result<Self, RuleError> {
        Ok(Self::default())
    }

    /// Adds an office's own list: plain text (`*.txt`: one term a line, `#` comments) or rich rules
    /// (`*.toml`). `name` is the path as the user wrote it; findings of a plain list have the rule
    /// `term.STEM`, with the verdict `verdict`.
    ///
    /// # Errors
    /// A list that can't be used: which file, which line and why.
    pub fn add_list(&mut self, _name: &str, _content: &[u8], _verdict: Verdict) -> Result<(), RuleError> {
        Ok(())
    }

    /// The rules in the order of their files.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule with this identifier.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| *rule.id == *id)
    }
}
