//! How a run ended.

use std::io;
use std::time::Duration;

use crate::signal::Signal;
use crate::start_error::{StartError, StartErrorKind, reason};

/// How a run ended: what `headtail run --json` prints beside the output.
///
/// ```
/// use std::process::Command;
/// use headtail_process::{Ending, Run};
///
/// let outcome = Run::new(Command::new("/nonexistent")).run(|_| {});
/// assert!(matches!(outcome.ending, Ending::NotStarted(_)));
/// assert!(!outcome.success());
/// assert_eq!((outcome.exit_code(), outcome.signal()), (None, None));
/// assert_eq!(outcome.exit_status(), 127);
/// assert_eq!(outcome.error().as_deref(), Some("/nonexistent: No such file or directory"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// How the command itself ended.
    pub ending: Ending,
    /// What ended it, where it did not end by itself.
    pub stopped: Option<Stopped>,
    /// A process that the command left behind still held the output open when the drain time was over.
    pub left_open: bool,
    /// From the start to the exit of the command, by a clock that nobody sets; zero if it was never started.
    pub wall: Duration,
}

/// How a command ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ending {
    /// It exited with this status.
    Exited(u8),
    /// This signal killed it.
    Signaled(Signal),
    /// It was never started.
    NotStarted(StartError),
    /// The system doesn't say, and this is why. Never a success.
    Unknown(io::Error),
}

/// What ended a command that did not end by itself. It may have exited with a status all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stopped {
    /// It ran longer than it may.
    Timeout,
    /// [`Running::stop`](crate::Running::stop) with this signal.
    Signal(Signal),
}

impl Outcome {
    /// Whether the command ended by itself with status 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.exit_code() == Some(0) && self.stopped.is_none()
    }

    /// The status that the command exited with.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        match self.ending {
            Ending::Exited(code) => Some(code),
            _ => None,
        }
    }

    /// The signal that killed the command.
    #[must_use]
    pub fn signal(&self) -> Option<Signal> {
        match self.ending {
            Ending::Signaled(signal) => Some(signal),
            _ => None,
        }
    }

    /// Whether it ran longer than it may.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        self.stopped == Some(Stopped::Timeout)
    }

    /// The status that a program which runs the command in its own place exits with: that of the command;
    /// 128 + N if signal N killed it, or stopped the run; 124 if it ran out of time; 127 if it was not found; 126 if
    /// it can't be executed; 125 for any other failure.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match (self.stopped, &self.ending) {
            (Some(Stopped::Timeout), _) => 124,
            (Some(Stopped::Signal(signal)), _) => signal.exit_status(),
            (None, Ending::Signaled(signal)) => signal.exit_status(),
            (None, Ending::Exited(code)) => *code,
            (None, Ending::NotStarted(error)) => error.kind().exit_status(),
            (None, Ending::Unknown(_)) => StartErrorKind::Failed.exit_status(),
        }
    }

    /// Why there is no status, where there is none.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match &self.ending {
            Ending::NotStarted(error) => Some(error.to_string()),
            Ending::Unknown(error) => {
                Some(format!("the status of the command is not known: {}", reason(error)))
            }
            Ending::Exited(_) | Ending::Signaled(_) => None,
        }
    }

    /// What a reader of the output should know: that it is partial, and why.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        match (self.stopped, &self.ending) {
            (Some(Stopped::Timeout), _) => Some("partial output: the command ran out of time".into()),
            (Some(Stopped::Signal(signal)), _) => Some(format!("partial output: {signal} ended the run")),
            (None, Ending::Signaled(signal)) => Some(format!("partial output: {signal} killed the command")),
            (None, Ending::Unknown(_)) => Some("the output may be partial".into()),
            (None, _) if self.left_open => {
                Some("partial output: a process that the command left behind still held it open".into())
            }
            (None, _) => None,
        }
    }
}

/// How a run ended that did not begin.
impl From<StartError> for Outcome {
    fn from(error: StartError) -> Self {
        let ending = Ending::NotStarted(error);
        Self { ending, stopped: None, left_open: false, wall: Duration::ZERO }
    }
}
