//! `mijian eval`: recall and false alarms against a labelled set, and why each miss is one.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use mijian::batch::{Batch, BatchError};
use mijian::config::Config;
use mijian::document::Document;
use mijian::eval::{self, Case, Confusion, Group, GroupedBy, Label, Share, VERDICTS};
use mijian::finding::{Judged, Mark, Screening, Verdict};
use mijian::limits::GapKind;
use mijian::report::escape::escape;
use mijian::report::wording::{self, EvalLabel, Label as Word, Lang, Problem};
use mijian::screen::{Explained, Screener};
use mijian::source::{Entry, Origin};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::output::print;
use crate::settings::{self, Settings};

/// Hits of one miss that people are shown; JSON has all of them.
const SHOWN_HITS: usize = 12;

/// Measure recall and false alarms against labelled documents, with the reason for each miss.
/// Shows text of the documents, unmasked
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// JSON lines {"file", "expected": "block|review|pass"}, optionally with rule, place, disguise,
    /// family, carrier, origin and text; files are relative to its folder
    #[arg(value_name = "LABELS")]
    labels: PathBuf,

    /// human or json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_possible_values = true)]
    format: EvalFormat,

    /// List all groups, not only those with misses
    #[arg(long)]
    all: bool,

    /// End with 1 when fewer of the documents labelled block are blocked; a share from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    min_recall: Option<f64>,

    /// End with 1 when more of the documents labelled pass are blocked or sent to review; a share
    /// from 0 to 1
    #[arg(long, value_name = "SHARE", value_parser = share)]
    max_false: Option<f64>,

    /// Documents screened at the same time; 1 means one core in all [default: all cores]
    #[arg(long, value_name = "N", value_parser = settings::jobs)]
    jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum EvalFormat {
    Human,
    Json,
}

fn share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a share from 0 to 1, such as 0.99".to_owned())
}

/// A document whose answer is not the one on its label, with everything that explains it.
struct Miss {
    case: Case,
    screening: Screening,
    /// Every hit, kept or dropped, the gravest first.
    hits: Vec<Explained>,
}

impl Eval {
    pub(crate) fn run(&self, config: Config) -> Result<Exit, Problem> {
        let (screener, workers) = self.settings.isolated(&config)?;
        let labels = self.read()?;
        let folder = self.labels.parent().unwrap_or(Path::new(""));
        let jobs = self.jobs.unwrap_or(config.jobs);
        let batch = Batch { screener: &screener, workers: workers.as_ref(), jobs, interrupted: None };
        let entries = labels
            .iter()
            .map(|label| Entry { name: label.file.clone(), origin: Origin::File(folder.join(&label.file)) });

        let mut waiting = labels.iter();
        let (mut cases, mut misses) = (Vec::new(), Vec::new());
        let ran = batch.run(entries, |screening| {
            let Some(label) = waiting.next().cloned() else { return Ok(()) };
            self.was_read(&label, screening)?;
            let case = Case { label, file_type: screening.file_type.clone(), got: screening.verdict };
            if case.is_miss() {
                misses.push(Miss {
                    hits: hits(&screener, folder, &case.label),
                    case: case.clone(),
                    screening: screening.clone(),
                });
            }
            cases.push(case);
            Ok(())
        });
        ran.map_err(|error| match error {
            BatchError::Workers(why) => Problem::Workers { why },
            BatchError::Answer(problem) => problem,
        })?;

        let confusion = Confusion::of(&cases);
        let missed = self.missed(&confusion, config.lang)?;
        let groups = eval::groups(&cases);
        print(|out| match self.format {
            EvalFormat::Human => human(out, &confusion, &groups, &misses, &screener, self.all, config.lang),
            EvalFormat::Json => writeln!(out, "{}", json(&confusion, &groups, &misses, config.lang)),
        })?;
        for line in &missed {
            crate::note(line);
        }
        Ok(if missed.is_empty() { Exit::Success } else { Exit::Blocked })
    }

