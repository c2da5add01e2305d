//! Foreign levels: TOP SECRET//SI//NOFORN. Capital letters and the place decide, since the words are
//! ordinary.

use std::sync::LazyLock;

use regex::Regex;

use super::grammar::{Star, Tail};
use super::level::SENTENCE_CHARS;
use super::shape::Shape;
use super::{Decision, Standing, fixed, talk};
use crate::finding::{Confidence, Evidence, Judged};
use crate::fold::fold;
use crate::rules::Level;

/// Who alone may read it: - UK EYES ONLY.
static EYES_ONLY: LazyLock<Regex> = LazyLock::new(|| {
    fixed(
        r"^\s*[-–—/,]\s*(?:[A-Z]{2,4}(?:[/, ]+[A-Z]{2,4})*\s+EYES\s+ONLY|NOFORN|REL(?:EASABLE)? TO [A-Z, /]{2,40})",
    )
});

/// Words that show a marking as an example.
const EXPLAINS: [&str; 12] =
    ["写作", "写成", "记作", "例如", "比如", "譬如", "形式", "格式", "样式", "写法", "称为", "叫做"];

/// TOP SECRET//SI//NOFORN: capital letters and the place decide, since the words are ordinary.
pub(super) fn latin_level(
    level: &Level,
    shape: &Shape,
    tail: &Tail,
    stands: Standing,
    evidence: Vec<Evidence>,
) -> Decision {
    let caveats = tail.star == Star::Certain;
    let code = |line: &str| {
        let line = line.trim();
        (2..=5).contains(&line.len()) && line.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if level.name.len() <= 3
        && !caveats
        && (shape.cells() > 1 || code(shape.previous()) || code(shape.next()))
    {
        // Three letters among cells or other codes are a code of something else.
        return Decision::mention(Evidence::Enumerated);
    }
    // FOR OFFICIAL USE ONLY also stands on the part of a form that an office fills in.
    let strong_words = &*level.name != "CUI" && !matches!(&*fold(shape.hit), "secret" | "confidential");
    match stands {
        Standing::Strong => Decision::new(Judged::Mark, Confidence::High, evidence),
        _ if talk::holds(shape) => Decision::new(Judged::Mark, Confidence::Medium, evidence),
        _ if caveats
            && shape.other_chars() < SENTENCE_CHARS
            && talk::talk(shape.clause_before()).is_none_or(|cue| !EXPLAINS.contains(&cue)) =>
        {
            Decision::new(Judged::Mark, Confidence::High, evidence)
        }
        Standing::Weak if strong_words => Decision::new(Judged::Mark, Confidence::Medium, evidence),
        Standing::Weak => Decision::new(Judged::Unsure, Confidence::Low, evidence),
        Standing::None => Decision::mention(Evidence::InSentence),
    }
}

/// Control markings behind a foreign level: `//SI//NOFORN`, `//REL TO USA, GBR`. They are reported
/// as a star, since they make the mark as complete.
pub(super) fn latin_tail(rest: &str) -> Tail {
    let mut tail = Tail::default();
    if let Some(caveat) = EYES_ONLY.find(rest) {
        tail.len = caveat.end();
        tail.star = Star::Certain;
        return tail;
    }
    if !two_slashes(rest) {
        return tail;
    }
    let end = rest
        .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || "/／-, ".contains(c)))
        .unwrap_or(rest.len());
    tail.len = rest.get(..end).unwrap_or_default().trim_end().len();
    tail.star = Star::Certain;
    tail
}

/// Whether two slashes come first, blanks aside.
fn two_slashes(rest: &str) -> bool {
    let mut shown = rest.chars().filter(|c| !c.is_whitespace());
    [shown.next(), shown.next()].iter().all(|c| matches!(c, Some('/' | '／')))
}
