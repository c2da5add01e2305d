//! Where reports and other output go: standard output, or a file that appears only when whole.

use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use mijian::report::wording::Problem;

/// Appended to the name of a report that is not finished.
const UNFINISHED: &str = ".part";

/// A destination that is being written to.
pub(crate) struct Output {
    target: Target,
    unfinished: Option<Unfinished>,
}

enum Target {
    Stdout,
    File(PathBuf),
}

/// A file beside the one asked for; deleted unless it is put in its place.
struct Unfinished {
    path: PathBuf,
    kept: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Output {
    /// Opens `file`, or standard output without one; gives the writer with it.
    pub(crate) fn open(file: Option<&Path>) -> Result<(Self, Box<dyn Write>), Problem> {
        let Some(file) = file else {
            let output = Self { target: Target::Stdout, unfinished: None };
            return Ok((output, Box::new(BufWriter::new(io::stdout()))));
        };
        // Through a link to the file it points to. A device or pipe can't be replaced, only written.
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let replace = fs::metadata(&file).map_or(true, |metadata| metadata.is_file());
        let (path, unfinished) = if replace {
            let mut name = file.clone().into_os_string();
            name.push(UNFINISHED);
            let path = PathBuf::from(name);
            (path.clone(), Some(Unfinished { path, kept: false }))
        } else {
            (file.clone(), None)
        };
        let output = Self { target: Target::File(file), unfinished };
        let opened = if replace {
            // What an interrupted run left behind; a link there must not be written through.
            let _ = fs::remove_file(&path);
            File::create_new(&path)
        } else {
            File::options().write(true).open(&path)
        };
        let opened = opened.map_err(|error| output.problem(&error))?;
        Ok((output, Box::new(BufWriter::new(opened))))
    }

    /// Whether colours are seen: standard output is a terminal and nobody asked for none.
    pub(crate) fn colour(&self) -> bool {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        matches!(self.target, Target::Stdout) && io::stdout().is_terminal() && !refused
    }

    /// The file that is being written and is no document.
    pub(crate) fn unfinished(&self) -> Option<PathBuf> {
        self.unfinished.as_ref().map(|unfinished| unfinished.path.clone())
    }

    /// Puts the written file in its place. The writer must be flushed.
    pub(crate) fn finish(mut self) -> Result<(), Problem> {
        if let (Some(mut unfinished), Target::File(file)) = (self.unfinished.take(), &self.target) {
            fs::rename(&unfinished.path, file).map_err(|error| self.problem(&error))?;
            unfinished.kept = true;
        }
        Ok(())
    }

    /// The problem that stands for an error in writing to this.
    pub(crate) fn problem(&self, error: &io::Error) -> Problem {
        let target = match &self.target {
            Target::Stdout => String::new(),
            Target::File(file) => file.display().to_string(),
        };
        Problem::Report { target, why: error.to_string() }
    }
}

/// Writes all of a command's answer to standard output; one that is not taken whole is a failure.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Problem> {
    let (output, mut out) = Output::open(None)?;
    write(&mut *out).and_then(|()| out.flush()).map_err(|error| output.problem(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_finished_and_a_broken_one_leaves_the_old() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.jsonl");
        fs::write(&file, "old").unwrap();
        let names = || fs::read_dir(folder.path()).unwrap().count();

        let (output, mut out) = Output::open(Some(&file)).unwrap();
        out.write_all(b"half").unwrap();
        out.flush().unwrap();
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), names()), ("old", 2));
        drop(output);
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), names()), ("old", 1));

        let (output, mut out) = Output::open(Some(&file)).unwrap();
        out.write_all(b"whole").unwrap();
        out.flush().unwrap();
        output.finish().unwrap();
        assert_eq!((fs::read_to_string(&file).unwrap().as_str(), names()), ("whole", 1));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let Err(Problem::Report { target, .. }) = Output::open(Some(Path::new("/nowhere/at/all"))) else {
            panic!("a report in a folder that does not exist")
        };
        assert_eq!(target, "/nowhere/at/all");
    }
}
