//! A command at work.

use std::io::{self, PipeReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionread;

use crate::leader::Leader;
use crate::outcome::{Outcome, Stopped};
use crate::signal::Signal;

/// A command at work, and its output: standard output and standard error as they come.
///
/// Reading waits for output and, meanwhile, sees to all that [`Run`](crate::Run) asks for. It returns 0 when
/// the run is over: the command has exited, and its output has ended or was given up. It fails with
/// [`io::ErrorKind::Interrupted`] when a signal was handled meanwhile, or [`wake_on`](Self::wake_on) says so; any
/// other error means that the command can't be followed. Nothing happens unless somebody reads: deadlines are kept
/// while a read waits, or with the next one.
///
/// Dropped before the run is over, it kills the command and its group.
///
/// ```
/// use std::io::Read;
/// use std::process::Command;
/// use headtail_process::{Run, Signal};
///
/// let mut running = Run::new(Command::new("yes")).start()?;
/// let mut chunk = [0; 4096];
/// assert!(running.read(&mut chunk)? > 0);
/// running.stop(Signal::INT);
/// while running.read(&mut chunk)? > 0 {}
/// let outcome = running.finish();
/// assert_eq!(outcome.signal(), Some(Signal::INT));
/// assert_eq!(outcome.exit_status(), 130);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Running {
    leader: Leader,
    /// The reading end; none once all writers are gone.
    output: Option<PipeReader>,
    phase: Phase,
    patience: Patience,
    wake: Option<OwnedFd>,
    started: Instant,
    /// When the command was seen to have exited.
    exited: Option<Instant>,
    stopped: Option<Stopped>,
    left_open: bool,
    /// When the processes of the system are looked through next, if there is reason to.
    look_at: Instant,
}

/// How long a run waits for others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For the group to end after it was told to.
    pub(crate) kill_after: Duration,
    /// For the output to end after the command has.
    pub(crate) drain: Duration,
    /// Whether to reap children meanwhile that are not its own.
    pub(crate) reaps_orphans: bool,
}

/// The stages of a run. Any but `Last` may be skipped; a run that is `Stopping` drains when the group is gone. A
/// deadline of `None` never comes.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// The command runs.
    Working { deadline: Option<Instant> },
    /// It has exited, and so has its group if that was told to; others may still write.
    Draining { until: Option<Instant> },
    /// The group was told to end.
    Stopping { kill_at: Option<Instant> },
    /// The group was killed.
    Killed { give_up: Option<Instant> },
    /// This many bytes are still taken from the output; with none the run is over.
    Last { bytes: u64 },
}

/// Between two looks for survivors of a group that was told to end.
const SURVIVORS: Duration = Duration::from_millis(10);
/// Between two looks for orphans.
const ORPHANS: Duration = Duration::from_secs(1);
/// How long the output is waited for after a signal: somebody waits for the end.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long killed processes may take to be gone. Only the system itself can keep them longer.
const DYING: Duration = Duration::from_secs(5);

/// What a wait has found.
#[derive(Clone, Copy, Debug, Default)]
struct Ready {
    exit: bool,
    output: bool,
    wake: bool,
}

impl Running {
    pub(crate) fn new(
        leader: Leader,
        output: PipeReader,
        patience: Patience,
        started: Instant,
        timeout: Option<Duration>,
    ) -> Self {
        Self {
            leader,
            output: Some(output),
            phase: Phase::Working { deadline: timeout.and_then(|limit| started.checked_add(limit)) },
            patience,
            wake: None,
            started,
            exited: None,
            stopped: None,
            left_open: false,
            look_at: started,
        }
    }

    /// While `descriptor` is readable, reads fail with [`io::ErrorKind::Interrupted`] instead of waiting: for
    /// the signals and other news that a program waits for beside the output.
    pub fn wake_on(&mut self, descriptor: OwnedFd) {
        self.wake = Some(descriptor);
    }

    /// Waits until a read does not wait, or `time` is over. Returns whether a read is worth a try: it may also have
    /// something else to tell than output.
    pub fn wait_for(&mut self, time: Duration) -> bool {
        self.settle(Instant::now().checked_add(time)).unwrap_or(true)
    }

