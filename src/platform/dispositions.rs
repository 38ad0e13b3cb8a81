//! What signals do to this program, and what they did when it was started.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use headtail_process::{Dispositions, Signal};

/// Whether `SIGPIPE` was ignored before the Rust runtime ignored it.
static SIGPIPE_WAS_IGNORED: AtomicBool = AtomicBool::new(false);

/// All of them, read before any other was changed. They are read only to run a
/// command, because that takes a system call for each signal.
static AT_START: OnceLock<Dispositions> = OnceLock::new();

/// Notes what the Rust runtime is about to change.
pub(super) fn note_sigpipe() {
    SIGPIPE_WAS_IGNORED.store(action(libc::SIGPIPE) == libc::SIG_IGN, Relaxed);
}

/// The dispositions that the program was started with, for a command to start with. Must be called before any is changed.
pub(crate) fn at_start() -> Dispositions {
    *AT_START.get_or_init(|| {
        let pipe = Signal::from_number(libc::SIGPIPE).expect("a signal");
        Dispositions::current().with_ignored(pipe, SIGPIPE_WAS_IGNORED.load(Relaxed))
    })
}

/// Whether `signal` was ignored when the program was started, which runs a command.
pub(super) fn was_ignored(signal: c_int) -> bool {
    Signal::from_number(signal).is_some_and(|signal| at_start().ignores(signal))
}

/// What `signal` does.
fn action(signal: c_int) -> libc::sighandler_t {
    // SAFETY: nothing is changed.
    unsafe { exchange(signal, ptr::null()) }
}

/// As `sigaction`; returns the old action.
///
/// # Safety
///
/// The new action is null or valid, and its function async-signal-safe.
unsafe fn exchange(signal: c_int, new: *const libc::sigaction) -> libc::sighandler_t {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the old action is stored where there is room for it; a zeroed one is valid if it is not.
    unsafe {
        libc::sigaction(signal, new, old.as_mut_ptr());
        old.assume_init().sa_sigaction
    }
}

/// Gives `signal` another action; returns the old one.
///
/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
pub(super) unsafe fn change(signal: c_int, action: libc::sighandler_t) -> libc::sighandler_t {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a zeroed `sigaction` is valid; without flags the plain handler is the one that counts, and no system call
    // is restarted. While one signal is handled the others wait.
    unsafe {
        let new = new.assume_init_mut();
        new.sa_sigaction = action;
        libc::sigfillset(&raw mut new.sa_mask);
        exchange(signal, new)
    }
}

/// Calls `change` while no signal is handled, and unblocks `signals` then: a mask is left behind by accident.
pub(super) fn change_and_unblock(signals: impl IntoIterator<Item = c_int>, change: impl FnOnce()) {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    let mut old = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigfillset` and `sigprocmask` initialize the sets, which outlive the calls.
    unsafe {
        libc::sigfillset(set.as_mut_ptr());
        libc::sigemptyset(old.as_mut_ptr());
        libc::sigprocmask(libc::SIG_BLOCK, set.as_ptr(), old.as_mut_ptr());
        change();
        for signal in signals {
            libc::sigdelset(old.as_mut_ptr(), signal);
        }
        libc::sigprocmask(libc::SIG_SETMASK, old.as_ptr(), ptr::null_mut());
    }
}
