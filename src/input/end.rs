//! Why no more is read of an input.

use std::borrow::Cow;

use headtail_process::{Ending, Outcome, Signal};

use crate::input::clock::Expiry;
use crate::io::failure::Failure;

/// How an input ended.
#[derive(Debug)]
pub(crate) enum InputEnd {
    /// There was no more.
    Eof,
    /// The program was asked to end.
    Signal(Signal),
    /// Reading it failed.
    Failed(Failure),
    /// It could not be opened.
    Unopened(Failure),
    /// A limit of time was reached.
    Expired(Expiry),
    /// It was the output of a command, which ended like this.
    Command {
        outcome: Outcome,
        /// Whether it was ended because it had printed nothing for too long.
        is_idle: bool,
    },
    /// It has not ended, but a window of it has.
    Window,
    /// It has not ended: the result so far was asked for.
    Open,
}

impl InputEnd {
    /// The value of `ended_by` in a record.
    pub(crate) fn ended_by(&self) -> Cow<'static, str> {
        match self {
            Self::Eof => "eof".into(),
            Self::Signal(signal) => signal.to_string().into(),
            Self::Failed(_) | Self::Unopened(_) => "error".into(),
            Self::Expired(Expiry::Timeout) => "timeout".into(),
            Self::Expired(Expiry::Idle) | Self::Command { is_idle: true, .. } => "idle".into(),
            Self::Command { outcome, .. } => match (outcome.stopped_by, &outcome.ending) {
                _ if outcome.timed_out => "timeout".into(),
                (Some(signal), _) => signal.to_string().into(),
                (None, Ending::Exited(_) | Ending::Signaled(_)) if outcome.left_open => "drain".into(),
                (None, Ending::Exited(_) | Ending::Signaled(_)) => "eof".into(),
                (None, _) => "error".into(),
            },
            Self::Window => "window".into(),
            Self::Open => "snapshot".into(),
        }
    }

    /// Whether there was anything to read.
    pub(crate) fn was_opened(&self) -> bool {
        match self {
            Self::Unopened(_) => false,
            Self::Command { outcome, .. } => !matches!(outcome.ending, Ending::NotStarted(_)),
            _ => true,
        }
    }

    /// What went wrong with the input itself. The end of a command is reported by its status.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unopened(failure) => Some(failure),
            _ => None,
        }
    }

    /// What went wrong, for a record that names the input already.
    pub(crate) fn error(&self) -> Option<String> {
        match self {
            Self::Command { outcome, .. } => outcome.error(),
            end => end.failure().map(Failure::reason),
        }
    }
}
