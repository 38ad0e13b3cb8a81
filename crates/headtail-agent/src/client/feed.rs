//! Input in pieces, each a request of its own.

use std::time::{Duration, Instant};

use super::PROMPT;
use super::ask::{Answered, unexpected};
use crate::model::{Error, Id, Refusal};
use crate::wire::{Reply, Request};

/// Most input in one message.
const PIECE: usize = 64 << 10;

/// What is left to send of an input.
pub(super) struct Feed<'a> {
    rest: &'a [u8],
    eof: bool,
    /// Where the input so far must end, if that matters. It does after the first piece.
    offset: Option<u64>,
    /// Bytes that the process has taken.
    accepted: u64,
    timeout: Duration,
    /// `None` where it would never come.
    deadline: Option<Instant>,
}

impl<'a> Feed<'a> {
    pub(super) fn new(bytes: &'a [u8], eof: bool, offset: Option<u64>, timeout: Duration) -> Self {
        Self { rest: bytes, eof, offset, accepted: 0, timeout, deadline: Instant::now().checked_add(timeout) }
    }

    fn piece(&self) -> &'a [u8] {
        &self.rest[..self.rest.len().min(PIECE)]
    }

    /// The request for the next piece, the bytes beside it, and how long its keeper may take.
    pub(super) fn request(&self) -> (Request, &'a [u8], Duration) {
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let timeout = self.deadline.map_or(self.timeout, left);
        let piece = self.piece();
        let is_last = piece.len() == self.rest.len();
        let request = Request::Input { offset: self.offset, eof: self.eof && is_last, timeout };
        (request, piece, timeout.saturating_add(PROMPT))
    }

    /// Takes the answer. Once nothing is left to be asked, returns how many bytes were taken, and how many of all
    /// input so far.
    pub(super) fn take(&mut self, id: Id, answered: &Answered) -> Result<Option<(u64, u64)>, Error> {
        match answered {
            &Answered::Keeper(Reply::Input { accepted, total }, _) => {
                let piece = self.piece().len();
                self.accepted += accepted;
                self.rest = &self.rest[piece..];
                self.offset = Some(total);
                let is_over = self.rest.is_empty() || accepted < piece as u64;
                Ok(is_over.then_some((self.accepted, total)))
            }
            Answered::Record(_) => Err(Error::Refused(id, Refusal::NotRunning)),
            Answered::Keeper(..) => Err(unexpected(id)),
        }
    }
}
