//! `mijian explain`: every hit of a document, also the dropped ones, with the evidence.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use mijian::config::Config;
use mijian::finding::Verdict;
use mijian::report::escape::escape;
use mijian::report::wording::{self, Label, Lang, Problem};
use mijian::screen::Explained;

use crate::exit::Exit;
use crate::output::print;
use crate::settings::{Settings, document};

/// Show every hit of a document, also the dropped ones, with the evidence for and against.
/// Shows text of the document, unmasked
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The document
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

impl Explain {
    pub(crate) fn run(&self, config: &Config) -> Result<Exit, Problem> {
        let screener = self.settings.screener(config)?;
        let document = document(&self.file, screener.limits().file)?;
        let hits = screener.explain(&document);
        let screening = screener.screen(&document);
        let lang = config.lang;
        print(|out| {
            hits.iter().try_for_each(|hit| explained(out, hit, screener.rules().get(&hit.rule), lang))?;
            screening.unread.iter().try_for_each(|unread| {
                let gap = wording::gap(&unread.gap, unread.inner.as_deref(), lang);
                writeln!(out, "{}{gap}", wording::label(Label::Unread, lang))
            })
        })?;
        Ok(Exit::Success)
    }
}

fn explained(
    out: &mut dyn Write,
    hit: &Explained,
    rule: Option<&mijian::rules::Rule>,
    lang: Lang,
) -> io::Result<()> {
    let tag = match hit.verdict {
        Verdict::Pass => wording::label(Label::Dropped, lang),
        verdict => wording::verdict(verdict, lang),
    };
    let place = wording::location(&hit.at, hit.inner.as_deref(), lang);
    let title = rule.map_or(&*hit.rule, |rule| lang.of(&rule.title));
    writeln!(out, "[{tag}] {place}")?;
    let (before, behind) = (escape(&hit.context.0), escape(&hit.context.1));
    writeln!(out, "    …{before}【{}】{behind}…", escape(&hit.matched))?;
    writeln!(out, "    {} ({})", escape(title), escape(&hit.rule))?;
    let judged = wording::judged(hit.reason.judged, lang);
    let sure = wording::confidence(hit.confidence, lang);
    writeln!(out, "    {}{judged} · {sure}", wording::label(Label::For, lang))?;
    for evidence in &hit.reason.evidence {
        writeln!(out, "      - {}", wording::evidence(evidence, lang, true))?;
    }
    Ok(())
}
