//! The rules in force: read from wordlists/ and checked.
//!
//! A rule says what it looks for and what a hit means; how a hit is told from a mention is the
//! judge's business and depends on the rule's [`Kind`]. Rules are data, level schemes too, so that
//! an office can add its own without touching code: rich rules in TOML, plain lists with one term
//! a line.

mod free;
mod needs;
mod own;
mod parse;
mod pattern;
mod rule;
mod spelling;
mod words;

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use crate::fold::fold;

pub use free::{Free, REACH_BYTES};
use needs::Needs;
pub use needs::{BETWEEN_GROUPS, LEAST_RUN};
pub use own::{List, ListOptions, Overlap, RedundantTerm, RuleWarning};
pub use pattern::{Cue, Pattern, WorkedOut};
pub use rule::{Bilingual, Check, Doubt, Kind, Level, Role, Rule, RuleError, RuleProblem, Term};
pub use spelling::MOST_SPELLINGS;
pub use words::Around;

/// The files that come with the program, with their names for messages.
const BUILTIN: [(&str, &str); 5] = [
    ("wordlists/levels.toml", include_str!("../../wordlists/levels.toml")),
    ("wordlists/warnings.toml", include_str!("../../wordlists/warnings.toml")),
    ("wordlists/foreign.toml", include_str!("../../wordlists/foreign.toml")),
    ("wordlists/personal.toml", include_str!("../../wordlists/personal.toml")),
    ("wordlists/business.toml", include_str!("../../wordlists/business.toml")),
];

/// The rules in force, checked.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// The terms that are written down.
    terms: Vec<Term>,
    /// With those that patterns need, once somebody looks for them.
    all_terms: OnceLock<Vec<Term>>,
    warnings: Vec<RuleWarning>,
}

impl RuleSet {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// Only when the program was built with a broken list.
    pub fn builtin() -> Result<Self, RuleError> {
        let mut set = Self::default();
        for (name, content) in BUILTIN {
            set.add_rich(name, content, false)?;
        }
        Ok(set)
    }

    /// The rules that come with the program, and those of an office's own lists.
    ///
    /// # Errors
    /// The first list that can't be used: which file, which line and why.
    pub fn with_lists(lists: &[List]) -> Result<Self, RuleError> {
        let mut set = Self::builtin()?;
        for list in lists {
            set.add_list(&list.name, &list.content, list.options)?;
        }
        Ok(set)
    }

    /// Adds an office's own list: plain text (one term a line, `#` comments, `!` in front of a term
    /// that makes shorter terms inside it harmless) or, where `name` ends in `.toml`, rich rules.
    /// Lines that change nothing become [`warnings`](Self::warnings).
    /// `name` is the path as the user wrote it; findings of a plain list have the rule `term.STEM`
    /// with the verdict of `options`, which may be given as this alone.
    ///
    /// # Errors
    /// A list that can't be used: which file, which line and why.
    pub fn add_list(
        &mut self,
        name: &str,
        content: &[u8],
        options: impl Into<ListOptions>,
    ) -> Result<(), RuleError> {
        let options = options.into();
        let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
        let text = std::str::from_utf8(content).map_err(|error| {
            let good = content.get(..error.valid_up_to()).unwrap_or_default();
            let line = good.iter().filter(|&&b| b == b'\n').count() + 1;
            RuleError { file: name.into(), line: u32::try_from(line).ok(), problem: RuleProblem::NotText }
        })?;
        let first = self.rules.len();
        if own::is_rich(name) {
            if options.pinyin {
                return Err(RuleError { file: name.into(), line: None, problem: RuleProblem::SpeltRules });
            }
            self.add_rich(name, text, true)?;
        } else {
            self.add_plain(name, text, options)?;
        }
        for rule in self.rules.iter_mut().skip(first) {
            rule.overlap = options.overlap;
        }
        Ok(())
    }

    /// Adds to the [`warnings`](Self::warnings) the terms that several of the plain `lists` hold.
    pub fn warn_of_repeated(&mut self, lists: &[List]) {
        self.warnings.extend(own::repeated(lists));
    }

    /// Adds rich rules; patterns that are `foreign` are compiled at once, so that one that can't be is told.
    fn add_rich(&mut self, name: &str, text: &str, foreign: bool) -> Result<(), RuleError> {
        for (line, (rule, terms)) in parse::rich(name, text)? {
            if let Kind::Pattern { pattern, .. } = &rule.kind
                && foreign
            {
                let syntax =
                    |message| RuleError { file: name.into(), line, problem: RuleProblem::Syntax(message) };
                pattern.check().map_err(syntax)?;
            }
            if self.get(&rule.id).is_some() {
                let problem = RuleProblem::DuplicateId(rule.id.to_string());
                return Err(RuleError { file: name.into(), line, problem });
            }
            self.rules.push(rule);
            for term in terms {
                self.add_term(name, line, &term.folded, Term { rule: self.rules.len() - 1, ..term.clone() })?;
            }
        }
        Ok(())
    }

