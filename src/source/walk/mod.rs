//! Files and folders: every regular file under the paths asked for, in byte order of the names.
//!
//! Nothing is left out but version-control metadata; hidden and ignored files are published like
//! others. Links are not followed: one whose target lies in the same tree is skipped, since the
//! target is listed itself, unless a pattern leaves the target out; any other link is an unread document. Open folders are a stack, so
//! depth costs no recursion, and only the listings on the way down are held in memory.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};

use super::{Entry, Origin, Patterns, escaped_name, reason};
use crate::limits::{Gap, GapKind};

/// Folders that hold the history of documents, not documents.
const METADATA_FOLDERS: [&str; 3] = [".git", ".hg", ".svn"];

/// A named path that makes the run fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// The path as it was named.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: SourceProblem,
}

/// What can be wrong with a named path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceProblem {
    /// There is nothing of this name.
    Missing,
    /// It is there but can't be looked into: the system's reason.
    Unreadable(String),
    /// A folder without a single document.
    Empty,
}

/// The entries under some named paths.
#[derive(Debug)]
pub struct Walk {
    roots: std::vec::IntoIter<Root>,
    /// The folder being walked.
    tree: Option<Tree>,
    skipped: u64,
    errors: Vec<SourceError>,
    own: Vec<PathBuf>,
    patterns: Patterns,
}

/// A named path and the name of what lies there.
#[derive(Debug)]
struct Root {
    path: PathBuf,
    /// Name of the file, or what stands in front of the names in the folder.
    name: String,
    kind: Kind,
}

/// A named folder on its way.
#[derive(Debug)]
struct Tree {
    named: PathBuf,
    /// Without links; found out when the first link needs it.
    canonical: Option<io::Result<PathBuf>>,
    /// In front of the names in it.
    prefix: String,
    open: Vec<Folder>,
    found: bool,
}

/// A listed folder, with what is left of its listing.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// In front of its entries' names: empty, or ending in `/`.
    prefix: String,
    rest: std::vec::IntoIter<Item>,
    /// The listing broke off: reported behind the entries that it did give.
    broken: Option<Gap>,
}

#[derive(Debug)]
struct Item {
    file_name: OsString,
    name: String,
    kind: Kind,
}

/// What stands under a name.
#[derive(Debug)]
enum Kind {
    File,
    Folder,
    Link,
    Unread(Gap),
}

impl Kind {
    fn of(file_type: io::Result<FileType>) -> Self {
        let unread = |detail: &str| Self::Unread(Gap::new(GapKind::Io, detail));
        match file_type {
            Ok(t) if t.is_file() => Self::File,
            Ok(t) if t.is_dir() => Self::Folder,
            Ok(t) if t.is_symlink() => Self::Link,
            Ok(t) => unread(special(t)),
            Err(error) => unread(&reason(&error)),
        }
    }
}

