//! The terminal that the program was started from, and which group of processes has it.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use rustix::termios::{tcgetpgrp, tcsetpgrp};

use crate::platform::{group, signals};

/// The terminal that a command may read. The group that has it gets the signals of its keys and may read; any other is
/// suspended when it tries.
///
/// It is lent to the command as a shell lends it to a job: at the start if the command reads it, otherwise when the
/// command was suspended for trying. The system sends `SIGCHLD` then, so nobody has to look for that.
#[derive(Debug)]
pub(crate) struct Terminal {
    file: OwnedFd,
    /// The command's group, once it is started.
    borrower: Option<Pid>,
    /// Whether the command has it, or a job of a shell that the command is.
    is_lent: bool,
}

impl Terminal {
    /// The terminal that controls this program, if there is one.
    pub(crate) fn controlling() -> Option<Self> {
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = rustix::fs::open("/dev/tty", flags, Mode::empty()).ok()?;
        Some(Self { file, borrower: None, is_lent: false })
    }

    /// The descriptor by which a command takes it when it is started, if it is this program's to give.
    pub(crate) fn for_the_taking(&self) -> Option<OwnedFd> {
        self.is_own().then(|| self.file.try_clone().ok())?
    }

    /// The command of process `id` was started, and has taken the terminal if `is_lent`.
    pub(crate) fn command_started(&mut self, id: u32, is_lent: bool) {
        self.borrower = i32::try_from(id).ok().and_then(Pid::from_raw);
        self.is_lent = is_lent;
        // What is shown meanwhile may come from a group that does not have it.
        signals::ignore_suspension_by_output();
    }

    pub(crate) fn is_lent(&self) -> bool {
        self.is_lent
    }

    /// Lends it, if it is this program's. Returns whether the command has got it just now.
    pub(crate) fn lend(&mut self) -> bool {
        let was_lent =
            self.is_own() && self.borrower.is_some_and(|borrower| tcsetpgrp(&self.file, borrower).is_ok());
        self.is_lent |= was_lent;
        was_lent
    }

    /// Takes it back, if it is lent.
    pub(crate) fn take_back(&mut self) {
        if std::mem::take(&mut self.is_lent) {
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

    /// Whether this program's group has it.
    fn is_own(&self) -> bool {
        let holder = tcgetpgrp(&self.file).ok();
        holder.is_some() && holder == group::own()
    }
}
