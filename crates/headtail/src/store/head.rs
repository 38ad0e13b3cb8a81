//! The first bytes of a stream, in memory that is allocated once.

use std::collections::TryReserveError;

use memchr::memchr_iter;

use crate::limits::Limits;

/// The stored stream from its start, until it has as many bytes or as many lines as the limits allow.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// `bytes.len() <= max <= bytes.capacity()`.
    bytes: Vec<u8>,
    /// Most bytes: the limit, or `bytes.len()` once the head is closed.
    max: usize,
    /// Lines that may still end in the head, if that is limited; 0 closes it.
    lines_left: Option<u64>,
    delimiter: u8,
}

impl Head {
    /// An empty head with its memory allocated.
    pub(crate) fn new(limits: &Limits) -> Result<Self, TryReserveError> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(limits.held().0)?;
        let mut head = Self { bytes, max: 0, lines_left: None, delimiter: limits.delimiter };
        head.clear(limits);
        Ok(head)
    }

    /// Forgets everything, keeping the memory. `limits` are those that it was made with.
    pub(crate) fn clear(&mut self, limits: &Limits) {
        self.bytes.clear();
        self.max = if limits.head_lines == Some(0) { 0 } else { limits.held().0 };
        self.lines_left = limits.head_lines;
    }

    /// Appends the first bytes of `bytes`, as many as belong here; says how many.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        let mut taken = bytes.len().min(self.max - self.bytes.len());
        // A head without a limit of lines never looks for them.
        if let Some(lines_left) = &mut self.lines_left {
            for end in memchr_iter(self.delimiter, &bytes[..taken]) {
                *lines_left = lines_left.saturating_sub(1);
                if *lines_left == 0 {
                    taken = end + 1;
                    self.max = self.bytes.len() + taken;
                    break;
                }
            }
        }
        self.bytes.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// Takes the last `count` bytes back; there is no delimiter among them.
    pub(crate) fn rewind(&mut self, count: usize) {
        self.bytes.truncate(self.bytes.len() - count);
    }

    /// Takes no more bytes from now on.
    pub(crate) fn close(&mut self) {
        self.max = self.bytes.len();
    }

    /// Whether `fill` would take nothing.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes.len() == self.max
    }

    /// Whether it has all the lines that it may have, and ends with the last of them.
    pub(crate) fn is_whole_lines(&self) -> bool {
        self.lines_left == Some(0)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
