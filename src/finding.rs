//! What screening answers: findings with reasons, unread parts, verdicts, totals.
//!
//! Everything a report shows is here as data; the words for it are in `report/wording.rs`.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::limits::Gap;
use crate::text::{Break, Location, Place, Zone};

/// Whether a document may go out. Ordered: the highest of its parts is a document's verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// May be published.
    #[default]
    Pass,
    /// A person has to look at it.
    Review,
    /// May not be published.
    Block,
}

impl Verdict {
    /// The name in reports and configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

/// How sure the judge is of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// The name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a hit turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Judged {
    /// Characters of two words, or a chance hit.
    Noise,
    /// The text talks about it.
    Mention,
    /// It could be either; a person decides.
    Unsure,
    /// The thing stands on the document.
    Mark,
}

/// A classification mark (密级标志), parsed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mark {
    /// 密级 as the scheme writes it: 绝密, 机密, 秘密, 核心商密, TOP SECRET.
    pub level: String,
    /// 保密期限: 20年, 1年6个月, 长期.
    pub period: Option<String>,
    /// Date of declassification written in the mark.
    pub until: Option<Date>,
    /// Condition of declassification: 公布前, 启用前.
    pub condition: Option<String>,
    /// Who is named in front of the mark: 某某集团.
    pub owner: Option<String>,
}

/// One piece of evidence for or against a hit being a mark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Evidence {
    /// A ★ or one of its variants between level and period.
    Star,
    /// A period, date or condition belongs to the level.
    Period,
    /// A label in front: 密级, 定密, 保密期限.
    Label(String),
    /// The rule's own wording is complete enough to need no more.
    Wording,
    /// Words the rule asks for stand nearby.
    Nearby(String),
    /// Alone on its line.
    OwnLine,
    /// One of the first lines of the document.
    FirstLines,
    /// Stands in the zone of the page where marks stand.
    InZone(Zone),
    /// Stands in a place that is not running text.
    InPlace(Place),
    /// Alone on its line on so many pages.
    EveryPage(u32),
    /// In brackets at the end of a paragraph or heading, as paragraph marks are.
    Bracketed,
    /// Copy number, urgency or document number stand beside it, as on an official document.
    Letterhead(String),
    /// The hit is written in a disguised way (what was between or instead of its characters).
    Disguised(String),
    /// In quotation marks or book-title marks.
    Quoted,
    /// One of an enumeration of levels or warnings.
    Enumerated,
    /// Followed by a word that makes it part of a longer term: 秘密文件, 机密级以上.
    HeadNoun(String),
    /// Preceded by a word that talks about it: 属于, 标有, 保守.
    TalkedAbout(String),
    /// Denied: 不属于国家秘密, 非密.
    Negated(String),
    /// The document says it of itself: 本文件密级为机密.
    Stated,
    /// Something else than a document is meant: 停车场仅供内部使用.
    OtherThing(String),
    /// Heads a definition, an entry or a story, or is one of a list of words.
    Headword,
    /// In the middle of a sentence.
    InSentence,
    /// Its characters belong to two words.
    WordsSplit(String),
    /// A break that hard runs through the hit.
    BrokenBy(Break),
    /// The whole document talks about secrecy: so many of its words do per thousand characters.
    Subject(u32),
    /// The encoding is guessed, so chance hits are possible.
    GuessedEncoding,
    /// Withdrawn by a word or a line through it.
    Withdrawn(String),
    /// Expired: made on the first date, ran out on the second.
    Expired(Date, Date),
    /// On an examination paper whose condition has usually passed.
    ExamPaper,
    /// Lies in a licensed internal publication (准印证号).
    Licensed(String),
    /// So many of them, with so many needed for a finding.
    Count(u32, u32),
    /// The check characters are right.
    Checksum,
    /// One of the lists' allowed terms covers it.
    Allowed(String),
    /// The document also declares itself fit for publication, which contradicts the mark.
    Contradicts(String),
}

/// Why a hit was judged as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The judgement.
    pub judged: Judged,
    /// The decisive evidence first.
    pub evidence: Vec<Evidence>,
}

/// Something that should not be published, and where it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's identifier: `mark.state`.
    pub rule: Arc<str>,
    /// What the policy makes of it.
    pub verdict: Verdict,
    /// How sure the judge is.
    pub confidence: Confidence,
    /// The characters as they stand in the document, line breaks as spaces.
    pub matched: String,
    /// The hit is a term of an office's own list or personal data: reports mask it.
    pub masked: bool,
    /// The parsed mark, for marks.
    pub mark: Option<Mark>,
    /// Where it stands.
    pub at: Location,
    /// Name of the inner document it stands in (`附件.zip!x.docx`), outermost container left out.
    pub inner: Option<String>,
    /// Up to 20 characters before and behind it on the same line.
    pub context: (String, String),
    /// Why.
    pub reason: Reason,
    /// When the mark was made and when it runs out, where both are known.
    pub lapses: Option<(Date, Date)>,
    /// Unkeyed hash of rule, folded match and folded surroundings, 16 hex digits. Stable when
    /// lines move; no protection for short texts, which can be guessed.
    pub fingerprint: String,
}

/// A part of a document that was not read, with what the policy makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// What and why.
    pub gap: Gap,
    /// What the policy makes of it.
    pub verdict: Verdict,
    /// Name of the inner document.
    pub inner: Option<String>,
}

