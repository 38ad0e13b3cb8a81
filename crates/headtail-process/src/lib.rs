//! Run a command, read its output, and know how it ended.
//!
//! [`Run`] says what is run and for how long, [`Running`] is the
//! command at work, an [`io::Read`](std::io::Read) of its output, and [`Outcome`] is how it ended.
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
//! Standard output and standard error of the command are one pipe, so their order is kept. The command leads
//! a process group of its own; a timeout or [`Running::stop`] ends all of the group and waits until it is
//! gone. A process that has left the group can hold up nothing.

#![deny(unsafe_code)]
#![deny(missing_docs)]
#![cfg(unix)]

mod exit_watch;
mod group;
mod outcome;
mod run;
mod running;
mod signal;
mod start_error;
mod sys;

pub use self::outcome::{Ending, Outcome};
pub use self::run::{NON_INTERACTIVE, Run, Stdin};
pub use self::running::Running;
pub use self::signal::Signal;
pub use self::start_error::{StartError, StartErrorKind};
pub use self::sys::Dispositions;