    fn read(&self) -> Result<Vec<Label>, Problem> {
        let file = self.labels.display().to_string();
        let unread = |why: String| Problem::Labels { file: file.clone(), line: None, why };
        let set = fs::read_to_string(&self.labels).map_err(|error| unread(error.to_string()))?;
        let labels = eval::labels(&set).map_err(|error| Problem::Labels {
            file: file.clone(),
            line: Some(error.line),
            why: error.why,
        })?;
        if labels.is_empty() { Err(unread("no labels".to_owned())) } else { Ok(labels) }
    }

    /// A document that is not there would count as one that is sent to review.
    fn was_read(&self, label: &Label, screening: &Screening) -> Result<(), Problem> {
        let unread = screening.unread.iter().find(|unread| unread.gap.kind == GapKind::Io);
        match unread.filter(|_| screening.sha256.is_none()) {
            None => Ok(()),
            Some(unread) => Err(Problem::Labelled {
                file: self.labels.display().to_string(),
                line: label.line,
                document: label.file.clone(),
                why: unread.gap.detail.clone(),
            }),
        }
    }

    /// The thresholds that are missed, in words. One about documents of which there are none can't
    /// be decided, which must not look like a threshold that holds.
    fn missed(&self, confusion: &Confusion, lang: Lang) -> Result<Vec<String>, Problem> {
        let file = || self.labels.display().to_string();
        let decided = |share: Share, option, expected| {
            share.value().ok_or_else(|| Problem::NoneExpected { file: file(), option, expected })
        };
        let mut missed = Vec::new();
        if let Some(asked) = self.min_recall {
            let found = decided(confusion.recall(), "--min-recall", Verdict::Block)?;
            if found < asked {
                missed.push(wording::eval_missed(true, found, asked, lang));
            }
        }
        if let Some(asked) = self.max_false {
            let found = decided(confusion.false_alarms(), "--max-false", Verdict::Pass)?;
            if found > asked {
                missed.push(wording::eval_missed(false, found, asked, lang));
            }
        }
        Ok(missed)
    }
}

/// Every hit of a document, kept ones first. One that can't be read any more has none.
fn hits(screener: &Screener, folder: &Path, label: &Label) -> Vec<Explained> {
    let entry = Entry { name: label.file.clone(), origin: Origin::File(folder.join(&label.file)) };
    let Ok(bytes) = entry.read(screener.limits().file) else { return Vec::new() };
    let mut hits = screener.explain(&Document::new(&*label.file, bytes));
    for hit in hits.iter_mut().filter(|hit| hit.reason.judged > Judged::Mention) {
        hit.verdict = screener.policy().finding(&hit.rule, hit.verdict);
    }
    hits.sort_by_key(|hit| (std::cmp::Reverse(hit.verdict), std::cmp::Reverse(hit.reason.judged)));
    hits
}

