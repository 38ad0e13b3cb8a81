//! Finding the bytes that may introduce a sequence, and those that are more than text.

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
    byte == 0x1B || may_introduce(byte)
}

/// Likewise, of 8-bit introducers.
pub(crate) fn may_introduce(byte: u8) -> bool {
    byte & 0xF0 == 0x90
}

/// Where the bytes of a text are that are sought, one after the other.
///
/// They are looked for by blocks, each of which leaves a set: where the next one is does not depend on what is done
/// about the last, so that the processor can be ahead. That is what makes text with many of them quick.
#[derive(Clone, Debug)]
pub(crate) struct Places<'a, F> {
    text: &'a [u8],
    is_sought: F,
    /// Where the block begins that comes next; at most 64 beyond the text.
    next: usize,
    /// Those in the block before that are to come; the lowest bit is the first byte.
    block: u64,
}

impl<'a, F: Fn(u8) -> bool> Places<'a, F> {
    pub(crate) fn new(text: &'a [u8], is_sought: F) -> Self {
        Self { text, is_sought, next: 0, block: 0 }
    }
}

impl<F: Fn(u8) -> bool> Iterator for Places<'_, F> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.block == 0 {
            let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
            self.block = if let Some(block) = rest.first_chunk() {
                set(block, &self.is_sought)
            } else {
                let mut block = [0; 64];
                block[..rest.len()].copy_from_slice(rest);
                set(&block, &self.is_sought) & ((1 << rest.len()) - 1)
            };
            self.next += 64;
        }
        let first = self.block.trailing_zeros() as usize;
        self.block &= self.block - 1;
        Some(self.next - 64 + first)
    }
}

/// The set of the bytes that are sought.
#[inline]
fn set(block: &[u8; 64], is_sought: impl Fn(u8) -> bool) -> u64 {
    // Two bits for each quarter of the block, the second of them free: this becomes a few vector instructions.
    let mut flags = [0; 16];
    for (index, flags) in flags.iter_mut().enumerate() {
        for quarter in 0..4 {
            *flags |= u8::from(is_sought(block[16 * quarter + index])) << (2 * quarter);
        }
    }
    let [even, odd] = [0, 1].map(|half| u64::from_le_bytes(flags.as_chunks().0[half]));
    // Bit 8 * i + j stands for byte 8 * j + i.
    let set = even | odd << 1;
    if set == 0 { 0 } else { transposed(set) }
}

/// Eight rows of eight bits, with rows as columns.
#[inline]
fn transposed(mut bits: u64) -> u64 {
    for (distance, upper) in [(7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0xF0F0_F0F0)] {
        let differ = (bits ^ bits >> distance) & upper;
        bits ^= differ | differ << distance;
    }
    bits
}

/// Whether `byte` is not a printable ASCII character.
pub(crate) fn is_special(byte: u8) -> bool {
    byte.wrapping_add(1).cast_signed() < 0x21
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
