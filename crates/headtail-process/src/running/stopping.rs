//! Ending a run: by the caller, by its limit of time, or since nobody else ends it.

use std::time::Instant;

use rustix::io::ioctl_fionread;

use super::{Phase, Running};
use crate::group::DYING;
use crate::poll::is_hung_up;
use crate::signal::Signal;

impl Running {
    /// Ends the run: sends `signal` to the command's group and, after the time of
    /// [`kill_after`](crate::Run::kill_after), `SIGKILL` to what is left of it. Keep reading to get the last words;
    /// those of processes that have left the group are waited for half a second, if [`drain`](crate::Run::drain) allows
    /// that much. A second call changes nothing: see [`signal`](Self::signal) and [`kill`](Self::kill). A run that has
    /// timed out stays timed out, and is killed.
    pub fn stop(&mut self, signal: Signal) {
        if self.timed_out {
            self.kill();
        } else if self.stopped_by.is_none() {
            self.stopped_by = Some(signal);
            self.tell_to_end(signal, Instant::now());
        }
    }

    /// Ends the run without waiting for anybody: kills the command's group, and leaves alone processes that have left it.
    ///
    /// ```
    /// use std::io::Read;
    /// use std::process::Command;
    /// use headtail_process::{Run, Signal};
    ///
    /// let mut running = Run::new(Command::new("yes")).start()?;
    /// running.kill();
    /// while running.read(&mut [0; 4096])? > 0 {}
    /// assert_eq!(running.finish().signal(), Some(Signal::KILL));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn kill(&mut self) {
        match self.phase {
            Phase::Draining if self.was_told_to_end() => self.stop_draining(),
            Phase::Working | Phase::Draining | Phase::Stopping => self.kill_group(Instant::now()),
            Phase::Killed | Phase::Last { .. } => {}
        }
        if !self.was_told_to_end() {
            self.stopped_by = Some(Signal::KILL);
        }
    }

    /// Ends the run as its [`timeout`](crate::Run::timeout) would: for limits that the caller keeps, such as a time
    /// without output. Not if it was stopped before.
    pub fn end_as_timed_out(&mut self) {
        if self.phase == Phase::Working {
            self.time_out(Instant::now());
        }
    }

    fn was_told_to_end(&self) -> bool {
        self.timed_out || self.stopped_by.is_some()
    }

    pub(super) fn time_out(&mut self, now: Instant) {
        self.timed_out = true;
        self.tell_to_end(Signal::TERM, now);
    }

    fn tell_to_end(&mut self, signal: Signal, now: Instant) {
        if !matches!(self.phase, Phase::Working | Phase::Draining) {
            return;
        }
        self.group.send(signal);
        // A stopped process takes notice of it once it goes on.
        self.group.send(Signal::CONT);
        self.check_at = now;
        self.enter(Phase::Stopping, now, self.timeouts.kill_after);
    }

    pub(super) fn kill_group(&mut self, now: Instant) {
        self.group.send(Signal::KILL);
        self.check_at = now;
        self.enter(Phase::Killed, now, DYING);
    }

    /// Whether the group was told to end, and all of it has done so.
    pub(super) fn is_gone(&mut self) -> bool {
        let is_killed = self.phase == Phase::Killed;
        (is_killed || self.phase == Phase::Stopping)
            && self.group.has_exited()
            && match self.group.has_members() {
                Some(has_members) => !has_members,
                None => self.output.is_none() || is_killed,
            }
    }

    /// Gives up on processes that still hold the output open, if there are any.
    pub(super) fn stop_draining(&mut self) {
        let has_writers = self.output.as_ref().is_some_and(|output| !is_hung_up(output));
        if has_writers {
            self.left_open = true;
            self.take_last();
        } else {
            // The rest has an end.
            self.until = None;
        }
    }

    /// Takes what is there now and no more: whoever still writes could do so for ever.
    pub(super) fn take_last(&mut self) {
        let bytes = self.output.as_ref().map_or(0, |output| ioctl_fionread(output).unwrap_or(0));
        self.phase = Phase::Last { bytes };
    }
}
