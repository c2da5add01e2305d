//! mijian (密检) screens documents before they are published.
//!
//! source → [`filetype`] → [`extract`] (text, places, inner documents, gaps) → fold → match →
//! judge → policy → report

pub mod batch;
pub mod config;
pub mod document;
pub mod eval;
pub mod extract;
pub mod filetype;
pub mod finding;
pub mod fold;
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
