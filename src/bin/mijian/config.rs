//! `mijian config`: the effective configuration.

use clap::Args;
use mijian::config::Config;
use mijian::report::wording::Problem;

use crate::exit::Exit;
use crate::output::print;
use crate::scan::ScanOptions;
use crate::settings::{self, Settings};

/// Show the effective configuration as TOML, every key
#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    options: ScanOptions,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Show {
    pub(crate) fn run(&self, mut config: Config) -> Result<Exit, Problem> {
        self.options.apply(&mut config);
        // A configuration that a scan would refuse is not shown as if it were in force.
        settings::rules(&config)?;
        print(|out| out.write_all(config.to_toml().as_bytes()))?;
        Ok(Exit::Success)
    }
}
