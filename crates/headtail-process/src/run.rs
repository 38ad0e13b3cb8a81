//! What is run, and for how long.

use std::fs::File;
use std::io::{self, PipeReader, PipeWriter, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::fs::{OFlags, fcntl_setfl};

use crate::group::{Group, Orphans};
use crate::outcome::{Ending, Outcome};
use crate::running::{Running, Timeouts};
use crate::start_error::StartError;
use crate::sys::{Dispositions, Preparation, SignalsBlocked};

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
///     .timeout(Duration::from_millis(500))
///     .run(|bytes| output.extend_from_slice(bytes));
/// assert_eq!(output, b"started\n");
/// assert!(outcome.timed_out);
/// assert_eq!(outcome.signal(), Some(Signal::TERM));
/// assert!(outcome.wall_time < Duration::from_secs(60));
/// ```
///
/// A program that does nothing else but run commands can see to all that they leave behind:
///
/// ```
/// use std::process::Command;
/// use std::time::Duration;
/// use headtail_process::{Dispositions, Run};
///
/// let mut command = Command::new("sh");
/// command.args(["-c", "sleep 5 & echo done"]);
///
/// let mut output = Vec::new();
/// let outcome = Run::new(command)
///     .timeout(Duration::from_secs(60))
///     .kill_after(Duration::from_secs(1))
///     .drain(Duration::ZERO)
///     .adopt_orphans()
///     .reap_orphans()
///     .die_with_thread()
///     .dispositions(Dispositions::default())
///     .run(|bytes| output.extend_from_slice(bytes));
/// assert_eq!(output, b"done\n");
/// assert!(outcome.success() && outcome.left_open);
/// ```
#[derive(Debug)]
pub struct Run {
    command: Command,
    stdin: Stdin,
    timeouts: Timeouts,
    orphans: Orphans,
    dispositions: Option<Dispositions>,
    dies_with_thread: bool,
    terminal: Option<OwnedFd>,
}

/// What a command reads.
///
/// ```
/// use std::fs::File;
/// use std::process::Command;
/// use headtail_process::{Run, Stdin};
///
/// let mut command = Command::new("wc");
/// command.arg("-l").stdin(File::open("/etc/passwd")?);
/// let mut output = String::new();
/// let outcome = Run::new(command)
///     .stdin(Stdin::Inherited)
///     .run(|bytes| output += &String::from_utf8_lossy(bytes));
/// assert!(outcome.success());
/// assert_ne!(output.trim(), "0");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stdin {
    /// Nothing: `/dev/null`.
    #[default]
    Null,
    /// What the [`Command`] says: the standard input of this process unless set.
    Inherited,
    /// What is written to a pipe: see [`Running::take_stdin`].
    Pipe,
    /// There is no standard input: a read fails.
    Closed,
}

impl Run {
    /// Runs `command` with an empty standard input, for as long as it takes. Its standard output, standard
    /// error and process group are set here; all else is as `command` says.
    #[must_use]
    pub fn new(command: Command) -> Self {
        let seconds = Duration::from_secs(5);
        Self {
            command,
            stdin: Stdin::Null,
            timeouts: Timeouts { run: None, kill_after: seconds, drain: seconds },
            orphans: Orphans::Lost,
            dispositions: None,
            dies_with_thread: false,
            terminal: None,
        }
    }

    /// What the command reads: nothing unless set.
    #[must_use]
    pub fn stdin(self, stdin: Stdin) -> Self {
        Self { stdin, ..self }
    }

