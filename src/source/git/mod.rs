//! Git: what a range of commits, or the next commit, changes, read from the repository itself and
//! never from the working tree, so that what is screened is what would be published.
//!
//! Git is only asked for what it stores. Everything by which a repository or a surrounding could
//! make it run another program is off: hooks, fsmonitor, textconv, external diff, pager, and
//! fetching what is missing.

mod blobs;
mod changes;
mod links;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use super::SourceError;
use crate::finding::Range;

pub use blobs::Blobs;
pub use changes::Changes;

use blobs::Answer;

/// Bytes of a configuration, list or file of exceptions that is read from a revision.
const SETTINGS_BYTES: u64 = 64 << 20;

/// Digits that a commit's name may be cut to.
const LEAST_COMMIT_DIGITS: usize = 4;

/// Settings that would make git run something, or leave something out.
const SETTINGS: [&str; 5] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "diff.ignoreSubmodules=none",
    "core.quotePath=false",
];

/// What a repository is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Git {
    range: Range,
    /// The working tree without links; a bare repository has none.
    top: Option<PathBuf>,
    /// What is compared with: commits, or the empty tree. Two branches that were merged into each other
    /// can have parted in several commits; what differs from any of them has changed.
    from: Vec<String>,
    blobs: Arc<Blobs>,
}

/// Why a repository gives no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GitError {
    /// Git itself can't be run: the system's message.
    NoGit(String),
    /// There is no repository here that git would look into: its message.
    NoRepository(String),
    /// Not the name of a revision: empty, or an option, or with characters that no name has.
    Revision(String),
    /// A short name that stands for several things, such as a branch and a tag: whoever may make either
    /// would choose what is compared with.
    Ambiguous {
        /// The revision as it was asked for.
        revision: String,
        /// The full names that it stands for.
        names: Vec<String>,
    },
    /// No such commit here; a shallow clone may only lack it.
    Unknown {
        /// The revision as it was asked for.
        revision: String,
        /// Whether the clone is shallow.
        shallow: bool,
    },
    /// Two revisions without a common ancestor here.
    NoMergeBase {
        /// The revision as it was asked for.
        revision: String,
        /// Whether the clone is shallow.
        shallow: bool,
    },
    /// A path that can't be screened.
    Path(SourceError),
    /// A command failed: its name and git's message.
    Failed(&'static str, String),
}

/// Git with nothing that could run something else.
fn command() -> Command {
    let mut git = Command::new("git");
    git.args(["--no-pager", "--literal-pathspecs", "--no-replace-objects"]);
    for setting in SETTINGS {
        git.args(["-c", setting]);
    }
    let off =
        ["GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_ASKPASS"];
    off.iter().for_each(|name| {
        git.env_remove(name);
    });
    let on = [("GIT_OPTIONAL_LOCKS", "0"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_TERMINAL_PROMPT", "0")];
    git.envs(on).env("LC_ALL", "C");
    git
}

/// Runs git to its end.
fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Output, GitError> {
    let output = command().args(arguments).stdin(Stdio::null()).output();
    output.map_err(|error| GitError::NoGit(error.to_string()))
}

/// What git says on standard output, without the end of its last line; `None` when it fails.
fn said<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Option<Vec<u8>>, GitError> {
    let output = run(arguments)?;
    let mut said = output.stdout;
    if said.last() == Some(&b'\n') {
        said.pop();
    }
    Ok(output.status.success().then_some(said))
}

/// The same as text, for identifiers.
fn said_text<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Result<Option<String>, GitError> {
    Ok(said(arguments)?.and_then(|said| String::from_utf8(said).ok()).filter(|said| !said.is_empty()))
}

/// The first line of what git complained about.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned()
}

impl Git {
    /// What HEAD changed since it left `revision`.
    ///
    /// # Errors
    /// Without git, a repository, the revision, or the history between the two.
    pub fn changed_since(revision: &str) -> Result<Self, GitError> {
        let odd = |c: char| c.is_control() || c.is_whitespace();
        if revision.is_empty() || revision.starts_with('-') || revision.contains(odd) {
            return Err(GitError::Revision(revision.to_owned()));
        }
        let top = top()?;
        let names = names(revision)?;
        if names.len() > 1 {
            return Err(GitError::Ambiguous { revision: revision.to_owned(), names });
        }
        let commit = |revision: &str| {
            let name = format!("{revision}^{{commit}}");
            let found = said_text(["rev-parse", "--verify", "--quiet", "--end-of-options", &name])?;
            found.map_or_else(
                || Err(GitError::Unknown { revision: revision.to_owned(), shallow: shallow()? }),
                Ok,
            )
        };
        let (target, head) = (commit(revision)?, commit("HEAD")?);
        let from = said_text(["merge-base", "--all", &target, &head])?.unwrap_or_default();
        let from: Vec<String> = from.lines().map(str::to_owned).collect();
        let Some(merge_base) = from.first().cloned() else {
            return Err(GitError::NoMergeBase { revision: revision.to_owned(), shallow: shallow()? });
        };
        let range = Range::Changed { since: revision.to_owned(), target, merge_base, head };
        Ok(Self { range, top, from, blobs: Arc::default() })
    }

    /// What the next commit would change.
    ///
    /// # Errors
    /// Without git or a repository.
    pub fn staged() -> Result<Self, GitError> {
        let top = top()?;
        let head = said_text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])?;
        let from = match head {
            Some(head) => head,
            // Before the first commit: everything is new compared with the empty tree.
            None => said_text(["hash-object", "-t", "tree", "--stdin"])?
                .ok_or_else(|| GitError::Failed("hash-object", String::new()))?,
        };
        Ok(Self { range: Range::Staged, top, from: vec![from], blobs: Arc::default() })
    }

    /// The part of the repository that this is about.
    pub fn range(&self) -> &Range {
        &self.range
    }

    /// A file of settings. In a range of commits, one that lies in the repository is read as it is in
    /// the revision compared with: what is under examination must not decide how it is examined.
    ///
    /// # Errors
    /// When it is not there or can't be read.
    pub fn read_settings(&self, path: &Path) -> io::Result<Vec<u8>> {
        let Range::Changed { target, .. } = &self.range else { return std::fs::read(path) };
        let Some(inside) = self.inside(path) else { return std::fs::read(path) };
        let name = [target.as_bytes(), b":", &inside].concat();
        match self.blobs.ask(&name, SETTINGS_BYTES)? {
            Answer::Content(bytes) => Ok(bytes),
            Answer::Missing => Err(io::ErrorKind::NotFound.into()),
            Answer::TooLarge(_) => Err(io::ErrorKind::FileTooLarge.into()),
        }
    }

    /// A path of the file system as git names it, when it lies in the repository. By its letters or by
    /// where its links lead: either is enough, so that no link that the change brings along leads out.
    pub fn inside(&self, path: &Path) -> Option<Vec<u8>> {
        let here = std::env::current_dir().ok()?;
        let Some(top) = &self.top else {
            // A bare repository has no working tree; what is named as if there were one is in it.
            return if path.is_absolute() { None } else { relative(path) };
        };
        let lexical = normal(&here.join(path));
        let real = || {
            let folder = lexical.parent()?.canonicalize().ok()?;
            Some(folder.join(lexical.file_name()?))
        };
        let here_real = here.canonicalize().ok().map(|here| normal(&here.join(path)));
        [Some(lexical.clone()), here_real, real()]
            .into_iter()
            .flatten()
            .find_map(|path| path.strip_prefix(top).ok().and_then(relative))
    }
}

