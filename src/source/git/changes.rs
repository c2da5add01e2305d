//! The files that a range of commits or the next commit adds or changes, as entries.
//!
//! Renames and copies are not traced: a file under a new name is a new file, and both its name and
//! its content are screened. So is what a link leads to, under the name of the link: it may lie where
//! nothing is published. Deletions publish nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::links::{Stored, Target};
use super::{Git, GitError, complaint, path_of, run};
use crate::finding::Range;
use crate::limits::{Gap, GapKind};
use crate::source::{Entry, Origin, SourceError, SourceProblem, escaped_name};

/// How git writes what a file is: see `git help diff`, "raw output format".
pub(super) const LINK: &[u8] = b"120000";
const SUBMODULE: &[u8] = b"160000";

/// The entries of a range, in byte order of their names.
#[derive(Debug)]
pub struct Changes {
    entries: std::vec::IntoIter<Entry>,
}

impl Iterator for Changes {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        self.entries.next()
    }
}

/// One line of git's raw difference, as far as it matters.
struct Change<'a> {
    mode: &'a [u8],
    id: &'a str,
    status: u8,
    path: &'a [u8],
}

impl Git {
    /// What was added or changed under `paths`, everywhere without any. A path must exist on one of
    /// the two sides: a slip of the pen would else be an empty range.
    ///
    /// # Errors
    /// When git fails, or for a path that exists nowhere or lies outside the repository.
    pub fn changes(&self, paths: &[PathBuf]) -> Result<Changes, GitError> {
        let paths = paths.iter().map(|path| self.asked_for(path)).collect::<Result<Vec<_>, _>>()?;
        let outputs = self.from.iter().map(|from| self.difference(from)).collect::<Result<Vec<_>, _>>()?;
        let mut changes = Vec::new();
        for output in &outputs {
            let broken = || GitError::Failed("diff", "unexpected output".to_owned());
            changes.extend(parse(output).ok_or_else(broken)?);
        }
        changes.retain(|change| {
            let wanted = paths.is_empty() || paths.iter().any(|path| is_under(change.path, path));
            wanted && change.status != b'D'
        });
        // Of a file that is not merged, git names the versions too. A broken tree may have a name twice.
        changes.sort_by_key(|change| (change.path, change.status != b'U', change.id, change.mode));
        changes.dedup_by(|next, change| {
            let same = (next.mode, next.id) == (change.mode, change.id);
            next.path == change.path && (same || change.status == b'U')
        });

        let mut found = Vec::new();
        for change in changes {
            if change.status == b'U' {
                found.push((change.path.to_vec(), unread(GapKind::Io, "unmerged")));
            } else {
                let stored = Stored { mode: change.mode, id: change.id, path: change.path };
                self.add(&stored, &mut found)?;
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let entries: Vec<Entry> =
            found.into_iter().map(|(path, origin)| Entry { name: shown(&path), origin }).collect();
        Ok(Changes { entries: entries.into_iter() })
    }

    /// Git's raw list of what differs from `from`.
    fn difference(&self, from: &str) -> Result<Vec<u8>, GitError> {
        let options = [
            "-r",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-relative",
            "--ignore-submodules=none",
            "--end-of-options",
        ];
        let (name, before, behind) = match &self.range {
            Range::Changed { head, .. } => ("diff-tree", None, Some(head.as_str())),
            Range::Staged => ("diff-index", Some("--cached"), None),
        };
        let arguments = std::iter::once(name).chain(before).chain(options).chain([from]);
        let output = run(arguments.chain(behind).chain(["--"]))?;
        if output.status.success() {
            Ok(output.stdout)
        } else {
            Err(GitError::Failed(name, complaint(&output)))
        }
    }

    /// Adds what is stored under a name, with where its bytes are; of a link, all that it leads to.
    fn add(&self, stored: &Stored<'_>, found: &mut Vec<(Vec<u8>, Origin)>) -> Result<(), GitError> {
        if stored.mode != LINK {
            found.push((stored.path.to_vec(), self.origin(stored)));
            return Ok(());
        }
        let target = match self.target(stored)? {
            Target::Inside(target) => target,
            Target::Unread(kind, why) => {
                found.push((stored.path.to_vec(), unread(kind, why)));
                return Ok(());
            }
        };
        let listing = self.stored_under(&target)?;
        let leaves = Stored::parse(&listing).ok_or_else(|| GitError::Failed("ls-tree", String::new()))?;
        if leaves.is_empty() {
            found.push((stored.path.to_vec(), unread(GapKind::Link, "dangling")));
        }
        for leaf in leaves {
            let rest = leaf.path.strip_prefix(&target[..]).unwrap_or(leaf.path);
            let rest = rest.strip_prefix(b"/").unwrap_or(rest);
            let name =
                if rest.is_empty() { stored.path.to_vec() } else { [stored.path, b"/", rest].concat() };
            // The link itself, in a folder that it leads to.
            if leaf.path == stored.path {
                continue;
            }
            let origin = match leaf.mode {
                LINK => unread(GapKind::Link, "behind a link"),
                _ => self.origin(&leaf),
            };
            found.push((name, origin));
        }
        Ok(())
    }

    /// Where the bytes of what is no link are.
    fn origin(&self, stored: &Stored<'_>) -> Origin {
        match stored.mode {
            SUBMODULE => unread(GapKind::Link, "submodule"),
            _ => Origin::Blob { blobs: Arc::clone(&self.blobs), id: stored.id.to_owned() },
        }
    }

    fn asked_for(&self, path: &Path) -> Result<Vec<u8>, GitError> {
        let missing =
            || GitError::Path(SourceError { path: path.to_owned(), problem: SourceProblem::Missing });
        let inside = self.inside(path).ok_or_else(missing)?;
        if self.has(&inside)? || self.had(&inside)? { Ok(inside) } else { Err(missing()) }
    }
}

fn unread(kind: GapKind, detail: &str) -> Origin {
    Origin::Unread(Gap::new(kind, detail))
}

/// The lines `:100644 100755 <id> <id> M NUL path NUL`; `None` when there is anything else.
fn parse(raw: &[u8]) -> Option<Vec<Change<'_>>> {
    let mut fields = raw.split(|byte| *byte == 0);
    let mut changes = Vec::new();
    loop {
        let head = fields.next()?;
        if head.is_empty() {
            return fields.next().is_none().then_some(changes);
        }
        let mut words = head.strip_prefix(b":")?.split(|byte| *byte == b' ');
        let (_, mode, _, id, status) =
            (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
        let path = fields.next().filter(|path| !path.is_empty())?;
        changes.push(Change { mode, id: str::from_utf8(id).ok()?, status: *status.first()?, path });
    }
}

fn is_under(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with(b"/"))
}

/// A path of git as a name.
fn shown(path: &[u8]) -> String {
    path_of(path)
        .map_or_else(|| String::from_utf8_lossy(path).into_owned(), |path| escaped_name(path.as_os_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_differences_are_read_whole_or_not_at_all() {
        let id = "1".repeat(40);
        let raw = format!(":000000 100644 {id} {id} A\0a\nb\0:100644 160000 {id} {id} T\0c d\0");
        let changes = parse(raw.as_bytes()).unwrap();
        let seen: Vec<_> = changes.iter().map(|c| (c.mode, c.status, c.path)).collect();
        assert_eq!(seen, [(&b"100644"[..], b'A', &b"a\nb"[..]), (b"160000", b'T', b"c d")]);
        assert!(parse(b"").is_some_and(|changes| changes.is_empty()));
        for broken in
            [":100644 100644 1 2 M\0", ":100644 100644 1 2\0a\0", "100644 100644 1 2 M\0a\0", ":1 2 3 4 M\0a"]
        {
            assert!(parse(broken.as_bytes()).is_none(), "{broken:?}");
        }
    }

    #[test]
    fn a_path_is_under_a_folder_and_not_under_the_start_of_a_name() {
        assert!(is_under(b"a/b", b"a") && is_under(b"a", b"a") && is_under(b"a", b""));
        assert!(!is_under(b"ab", b"a") && !is_under(b"a", b"a/b"));
    }
}
