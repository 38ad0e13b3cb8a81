//! A result for each interval of time, cut between lines.

use std::io;
use std::time::SystemTime;

use headtail::HeadTail;
use memchr::memrchr;

use crate::input::source::CHUNK;

/// Which part of the input a result is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Counts results, from 1.
    pub(crate) number: u64,
    pub(crate) since: SystemTime,
    pub(crate) until: SystemTime,
}

/// Hands complete lines on, and holds the line in progress: it belongs to the window in which it ends. One that is in
/// progress for a whole window, or longer than a chunk, is handed on as it is.
#[derive(Debug)]
pub(crate) struct Windows {
    delimiter: u8,
    /// The beginning of the line in progress, within its capacity.
    line: Vec<u8>,
    /// Whether it began before this window.
    is_old: bool,
    /// When this window began.
    since: SystemTime,
    /// How many results there were.
    count: u64,
}

impl Windows {
    /// Begins the first window.
    pub(crate) fn new(delimiter: u8) -> io::Result<Self> {
        let mut line = Vec::new();
        line.try_reserve_exact(CHUNK).map_err(|_| io::ErrorKind::OutOfMemory)?;
        Ok(Self { delimiter, line, is_old: false, since: SystemTime::now(), count: 0 })
    }

    /// Takes the next `bytes` of the input for `kept`.
    pub(crate) fn push(&mut self, bytes: &[u8], kept: &mut HeadTail) {
        let complete = memrchr(self.delimiter, bytes).map_or(0, |at| at + 1);
        let (lines, rest) = bytes.split_at(complete);
        if !lines.is_empty() || self.line.len() + rest.len() > CHUNK {
            self.flush(kept);
            kept.push(lines);
        }
        if rest.len() < CHUNK {
            self.line.extend_from_slice(rest);
        } else {
            kept.push(rest);
        }
    }

    /// Hands the line in progress on: the input has ended.
    pub(crate) fn flush(&mut self, kept: &mut HeadTail) {
        kept.push(&self.line);
        self.line.clear();
        self.is_old = false;
    }

    /// Ends this window, and says which it was. It counts if `kept` has anything of it.
    pub(crate) fn end(&mut self, kept: &mut HeadTail) -> Window {
        if self.is_old {
            self.flush(kept);
        }
        self.is_old = !self.line.is_empty();
        let window = Window { number: self.count + 1, since: self.since, until: SystemTime::now() };
        self.since = window.until;
        self.count += u64::from(kept.total_written() > 0);
        window
    }
}
