//! A command at work.

mod reading;
mod stopping;

use std::io::{PipeReader, PipeWriter};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::group::Group;
use crate::outcome::Outcome;
use crate::signal::Signal;

/// A command at work, and its output: standard output and standard error as they come.
///
/// It is driven in one of two ways. As an [`io::Read`] it waits: a read returns output, or 0 when the run is over; it
/// fails with [`io::ErrorKind::Interrupted`] when this thread has handled a signal meanwhile. An event loop polls
/// [`fds`](Self::fds) until [`deadline`](Self::deadline), then calls [`advance`](Self::advance) and
/// [`try_read`](Self::try_read), neither of which waits. Nothing happens in between: limits are kept by the next read or
/// `advance`.
///
/// [`io::Read`]: std::io::Read
/// [`io::ErrorKind::Interrupted`]: std::io::ErrorKind::Interrupted
///
/// The run is over when the command has exited and its output has ended or was given up. Dropped before that, it kills
/// the command and its group.
///
/// ```
/// use std::io::Read;
/// use std::process::Command;
/// use headtail_process::{Run, Signal};
///
/// let run = Run::new(Command::new("yes"));
/// # let run = run.dispositions(headtail_process::Dispositions::default());
/// let mut running = run.start()?;
/// let mut chunk = [0; 4096];
/// assert!(running.read(&mut chunk)? > 0);
/// running.stop(Signal::INT);
/// while running.read(&mut chunk)? > 0 {}
/// let outcome = running.finish();
/// assert_eq!(outcome.signal(), Some(Signal::INT));
/// assert_eq!(outcome.exit_code(), Some(130));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Running {
    group: Group,
    /// The reading end, which never blocks: the command may read it, too, by way of `/proc/self/fd`. None once all writers
    /// are gone.
    output: Option<PipeReader>,
    /// The writing end, which never blocks, until it is taken.
    stdin: Option<PipeWriter>,
    phase: Phase,
    /// When the phase ends at the latest; `None` for never.
    until: Option<Instant>,
    timeouts: Timeouts,
    started: Instant,
    /// When the command was seen to have exited.
    exited: Option<Instant>,
    timed_out: bool,
    stopped_by: Option<Signal>,
    left_open: bool,
    /// When the group is checked next, if there is reason to.
    check_at: Instant,
}

/// How long a run waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// For the command to end by itself.
    pub(crate) run: Option<Duration>,
    /// For the group to end after it was told to.
    pub(crate) kill_after: Duration,
    /// For the output to end after the command has.
    pub(crate) drain: Duration,
}

/// The stages of a run. Any but `Last` may be skipped; a run that is `Stopping` drains when the group is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The command runs.
    Working,
    /// It has exited, and so has its group if that was told to; others may still write.
    Draining,
    /// The group was told to end.
    Stopping,
    /// The group was killed.
    Killed,
    /// This many bytes are still taken from the output; with none the run is over.
    Last { bytes: u64 },
}

/// Between two checks of something that no descriptor reports: who is left of a group that was told to end.
const CHECK: Duration = Duration::from_millis(10);
/// How long the output is waited for after a signal: somebody waits for the end.
const LAST_WORDS: Duration = Duration::from_millis(500);

impl Running {
    pub(crate) fn new(
        group: Group,
        output: PipeReader,
        stdin: Option<PipeWriter>,
        timeouts: Timeouts,
        started: Instant,
    ) -> Self {
        Self {
            group,
            output: Some(output),
            stdin,
            phase: Phase::Working,
            until: timeouts.run.and_then(|limit| started.checked_add(limit)),
            timeouts,
            started,
            exited: None,
            timed_out: false,
            stopped_by: None,
            left_open: false,
            check_at: started,
        }
    }

