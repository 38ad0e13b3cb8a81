//! Signals, noticed without a system call where there are none.
//!
//! A handler only sets flags, which cost the reading loop a load or two each read. Since it is installed
//! without `SA_RESTART`, a signal also ends a system call that blocks. That leaves the signal that comes
//! after the flags were looked at and before the call blocks: nothing would end that call. So the handler
//! starts an interval timer whose every tick interrupts whatever blocks then. No thread, no pipe to itself,
//! no `poll` before each read.
//!
//! Signals that were ignored at the start stay ignored, as `nohup` and a shell's background jobs ask for.
//! Signals that were blocked are unblocked: a mask is left behind by accident, and then only `SIGKILL` would
//! end the program, and the result with it.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32};

/// How long a signal can go unnoticed by a call that began to block too late to see it.
const TICK_MICROS: libc::suseconds_t = 10_000;

/// Signals this close together are one: `timeout` sends two, one to the process and one to its group.
const ECHO_MILLIS: u32 = 20;

/// Every signal that ends a program by default and leaves it the chance to finish its work. `SIGQUIT` is not
/// among them: there must be one that ends it at once.
const STOPPING: &[(c_int, &str)] = &[
    (libc::SIGHUP, "SIGHUP"),
    (libc::SIGINT, "SIGINT"),
    (libc::SIGTERM, "SIGTERM"),
    (libc::SIGALRM, "SIGALRM"),
    (libc::SIGUSR2, "SIGUSR2"),
    (libc::SIGVTALRM, "SIGVTALRM"),
    (libc::SIGPROF, "SIGPROF"),
    (libc::SIGXCPU, "SIGXCPU"),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    (libc::SIGIO, "SIGIO"),
    #[cfg(any(target_os = "linux", target_os = "android"))]
    (libc::SIGPWR, "SIGPWR"),
];

/// The exception: it ends a program that runs a command by way of the command.
const QUIT: (c_int, &str) = (libc::SIGQUIT, "SIGQUIT");

/// The first stopping signal; 0 for none so far.
static STOP: AtomicI32 = AtomicI32::new(0);
/// When it came, in milliseconds of the monotonic clock, which wrap.
static STOP_AT: AtomicU32 = AtomicU32::new(0);
/// Whether another came that is not its echo.
static HURRY: AtomicBool = AtomicBool::new(false);
/// Whether a snapshot was asked for and not yet taken.
static SNAPSHOT: AtomicBool = AtomicBool::new(false);
/// Whether `SIGALRM` is no more than a tick: the timer was started, or the signal is to be ignored.
static ALARM_IS_TICK: AtomicBool = AtomicBool::new(false);

/// Whether these were ignored at the start.
static IGNORES_ALARM: AtomicBool = AtomicBool::new(false);
static IGNORES_XFSZ: AtomicBool = AtomicBool::new(false);

/// A signal that ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signal(c_int);

impl Signal {
    /// Its number, which is less than 64.
    pub(crate) fn number(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    /// Its name, as in `SIGTERM`.
    pub(crate) fn name(self) -> &'static str {
        let known = STOPPING.iter().chain([&QUIT]).find(|(number, _)| *number == self.0);
        known.map_or("unknown signal", |(_, name)| name)
    }

    /// Dies by it. Returns where the system does not let this process die so: it is process 1 of a container.
    pub(crate) fn deliver(self) {
        // SAFETY: the action is the default one; the set is initialized by `sigemptyset`; no memory of the
        // program is passed but the action and the set, which outlive the calls.
        unsafe {
            act_on(self.0, libc::SIG_DFL);
            unblock([self.0]);
            libc::raise(self.0);
        }
    }
}