/// A person's decision that something may go out all the same, until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
    /// The day it was written.
    pub created: Date,
    /// The last day on which it holds.
    pub until: Date,
    /// Its line in the file of exceptions, from 1.
    pub line: usize,
}

/// What a person's decision is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "there are few of them")]
pub enum ExceptedItem {
    /// Something found, with the verdict it would have had.
    Finding(Finding),
    /// Something unread, with the verdict it would have had.
    Unread(Unread),
}

/// Something that forbade publishing until a person decided otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Excepted {
    /// What was found or not read.
    pub item: ExceptedItem,
    /// The decision.
    pub approval: Approval,
}

/// All that is known about one document: first what was seen, with the verdicts of the rules
/// alone, then, through [`crate::policy::Policy::decide`], what that means on a given day for a
/// given office.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// The document's name, as in the listing.
    pub name: String,
    /// SHA-256 of the bytes, 64 hex digits; absent when they could not be read.
    pub sha256: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// What the content is (`docx`), see [`crate::filetype::FileType::as_str`].
    pub file_type: Cow<'static, str>,
    /// What the name claims it is, where that is something else (`pdf`).
    pub named_as: Option<String>,
    /// The highest verdict of all findings and unread parts.
    pub verdict: Verdict,
    /// What was found, in document order, inner documents behind their container.
    pub findings: Vec<Finding>,
    /// What was not read.
    pub unread: Vec<Unread>,
    /// The highest level and the longest period of all marks in it, inner documents included: what
    /// a compilation or container has to carry itself.
    pub mark: Option<Mark>,
    /// What was found or not read, and may go out by a person's decision: no longer among the two
    /// above, and without a say in the verdict.
    #[serde(default)]
    pub excepted: Vec<Excepted>,
    /// The type carries no text (fonts, audio, video).
    pub no_text: bool,
    /// Time it took, in milliseconds.
    pub ms: f64,
}

impl Screening {
    /// A document of which nothing is known yet but the name.
    pub fn unseen(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            sha256: None,
            bytes: 0,
            file_type: Cow::Borrowed("unknown"),
            named_as: None,
            verdict: Verdict::Pass,
            findings: Vec::new(),
            unread: Vec::new(),
            mark: None,
            excepted: Vec::new(),
            no_text: false,
            ms: 0.0,
        }
    }

    /// The highest verdict of findings and unread parts.
    pub fn highest(findings: &[Finding], unread: &[Unread]) -> Verdict {
        let findings = findings.iter().map(|f| f.verdict);
        findings.chain(unread.iter().map(|u| u.verdict)).max().unwrap_or_default()
    }

    /// The findings that a person's decision covers.
    pub fn excepted_findings(&self) -> impl Iterator<Item = &Finding> {
        self.excepted.iter().filter_map(|excepted| match &excepted.item {
            ExceptedItem::Finding(finding) => Some(finding),
            ExceptedItem::Unread(_) => None,
        })
    }
}

/// Which part of a repository a run was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Range {
    /// What changed on the way from where `head` left `since` (their merge base).
    Changed {
        /// The revision as it was asked for.
        since: String,
        /// Its commit. Settings that lie in the repository were taken from here.
        target: String,
        /// The last commit that both have in common.
        merge_base: String,
        /// The commit that was screened.
        head: String,
    },
    /// What the next commit would change.
    Staged,
}

/// Why an exception is no longer good for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stale {
    /// Its last day is past: it was not applied.
    Expired,
    /// Nothing in the run needed it.
    Unused,
}

/// An exception that should be renewed or taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaleException {
    /// The file of exceptions.
    pub file: String,
    /// Its line there, from 1.
    pub line: usize,
    /// The rule it is about.
    pub rule: String,
    /// The document it was written for.
    pub name: String,
    /// The last day on which it held or holds.
    pub until: Date,
    /// What is wrong with it.
    pub why: Stale,
}

/// The totals of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Top-level documents screened.
    pub documents: u64,
    /// Of these: may go out.
    pub pass: u64,
    /// Of these: a person has to look.
    pub review: u64,
    /// Of these: may not go out.
    pub block: u64,
    /// Of these: at least one part was not read.
    pub unread: u64,
    /// Of these: at least one part was not read, and no policy line lets that pass.
    pub unread_open: u64,
    /// Entries that were not screened on purpose (version-control metadata).
    pub skipped: u64,
    /// Documents of which something may go out by a person's decision.
    #[serde(skip_serializing_if = "is_zero")]
    pub excepted: u64,
    /// Exceptions to renew or take out.
    #[serde(rename = "stale_exceptions", skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<StaleException>,
    /// The part of a repository that was screened; absent for files and folders.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<Range>,
    /// Documents whose type carries no text.
    pub no_text: u64,
    /// Bytes screened.
    pub bytes: u64,
    /// Time of the run in seconds.
    pub seconds: f64,
    /// Entries that `--include` and `--exclude` left out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub excluded: u64,
    /// The run was interrupted: these are the totals up to there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub interrupted: bool,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Summary {
    /// Counts one document.
    pub fn add(&mut self, screening: &Screening) {
        self.documents += 1;
        self.bytes += screening.bytes;
        match screening.verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Review => self.review += 1,
            Verdict::Block => self.block += 1,
        }
        self.unread += u64::from(!screening.unread.is_empty());
        self.unread_open += u64::from(screening.unread.iter().any(|u| u.verdict > Verdict::Pass));
        self.excepted += u64::from(!screening.excepted.is_empty());
        self.no_text += u64::from(screening.no_text);
    }
}
