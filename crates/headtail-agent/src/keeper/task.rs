//! What a client is waiting for.

use std::time::{Duration, Instant};

use crate::reading::Pending;

/// What a client is waiting for.
#[derive(Debug)]
pub(super) enum Task {
    /// The end of a read's wait.
    Read(Box<Pending>),
    /// Bytes after an offset.
    Chunk { after: u64, max_bytes: usize },
    /// Room for input: in the order of `place`.
    Input { place: u64, bytes: Vec<u8>, written: usize, eof: bool, deadline: Option<Instant> },
}

impl Task {
    /// When it is due although nothing has happened.
    pub(super) fn deadline(&self, last_output: Instant) -> Option<Instant> {
        match self {
            Self::Read(read) => read.deadline(last_output),
            Self::Chunk { .. } => None,
            Self::Input { deadline, .. } => *deadline,
        }
    }

    /// An input that waits for room.
    pub(super) fn input(place: u64, bytes: Vec<u8>, eof: bool, timeout: Duration, now: Instant) -> Self {
        Self::Input { place, bytes, written: 0, eof, deadline: now.checked_add(timeout) }
    }
}
