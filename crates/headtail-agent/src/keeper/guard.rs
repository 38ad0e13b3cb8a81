//! What ends the command where its keeper is killed.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use rustix::process::{Pid, Signal, kill_process_group};

/// A keeper's line to its guard. The system kills the command itself when its keeper is killed; the guard kills the rest of its
/// group.
#[derive(Debug)]
pub(super) struct Guard {
    line: File,
}

impl Guard {
    pub(super) fn new(line: OwnedFd) -> Self {
        Self { line: line.into() }
    }

    /// The command runs: it leads the group of this number. A guard that was killed is no reason not to go on.
    pub(super) fn watch(&mut self, leader: u32) {
        let _ = self.line.write_all(&leader.to_ne_bytes());
    }

    /// The command has ended: the number may be another's from now on, and what was left behind goes on.
    pub(super) fn release(&mut self) {
        let _ = self.line.write_all(&[0]);
    }
}

/// Waits at the other end of a keeper's line until the command has ended, or the keeper is gone without a word: kills the
/// command's group then.
#[doc(hidden)]
pub fn stand_guard(line: OwnedFd) {
    let mut line = File::from(line);
    let mut leader = [0; 4];
    if line.read_exact(&mut leader).is_err() {
        return;
    }
    let leader = Pid::from_raw(i32::from_ne_bytes(leader));
    if let (Some(leader), Err(_)) = (leader, line.read_exact(&mut [0])) {
        let _ = kill_process_group(leader, Signal::KILL);
    }
}