    /// Sends `signal` to the command's group and ends the run: what does not end in the time of
    /// [`kill_after`](crate::Run::kill_after) is killed. A second call doesn't wait for that time. Keep
    /// reading to get the last words; those of processes that have left the group are waited for half a second, if
    /// [`drain`](crate::Run::drain) allows that much. A run that is out of time already stays that.
    pub fn stop(&mut self, signal: Signal) {
        match self.phase {
            Phase::Draining { .. } if self.stopped.is_some() => self.stop_draining(),
            Phase::Working { .. } | Phase::Draining { .. } => self.tell_to_end(signal, Instant::now()),
            Phase::Stopping { .. } => self.kill(Instant::now()),
            Phase::Killed { .. } | Phase::Last { .. } => {}
        }
        self.stopped.get_or_insert(Stopped::Signal(signal));
    }

    /// Sends `signal` to the command's group, and nothing else.
    pub fn forward(&self, signal: Signal) {
        self.leader.send(signal);
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
        self.leader.id().as_raw_nonzero().get().unsigned_abs()
    }

    /// The signal that has suspended the command, if one has since the last call: `SIGTSTP` for one, when Ctrl-Z was
    /// typed where it reads. It goes on when [`Signal::CONT`] is [forwarded](Self::forward). Reads don't look for that.
    pub fn take_suspension(&mut self) -> Option<Signal> {
        self.leader.take_suspension()
    }

    /// How it ended. To be asked once a read has returned 0; before that the command is killed for it.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        if !matches!(self.phase, Phase::Last { bytes: 0 }) {
            self.leader.end();
        }
        let wall = self.exited.unwrap_or_else(Instant::now) - self.started;
        let Self { stopped, left_open, .. } = self;
        Outcome { ending: self.leader.ending(), stopped, left_open, wall }
    }

    fn tell_to_end(&mut self, signal: Signal, now: Instant) {
        self.leader.send(signal);
        // A stopped process takes notice of it once it goes on.
        self.leader.send(Signal::CONT);
        self.look_at = now;
        self.phase = Phase::Stopping { kill_at: now.checked_add(self.patience.kill_after) };
    }

    fn kill(&mut self, now: Instant) {
        self.leader.send(Signal::KILL);
        self.phase = Phase::Killed { give_up: now.checked_add(DYING) };
    }

    /// Moves on to the phase that is due.
    fn advance(&mut self, now: Instant) {
        let phase = self.phase;
        match phase {
            Phase::Working { .. } if self.leader.has_exited() => {
                self.phase = Phase::Draining { until: now.checked_add(self.patience.drain) };
                // The output may have ended before.
                return self.advance(now);
            }
            Phase::Working { deadline } if is_due(deadline, now) => {
                self.stopped = Some(Stopped::Timeout);
                self.tell_to_end(Signal::TERM, now);
            }
            Phase::Draining { .. } if self.output.is_none() => self.phase = Phase::Last { bytes: 0 },
            Phase::Draining { until } if is_due(until, now) => self.stop_draining(),
            Phase::Stopping { .. } | Phase::Killed { .. } if self.is_gone(now) => {
                // For those that were born while the processes were looked through, and where nobody can look.
                self.leader.send(Signal::KILL);
                let drain = match self.stopped {
                    Some(Stopped::Signal(_)) => self.patience.drain.min(LAST_WORDS),
                    _ => self.patience.drain,
                };
                self.phase = Phase::Draining { until: now.checked_add(drain) };
                return self.advance(now);
            }
            Phase::Stopping { kill_at } if is_due(kill_at, now) => self.kill(now),
            Phase::Killed { give_up } if is_due(give_up, now) => self.take_last(),
            _ => {}
        }
        if self.patience.reaps_orphans && self.look_at <= now && !self.is_stopping() {
            self.look_at = now + ORPHANS;
            self.leader.reap_others();
        }
    }

    fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Stopping { .. } | Phase::Killed { .. })
    }

    /// Whether all of a group that was told to end has done so. Looks no more often than `SURVIVORS`.
    fn is_gone(&mut self, now: Instant) -> bool {
        if !self.leader.has_exited() || now < self.look_at {
            return false;
        }
        self.look_at = now + SURVIVORS;
        match self.leader.has_others() {
            Some(has_others) => !has_others,
            None => self.output.is_none() || matches!(self.phase, Phase::Killed { .. }),
        }
    }

    /// Gives up on processes that still hold the output open, if there are any.
    fn stop_draining(&mut self) {
        let has_writers = self.output.as_ref().is_some_and(|output| !is_hung_up(output));
        if has_writers {
            self.left_open = true;
            self.take_last();
        } else {
            // The rest has an end.
            self.phase = Phase::Draining { until: None };
        }
    }

    /// Takes what is there now and no more: whoever still writes could do so for ever.
    fn take_last(&mut self) {
        let bytes = self.output.as_ref().map_or(0, |output| ioctl_fionread(output).unwrap_or(0));
        self.phase = Phase::Last { bytes };
    }

    /// When to look up although nothing happened.
    fn deadline(&self) -> Option<Instant> {
        let deadline = match self.phase {
            Phase::Working { deadline: at }
            | Phase::Draining { until: at }
            | Phase::Stopping { kill_at: at }
            | Phase::Killed { give_up: at } => at,
            Phase::Last { .. } => None,
        };
        let looks = if self.is_stopping() { self.leader.has_exited() } else { self.patience.reaps_orphans };
        let look_at = looks.then_some(self.look_at);
        deadline.into_iter().chain(look_at).min()
    }

    /// Sees to the run until a read has something to return, or until `limit`. Returns whether it has.
    fn settle(&mut self, limit: Option<Instant>) -> io::Result<bool> {
        loop {
            let now = Instant::now();
            self.advance(now);
            if matches!(self.phase, Phase::Last { .. }) {
                return Ok(true);
            }
            let ready = self.wait(now, limit)?;
            if ready.exit {
                self.leader.look();
                self.exited = self.leader.has_exited().then(Instant::now);
            }
            if ready.wake {
                return Err(io::ErrorKind::Interrupted.into());
            }
            if ready.output {
                return Ok(true);
            }
            if limit.is_some_and(|limit| limit <= Instant::now()) {
                return Ok(false);
            }
        }
    }

    /// Waits until something is ready, or `limit` or another deadline has come.
    fn wait(&self, now: Instant, limit: Option<Instant>) -> io::Result<Ready> {
        let deadline = self.deadline().into_iter().chain(limit).min();
        let timeout = deadline.map(|deadline| span(deadline.saturating_duration_since(now)));
        let exit = (!self.leader.has_exited()).then(|| self.leader.as_fd());
        let sources = [exit, self.output.as_ref().map(AsFd::as_fd), self.wake.as_ref().map(AsFd::as_fd)];
        let mut fds = [(); 3].map(|()| PollFd::new(&self.leader, PollFlags::IN));
        let mut count = 0;
        for source in sources.into_iter().flatten() {
            fds[count] = PollFd::from_borrowed_fd(source, PollFlags::IN);
            count += 1;
        }
        poll(&mut fds[..count], timeout.as_ref())?;
        let mut found = fds[..count].iter().map(|fd| !fd.revents().is_empty());
        let [exit, output, wake] = sources.map(|source| source.is_some() && found.next() == Some(true));
        Ok(Ready { exit, output, wake })
    }

    /// Reads into `chunk` from an output that has something, or has ended.
    fn take(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        let count = self.output.as_mut().map_or(Ok(0), |output| output.read(chunk))?;
        if count == 0 {
            self.output = None;
        }
        Ok(count)
    }
}

