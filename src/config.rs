//! The configuration: defaults, then `mijian.toml`, then the command line.
//!
//! [`Config`] is what is in force, with every key; `mijian config` writes it out in the form of the
//! file. The file itself is read strictly: a key that nobody knows would be a setting that silently
//! does nothing, so it fails, and the message names the keys there are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::finding::Verdict;
use crate::limits::Limits;
use crate::policy::{Exceptions, FailOn, Policy};
use crate::report::Show;
use crate::report::wording::{Lang, Problem};
use crate::rules::{List, ListOptions, Overlap, RuleError, RuleProblem, RuleSet};
use crate::source::Git;

/// The file that is used when it lies in the current directory.
pub const FILE_NAME: &str = "mijian.toml";

/// The file of exceptions that is used when it lies beside the configuration.
pub const EXCEPTIONS_NAME: &str = "mijian.exceptions";

/// The most documents that can be screened at the same time.
pub const MAX_JOBS: usize = 1024;

/// Bytes in a mebibyte, the unit of the sizes in the file.
const MIB: u64 = 1 << 20;

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// From which verdict on `scan` does not end with 0.
    pub fail_on: FailOn,
    /// Language of reports and messages.
    pub lang: Lang,
    /// How much of a document a report shows.
    pub show: Show,
    /// Documents screened at the same time.
    pub jobs: NonZeroUsize,
    /// Where documents are looked into.
    pub isolation: Isolation,
    /// The office's own lists, beside the built-in rules.
    pub wordlists: Vec<Wordlist>,
    /// Verdicts that differ from the rules' own.
    pub policy: BTreeMap<String, Verdict>,
    /// What may go out all the same; in the configuration relative to it.
    pub exceptions: PathBuf,
    /// Whether exceptions that are expired or that nothing needed make a run fail.
    pub fail_on_unused: bool,
    /// What a document may cost.
    pub limits: LimitKeys,
    /// The exceptions were named on the command line, so they must be there.
    #[serde(skip)]
    exceptions_named: bool,
    /// Where settings come from that lie in a repository whose changes are screened.
    #[serde(skip)]
    git: Option<Git>,
    /// The file this was read from, and the lines of its policy.
    #[serde(skip)]
    origin: Option<Origin>,
}

/// Where documents are looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Isolation {
    /// In supervised processes: see [`crate::isolate`].
    #[default]
    Process,
    /// In the program's own process, where a document can end the run: for looking into errors.
    None,
}

/// An office's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wordlist {
    /// The file; in the configuration relative to it.
    pub path: PathBuf,
    /// What a finding of a plain list means. Rich lists say it themselves.
    #[serde(default = "review")]
    pub verdict: Verdict,
    /// Which of hits inside each other are reported.
    #[serde(default)]
    pub overlap: Overlap,
    /// The terms of a plain list are looked for by their sound too.
    #[serde(default)]
    pub pinyin: bool,
}

impl Wordlist {
    /// The list at `path`, with the defaults of the file.
    pub fn new(path: PathBuf) -> Self {
        Self { path, verdict: review(), overlap: Overlap::default(), pinyin: false }
    }

    fn options(&self) -> ListOptions {
        ListOptions { verdict: self.verdict, overlap: self.overlap, pinyin: self.pinyin }
    }
}

fn review() -> Verdict {
    Verdict::Review
}

/// The limits that can be set, in the units of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LimitKeys {
    /// MiB that all parts of a document may inflate to together.
    pub inflated_mib: u64,
    /// MiB of text extracted from one document.
    pub text_mib: u64,
    /// Documents within documents.
    pub depth: u8,
    /// Entries of a document, inner ones included.
    pub entries: u32,
    /// MiB of one file.
    pub file_mib: u64,
    /// Seconds of processor time for a document, besides what its size gives it.
    pub cpu_seconds: u64,
    /// Seconds by the clock for a document, besides what its size gives it.
    pub wall_seconds: u64,
    /// MiB of memory for screening a document.
    pub memory_mib: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Origin {
    file: String,
    policy_lines: BTreeMap<String, usize>,
}

