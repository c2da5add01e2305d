//! `mijian doctor`: what is in force here: versions, configuration, rules, and what the system lets
//! the processes be held to that look into documents.

use clap::Args;
use mijian::config::{Config, Isolation};
use mijian::isolate::{NoWorker, Setup};
use mijian::limits::BYTES_PER_SECOND;
use mijian::report::escape::escape;
use mijian::report::wording::{self, DoctorLabel as Label, Problem};

use crate::exit::Exit;
use crate::output::print;
use crate::scan::ScanOptions;
use crate::settings::{self, Settings};

/// Show what is in force: version, configuration, rules, limits, and the protection of this system
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    options: ScanOptions,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Doctor {
    pub(crate) fn run(&self, mut config: Config) -> Result<Exit, Problem> {
        self.options.apply(&mut config);
        let lang = config.lang;
        let rules = settings::rules(&config)?;
        let limits = config.limits();
        let isolated = config.isolation == Isolation::Process;
        let file = config.file().map_or(wording::no_configuration(lang).into(), escape);
        let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
        let time = wording::time_limits(limits.cpu_seconds, limits.wall_seconds, BYTES_PER_SECOND, lang);
        let mut told = vec![
            (Label::Version, env!("CARGO_PKG_VERSION").to_owned()),
            (Label::System, system),
            (Label::Configuration, file.into_owned()),
            (Label::Rules, rules.iter().count().to_string()),
            (Label::Terms, rules.terms().len().to_string()),
            (Label::Jobs, config.jobs.to_string()),
            (Label::Isolation, wording::isolation(isolated, lang).to_owned()),
        ];
        if isolated {
            let workers = settings::workers(Setup { lists: config.lists()?, limits: limits.clone() })?;
            let held = workers.protection().map_err(|NoWorker(why)| Problem::Workers { why })?;
            told.push((Label::Time, time));
            told.push((Label::Memory, format!("{} MiB", limits.memory >> 20)));
            told.extend(
                [
                    (Label::Cpu, held.cpu),
                    (Label::MemoryHeld, held.memory),
                    (Label::NoDumps, held.no_dumps),
                    (Label::NoPrivileges, held.no_new_privileges),
                    (Label::NoFiles, held.no_files),
                    (Label::SystemCalls, held.system_calls),
                ]
                .map(|(label, held)| (label, wording::in_force(held, lang).to_owned())),
            );
        }
        let colon = lang.pick("：", ": ");
        print(|out| {
            told.iter().try_for_each(|(label, value)| {
                writeln!(out, "{}{colon}{value}", wording::doctor_label(*label, lang))
            })
        })?;
        Ok(Exit::Success)
    }
}
