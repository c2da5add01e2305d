//! `mijian rules`: the rules in force, all in a line each or one in full.

use std::io::{self, Write};

use clap::Args;
use mijian::config::{Config, similar};
use mijian::policy::Policy;
use mijian::report::escape::escape;
use mijian::report::wording::{self, Label, Lang, Problem};
use mijian::rules::{Rule, RuleSet};

use crate::exit::Exit;
use crate::output::print;
use crate::settings::{self, Settings};

/// List the rules in force, or show one in full
#[derive(Debug, Args)]
pub(crate) struct Rules {
    /// A rule: why it exists, what to do, what it finds and does not find. A family lists its rules
    #[arg(value_name = "ID")]
    id: Option<String>,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Rules {
    pub(crate) fn run(&self, config: &Config) -> Result<Exit, Problem> {
        let rules = settings::rules(config)?;
        let lang = config.lang;
        let id = self.id.as_deref();
        if let Some(rule) = id.and_then(|id| rules.get(id)) {
            print(|out| whole(out, rule, lang))?;
            return Ok(Exit::Success);
        }
        let in_family = |rule: &&Rule| match id {
            None => true,
            Some(family) => rule.id.strip_prefix(family).is_some_and(|rest| rest.starts_with('.')),
        };
        let listed: Vec<&Rule> = rules.iter().filter(in_family).collect();
        match id {
            Some(id) if listed.is_empty() => Err(unknown(id, &rules)),
            _ => {
                print(|out| list(out, &listed, lang))?;
                Ok(Exit::Success)
            }
        }
    }
}

fn unknown(id: &str, rules: &RuleSet) -> Problem {
    let mut names = Policy::names(rules);
    let known = |name: &str| rules.iter().any(|rule| rule.id.starts_with(name));
    names.retain(|name| known(name));
    Problem::NoSuchRule { id: id.to_owned(), allowed: similar(id, &names) }
}

fn list(out: &mut dyn Write, rules: &[&Rule], lang: Lang) -> io::Result<()> {
    let width = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0);
    for rule in rules {
        let title = escape(lang.of(&rule.title));
        writeln!(out, "{:width$}  {:6}  {title}", escape(&rule.id), rule.verdict.as_str())?;
    }
    Ok(())
}

fn whole(out: &mut dyn Write, rule: &Rule, lang: Lang) -> io::Result<()> {
    writeln!(out, "{}  {}", escape(&rule.id), escape(lang.of(&rule.title)))?;
    let label = |label| wording::label(label, lang);
    writeln!(out, "{}{}", label(Label::Verdict), wording::verdict(rule.verdict, lang))?;
    for (name, text) in [(Label::Why, &rule.why), (Label::Todo, &rule.advice)] {
        match lang.of(text) {
            "" => {}
            text => writeln!(out, "{}{}", label(name), escape(text))?,
        }
    }
    for (name, examples) in [(Label::Hit, &rule.hit), (Label::Miss, &rule.miss)] {
        for example in examples {
            writeln!(out, "{}{}", label(name), escape(example))?;
        }
    }
    Ok(())
}
