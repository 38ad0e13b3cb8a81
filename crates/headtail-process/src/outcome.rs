//! How a run ended.

use std::io;
use std::time::Duration;

use crate::signal::Signal;
use crate::start_error::{StartError, reason};

/// How a run ended.
///
/// ```
/// use std::process::Command;
/// use headtail_process::{Ending, Run};
///
/// let outcome = Run::new(Command::new("/nonexistent")).run(|_| {});
/// assert!(matches!(outcome.ending, Ending::NotStarted(_)));
/// assert!(!outcome.success());
/// assert_eq!((outcome.exit_code(), outcome.signal()), (Some(127), None));
/// assert_eq!(outcome.error().as_deref(), Some("/nonexistent: No such file or directory"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// How the command itself ended.
    pub ending: Ending,
    /// It ran longer than it may, and was told to end. It may still have exited with a status.
    pub timed_out: bool,
    /// The signal by which the caller [stopped](crate::Running::stop) the run, unless it had timed out before.
    pub stopped_by: Option<Signal>,
    /// A process that the command left behind still held the output open when the drain time was over.
    pub left_open: bool,
    /// From the start to the exit of the command, by a clock that nobody sets; zero if it was never started.
    pub wall_time: Duration,
}

/// How a command ended.
///
/// ```
/// use std::process::Command;
/// use headtail_process::{Ending, Outcome, Run, Signal};
///
/// let run = |script| -> Outcome {
///     let mut command = Command::new("sh");
///     command.args(["-c", script]);
///     Run::new(command).run(|_| {})
/// };
/// assert!(matches!(run("exit 3").ending, Ending::Exited(3)));
///
/// let killed = run("kill -9 $$");
/// assert!(matches!(killed.ending, Ending::Signaled(Signal::KILL)));
/// assert_eq!(killed.note().as_deref(), Some("partial output: SIGKILL killed the command"));
/// ```
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

impl Outcome {
    /// Whether the command ended by itself with status 0.
    #[must_use]
    pub fn success(&self) -> bool {
        self.exit_code() == Some(0) && !self.timed_out && self.stopped_by.is_none()
    }

    /// The status of the command as a shell reports it: what it exited with; 128 + N if signal N killed it; 127 if it was
    /// not found, 126 if it could not be executed, 125 if something before that failed; `None` if it is not known.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        match &self.ending {
            Ending::Exited(code) => Some(*code),
            Ending::Signaled(signal) => Some(signal.exit_code()),
            Ending::NotStarted(error) => Some(error.kind().exit_code()),
            Ending::Unknown(_) => None,
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

    /// Why there is no status, if there isn't one.
    #[must_use]
    pub fn error(&self) -> Option<String> {
        match &self.ending {
            Ending::NotStarted(error) => Some(error.to_string()),
            Ending::Unknown(error) => {
                Some(format!("could not get the command's exit status: {}", reason(error)))
            }
            Ending::Exited(_) | Ending::Signaled(_) => None,
        }
    }

    /// What a reader of the output should know: that it is partial, and why.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        match (self.stopped_by, &self.ending) {
            _ if self.timed_out => Some("partial output: the command ran out of time".into()),
            (Some(signal), _) => Some(format!("partial output: {signal} ended the run")),
            (None, Ending::Signaled(signal)) => Some(format!("partial output: {signal} killed the command")),
            (None, Ending::Unknown(_)) => Some("the output may be partial".into()),
            (None, _) if self.left_open => {
                Some("partial output: a background process still holds it open".into())
            }
            (None, _) => None,
        }
    }
}

/// How a run ended that did not begin.
impl From<StartError> for Outcome {
    fn from(error: StartError) -> Self {
        Self {
            ending: Ending::NotStarted(error),
            timed_out: false,
            stopped_by: None,
            left_open: false,
            wall_time: Duration::ZERO,
        }
    }
}

/// The fields that `headtail run --json` prints: `success`, `exit_code`, `signal` where there is one, `timed_out`,
/// `wall_duration_ms`, and `error` where there is one.
///
/// ```
/// use std::process::Command;
/// use headtail_process::Run;
///
/// let outcome = Run::new(Command::new("/nonexistent")).run(|_| {});
/// let json = r#"{"success":false,"exit_code":127,"timed_out":false,"wall_duration_ms":0,"error":"/nonexistent: No such file or directory"}"#;
/// assert_eq!(serde_json::to_string(&outcome)?, json);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[cfg(feature = "serde")]
impl serde_core::Serialize for Outcome {
    fn serialize<S: serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde_core::ser::SerializeMap;

        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("success", &self.success())?;
        object.serialize_entry("exit_code", &self.exit_code())?;
        if let Some(signal) = self.signal() {
            object.serialize_entry("signal", &signal.to_string())?;
        }
        object.serialize_entry("timed_out", &self.timed_out)?;
        let millis = u64::try_from(self.wall_time.as_millis()).unwrap_or(u64::MAX);
        object.serialize_entry("wall_duration_ms", &millis)?;
        if let Some(error) = self.error() {
            object.serialize_entry("error", &error)?;
        }
        object.end()
    }
}
