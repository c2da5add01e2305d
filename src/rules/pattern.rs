//! A pattern that is compiled when something first needs it: compiling all of them takes longer than
//! screening many a document, and who only reports needs none.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::free::Free;
use super::needs::{Needs, longest, needs, stays_in_line};

/// Bytes a compiled pattern may take.
const COMPILED_BYTES: usize = 4 << 20;

/// What every match of a pattern holds, so that it need not be tried elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cue {
    /// Nothing that is known.
    None,
    /// A row of Latin letters and digits with so many digits, [`LEAST_RUN`](super::LEAST_RUN) or more.
    Run(usize),
    /// One of the rule's terms with the role [`Role::Cue`](super::Role::Cue).
    Words,
}

/// What takes long to work out of a pattern, for another process that has the same pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedOut {
    needs: Needs,
    longest: Option<usize>,
    stays_in_line: bool,
}

/// A pattern of a rule, applied line by line to the original text.
#[derive(Debug, Clone)]
pub struct Pattern {
    written: String,
    /// `None` for one that does not compile, which no list that was checked holds.
    compiled: OnceLock<Option<Regex>>,
    needs: OnceLock<Needs>,
    longest: OnceLock<Option<usize>>,
    stays_in_line: OnceLock<bool>,
    free: OnceLock<Free>,
}

impl Pattern {
    /// The pattern as written, not looked at yet.
    pub(super) fn new(written: &str) -> Self {
        Self {
            written: written.to_owned(),
            compiled: OnceLock::new(),
            needs: OnceLock::new(),
            longest: OnceLock::new(),
            stays_in_line: OnceLock::new(),
            free: OnceLock::new(),
        }
    }

    /// Finds out whether it can be used.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn check(&self) -> Result<(), String> {
        let compiled = compile(&self.written)?;
        let _ = self.compiled.set(Some(compiled));
        Ok(())
    }

    /// What looks for it; `None` for one that does not compile.
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.written).ok()).as_ref()
    }

    /// What tells where it can match.
    pub fn cue(&self) -> Cue {
        match self.needs() {
            Needs::Unknown => Cue::None,
            Needs::Run(least) => Cue::Run(*least),
            Needs::Words(_) => Cue::Words,
        }
    }

    /// The most characters that a match can have; `None` where there is no such number.
    pub fn longest(&self) -> Option<usize> {
        *self.longest.get_or_init(|| longest(&self.written))
    }

    /// Whether no match holds the end of a line.
    pub fn stays_in_line(&self) -> bool {
        *self.stays_in_line.get_or_init(|| stays_in_line(&self.written))
    }

    /// Characters of which any number may stand around one of its words, see [`Around`](super::Around).
    pub fn free(&self) -> &Free {
        self.free.get_or_init(|| match self.needs() {
            Needs::Words(words) => Free::new(&words.free),
            _ => Free::default(),
        })
    }

    pub(super) fn worked_out(&self) -> WorkedOut {
        WorkedOut {
            needs: self.needs().clone(),
            longest: self.longest(),
            stays_in_line: self.stays_in_line(),
        }
    }

    /// Spares it the work, unless it is done already.
    pub(super) fn take_over(&self, known: WorkedOut) {
        let _ = self.needs.set(known.needs);
        let _ = self.longest.set(known.longest);
        let _ = self.stays_in_line.set(known.stays_in_line);
    }

    /// What each of its matches holds.
    pub(super) fn needs(&self) -> &Needs {
        self.needs.get_or_init(|| needs(&self.written))
    }
}

fn compile(written: &str) -> Result<Regex, String> {
    // The digits of texts are folded before, and those of all scripts take long to compile.
    let regex = RegexBuilder::new(&written.replace("\\d", "[0-9]"))
        .size_limit(COMPILED_BYTES)
        .multi_line(true)
        .build();
    regex.map_err(|error| error.to_string())
}
