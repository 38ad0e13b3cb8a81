//! Signals, noticed without a system call where there are none.
//!
//! A handler only sets flags, which cost the reading loop a load or two each read. Since it is installed
//! without `SA_RESTART`, a signal also ends a system call that blocks. That leaves the signal that comes
//! after the flags were looked at and before the call blocks: nothing would end that call. So the handler
//! starts an interval timer whose every tick interrupts whatever blocks then. No thread, no pipe to itself,
//! no `poll` before each read. The same timer interrupts calls that block past a deadline: see [`tick_at`].
//!
//! Signals that are blocked everywhere but in `ppoll` would need no timer for reads. They could not interrupt a write:
//! to a pipe or a terminal that `poll` calls writable, a write of more than a page blocks all the same, and the
//! descriptor may not be made non-blocking, since others share it. The crate signal-hook sets `SA_RESTART` and has every
//! handler installed for good, so that calls that block would go on, and what was ignored would not stay so.
//!
//! Signals that were ignored at the start stay ignored, as `nohup` and a shell's background jobs ask for.
//! Signals that were blocked are unblocked: a mask is left behind by accident, and then only `SIGKILL` would
//! end the program, and the result with it.
#![allow(unsafe_code)]

use std::ffi::c_int;
use std::ptr;
use std::sync::Mutex;
use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32};
use std::time::{Duration, Instant};

pub(crate) use headtail_process::Signal;

use crate::platform::dispositions;

/// How long a signal can go unnoticed by a call that began to block too late to see it.
const TICK: Duration = Duration::from_millis(10);

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
static SECOND: AtomicBool = AtomicBool::new(false);
/// Whether a snapshot was asked for and not yet taken.
static SNAPSHOT: AtomicBool = AtomicBool::new(false);
/// Whether the program is to be suspended and was not yet.
static SUSPENSION: AtomicBool = AtomicBool::new(false);
/// Whether a child has exited or was suspended, and nobody has looked yet.
static CHILD: AtomicBool = AtomicBool::new(false);
/// Whether this program was continued after it was suspended.
static CONTINUED: AtomicBool = AtomicBool::new(false);
/// Whether `SIGALRM` is no more than a tick: the timer was started, or the signal is to be ignored.
static ALARM_IS_TICK: AtomicBool = AtomicBool::new(false);

/// From when on calls that block are interrupted though no signal came. No handler looks at it.
static DEADLINE: Mutex<Option<Instant>> = Mutex::new(None);

/// Every signal that ends a program by default and leaves it the chance to finish its work. `SIGQUIT` is not
/// among them, nor are those that report a fault in the program itself.
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

/// Starts to notice signals. Called once, before anything is opened.
pub(crate) fn install_handlers() {
    let noticed = stopping().chain([libc::SIGUSR1]);
    dispositions::change_and_unblock(noticed.clone(), || {
        for signal in noticed {
            let is_ignored = handle(signal);
            if is_ignored && signal == libc::SIGALRM {
                // The timer needs it.
                ALARM_IS_TICK.store(true, Release);
                set_handler(signal);
            }
        }
        // A write past the file size limit then fails with an error that can be reported.
        set_action(libc::SIGXFSZ, libc::SIG_IGN);
    });
}

/// What a program that runs a command needs beside [`install_handlers`], before that: it learns that the command was
/// suspended or has exited, and it is suspended and ends, by whatever signal, together with the command.
pub(crate) fn install_handlers_for_command() {
    dispositions::at_start();
    dispositions::change_and_unblock(FOR_COMMAND.into_iter().chain([libc::SIGCHLD]), || {
        for signal in FOR_COMMAND {
            handle(signal);
        }
        // Ignored, as some programs leave it behind, the signal would have the system throw statuses away.
        set_handler(libc::SIGCHLD);
    });
}

/// Undoes that: the command has ended.
pub(crate) fn remove_handlers_for_command() {
    for signal in FOR_COMMAND.into_iter().filter(|&signal| !dispositions::was_ignored(signal)) {
        set_action(signal, libc::SIG_DFL);
    }
    set_action(libc::SIGCHLD, libc::SIG_DFL);
    take(&CHILD);
}

/// Installs the handler for `signal`, unless it is ignored. Returns whether it is ignored.
fn handle(signal: c_int) -> bool {
    let is_ignored = set_handler(signal) == libc::SIG_IGN;
    if is_ignored {
        set_action(signal, libc::SIG_IGN);
    }
    is_ignored
}

/// Returns the old action.
fn set_handler(signal: c_int) -> libc::sighandler_t {
    // SAFETY: `on_signal` is async-signal-safe: it stores to atomics and makes system calls.
    unsafe { dispositions::change(signal, on_signal as extern "C" fn(c_int) as libc::sighandler_t) }
}

/// Sets the disposition of `signal` to `SIG_DFL` or `SIG_IGN`.
fn set_action(signal: c_int, action: libc::sighandler_t) {
    debug_assert!([libc::SIG_IGN, libc::SIG_DFL].contains(&action));
    // SAFETY: there is no function to be called.
    unsafe { dispositions::change(signal, action) };
}

/// Dies by `signal`. Returns where the system does not let this process die so: it is process 1 of a container.
pub(crate) fn die_of(signal: Signal) {
    set_action(signal.number(), libc::SIG_DFL);
    // SAFETY: the action is the default one; no pointer is passed.
    dispositions::change_and_unblock([signal.number()], || _ = unsafe { libc::raise(signal.number()) });
}

/// What is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// This program alone.
    Process,
    /// All of its group: a job of a shell.
    Group,
}

