//! Which of the listed documents a run screens: patterns of names, and the time it may take. What a
//! pattern leaves out is counted; what there was no time for is unread.

use std::time::{Duration, Instant};

use clap::Args;
use globset::{Glob, GlobBuilder};
use mijian::limits::{Gap, GapKind};
use mijian::source::{Entry, Origin, Patterns};

/// Patterns and time of a run.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Screen only documents whose name matches: *.docx, drafts/**. Repeatable
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    include: Vec<Glob>,

    /// Leave out documents whose name matches; the report counts them. Repeatable
    #[arg(long, value_name = "GLOB", value_parser = glob)]
    exclude: Vec<Glob>,

    /// Begin no document after so many seconds; the rest is unread
    #[arg(long, value_name = "SECONDS")]
    max_seconds: Option<u64>,
}

/// A pattern without a slash is one of file names in every folder; one that ends in a slash means
/// the folder's content.
fn glob(text: &str) -> Result<Glob, String> {
    let mut pattern = if text.trim_end_matches('/').contains('/') {
        text.trim_start_matches('/').to_owned()
    } else {
        format!("**/{text}")
    };
    if pattern.ends_with('/') {
        pattern.push_str("**");
    }
    GlobBuilder::new(&pattern).literal_separator(true).build().map_err(|error| error.kind().to_string())
}

/// The selection at work.
pub(crate) struct Select {
    pub(crate) patterns: Patterns,
    ends: Option<Instant>,
    max_seconds: u64,
    /// Documents that the patterns left out so far.
    pub(crate) excluded: u64,
}

impl Selection {
    /// The selection for a run that starts now. Fails when all patterns together are too large.
    pub(crate) fn start(&self) -> Result<Select, String> {
        let max_seconds = self.max_seconds.unwrap_or(u64::MAX);
        Ok(Select {
            patterns: Patterns::new(&self.include, &self.exclude)?,
            ends: Instant::now().checked_add(Duration::from_secs(max_seconds)),
            max_seconds,
            excluded: 0,
        })
    }
}

impl Select {
    /// The entry as it is to be screened; `None` when a pattern leaves it out.
    pub(crate) fn pick(&mut self, entry: Entry) -> Option<Entry> {
        // A folder that can't be listed could hold what is asked for.
        let unread = matches!(entry.origin, Origin::Unread(_));
        let name = &entry.name;
        let left_out = if unread { self.patterns.exclude(name) } else { !self.patterns.take(name) };
        if left_out {
            self.excluded += 1;
            return None;
        }
        if !unread && self.ends.is_some_and(|ends| ends <= Instant::now()) {
            let gap = Gap::new(GapKind::Limit, format!("--max-seconds {}", self.max_seconds));
            return Some(Entry { origin: Origin::Unread(gap), ..entry });
        }
        Some(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picked(include: &[&str], exclude: &[&str], max_seconds: Option<u64>) -> Vec<(String, bool)> {
        let globs = |texts: &[&str]| texts.iter().map(|text| glob(text).unwrap()).collect();
        let selection = Selection { include: globs(include), exclude: globs(exclude), max_seconds };
        let mut select = selection.start().unwrap();
        let file = |name: &str| Entry { name: name.into(), origin: Origin::File(name.into()) };
        let mut entries: Vec<Entry> = ["a.docx", "b.txt", "d/a.docx", "d/e/c.TXT"].map(file).into();
        entries.push(Entry { name: "locked".into(), origin: Origin::Unread(Gap::new(GapKind::Io, "")) });
        let all = entries.len();
        let picked: Vec<Entry> = entries.into_iter().filter_map(|entry| select.pick(entry)).collect();
        assert_eq!(picked.len() as u64 + select.excluded, all as u64);
        picked.into_iter().map(|e| (e.name, matches!(e.origin, Origin::Unread(_)))).collect()
    }

    fn names(include: &[&str], exclude: &[&str]) -> String {
        picked(include, exclude, None).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn patterns_choose_by_name_and_never_hide_what_cannot_be_listed() {
        assert_eq!(names(&[], &[]), "a.docx b.txt d/a.docx d/e/c.TXT locked");
        assert_eq!(names(&["*.docx"], &[]), "a.docx d/a.docx locked");
        assert_eq!(names(&["*.docx"], &["d/*"]), "a.docx locked");
        assert_eq!(names(&[], &["d/**"]), "a.docx b.txt locked");
        assert_eq!(names(&[], &["d/"]), "a.docx b.txt locked");
        assert_eq!(names(&[], &["/d/*.docx"]), "a.docx b.txt d/e/c.TXT locked");
        assert_eq!(names(&[], &["locked"]), "a.docx b.txt d/a.docx d/e/c.TXT");
        assert!(glob("[").is_err());
    }

    #[test]
    fn what_there_is_no_time_for_is_unread() {
        assert!(picked(&[], &[], Some(0)).iter().all(|(_, unread)| *unread));
        assert!(picked(&[], &[], Some(1000)).iter().filter(|(_, unread)| *unread).count() == 1);
    }
}
