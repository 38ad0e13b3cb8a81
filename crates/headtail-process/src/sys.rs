//! All `unsafe` code of the crate: signal dispositions, and what happens in a new process before it executes the command.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::io::{self, PipeWriter};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::ptr;

use rustix::process::{Pid, Signal as Named};

use crate::signal::Signal;

/// Which signals a process ignores and which it blocks: what the programs that it executes inherit.
///
/// A program that changes either, as the Rust runtime does before `main`, can give a command those that it was
/// started with: see [`Run::dispositions`](crate::Run::dispositions).
///
/// ```
/// use headtail_process::{Dispositions, Signal};
///
/// let current = Dispositions::current();
/// assert!(!current.ignores(Signal::KILL));
/// assert!(current.with_ignored(Signal::HUP, true).ignores(Signal::HUP));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispositions {
    /// Signal N is bit N - 1, here and below.
    ignored: u64,
    blocked: u64,
}

impl Dispositions {
    /// Those of this process, and the signal mask of this thread. It makes nothing but system calls, so it can be called
    /// before `main`.
    #[must_use]
    pub fn current() -> Self {
        let is_ignored = |&signal: &c_int| {
            let mut action = MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: without a new action nothing is changed. The old one is stored where there is room for it; where
            // the call fails, a zeroed one is valid.
            unsafe {
                libc::sigaction(signal, ptr::null(), action.as_mut_ptr());
                action.assume_init().sa_sigaction == libc::SIG_IGN
            }
        };
        Self { ignored: bits(is_ignored), blocked: change_mask(libc::SIG_BLOCK, 0) }
    }

    /// Whether `signal` is ignored.
    #[must_use]
    pub const fn ignores(self, signal: Signal) -> bool {
        self.ignored & bit(signal.number()) != 0
    }

    /// The same, with `signal` ignored or not: for a signal that was changed before the others were read.
    #[must_use]
    pub const fn with_ignored(self, signal: Signal, is_ignored: bool) -> Self {
        let others = self.ignored & !bit(signal.number());
        Self { ignored: if is_ignored { others | bit(signal.number()) } else { others }, ..self }
    }

    /// Gives them to this process. Signals that it handled get their default action, as after executing a program.
    fn restore(self) {
        for signal in 1..=Signal::LAST {
            let is_ignored = self.ignored & bit(signal) != 0;
            // SAFETY: neither action is a function. The calls that the system refuses are for KILL and STOP.
            unsafe { libc::signal(signal, if is_ignored { libc::SIG_IGN } else { libc::SIG_DFL }) };
        }
        change_mask(libc::SIG_SETMASK, self.blocked);
    }
}

const fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

fn bits(is_member: impl Fn(&c_int) -> bool) -> u64 {
    (1..=Signal::LAST).filter(is_member).fold(0, |bits, signal| bits | bit(signal))
}

/// Changes the mask of this thread as `how` says; returns what it was.
fn change_mask(how: c_int, signals: u64) -> u64 {
    let mut set = MaybeUninit::uninit();
    let mut old = MaybeUninit::uninit();
    // SAFETY: `sigemptyset` initializes both sets, which outlive the calls.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigemptyset(old.as_mut_ptr());
        for signal in (1..=Signal::LAST).filter(|&signal| signals & bit(signal) != 0) {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(how, set.as_ptr(), old.as_mut_ptr());
        bits(|&signal| libc::sigismember(old.as_ptr(), signal) == 1)
    }
}

/// Keeps all signals from this thread while it exists; holds the mask from before.
pub(crate) struct SignalsBlocked(u64);

impl SignalsBlocked {
    pub(crate) fn new() -> Self {
        Self(change_mask(libc::SIG_BLOCK, u64::MAX))
    }
}

impl Drop for SignalsBlocked {
    fn drop(&mut self) {
        change_mask(libc::SIG_SETMASK, self.0);
    }
}

/// What a new process does before it executes the command.
pub(crate) struct Preparation {
    /// What the command is to have instead of what executing it leaves of this process's.
    pub(crate) dispositions: Option<Dispositions>,
    /// The parent that it must not outlive.
    pub(crate) dies_with: Option<Pid>,
    /// The terminal that it takes for the group that it leads.
    pub(crate) terminal: Option<OwnedFd>,
    pub(crate) closes_stdin: bool,
    /// Where it writes a byte when nothing is left but to execute the command.
    pub(crate) reached_exec: PipeWriter,
}

impl Preparation {
    /// Has the process that `command` is spawned in prepare itself. Signals are `blocked` until that has happened: no
    /// handler of this process is to run in the new one, nor the terminal to suspend it.
    pub(crate) fn add_to(self, command: &mut Command, blocked: &SignalsBlocked) {
        let mask = blocked.0;
        let prepare = move || {
            self.carry_out(mask);
            Ok(())
        };
        // SAFETY: between fork and exec only async-signal-safe functions may be called and no memory be allocated:
        // all parts make system calls alone.
        unsafe { command.pre_exec(prepare) };
    }

    fn carry_out(&self, mask: u64) {
        if let Some(parent) = self.dies_with {
            die_with(parent);
        }
        // The terminal does not suspend the group for this: SIGTTOU is blocked.
        if let Some(terminal) = &self.terminal {
            let _ = rustix::termios::tcsetpgrp(terminal, rustix::process::getpid());
        }
        if self.closes_stdin {
            // SAFETY: no pointer is passed; nothing but the command uses the descriptor.
            unsafe { libc::close(libc::STDIN_FILENO) };
        }
        // Executing the command would leave the same. But a signal may be pending, and is delivered once it is not blocked.
        let inherited = || Dispositions { blocked: mask, ..Dispositions::current() };
        self.dispositions.unwrap_or_else(inherited).restore();
        let _ = rustix::io::write(&self.reached_exec, b"!");
    }
}

/// Has the system kill this process when the thread of `parent` that started it ends.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn die_with(parent: Pid) {
    let _ = rustix::process::set_parent_process_death_signal(Some(Named::KILL));
    // It may have ended before. None is a parent outside of this process namespace.
    if rustix::process::getppid().is_some_and(|now| now != parent) {
        let _ = rustix::process::kill_process(rustix::process::getpid(), Named::KILL);
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn die_with(_parent: Pid) {}

/// Sends `signal` to the process `id`.
pub(crate) fn send_to_process(id: Pid, signal: Signal) -> io::Result<()> {
    Ok(rustix::process::kill_process(id, named(signal))?)
}

/// Sends `signal` to all processes of the group `id`.
pub(crate) fn send_to_group(id: Pid, signal: Signal) -> io::Result<()> {
    Ok(rustix::process::kill_process_group(id, named(signal))?)
}

fn named(signal: Signal) -> Named {
    // SAFETY: the number is not 0. That the C library keeps some real-time signals for itself is of no concern: they
    // are sent to other programs by system calls and not handled here.
    unsafe { Named::from_raw_unchecked(signal.number()) }
}
