//! What signals do, and what they did when the program was started: a command is to find them like that.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{AcqRel, Acquire};

/// The signals whose action was changed; signal N is bit N - 1 here and below.
static CHANGED: AtomicU64 = AtomicU64::new(0);
/// Those of them that were ignored.
static IGNORED: AtomicU64 = AtomicU64::new(0);
/// The signals that were blocked.
static BLOCKED: AtomicU64 = AtomicU64::new(0);
/// Those that are let through all the same.
static LET_THROUGH: AtomicU64 = AtomicU64::new(0);

/// The largest number of a signal.
const LAST: c_int = 64;

/// Gives `signal` another action. Returns whether it was ignored when the program was started.
///
/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
pub(super) unsafe fn change(signal: c_int, action: libc::sighandler_t) -> bool {
    let mut new = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a zeroed `sigaction` is valid; without flags the plain handler is the one that counts. While
    // one signal is handled the others wait.
    let old = unsafe {
        let new = new.assume_init_mut();
        new.sa_sigaction = action;
        libc::sigfillset(&raw mut new.sa_mask);
        exchange(signal, new)
    };
    remember(signal, old)
}

/// Keeps in mind what `signal` does, before somebody else changes that.
pub(super) fn look_at(signal: c_int) {
    // SAFETY: nothing is changed.
    remember(signal, unsafe { exchange(signal, ptr::null()) });
}

/// Whether `signal`, which was changed or looked at, was ignored when the program was started.
pub(super) fn was_ignored(signal: c_int) -> bool {
    IGNORED.load(Acquire) & bit(signal) != 0
}

/// In a new process, brings back the actions and the mask that the program was started with. A handled signal is handled
/// by its default action then, as it is after executing another program.
pub(super) fn restore() {
    for signal in signals(CHANGED.load(Acquire)) {
        let action = if was_ignored(signal) { libc::SIG_IGN } else { libc::SIG_DFL };
        // SAFETY: there is no function to be called.
        unsafe { change(signal, action) };
    }
    change_mask(libc::SIG_SETMASK, signals(BLOCKED.load(Acquire)));
}

/// Blocks all signals until [`let_through`].
pub(super) fn block_all() {
    let old = change_mask(libc::SIG_BLOCK, 1..=LAST);
    // SAFETY: `sigismember` reads the set, which `sigprocmask` has filled.
    let is_blocked = |&signal: &c_int| unsafe { libc::sigismember(&raw const old, signal) == 1 };
    // Only the first time it is more than was known.
    BLOCKED.fetch_or((1..=LAST).filter(is_blocked).fold(0, |bits, signal| bits | bit(signal)), AcqRel);
}

/// Blocks what was blocked when the program was started and no more, and none of `more` or what was let through before.
pub(super) fn let_through(more: impl IntoIterator<Item = c_int>) {
    let more = more.into_iter().fold(0, |bits, signal| bits | bit(signal));
    let through = LET_THROUGH.fetch_or(more, AcqRel) | more;
    change_mask(libc::SIG_SETMASK, signals(BLOCKED.load(Acquire) & !through));
}

fn remember(signal: c_int, old: libc::sighandler_t) -> bool {
    if CHANGED.fetch_or(bit(signal), AcqRel) & bit(signal) == 0 && old == libc::SIG_IGN {
        IGNORED.fetch_or(bit(signal), AcqRel);
    }
    was_ignored(signal)
}

fn bit(signal: c_int) -> u64 {
    1 << (signal - 1)
}

fn signals(bits: u64) -> impl Iterator<Item = c_int> {
    (1..=LAST).filter(move |&signal| bits & bit(signal) != 0)
}

/// Sets the action unless it is null; returns what was done before.
///
/// # Safety
///
/// The action is null or valid, and its function async-signal-safe.
unsafe fn exchange(signal: c_int, new: *const libc::sigaction) -> libc::sighandler_t {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the old action is stored where there is room for it; a zeroed one is valid if it is not.
    unsafe {
        libc::sigaction(signal, new, old.as_mut_ptr());
        old.assume_init().sa_sigaction
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