/// What a file is that is neither a regular file, a folder nor a link. Such a file is never opened:
/// that could block for ever or set a device in motion.
#[cfg(unix)]
fn special(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_fifo() {
        "named pipe"
    } else if file_type.is_socket() {
        "socket"
    } else {
        "device"
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> &'static str {
    "device"
}

impl Walk {
    /// Lists arguments of the command line: a single folder's documents are named relative to it, a
    /// single file by its file name; several arguments are each named as given.
    ///
    /// # Errors
    /// The first path that does not exist or can't be looked into.
    pub fn arguments(paths: &[PathBuf]) -> Result<Self, SourceError> {
        match paths {
            [path] => Self::new([Root::single(path)?].into()),
            paths => Self::list(paths),
        }
    }

    /// Lists a list of paths, each named as given however many there are, so that an answer can be
    /// joined to its line of the list.
    ///
    /// # Errors
    /// The first path that does not exist or can't be looked into.
    pub fn list(paths: &[PathBuf]) -> Result<Self, SourceError> {
        Self::new(paths.iter().map(|path| Root::one_of_many(path)).collect::<Result<_, _>>()?)
    }

    fn new(roots: Vec<Root>) -> Result<Self, SourceError> {
        Ok(Self {
            roots: roots.into_iter(),
            tree: None,
            skipped: 0,
            errors: Vec::new(),
            own: Vec::new(),
            patterns: Patterns::default(),
        })
    }

    /// Leaves out the program's own unfinished report files, where they lie in a folder being walked.
    #[must_use]
    pub fn without(mut self, own: impl IntoIterator<Item = PathBuf>) -> Self {
        self.own = own.into_iter().filter_map(|path| fs::canonicalize(path).ok()).collect();
        self
    }

    /// Takes heed that only what `patterns` take is screened: then a link to anything else leads to
    /// what nobody looks at.
    #[must_use]
    pub fn limited_to(mut self, patterns: &Patterns) -> Self {
        self.patterns = patterns.clone();
        self
    }

    /// Entries left out on purpose so far: version-control metadata, and links to what is listed.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// What turned out to make the run fail while listing: folders without a document.
    pub fn errors(&self) -> &[SourceError] {
        &self.errors
    }

    /// Deals with one item of a listing; `None` when it yields nothing by itself.
    fn item(&mut self, path: PathBuf, name: String, kind: Kind) -> Option<Entry> {
        let origin = match kind {
            Kind::File if self.is_own(&path) => {
                self.skipped += 1;
                return None;
            }
            Kind::File => Origin::File(path),
            Kind::Unread(gap) => Origin::Unread(gap),
            Kind::Link => match self.tree.as_mut()?.link(&path, &self.patterns) {
                None => {
                    self.skipped += 1;
                    return None;
                }
                Some(detail) => Origin::Unread(Gap::new(GapKind::Link, detail)),
            },
            Kind::Folder if is_metadata(&path) => {
                self.skipped += 1;
                return None;
            }
            Kind::Folder => match Folder::open(&path, format!("{name}/")) {
                Ok(folder) => {
                    self.tree.as_mut()?.open.push(folder);
                    return None;
                }
                Err(error) => Origin::Unread(Gap::new(GapKind::Io, reason(&error))),
            },
        };
        Some(Entry { name, origin })
    }

    fn is_own(&self, path: &Path) -> bool {
        self.own.iter().any(|own| own.file_name() == path.file_name())
            && fs::canonicalize(path).is_ok_and(|path| self.own.contains(&path))
    }
}

impl Iterator for Walk {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let Some(tree) = &mut self.tree else {
                let root = self.roots.next()?;
                match root.kind {
                    Kind::Folder => match Folder::open(&root.path, root.name) {
                        Ok(folder) => self.tree = Some(Tree::new(root.path, folder)),
                        Err(error) => self.errors.push(SourceError::unreadable(&root.path, &error)),
                    },
                    Kind::Unread(gap) => {
                        return Some(Entry { name: root.name, origin: Origin::Unread(gap) });
                    }
                    Kind::File | Kind::Link => {
                        return Some(Entry { name: root.name, origin: Origin::File(root.path) });
                    }
                }
                continue;
            };
            let Some(folder) = tree.open.last_mut() else {
                if !tree.found {
                    let path = std::mem::take(&mut tree.named);
                    self.errors.push(SourceError { path, problem: SourceProblem::Empty });
                }
                self.tree = None;
                continue;
            };
            let entry = if let Some(Item { file_name, name, kind }) = folder.rest.next() {
                let (path, name) = (folder.path.join(file_name), format!("{}{name}", folder.prefix));
                self.item(path, name, kind)
            } else {
                let done = tree.open.pop();
                done.and_then(|folder| {
                    let name = folder.prefix.trim_end_matches('/');
                    let name = if name.is_empty() { "." } else { name }.to_owned();
                    folder.broken.map(|gap| Entry { name, origin: Origin::Unread(gap) })
                })
            };
            if let (Some(entry), Some(tree)) = (entry, &mut self.tree) {
                tree.found = true;
                return Some(entry);
            }
        }
    }
}