/// The file as written: everything may be absent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    fail_on: Option<FailOn>,
    lang: Option<Lang>,
    show: Option<Show>,
    jobs: Option<Spanned<u64>>,
    isolation: Option<Isolation>,
    #[serde(default)]
    wordlists: Vec<Wordlist>,
    exceptions: Option<PathBuf>,
    fail_on_unused: Option<bool>,
    #[serde(default)]
    policy: BTreeMap<Spanned<String>, Verdict>,
    #[serde(default)]
    limits: FileLimits,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FileLimits {
    inflated_mib: Option<Spanned<u64>>,
    text_mib: Option<Spanned<u64>>,
    depth: Option<Spanned<u64>>,
    entries: Option<Spanned<u64>>,
    file_mib: Option<Spanned<u64>>,
    cpu_seconds: Option<Spanned<u64>>,
    wall_seconds: Option<Spanned<u64>>,
    memory_mib: Option<Spanned<u64>>,
}

impl Config {
    /// The settings without a file. `lang` is the language of the user's locale.
    pub fn defaults(lang: Lang) -> Self {
        let limits = Limits::default();
        Self {
            fail_on: FailOn::default(),
            lang,
            show: Show::default(),
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            isolation: Isolation::default(),
            wordlists: Vec::new(),
            policy: BTreeMap::new(),
            exceptions: EXCEPTIONS_NAME.into(),
            fail_on_unused: false,
            limits: LimitKeys {
                inflated_mib: limits.inflated / MIB,
                text_mib: limits.text as u64 / MIB,
                depth: limits.depth,
                entries: limits.entries,
                file_mib: limits.file / MIB,
                cpu_seconds: limits.cpu_seconds,
                wall_seconds: limits.wall_seconds,
                memory_mib: limits.memory / MIB,
            },
            exceptions_named: false,
            git: None,
            origin: None,
        }
    }

    /// The defaults with `file` over them; without one, with [`FILE_NAME`] in the current directory
    /// if it is there. With `git`, settings that lie in its repository are those of the revision that
    /// is compared with.
    ///
    /// # Errors
    /// A file that can't be read or used, with the line and what would be right.
    pub fn load(file: Option<&Path>, lang: Lang, git: Option<Git>) -> Result<Self, Problem> {
        let defaults = Self { git, ..Self::defaults(lang) };
        let path = file.unwrap_or(Path::new(FILE_NAME));
        let name = path.display().to_string();
        let text = match defaults.read_text(path) {
            Ok(text) => text,
            Err(error) if file.is_none() && error.kind() == io::ErrorKind::NotFound => {
                return Ok(defaults);
            }
            Err(error) => return Err(Problem::ConfigUnread { file: name, why: error.to_string() }),
        };
        defaults.with_file(&text, path)
    }

