//! What was seen in documents, kept for the next run: a file that holds what
//! [`look`](crate::screen::Screener::look) gave, before expiry, exceptions and policy, which each run
//! reckons anew.
//!
//! An answer is found by the SHA-256 of the content and the document's name, which is screened too;
//! size and time of a file decide nothing, since whoever changes a file can set both. All answers in
//! a file stem from the same program, rules, own lists and limits ([`fingerprint`]): with others it
//! starts afresh. What may be due to the moment (time, memory, crashes, the disk) is not kept.
//!
//! A cache is as trustworthy as whoever can write to its file.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest, Sha256};

use crate::finding::Screening;
use crate::isolate::{Setup, this_program};
use crate::limits::GapKind;

/// Answers that are written at once: what a run that is killed loses at most.
const WRITTEN_AT_ONCE: usize = 256;
/// How long another run that uses the same file is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Marks the file as this program's ("mjch"), so that no other database is taken for one.
const APPLICATION: i64 = 0x6d6a_6368;

/// What every database begins with.
const HEAD: &[u8] = b"SQLite format 3\0";

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS origin (fingerprint BLOB NOT NULL);
    CREATE TABLE IF NOT EXISTS seen (key BLOB PRIMARY KEY, screening BLOB NOT NULL) WITHOUT ROWID;
";

/// Answers of earlier runs.
#[derive(Debug)]
pub struct Cache {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    connection: Connection,
    /// Answers that are not in the file yet.
    unwritten: Vec<(Vec<u8>, Vec<u8>)>,
    /// Why answers could not be kept.
    failure: Option<String>,
    found: u64,
}

/// What every answer depends on besides the document: this program, own lists, limits.
///
/// # Errors
/// The program's own file can't be read.
pub fn fingerprint(setup: &Setup) -> io::Result<Vec<u8>> {
    let mut hash = Sha256::new();
    hash.update(fs::read(this_program()?)?);
    hash.update(serde_json::to_vec(setup)?);
    Ok(hash.finalize().to_vec())
}

impl Cache {
    /// Opens the file, which need not exist; answers with another fingerprint are dropped.
    ///
    /// # Errors
    /// The file can't be opened or is no cache: what the database says.
    pub fn open(file: &Path, fingerprint: &[u8]) -> Result<Self, String> {
        // A short file of something else would be taken for an empty database and written over.
        let mut head = Vec::new();
        if let Ok(existing) = File::open(file) {
            existing.take(HEAD.len() as u64).read_to_end(&mut head).map_err(|error| error.to_string())?;
        }
        if !head.is_empty() && head != HEAD {
            return Err("no cache of mijian".to_owned());
        }
        let connection = connect(file, fingerprint).map_err(|error| error.to_string())?;
        let state = State { connection, unwritten: Vec::new(), failure: None, found: 0 };
        Ok(Self { state: Mutex::new(state) })
    }

    /// The files that belong to a cache, which are no documents.
    pub fn files(file: &Path) -> impl Iterator<Item = PathBuf> {
        ["", "-wal", "-shm", "-journal"]
            .map(|end| {
                let mut name = file.as_os_str().to_owned();
                name.push(end);
                PathBuf::from(name)
            })
            .into_iter()
    }

    /// What was seen in a document of this name and content.
    pub(crate) fn get(&self, name: &str, sha256: &str) -> Option<Screening> {
        let mut state = self.lock();
        let json: Vec<u8> = state
            .connection
            .prepare_cached("SELECT screening FROM seen WHERE key = ?1")
            .and_then(|mut select| select.query_row(params![key(name, sha256)], |row| row.get(0)).optional())
            .ok()??;
        let screening: Screening = serde_json::from_slice(&json).ok()?;
        let same = screening.name == name && screening.sha256.as_deref() == Some(sha256);
        state.found += u64::from(same);
        same.then_some(screening)
    }

    /// Keeps what was seen, unless it may be due to the moment.
    pub(crate) fn put(&self, screening: &Screening) {
        let Some(sha256) = &screening.sha256 else { return };
        if screening.unread.iter().any(|unread| is_of_the_moment(unread.gap.kind)) {
            return;
        }
        let Ok(json) = serde_json::to_vec(screening) else { return };
        let mut state = self.lock();
        state.unwritten.push((key(&screening.name, sha256), json));
        if state.unwritten.len() >= WRITTEN_AT_ONCE {
            state.write();
        }
    }

