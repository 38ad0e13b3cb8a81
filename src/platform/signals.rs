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
use std::ptr;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32};

use headtail_process as run;

use crate::platform::dispositions;

/// How long a signal can go unnoticed by a call that began to block too late to see it.
const TICK_MICROS: libc::suseconds_t = 10_000;

/// Signals this close together are one: `timeout` sends two, one to the process and one to its group.
const ECHO_MILLIS: u32 = 20;

/// End or suspend a program that runs a command together with that, and any other at once: there must be a signal that
/// ends it whatever it does.
const FOR_COMMAND: [c_int; 2] = [libc::SIGQUIT, libc::SIGTSTP];

/// The first stopping signal; 0 for none so far.
static STOP: AtomicI32 = AtomicI32::new(0);
/// When it came, in milliseconds of the monotonic clock, which wrap.
static STOP_AT: AtomicU32 = AtomicU32::new(0);
/// Whether another came that is not its echo.
static HURRY: AtomicBool = AtomicBool::new(false);
/// Whether a snapshot was asked for and not yet taken.
static SNAPSHOT: AtomicBool = AtomicBool::new(false);
/// Whether the program is to be suspended and was not yet.
static SUSPENSION: AtomicBool = AtomicBool::new(false);
/// Whether `SIGALRM` is no more than a tick: the timer was started, or the signal is to be ignored.
static ALARM_IS_TICK: AtomicBool = AtomicBool::new(false);

/// A signal that ends the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signal(c_int);

impl Signal {
    /// Its number, which is 64 at most.
    pub(crate) fn number(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    /// As the library has it, by its number and name.
    pub(crate) fn named(self) -> run::Signal {
        run::Signal(self.0)
    }

    /// Dies by it. Returns where the system does not let this process die so: it is process 1 of a container.
    pub(crate) fn deliver(self) {
        // SAFETY: the action is the default one; no pointer is passed.
        unsafe {
            dispositions::change(self.0, libc::SIG_DFL);
            dispositions::let_through([self.0]);
            libc::raise(self.0);
        }
    }
}

/// Every signal that ends a program by default and leaves it the chance to finish its work. `SIGQUIT` is not
/// among them, nor are those that tell of a fault in the program itself.
fn stopping() -> impl Iterator<Item = c_int> + Clone {
    let everywhere = [
        libc::SIGHUP,
        libc::SIGINT,
        libc::SIGTERM,
        libc::SIGALRM,
        libc::SIGUSR2,
        libc::SIGVTALRM,
        libc::SIGPROF,
        libc::SIGXCPU,
        // A watchdog's. That `abort` raises it as well does no harm: it raises it again, with the default action.
        libc::SIGABRT,
    ];
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let more =
        [libc::SIGIO, libc::SIGPWR, libc::SIGSTKFLT].into_iter().chain(libc::SIGRTMIN()..=libc::SIGRTMAX());
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let more = [];
    everywhere.into_iter().chain(more)
}

/// Keeps in mind what the Rust runtime is about to change.
pub(super) fn look() {
    dispositions::look_at(libc::SIGPIPE);
}

/// Starts to notice signals. Called once, before anything is opened.
pub(crate) fn notice() {
    let noticed = stopping().chain([libc::SIGUSR1]);
    // None comes between its being handled and its being found to be ignored.
    dispositions::block_all();
    noticed.clone().for_each(handle);
    if dispositions::was_ignored(libc::SIGALRM) {
        // The timer needs it.
        ALARM_IS_TICK.store(true, Release);
        set_handler(libc::SIGALRM);
    }
    // SAFETY: there is no function to be called. A write past the file size limit then fails with an error that can
    // be told.
    unsafe { dispositions::change(libc::SIGXFSZ, libc::SIG_IGN) };
    dispositions::let_through(noticed);
}

/// What a program that runs a command has to do beside [`notice`]: it is asked for the command's status, and
/// it is suspended and ends, by whatever signal, together with the command.
pub(crate) fn notice_for_command() {
    // SAFETY: there is no function to be called. Ignored, as some programs leave it behind, the signal has the system
    // throw statuses away.
    unsafe { dispositions::change(libc::SIGCHLD, libc::SIG_DFL) };
    dispositions::block_all();
    FOR_COMMAND.into_iter().for_each(handle);
    dispositions::let_through(FOR_COMMAND);
}

/// Undoes that: the command has ended.
pub(crate) fn notice_without_command() {
    for signal in FOR_COMMAND.into_iter().filter(|&signal| !dispositions::was_ignored(signal)) {
        // SAFETY: there is no function to be called.
        unsafe { dispositions::change(signal, libc::SIG_DFL) };
    }
}

/// Has `signal` be noticed, unless it was ignored when the program was started.
fn handle(signal: c_int) {
    if set_handler(signal) {
        // SAFETY: there is no function to be called.
        unsafe { dispositions::change(signal, libc::SIG_IGN) };
    }
}

/// Returns whether the signal was ignored when the program was started.
fn set_handler(signal: c_int) -> bool {
    // SAFETY: `on_signal` is async-signal-safe: it stores to atomics and makes system calls.
    unsafe { dispositions::change(signal, on_signal as extern "C" fn(c_int) as libc::sighandler_t) }
}

/// What is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// This program alone.
    Process,
    /// All of its group: a job of a shell.
    Group,
}

/// Suspends this program until it is continued; returns at once where nobody would continue it.
pub(crate) fn suspend(scope: Scope) {
    let target = if scope == Scope::Group { 0 } else { std::process::id().cast_signed() };
    if dispositions::was_ignored(libc::SIGTSTP) {
        return;
    }
    // SAFETY: the action is the default one; no pointer is passed.
    unsafe {
        dispositions::change(libc::SIGTSTP, libc::SIG_DFL);
        libc::kill(target, libc::SIGTSTP);
    }
    set_handler(libc::SIGTSTP);
}

/// Has the terminal never suspend this program for writing to it.
pub(crate) fn ignore_suspension_by_output() {
    // SAFETY: there is no function to be called.
    unsafe { dispositions::change(libc::SIGTTOU, libc::SIG_IGN) };
}

/// In a new process, hands back the signals as the program was started with them. A signal that comes until then must
/// not start the timer, which would go on.
pub(crate) fn hand_back() {
    dispositions::restore();
    set_timer(0);
}

/// Whether [`stop`], [`take_snapshot_request`] or [`take_suspension_request`] has something to tell.
pub(crate) fn pending() -> bool {
    [&SNAPSHOT, &SUSPENSION].iter().any(|flag| flag.load(Acquire)) || STOP.load(Acquire) != 0
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
    take(&SNAPSHOT)
}

/// Whether the program was told to be suspended since the last call.
pub(crate) fn take_suspension_request() -> bool {
    take(&SUSPENSION)
}

fn take(request: &AtomicBool) -> bool {
    let mut asked = false;
    // A request that comes before the timer is stopped is taken with the others; one that comes after it
    // starts the timer anew.
    while request.swap(false, AcqRel) {
        asked = true;
        set_timer(0);
    }
    if asked && pending() {
        set_timer(TICK_MICROS);
    }
    asked
}

extern "C" fn on_signal(signal: c_int) {
    match signal {
        libc::SIGUSR1 => SNAPSHOT.store(true, Release),
        libc::SIGTSTP => SUSPENSION.store(true, Release),
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