impl Root {
    fn single(path: &Path) -> Result<Self, SourceError> {
        let kind = Self::kind(path)?;
        let name = match (&kind, path.file_name()) {
            (Kind::Folder, _) => String::new(),
            (_, Some(name)) => escaped_name(name),
            (_, None) => given_name(path),
        };
        Ok(Self { path: path.to_owned(), name, kind })
    }

    fn one_of_many(path: &Path) -> Result<Self, SourceError> {
        let kind = Self::kind(path)?;
        let mut name = given_name(path);
        if matches!(kind, Kind::Folder) {
            name.truncate(name.trim_end_matches('/').len());
            name.push('/');
        }
        Ok(Self { path: path.to_owned(), name, kind })
    }

    /// A named path is followed when it is a link: it was asked for.
    fn kind(path: &Path) -> Result<Kind, SourceError> {
        let metadata = fs::metadata(path).map_err(|error| SourceError::unreadable(path, &error))?;
        if metadata.is_dir() {
            fs::read_dir(path).map_err(|error| SourceError::unreadable(path, &error))?;
        }
        Ok(Kind::of(Ok(metadata.file_type())))
    }
}

/// An argument as given, with `/` between folders.
fn given_name(path: &Path) -> String {
    let name = escaped_name(path.as_os_str());
    if cfg!(windows) { name.replace('\\', "/") } else { name }
}

impl SourceError {
    fn unreadable(path: &Path, error: &io::Error) -> Self {
        let problem = match error.kind() {
            io::ErrorKind::NotFound => SourceProblem::Missing,
            _ => SourceProblem::Unreadable(reason(error)),
        };
        Self { path: path.to_owned(), problem }
    }
}

impl Tree {
    fn new(named: PathBuf, folder: Folder) -> Self {
        Self { named, canonical: None, prefix: folder.prefix.clone(), open: vec![folder], found: false }
    }

    /// Why the link at `path` leaves something unread; `None` when its target is listed itself.
    fn link(&mut self, path: &Path, patterns: &Patterns) -> Option<String> {
        let target = match fs::canonicalize(path) {
            Ok(target) => target,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Some("dangling".to_owned()),
            Err(error) => return Some(reason(&error)),
        };
        let tree = self.canonical.get_or_insert_with(|| fs::canonicalize(&self.named));
        let inside = tree.as_ref().ok().and_then(|tree| target.strip_prefix(tree).ok());
        // What lies in a skipped folder is not listed, so a link to it is one out of the tree.
        let Some(inside) = inside.filter(|inside| !inside.iter().any(is_metadata_name)) else {
            return Some("out of the tree".to_owned());
        };
        let name = format!("{}{}", self.prefix, given_name(inside));
        let left_out = if target.is_dir() { patterns.may_leave_out_in(&name) } else { !patterns.take(&name) };
        left_out.then(|| "to what is left out".to_owned())
    }
}

impl Folder {
    fn open(path: &Path, prefix: String) -> io::Result<Self> {
        let mut items = Vec::new();
        let mut broken = None;
        for found in fs::read_dir(path)? {
            match found {
                Ok(found) => items.push(Item {
                    name: escaped_name(&found.file_name()),
                    kind: Kind::of(found.file_type()),
                    file_name: found.file_name(),
                }),
                Err(error) => {
                    broken = Some(Gap::new(GapKind::Io, reason(&error)));
                    break;
                }
            }
        }
        // As if a folder's name ended in `/`: the whole listing is then in byte order.
        items.sort_unstable_by(|a, b| a.sort_key().cmp(b.sort_key()));
        Ok(Self { path: path.to_owned(), prefix, rest: items.into_iter(), broken })
    }
}

impl Item {
    fn sort_key(&self) -> impl Iterator<Item = u8> {
        let slash = matches!(self.kind, Kind::Folder).then_some(b'/');
        self.name.bytes().chain(slash)
    }
}

fn is_metadata(path: &Path) -> bool {
    path.file_name().is_some_and(is_metadata_name)
}

fn is_metadata_name(name: &std::ffi::OsStr) -> bool {
    METADATA_FOLDERS.iter().any(|folder| name == *folder)
}

#[cfg(test)]
mod tests;
