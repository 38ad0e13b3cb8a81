//! What is done in a new process before it becomes the command.
#![allow(unsafe_code)]

use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::platform::signals;

/// Has `command` start as if this program were not in between, and not outlive it where the system can see to
/// that. To be started by the thread that lives as long as the program: the system takes its end for that of
/// the program. If a `terminal` is given, it has that from its start on.
pub(crate) fn prepare(command: &mut Command, terminal: Option<RawFd>) {
    // SAFETY: takes nothing and can't fail.
    let parent = unsafe { libc::getpid() };
    let prepare = move || {
        die_with(parent);
        signals::hand_back();
        if let Some(terminal) = terminal {
            take(terminal);
        }
        Ok(())
    };
    // SAFETY: between fork and exec only async-signal-safe functions may be called and no memory be allocated:
    // all parts make system calls alone.
    unsafe { command.pre_exec(prepare) };
}

/// Has `command` start without a standard input: the runtime has opened another in its place.
pub(crate) fn close_stdin(command: &mut Command) {
    let close = || {
        // SAFETY: no pointer is passed; nothing but the command uses the descriptor.
        unsafe { libc::close(libc::STDIN_FILENO) };
        Ok(())
    };
    // SAFETY: as in `prepare`.
    unsafe { command.pre_exec(close) };
}

/// Makes the group that this process leads that of `terminal`.
fn take(terminal: RawFd) {
    // SAFETY: no pointer is passed. While the signal is ignored the terminal doesn't suspend the group for this.
    unsafe {
        let action = libc::signal(libc::SIGTTOU, libc::SIG_IGN);
        libc::tcsetpgrp(terminal, libc::getpid());
        libc::signal(libc::SIGTTOU, action);
    }
}

/// Asks the system to kill this process when `parent` ends, by whatever means.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn die_with(parent: libc::pid_t) {
    // SAFETY: no pointer is passed. A system without this option leaves things as they are.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
        // It may have ended before it was asked for. 0 is a parent outside of this namespace.
        if ![parent, 0].contains(&libc::getppid()) {
            libc::raise(libc::SIGKILL);
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn die_with(_parent: libc::pid_t) {}
