//! The files that a range of commits or the next commit adds or changes, as entries.
//!
//! Renames and copies are not traced: a file under a new name is a new file, and both its name and
//! its content are screened. Deletions publish nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::blobs::Answer;
use super::{Git, GitError, command, complaint, path_of, run};
use crate::finding::Range;
use crate::limits::{Gap, GapKind};
use crate::source::{Entry, Origin, SourceError, SourceProblem, escaped_name};

/// How git writes what a file is: see `git help diff`, "raw output format".
const LINK: &[u8] = b"120000";
const SUBMODULE: &[u8] = b"160000";
/// Bytes of a link's target; longer ones are no paths.
const TARGET_BYTES: u64 = 4096;

/// The entries of a range, in byte order of their names.
#[derive(Debug)]
pub struct Changes {
    entries: std::vec::IntoIter<Entry>,
    skipped: u64,
}

impl Changes {
    /// Links to what lies in the same tree: their targets are listed themselves.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }
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
        let arguments = std::iter::once(name).chain(before).chain(options).chain([self.from.as_str()]);
        let output = run(arguments.chain(behind).chain(["--"]))?;
        if !output.status.success() {
            return Err(GitError::Failed(name, complaint(&output)));
        }
        let broken = || GitError::Failed(name, "unexpected output".to_owned());
        let mut changes = parse(&output.stdout).ok_or_else(broken)?;
        changes.retain(|change| {
            let wanted = paths.is_empty() || paths.iter().any(|path| is_under(change.path, path));
            wanted && change.status != b'D'
        });
        changes.sort_by_key(|change| change.path);
        changes.dedup_by_key(|change| change.path);

        let mut skipped = 0;
        let mut entries = Vec::new();
        for change in changes {
            match self.origin(&change)? {
                Some(origin) => entries.push(Entry { name: shown(change.path), origin }),
                None => skipped += 1,
            }
        }
        Ok(Changes { entries: entries.into_iter(), skipped })
    }

    /// Where a changed file's bytes are; `None` for a link to what is listed itself.
    fn origin(&self, change: &Change<'_>) -> Result<Option<Origin>, GitError> {
        let unread = |kind, detail: &str| Ok(Some(Origin::Unread(Gap::new(kind, detail))));
        match change.mode {
            _ if change.status == b'U' => unread(GapKind::Io, "unmerged"),
            SUBMODULE => unread(GapKind::Link, "submodule"),
            LINK => {
                let target = match self.blobs.ask(change.id.as_bytes(), TARGET_BYTES) {
                    Ok(Answer::Content(target)) => target,
                    Ok(Answer::Missing) => return unread(GapKind::Io, "object missing"),
                    Ok(Answer::TooLarge(_)) => return unread(GapKind::Link, "dangling"),
                    Err(_) => return unread(GapKind::Io, "object unreadable"),
                };
                match target_path(change.path, &target) {
                    None => unread(GapKind::Link, "out of the tree"),
                    Some(path) if self.exists(&path, Side::After)? => Ok(None),
                    Some(_) => unread(GapKind::Link, "dangling"),
                }
            }
            _ => Ok(Some(Origin::Blob { blobs: Arc::clone(&self.blobs), id: change.id.to_owned() })),
        }
    }

    fn asked_for(&self, path: &Path) -> Result<Vec<u8>, GitError> {
        let missing =
            || GitError::Path(SourceError { path: path.to_owned(), problem: SourceProblem::Missing });
        let inside = self.inside(path).ok_or_else(missing)?;
        let exists = self.exists(&inside, Side::After)? || self.exists(&inside, Side::Before)?;
        if exists { Ok(inside) } else { Err(missing()) }
    }

    /// Whether a file or folder is there.
    fn exists(&self, path: &[u8], side: Side) -> Result<bool, GitError> {
        if path.is_empty() {
            return Ok(true);
        }
        let Some(path) = path_of(path) else { return Ok(false) };
        let mut git = command();
        match (&self.range, side, &self.top) {
            (Range::Staged, Side::After, top) => {
                // Paths of the index are relative to the current directory.
                git.args(["ls-files", "--cached", "-z"]);
                top.as_ref().map(|top| git.current_dir(top));
            }
            (Range::Changed { head, .. }, Side::After, _) => {
                git.args(["ls-tree", "-z", "--full-tree", head]);
            }
            (_, Side::Before, _) => {
                git.args(["ls-tree", "-z", "--full-tree", &self.from]);
            }
        }
        let output = git.arg("--").arg(path).output().map_err(|error| GitError::NoGit(error.to_string()))?;
        Ok(output.status.success() && !output.stdout.is_empty())
    }
}

/// The two sides of a difference.
#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
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

/// A path of git as a name.
fn shown(path: &[u8]) -> String {
    path_of(path)
        .map_or_else(|| String::from_utf8_lossy(path).into_owned(), |path| escaped_name(path.as_os_str()))
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
