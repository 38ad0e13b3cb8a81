//! What the program's end tells the caller. Statuses are decided here and nowhere else.

use std::process::ExitCode;

use crate::platform::signals::{self, Signal};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All of it worked; that something was omitted is no error.
    Done,
    /// An input or an output failed; the console said so.
    Failed,
    /// The command line made no sense.
    Misused,
    /// A command ran, and this status tells how it ended.
    Ran(u8),
    /// A command could not be run, or its result not be written; the console said so.
    Broken,
    /// A signal asked for the end, and all was written before it.
    Killed(Signal),
}

/// The exit status for `outcome`. Does not return where a signal is to tell it.
pub(crate) fn code(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Done => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::from(1),
        Outcome::Misused => ExitCode::from(2),
        Outcome::Ran(status) => ExitCode::from(status),
        // As with other programs that run commands: low numbers are theirs.
        Outcome::Broken => ExitCode::from(125),
        Outcome::Killed(signal) => {
            signals::die_of(signal);
            // Process 1 survives it and says what a shell would.
            ExitCode::from(signal.exit_code())
        }
    }
}
