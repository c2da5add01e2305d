//! The contents of a repository, asked from one `git cat-file --batch` that stays open.
//!
//! Git answers a name with a header that tells the size, then the bytes. One that is too large is
//! never loaded: the process is ended in the middle of it and started anew for the next name.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Mutex;

use super::command;
use crate::limits::{Gap, GapKind};

/// Bytes of a header: a name, a kind and a number.
const HEADER_BYTES: u64 = 64 << 10;

/// Objects of the repository in the current directory.
#[derive(Debug, Default)]
pub struct Blobs {
    process: Mutex<Option<Process>>,
}

/// There is only one per run; another one is another.
impl PartialEq for Blobs {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Blobs {}

#[derive(Debug)]
struct Process {
    child: Child,
    names: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be busy writing what nobody reads; there is nothing to be done about a failure.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What git says to a name.
pub(super) enum Answer {
    Content(Vec<u8>),
    /// No such object here.
    Missing,
    /// So many bytes.
    TooLarge(u64),
}

impl Blobs {
    /// The content of the blob `id`, at most `limit` bytes of it.
    ///
    /// # Errors
    /// Why it can't be read, as the gap that stands for it.
    pub(in crate::source) fn read(&self, id: &str, limit: u64) -> Result<Vec<u8>, Gap> {
        match self.ask(id.as_bytes(), limit) {
            Ok(Answer::Content(bytes)) => Ok(bytes),
            Ok(Answer::Missing) => Err(Gap::new(GapKind::Io, "object missing")),
            Ok(Answer::TooLarge(size)) => Err(super::super::too_large(size, limit)),
            Err(_) => Err(Gap::new(GapKind::Io, "object unreadable")),
        }
    }

    /// Asks for an object by any name that git knows, `COMMIT:PATH` too.
    pub(super) fn ask(&self, name: &[u8], limit: u64) -> io::Result<Answer> {
        // A name of two lines would be two names.
        if name.is_empty() || name.contains(&b'\n') {
            return Ok(Answer::Missing);
        }
        let mut process = self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Put back only when it is known to wait for the next name.
        let mut running = match process.take() {
            Some(running) => running,
            None => Process::start()?,
        };
        let answer = running.ask(name, limit)?;
        if !matches!(answer, Answer::TooLarge(_)) {
            *process = Some(running);
        }
        Ok(answer)
    }
}

impl Process {
    fn start() -> io::Result<Self> {
        let mut command = command();
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let (Some(names), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { child, names, answers: BufReader::new(answers) })
    }

    fn ask(&mut self, name: &[u8], limit: u64) -> io::Result<Answer> {
        self.names.write_all(name)?;
        self.names.write_all(b"\n")?;
        self.names.flush()?;
        let mut header = Vec::new();
        (&mut self.answers).take(HEADER_BYTES).read_until(b'\n', &mut header)?;
        let header = header.strip_suffix(b"\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        // What is not there is answered with its name, which may hold anything.
        if [&b" missing"[..], b" ambiguous"].iter().any(|end| header.ends_with(end)) {
            return Ok(Answer::Missing);
        }
        let size = header.rsplit(|byte| *byte == b' ').next().and_then(|size| str::from_utf8(size).ok());
        let size: u64 = size.and_then(|size| size.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if size > limit {
            return Ok(Answer::TooLarge(size));
        }
        let mut bytes = Vec::new();
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        if bytes.try_reserve_exact(wanted).is_err() {
            return Ok(Answer::TooLarge(size));
        }
        (&mut self.answers).take(size).read_to_end(&mut bytes)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        if bytes.len() as u64 != size || end != *b"\n" {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(Answer::Content(bytes))
    }
}
