//! Why a command did not start.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::{error, fmt, io};

use rustix::fs::{Access, access};
use rustix::io::Errno;

/// Why a command did not start: what failed, and the system's reason.
///
/// ```
/// use std::error::Error;
/// use std::io;
/// use std::process::Command;
/// use headtail_process::{Run, StartErrorKind};
///
/// let mut command = Command::new("true");
/// command.current_dir("/nonexistent");
/// let error = Run::new(command).start().expect_err("there is no such directory");
/// assert_eq!((error.kind(), error.name().to_str()), (StartErrorKind::Failed, Some("/nonexistent")));
/// assert_eq!(error.to_string(), "/nonexistent: No such file or directory");
/// assert_eq!(error.cause().kind(), io::ErrorKind::NotFound);
/// assert!(error.source().is_some());
/// ```
#[derive(Debug)]
pub struct StartError {
    kind: StartErrorKind,
    name: OsString,
    cause: io::Error,
}

/// What a shell distinguishes when a command does not start.
///
/// ```
/// use headtail_process::StartErrorKind;
///
/// assert_eq!(StartErrorKind::NotFound.exit_code(), 127);
/// assert_eq!(StartErrorKind::NotExecutable.exit_code(), 126);
/// assert_eq!(StartErrorKind::Failed.exit_code(), 125);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StartErrorKind {
    /// The system found no such command: 127.
    NotFound,
    /// The system found the command and could not execute it: 126.
    NotExecutable,
    /// Something failed before the command could be executed: its directory, its standard input, a pipe, a new process. 125.
    Failed,
}

impl StartErrorKind {
    /// The exit status that stands for it.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::NotFound => 127,
            Self::NotExecutable => 126,
            Self::Failed => 125,
        }
    }
}

impl StartError {
    /// Explains why `command` could not be executed.
    pub(crate) fn of_exec(command: &Command, cause: io::Error) -> Self {
        let kind = match Errno::from_io_error(&cause) {
            Some(Errno::NOENT) => StartErrorKind::NotFound,
            _ => StartErrorKind::NotExecutable,
        };
        Self { kind, name: command.get_program().to_owned(), cause }
    }

    /// Explains why no process could be made that was about to execute `command`.
    pub(crate) fn of_spawn(command: &Command, cause: io::Error) -> Self {
        if let Some(directory) = command.get_current_dir()
            && let Err(cause) = enter(directory)
        {
            return Self::failed(directory, cause);
        }
        Self::failed("fork", cause)
    }

    /// Something that has nothing to do with the command itself.
    pub(crate) fn failed(name: impl AsRef<OsStr>, cause: io::Error) -> Self {
        Self { kind: StartErrorKind::Failed, name: name.as_ref().to_owned(), cause }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> StartErrorKind {
        self.kind
    }

    /// What failed: the command, its directory, another file, or a system call.
    #[must_use]
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// The system's error.
    #[must_use]
    pub fn cause(&self) -> &io::Error {
        &self.cause
    }
}

/// The system's words for `error`, without the number that the standard library adds for programmers.
///
/// ```
/// let error = std::io::Error::from_raw_os_error(2);
/// assert_eq!(error.to_string(), "No such file or directory (os error 2)");
/// assert_eq!(headtail_process::reason(&error), "No such file or directory");
/// ```
#[must_use]
pub fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    let number = error.raw_os_error().map(|code| format!(" (os error {code})"));
    number.and_then(|number| words.strip_suffix(&number)).map_or(words.clone(), str::to_owned)
}

/// Checks whether `directory` can be entered.
fn enter(directory: &Path) -> io::Result<()> {
    if !directory.metadata()?.is_dir() {
        return Err(Errno::NOTDIR.into());
    }
    Ok(access(directory, Access::EXEC_OK)?)
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name.display(), reason(&self.cause))
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.cause)
    }
}