/// The working tree, without links.
fn top() -> Result<Option<PathBuf>, GitError> {
    let bare = run(["rev-parse", "--is-bare-repository"])?;
    if !bare.status.success() {
        return Err(GitError::NoRepository(complaint(&bare)));
    }
    if bare.stdout.starts_with(b"true") {
        return Ok(None);
    }
    let output = run(["rev-parse", "--show-toplevel"])?;
    let said = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
    let top = path_of(said).and_then(|top| top.canonicalize().ok());
    match top {
        Some(top) if output.status.success() => Ok(Some(top)),
        _ => Err(GitError::NoRepository(complaint(&output))),
    }
}

/// The full names of what a revision's short name may stand for, one for each different commit; none
/// for a commit's own name, one for a full name.
fn names(revision: &str) -> Result<Vec<String>, GitError> {
    let short = revision.split(['^', '~', '@', ':']).next().unwrap_or_default();
    if short.is_empty() {
        return Ok(Vec::new());
    }
    let forms = ["", "tags/", "heads/", "remotes/"].map(|folder| format!("refs/{folder}{short}"));
    let forms = forms.into_iter().chain([short.to_owned(), format!("refs/remotes/{short}/HEAD")]);
    let mut commits = BTreeMap::new();
    for name in forms.filter(|name| name.starts_with("refs/")) {
        if let Some(commit) = said_text(["rev-parse", "--verify", "--quiet", &format!("{name}^{{commit}}")])?
        {
            commits.entry(commit).or_insert(name);
        }
    }
    // A reference goes before the commit whose name begins like its own.
    let is_commit = short.len() >= LEAST_COMMIT_DIGITS && short.bytes().all(|b| b.is_ascii_hexdigit());
    if is_commit && !commits.is_empty() {
        let named = said_text(["rev-parse", &format!("--disambiguate={short}")])?.unwrap_or_default();
        for commit in named.lines() {
            commits.entry(commit.to_owned()).or_insert_with(|| commit.to_owned());
        }
    }
    Ok(commits.into_values().collect())
}

fn shallow() -> Result<bool, GitError> {
    Ok(said(["rev-parse", "--is-shallow-repository"])?.is_some_and(|said| said == b"true"))
}

/// A path without `.` and `..`, by its letters alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// A relative path with `/` between its parts; `None` when it leads out of where it starts.
fn relative(path: &Path) -> Option<Vec<u8>> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => parts.push(part.as_encoded_bytes()),
            Component::ParentDir => {
                parts.pop()?;
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(parts.join(&b'/'))
}

/// Bytes as git gives them as a path of the file system.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every name is a path")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    str::from_utf8(bytes).ok().map(PathBuf::from)
}
