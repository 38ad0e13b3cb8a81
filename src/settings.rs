//! What the command line asks for, in plain values.

use std::ffi::OsString;
use std::time::Duration;

use headtail::{Limits, Marker};
use headtail_process::Stdin;

use crate::pattern::Pattern;

/// A run of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) marker: Marker,
    /// Which lines of the gap are shown.
    pub(crate) keep: Option<Pattern>,
    pub(crate) headers: Headers,
    pub(crate) form: Form,
    /// Where results go.
    pub(crate) output: Target,
    /// Where their accounts go.
    pub(crate) report: Option<Target>,
    pub(crate) save: Option<Saving>,
    /// Whether the beginning of a result is written before its end is known, not only on a terminal.
    pub(crate) is_live: bool,
    /// Whether a result is printed only where the run fails.
    pub(crate) only_failures: bool,
    pub(crate) times: Times,
    /// At least one; a command is the only one.
    pub(crate) inputs: Vec<Input>,
}

impl Settings {
    /// The command to run, if there is one.
    pub(crate) fn command(&self) -> Option<&Invocation> {
        self.inputs.iter().find_map(|input| match input {
            Input::Command(invocation) => Some(invocation),
            Input::Stdin | Input::File(_) => None,
        })
    }
}

/// Limits of time, and signs of life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    /// How long inputs other than a command are read.
    pub(crate) timeout: Option<Duration>,
    /// How long inputs may be silent.
    pub(crate) idle_timeout: Option<Duration>,
    /// How long a window is, each of which has a result of its own.
    pub(crate) every: Option<Duration>,
    /// How often a line says how things are.
    pub(crate) heartbeat: Option<Duration>,
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
    /// How long its group may take to end after SIGTERM.
    pub(crate) kill_after: Duration,
    /// How long its output is waited for when it has ended.
    pub(crate) drain: Duration,
}

/// When a result is preceded by the name of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headers {
    /// Where there are several inputs.
    Several,
    Always,
    Never,
}

/// What a result looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    /// One object a line.
    Json,
}

impl Form {
    /// Whether it says how the input ended, beside the output.
    pub(crate) fn has_account(self) -> bool {
        self != Self::Text
    }
}

/// Where bytes go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Stdout,
    File(OsString),
}

/// Where the raw copy of the input goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Saving {
    /// A new file for each input, which is deleted if the output has all of it.
    New,
    /// One file for all inputs.
    To(Target),
}
