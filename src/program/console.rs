//! What people are told: standard error.

use std::fmt::Display;

use crate::program::sink::Sink;

/// Standard error. That it fails changes nothing: there is nobody left to tell.
#[derive(Debug)]
pub(crate) struct Console {
    stderr: Sink,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self { stderr: Sink::stderr() }
    }

    /// Prints one line for something that went wrong.
    pub(crate) fn complain(&mut self, problem: &impl Display) {
        // In one write, so that it stays one line when others write there too.
        self.show(format!("headtail: {problem}\n").as_bytes());
    }

    /// Prints `text` as it is.
    pub(crate) fn show(&mut self, text: &[u8]) {
        self.stderr.put(text);
    }
}
