//! The terminal at standard input, and which group of processes has it.

use headtail::run;
use rustix::process::{Pid, Signal, getpgrp, kill_current_process_group};
use rustix::stdio::stdin;
use rustix::termios::{isatty, tcgetpgrp, tcsetpgrp};

use crate::program::system::descriptors::Standard;
use crate::program::system::signals;

/// The terminal that a command reads from. The group that has it gets the signals of its keys and may read; any
/// other is suspended when it tries, or finds that it can't.
///
/// It is lent to the command as a shell lends it to a job.
#[derive(Debug)]
pub(crate) struct Terminal {
    /// Whether it was this program's before the command was started.
    was_own: bool,
    /// The command's group, once it is started.
    borrower: Option<Pid>,
}

impl Terminal {
    /// The terminal at standard input, if there is one.
    pub(crate) fn at_stdin() -> Option<Self> {
        (Standard::In.was_open() && isatty(stdin())).then(|| Self { was_own: is_own(), borrower: None })
    }

    /// Whether the command is to take it when it is started.
    pub(crate) fn is_for_the_taking(&self) -> bool {
        self.was_own
    }

    /// The command of process `id` was started, and has taken it if it was to.
    pub(crate) fn was_taken_by(&mut self, id: u32) {
        self.borrower = i32::try_from(id).ok().and_then(Pid::from_raw);
        // What is shown meanwhile comes from a group that does not have it.
        signals::ignore_suspension_by_output();
    }

    /// Lends it, if it is this program's. Returns whether the command has got it just now.
    pub(crate) fn lend(&self) -> bool {
        is_own() && self.borrower.is_some_and(|borrower| tcsetpgrp(stdin(), borrower).is_ok())
    }

    /// Takes it back, if the command has it.
    pub(crate) fn take_back(&self) {
        if self.borrower.is_some() && tcgetpgrp(stdin()).ok() == self.borrower {
            // It fails where the terminal is gone.
            let _ = tcsetpgrp(stdin(), getpgrp());
        }
    }

    /// Takes it back from a command that was not started after all.
    pub(crate) fn recover(&self) {
        if self.was_own {
            signals::ignore_suspension_by_output();
            let _ = tcsetpgrp(stdin(), getpgrp());
        }
    }

    /// Suspends this program and what shares its group, as the shell that started it expects of a job. Returns when
    /// they go on, and at once where there is no such shell.
    pub(crate) fn suspend_job(&self) {
        self.take_back();
        // The system ignores it where nobody would let them go on.
        let _ = kill_current_process_group(Signal::TSTP);
    }
}

/// Whether it is this program's.
fn is_own() -> bool {
    tcgetpgrp(stdin()) == Ok(getpgrp())
}

/// Whether `signal` is one of those that a terminal suspends processes with.
pub(crate) fn sends(signal: run::Signal) -> bool {
    [Signal::TSTP, Signal::TTIN, Signal::TTOU].iter().any(|own| own.as_raw() == signal.0)
}
