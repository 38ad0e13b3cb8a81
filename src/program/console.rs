//! What people are told: standard error.

use std::fmt::Display;
use std::io::{self, Write};

use headtail::Snapshot;

use crate::program::descriptor::Descriptor;
use crate::program::grace;
use crate::program::system::descriptors::Standard;

/// Standard error. That it fails changes nothing: there is nobody left to tell.
#[derive(Debug)]
pub(crate) struct Console {
    stderr: Descriptor,
    has_complained: bool,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self { stderr: Descriptor::Standard(Standard::Err), has_complained: false }
    }

    /// Prints one line for something that went wrong.
    pub(crate) fn complain(&mut self, problem: &impl Display) {
        self.has_complained = true;
        // In one write, so that it stays one line when others write there too.
        self.show(format!("headtail: {problem}\n").as_bytes());
    }

    /// Whether anything went wrong.
    pub(crate) fn has_complained(&self) -> bool {
        self.has_complained
    }

    /// Prints `text` as it is.
    pub(crate) fn show(&mut self, text: &[u8]) {
        let _ = Patient(&mut self.stderr).write_all(text);
    }

    /// Prints a result that is not the last.
    pub(crate) fn show_snapshot(&mut self, mut snapshot: Snapshot<&[u8]>) {
        let _ = snapshot.write_to(&mut Patient(&mut self.stderr));
    }
}

/// A descriptor that nobody may read: waits no longer than a signal allows.
struct Patient<'a>(&'a mut Descriptor);

impl Write for Patient<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted && grace::is_over() => {
                Err(io::ErrorKind::TimedOut.into())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