impl Read for Running {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        while !chunk.is_empty() {
            self.settle(None)?;
            if let Phase::Last { bytes } = self.phase {
                let most = usize::try_from(bytes).map_or(chunk.len(), |bytes| bytes.min(chunk.len()));
                let count = if most == 0 { 0 } else { self.take(&mut chunk[..most])? };
                self.phase = Phase::Last { bytes: if count == 0 { 0 } else { bytes - count as u64 } };
                return Ok(count);
            }
            let count = self.take(chunk)?;
            if count > 0 {
                return Ok(count);
            }
        }
        Ok(0)
    }
}

fn is_due(deadline: Option<Instant>, now: Instant) -> bool {
    deadline.is_some_and(|deadline| deadline <= now)
}

/// As the system takes it; a lifetime is as good as for ever.
fn span(duration: Duration) -> Timespec {
    let seconds = i32::try_from(duration.as_secs()).unwrap_or(i32::MAX);
    Timespec { tv_sec: seconds.into(), tv_nsec: duration.subsec_nanos().into() }
}

/// Whether nobody holds the writing end of `output` any more.
fn is_hung_up(output: &PipeReader) -> bool {
    let mut fds = [PollFd::new(output, PollFlags::empty())];
    poll(&mut fds, Some(&span(Duration::ZERO))).is_ok() && fds[0].revents().contains(PollFlags::HUP)
}
