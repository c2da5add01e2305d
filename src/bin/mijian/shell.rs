//! `mijian completions` and `mijian man`: what shells and manuals know about the command line, made
//! from its one definition.

use clap::{Args, Command};
use clap_complete::Shell;
use mijian::report::wording::Problem;

use crate::exit::Exit;
use crate::output::print;

/// Print the completions for a shell
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// A command's own page
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Completions {
    pub(crate) fn run(&self, mut command: Command) -> Result<Exit, Problem> {
        // In memory first: the generator takes no error from its output.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "mijian", &mut script);
        print(|out| out.write_all(&script))?;
        Ok(Exit::Success)
    }
}

impl Man {
    pub(crate) fn run(&self, mut command: Command) -> Result<Exit, Problem> {
        command.build();
        let page = match &self.command {
            None => command,
            Some(name) => match command.get_subcommands().find(|page| page.get_name() == name) {
                Some(page) => page.clone().display_name(format!("mijian-{name}")),
                None => {
                    let allowed = command.get_subcommands().map(|page| page.get_name().to_owned()).collect();
                    return Err(Problem::NoSuchCommand { name: name.clone(), allowed });
                }
            },
        };
        print(|mut out| clap_mangen::Man::new(page).render(&mut out))?;
        Ok(Exit::Success)
    }
}