    /// Writes what is not written yet. How many answers came from the cache.
    ///
    /// # Errors
    /// Why answers could not be kept.
    pub fn finish(self) -> Result<u64, String> {
        let mut state = self.lock();
        state.write();
        state.failure.take().map_or(Ok(state.found), Err)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self) {
        let unwritten = std::mem::take(&mut self.unwritten);
        let mut write = || {
            let transaction = self.connection.transaction()?;
            for (key, json) in &unwritten {
                transaction
                    .prepare_cached("INSERT OR REPLACE INTO seen VALUES (?1, ?2)")?
                    .execute(params![key, json])?;
            }
            transaction.commit()
        };
        if let Err(error) = write() {
            self.failure.get_or_insert(error.to_string());
        }
    }
}

fn connect(file: &Path, fingerprint: &[u8]) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open(file)?;
    connection.busy_timeout(PATIENCE)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    if application != APPLICATION {
        if tables > 0 {
            return Err(rusqlite::Error::InvalidParameterName("no cache of mijian".to_owned()));
        }
        connection.pragma_update(None, "application_id", APPLICATION)?;
    }
    // What is lost when the power fails is the last answers, never the order of the file.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let known: Option<Vec<u8>> =
        transaction.query_row("SELECT fingerprint FROM origin", [], |row| row.get(0)).optional()?;
    if known.as_deref() != Some(fingerprint) {
        transaction.execute("DELETE FROM seen", [])?;
        transaction.execute("DELETE FROM origin", [])?;
        transaction.execute("INSERT INTO origin VALUES (?1)", params![fingerprint])?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// Where the answer about a document lies.
fn key(name: &str, sha256: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(sha256);
    hash.update(name);
    hash.finalize().to_vec()
}

/// Whether another try may end otherwise.
fn is_of_the_moment(kind: GapKind) -> bool {
    match kind {
        GapKind::Timeout | GapKind::Memory | GapKind::Crashed | GapKind::Io | GapKind::Link => true,
        GapKind::Unsupported
        | GapKind::Encrypted
        | GapKind::Damaged
        | GapKind::Limit
        | GapKind::Image
        | GapKind::Glyphs => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Unread, Verdict};
    use crate::limits::Gap;

    fn seen(name: &str, sha256: &str, unread: &[GapKind]) -> Screening {
        let unread = unread.iter().map(|kind| Unread {
            gap: Gap::new(*kind, ""),
            verdict: Verdict::Review,
            inner: None,
        });
        Screening { sha256: Some(sha256.into()), unread: unread.collect(), ..Screening::unseen(name) }
    }

    #[test]
    fn an_answer_is_found_by_name_and_content_for_the_same_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache");
        let cache = Cache::open(&file, b"one").unwrap();
        cache.put(&seen("a.txt", "00", &[GapKind::Image]));
        assert_eq!(cache.finish(), Ok(0));

        let cache = Cache::open(&file, b"one").unwrap();
        assert_eq!(cache.get("a.txt", "00"), Some(seen("a.txt", "00", &[GapKind::Image])));
        assert_eq!(cache.get("b.txt", "00"), None);
        assert_eq!(cache.get("a.txt", "01"), None);
        assert_eq!(cache.finish(), Ok(1));

        let cache = Cache::open(&file, b"two").unwrap();
        assert_eq!(cache.get("a.txt", "00"), None);
        drop(cache);
        assert_eq!(Cache::open(&file, b"one").unwrap().get("a.txt", "00"), None, "dropped for good");
    }

    #[test]
    fn what_may_be_due_to_the_moment_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache"), b"").unwrap();
        for kind in GapKind::ALL {
            cache.put(&seen(kind.rule(), "00", &[GapKind::Image, kind]));
        }
        cache.lock().write();
        let kept = GapKind::ALL.map(GapKind::rule).into_iter().filter(|name| cache.get(name, "00").is_some());
        let kept: Vec<&str> = kept.collect();
        let expected = ["unsupported", "encrypted", "damaged", "limit", "image", "glyphs"];
        assert_eq!(kept, expected.map(|kind| format!("unread.{kind}")));
    }

    #[test]
    fn a_file_that_is_no_cache_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("text");
        for content in ["not a database, but longer than the header of one ".repeat(10), "x".to_owned()] {
            fs::write(&text, &content).unwrap();
            assert!(Cache::open(&text, b"").is_err());
            assert_eq!(fs::read_to_string(&text).unwrap(), content);
        }

        let other = folder.path().join("other");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE seen (x)").unwrap();
        assert!(Cache::open(&other, b"").is_err());
        assert!(Cache::open(Path::new("/no/such/folder/cache"), b"").is_err());
    }
}
