//! `mijian approve`: writes the exceptions by which documents may go out although something was
//! found in them, or not read.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use mijian::batch::{Batch, BatchError};
use mijian::config::Config;
use mijian::finding::{Screening, Verdict};
use mijian::policy::{Decision, Exceptions, NewException, latest};
use mijian::report::escape::escape_json;
use mijian::report::record::{Record, Run};
use mijian::report::wording::{self, Problem};
use mijian::report::{Format, Options};
use mijian::screen::Screener;
use mijian::source::{Entry, Origin, escaped_name};

use crate::exit::Exit;
use crate::interrupt;
use crate::output::Output;
use crate::settings::{self, Settings};

/// Let documents go out although something was found in them or not read: screens them, shows what
/// that is, and writes an exception for each
#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// The documents
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// The folder that names are relative to, as in the scan that the exceptions are for [default:
    /// that of the file of exceptions]
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,

    #[command(flatten)]
    decision: DecisionOptions,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

/// Who decides, why, and until when.
#[derive(Debug, Args)]
pub(crate) struct DecisionOptions {
    /// Why it may go out
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    approver: String,

    /// The last day on which it may, at most a year from now
    #[arg(long, value_name = "DATE", value_parser = settings::date)]
    until: Date,

    /// The file to write to [default: mijian.exceptions beside the configuration]
    #[arg(long, value_name = "FILE")]
    exceptions: Option<PathBuf>,
}

/// What was decided about the documents of a run.
#[derive(Default)]
pub(crate) struct Decided {
    new: BTreeSet<NewException>,
    /// Documents screened.
    pub(crate) documents: u64,
    /// Documents with new exceptions.
    pub(crate) excepted: u64,
    /// Names of documents and rules of what no exception can cover.
    pub(crate) uncovered: Vec<(String, &'static str)>,
}

impl Approve {
    pub(crate) fn run(&self, mut config: Config) -> Result<Exit, Problem> {
        let decision = self.decision.check(&mut config, self.settings.today())?;
        let beside = config.exceptions.parent().filter(|folder| !folder.as_os_str().is_empty());
        let root = self.root.as_deref().or(beside).unwrap_or(Path::new("."));
        let entries = self.files.iter().map(|file| entry(file, root)).collect::<Result<Vec<_>, _>>()?;

        let (output, out) = Output::open(None)?;
        let colour = output.colour();
        // What was approved before is approved anew, so exceptions are left aside.
        let (screener, workers) = self.settings.isolated(&config)?;
        let shown = screener.rules();
        let run = Run::default();
        let options = Options { rules: shown, lang: config.lang, show: config.show, colour, run: &run };
        let mut report = Format::Human.reporter(out, options);
        let decided =
            decision.decide(&screener, workers.as_ref(), &config, entries.into_iter(), |screening| {
                report.document(&Record::new(screening, &options)).map_err(|error| output.problem(&error))
            })?;
        decided.write(&config)?;
        decided.tell_uncovered(&config);
        Ok(if decided.uncovered.is_empty() { Exit::Success } else { Exit::Failed })
    }
}

/// A decision with its words checked.
pub(crate) struct Decider(Decision);

impl DecisionOptions {
    /// Checks the words and puts the file into the configuration.
    pub(crate) fn check(&self, config: &mut Config, today: Date) -> Result<Decider, Problem> {
        for (option, text) in [("--reason", &self.reason), ("--approver", &self.approver)] {
            if text.trim().is_empty() {
                return Err(Problem::Blank { option });
            }
        }
        if self.until < today || self.until > latest(today) {
            return Err(Problem::Until { until: self.until, latest: latest(today) });
        }
        if let Some(file) = &self.exceptions {
            config.exceptions.clone_from(file);
        }
        let (reason, approver) = (self.reason.trim().to_owned(), self.approver.trim().to_owned());
        Ok(Decider(Decision { reason, approver, created: today, until: self.until }))
    }
}

impl Decider {
    /// Screens `entries` and takes down what would let them pass; hands those with anything to
    /// `show`.
    pub(crate) fn decide(
        &self,
        screener: &Screener,
        workers: Option<&mijian::isolate::Workers>,
        config: &Config,
        entries: impl Iterator<Item = Entry>,
        mut show: impl FnMut(&Screening) -> Result<(), Problem>,
    ) -> Result<Decided, Problem> {
        let interrupted = interrupt::flag();
        let batch =
            Batch { screener, workers, cache: None, jobs: config.jobs, interrupted: Some(&interrupted) };
        let mut decided = Decided::default();
        let summary = batch.run(entries, |screening| {
            if screening.verdict == Verdict::Pass {
                return Ok(());
            }
            let (new, unknown) = self.0.exceptions(screening, |line| escape_json(line).into_owned());
            decided.excepted += u64::from(!new.is_empty());
            decided.new.extend(new);
            let rule = |unread: &mijian::finding::Unread| unread.gap.kind.rule();
            decided.uncovered.extend(unknown.iter().map(|unread| (screening.name.clone(), rule(unread))));
            show(screening)
        });
        let summary = summary.map_err(|error| match error {
            BatchError::Workers(why) => Problem::Workers { why },
            BatchError::Answer(problem) => problem,
        })?;
        if summary.interrupted {
            return Err(Problem::Interrupted);
        }
        decided.documents = summary.documents;
        Ok(decided)
    }
}

impl Decided {
    /// Adds the exceptions to their file, and says so.
    pub(crate) fn write(&self, config: &Config) -> Result<(), Problem> {
        let file = config.exceptions.display().to_string();
        if self.new.is_empty() {
            crate::note(wording::nothing_to_approve(config.lang));
            return Ok(());
        }
        let old = match fs::read_to_string(&config.exceptions) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Problem::ExceptionsUnread { file, why: error.to_string() }),
        };
        let text = old.as_deref().unwrap_or_default();
        Exceptions::parse(&file, text).map_err(Problem::Exception)?;
        let (output, mut out) = Output::open(Some(&config.exceptions))?;
        let written = out.write_all(Exceptions::added(text, &self.new).as_bytes()).and_then(|()| out.flush());
        written.map_err(|error| output.problem(&error))?;
        output.finish()?;
        crate::note(&wording::approved(self.new.len(), &file, config.lang));
        if old.is_none() {
            crate::note(&wording::merge_hint(&file, config.lang));
        }
        Ok(())
    }

    /// Says what stays as it is.
    pub(crate) fn tell_uncovered(&self, config: &Config) {
        for (name, rule) in &self.uncovered {
            crate::note(&wording::unapprovable(name, rule, config.lang));
        }
    }
}

/// A file under the name that it has in a scan of `root`.
fn entry(file: &Path, root: &Path) -> Result<Entry, Problem> {
    let problem =
        |error: io::Error| Problem::Document { file: file.display().to_string(), why: error.to_string() };
    if !fs::metadata(file).map_err(problem)?.is_file() {
        return Err(problem(io::ErrorKind::IsADirectory.into()));
    }
    let outside = || Problem::Outside { file: file.display().to_string(), root: root.display().to_string() };
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(problem)?;
    let root = root.canonicalize().map_err(|_| outside())?;
    let inside = folder.strip_prefix(root).map_err(|_| outside())?;
    let parts = inside.iter().chain(file.file_name());
    let name: Vec<String> = parts.map(escaped_name).collect();
    Ok(Entry { name: name.join("/"), origin: Origin::File(file.to_owned()) })
}
