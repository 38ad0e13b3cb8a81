//! What signals do, and what they did when the program was started: a command is to find them like that.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

/// The signals whose action was changed; signal N is bit N - 1 here and below.
static CHANGED: AtomicU64 = AtomicU64::new(0);
/// Those of them that were ignored.
static IGNORED: AtomicU64 = AtomicU64::new(0);
/// The signals that were blocked.
static BLOCKED: AtomicU64 = AtomicU64::new(0);

/// The largest number of a signal.
const LAST: c_int = 64;

/// Gives `signal` another action.
///
/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
pub(super) unsafe fn change(signal: c_int, action: libc::sighandler_t) {
    remember(signal);
    // SAFETY: as above.
    unsafe { set(signal, action) };
}

/// Keeps in mind what `signal` does, before somebody changes that.
pub(super) fn remember(signal: c_int) {
    let was_ignored = is_ignored(signal);
    if CHANGED.fetch_or(bit(signal), AcqRel) & bit(signal) == 0 && was_ignored {
        IGNORED.fetch_or(bit(signal), AcqRel);
    }
}

/// Whether `signal` was ignored when the program was started.
pub(super) fn was_ignored(signal: c_int) -> bool {
    let bits = bit(signal);
    if CHANGED.load(Acquire) & bits == 0 { is_ignored(signal) } else { IGNORED.load(Acquire) & bits != 0 }
}

/// In a new process, brings back the actions and the mask that the program was started with. A handled signal is handled
/// by its default action then, as it is after executing another program.
pub(super) fn restore() {
    for signal in signals(&CHANGED) {
        let action = if was_ignored(signal) { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: there is no function to be called.
        unsafe { set(signal, action) };
    }
    change_mask(libc::SIG_SETMASK, signals(&BLOCKED));
}

/// Lets `signals` through. Called before all others that change the mask, it keeps in mind what was blocked.
pub(super) fn unblock(signals: impl IntoIterator<Item = c_int>) {
    let old = change_mask(libc::SIG_UNBLOCK, signals);
    // SAFETY: `sigismember` reads the set, which `sigprocmask` has filled.
    let is_blocked = |&signal: &c_int| unsafe { libc::sigismember(&raw const old, signal) == 1 };
    let bits = (1..=LAST).filter(is_blocked).fold(0, |bits, signal| bits | bit(signal));
    BLOCKED.fetch_or(bits, Release);
}

fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

fn signals(bits: &AtomicU64) -> impl Iterator<Item = c_int> {
    let bits = bits.load(Acquire);
    (1..=LAST).filter(move |&signal| bits & bit(signal) != 0)
}

/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
unsafe fn set(signal: c_int, action: libc::sighandler_t) {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a zeroed `sigaction` is valid; without flags the plain handler is the one that counts. While
    // one signal is handled the others wait.
    unsafe {
        let new = new.assume_init_mut();
        new.sa_sigaction = action;
        libc::sigfillset(&raw mut new.sa_mask);
        libc::sigaction(signal, new, ptr::null_mut());
    }
}

fn is_ignored(signal: c_int) -> bool {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the old action is stored where there is room for it; a zeroed one is valid if it is not.
    unsafe {
        libc::sigaction(signal, ptr::null(), old.as_mut_ptr());
        old.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Changes the mask as `how` says; returns what it was.
fn change_mask(how: c_int, signals: impl IntoIterator<Item = c_int>) -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    let mut old = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: `sigemptyset` initializes both sets, which outlive the calls.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigemptyset(old.as_mut_ptr());
        for signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        libc::sigprocmask(how, set.as_ptr(), old.as_mut_ptr());
        old.assume_init()
    }
}
