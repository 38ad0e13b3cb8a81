//! Why a command did not start.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;
use std::{error, fmt, io};

use rustix::fs::{Access, access};
use rustix::io::Errno;

/// Why a command did not start: the name of what is in the way, the kind and the system's reason.
#[derive(Debug)]
pub struct StartError {
    kind: StartErrorKind,
    name: OsString,
    cause: io::Error,
}

/// What a failure to start is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StartErrorKind {
    /// There is no such command; a shell reports 127.
    NotFound,
    /// The command is there and can't be executed; a shell reports 126.
    NotExecutable,
    /// It never came to the command: its directory can't be entered, or there is no process, pipe or memory to
    /// be had. Reported as 125.
    Failed,
}

impl StartErrorKind {
    /// The exit status that stands for it.
    #[must_use]
    pub const fn exit_status(self) -> u8 {
        match self {
            Self::NotFound => 127,
            Self::NotExecutable => 126,
            Self::Failed => 125,
        }
    }
}

impl StartError {
    /// Explains why `command` could not be spawned.
    pub(crate) fn of_spawn(command: &Command, cause: io::Error) -> Self {
        // The same error means something else where it is the directory that can't be entered.
        if let Some(directory) = command.get_current_dir()
            && let Err(cause) = enter(directory)
        {
            return Self::failed(directory.as_os_str(), cause);
        }
        let kind = match Errno::from_io_error(&cause) {
            Some(Errno::NOENT) => StartErrorKind::NotFound,
            None | Some(Errno::AGAIN | Errno::NOMEM | Errno::MFILE | Errno::NFILE) => StartErrorKind::Failed,
            Some(_) => StartErrorKind::NotExecutable,
        };
        Self { kind, name: command.get_program().to_owned(), cause }
    }

    /// Something that has nothing to do with the command itself.
    pub(crate) fn failed(name: &OsStr, cause: impl Into<io::Error>) -> Self {
        Self { kind: StartErrorKind::Failed, name: name.to_owned(), cause: cause.into() }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> StartErrorKind {
        self.kind
    }

    /// The command, or the directory, that is in the way.
    #[must_use]
    pub fn name(&self) -> &OsStr {
        &self.name
    }

    /// The system's reason, in words.
    #[must_use]
    pub fn reason(&self) -> String {
        reason(&self.cause)
    }
}

/// The system's words for `error`, without the number that the standard library adds for programmers.
pub(crate) fn reason(error: &io::Error) -> String {
    let words = error.to_string();
    let number = error.raw_os_error().map(|code| format!(" (os error {code})"));
    number.and_then(|number| words.strip_suffix(&number)).map_or(words.clone(), str::to_owned)
}

/// Whether `directory` could be entered, if not why.
fn enter(directory: &Path) -> io::Result<()> {
    if !directory.metadata()?.is_dir() {
        return Err(Errno::NOTDIR.into());
    }
    Ok(access(directory, Access::EXEC_OK)?)
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name.display(), self.reason())
    }
}

impl error::Error for StartError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.cause)
    }
}
