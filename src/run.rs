//! Run a command, keep both ends of its output, and know how it ended.
//!
//! This is `headtail run` for Rust programs. [`Run`] says what is run and for how long, [`Running`] is the
//! command at work, an [`io::Read`](std::io::Read) of its output, and [`Outcome`] is how it ended. With the
//! output in a [`SharedHeadTail`](crate::SharedHeadTail) that makes everything that `headtail run --json`
//! prints.
//!
//! ```
//! use std::process::Command;
//! use std::time::Duration;
//! use headtail::{Limits, SharedHeadTail, run::Run};
//!
//! let mut command = Command::new("sh");
//! command.args(["-c", "echo out; echo err >&2; exit 3"]);
//!
//! let kept = SharedHeadTail::new(Limits::new())?;
//! let outcome = Run::new(command).timeout(Duration::from_secs(60)).run(&kept);
//! assert_eq!(kept.snapshot().to_vec(), b"out\nerr\n");
//! assert_eq!(outcome.exit_code(), Some(3));
//! assert!(!outcome.success() && !outcome.timed_out());
//! # Ok::<(), headtail::NewError>(())
//! ```
//!
//! Standard output and standard error of the command are one pipe, so their order is kept. The command leads
//! a process group of its own; a timeout or [`Running::stop`] ends all of the group and waits until it is
//! gone. A process that has left the group can hold up nothing.

mod advice;
mod exit_watch;
mod leader;
mod outcome;
mod processes;
mod running;
mod signal;
mod start;
mod start_error;
mod time_span;

pub use self::outcome::{Ending, Outcome, Stopped};
pub use self::running::Running;
pub use self::signal::Signal;
pub use self::start::{NON_INTERACTIVE, Run};
pub use self::start_error::{StartError, StartErrorKind};
pub use self::time_span::{TimeSpan, TimeSpanError};
