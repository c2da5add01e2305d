//! Options that several commands share, and what they make of the configuration.

use std::fs::File;
use std::io::Read as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use jiff::civil::Date;
use mijian::cache::{self, Cache};
use mijian::config::{Config, Isolation, Wordlist};
use mijian::document::Document;
use mijian::isolate::{self, NoWorker, Setup, Workers};
use mijian::limits::Limits;
use mijian::report::wording::{self, Lang, Problem};
use mijian::rules::RuleSet;
use mijian::screen::Screener;
use mijian::source::{Git, escaped_name};

/// Bytes of a list of passwords.
const PASSWORD_FILE_BYTES: u64 = 1 << 20;
/// Lines of own lists that are told one by one.
const TOLD_WARNINGS: usize = 10;

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Configuration file [default: mijian.toml in the current directory, if there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// An own list beside the built-in rules: *.txt, one term a line; *.toml, rich rules. Repeatable
    #[arg(long = "wordlist", value_name = "FILE")]
    wordlists: Vec<PathBuf>,

    /// Passwords to try on encrypted documents, one a line
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Language of reports and messages [default: from the locale]
    #[arg(long, value_name = "LANG")]
    lang: Option<LangArg>,

    /// Date that expiry is reckoned against, YYYY-MM-DD [default: the clock]
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LangArg {
    Zh,
    En,
}

pub(crate) fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a date such as 2026-01-31".to_owned())
}

/// The number of jobs as the command line takes it.
pub(crate) fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let most = mijian::config::MAX_JOBS;
    let jobs = text.parse::<NonZeroUsize>().ok().filter(|jobs| jobs.get() <= most);
    jobs.ok_or_else(|| format!("write a number from 1 to {most}"))
}

/// The language of the locale.
pub(crate) fn locale() -> Lang {
    Lang::of_locale(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok()))
}

impl Settings {
    /// The language until the configuration is known: the option's, else the locale's.
    pub(crate) fn lang(&self) -> Lang {
        let lang = self.lang.map(|lang| match lang {
            LangArg::Zh => Lang::Zh,
            LangArg::En => Lang::En,
        });
        lang.unwrap_or_else(locale)
    }

    /// Defaults, file and these options, in that order; what lies in the repository of `git` as it is
    /// in the revision compared with.
    pub(crate) fn config(&self, git: Option<Git>) -> Result<Config, Problem> {
        let mut config = Config::load(self.config.as_deref(), self.lang(), git)?;
        if self.lang.is_some() {
            config.lang = self.lang();
        }
        let own = self.wordlists.iter().cloned();
        config.wordlists.extend(own.map(Wordlist::new));
        Ok(config)
    }

    /// The limits of the configuration, and the passwords of these options.
    pub(crate) fn limits(&self, config: &Config) -> Result<Limits, Problem> {
        let mut limits = config.limits();
        if let Some(path) = &self.password_file {
            let text = document(path, PASSWORD_FILE_BYTES)?.bytes;
            let text = String::from_utf8_lossy(&text);
            let lines = text.trim_start_matches('\u{feff}').lines();
            limits.passwords = lines.filter(|line| !line.is_empty()).map(str::to_owned).collect();
        }
        Ok(limits)
    }

    /// The day that expiry is reckoned against.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| jiff::Zoned::now().date())
    }

    /// The screener for this configuration.
    pub(crate) fn screener(&self, config: &Config) -> Result<Screener, Problem> {
        Ok(self.screener_of(rules(config)?, config, self.limits(config)?))
    }

    fn screener_of(&self, rules: RuleSet, config: &Config, limits: Limits) -> Screener {
        Screener::new(rules, config.policy(), limits, self.today())
    }

    /// The screener for this configuration, with processes that look into documents for it.
    pub(crate) fn isolated(&self, config: &Config) -> Result<(Screener, Option<Workers>), Problem> {
        if config.isolation == Isolation::None {
            return Ok((self.screener(config)?, None));
        }
        let lists = config.lists()?;
        let limits = self.limits(config)?;
        let setup = Setup { lists: lists.clone(), limits: limits.clone() };
        // The first one reads the rules while this process does.
        let workers = workers(setup)?;
        let rules = told(config.rules_of(&lists)?, config.lang);
        Ok((self.screener_of(rules, config, limits), Some(workers)))
    }
}

/// Processes of this program that look into documents.
pub(crate) fn workers(setup: Setup) -> Result<Workers, Problem> {
    let cannot = |why: String| Problem::Workers { why };
    let program = isolate::this_program().map_err(|error| cannot(error.to_string()))?;
    Workers::start(program, setup).map_err(|NoWorker(why)| cannot(why))
}

/// The answers of earlier runs; a cache that can't be used is told, and the run does without.
pub(crate) fn cache(file: &Path, config: &Config, limits: &Limits) -> Option<Cache> {
    let open = || {
        let lists = config.lists().unwrap_or_default();
        let setup = Setup { lists, limits: limits.clone() };
        let fingerprint = cache::fingerprint(&setup).map_err(|error| error.to_string())?;
        Cache::open(file, &fingerprint)
    };
    open().inspect_err(|why| crate::note(&wording::cache_unused(why, config.lang))).ok()
}

/// The rules in force. Lines of own lists that change nothing are told on standard error.
pub(crate) fn rules(config: &Config) -> Result<RuleSet, Problem> {
    Ok(told(config.rules()?, config.lang))
}

fn told(rules: RuleSet, lang: Lang) -> RuleSet {
    for warning in rules.warnings().iter().take(TOLD_WARNINGS) {
        crate::note(&wording::rule_warning(warning, lang));
    }
    match rules.warnings().len().saturating_sub(TOLD_WARNINGS) {
        0 => {}
        more => crate::note(&wording::more_warnings(more, lang)),
    }
    rules
}

/// Reads the one document of `text` and `explain`.
pub(crate) fn document(path: &Path, limit: u64) -> Result<Document, Problem> {
    let problem = |why: String| Problem::Document { file: path.display().to_string(), why };
    let file = File::open(path).map_err(|error| problem(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| problem(error.to_string()))?;
    if bytes.len() as u64 > limit {
        return Err(problem(format!("over {limit} bytes")));
    }
    Ok(Document::new(path.file_name().map(escaped_name).unwrap_or_default(), bytes))
}
