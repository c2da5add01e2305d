//! A worker: takes documents from its standard input, looks at them, answers on its standard output.

use std::io::{self, BufReader, BufWriter};

use super::confine::{self, Confined};
use super::frame::{self, Hello};
use crate::policy::Policy;
use crate::rules::RuleSet;
use crate::screen::Screener;

/// Bytes of documents that are read at once.
const BUFFER_BYTES: usize = 128 << 10;

/// Serves until there are no more documents.
///
/// # Errors
/// When the other side does not talk as a run does, or is gone.
pub fn serve() -> io::Result<()> {
    let no_dumps = confine::prepare();
    let mut documents = BufReader::with_capacity(BUFFER_BYTES, io::stdin().lock());
    let mut answers = BufWriter::new(io::stdout().lock());

    let setup = frame::read_setup(&mut documents)?;
    let rules = RuleSet::with_lists(&setup.lists).map_err(|error| io::Error::other(format!("{error:?}")))?;
    // The day and the office's policy are the run's business: it decides, the worker looks.
    let screener = Screener::new(rules, Policy::default(), setup.limits, jiff::civil::Date::MIN);
    screener.warm_up();
    let confined = Confined::new(screener.limits(), no_dumps);
    let version = super::VERSION.to_owned();
    frame::write(&mut answers, &Hello { version, protection: confined.protection })?;

    confined.allow_receiving();
    while let Some(group) = frame::read_group(&mut documents)? {
        for document in group {
            confined.allow(document.bytes.len() as u64);
            frame::write(&mut answers, &screener.look(&document))?;
        }
        confined.allow_receiving();
    }
    Ok(())
}
