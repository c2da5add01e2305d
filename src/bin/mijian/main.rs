//! The command line: parse, dispatch, exit code.

mod approve;
mod baseline;
mod config;
mod doctor;
mod eval;
mod exit;
mod explain;
mod interrupt;
mod output;
mod report;
mod rules;
mod scan;
mod select;
mod settings;
mod shell;
mod text;

use std::io::{self, Write as _};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{CommandFactory as _, Parser, Subcommand};
use mijian::config::Config;
use mijian::report::wording::{Lang, Problem};

use exit::Exit;
use settings::Settings;

/// Screens documents before they are published: finds classification marks, internal-material
/// warnings and sensitive terms, and answers pass, review or block
#[derive(Debug, Parser)]
#[command(name = "mijian", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Scan(Box<scan::Scan>),
    Report(report::Report),
    Text(text::Text),
    Explain(explain::Explain),
    Rules(rules::Rules),
    Eval(eval::Eval),
    Approve(approve::Approve),
    Baseline(baseline::Baseline),
    Config(config::Show),
    Doctor(doctor::Doctor),
    Completions(shell::Completions),
    Man(shell::Man),
}

impl Command {
    /// The settings of a command that has any.
    fn settings(&self) -> Option<&Settings> {
        Some(match self {
            Self::Scan(scan) => &scan.settings,
            Self::Report(report) => &report.settings,
            Self::Text(text) => &text.settings,
            Self::Explain(explain) => &explain.settings,
            Self::Rules(rules) => &rules.settings,
            Self::Eval(eval) => &eval.settings,
            Self::Approve(approve) => &approve.settings,
            Self::Baseline(baseline) => &baseline.settings,
            Self::Config(config) => &config.settings,
            Self::Doctor(doctor) => &doctor.settings,
            Self::Completions(_) | Self::Man(_) => return None,
        })
    }

    fn config(&self, lang: Lang) -> Result<Config, Problem> {
        match (self, self.settings()) {
            (Self::Scan(scan), _) => scan.config(),
            (_, Some(settings)) => settings.config(None),
            (_, None) => Ok(Config::defaults(lang)),
        }
    }

    fn run(&self, config: Config) -> Result<Exit, Problem> {
        match self {
            Self::Scan(scan) => scan.run(config),
            Self::Report(report) => report.run(&config),
            Self::Text(text) => text.run(&config),
            Self::Explain(explain) => explain.run(&config),
            Self::Rules(rules) => rules.run(&config),
            Self::Eval(eval) => eval.run(config),
            Self::Approve(approve) => approve.run(config),
            Self::Baseline(baseline) => baseline.run(config),
            Self::Config(show) => show.run(config),
            Self::Doctor(doctor) => doctor.run(config),
            Self::Completions(completions) => completions.run(Cli::command()),
            Self::Man(man) => man.run(Cli::command()),
        }
    }
}

/// What the last panic said: shown as an internal error instead of a stack trace.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> ExitCode {
    panic::set_hook(Box::new(|info| {
        if let Ok(mut last) = PANIC.lock() {
            *last = info.to_string();
        }
    }));
    // No command for people: how the program starts itself to look into documents.
    if std::env::args_os().nth(1).is_some_and(|first| first == mijian::isolate::ARGUMENT) {
        return if mijian::isolate::serve().is_ok() { Exit::Success } else { Exit::Failed }.into();
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(message) => {
            // Help and version are messages as well, those for standard output.
            let written = message.print().is_ok();
            let done = written && !message.use_stderr();
            return if done { Exit::Success } else { Exit::Failed }.into();
        }
    };
    let lang = cli.command.settings().map_or_else(settings::locale, Settings::lang);
    let (lang, result) = match cli.command.config(lang) {
        Ok(config) => (config.lang, run(|| cli.command.run(config))),
        Err(problem) => (lang, Err(problem)),
    };
    let exit = result.unwrap_or_else(|problem| {
        complain(&problem, lang);
        Exit::Failed
    });
    exit.into()
}

/// Runs a command; a bug of ours ends it as a problem like any other.
fn run(command: impl FnOnce() -> Result<Exit, Problem>) -> Result<Exit, Problem> {
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or_else(|_| {
        let what = PANIC.lock().map(|last| last.clone()).unwrap_or_default();
        Err(Problem::Internal { what })
    })
}

/// Writes why a run failed to standard error.
fn complain(problem: &Problem, lang: Lang) {
    note(&problem.text(lang));
}

/// Writes a line to standard error. Nothing can be done when nobody takes it.
fn note(line: &str) {
    let _ = writeln!(io::stderr(), "mijian: {line}");
}
