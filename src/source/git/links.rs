//! What a repository stores under a path, and what the links in it lead to.

use std::path::Path;

use super::blobs::Answer;
use super::changes::LINK;
use super::{Git, GitError, command, path_of};
use crate::finding::Range;
use crate::limits::GapKind;

/// Bytes of a link's target; longer ones are no paths.
const TARGET_BYTES: u64 = 4096;

/// A file, link or submodule as git stores it.
pub(super) struct Stored<'a> {
    pub(super) mode: &'a [u8],
    pub(super) id: &'a str,
    pub(super) path: &'a [u8],
}

/// Where a link leads.
pub(super) enum Target {
    /// To this path of the tree.
    Inside(Vec<u8>),
    /// Not to anything that could be read, and why.
    Unread(GapKind, &'static str),
}

impl<'a> Stored<'a> {
    /// The lines `100644 blob <id> TAB path NUL` of `ls-tree`, or `100644 <id> 0 TAB path NUL` of
    /// `ls-files`; `None` when there is anything else.
    pub(super) fn parse(listing: &'a [u8]) -> Option<Vec<Self>> {
        let lines = listing.split(|byte| *byte == 0).filter(|line| !line.is_empty());
        let stored = |line: &'a [u8]| {
            let tab = line.iter().position(|byte| *byte == b'\t')?;
            let mut words = line.get(..tab)?.split(|byte| *byte == b' ');
            let (mode, second, third) = (words.next()?, words.next()?, words.next()?);
            let id = if second.len() < third.len() { third } else { second };
            Some(Self { mode, id: str::from_utf8(id).ok()?, path: line.get(tab + 1..)? })
        };
        lines.map(stored).collect()
    }
}

impl Git {
    /// Where a link leads.
    pub(super) fn target(&self, link: &Stored<'_>) -> Result<Target, GitError> {
        Ok(match self.blobs.ask(link.id.as_bytes(), TARGET_BYTES) {
            Ok(Answer::Content(target)) => match target_path(link.path, &target) {
                None => Target::Unread(GapKind::Link, "out of the tree"),
                Some(path) if self.has(&path)? => Target::Inside(path),
                Some(_) => Target::Unread(GapKind::Link, "dangling"),
            },
            Ok(Answer::Missing) => Target::Unread(GapKind::Io, "object missing"),
            Ok(Answer::TooLarge(_)) => Target::Unread(GapKind::Link, "dangling"),
            Err(_) => Target::Unread(GapKind::Io, "object unreadable"),
        })
    }

    /// Whether the examined tree stores something at a path of the file system, or a link on the way to
    /// it.
    ///
    /// # Errors
    /// When git fails.
    pub fn brings(&self, path: &Path) -> Result<bool, GitError> {
        let Some(inside) = self.inside(path) else { return Ok(false) };
        Ok(self.has(&inside)? || self.is_behind_link(&inside)?)
    }

    /// Whether it stores a link there or on the way.
    ///
    /// # Errors
    /// When git fails.
    pub fn brings_link(&self, path: &Path) -> Result<bool, GitError> {
        self.inside(path).map_or(Ok(false), |inside| self.is_behind_link(&inside))
    }

    fn is_behind_link(&self, path: &[u8]) -> Result<bool, GitError> {
        let ends = path.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
        for end in ends.chain([path.len()]) {
            let (part, _) = path.split_at_checked(end).unwrap_or_default();
            let listing = self.stored_under(part)?;
            let stored = Stored::parse(&listing).unwrap_or_default();
            if stored.iter().any(|stored| stored.path == part && stored.mode == LINK) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a file or folder is in the tree that is examined.
    pub(super) fn has(&self, path: &[u8]) -> Result<bool, GitError> {
        Ok(path.is_empty() || !self.stored_under(path)?.is_empty())
    }

    /// Whether a file or folder is in one of the trees compared with.
    pub(super) fn had(&self, path: &[u8]) -> Result<bool, GitError> {
        for from in &self.from {
            if !self.stored_in(from, path)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All that the examined tree stores at or under a path, for [`Stored::parse`].
    pub(super) fn stored_under(&self, path: &[u8]) -> Result<Vec<u8>, GitError> {
        match &self.range {
            Range::Changed { head, .. } => self.stored_in(head, path),
            Range::Staged => {
                let mut git = command();
                // Paths of the index are relative to the current directory.
                git.args(["ls-files", "--stage", "-z"]);
                self.top.as_ref().map(|top| git.current_dir(top));
                output(git, path)
            }
        }
    }

    fn stored_in(&self, tree: &str, path: &[u8]) -> Result<Vec<u8>, GitError> {
        let mut git = command();
        git.args(["ls-tree", "-r", "-z", "--full-tree", tree]);
        output(git, path)
    }
}

/// What git lists at or under a path; everything under an empty one.
fn output(mut git: std::process::Command, path: &[u8]) -> Result<Vec<u8>, GitError> {
    git.arg("--");
    if !path.is_empty() {
        let Some(path) = path_of(path) else { return Ok(Vec::new()) };
        git.arg(path);
    }
    let output = git.output().map_err(|error| GitError::NoGit(error.to_string()))?;
    Ok(if output.status.success() { output.stdout } else { Vec::new() })
}

/// The path that a link at `path` leads to; `None` when that is not certainly in the tree: absolute
/// targets, those that climb out, and those that climb behind a name, which may be a link itself.
fn target_path(path: &[u8], target: &[u8]) -> Option<Vec<u8>> {
    if target.is_empty() || target.starts_with(b"/") || target.contains(&0) {
        return None;
    }
    let mut parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').collect();
    parts.pop();
    let mut named = false;
    for part in target.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if named => return None,
            b".." => {
                parts.pop()?;
            }
            _ if part.eq_ignore_ascii_case(b".git") => return None,
            _ => {
                named = true;
                parts.push(part);
            }
        }
    }
    Some(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_into_the_tree_or_are_not_trusted() {
        for (path, target, expected) in [
            ("a/b/link", "c", Some("a/b/c")),
            ("a/b/link", "../c/./d", Some("a/c/d")),
            ("a/b/link", "../../x", Some("x")),
            ("link", ".", Some("")),
            ("a/b/link", "../../../x", None),
            ("a/link", "/etc/passwd", None),
            // `deep` may be a link to somewhere else, so nobody knows where its parent is.
            ("a/link", "deep/../x", None),
            ("link", ".git/config", None),
            ("link", "", None),
        ] {
            let found = target_path(path.as_bytes(), target.as_bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{path} -> {target}");
        }
    }

    #[test]
    fn both_listings_are_read_whole_or_not_at_all() {
        let id = "1".repeat(40);
        let seen = |listing: String| {
            let stored = Stored::parse(listing.as_bytes())?;
            Some(stored.iter().map(|s| (s.mode.to_vec(), s.id.len(), s.path.to_vec())).collect::<Vec<_>>())
        };
        let expected = vec![
            (b"100644".to_vec(), 40, b"a\tb".to_vec()),
            (b"160000".to_vec(), 40, "机密".as_bytes().to_vec()),
        ];
        let tree = format!("100644 blob {id}\ta\tb\0160000 commit {id}\t机密\0");
        let index = format!("100644 {id} 0\ta\tb\0160000 {id} 0\t机密\0");
        assert_eq!(seen(tree), Some(expected.clone()));
        assert_eq!(seen(index), Some(expected));
        assert_eq!(seen(String::new()), Some(Vec::new()));
        assert_eq!(seen(format!("100644 {id}\ta\0")), None);
    }
}
