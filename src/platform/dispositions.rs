//! What signals do to this program, and what they did when it was started.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;

use headtail_process::{Dispositions, Signal};

/// Read before `main`, since the Rust runtime changes what `SIGPIPE` does.
static AT_START: OnceLock<Dispositions> = OnceLock::new();

/// Those that the program was started with: a command is to find them like that.
pub(crate) fn at_start() -> Dispositions {
    *AT_START.get_or_init(Dispositions::current)
}

/// Whether `signal` was ignored when the program was started.
pub(super) fn was_ignored(signal: c_int) -> bool {
    Signal::from_number(signal).is_some_and(|signal| at_start().ignores(signal))
}

/// Gives `signal` another action.
///
/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
pub(super) unsafe fn change(signal: c_int, action: libc::sighandler_t) {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a zeroed `sigaction` is valid; without flags the plain handler is the one that counts, and no system call
    // is restarted. While one signal is handled the others wait.
    unsafe {
        let new = new.assume_init_mut();
        new.sa_sigaction = action;
        libc::sigfillset(&raw mut new.sa_mask);
        libc::sigaction(signal, new, ptr::null_mut());
    }
}

/// Unblocks `signals`: a mask is left behind by accident.
pub(super) fn unblock(signals: impl IntoIterator<Item = c_int>) {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initializes the set, which outlives the calls; the old one is not asked for.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        libc::sigprocmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
    }
}