fn human(
    out: &mut dyn Write,
    confusion: &Confusion,
    groups: &[Group],
    misses: &[Miss],
    screener: &Screener,
    all: bool,
    lang: Lang,
) -> io::Result<()> {
    let word = |label| wording::eval_label(label, lang);
    let documents = VERDICTS.iter().flat_map(|e| VERDICTS.map(|got| confusion.count(*e, got))).sum();
    writeln!(out, "{}\n", wording::eval_total(documents, confusion.misses(), lang))?;

    let columns = VERDICTS.map(|got| format!("{:>8}", got.as_str())).concat();
    writeln!(out, "{}{columns}", padded(word(EvalLabel::Table), 12))?;
    for expected in VERDICTS {
        let counts = VERDICTS.map(|got| format!("{:>8}", confusion.count(expected, got))).concat();
        writeln!(out, "{:12}{counts}", expected.as_str())?;
    }
    writeln!(out)?;
    for (label, share) in [
        (EvalLabel::Recall, confusion.recall()),
        (EvalLabel::FalseBlocks, confusion.false_blocks()),
        (EvalLabel::FalseReviews, confusion.false_reviews()),
        (EvalLabel::FalseAlarms, confusion.false_alarms()),
        (EvalLabel::Caught, confusion.caught()),
    ] {
        let percent = share.value().map_or("-".to_owned(), |value| format!("{:.2} %", value * 100.0));
        writeln!(out, "{percent:>9} {:>13}  {}", of(share), word(label))?;
    }

    let mut listed = groups.iter().filter(|group| all || group.confusion.misses() > 0).peekable();
    if listed.peek().is_some() {
        let heading = if all { EvalLabel::AllGroups } else { EvalLabel::GroupsWithMisses };
        writeln!(out, "\n{}", word(heading))?;
        let names = [EvalLabel::Recall, EvalLabel::FalseBlocks, EvalLabel::FalseReviews, EvalLabel::Caught];
        let names = names.map(|name| word(name).split(['(', '（']).next().unwrap_or_default().trim_end());
        writeln!(out, "  {}", names.map(|name| padded(name, 21)).concat().trim_end())?;
    }
    for Group { by, value, confusion } in listed {
        let shares =
            [confusion.recall(), confusion.false_blocks(), confusion.false_reviews(), confusion.caught()];
        let shares = shares.map(|share| padded(&if share.whole == 0 { "-".into() } else { of(share) }, 21));
        writeln!(out, "  {}{} {}", shares.concat(), by.as_str(), escape(value))?;
    }

    if !misses.is_empty() {
        writeln!(out, "\n{}", word(EvalLabel::Misses))?;
    }
    misses.iter().try_for_each(|miss| explained(out, miss, screener, lang))
}

/// One miss: what it should be, what it is, and what the judge says for it.
fn explained(out: &mut dyn Write, miss: &Miss, screener: &Screener, lang: Lang) -> io::Result<()> {
    let Miss { case, screening, hits } = miss;
    let label = &case.label;
    let verdict = |verdict| wording::verdict(verdict, lang);
    let known = [&label.rule, &label.place, &label.disguise, &label.family, &label.carrier, &label.origin];
    let known: Vec<_> = known.into_iter().flatten().map(|known| escape(known)).collect();
    writeln!(
        out,
        "\n[{} -> {}] {} ({}: {})",
        verdict(label.expected),
        verdict(case.got),
        escape(&label.file),
        case.file_type,
        known.join(", "),
    )?;
    if let Some(text) = &label.text {
        writeln!(out, "    {}{}", wording::eval_label(EvalLabel::Expected, lang), escape(text))?;
    }
    for hit in hits.iter().take(SHOWN_HITS) {
        let tag = match hit.verdict {
            Verdict::Pass => wording::label(Word::Dropped, lang),
            kept => verdict(kept),
        };
        let place = wording::location(&hit.at, hit.inner.as_deref(), lang);
        let (before, behind) = (escape(&hit.context.0), escape(&hit.context.1));
        writeln!(out, "    [{tag}] {place}: …{before}【{}】{behind}…", escape(&hit.matched))?;
        let rule = screener.rules().get(&hit.rule);
        let title = rule.map_or(&*hit.rule, |rule| lang.of(&rule.title));
        let reason = wording::reason(&hit.reason, lang, true);
        writeln!(out, "        {} ({}): {reason}", escape(title), escape(&hit.rule))?;
    }
    if hits.len() > SHOWN_HITS {
        writeln!(out, "    +{}", hits.len() - SHOWN_HITS)?;
    }
    if hits.is_empty() {
        writeln!(out, "    {}", wording::eval_label(EvalLabel::NoHit, lang))?;
    }
    screening.unread.iter().try_for_each(|unread| {
        let gap = wording::gap(&unread.gap, unread.inner.as_deref(), lang);
        writeln!(out, "    {}{gap} ({})", wording::label(Word::Unread, lang), unread.gap.kind.rule())
    })
}

