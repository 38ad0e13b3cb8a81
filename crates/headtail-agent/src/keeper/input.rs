//! The standard input of the process.

use std::io::{self, PipeWriter, Write};
use std::os::fd::{AsFd, BorrowedFd};

use crate::model::{Refusal, Stdin};

/// The writing end, and how much went through it.
#[derive(Debug)]
pub(super) struct Input {
    pipe: Option<PipeWriter>,
    /// Whether there ever was one.
    was_piped: bool,
    /// Bytes that the process, or the pipe, has taken.
    total: u64,
}

impl Input {
    pub(super) fn new(pipe: Option<PipeWriter>) -> Self {
        Self { was_piped: pipe.is_some(), pipe, total: 0 }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The state of an input that is not closed for good by the end of the process.
    pub(super) fn state(&self) -> Stdin {
        match (self.was_piped, &self.pipe) {
            (false, _) => Stdin::Null,
            (true, Some(_)) => Stdin::Open,
            (true, None) => Stdin::Closed,
        }
    }

    pub(super) fn fd(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    pub(super) fn close(&mut self) {
        self.pipe = None;
    }

    /// Whether input at `offset` can be taken.
    pub(super) fn check(&self, offset: Option<u64>) -> Result<(), Refusal> {
        match (self.state(), offset) {
            (Stdin::Null, _) => Err(Refusal::NoInput),
            (Stdin::Closed, _) => Err(Refusal::InputClosed),
            (Stdin::Open, Some(offset)) if offset != self.total => {
                Err(Refusal::InputOffset { total: self.total })
            }
            (Stdin::Open, _) => Ok(()),
        }
    }

    /// Writes what the pipe has room for. Returns how much that is.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize, Refusal> {
        let mut written = 0;
        while written < bytes.len() {
            let pipe = self.pipe.as_mut().ok_or(Refusal::InputClosed)?;
            match pipe.write(&bytes[written..]) {
                Ok(count) => {
                    written += count;
                    self.total += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // Nobody reads any more.
                Err(_) if written == 0 => {
                    self.close();
                    return Err(Refusal::InputClosed);
                }
                Err(_) => {
                    self.close();
                    break;
                }
            }
        }
        Ok(written)
    }
}
