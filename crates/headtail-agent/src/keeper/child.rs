//! The process itself, and what was done to it.

use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use headtail_process::{Ending, Running, Signal};

use super::guard::Guard;
use crate::model::{Process, Refusal, State, Stdin, StoppedBy, Timestamp};

/// The process at work.
#[derive(Debug)]
pub(super) struct Child {
    /// `None` once it has ended.
    running: Option<Running>,
    guard: Guard,
    begun: Instant,
    /// A bit for each signal that somebody sent it through us.
    sent: u64,
    /// The lease ended it.
    lease_is_over: bool,
}

impl Child {
    pub(super) fn new(running: Running, begun: Instant, guard: Guard) -> Self {
        Self { running: Some(running), guard, begun, sent: 0, lease_is_over: false }
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(super) fn begun(&self) -> Instant {
        self.begun
    }

    pub(super) fn advance(&mut self, now: Instant) {
        if let Some(running) = &mut self.running {
            running.advance(now);
        }
    }

    pub(super) fn fds(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.running.iter().flat_map(Running::fds)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.running.as_ref().and_then(Running::deadline)
    }

    /// Reads output that is there. 0 where the output is over, or can no longer be read.
    pub(super) fn try_read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        self.running.as_mut().map_or(Ok(0), |running| running.try_read(chunk))
    }

    /// Asks it to end, then kills it.
    pub(super) fn stop(&mut self) {
        if let Some(running) = &mut self.running {
            running.stop(Signal::TERM);
        }
    }

    /// Ends it because nobody holds it any more.
    pub(super) fn end_lease(&mut self) {
        if !self.lease_is_over && self.sent == 0 {
            self.lease_is_over = true;
            self.stop();
        }
    }

    /// Sends what a client asks for.
    pub(super) fn signal(&mut self, name: &str) -> Result<(), Refusal> {
        let unknown = || Refusal::UnknownSignal(name.into());
        let signal = match name {
            "terminate" => Signal::TERM,
            "kill" => Signal::KILL,
            _ => Signal::from_name(name).ok_or_else(unknown)?,
        };
        let running = self.running.as_mut().ok_or(Refusal::NotRunning)?;
        match name {
            "terminate" => running.stop(signal),
            _ if signal == Signal::KILL => running.kill(),
            _ => running.signal(signal),
        }
        self.sent |= bit(signal);
        Ok(())
    }

    /// Takes the status of a run that is over, or that cannot be followed any further.
    pub(super) fn finish(&mut self, process: &mut Process) {
        let Some(running) = self.running.take() else { return };
        let outcome = running.finish();
        self.guard.release();
        process.note = outcome.note();
        process.state = match outcome.ending {
            Ending::Exited(code) => State::Exited(code),
            Ending::Signaled(signal) => State::Signaled(signal),
            _ => State::Lost,
        };
        if process.state == State::Lost {
            process.note = outcome.error();
        }
        process.left_open = outcome.left_open;
        process.wall_duration = Some(outcome.wall_time);
        let wall = u64::try_from(outcome.wall_time.as_millis()).unwrap_or(u64::MAX);
        process.exited_at = Some(Timestamp::from_unix_ms(process.started_at.unix_ms().saturating_add(wall)));
        let asked_to_end = [Signal::HUP, Signal::INT, Signal::QUIT, Signal::TERM, Signal::KILL].map(bit);
        let killer = if let State::Signaled(signal) = process.state { bit(signal) } else { 0 };
        process.stopped_by = if self.lease_is_over {
            Some(StoppedBy::Lease)
        } else if outcome.timed_out {
            Some(StoppedBy::Timeout)
        } else if outcome.stopped_by.is_some()
            || self.sent & (killer | asked_to_end.iter().fold(0, |bits, bit| bits | bit)) != 0
        {
            Some(StoppedBy::Signal)
        } else {
            None
        };
        if process.stdin == Stdin::Open {
            process.stdin = Stdin::Closed;
        }
    }
}

/// The bit that stands for a signal, of which there are 64.
fn bit(signal: Signal) -> u64 {
    1 << (signal.number() - 1)
}