    fn add_plain(&mut self, name: &str, text: &str, options: ListOptions) -> Result<(), RuleError> {
        let rule = parse::own_list(name, options.verdict);
        if self.get(&rule.id).is_some() {
            let problem = RuleProblem::DuplicateId(rule.id.to_string());
            return Err(RuleError { file: name.into(), line: None, problem });
        }
        self.rules.push(rule);
        let rule = self.rules.len() - 1;
        let mut lines: HashMap<(Role, String), u32> = HashMap::new();
        let mut written = Vec::new();
        for (number, role, term) in own::terms(text) {
            let folded = fold(term);
            match lines.entry((role, folded.clone())) {
                Entry::Occupied(first) => {
                    self.warn(name, number, term, RedundantTerm::Duplicate(*first.get()));
                }
                Entry::Vacant(free) => {
                    free.insert(number);
                    let own = Term { rule, ..Term::plain(folded, role) };
                    self.add_term(name, Some(number), term, own)?;
                    written.push((number, term));
                }
            }
        }
        let first = self.terms.len() - written.len();
        let mut spelt: BTreeMap<(Role, String), u128> = BTreeMap::new();
        for (index, (number, term)) in (first..).zip(written) {
            let own = &self.terms[index];
            if own.role == Role::Whole
                && let Some(&allowing) = lines.get(&(Role::Allow, own.folded.clone()))
            {
                self.warn(name, number, term, RedundantTerm::Allowed(allowing));
            } else if options.pinyin {
                let role = own.role;
                match spelling::spellings(&own.folded) {
                    Ok(spellings) => {
                        for (spelling, breaks) in spellings {
                            *spelt.entry((role, spelling)).or_default() |= breaks;
                        }
                    }
                    Err(spelling::Unspelt) => self.warn(name, number, term, RedundantTerm::Unspelt),
                }
            }
        }
        for ((role, folded), breaks) in &spelt {
            // What is written as a term is no spelling, and what is allowed by its sound is not one
            // that only sounds the same.
            let whole = (Role::Whole, folded.clone());
            let known = lines.contains_key(&whole) || *role == Role::Allow && spelt.contains_key(&whole);
            if !known {
                let plain = Term::plain(folded.clone(), *role);
                self.terms.push(Term { rule, doubt: Doubt::Spelt, breaks: *breaks, ..plain });
            }
        }
        Ok(())
    }

    fn warn(&mut self, file: &str, line: u32, term: &str, problem: RedundantTerm) {
        self.warnings.push(RuleWarning { file: file.into(), line, term: term.into(), problem });
    }

    fn add_term(
        &mut self,
        file: &str,
        line: Option<u32>,
        written: &str,
        term: Term,
    ) -> Result<(), RuleError> {
        if term.folded.is_empty() {
            let problem = RuleProblem::NeverMatches(written.into());
            return Err(RuleError { file: file.into(), line, problem });
        }
        self.terms.push(term);
        self.all_terms.take();
        Ok(())
    }

