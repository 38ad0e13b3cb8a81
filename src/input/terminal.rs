//! The terminal that the program was started from, and which group of processes has it.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use crate::platform::{group, signals};

/// The terminal that a command may read. The group that has it gets the signals of its keys and may read; any other is
/// suspended when it tries, or finds that it can't.
///
/// It is lent to the command as a shell lends it to a job.
#[derive(Debug)]
pub(crate) struct Terminal {
    file: OwnedFd,
    /// The command's group, once it is started.
    borrower: Option<Pid>,
}

impl Terminal {
    /// The terminal that controls this program, if there is one.
    pub(crate) fn controlling() -> Option<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rustix::fs::open("/dev/tty", flags, Mode::empty()).ok()?;
        Some(Self { file, borrower: None })
    }

    /// The descriptor by which a command is to take it when it is started, if it is this program's.
    pub(crate) fn for_the_taking(&self) -> Option<RawFd> {
        self.is_own().then(|| self.file.as_raw_fd())
    }

    /// The command of process `id` was started.
    pub(crate) fn command_started(&mut self, id: u32) {
        self.borrower = i32::try_from(id).ok().and_then(Pid::from_raw);
        // What is shown meanwhile may come from a group that does not have it.
        signals::ignore_suspension_by_output();
    }

    /// Lends it, if it is this program's. Returns whether the command has got it just now.
    pub(crate) fn lend(&self) -> bool {
        self.is_own() && self.borrower.is_some_and(|borrower| tcsetpgrp(&self.file, borrower).is_ok())
    }

    /// Takes it back, if the command has it.
    pub(crate) fn take_back(&self) {
        if self.borrower.is_some() && self.holder() == self.borrower {
            self.take();
        }
    }

    /// Takes it back from a command that was to take it and was not started after all.
    pub(crate) fn recover(&self) {
        signals::ignore_suspension_by_output();
        self.take();
    }

    fn take(&self) {
        if let Some(own) = group::own() {
            // It fails where the terminal is gone.
            let _ = tcsetpgrp(&self.file, own);
        }
    }

    fn is_own(&self) -> bool {
        let holder = self.holder();
        holder.is_some() && holder == group::own()
    }

    /// The group that has it, if that is known here.
    fn holder(&self) -> Option<Pid> {
        tcgetpgrp(&self.file).ok()
    }
}
