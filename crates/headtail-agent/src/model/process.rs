//! What is known of a process.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use headtail_process::Signal;
use serde::{Deserialize, Serialize, Serializer};

use super::id::Id;
use super::time::Timestamp;

/// What is known of a process. As JSON it has the fields that `headtail ps --json` prints.
///
/// ```
/// use headtail_agent::{Process, State};
///
/// # let json = r#"{"id":"1a2b3c4d5e6f7g8h","command":"make","workdir":"/src","background":false,
/// #  "labels":{},"state":"signaled","running":false,"pid":77,"exit_code":137,"signal":"SIGKILL",
/// #  "started_at":"2025-11-24T16:00:00.123Z","exited_at":"2025-11-24T16:00:01.123Z",
/// #  "started_at_unix":1764000000,"exited_at_unix":1764000001,"wall_duration_ms":1000,"output_bytes":5,
/// #  "stdin":"null","left_open":false}"#;
/// let process: Process = serde_json::from_str(json)?;
/// assert!(matches!(process.state, State::Signaled(_)));
/// assert_eq!((process.exit_code(), process.signal().as_deref()), (Some(137), Some("SIGKILL")));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Fields")]
#[non_exhaustive]
pub struct Process {
    /// Its name.
    pub id: Id,
    /// The command line as it was given, or the words quoted for a shell.
    pub command: String,
    /// The words; `None` where a command line was given.
    pub argv: Option<Vec<String>>,
    /// The directory that it was started in.
    pub workdir: String,
    /// Whoever started it did not mean to wait for it.
    pub background: bool,
    /// Whose it is, where that was said.
    pub scope: Option<String>,
    /// What its starter noted.
    pub labels: BTreeMap<String, String>,
    /// Whether it runs, and how it ended.
    pub state: State,
    /// Its number in the system; `None` until it has one.
    pub pid: Option<u32>,
    /// What ended it, where it did not end by itself.
    pub stopped_by: Option<StoppedBy>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it was seen to have exited; `None` while it runs and where nobody knows.
    pub exited_at: Option<Timestamp>,
    /// From the start until the exit, or until now, by a clock that nobody sets; `None` where nobody knows.
    pub wall_duration: Option<Duration>,
    /// Bytes of all that it has printed.
    pub output_bytes: u64,
    /// Its standard input.
    pub stdin: Stdin,
    /// Something that it left behind still held its output open when the drain time was over.
    pub left_open: bool,
    /// What a reader should know besides.
    pub note: Option<String>,
}

/// Whether a process runs, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It exited with this status.
    Exited(u8),
    /// This signal killed it.
    Signaled(Signal),
    /// Its keeper was killed: nobody knows.
    Lost,
}

/// What ended a process that did not end by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoppedBy {
    /// It ran longer than it may.
    Timeout,
    /// Somebody sent it a signal through its keeper.
    Signal,
    /// The last program that held it was gone for too long.
    Lease,
}

/// The standard input of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stdin {
    /// Empty.
    Null,
    /// A pipe that can be written to.
    Open,
    /// A pipe that has been closed.
    Closed,
}

impl Process {
    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// What a shell would report: the status, or 128 + N where signal N killed it. `None` while it runs and where
    /// nobody knows.
    #[must_use]
    pub fn exit_code(&self) -> Option<u8> {
        match self.state {
            State::Exited(code) => Some(code),
            State::Signaled(signal) => Some(signal.exit_code()),
            State::Running | State::Lost => None,
        }
    }

    /// The name of the signal that killed it.
    #[must_use]
    pub fn signal(&self) -> Option<String> {
        match self.state {
            State::Signaled(signal) => Some(signal.to_string()),
            _ => None,
        }
    }

    /// As it is once its keeper was killed.
    pub(crate) fn lose(&mut self) {
        self.state = State::Lost;
        self.exited_at = None;
        self.wall_duration = None;
        self.note = Some("its keeper was killed: neither its status nor its output is known".into());
        if self.stdin == Stdin::Open {
            self.stdin = Stdin::Closed;
        }
    }
}

impl State {
    /// As JSON and tables name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Exited(_) => "exited",
            Self::Signaled(_) => "signaled",
            Self::Lost => "lost",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Process {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields::from(self).serialize(serializer)
    }
}

/// A process as JSON has it.
#[derive(Serialize, Deserialize)]
struct Fields<'a> {
    id: Id,
    command: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    argv: Option<Cow<'a, [String]>>,
    workdir: Cow<'a, str>,
    background: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<Cow<'a, str>>,
    labels: Cow<'a, BTreeMap<String, String>>,
    state: Cow<'a, str>,
    running: bool,
    pid: Option<u32>,
    exit_code: Option<u8>,
    signal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped_by: Option<StoppedBy>,
    started_at: Timestamp,
    exited_at: Option<Timestamp>,
    started_at_unix: u64,
    exited_at_unix: Option<u64>,
    wall_duration_ms: Option<u64>,
    output_bytes: u64,
    stdin: Stdin,
    left_open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Process> for Fields<'a> {
    fn from(process: &'a Process) -> Self {
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Self {
            id: process.id,
            state: process.state.name().into(),
            running: process.is_running(),
            exit_code: process.exit_code(),
            signal: process.signal(),
            started_at_unix: process.started_at.unix_seconds(),
            exited_at_unix: process.exited_at.map(Timestamp::unix_seconds),
            wall_duration_ms: process.wall_duration.map(milliseconds),
            command: Cow::from(&process.command),
            argv: process.argv.as_ref().map(Cow::from),
            workdir: Cow::from(&process.workdir),
            background: process.background,
            scope: process.scope.as_ref().map(Cow::from),
            labels: Cow::Borrowed(&process.labels),
            pid: process.pid,
            stopped_by: process.stopped_by,
            started_at: process.started_at,
            exited_at: process.exited_at,
            output_bytes: process.output_bytes,
            stdin: process.stdin,
            left_open: process.left_open,
            note: process.note.as_ref().map(Cow::from),
        }
    }
}

impl TryFrom<Fields<'_>> for Process {
    type Error = &'static str;

    fn try_from(fields: Fields<'_>) -> Result<Self, Self::Error> {
        let state = match (&*fields.state, fields.exit_code) {
            ("running", None) => State::Running,
            ("exited", Some(code)) => State::Exited(code),
            ("signaled", Some(code)) => match Signal::from_number(i32::from(code) - 128) {
                Some(signal) => State::Signaled(signal),
                None => return Err("an exit code that stands for no signal"),
            },
            ("lost", None) => State::Lost,
            _ => return Err("a state that does not go with its exit code"),
        };
        Ok(Self {
            state,
            id: fields.id,
            command: fields.command.into_owned(),
            argv: fields.argv.map(Cow::into_owned),
            workdir: fields.workdir.into_owned(),
            background: fields.background,
            scope: fields.scope.map(Cow::into_owned),
            labels: fields.labels.into_owned(),
            pid: fields.pid,
            stopped_by: fields.stopped_by,
            started_at: fields.started_at,
            exited_at: fields.exited_at,
            wall_duration: fields.wall_duration_ms.map(Duration::from_millis),
            output_bytes: fields.output_bytes,
            stdin: fields.stdin,
            left_open: fields.left_open,
            note: fields.note.map(Cow::into_owned),
        })
    }
}
