//! The exit codes, the part of the contract that a gate depends on.

use std::process::ExitCode;

use mijian::finding::Summary;
use mijian::policy::FailOn;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for `scan`: every document passed or stayed below `--fail-on`.
    Success = 0,
    /// At least one document is blocked; for `eval`: a threshold is missed.
    Blocked = 1,
    /// The run itself failed; its answers are incomplete.
    Failed = 2,
    /// None is blocked, at least one needs a person.
    Review = 3,
    /// Somebody ended it before its last document, as shells show an interruption.
    Interrupted = 130,
}

impl Exit {
    /// How a `scan` with these totals ends. `failed`: something made the run itself fail, which
    /// outranks every verdict.
    pub(crate) fn of_scan(summary: &Summary, fail_on: FailOn, failed: bool) -> Self {
        match fail_on {
            _ if failed => Self::Failed,
            _ if summary.interrupted => Self::Interrupted,
            FailOn::Never => Self::Success,
            FailOn::Block | FailOn::Review if summary.block > 0 => Self::Blocked,
            // What was not read could be anything, also something to block.
            FailOn::Block if summary.unread_open > 0 => Self::Review,
            FailOn::Review if summary.review > 0 || summary.unread_open > 0 => Self::Review,
            FailOn::Block | FailOn::Review => Self::Success,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every combination of what was found; the columns are `--fail-on` review, block, never.
    #[test]
    fn exit_codes() {
        //   block  review unread-open  codes
        let table = [
            (0, 0, 0, [0, 0, 0]),
            (0, 1, 0, [3, 0, 0]),
            (0, 1, 1, [3, 3, 0]),
            (0, 0, 1, [3, 3, 0]),
            (1, 0, 0, [1, 1, 0]),
            (1, 1, 0, [1, 1, 0]),
            (1, 0, 1, [1, 1, 0]),
            (1, 1, 1, [1, 1, 0]),
        ];
        for (block, review, unread_open, codes) in table {
            let summary = Summary { block, review, unread_open, ..Summary::default() };
            for (fail_on, code) in [FailOn::Review, FailOn::Block, FailOn::Never].into_iter().zip(codes) {
                let exit = |failed| Exit::of_scan(&summary, fail_on, failed) as u8;
                assert_eq!(exit(false), code, "{summary:?} {fail_on:?}");
                assert_eq!(exit(true), 2, "{summary:?} {fail_on:?}");
                let cut = Summary { interrupted: true, ..summary.clone() };
                assert_eq!(Exit::of_scan(&cut, fail_on, false) as u8, 130, "{summary:?} {fail_on:?}");
                assert_eq!(Exit::of_scan(&cut, fail_on, true) as u8, 2, "{summary:?} {fail_on:?}");
            }
        }
    }
}
