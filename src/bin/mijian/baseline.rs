//! `mijian baseline`: takes over an old site, whose documents are public already, so that only what
//! is new or changed has to be decided.

use std::path::PathBuf;

use clap::Args;
use mijian::config::Config;
use mijian::report::wording::{self, Problem};
use mijian::source::Walk;

use crate::approve::DecisionOptions;
use crate::exit::Exit;
use crate::settings::Settings;

/// Take over an old site: writes an exception for everything that a scan of it finds or can't read
#[derive(Debug, Args)]
pub(crate) struct Baseline {
    /// Files and folders, as in the scan that the exceptions are for
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    decision: DecisionOptions,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Baseline {
    pub(crate) fn run(&self, mut config: Config) -> Result<Exit, Problem> {
        let decision = self.decision.check(&mut config, self.settings.today())?;
        let (screener, workers) = self.settings.isolated(&config)?;
        let screener = screener.with_exceptions(config.exceptions()?);
        let mut walk = Walk::arguments(&self.paths).map_err(Problem::Source)?;
        let decided = decision.decide(&screener, workers.as_ref(), &config, walk.by_ref(), |_| Ok(()))?;
        if let Some(error) = walk.errors().first() {
            return Err(Problem::Source(error.clone()));
        }
        crate::note(&wording::baselined(decided.documents, decided.excepted, config.lang));
        decided.write(&config)?;
        decided.tell_uncovered(&config);
        Ok(Exit::Success)
    }
}