    /// The bytes of a file of settings.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.git.as_ref().map_or_else(|| fs::read(path), |git| git.read_settings(path))
    }

    fn read_text(&self, path: &Path) -> io::Result<String> {
        String::from_utf8(self.read(path)?)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))
    }

    fn with_file(mut self, text: &str, path: &Path) -> Result<Self, Problem> {
        let name = path.display().to_string();
        let file: File = toml::from_str(text)
            .map_err(|error| Problem::ConfigSyntax { file: name.clone(), message: error.to_string() })?;
        let number = |key, value: Option<Spanned<u64>>, default, most| match value {
            None => Ok(default),
            Some(value) if (1..=most).contains(value.get_ref()) => Ok(value.into_inner()),
            Some(value) => Err(Problem::Range {
                file: name.clone(),
                line: line_of(text, value.span().start),
                key,
                value: value.into_inner(),
                least: 1,
                most,
            }),
        };

        self.fail_on = file.fail_on.unwrap_or(self.fail_on);
        self.lang = file.lang.unwrap_or(self.lang);
        self.show = file.show.unwrap_or(self.show);
        self.isolation = file.isolation.unwrap_or(self.isolation);
        let jobs = number("jobs", file.jobs, self.jobs.get() as u64, MAX_JOBS as u64)?;
        self.jobs = usize::try_from(jobs).ok().and_then(NonZeroUsize::new).unwrap_or(self.jobs);
        let folder = path.parent().unwrap_or(Path::new(""));
        self.wordlists = file.wordlists;
        for list in &mut self.wordlists {
            list.path = folder.join(&list.path);
        }
        self.exceptions = folder.join(file.exceptions.unwrap_or(self.exceptions));
        self.fail_on_unused = file.fail_on_unused.unwrap_or(self.fail_on_unused);

        let (limits, most) = (&mut self.limits, LimitKeys::MOST);
        let set = file.limits;
        limits.inflated_mib =
            number("inflated-mib", set.inflated_mib, limits.inflated_mib, most.inflated_mib)?;
        limits.text_mib = number("text-mib", set.text_mib, limits.text_mib, most.text_mib)?;
        limits.file_mib = number("file-mib", set.file_mib, limits.file_mib, most.file_mib)?;
        limits.cpu_seconds = number("cpu-seconds", set.cpu_seconds, limits.cpu_seconds, most.cpu_seconds)?;
        limits.wall_seconds =
            number("wall-seconds", set.wall_seconds, limits.wall_seconds, most.wall_seconds)?;
        limits.memory_mib = number("memory-mib", set.memory_mib, limits.memory_mib, most.memory_mib)?;
        let depth = number("depth", set.depth, limits.depth.into(), most.depth.into())?;
        limits.depth = u8::try_from(depth).unwrap_or(limits.depth);
        let entries = number("entries", set.entries, limits.entries.into(), most.entries.into())?;
        limits.entries = u32::try_from(entries).unwrap_or(limits.entries);

        let mut policy_lines = BTreeMap::new();
        for (rule, verdict) in file.policy {
            policy_lines.insert(rule.get_ref().clone(), line_of(text, rule.span().start));
            self.policy.insert(rule.into_inner(), verdict);
        }
        self.origin = Some(Origin { file: name, policy_lines });
        Ok(self)
    }

    /// The rules in force, built-in ones first; every policy line must name one of them.
    ///
    /// # Errors
    /// A list that can't be read or used, or a policy line that names nothing.
    pub fn rules(&self) -> Result<RuleSet, Problem> {
        self.rules_of(&self.lists()?)
    }

    /// The office's own lists, read.
    ///
    /// # Errors
    /// The first that can't be read.
    pub fn lists(&self) -> Result<Vec<List>, Problem> {
        let read = |list: &Wordlist| {
            let name = list.path.display().to_string();
            match self.read(&list.path) {
                Ok(content) => Ok(List { name, content, options: list.options() }),
                Err(error) => {
                    let problem = RuleProblem::Unreadable(error.to_string());
                    Err(Problem::Rules(RuleError { file: name, line: None, problem }))
                }
            }
        };
        self.wordlists.iter().map(read).collect()
    }

    /// The rules in force, as [`Self::rules`], from lists that are read already.
    ///
    /// # Errors
    /// A list that can't be used, or a policy line that names nothing.
    pub fn rules_of(&self, lists: &[List]) -> Result<RuleSet, Problem> {
        let mut rules = RuleSet::with_lists(lists).map_err(Problem::Rules)?;
        rules.warn_of_repeated(lists);
        let names = Policy::names(&rules);
        if let (Some(name), Some(origin)) =
            (self.policy.keys().find(|name| !names.contains(*name)), &self.origin)
        {
            return Err(Problem::PolicyName {
                file: origin.file.clone(),
                line: origin.policy_lines.get(name).copied().unwrap_or(1),
                name: name.clone(),
                allowed: similar(name, &names),
            });
        }
        Ok(rules)
    }

    /// The file this was read from.
    pub fn file(&self) -> Option<&str> {
        self.origin.as_ref().map(|origin| origin.file.as_str())
    }

    /// The verdicts for the policy stage.
    pub fn policy(&self) -> Policy {
        Policy { verdicts: self.policy.clone(), ..Policy::default() }
    }

    /// Takes exceptions from this file, which then must be there.
    pub fn name_exceptions(&mut self, file: PathBuf) {
        self.exceptions = file;
        self.exceptions_named = true;
    }

    /// The exceptions in force: none without a file of them, unless one was named.
    ///
    /// # Errors
    /// A file that can't be read, or a line that is broken.
    pub fn exceptions(&self) -> Result<Exceptions, Problem> {
        let name = self.exceptions.display().to_string();
        match self.read_text(&self.exceptions) {
            Ok(text) => Exceptions::parse(&name, &text).map_err(Problem::Exception),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.exceptions_named => {
                Ok(Exceptions::default())
            }
            Err(error) => Err(Problem::ExceptionsUnread { file: name, why: error.to_string() }),
        }
    }

    /// The limits for the stages that read.
    pub fn limits(&self) -> Limits {
        let keys = &self.limits;
        Limits {
            inflated: keys.inflated_mib * MIB,
            text: usize::try_from(keys.text_mib * MIB).unwrap_or(usize::MAX),
            depth: keys.depth,
            entries: keys.entries,
            file: keys.file_mib * MIB,
            cpu_seconds: keys.cpu_seconds,
            wall_seconds: keys.wall_seconds,
            memory: keys.memory_mib * MIB,
            ..Limits::default()
        }
    }

    /// Everything as TOML that [`Config::load`] reads back.
    pub fn to_toml(&self) -> String {
        // Only a path that is not UTF-8 has no TOML form; such a dump says so in its place.
        toml::to_string(self).unwrap_or_else(|error| format!("# {error}\n"))
    }
}

