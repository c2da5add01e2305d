//! What a rule is, the levels and terms it names, and what can be wrong with a file of them.

use std::sync::Arc;

use serde::Deserialize;

use super::{Around, Overlap, Pattern};
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
#[derive(Debug, Clone)]
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
    /// What it looks for.
    pub kind: Kind,
    /// Findings are masked in reports (own terms, personal data).
    pub masked: bool,
    /// Which hits are reported that lie inside longer ones.
    pub overlap: Overlap,
    /// Texts in which the rule must find something.
    pub hit: Vec<String>,
    /// Texts in which it must find nothing.
    pub miss: Vec<String>,
}

/// What a rule looks for, and with it how the judge goes about it.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Levels of a scheme, bare or with ★ and period.
    Level(Vec<Level>),
    /// Words that count only where they stand on the document like a stamp: 密码电报, 内部资料.
    Banner {
        /// The term is the beginning of a line that goes on: 此件发至县团级.
        goes_on: bool,
    },
    /// A head (内部资料) that a tail (注意保存) nearby makes a warning, or a warning complete in itself.
    Warning,
    /// A statement about the document's own publication: 此件不予公开.
    Declaration,
    /// Words that always count: an office's own terms.
    Term,
    /// A pattern, with a check of what it matched and the number of different matches that make a
    /// finding.
    Pattern {
        /// Applied line by line to the original text.
        pattern: Box<Pattern>,
        /// What a match must also satisfy.
        check: Check,
        /// Different matches in one document from which there is a finding.
        min: u32,
        /// Words one of which must stand in the document, Latin ones where a word begins; empty for none.
        near: Vec<String>,
        /// Signs one of which is enough in place of such a word: they fold to nothing, and are no terms.
        near_signs: Vec<String>,
        /// Words in the same line that make a match harmless.
        unless: Vec<String>,
        /// Words that make all of them harmless wherever in the document they stand.
        unless_anywhere: Vec<String>,
        /// Whether they are harmless in what is written for the public.
        papers: bool,
    },
}

/// One level of a scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// As the scheme writes it.
    pub name: String,
    /// Longest 保密期限 in years, which holds where the mark names none; absent where the scheme
    /// knows none.
    pub years: Option<u16>,
}

/// What a pattern's match must satisfy beyond the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Nothing.
    None,
    /// Resident identity number (GB 11643): region, date, check character; or the old 15 digits.
    IdCard,
    /// Bank card number: issuer prefix and Luhn.
    BankCard,
}

/// What a term contributes to its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A level: index into the rule's levels.
    Level(u16),
    /// Complete in itself.
    Whole,
    /// The head of a warning.
    Head,
    /// The tail of a warning.
    Tail,
    /// Covers shorter terms and makes them noise: 神秘密室.
    Allow,
    /// Nothing by itself: tells where the rule's pattern can match, and how far.
    Cue(Around),
    /// Nothing by itself: one of the words that a pattern wants in the document.
    Near,
}

/// What a way of writing a term costs: the higher, the stronger the evidence beside it has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The term itself.
    None,
    /// A likely reading: OCR confusion, split characters, synonym, blanked characters.
    Likely,
    /// Spelt by its sound. A level (jimi★20年) counts only with a star and a period, date or condition.
    Spelt,
}

/// A term to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Folded, see [`crate::fold`].
    pub folded: String,
    /// Index of its rule.
    pub rule: usize,
    /// What it contributes.
    pub role: Role,
    /// How far it is from what the rule's authors write.
    pub doubt: Doubt,
    /// Counts only in capital letters.
    pub upper: bool,
    /// Characters are missing in front of this one (counted in folded characters from the start):
    /// at least so many separators must stand for them, 内____文件 for 内部文件.
    pub hole: Option<(usize, u32)>,
    /// In front of which of its folded characters something may stand that is skipped: a bit for each,
    /// the lowest for the first; all of them in terms that are not spelt.
    pub breaks: u128,
}

impl Term {
    /// A term that counts in any form; its rule is not known yet.
    pub(super) fn plain(folded: String, role: Role) -> Self {
        Self { folded, rule: 0, role, doubt: Doubt::None, upper: false, hole: None, breaks: u128::MAX }
    }
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
    /// Only the terms of plain lists are looked for by their sound.
    SpeltRules,
    /// Two rules have the same identifier.
    DuplicateId(String),
}
