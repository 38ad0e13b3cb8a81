//! Every exit status, computed from how the inputs and outputs ended.

use std::process::ExitCode;

use headtail_process::{Outcome, Signal};

use crate::input::end::InputEnd;
use crate::platform::signals;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything worked. That something was omitted is not an error.
    Done,
    /// An input or an output failed.
    Failed,
    /// The command line is wrong.
    Misused,
    /// The command, or the reading, ran out of time.
    TimedOut,
    /// The program itself failed when it was to run a command, to which the low statuses belong.
    Broken,
    /// How a shell reports the end of the command, or why it was not started.
    Command(u8),
    /// A signal ends the program, now that all is written.
    Killed(Signal),
}

impl Exit {
    /// The exit of a run without a command, the last input of which ended as `end` says; `has_failed` says whether any
    /// input or output did.
    pub(crate) fn of_filter(end: Option<&InputEnd>, has_failed: bool) -> Self {
        match end {
            _ if has_failed => Self::Failed,
            Some(InputEnd::Expired(_)) => Self::TimedOut,
            _ => Self::Done,
        }
    }

    /// The exit of a run the last input of which ended as `end` says; `has_failed` says whether any input or output did.
    pub(crate) fn of_run(is_command: bool, end: Option<&InputEnd>, has_failed: bool) -> Self {
        // The first one that came, while an input was read or since.
        if let Some(signal) = signals::stop() {
            return Self::Killed(signal);
        }
        match end {
            _ if !is_command => Self::of_filter(end, has_failed),
            Some(InputEnd::Command { outcome, .. }) if !has_failed => Self::of_command(outcome),
            _ => Self::Broken,
        }
    }

    /// The exit of a run that ran a command or tried to.
    fn of_command(outcome: &Outcome) -> Self {
        if outcome.timed_out {
            return Self::TimedOut;
        }
        let status = outcome.stopped_by.map(Signal::exit_code).or_else(|| outcome.exit_code());
        // An unknown status is not a success.
        status.map_or(Self::Broken, Self::Command)
    }

    /// Whether it is anything but success.
    pub(crate) fn is_failure(self) -> bool {
        self.status() != 0
    }

    /// The status that stands for it.
    fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Misused => 2,
            Self::TimedOut => 124,
            Self::Broken => 125,
            Self::Command(status) => status,
            Self::Killed(signal) => signal.exit_code(),
        }
    }

    /// Ends the program by the signal where it is one. Returns the status otherwise, and as process 1 of a container,
    /// which no signal kills.
    pub(crate) fn code(self) -> ExitCode {
        if let Self::Killed(signal) = self {
            signals::die_of(signal);
        }
        ExitCode::from(self.status())
    }
}
