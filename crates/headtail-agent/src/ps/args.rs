//! The arguments of `headtail ps`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand, ValueEnum};
use headtail_agent::{Query, Start, check_pattern};

use crate::values::{Bounds, Variable, duration, variable};

const AFTER_HELP: &str = "\
ID is an id or any unique prefix of one. DURATION is a number with a unit: 500ms, 10s, 2m, 1h30m, 1d; without a
unit it is in seconds.

Everything that a process prints goes to a buffer that keeps both ends, so it can run for years. Processes are in
$HEADTAIL_RUNTIME_DIR, or $XDG_RUNTIME_DIR/headtail, or /tmp/headtail-UID.

Exit status: 0 done, or what the help of a command says; 1 error; 2 usage.

  $ id=$(headtail ps start -- sh -c 'echo ready; sleep 600')
  $ headtail ps output $id --match ready --timeout 30s
  $ headtail ps stop $id";

/// Start processes that outlive the terminal, and list, read, signal and stop them.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = false, after_help = AFTER_HELP)]
pub(crate) struct PsOptions {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
    /// List processes that have ended too
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON: one object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Only see processes of this scope, and start others there
    #[arg(long, global = true, value_name = "SCOPE", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) scope: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start a process and print its id.
    Start(Starting),
    /// Print the output of a process, after waiting for something.
    #[command(after_help = "\
With --wait exit, the exit status is that of the process; 125 where it was lost. With --wait match or output, it is 1
where the process ends first. It is 124 where the wait times out.")]
    Output(Reading),
    /// Send standard input to a process.
    Input(Writing),
    /// Send a signal to a process and its group.
    Signal(Signalling),
    /// Ask processes to end, kill those that do not, and wait until they have.
    Stop(Stopping),
    /// Forget processes that have ended.
    Rm(Removing),
}

#[derive(Args, Debug)]
pub(crate) struct Starting {
    /// Run it in DIR
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Set a variable of its environment, or take the caller's value, if there is one; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = variable())]
    env: Vec<Variable>,
    /// Give it a standard input that `ps input` writes to, instead of an empty one
    #[arg(long)]
    stdin: bool,
    /// Send SIGTERM after this long
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    timeout: Option<Duration>,
    /// Send SIGKILL this long after SIGTERM [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    kill_after: Option<Duration>,
    /// Wait this long for output of processes that it leaves behind [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    drain: Option<Duration>,
    /// Join the words with spaces and run them with sh -c
    #[arg(long)]
    shell: bool,
    /// Start it only once: another start with the same key prints the id of the first
    #[arg(long, value_name = "KEY", value_parser = NonEmptyStringValueParser::new())]
    key: Option<String>,
    /// Attach a label; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = label)]
    label: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) bounds: Bounds,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

#[derive(Args, Debug)]
pub(crate) struct Reading {
    /// The process
    pub(crate) id: String,
    /// Begin after the first N bytes of its output
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) after: u64,
    /// Print at most this many bytes
    #[arg(long, value_name = "N", default_value_t = 32 << 10, value_parser = max_bytes)]
    pub(crate) max_bytes: usize,
    /// Wait before printing: for the end, for any output, for a line that matches, or for no output
    #[arg(long, value_name = "FOR")]
    pub(crate) wait: Option<WaitFor>,
    /// Wait until a line matches this regular expression
    #[arg(long = "match", value_name = "RE", value_parser = pattern, required_if_eq("wait", "match"))]
    pub(crate) pattern: Option<String>,
    /// How long --wait idle waits for output
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1s")]
    pub(crate) idle: Duration,
    /// Wait this long at most [default: for ever]
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(crate) timeout: Option<Duration>,
    /// Remove escape sequences, and what progress bars write over
    #[arg(long)]
    pub(crate) clean: bool,
    /// Print all output as it comes, until the process ends
    #[arg(long, short, conflicts_with_all = ["json", "pattern", "clean", "max_bytes", "timeout"])]
    pub(crate) follow: bool,
}

/// What `ps output` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WaitFor {
    Exit,
    Output,
    Match,
    Idle,
}

#[derive(Args, Debug)]
pub(crate) struct Writing {
    /// The process
    pub(crate) id: String,
    /// Close its standard input after that
    #[arg(long)]
    pub(crate) eof: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Signalling {
    /// The process
    pub(crate) id: String,
    /// terminate (SIGTERM, then SIGKILL), kill, or the name or number of a signal
    #[arg(value_parser = signal)]
    pub(crate) signal: String,
}

#[derive(Args, Debug)]
pub(crate) struct Stopping {
    /// The processes
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// All that run
    #[arg(long = "all", id = "all")]
    pub(crate) every: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Removing {
    /// The processes
    #[arg(required_unless_present = "finished", conflicts_with = "finished", value_name = "ID")]
    pub(crate) ids: Vec<String>,
    /// All that have ended
    #[arg(long)]
    pub(crate) finished: bool,
}

impl From<Starting> for Start {
    fn from(starting: Starting) -> Self {
        let mut start = if starting.shell {
            Self::command_line(starting.command.join(OsStr::new(" ")))
        } else {
            Self::argv(starting.command)
        };
        start = start.background();
        if let Some(directory) = starting.dir {
            // Its keeper is elsewhere.
            start = start.workdir(std::path::absolute(&directory).unwrap_or(directory));
        }
        for (name, value) in starting.env {
            start = start.variable(name, value);
        }
        if starting.stdin {
            start = start.stdin();
        }
        // No limit, as with `run`.
        if let Some(limit) = starting.timeout.filter(|limit| !limit.is_zero()) {
            start = start.timeout(limit);
        }
        if let Some(delay) = starting.kill_after {
            start = start.kill_after(delay);
        }
        if let Some(limit) = starting.drain {
            start = start.drain(limit);
        }
        if let Some(key) = starting.key {
            start = start.key(key);
        }
        starting.label.into_iter().fold(start, |start, (name, value)| start.label(name, value))
    }
}

fn label(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("not NAME=VALUE"),
    }
}

fn pattern(text: &str) -> Result<String, String> {
    check_pattern(text).map(|()| text.to_owned())
}

fn signal(text: &str) -> Result<String, &'static str> {
    if text == "terminate" || headtail_process::Signal::from_name(text).is_some() {
        return Ok(text.to_owned());
    }
    Err("not terminate, kill, or the name or number of a signal")
}

/// The length of an answer.
fn max_bytes(text: &str) -> Result<usize, String> {
    let (least, most) = Query::MAX_BYTES;
    let bytes = text.parse().ok().filter(|bytes| (least..=most).contains(bytes));
    bytes.ok_or_else(|| format!("not a number from {least} to {most}"))
}
