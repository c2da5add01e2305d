//! The heart: one document in, one answer out, whatever the document does.

use jiff::civil::Date;

use crate::document::Document;
use crate::extract::Extracted;
use crate::finding::{Confidence, Mark, Reason, Screening, Verdict};
use crate::limits::Limits;
use crate::policy::Policy;
use crate::rules::RuleSet;
use crate::text::Location;

/// Everything needed to screen documents; shared by all threads.
#[derive(Debug)]
pub struct Screener {
    rules: RuleSet,
    policy: Policy,
    limits: Limits,
    today: Date,
}

/// A hit with the judge's decision, kept or dropped: what `mijian explain` shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// The rule's identifier.
    pub rule: std::sync::Arc<str>,
    /// The characters as they stand in the document.
    pub matched: String,
    /// The parsed mark.
    pub mark: Option<Mark>,
    /// Where it stands.
    pub at: Location,
    /// Name of the inner document.
    pub inner: Option<String>,
    /// Up to 20 characters before and behind it.
    pub context: (String, String),
    /// The verdict, pass for dropped hits.
    pub verdict: Verdict,
    /// How sure the judge is.
    pub confidence: Confidence,
    /// Why.
    pub reason: Reason,
}

impl Screener {
    /// A screener for these rules; builds the automaton. `today` is what expiry is reckoned against.
    pub fn new(rules: RuleSet, policy: Policy, limits: Limits, today: Date) -> Self {
        Self { rules, policy, limits, today }
    }

    /// The rules in force.
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Screens a document. Never fails and never panics: trouble is in the answer.
    pub fn screen(&self, document: &Document) -> Screening {
        let _ = (&self.policy, self.today);
        Screening {
            name: document.name.clone(),
            sha256: None,
            bytes: document.bytes.len() as u64,
            file_type: "unknown",
            named_as: None,
            verdict: Verdict::Review,
            findings: Vec::new(),
            unread: Vec::new(),
            no_text: false,
            ms: 0.0,
        }
    }

    /// Every hit of a document with the judge's decision, also the dropped ones.
    pub fn explain(&self, _document: &Document) -> Vec<Explained> {
        Vec::new()
    }

    /// What is extracted from a document and its inner documents, each under its inner name (empty
    /// for the document itself).
    pub fn read(&self, _document: &Document) -> Vec<(String, Extracted)> {
        Vec::new()
    }
}
