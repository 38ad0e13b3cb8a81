//! Finding the bytes that may introduce a sequence.

use super::cell;
use crate::utf8;

/// Where the first byte that may introduce a sequence is; the length of `bytes` if there is none.
pub(crate) fn candidate(bytes: &[u8]) -> usize {
    let at = clear_len(bytes, is_candidate);
    let after = bytes[at..].iter().position(|&byte| is_candidate(byte));
    after.map_or(bytes.len(), |after| at + after)
}

/// The length of the first blocks of `bytes` in which nothing is that is looked for.
pub(crate) fn clear_len(bytes: &[u8], is_sought: impl Fn(u8) -> bool) -> usize {
    let at = blocks::<64>(bytes, &is_sought);
    at + blocks::<16>(&bytes[at..], &is_sought)
}

fn blocks<const N: usize>(bytes: &[u8], is_sought: impl Fn(u8) -> bool) -> usize {
    // No early end within a block, so that this becomes a few vector instructions a block.
    let is_clear = |block: &&[u8]| !block.iter().fold(false, |any, &byte| any | is_sought(byte));
    bytes.chunks_exact(N).take_while(is_clear).count() * N
}

/// Whether `byte` may introduce a sequence, for a search that is quick.
pub(crate) fn is_candidate(byte: u8) -> bool {
    byte == 0x1B || byte & 0xF0 == 0x90
}

/// The last bytes of a text that comes in pieces.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Recent {
    bytes: [u8; utf8::MAX_PARTIAL],
    len: usize,
}

impl Recent {
    /// Appends the next piece of the text.
    pub(crate) fn extend(&mut self, piece: &[u8]) {
        for &byte in &piece[piece.len().saturating_sub(utf8::MAX_PARTIAL)..] {
            self.bytes.rotate_left(1);
            self.bytes[utf8::MAX_PARTIAL - 1] = byte;
            self.len = (self.len + 1).min(utf8::MAX_PARTIAL);
        }
    }

    /// Whether the last byte of `piece`, the next of the text, belongs to a character that began before it.
    pub(crate) fn continued(mut self, piece: &[u8]) -> bool {
        let Some((&last, before)) = piece.split_last() else { return false };
        if before.len() >= utf8::MAX_PARTIAL {
            return cell::continues(&before[before.len() - utf8::MAX_PARTIAL..], last);
        }
        self.extend(before);
        cell::continues(&self.bytes[utf8::MAX_PARTIAL - self.len..], last)
    }
}