impl LimitKeys {
    /// The most that each limit can be set to; the least is 1.
    const MOST: Self = Self {
        inflated_mib: 65_536,
        text_mib: 16_384,
        depth: 64,
        entries: 10_000_000,
        file_mib: 65_536,
        cpu_seconds: 86_400,
        wall_seconds: 86_400,
        memory_mib: 1_048_576,
    };
}

/// The names of the same family, or the families there are.
pub fn similar(name: &str, names: &std::collections::BTreeSet<String>) -> Vec<String> {
    let family = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    let wanted = family(name);
    let same: Vec<String> = names.iter().filter(|known| family(known) == wanted).cloned().collect();
    if same.is_empty() { names.iter().filter(|known| !known.contains('.')).cloned().collect() } else { same }
}

/// The line of a byte, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, Problem> {
        Config::defaults(Lang::En).with_file(text, Path::new("conf/mijian.toml"))
    }

    #[test]
    fn a_file_overrides_what_it_names_and_nothing_else() {
        let config = read(
            "fail-on = 'block'\nlang = 'zh'\nshow = 'none'\njobs = 3\nisolation = 'none'\n\
             wordlists = [{ path = 'own.txt', verdict = 'block', overlap = 'all' }, { path = '/abs.txt' }]\n\
             [policy]\n\"unread.image\" = 'pass'\n[limits]\ndepth = 9\nfile-mib = 1\ncpu-seconds = 7\n\
             wall-seconds = 8\nmemory-mib = 1\n",
        )
        .unwrap();
        assert_eq!((config.fail_on, config.lang, config.show), (FailOn::Block, Lang::Zh, Show::None));
        assert_eq!((config.jobs.get(), config.isolation), (3, Isolation::None));
        let lists: Vec<_> = config.wordlists.iter().map(|l| (l.path.to_str().unwrap(), l.verdict)).collect();
        assert_eq!(lists, [("conf/own.txt", Verdict::Block), ("/abs.txt", Verdict::Review)]);
        let overlaps: Vec<_> = config.wordlists.iter().map(|list| list.overlap).collect();
        assert_eq!(overlaps, [Overlap::All, Overlap::Longest]);
        let limits = config.limits();
        assert_eq!((limits.depth, limits.file, limits.inflated), (9, 1 << 20, 256 << 20));
        assert_eq!((limits.cpu_seconds, limits.wall_seconds, limits.memory), (7, 8, 1 << 20));
        assert_eq!(config.policy().unread(crate::limits::GapKind::Image), Verdict::Pass);
        assert_eq!(read("").unwrap().fail_on, FailOn::Review);
    }

    #[test]
    fn a_key_nobody_knows_fails_with_its_line_and_the_keys_there_are() {
        for (text, line, offender, allowed) in [
            ("\nfial-on = 'block'", "line 2", "`fial-on`", "`fail-on`"),
            ("[limits]\nsize = 1", "line 2", "`size`", "`inflated-mib`"),
            ("wordlists = [{ file = 'x' }]", "line 1", "`file`", "`path`"),
            ("fail-on = 'never'\nshow = 'all'", "line 2", "`all`", "`context`"),
        ] {
            let Err(Problem::ConfigSyntax { message, .. }) = read(text) else { panic!("{text}") };
            for part in [line, offender, allowed] {
                assert!(message.contains(part), "{part} in {message}");
            }
        }
    }

    #[test]
    fn numbers_have_a_range() {
        for (text, line, key) in [
            ("jobs = 0", 1, "jobs"),
            ("[limits]\ndepth = 65", 2, "depth"),
            ("[limits]\n\nentries = 0", 3, "entries"),
        ] {
            let Err(Problem::Range { line: at, key: which, .. }) = read(text) else { panic!("{text}") };
            assert_eq!((at, which), (line, key));
        }
        assert!(matches!(read("jobs = -1"), Err(Problem::ConfigSyntax { .. })));
    }

    #[test]
    fn a_policy_line_must_name_a_rule() {
        let config = read("[policy]\nunread = 'block'\n\"unread.imag\" = 'pass'\n").unwrap();
        let Err(Problem::PolicyName { line, name, allowed, .. }) = config.rules() else { panic!() };
        assert_eq!((line, name.as_str()), (3, "unread.imag"));
        assert!(allowed.contains(&"unread.image".to_owned()) && !allowed.contains(&"no_text".to_owned()));
        assert!(read("[policy]\nunread = 'block'\nno_text = 'review'\n").unwrap().rules().is_ok());
    }

    #[test]
    fn the_examples_in_the_readmes_hold() {
        for readme in [include_str!("../README.md"), include_str!("../README.zh-CN.md")] {
            let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next());
            let config = read(example.unwrap()).unwrap();
            let policy = Config { wordlists: Vec::new(), ..config.clone() };
            assert!(policy.rules().is_ok(), "{:?}", policy.rules().err());
            assert_eq!((config.limits(), config.wordlists.len()), (Limits::default(), 1));
        }
    }

    #[test]
    fn the_dump_has_every_key_and_is_read_back_the_same() {
        let config = read(
            "jobs = 2\nexceptions = '/e'\nwordlists = [{ path = '/a.txt', overlap = 'all', pinyin = true }]\n[policy]\n'unread.io' = 'pass'",
        )
        .unwrap();
        let dump = config.to_toml();
        let top =
            ["fail-on", "lang", "show", "jobs", "isolation", "wordlists", "exceptions", "fail-on-unused"];
        let limits = ["inflated-mib", "text-mib", "depth", "entries", "file-mib"];
        for key in top.into_iter().chain(limits).chain(["cpu-seconds", "wall-seconds", "memory-mib"]) {
            assert!(dump.contains(key), "{key} in {dump}");
        }
        let again = read(&dump).unwrap();
        assert_eq!(Config { origin: None, ..again }, Config { origin: None, ..config });
    }
}
