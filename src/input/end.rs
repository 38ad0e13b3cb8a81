//! How an input came to its end.

use std::borrow::Cow;

use headtail_process::{Ending, Outcome};

use crate::io::failure::Failure;
use crate::platform::signals::Signal;

/// Why no more was read of an input.
#[derive(Debug)]
pub(crate) enum Ended {
    /// There was no more.
    Eof,
    /// The program was asked to end.
    Signal(Signal),
    /// Reading it failed.
    Failed(Failure),
    /// There was nothing to read it from.
    Unopened(Failure),
    /// It was what a command printed, and the command ended so.
    Ran(Outcome),
}

impl Ended {
    /// The value of `ended_by` in a record.
    pub(crate) fn name(&self) -> Cow<'static, str> {
        match self {
            Self::Eof => "eof".into(),
            Self::Signal(signal) => signal.to_string().into(),
            Self::Failed(_) | Self::Unopened(_) => "error".into(),
            Self::Ran(outcome) => match (outcome.stopped_by, &outcome.ending) {
                _ if outcome.timed_out => "timeout".into(),
                (Some(signal), _) => signal.to_string().into(),
                (None, Ending::Exited(_) | Ending::Signaled(_)) if outcome.left_open => "drain".into(),
                (None, Ending::Exited(_) | Ending::Signaled(_)) => "eof".into(),
                (None, _) => "error".into(),
            },
        }
    }

    /// Whether there was anything to read.
    pub(crate) fn was_opened(&self) -> bool {
        match self {
            Self::Unopened(_) => false,
            Self::Ran(outcome) => !matches!(outcome.ending, Ending::NotStarted(_)),
            Self::Eof | Self::Signal(_) | Self::Failed(_) => true,
        }
    }

    /// What went wrong, if anything did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unopened(failure) => Some(failure),
            Self::Eof | Self::Signal(_) | Self::Ran(_) => None,
        }
    }
}
