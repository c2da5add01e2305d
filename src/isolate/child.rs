//! A worker: takes documents from its standard input, looks at them, answers on its standard output.

use std::io::{self, BufReader, BufWriter, Write as _};

use super::confine::{self, Confined};
use super::frame::{self, Hello};
use crate::finding::Screening;
use crate::policy::Policy;
use crate::rules::RuleSet;
use crate::screen::Screener;

/// Bytes of documents that are read at once, and of answers that wait.
const BUFFER_BYTES: usize = 128 << 10;

/// Serves until there are no more documents.
///
/// # Errors
/// When the other side does not talk as a run does, or is gone.
pub fn serve() -> io::Result<()> {
    let no_dumps = confine::prepare();
    let mut documents = BufReader::with_capacity(BUFFER_BYTES, io::stdin().lock());
    let mut answers = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());

    let (setup, known) = frame::read_setup(&mut documents)?;
    let rules = RuleSet::with_lists(&setup.lists).map_err(|error| io::Error::other(format!("{error:?}")))?;
    if !known.is_empty() {
        rules.take_over(postcard::from_bytes(&known).map_err(io::Error::other)?);
    }
    // The day and the office's policy are the run's business: it decides, the worker looks.
    let screener = Screener::new(rules, Policy::default(), setup.limits, jiff::civil::Date::MIN);
    screener.warm_up();
    let confined = Confined::new(screener.limits(), no_dumps);
    let version = super::VERSION.to_owned();
    let worked_out = match known.is_empty() {
        true => postcard::to_stdvec(&screener.rules().worked_out()).map_err(io::Error::other)?,
        false => Vec::new(),
    };
    frame::write(&mut answers, &Hello { version, protection: confined.protection, worked_out })?;
    answers.flush()?;

    confined.allow_receiving();
    while let Some(group) = frame::read_group(&mut documents)? {
        let mut group = group.into_iter().peekable();
        let mut after_light = false;
        while let Some(document) = group.next() {
            let light = frame::is_light(&document);
            if !(light && after_light) {
                confined.allow(document.bytes.len() as u64);
            }
            after_light = light;
            // The run knows the name.
            let seen = Screening { name: String::new(), ..screener.look(&document) };
            frame::write(&mut answers, &seen)?;
            if !group.peek().is_some_and(frame::is_light) {
                answers.flush()?;
            }
        }
        confined.allow_receiving();
    }
    Ok(())
}