    /// The rules in the order of their files.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule with this identifier.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| *rule.id == *id)
    }

    /// The rule at an index that a [`Term`] carries.
    pub fn rule(&self, index: usize) -> &Rule {
        &self.rules[index]
    }

    /// Lines of plain lists that change nothing.
    pub fn warnings(&self) -> &[RuleWarning] {
        &self.warnings
    }

    /// What was, or is now, worked out of each pattern, for another process that reads the same lists.
    pub fn worked_out(&self) -> Vec<WorkedOut> {
        self.patterns().map(Pattern::worked_out).collect()
    }

    /// Spares this set the work that another did over the same lists. That of other lists is left aside.
    pub fn take_over(&self, known: Vec<WorkedOut>) {
        if known.len() == self.patterns().count() {
            self.patterns().zip(known).for_each(|(pattern, known)| pattern.take_over(known));
        }
    }

    fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.rules.iter().filter_map(|rule| match &rule.kind {
            Kind::Pattern { pattern, .. } => Some(&**pattern),
            _ => None,
        })
    }

    /// What the automaton looks for. What patterns need is worked out when this is first asked for:
    /// who only reports does not.
    pub fn terms(&self) -> &[Term] {
        self.all_terms.get_or_init(|| {
            let mut terms = self.terms.clone();
            for (rule, of) in self.rules.iter().enumerate() {
                if let Kind::Pattern { pattern, .. } = &of.kind
                    && let Needs::Words(words) = pattern.needs()
                {
                    let cue = |(word, around): (&String, &Around)| Term {
                        rule,
                        ..Term::plain(word.clone(), Role::Cue(*around))
                    };
                    terms.extend(words.around.iter().map(cue));
                }
            }
            terms
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn a_broken_line_is_named() {
        let mut set = RuleSet::default();
        let error = set.add_list("own.txt", "甲工程\n\u{200b}\n".as_bytes(), Verdict::Block).unwrap_err();
        assert_eq!((error.line, error.file.as_str()), (Some(2), "own.txt"));
        assert!(matches!(error.problem, RuleProblem::NeverMatches(_)));
        let mut set = RuleSet::default();
        let error = set.add_list("own.txt", b"abc\n\xff\xfe\n", Verdict::Block).unwrap_err();
        assert_eq!((error.line, error.problem), (Some(2), RuleProblem::NotText));
    }

    #[test]
    fn an_own_list_becomes_one_rule() {
        let mut set = RuleSet::default();
        set.add_list("lists/代号.txt", "# 代号\n甲工程\n甲工程\n!甲工程师\n".as_bytes(), Verdict::Review)
            .unwrap();
        let rule = set.get("term.代号").unwrap();
        assert_eq!(rule.verdict, Verdict::Review);
        let terms: Vec<_> = set.terms().iter().map(|t| (t.folded.as_str(), t.role)).collect();
        assert_eq!(terms, [("甲工程", Role::Whole), ("甲工程师", Role::Allow)]);
    }

    #[test]
    fn lines_that_change_nothing_are_told() {
        let mut set = RuleSet::default();
        let list = "甲工程\n# 重复\n甲 工程\n機密室\n!机密室\n！乙\n!机密室\n机密室\n";
        set.add_list("own.txt", list.as_bytes(), Verdict::Review).unwrap();
        let told: Vec<_> =
            set.warnings().iter().map(|w| (w.line, w.term.as_str(), w.problem.clone())).collect();
        let expected = [
            (3, "甲 工程", RedundantTerm::Duplicate(1)),
            (7, "机密室", RedundantTerm::Duplicate(5)),
            (8, "机密室", RedundantTerm::Duplicate(4)),
            (4, "機密室", RedundantTerm::Allowed(5)),
        ];
        assert_eq!(told, expected);
        // 甲工程 once, 机密室 found and allowed, ！乙 with a mark that is no exclamation in ASCII.
        assert_eq!(set.terms().len(), 4);
        assert!(RuleSet::builtin().unwrap().warnings().is_empty());
    }

    #[test]
    fn what_another_worked_out_is_the_same() {
        let (first, second) = (RuleSet::builtin().unwrap(), RuleSet::builtin().unwrap());
        let known = postcard::to_stdvec(&first.worked_out()).unwrap();
        second.take_over(postcard::from_bytes(&known).unwrap());
        assert_eq!(second.terms(), first.terms());
        assert_eq!(second.worked_out(), first.worked_out());
        // What comes from other lists is not taken over.
        let own = RuleSet::default();
        own.take_over(first.worked_out());
        assert_eq!(own.terms(), []);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let mut set = RuleSet::default();
        let text = "[[rule]]\nid = \"x.y\"\nkinds = \"term\"\n";
        let error = set.add_list("own.toml", text.as_bytes(), Verdict::Block).unwrap_err();
        assert_eq!(error.line, Some(3));
        let RuleProblem::Syntax(message) = error.problem else { panic!("{:?}", error.problem) };
        assert!(message.contains("kinds") && message.contains("kind"), "{message}");
    }

    #[test]
    fn words_that_several_rules_name() {
        let text = |name: &str| {
            format!(
                "[words]\narticles = [\"第一条\", \"第二条\"]\n[[rule]]\nid = \"x.y\"\nkind = \"pattern\"\nverdict = \"review\"\n\
                 title = {{ zh = \"一\", en = \"a\" }}\nwhy = {{ zh = \"一\", en = \"a\" }}\nadvice = {{ zh = \"一\", en = \"a\" }}\n\
                 pattern = '甲'\nunless = [\"乙\", \"<{name}>\"]\nhit = []\nmiss = []\n"
            )
        };
        let mut set = RuleSet::default();
        set.add_list("own.toml", text("articles").as_bytes(), Verdict::Block).unwrap();
        let Kind::Pattern { unless, .. } = &set.rules[0].kind else { panic!("{:?}", set.rules) };
        assert_eq!(unless, &["乙", "第一条", "第二条"]);
        let error = set.add_list("own.toml", text("article").as_bytes(), Verdict::Block).unwrap_err();
        let message = "x.y: [words] <article>".to_owned();
        assert_eq!((error.line, error.problem), (Some(3), RuleProblem::Syntax(message)));
    }
}
