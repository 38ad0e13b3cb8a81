//! What can go wrong.

use std::path::PathBuf;
use std::{error, fmt, io};

use headtail_process::reason;
use serde::{Deserialize, Serialize};

use super::id::Id;
use super::time::Timestamp;

/// Why a request was not carried out.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The runtime directory, or something in it, cannot be used.
    Directory {
        /// What is in the way.
        path: PathBuf,
        /// The reason.
        cause: io::Error,
    },
    /// There is no such process.
    NotFound {
        /// What was asked for.
        id: String,
        /// When it was forgotten, if there was one.
        expired: Option<Timestamp>,
    },
    /// Several ids begin like this.
    Ambiguous(String),
    /// Something in the request makes no sense.
    Invalid(String),
    /// The key was used for a start with other parameters.
    KeyTaken,
    /// So many processes run already.
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// There is no keeper: it cannot be executed, or ended without an answer.
    Keeper(io::Error),
    /// The keeper did not answer in time.
    Unresponsive(Id),
    /// The keeper answered, and refused.
    Refused(Id, Refusal),
}

/// Why a keeper refused a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Refusal {
    /// The command could not be started.
    Start {
        /// The status that stands for it: 127 not found, 126 not executable, 125 anything before that.
        status: u8,
        /// What is in the way, and the system's reason.
        reason: String,
    },
    /// The process has ended.
    NotRunning,
    /// The process runs.
    Running,
    /// The process has ended, and its keeper cannot write that down: the disk is full, for example.
    Unwritten,
    /// The offset is past the end of the output.
    PastEnd {
        /// The end.
        end: u64,
    },
    /// The pattern is not a regular expression.
    Pattern(String),
    /// There is no such signal.
    UnknownSignal(String),
    /// Its standard input is not a pipe.
    NoInput,
    /// Its standard input was closed.
    InputClosed,
    /// Another offset than the number of bytes that were accepted so far.
    InputOffset {
        /// That number.
        total: u64,
    },
    /// The request is not one that this version knows.
    Unknown,
    /// The system did not let the keeper carry it out, for this reason.
    Failed(String),
}

impl Error {
    pub(crate) fn directory(path: impl Into<PathBuf>, cause: impl Into<io::Error>) -> Self {
        Self::Directory { path: path.into(), cause: cause.into() }
    }

    pub(crate) fn not_found(id: impl fmt::Display) -> Self {
        Self::NotFound { id: id.to_string(), expired: None }
    }

    /// More than the message says, where there is more to know.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::NotFound { expired: Some(time), .. } => Some(format!("it was forgotten at {time}")),
            Self::Refused(_, Refusal::Start { reason, .. }) => Some(reason.clone()),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { path, cause } => write!(f, "{}: {}", path.display(), reason(cause)),
            Self::NotFound { id, .. } => write!(f, "Process \"{id}\" not found."),
            Self::Ambiguous(prefix) => {
                write!(f, "Several processes have an id that begins with \"{prefix}\".")
            }
            Self::Invalid(text) => f.write_str(text),
            Self::KeyTaken => {
                f.write_str("Key was already used to start a process with different parameters.")
            }
            Self::TooMany { limit } => write!(f, "{limit} processes run already, which is the limit."),
            Self::Keeper(cause) => write!(f, "the keeper did not start: {}", reason(cause)),
            Self::Unresponsive(id) => write!(f, "The keeper of process \"{id}\" does not answer."),
            Self::Refused(id, refusal) => match refusal {
                Refusal::Start { .. } => f.write_str("Failed to start process."),
                Refusal::NotRunning => write!(f, "Process \"{id}\" is not running."),
                Refusal::Running => write!(f, "Process \"{id}\" is running."),
                Refusal::Unwritten => {
                    write!(f, "Process \"{id}\" has ended, but its keeper cannot write its record yet.")
                }
                Refusal::PastEnd { end } => {
                    write!(f, "The offset is past the end of the output, which is at {end}.")
                }
                Refusal::Pattern(reason) => write!(f, "not a regular expression: {reason}"),
                Refusal::UnknownSignal(name) => {
                    write!(
                        f,
                        "Unsupported signal \"{name}\". Use \"kill\", \"terminate\" or a signal's name."
                    )
                }
                Refusal::NoInput => write!(f, "The standard input of process \"{id}\" is not a pipe."),
                Refusal::InputClosed => write!(f, "The standard input of process \"{id}\" is closed."),
                Refusal::InputOffset { total } => write!(f, "The offset of the input is not {total}."),
                Refusal::Unknown => write!(f, "The keeper of process \"{id}\" does not know this request."),
                Refusal::Failed(reason) => write!(f, "The keeper of process \"{id}\" failed: {reason}"),
            },
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Directory { cause, .. } | Self::Keeper(cause) => Some(cause),
            _ => None,
        }
    }
}
