//! Standard error: messages, and what a terminal shows while the result is being made.

use std::env;
use std::fmt::Display;
use std::mem;

use headtail::Snapshot;

use crate::input::clock;
use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::until_deadline::{self, Attend, idle};
use crate::output::title;
use crate::platform::descriptors::Standard;

/// Erases a status line. It was cut to one row; a narrower window may have broken it in two since, and erasing to
/// the end of the screen takes both.
const ERASE: &str = "\r\x1b[J";

/// Standard error. That it fails changes nothing: the failure can't be reported anywhere.
#[derive(Debug)]
pub(crate) struct Console {
    stderr: Descriptor,
    /// The same for what is not worth a wait, once there is a status line.
    status: Option<Descriptor>,
    /// Whether the cursor is at the start of a status line.
    has_status: bool,
    /// Whether no result so far was printed yet.
    is_first_snapshot: bool,
}

impl Console {
    pub(crate) fn new() -> Self {
        Self {
            stderr: Descriptor::Standard(Standard::Err),
            status: None,
            has_status: false,
            is_first_snapshot: true,
        }
    }

    /// Prints one line for what failed, unless a signal ended it and says enough.
    pub(crate) fn error(&mut self, failure: &Failure) {
        self.error_while(failure, &mut idle);
    }

    /// As [`error`](Self::error), during a run: calls `attend` while the write blocks.
    pub(crate) fn error_while(&mut self, failure: &Failure, attend: Attend) {
        if !failure.is_interruption() {
            self.show_while(format!("headtail: {failure}\n").as_bytes(), attend);
        }
    }

    /// Prints one line.
    pub(crate) fn note(&mut self, text: &impl Display) {
        self.note_while(text, &mut idle);
    }

    /// As [`note`](Self::note), in the midst of a run: calls `attend` while nobody takes the line.
    pub(crate) fn note_while(&mut self, text: &impl Display, attend: Attend) {
        self.show_while(format!("headtail: {text}\n").as_bytes(), attend);
    }

    /// Prints `text` as it is.
    pub(crate) fn show(&mut self, text: &[u8]) {
        self.show_while(text, &mut idle);
    }

    /// Prints the time and the result so far; calls `attend` while the write blocks.
    pub(crate) fn show_snapshot(&mut self, snapshot: &Snapshot<&[u8]>, attend: Attend) {
        let time = humantime::format_rfc3339_seconds(clock::now());
        let mut text = title(&time, mem::take(&mut self.is_first_snapshot)).into_bytes();
        text.extend(snapshot.to_vec());
        self.show_while(&text, attend);
    }

    fn show_while(&mut self, text: &[u8], attend: Attend) {
        // In one write, so that a line stays one line when others write there too.
        let erased = mem::take(&mut self.has_status).then(|| [ERASE.as_bytes(), text].concat());
        let _ = until_deadline::write_all(&mut self.stderr, erased.as_deref().unwrap_or(text), attend);
    }

    /// Whether escape sequences can be printed here.
    pub(crate) fn is_terminal(&self) -> bool {
        self.stderr.is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
    }

    /// Prepares for a status line. Returns whether there can be one: it is shown and taken away again, and must hold up
    /// nothing.
    pub(crate) fn open_status(&mut self) -> bool {
        if self.status.is_none() && self.is_terminal() {
            self.status = self.stderr.non_blocking();
        }
        self.status.is_some()
    }

    /// Shows `text` on the row of the cursor, which is at its start and stays there; not where that would have to wait.
    pub(crate) fn set_status(&mut self, text: &str) {
        let Some(status) = &self.status else { return };
        // Asked for each time: the window may have been resized.
        let columns = status.columns().unwrap_or(80);
        // The last column stays free: not all terminals put off the new line that a full row begins.
        let text: String = text.chars().take(columns.saturating_sub(1)).collect();
        self.has_status |=
            status.write_now(format!("\r{text}\x1b[J\r").as_bytes()).is_ok_and(|count| count > 0);
    }

    /// Resets a terminal after `text`, which may have left a colour on.
    pub(crate) fn reset_after(&mut self, text: &[u8]) {
        if text.contains(&b'\x1b') && self.is_terminal() {
            self.show(b"\x1b\\\x1b[0m");
        }
    }

    /// Erases the status line.
    pub(crate) fn clear_status(&mut self) {
        self.show(b"");
    }

    /// Erases what is left of the status line, which something else may have written over.
    pub(crate) fn withdraw_status(&mut self) {
        if mem::take(&mut self.has_status)
            && let Some(status) = &self.status
        {
            let _ = status.write_now(b"\x1b[J");
        }
    }

    /// Shows `text` where the cursor is, with the cursor after it, for an answer.
    pub(crate) fn show_question(&self, text: &[u8]) {
        if let Some(status) = &self.status {
            let _ = status.write_now(text);
        }
    }
}
