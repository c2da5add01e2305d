//! mijian (密检) screens documents before they are published: it finds classification marks,
//! internal-material warnings and sensitive terms, tells a mark from a mere mention, and answers
//! pass, review or block with a reason.
//!
//! The heart is [`screen::Screener::screen`], which can't fail: trouble with a document is part of
//! the answer, and what was not read is never clean. It runs these stages, each a plain module with
//! one public function over plain types:
//!
//! 1. [`filetype::identify`]: what the bytes are, by content first
//! 2. [`extract::extract`]: [`text::Text`] with places, inner documents, [`limits::Gap`]s
//! 3. [`fold`]: what certainly is the same character becomes the same character
//! 4. [`matcher::Matcher`]: every term of the [`rules::RuleSet`], overlapping, gaps kept
//! 5. [`judge::judge`]: mark, mention or noise, with typed evidence
//! 6. [`policy::Policy`]: what the office makes of it
//!
//! The answer is a [`finding::Screening`]. [`source`] lists documents, [`batch`] screens many of
//! them in order, [`report`] writes what was found for people and for programs, [`config`] reads
//! mijian.toml.
//!
//! ```
//! use mijian::{document::Document, finding::Verdict, limits::Limits, policy::Policy};
//! use mijian::{rules::RuleSet, screen::Screener};
//!
//! let rules = RuleSet::builtin().expect("the built-in rules are sound");
//! let today = jiff::civil::date(2030, 1, 1);
//! let screener = Screener::new(rules, Policy::default(), Limits::default(), today);
//!
//! let marked = screener.screen(&Document::new("a.txt", "机密★20年\n\n工作方案"));
//! assert_eq!(marked.verdict, Verdict::Block);
//! let talk = screener.screen(&Document::new("b.txt", "国家秘密分为绝密、机密、秘密三级。"));
//! assert_eq!(talk.verdict, Verdict::Pass);
//! ```

pub mod batch;
pub mod config;
pub mod document;
pub mod eval;
pub mod extract;
pub mod filetype;
pub mod finding;
pub mod fold;
pub mod isolate;
pub mod judge;
pub mod limits;
pub mod matcher;
pub mod policy;
pub mod read;
pub mod report;
pub mod rules;
pub mod screen;
pub mod source;
pub mod text;
