//! What the command line asks for, in plain values: no part of the program but `args` knows of options.

use std::ffi::{OsStr, OsString};
use std::os::fd::RawFd;
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use headtail::{Limits, Marker};

use crate::io::name::Name;
use crate::output::headers::Headers;

/// A run of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) marker: Marker,
    pub(crate) headers: Headers,
    pub(crate) form: Form,
    /// Where results go.
    pub(crate) output: Target,
    /// Where their accounts go.
    pub(crate) report: Option<Target>,
    pub(crate) save: Option<Saving>,
    pub(crate) view: View,
    /// At least one.
    pub(crate) inputs: Vec<Input>,
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(OsString),
    /// What a command prints.
    Command(Invocation),
}

/// A command, and how long it is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    pub(crate) program: OsString,
    pub(crate) args: Vec<OsString>,
    /// Variables that it has beside the inherited ones; of one given twice the last counts.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// Where it runs, if not here.
    pub(crate) directory: Option<OsString>,
    pub(crate) stdin: Stdin,
    /// How long it may run.
    pub(crate) timeout: Option<Duration>,
    /// How long its group may take to end when told to.
    pub(crate) kill_after: Duration,
    /// How long its output is waited for when it has ended.
    pub(crate) drain: Duration,
}

impl Invocation {
    /// The words of the command.
    fn name(&self) -> Name {
        let words: Vec<_> = [&self.program].into_iter().chain(&self.args).map(OsString::as_os_str).collect();
        Name::path(words.join(OsStr::new(" ")))
    }
}

/// What a command reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stdin {
    Empty,
    /// What this program would.
    Inherited,
}

impl Input {
    /// The input that a FILE operand names.
    pub(crate) fn from_operand(operand: OsString) -> Self {
        if operand == "-" { Self::Stdin } else { Self::File(operand) }
    }

    pub(crate) fn name(&self) -> Name {
        match self {
            Self::Stdin => Name::stdin(),
            Self::File(path) => Name::path(path),
            Self::Command(invocation) => invocation.name(),
        }
    }

    /// The path as it was given; only files have one.
    pub(crate) fn path(&self) -> Option<&[u8]> {
        match self {
            Self::Stdin | Self::Command(_) => None,
            Self::File(path) => Some(path.as_bytes()),
        }
    }
}

/// What a result looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    /// One object a line.
    Json,
}

/// Where bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Stdout,
    /// A descriptor that the program was started with, and the path that names it.
    Inherited(RawFd, OsString),
    File(OsString),
}

impl Target {
    /// The target that the value of an option names.
    pub(crate) fn from_value(value: OsString) -> Self {
        let number = match value.to_str() {
            Some("-") => return Self::Stdout,
            Some("/dev/stdout") => Some(1),
            Some("/dev/stderr") => Some(2),
            Some(path) => ["/dev/fd/", "/proc/self/fd/"]
                .iter()
                .find_map(|directory| path.strip_prefix(directory))
                .and_then(|number| number.parse::<u16>().ok()),
            None => None,
        };
        match number {
            Some(number) => Self::Inherited(number.into(), value),
            None => Self::File(value),
        }
    }

    pub(crate) fn name(&self) -> Name {
        match self {
            Self::Stdout => Name::stdout(),
            Self::Inherited(_, path) | Self::File(path) => Name::path(path),
        }
    }
}

/// Where the raw copy of the input goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saving {
    /// A new file for each input, which is deleted if the output has all of it.
    New,
    /// One file for all inputs.
    To(Target),
}

/// When the beginning of a result is written before its end is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Live,
    LiveOnTerminal,
}
