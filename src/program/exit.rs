//! What the program's end tells the caller. Statuses are decided here and nowhere else.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it worked; that something was omitted is no error.
    Done,
    /// An input or an output failed; the console said so.
    Failed,
    /// The command line made no sense.
    Misused,
}

/// The exit status for `outcome`.
pub(crate) fn code(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::from(1),
        Outcome::Misused => ExitCode::from(2),
    }
}