fn of(share: Share) -> String {
    format!("{}/{}", share.part, share.whole)
}

/// `text` with blanks up to so many columns; a Chinese character takes two.
fn padded(text: &str, columns: usize) -> String {
    let taken: usize = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(columns.saturating_sub(taken)))
}

/// The one object of `--format json`; all groups, all hits.
fn json(confusion: &Confusion, groups: &[Group], misses: &[Miss], lang: Lang) -> Value {
    let groups: Vec<Value> = GroupedBy::ALL
        .into_iter()
        .flat_map(|by| groups.iter().filter(move |group| group.by == by))
        .map(|group| {
            let mut object = json!({ "by": group.by.as_str(), "value": group.value });
            merge(&mut object, figures(&group.confusion));
            object
        })
        .collect();
    let mut whole = json!({ "v": 1 });
    merge(&mut whole, figures(confusion));
    let misses: Vec<Value> = misses.iter().map(|miss| json_miss(miss, lang)).collect();
    merge(&mut whole, json!({ "groups": groups, "misses": misses }));
    whole
}

fn figures(confusion: &Confusion) -> Value {
    let row = |expected| {
        let counts = VERDICTS.map(|got| (got.as_str().to_owned(), json!(confusion.count(expected, got))));
        Value::Object(counts.into_iter().collect())
    };
    let table = VERDICTS.map(|expected| (expected.as_str().to_owned(), row(expected)));
    let documents: u64 = VERDICTS.iter().flat_map(|e| VERDICTS.map(|got| confusion.count(*e, got))).sum();
    json!({
        "documents": documents,
        "confusion": Value::Object(table.into_iter().collect()),
        "recall": confusion.recall().value(),
        "false_blocks": confusion.false_blocks().value(),
        "false_reviews": confusion.false_reviews().value(),
        "false_alarms": confusion.false_alarms().value(),
        "review_caught": confusion.caught().value(),
    })
}

fn json_miss(miss: &Miss, lang: Lang) -> Value {
    let Miss { case, screening, hits } = miss;
    let label = &case.label;
    let mut object = json!({
        "file": label.file,
        "line": label.line,
        "expected": label.expected.as_str(),
        "got": case.got.as_str(),
        "type": case.file_type,
    });
    for (key, value) in [
        ("rule", &label.rule),
        ("place", &label.place),
        ("disguise", &label.disguise),
        ("family", &label.family),
        ("carrier", &label.carrier),
        ("origin", &label.origin),
        ("text", &label.text),
    ] {
        if let Some(value) = value {
            object[key] = json!(value);
        }
    }
    let hits: Vec<Value> = hits.iter().map(|hit| json_hit(hit, lang)).collect();
    let unread: Vec<Value> = screening
        .unread
        .iter()
        .map(|unread| {
            json!({
                "rule": unread.gap.kind.rule(),
                "verdict": unread.verdict.as_str(),
                "inner": unread.inner,
                "detail": wording::gap(&unread.gap, None, lang),
            })
        })
        .collect();
    merge(&mut object, json!({ "hits": hits, "unread": unread }));
    object
}

fn json_hit(hit: &Explained, lang: Lang) -> Value {
    json!({
        "rule": hit.rule.as_ref(),
        "verdict": hit.verdict.as_str(),
        "confidence": hit.confidence.as_str(),
        "match": hit.matched,
        "level": hit.mark.as_ref().map(|mark: &Mark| mark.level.as_str()),
        "place": hit.at.place.as_str(),
        "inner": hit.inner,
        "page": hit.at.page,
        "zone": hit.at.zone.map(mijian::text::Zone::as_str),
        "line": hit.at.line,
        "column": hit.at.column,
        "context": [hit.context.0, hit.context.1],
        "reason": wording::reason(&hit.reason, lang, true),
    })
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}
