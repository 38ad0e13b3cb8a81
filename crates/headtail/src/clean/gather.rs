//! Handing on many short pieces as few longer ones.

use std::collections::TryReserveError;

/// Pieces up to this long are gathered: storing one costs more than copying it.
const MAX_PIECE: usize = 1 << 10;

const CAPACITY: usize = 4 << 10;

/// Gathers short pieces of text.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    /// What has been gathered; at most `CAPACITY` bytes, never reallocated.
    text: Vec<u8>,
}

impl Gather {
    pub(crate) fn new() -> Result<Self, TryReserveError> {
        let mut text = Vec::new();
        text.try_reserve_exact(CAPACITY)?;
        Ok(Self { text })
    }

    /// Takes the next piece, and hands on what can't be gathered.
    #[inline]
    pub(crate) fn push(&mut self, piece: &[u8], out: &mut impl FnMut(&[u8])) {
        if self.text.len() + piece.len() > CAPACITY || piece.len() > MAX_PIECE {
            self.flush(out);
        }
        if piece.len() > MAX_PIECE {
            out(piece);
        } else {
            self.text.extend_from_slice(piece);
        }
    }

    /// Hands on what has been gathered.
    pub(crate) fn flush(&mut self, out: &mut impl FnMut(&[u8])) {
        if !self.text.is_empty() {
            out(&self.text);
            self.text.clear();
        }
    }
}
