//! `mijian scan`: screens files and folders and writes the reports.

use std::cell::OnceCell;
use std::io::{self, IsTerminal as _, Read as _};
use std::num::NonZeroUsize;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use mijian::batch::{Batch, BatchError};
use mijian::cache::Cache;
use mijian::config::{Config, Isolation};
use mijian::finding::{Screening, Summary, Verdict};
use mijian::policy::{FailOn, Usage};
use mijian::report::record::{Record, Run};
use mijian::report::wording::{self, Lang, Problem};
use mijian::report::{Format, Options, Reporter, Show};
use mijian::source::{Git, Listing, Walk, escaped_name};

use crate::exit::Exit;
use crate::interrupt;
use crate::output::Output;
use crate::select::Selection;
use crate::settings::{self, Settings};

/// How long a run takes before its progress is shown.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// Screen files and folders
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Files and folders; everything in a folder is screened, hidden and ignored files too
    #[arg(
        value_name = "PATH",
        required_unless_present_any = ["from_stdin", "changed_since", "staged"],
        conflicts_with = "from_stdin"
    )]
    paths: Vec<PathBuf>,

    /// Only what the commits of HEAD changed since they left REV, read from the repository.
    /// Configuration and exceptions that lie in it are taken from REV
    #[arg(long, value_name = "REV", allow_hyphen_values = true, conflicts_with_all = ["staged", "from_stdin"])]
    changed_since: Option<String>,

    /// Only what is staged for the next commit, read from the repository
    #[arg(long, conflicts_with = "from_stdin")]
    staged: bool,

    /// Read the paths from standard input, one a line
    #[arg(long)]
    from_stdin: bool,

    /// Paths on standard input end in NUL instead of a line end
    #[arg(short = '0', requires = "from_stdin")]
    nul: bool,

    /// Report to write, to standard output or to FILE: human, jsonl, sarif, junit, github, gitlab,
    /// csv, markdown, html, docx. Repeatable [default: human]
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = report)]
    formats: Vec<(Format, Option<PathBuf>)>,

    #[command(flatten)]
    selection: Selection,

    /// Keep what was seen in documents in FILE, and look only into those that are new or changed;
    /// whoever can write to FILE decides about documents
    #[arg(long, value_name = "FILE")]
    cache: Option<PathBuf>,

    #[command(flatten)]
    options: ScanOptions,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// The repository, once it has been looked into.
    #[arg(skip)]
    git: OnceCell<Git>,
}

/// Options of `scan` that the configuration has too.
#[derive(Debug, Args)]
pub(crate) struct ScanOptions {
    /// From which verdict on the exit code is not 0 [default: review]
    #[arg(long, value_name = "VERDICT")]
    fail_on: Option<FailOnArg>,

    /// How much of a document reports show [default: match]
    #[arg(long, value_name = "WHAT")]
    show: Option<ShowArg>,

    /// Documents screened at the same time; 1 means one core in all [default: all cores]
    #[arg(long, value_name = "N", value_parser = settings::jobs)]
    jobs: Option<NonZeroUsize>,

    /// Exceptions that a person approved [default: mijian.exceptions beside the configuration]
    #[arg(long, value_name = "FILE")]
    exceptions: Option<PathBuf>,

    /// Exceptions that are expired or that nothing needed make the run fail
    #[arg(long)]
    fail_on_unused: bool,