/// Suspends this program until it is continued. Returns whether it was: not where nobody would continue it.
pub(crate) fn suspend(scope: Scope) -> bool {
    let target = if scope == Scope::Group { 0 } else { std::process::id().cast_signed() };
    if dispositions::was_ignored(libc::SIGTSTP) {
        return false;
    }
    CONTINUED.store(false, Release);
    set_handler(libc::SIGCONT);
    set_action(libc::SIGTSTP, libc::SIG_DFL);
    // SAFETY: no pointer is passed.
    unsafe { libc::kill(target, libc::SIGTSTP) };
    set_handler(libc::SIGTSTP);
    set_action(libc::SIGCONT, libc::SIG_DFL);
    CONTINUED.load(Acquire)
}

/// Keeps the terminal from suspending this program for writing to it.
pub(crate) fn ignore_suspension_by_output() {
    set_action(libc::SIGTTOU, libc::SIG_IGN);
}

/// Whether [`stop`] or one of the `take_` functions would return something.
pub(crate) fn pending() -> bool {
    [&SNAPSHOT, &SUSPENSION, &CHILD].iter().any(|flag| flag.load(Acquire)) || STOP.load(Acquire) != 0
}

/// The signal that the program is to die of, if there was one.
pub(crate) fn stop() -> Option<Signal> {
    Signal::from_number(STOP.load(Acquire))
}

/// Whether it was followed by another, from somebody who does not want to wait.
pub(crate) fn second_signal() -> bool {
    SECOND.load(Acquire)
}

/// Whether a snapshot was asked for since the last call.
pub(crate) fn take_snapshot_request() -> bool {
    take(&SNAPSHOT)
}

/// Whether the program was told to be suspended since the last call.
pub(crate) fn take_suspension_request() -> bool {
    take(&SUSPENSION)
}

/// Whether a child has exited, or was suspended, since the last call.
pub(crate) fn take_child_event() -> bool {
    CHILD.load(Acquire) && take(&CHILD)
}

fn take(request: &AtomicBool) -> bool {
    let asked = request.swap(false, AcqRel);
    if asked {
        set_timer();
    }
    asked
}

/// From `deadline` on, until another is set, interrupts any call that blocks, and any that begins to block, within 10 ms:
/// a write to somebody who does not read then fails with [`ErrorKind::Interrupted`](std::io::ErrorKind::Interrupted),
/// and its caller can see to what is due before it goes on. Costs a system call, or none if nothing changes.
pub(crate) fn tick_at(deadline: Option<Instant>) {
    let mut current = DEADLINE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if std::mem::replace(&mut *current, deadline) != deadline {
        drop(current);
        set_timer();
    }
}

/// Starts the timer if something is pending, otherwise for the deadline.
fn set_timer() {
    let deadline = *DEADLINE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let wait = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
    ALARM_IS_TICK.fetch_or(deadline.is_some(), AcqRel);
    start_timer(wait.map_or(Duration::ZERO, |wait| wait.max(Duration::from_micros(1))));
    // A handler may have started it in between, or before, for something that is still pending.
    if pending() {
        start_timer(TICK);
    }
}

extern "C" fn on_signal(signal: c_int) {
    preserving_errno(|| note(signal));
}

/// Stores what came, and has whatever blocks interrupted.
fn note(signal: c_int) {
    match signal {
        libc::SIGUSR1 => SNAPSHOT.store(true, Release),
        libc::SIGTSTP => SUSPENSION.store(true, Release),
        libc::SIGCHLD => CHILD.store(true, Release),
        libc::SIGCONT => return CONTINUED.store(true, Release),
        libc::SIGALRM if ALARM_IS_TICK.load(Acquire) => return,
        _ => {
            let now = monotonic_millis();
            if STOP.compare_exchange(0, signal, AcqRel, Acquire).is_ok() {
                STOP_AT.store(now, Release);
            } else if now.wrapping_sub(STOP_AT.load(Acquire)) > ECHO_MILLIS {
                SECOND.store(true, Release);
            }
        }
    }
    ALARM_IS_TICK.store(true, Release);
    start_timer(TICK);
}

/// Sets the timer to tick after `wait` and every `TICK` from then on; zero stops it.
fn start_timer(wait: Duration) {
    let time = |time: Duration| libc::timeval {
        // Not `libc::time_t`, which is deprecated for musl. All times are of seconds at most.
        tv_sec: time.as_secs().try_into().unwrap_or_default(),
        tv_usec: time.subsec_micros().cast_signed().into(),
    };
    let timer = libc::itimerval { it_interval: time(TICK), it_value: time(wait) };
    // SAFETY: the timer outlives the call, and the old one is not asked for.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const timer, ptr::null_mut()) };
}

/// Runs `work` in a handler: the code that it interrupts may be about to read the error number of its last call.
fn preserving_errno(work: impl FnOnce()) {
    let errno = errno();
    // SAFETY: the pointer is valid for the thread that asks for it.
    let before = unsafe { *errno };
    work();
    // SAFETY: as above.
    unsafe { *errno = before };
}

fn errno() -> *mut c_int {
    // SAFETY: takes nothing and can't fail.
    unsafe {
        #[cfg(any(target_os = "linux", target_os = "dragonfly"))]
        return libc::__errno_location();
        #[cfg(any(target_os = "android", target_os = "netbsd", target_os = "openbsd"))]
        return libc::__errno();
        #[cfg(any(target_vendor = "apple", target_os = "freebsd"))]
        return libc::__error();
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_leaves_the_error_number_of_what_it_interrupts() {
        let read = || std::io::Error::last_os_error().raw_os_error();
        // SAFETY: the pointer is valid for this thread.
        let set = |number| unsafe { *errno() = number };
        set(libc::ENOSPC);
        preserving_errno(|| {
            set(libc::EINVAL);
            assert_eq!(read(), Some(libc::EINVAL));
        });
        assert_eq!(read(), Some(libc::ENOSPC));
    }
}
