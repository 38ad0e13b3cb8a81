//! What is run, and for how long.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::leader::Leader;
use crate::outcome::{Ending, Outcome};
use crate::running::{Patience, Running};
use crate::start_error::StartError;

/// The environment of a command that nobody sits in front of: editors do nothing, pagers copy, nothing asks.
///
/// ```
/// use headtail_process::NON_INTERACTIVE;
///
/// let mut command = std::process::Command::new("git");
/// command.arg("log").envs(NON_INTERACTIVE);
/// ```
pub const NON_INTERACTIVE: [(&str, &str); 9] = [
    ("GIT_EDITOR", "true"),
    ("GIT_SEQUENCE_EDITOR", "true"),
    ("EDITOR", "true"),
    ("VISUAL", "true"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("NO_COLOR", "1"),
    ("TERM", "dumb"),
    ("PAGER", "cat"),
    ("GIT_PAGER", "cat"),
];

/// Most bytes read at once by [`Run::run`]: what a pipe holds where nobody has changed it.
const CHUNK: usize = 64 << 10;

/// A command to be run, and for how long.
///
/// ```
/// use std::process::Command;
/// use std::time::Duration;
/// use headtail_process::{Run, Signal};
///
/// let mut command = Command::new("sh");
/// command.args(["-c", "echo started; sleep 60; echo done"]);
///
/// let mut output = Vec::new();
/// let outcome = Run::new(command)
///     .timeout(Duration::from_millis(200))
///     .run(|bytes| output.extend_from_slice(bytes));
/// assert_eq!(output, b"started\n");
/// assert!(outcome.timed_out());
/// assert_eq!(outcome.signal(), Some(Signal::TERM));
/// assert!(outcome.wall < Duration::from_secs(60));
/// ```
#[derive(Debug)]
pub struct Run {
    command: Command,
    keeps_stdin: bool,
    timeout: Option<Duration>,
    patience: Patience,
}

impl Run {
    /// Runs `command` with an empty standard input, for as long as it takes. Its standard output, standard
    /// error and process group are set here; all else is as `command` says.
    #[must_use]
    pub fn new(command: Command) -> Self {
        let seconds = Duration::from_secs(5);
        let patience = Patience { kill_after: seconds, drain: seconds, reaps_orphans: false };
        Self { command, keeps_stdin: false, timeout: None, patience }
    }

    /// Leaves the standard input as the [`Command`] has it: this process's own unless set.
    #[must_use]
    pub fn keep_stdin(self) -> Self {
        Self { keeps_stdin: true, ..self }
    }

    /// Ends the command's process group once the command runs for `limit`: with `SIGTERM`, and `SIGKILL` after
    /// [`kill_after`](Self::kill_after). None unless set.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        Self { timeout: Some(limit), ..self }
    }

    /// How long a group that was told to end may take before it is killed: 5 seconds unless set; zero kills it
    /// at once.
    #[must_use]
    pub fn kill_after(mut self, delay: Duration) -> Self {
        self.patience.kill_after = delay;
        self
    }

    /// How long output is waited for after the command has exited, where a process that it left behind holds it
    /// open: 5 seconds unless set; zero takes only what is there. The process is left alone. After a timeout that goes
    /// for processes that have left the group, the others being gone.
    #[must_use]
    pub fn drain(mut self, limit: Duration) -> Self {
        self.patience.drain = limit;
        self
    }

    /// Also reaps children that this process has inherited, about once a second: for the first process of a
    /// container, and for no program that has other children of its own.
    #[must_use]
    pub fn reap_orphans(mut self) -> Self {
        self.patience.reaps_orphans = true;
        self
    }

    /// Starts the command.
    ///
    /// # Errors
    ///
    /// It can't be started; [`StartError::kind`] says what that is called.
    ///
    /// ```
    /// use std::io::Read;
    /// use std::process::Command;
    /// use headtail_process::Run;
    ///
    /// let mut running = Run::new(Command::new("pwd")).start()?;
    /// let mut output = String::new();
    /// running.read_to_string(&mut output)?;
    /// assert_eq!(output.trim_end(), std::env::current_dir()?.to_str().unwrap());
    /// assert!(running.finish().success());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn start(mut self) -> Result<Running, StartError> {
        let program = self.command.get_program().to_owned();
        let failed = |cause| StartError::failed(&program, cause);
        let (output, input) = io::pipe().map_err(failed)?;
        self.command.stdout(input.try_clone().map_err(failed)?).stderr(input).process_group(0);
        if !self.keeps_stdin {
            self.command.stdin(Stdio::null());
        }
        let started = Instant::now();
        let child = match self.command.spawn() {
            Ok(child) => child,
            Err(error) => return Err(StartError::of_spawn(&self.command, error)),
        };
        // With it go this process's own writing ends of the pipe, which would keep it open.
        drop(self.command);
        let leader = Leader::watch(&child).map_err(failed)?;
        Ok(Running::new(leader, output, self.patience, started, self.timeout))
    }

    /// Runs the command to its end and hands on its output as it comes; tells how it ended. A run that can't be
    /// started or followed is an outcome too.
    #[must_use]
    pub fn run(self, mut output: impl FnMut(&[u8])) -> Outcome {
        let mut running = match self.start() {
            Ok(running) => running,
            Err(error) => return error.into(),
        };
        let mut chunk = vec![0; CHUNK];
        loop {
            match running.read(&mut chunk) {
                Ok(0) => return running.finish(),
                Ok(count) => output(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Outcome { ending: Ending::Unknown(error), ..running.finish() },
            }
        }
    }
}