    /// Ends the command's process group once the command runs for `limit`: with `SIGTERM`, and `SIGKILL` after
    /// [`kill_after`](Self::kill_after). No limit unless set.
    #[must_use]
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeouts.run = Some(limit);
        self
    }

    /// How long a group that was told to end may take before it is killed: 5 seconds unless set; zero kills it
    /// at once.
    #[must_use]
    pub fn kill_after(mut self, delay: Duration) -> Self {
        self.timeouts.kill_after = delay;
        self
    }

    /// How long output is waited for after the command has exited, where a process that it left behind holds it
    /// open: 5 seconds unless set; zero takes only what is there. The process is left alone. After a timeout, that is the
    /// limit for processes that have left the group, the others being gone.
    #[must_use]
    pub fn drain(mut self, limit: Duration) -> Self {
        self.timeouts.drain = limit;
        self
    }

    /// Makes this process the parent of all processes below it that lose theirs, so that it is known who is left of a
    /// group that was told to end. Otherwise, what is left is waited for until it is killed, or has closed the output;
    /// and a process that closes the output is killed at once when the leader has exited.
    ///
    /// Linux alone can do that (`PR_SET_CHILD_SUBREAPER`), and for the whole process; elsewhere this changes nothing.
    /// Orphans that have left the group stay zombies until this process reaps them: see
    /// [`reap_orphans`](Self::reap_orphans).
    #[must_use]
    pub fn adopt_orphans(self) -> Self {
        Self { orphans: self.orphans.max(Orphans::Adopted), ..self }
    }

    /// [Adopts orphans](Self::adopt_orphans) and reaps all children of this process that exit: for a program that has no
    /// other children, and for the first process of a container. [`Running::advance`] does it, so a program that calls it
    /// whenever it is sent `SIGCHLD` leaves no zombies for longer than a moment.
    #[must_use]
    pub fn reap_orphans(self) -> Self {
        Self { orphans: Orphans::Reaped, ..self }
    }

    /// Gives the command these signal dispositions, instead of those that it would inherit from this process.
    #[must_use]
    pub fn dispositions(self, dispositions: Dispositions) -> Self {
        Self { dispositions: Some(dispositions), ..self }
    }

    /// Has the system kill the command when the thread that calls [`start`](Self::start) ends, by whatever means: to be
    /// started by a thread that lives as long as the program. Linux alone can do that, and not for set-uid commands.
    #[must_use]
    pub fn die_with_thread(self) -> Self {
        Self { dies_with_thread: true, ..self }
    }

    /// Makes the command's group the foreground group of `terminal` before the command is executed.
    ///
    /// ```no_run
    /// use std::fs::File;
    /// use std::process::Command;
    /// use headtail_process::{Run, Stdin};
    ///
    /// let terminal = File::options().read(true).write(true).open("/dev/tty")?;
    /// let editor = Run::new(Command::new("vi")).stdin(Stdin::Inherited).foreground(terminal.into());
    /// let outcome = editor.run(|bytes| print!("{}", bytes.escape_ascii()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn foreground(self, terminal: OwnedFd) -> Self {
        Self { terminal: Some(terminal), ..self }
    }

    /// Starts the command.
    ///
    /// # Errors
    ///
    /// The command can't be started; [`StartError::kind`] says which status a shell would report.
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
        let stdin = self.set_stdin()?;
        let (output, input) = pipe()?;
        set_nonblocking(&output).map_err(|error| StartError::failed("pipe", error))?;
        let second = input.try_clone().map_err(|error| StartError::failed("pipe", error))?;
        self.command.stdout(input).stderr(second).process_group(0);
        let (reached_exec, mark) = pipe()?;
        let blocked = SignalsBlocked::new();
        let preparation = Preparation {
            dispositions: self.dispositions,
            dies_with: self.dies_with_thread.then(rustix::process::getpid),
            terminal: self.terminal,
            closes_stdin: self.stdin == Stdin::Closed,
            reached_exec: mark,
        };
        preparation.add_to(&mut self.command, &blocked);
        if self.orphans != Orphans::Lost && !adopt() {
            self.orphans = Orphans::Lost;
        }
        let started = Instant::now();
        let child = self.command.spawn();
        drop(blocked);
        let child = child.map_err(|error| explain(&self.command, reached_exec, error))?;
        // With it go this process's own writing ends of the pipe, which would keep it open.
        drop(self.command);
        let group =
            Group::watch(&child, self.orphans).map_err(|error| StartError::failed("pidfd_open", error))?;
        Ok(Running::new(group, output, stdin, self.timeouts, started))
    }

    /// Opens what the command reads; returns the writing end if it is a pipe.
    fn set_stdin(&mut self) -> Result<Option<PipeWriter>, StartError> {
        match self.stdin {
            Stdin::Inherited | Stdin::Closed => {}
            Stdin::Null => {
                const NULL: &str = "/dev/null";
                let null = File::open(NULL).map_err(|error| StartError::failed(NULL, error))?;
                self.command.stdin(null);
            }
            Stdin::Pipe => {
                let (read, write) = pipe()?;
                set_nonblocking(&write).map_err(|error| StartError::failed("pipe", error))?;
                self.command.stdin(read);
                return Ok(Some(write));
            }
        }
        Ok(None)
    }

    /// Runs the command to its end and passes on its output as it comes; returns how it ended. A run that can't be
    /// started or followed is an outcome, too.
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

fn pipe() -> Result<(PipeReader, PipeWriter), StartError> {
    io::pipe().map_err(|error| StartError::failed("pipe", error))
}

/// Nobody else has this end of a pipe, so nobody is surprised.
fn set_nonblocking(end: impl AsFd) -> io::Result<()> {
    Ok(fcntl_setfl(end, OFlags::NONBLOCK)?)
}

/// Explains why `command` could not be spawned; the new process has written to `reached_exec` if there was one that got
/// as far as that.
fn explain(command: &Command, mut reached_exec: PipeReader, error: io::Error) -> StartError {
    if set_nonblocking(&reached_exec).is_ok() && matches!(reached_exec.read(&mut [0]), Ok(1)) {
        StartError::of_exec(command, error)
    } else {
        StartError::of_spawn(command, error)
    }
}

/// Has this process be the parent of orphans below it. Returns whether the system can do that.
fn adopt() -> bool {
    #[cfg(target_os = "linux")]
    return rustix::process::set_child_subreaper(Some(rustix::process::getpid())).is_ok();
    #[cfg(not(target_os = "linux"))]
    return false;
}
