//! Screening in supervised processes: what a document does to its reader happens to a worker, not
//! to the run.
//!
//! A worker is this same program again. It gets the rules and limits once and then documents,
//! through pipes; it [looks](crate::screen::Screener::look), the run decides. Before the first
//! document it takes from itself what the system lets it ([`Protection`]). The run never looks into
//! a document. When a worker crashes, hangs or grows, it is replaced; the document that it held is
//! tried once more alone, and then is unread. All others keep their answers.

mod child;
mod confine;
mod frame;
mod parent;
mod process;

pub use child::serve;
pub use confine::{Protection, this_program};
pub use frame::Setup;
pub(crate) use frame::{GROUP, GROUP_BYTES};
pub(crate) use parent::Worker;
pub use parent::{NoWorker, Workers};

/// The first argument that makes the program a worker.
pub const ARGUMENT: &str = "worker";

/// Run and workers must be of the same version.
const VERSION: &str = env!("CARGO_PKG_VERSION");