/// Starts to notice signals. Called once, before anything is opened.
pub(crate) fn notice() {
    // SAFETY: `on_signal` is async-signal-safe: it stores to atomics and makes system calls. All else is
    // passed by value or outlives the calls.
    unsafe {
        let handler = on_signal as extern "C" fn(c_int) as libc::sighandler_t;
        if is_ignored(libc::SIGALRM) {
            ALARM_IS_TICK.store(true, Release);
            IGNORES_ALARM.store(true, Release);
        }
        let noticed = STOPPING.iter().map(|(signal, _)| *signal).chain([libc::SIGUSR1]);
        for signal in noticed.clone().filter(|&signal| signal == libc::SIGALRM || !is_ignored(signal)) {
            act_on(signal, handler);
        }
        unblock(noticed);
        if is_ignored(libc::SIGXFSZ) {
            IGNORES_XFSZ.store(true, Release);
        }
        // A write past the file size limit then fails with an error that can be told.
        act_on(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// What a program that runs a command has to do beside [`notice`]: it is asked for the command's status, and
/// it ends the command before it ends, by whatever signal.
pub(crate) fn notice_as_parent() {
    // SAFETY: as in `notice`.
    unsafe {
        // Ignored, as some programs leave it behind, it has the system throw statuses away.
        act_on(libc::SIGCHLD, libc::SIG_DFL);
        if !is_ignored(QUIT.0) {
            act_on(QUIT.0, on_signal as extern "C" fn(c_int) as libc::sighandler_t);
            unblock([QUIT.0]);
        }
    }
}

/// Has the terminal never suspend this program for writing to it. A command that is started later inherits that.
pub(crate) fn ignore_suspension_by_output() {
    // SAFETY: the signal is ignored: there is no function to be called.
    unsafe { act_on(libc::SIGTTOU, libc::SIG_IGN) };
}

/// In a new process, gives back the actions that [`notice`] took from it. What it handles itself is handed
/// back by executing another program; until then a signal must not start the timer, which would go on.
pub(crate) fn hand_back() {
    // SAFETY: async-signal-safe; all is passed by value or outlives the calls.
    unsafe {
        for &(signal, _) in STOPPING.iter().chain([&QUIT]) {
            if !is_ignored(signal) {
                act_on(signal, libc::SIG_DFL);
            }
        }
        if IGNORES_ALARM.load(Acquire) {
            act_on(libc::SIGALRM, libc::SIG_IGN);
        }
        if !IGNORES_XFSZ.load(Acquire) {
            act_on(libc::SIGXFSZ, libc::SIG_DFL);
        }
    }
    set_timer(0);
}

/// Whether [`stop`] or [`take_snapshot_request`] has something to tell.
pub(crate) fn pending() -> bool {
    STOP.load(Acquire) != 0 || SNAPSHOT.load(Acquire)
}

/// The signal that the program is to die of, if there was one.
pub(crate) fn stop() -> Option<Signal> {
    let signal = STOP.load(Acquire);
    (signal != 0).then_some(Signal(signal))
}

/// Whether it was followed by another: somebody does not want to wait.
pub(crate) fn hurried() -> bool {
    HURRY.load(Acquire)
}

/// Whether a snapshot was asked for since the last call.
pub(crate) fn take_snapshot_request() -> bool {
    let mut asked = false;
    // A request that comes before the timer is stopped is taken with the others; one that comes after it
    // starts the timer anew.
    while SNAPSHOT.swap(false, AcqRel) {
        asked = true;
        set_timer(0);
    }
    if asked && STOP.load(Acquire) != 0 {
        set_timer(TICK_MICROS);
    }
    asked
}

extern "C" fn on_signal(signal: c_int) {
    match signal {
        libc::SIGUSR1 => SNAPSHOT.store(true, Release),
        libc::SIGALRM if ALARM_IS_TICK.load(Acquire) => return,
        _ => {
            let now = monotonic_millis();
            if STOP.compare_exchange(0, signal, AcqRel, Acquire).is_ok() {
                STOP_AT.store(now, Release);
            } else if now.wrapping_sub(STOP_AT.load(Acquire)) > ECHO_MILLIS {
                HURRY.store(true, Release);
            }
        }
    }
    ALARM_IS_TICK.store(true, Release);
    set_timer(TICK_MICROS);
}

/// Has the timer tick every `micros` microseconds; 0 stops it.
fn set_timer(micros: libc::suseconds_t) {
    let tick = libc::timeval { tv_sec: 0, tv_usec: micros };
    let timer = libc::itimerval { it_interval: tick, it_value: tick };
    // SAFETY: the timer outlives the call, and the old one is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the low bits are enough to tell times apart that are close"
)]
fn monotonic_millis() -> u32 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the time outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    (now.tv_sec as u32).wrapping_mul(1000).wrapping_add((now.tv_nsec / 1_000_000) as u32)
}

/// # Safety
///
/// The action, if it is a function, must be async-signal-safe.
unsafe fn act_on(signal: c_int, action: libc::sighandler_t) {
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

fn unblock(signals: impl IntoIterator<Item = c_int>) {
    let mut set = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: the set is initialized by `sigemptyset` and outlives the calls.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        for signal in signals {
            libc::sigaddset(set.as_mut_ptr(), signal);
        }
        libc::sigprocmask(libc::SIG_UNBLOCK, set.as_ptr(), ptr::null_mut());
    }
}
