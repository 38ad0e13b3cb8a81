//! Run one command, read what it prints, and know how it ended.
//!
//! This is for programs that run commands for somebody else: wrappers, supervisors, test runners, agents. It does what
//! [`std::process`] leaves to its users: limits on time that hold whatever the command does, signals for all of its
//! process group, output that a background process can't hold open for ever, and a status that is never invented.
//!
//! # Getting started
//!
//! [`Run`] says what is run and for how long, and [`Outcome`] how it ended:
//!
//! ```
//! use std::process::Command;
//! use std::time::Duration;
//! use headtail_process::Run;
//!
//! let mut command = Command::new("sh");
//! command.args(["-c", "echo out; echo err >&2; exit 3"]);
//!
//! let mut output = Vec::new();
//! let outcome = Run::new(command)
//!     .timeout(Duration::from_secs(60))
//!     .run(|bytes| output.extend_from_slice(bytes));
//! assert_eq!(output, b"out\nerr\n");
//! assert_eq!(outcome.exit_code(), Some(3));
//! assert!(!outcome.success() && !outcome.timed_out);
//! ```
//!
//! [`Run::start`] returns the command at work, a [`Running`], which is an [`io::Read`](std::io::Read) of the output.
//!
//! # In an event loop
//!
//! A program that waits for other things, too, polls [`Running::fds`] until [`Running::deadline`], then calls
//! [`Running::advance`] and reads. None of these calls waits, and there is no thread behind them.
//!
//! ```
//! use std::io::{ErrorKind, Read};
//! use std::process::Command;
//! use std::time::{Duration, Instant};
//! use headtail_process::{Run, Running};
//! use rustix::event::{PollFd, PollFlags, Timespec, poll};
//!
//! /// Waits until something has happened, and returns the output that there is by then.
//! fn turn(running: &mut Running) -> std::io::Result<Vec<u8>> {
//!     let mut fds: Vec<_> = running.fds().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
//!     let wait = running.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
//!     let wait = wait.and_then(|wait| Timespec::try_from(wait).ok());
//!     match poll(&mut fds, wait.as_ref()) {
//!         Ok(_) | Err(rustix::io::Errno::INTR) => {}
//!         Err(error) => return Err(error.into()),
//!     }
//!     running.advance(Instant::now());
//!     let mut chunk = vec![0; 4096];
//!     let count = match running.try_read(&mut chunk) {
//!         Err(error) if error.kind() == ErrorKind::WouldBlock => 0,
//!         result => result?,
//!     };
//!     chunk.truncate(count);
//!     Ok(chunk)
//! }
//!
//! let mut command = Command::new("sh");
//! command.args(["-c", "echo started; sleep 60"]);
//! let mut running = Run::new(command).timeout(Duration::from_millis(500)).start()?;
//! let mut output = Vec::new();
//! while !running.is_over() {
//!     output.extend(turn(&mut running)?);
//! }
//! assert_eq!(output, b"started\n");
//! assert!(running.finish().timed_out);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Each step of the way has its call: [`Running::take_stdin`] for what the command reads, [`Running::signal`] for its
//! group, [`Running::stop`] and [`Running::kill`] for its end, [`Running::finish`] for the outcome.
//!
//! # What holds
//!
//! - Standard output and standard error are one pipe, so their order is kept.
//! - The command leads a process group. A timeout or a stop is for the whole group, and for the command itself where it
//!   has left the group. First comes a signal, then `SIGKILL`; then the command is given up after a few seconds.
//! - No process number is ever signalled that could have been given to somebody else.
//! - A process that has left the group can hold up the end for no longer than the drain time.
//! - A command that ended in time has not timed out, however late the caller looks.
//! - What fails before the command is executed is not blamed on the command: see [`StartErrorKind`].
//! - If the system does not report a status, the ending is [`Ending::Unknown`], which is never a success.
//!
//! # Platforms
//!
//! Unix. On Linux a process descriptor reports the exit; elsewhere, and where a sandbox has none, a thread does.
//! [`Run::adopt_orphans`] and [`Run::die_with_thread`] change nothing on other systems.
//!
//! # Features
//!
//! - `serde` serializes an [`Outcome`].

#![deny(unsafe_code)]
#![deny(missing_docs)]
#![cfg(unix)]

mod duration;
mod exit_watch;
mod group;
mod outcome;
mod poll;
mod run;
mod running;
mod signal;
mod start_error;
mod sys;

pub use self::duration::parse_duration;
pub use self::outcome::{Ending, Outcome};
pub use self::run::{NON_INTERACTIVE, Run, Stdin};
pub use self::running::Running;
pub use self::signal::Signal;
pub use self::start_error::{StartError, StartErrorKind, reason};
pub use self::sys::Dispositions;

/// Compiles the examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
