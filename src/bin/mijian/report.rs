//! `mijian report`: other reports from an earlier one in JSON lines.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use clap::Args;
use mijian::config::Config;
use mijian::report::stored::{Stored, StoredError, StoredProblem};
use mijian::report::wording::Problem;
use mijian::report::{Format, Options, Show};

use crate::exit::Exit;
use crate::scan::{Reports, on_ci, report};
use crate::settings::{self, Settings};

/// Make other reports from an earlier one in JSON lines
#[derive(Debug, Args)]
pub(crate) struct Report {
    /// What scan --format jsonl wrote. Its reasons keep the language of that scan
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Report to write, to standard output or to FILE: human, jsonl, sarif, junit, github, gitlab,
    /// csv, markdown, html, docx. Repeatable [default: human]
    #[arg(long = "format", value_name = "FORMAT[=FILE]", value_parser = report)]
    formats: Vec<(Format, Option<PathBuf>)>,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Report {
    pub(crate) fn run(&self, config: &Config) -> Result<Exit, Problem> {
        let rules = settings::rules(config)?;
        let problem = |error| Problem::Stored { file: self.file.display().to_string(), error };
        // Twice: nothing is written before the whole of it is known to be sound.
        let mut stored = self.open()?;
        while stored.document().map_err(problem)?.is_some() {}
        let (run, summary) = stored.end().map_err(problem)?;

        let (lang, show) = (config.lang, Show::Context);
        let options = Options { rules: &rules, lang, show, colour: false, run: &run };
        let mut reports = Reports::open(&self.formats, options)?;
        let mut stored = self.open()?;
        while let Some(mut record) = stored.document().map_err(problem)? {
            if on_ci() {
                record.drop_context();
            }
            reports.document(&record)?;
        }
        stored.end().map_err(problem)?;
        reports.end(&summary)?;
        Ok(Exit::Success)
    }

    fn open(&self) -> Result<Stored<BufReader<File>>, Problem> {
        let file = File::open(&self.file).map_err(|error| {
            let error = StoredError { line: None, problem: StoredProblem::Unread(error.to_string()) };
            Problem::Stored { file: self.file.display().to_string(), error }
        })?;
        Ok(Stored::new(BufReader::new(file)))
    }
}
