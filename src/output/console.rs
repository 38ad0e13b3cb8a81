//! What people are told: standard error.

use std::fmt::Display;
use std::io::Write;
use std::{env, mem};

use headtail::Snapshot;

use crate::io::descriptor::Descriptor;
use crate::io::until_deadline::UntilDeadline;
use crate::platform::descriptors::Standard;

/// Standard error. That it fails changes nothing: there is nobody left to tell.
#[derive(Debug)]
pub(crate) struct Console {
    stderr: UntilDeadline<Descriptor>,
    has_complained: bool,
    /// Whether the cursor is at the start of a status line.
    has_status: bool,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self {
            stderr: UntilDeadline(Descriptor::Standard(Standard::Err)),
            has_complained: false,
            has_status: false,
        }
    }

    /// Prints one line for something that went wrong.
    pub(crate) fn complain(&mut self, problem: &impl Display) {
        self.has_complained = true;
        self.explain(problem);
    }

    /// Prints one line for what the status tells without it.
    pub(crate) fn explain(&mut self, reason: &impl Display) {
        // In one write, so that it stays one line when others write there too.
        self.show(format!("headtail: {reason}\n").as_bytes());
    }

    /// Whether anything went wrong.
    pub(crate) fn has_complained(&self) -> bool {
        self.has_complained
    }

    /// Prints `text` as it is.
    pub(crate) fn show(&mut self, text: &[u8]) {
        self.clear_status();
        self.print(text);
    }

    /// Prints a result that is not the last.
    pub(crate) fn show_snapshot(&mut self, mut snapshot: Snapshot<&[u8]>) {
        self.clear_status();
        let _ = snapshot.write_to(&mut self.stderr);
    }

    /// Whether a status line can be shown and taken away again.
    pub(crate) fn is_terminal(&self) -> bool {
        self.stderr.0.is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
    }

    /// Shows `text` on the row of the cursor, which is at its start and stays there; not where that has to wait.
    pub(crate) fn set_status(&mut self, text: &str) {
        if !self.stderr.0.takes_a_piece() {
            return;
        }
        // Asked for each time: the window may have been resized.
        let columns = self.stderr.0.columns().unwrap_or(80);
        // The last column stays free: not all terminals put off the new line that a full row begins.
        let text: String = text.chars().take(columns.saturating_sub(1)).collect();
        // A narrower window may have broken the old line; the erasing to the end of the screen takes all of it.
        self.print(format!("\r{text}\x1b[J\r").as_bytes());
        self.has_status = true;
    }

    /// Has a terminal show what follows as it would if it had not seen `text`.
    pub(crate) fn switch_off(&mut self, text: &[u8]) {
        if self.is_terminal() {
            if text.contains(&b'\x1b') {
                self.print(b"\x1b\\\x1b[0m");
            }
        }
    }

    /// Takes the status line away without a trace.
    pub(crate) fn clear_status(&mut self) {
        if mem::take(&mut self.has_status) {
            self.print(b"\r\x1b[J");
        }
    }

    fn print(&mut self, text: &[u8]) {
        let _ = self.stderr.write_all(text);
    }
}