    /// Where documents are looked into: in supervised processes, or in the program's own process,
    /// where a document can end the run (for looking into errors) [default: process]
    #[arg(long, value_name = "HOW")]
    isolation: Option<IsolationArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum IsolationArg {
    Process,
    None,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FailOnArg {
    Block,
    Review,
    Never,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ShowArg {
    None,
    Match,
    Context,
}

/// A report as the command line asks for it.
pub(crate) fn report(text: &str) -> Result<(Format, Option<PathBuf>), String> {
    let (format, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file name belongs behind the =".to_owned()),
        Some((format, file)) => (format, Some(PathBuf::from(file))),
        None => (text, None),
    };
    Ok((format.parse()?, file))
}

impl ScanOptions {
    /// Puts these options over the configuration.
    pub(crate) fn apply(&self, config: &mut Config) {
        if let Some(fail_on) = self.fail_on {
            config.fail_on = match fail_on {
                FailOnArg::Block => FailOn::Block,
                FailOnArg::Review => FailOn::Review,
                FailOnArg::Never => FailOn::Never,
            };
        }
        if let Some(show) = self.show {
            config.show = match show {
                ShowArg::None => Show::None,
                ShowArg::Match => Show::Match,
                ShowArg::Context => Show::Context,
            };
        }
        config.jobs = self.jobs.unwrap_or(config.jobs);
        if let Some(exceptions) = &self.exceptions {
            config.name_exceptions(exceptions.clone());
        }
        config.fail_on_unused |= self.fail_on_unused;
        if let Some(isolation) = self.isolation {
            config.isolation = match isolation {
                IsolationArg::Process => Isolation::Process,
                IsolationArg::None => Isolation::None,
            };
        }
    }
}

impl Scan {
    /// The configuration; when changes are screened, that of the revision they are compared with.
    pub(crate) fn config(&self) -> Result<Config, Problem> {
        let git = match &self.changed_since {
            Some(revision) => Some(Git::changed_since(revision)),
            None => self.staged.then(Git::staged),
        };
        let git = git.transpose().map_err(Problem::Git)?;
        if let Some(git) = &git {
            let _ = self.git.set(git.clone());
        }
        self.settings.config(git)
    }

    fn listing(&self) -> Result<Listing, Problem> {
        if let Some(git) = self.git.get() {
            return git.changes(&self.paths).map(Listing::Changes).map_err(Problem::Git);
        }
        let walk = match self.from_stdin {
            true => Walk::list(&listed_paths(self.nul)?),
            false => Walk::arguments(&self.paths),
        };
        walk.map(|walk| Listing::Walk(Box::new(walk))).map_err(Problem::Source)
    }

    /// A change that is examined must not bring along the cache, nor a link to where reports would be
    /// written.
    fn refuse_what_is_brought(&self) -> Result<(), Problem> {
        let Some(git) = self.git.get() else { return Ok(()) };
        let refused = |file: &Path| Problem::Brought { file: file.display().to_string() };
        for file in self.cache.iter().flat_map(|file| Cache::files(file)) {
            if git.brings(&file).map_err(Problem::Git)? {
                return Err(refused(&file));
            }
        }
        for file in self.formats.iter().filter_map(|(_, file)| file.as_deref()) {
            if git.brings_link(file).map_err(Problem::Git)? {
                return Err(refused(file));
            }
        }
        Ok(())
    }

    pub(crate) fn run(&self, mut config: Config) -> Result<Exit, Problem> {
        let interrupted = interrupt::flag();
        self.options.apply(&mut config);
        if config.show == Show::Context && on_ci() {
            config.show = Show::Match;
            crate::note(wording::no_context_on_ci(config.lang));
        }
        let (screener, workers) = self.settings.isolated(&config)?;
        let screener = screener.with_exceptions(config.exceptions()?);
        let limits = screener.limits();
        self.refuse_what_is_brought()?;
        let cache = self.cache.as_deref().and_then(|file| settings::cache(file, &config, limits));
        let listing = self.listing()?;

        let about = Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            date: Some(self.settings.today()),
            scope: self.paths.iter().map(|path| escaped_name(path.as_os_str())).collect(),
            // Paths of a repository start at its top already.
            base: if self.git.get().is_some() { String::new() } else { base(&self.paths) },
            rules: screener.rules().iter().count(),
        };
        let (lang, show) = (config.lang, config.show);
        let options = Options { rules: screener.rules(), lang, show, colour: false, run: &about };
        let mut reports = Reports::open(&self.formats, options)?;
        let own = self.cache.iter().flat_map(|file| Cache::files(file));
        let mut select = self.selection.start().map_err(|why| Problem::Patterns { why })?;
        let mut listing = listing.without(own.chain(reports.unfinished())).limited_to(&select.patterns);
        // JSON lines on a terminal show the progress themselves.
        let progress = progress_bar(config.lang, !reports.on_terminal(Format::Jsonl));
        let shared = reports.on_terminal(Format::Human);
        let mut counts = Summary::default();
        let exceptions = &screener.policy().exceptions;
        let mut usage = Usage::default();
        let batch = Batch {
            screener: &screener,
            workers: workers.as_ref(),
            cache: cache.as_ref(),
            jobs: config.jobs,
            interrupted: Some(&interrupted),
        };
        let total = self.total(&progress);
        let entries = listing.by_ref().filter_map(|entry| select.pick(entry));
        let summary = batch.run(entries, |screening| {
            counts.add(screening);
            counts.seconds = progress.elapsed().as_secs_f64();
            usage.note(exceptions, screening);
            progress.set_message(wording::progress(&counts, total.load(Ordering::Relaxed), config.lang));
            // The bar makes way only for what is written beside it, else it would flicker.
            if shared && (screening.verdict > Verdict::Pass || !screening.excepted.is_empty()) {
                progress.suspend(|| reports.screening(screening))
            } else {
                reports.screening(screening)
            }
        });
        progress.finish_and_clear();
        let mut summary = summary.map_err(|error| match error {
            BatchError::Workers(why) => Problem::Workers { why },
            BatchError::Answer(problem) => problem,
        })?;
        summary.skipped = listing.skipped();
        summary.excluded = select.excluded;
        summary.range = self.git.get().map(|git| git.range().clone());
        let whole = summary.range.is_none() && summary.excluded == 0 && !summary.interrupted;
        summary.stale = usage.stale(exceptions, whole, self.settings.today());
        reports.end(&summary)?;
        if let Some(Err(why)) = cache.map(Cache::finish) {
            crate::note(&wording::cache_unused(&why, config.lang));
        }
        let stale = config.fail_on_unused && !summary.stale.is_empty();
        if stale {
            let file = config.exceptions.display().to_string();
            crate::complain(&Problem::StaleExceptions { file, count: summary.stale.len() }, config.lang);
        }
        for error in listing.errors() {
            crate::complain(&Problem::Source(error.clone()), config.lang);
        }
        // A pattern with a slip in it must not look like a folder without a finding.
        let listed = self.from_stdin || self.git.get().is_some();
        let none = summary.documents == 0 && summary.excluded > 0 && !summary.interrupted && !listed;
        if none {
            crate::complain(&Problem::NoneSelected, config.lang);
        }
        let failed = stale || none || !listing.errors().is_empty();
        Ok(Exit::of_scan(&summary, config.fail_on, failed))
    }

    /// The number of entries listed, 0 until it is known: counted beside the run where somebody
    /// sees the progress of a long one.
    fn total(&self, progress: &ProgressBar) -> Arc<AtomicU64> {
        let total = Arc::new(AtomicU64::new(0));
        if io::stderr().is_terminal() && !self.from_stdin && self.git.get().is_none() {
            let (paths, progress, known) = (self.paths.clone(), progress.clone(), Arc::clone(&total));
            std::thread::spawn(move || {
                std::thread::sleep(2 * PROGRESS_AFTER);
                let listed = Walk::arguments(&paths).into_iter().flatten();
                let count = listed.take_while(|_| !progress.is_finished()).count();
                known.store(count as u64, Ordering::Relaxed);
            });
        }
        total
    }
}

/// Whether logs are public to a project: services that build set `CI`.
pub(crate) fn on_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// What makes names of documents paths from the current folder: a single folder's names are relative
/// to it, a single file's name is the file's alone. Nothing for a path that leads elsewhere.
fn base(paths: &[PathBuf]) -> String {
    let [path] = paths else { return String::new() };
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let mut base = String::new();
    for part in folder.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => base.extend([&escaped_name(part), "/"]),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return String::new(),
        }
    }
    base
}