    /// What to wait for beside the [deadline](Self::deadline): two descriptors at most, to be polled for reading. They
    /// change with every call of [`advance`](Self::advance) or [`try_read`](Self::try_read).
    pub fn fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.output.as_ref().map(AsFd::as_fd).into_iter().chain(self.group.watch_fd())
    }

    /// When to call [`advance`](Self::advance) although nothing has become readable; `None` if never. It changes with
    /// every call.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let is_checked = match self.phase {
            Phase::Working | Phase::Draining => false,
            Phase::Stopping | Phase::Killed => self.group.has_exited(),
            Phase::Last { .. } => return None,
        };
        let check_at = (is_checked || self.group.is_withheld()).then_some(self.check_at);
        self.until.into_iter().chain(check_at).min()
    }

    /// Moves the run on to `now`, without waiting: checks whether the command has exited, sends the signals that are
    /// due, and gives up what has been waited for long enough.
    ///
    /// The command is looked at before the clock: one that has exited has not timed out, however late this is called.
    pub fn advance(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Last { .. }) {
            return;
        }
        self.group.check();
        if self.exited.is_none() && self.group.has_exited() {
            self.exited = Some(now);
        }
        let is_gone = self.check_at <= now && {
            self.check_at = now + CHECK;
            self.is_gone()
        };
        match self.phase {
            Phase::Working if self.group.has_exited() => {
                self.enter(Phase::Draining, now, self.timeouts.drain);
            }
            Phase::Working if self.is_due(now) => self.time_out(now),
            Phase::Stopping | Phase::Killed if is_gone => {
                // Nobody may be able to tell.
                self.group.send(Signal::KILL);
                let drain = self.timeouts.drain;
                let drain = if self.timed_out { drain } else { drain.min(LAST_WORDS) };
                self.enter(Phase::Draining, now, drain);
            }
            Phase::Stopping if self.is_due(now) => self.kill_group(now),
            Phase::Killed if self.is_due(now) => {
                self.group.give_up();
                self.take_last();
            }
            _ => {}
        }
        // The output may have ended long before.
        match self.phase {
            Phase::Draining if self.output.is_none() => self.phase = Phase::Last { bytes: 0 },
            Phase::Draining if self.is_due(now) => self.stop_draining(),
            _ => {}
        }
    }

    fn is_due(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Begins `phase`, which lasts for `limit` at most.
    fn enter(&mut self, phase: Phase, now: Instant, limit: Duration) {
        self.phase = phase;
        self.until = now.checked_add(limit);
    }

    /// Whether the run is over: nothing is left but to [`finish`](Self::finish) it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Last { bytes: 0 })
    }

    /// Whether the run was ended because it timed out. Its command may still be at work: it has time to end.
    #[must_use]
    pub fn has_timed_out(&self) -> bool {
        self.timed_out
    }

    /// Sends `signal` to the command's group, and nothing else.
    pub fn signal(&mut self, signal: Signal) {
        self.group.send(signal);
    }

    /// The number of the command's process, and so of the group that it leads.
    ///
    /// ```
    /// # use headtail_process::Run;
    /// # use std::{io::Read, process::Command};
    /// let mut command = Command::new("sh");
    /// command.args(["-c", "echo $$"]);
    /// let mut running = Run::new(command).start()?;
    /// let id = running.id();
    /// let mut output = String::new();
    /// running.read_to_string(&mut output)?;
    /// assert_eq!(output.trim_end(), id.to_string());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn id(&self) -> u32 {
        self.group.id().as_raw_nonzero().get().unsigned_abs()
    }

    /// The writing end of the command's standard input, the first time, if it was started with [`Stdin::Pipe`]. Writes
    /// to it don't wait (`WouldBlock`), and fail with `BrokenPipe` when nobody
    /// reads any more. Dropped, it is the end of the input.
    ///
    /// ```
    /// use std::io::{Read, Write};
    /// use std::process::Command;
    /// use headtail_process::{Run, Stdin};
    ///
    /// let mut running = Run::new(Command::new("rev")).stdin(Stdin::Pipe).start()?;
    /// let mut stdin = running.take_stdin().expect("a pipe");
    /// stdin.write_all(b"live\n")?;
    /// drop(stdin);
    /// let mut output = String::new();
    /// running.read_to_string(&mut output)?;
    /// assert_eq!(output, "evil\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// [`Stdin::Pipe`]: crate::Stdin::Pipe
    pub fn take_stdin(&mut self) -> Option<PipeWriter> {
        self.stdin.take()
    }

    /// The signal that has suspended the command, if one has since the last call: `SIGTSTP`, for one, when Ctrl-Z was
    /// typed where it reads. It goes on when it is [sent](Self::signal) [`Signal::CONT`]. The system sends `SIGCHLD` to
    /// this process when that happens; reads and [`advance`](Self::advance) don't look for it.
    ///
    /// ```
    /// use std::io::Read;
    /// use std::process::Command;
    /// use std::thread::sleep;
    /// use std::time::Duration;
    /// use headtail_process::{Run, Signal};
    ///
    /// let mut command = Command::new("sh");
    /// command.args(["-c", "kill -STOP $$; echo continued"]);
    /// let mut running = Run::new(command).start()?;
    /// let suspension = loop {
    ///     match running.take_suspension() {
    ///         Some(signal) => break signal,
    ///         None => sleep(Duration::from_millis(10)),
    ///     }
    /// };
    /// assert_eq!(suspension, Signal::STOP);
    /// running.signal(Signal::CONT);
    /// let mut output = String::new();
    /// running.read_to_string(&mut output)?;
    /// assert_eq!(output, "continued\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn take_suspension(&mut self) -> Option<Signal> {
        self.group.take_suspension()
    }

    /// How the run ended. A run that is not [over](Self::is_over) yet is killed.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        if !self.is_over() {
            self.group.end();
        }
        let Self { timed_out, stopped_by, left_open, .. } = self;
        let wall_time = self.exited.unwrap_or_else(Instant::now) - self.started;
        Outcome { ending: self.group.take_ending(), timed_out, stopped_by, left_open, wall_time }
    }
}