/// The paths on standard input.
fn listed_paths(nul: bool) -> Result<Vec<PathBuf>, Problem> {
    let unread = |why: String| Problem::Listing { why };
    let mut list = Vec::new();
    io::stdin().lock().read_to_end(&mut list).map_err(|error| unread(error.to_string()))?;
    let end = if nul { 0 } else { b'\n' };
    let paths = list.split(|byte| *byte == end).filter(|path| !path.is_empty());
    paths.map(|path| path_of(path).ok_or_else(|| unread("not UTF-8".to_owned()))).collect()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere not every name is a path")]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(PathBuf::from(std::ffi::OsStr::from_bytes(bytes)))
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    std::str::from_utf8(bytes).ok().map(|path| PathBuf::from(path.trim_end_matches('\r')))
}

/// A bar on standard error that appears when a run takes long, where a person can see it.
fn progress_bar(lang: Lang, wanted: bool) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar.set_message(wording::progress(&Summary::default(), 0, lang));
    if wanted && io::stderr().is_terminal() {
        let bar = bar.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PROGRESS_AFTER);
            if !bar.is_finished() {
                bar.set_draw_target(ProgressDrawTarget::stderr());
                bar.enable_steady_tick(Duration::from_millis(200));
            }
        });
    }
    bar
}

/// The reports of a run with where they go.
pub(crate) struct Reports<'a> {
    options: Options<'a>,
    reports: Vec<(Output, Box<dyn Reporter + 'a>)>,
    /// The format that goes to standard output.
    printed: Option<Format>,
}

impl<'a> Reports<'a> {
    pub(crate) fn open(formats: &[(Format, Option<PathBuf>)], options: Options<'a>) -> Result<Self, Problem> {
        let formats = if formats.is_empty() { &[(Format::Human, None)] } else { formats };
        let mut reports = Vec::new();
        let printed = formats.iter().find(|(_, file)| file.is_none()).map(|(format, _)| *format);
        for (index, (format, file)) in formats.iter().enumerate() {
            if formats.iter().take(index).any(|(_, other)| other == file) {
                let target = file.as_ref().map(|file| file.display().to_string());
                return Err(Problem::SameTarget { target: target.unwrap_or_default() });
            }
            let (output, out) = Output::open(file.as_deref())?;
            let options = Options { colour: output.colour(), ..options };
            reports.push((output, format.reporter(out, options)));
        }
        Ok(Self { options, reports, printed })
    }

    /// Whether a terminal shows this format.
    fn on_terminal(&self, format: Format) -> bool {
        self.printed == Some(format) && io::stdout().is_terminal()
    }

    fn unfinished(&self) -> Vec<PathBuf> {
        self.reports.iter().filter_map(|(output, _)| output.unfinished()).collect()
    }

    fn screening(&mut self, screening: &Screening) -> Result<(), Problem> {
        self.document(&Record::new(screening, &self.options))
    }

    pub(crate) fn document(&mut self, record: &Record) -> Result<(), Problem> {
        for (output, reporter) in &mut self.reports {
            reporter.document(record).map_err(|error| output.problem(&error))?;
        }
        Ok(())
    }

    pub(crate) fn end(self, summary: &Summary) -> Result<(), Problem> {
        let mut finished = Vec::new();
        for (output, mut reporter) in self.reports {
            reporter.end(summary).map_err(|error| output.problem(&error))?;
            finished.push(output);
        }
        finished.into_iter().try_for_each(Output::finish)
    }
}
