//! Counting the lines of a text.

use memchr::memchr_iter;

/// How many blocks a counter of one byte for each place in them has room for.
const BLOCKS: usize = 255;

/// How often `byte` is in `text`.
///
/// Counters of one byte stand side by side, so that this becomes vector instructions that add up without looking for where
/// a match is: faster than `memchr_iter(...).count()` wherever there are matches, and where there are none.
pub(crate) fn count(byte: u8, text: &[u8]) -> u64 {
    let mut count = 0;
    for text in text.chunks(64 * BLOCKS) {
        let (blocks, rest) = text.as_chunks::<64>();
        let mut counters = [0_u8; 64];
        for block in blocks {
            for (counter, &other) in counters.iter_mut().zip(block) {
                *counter += u8::from(other == byte);
            }
        }
        count += counters.iter().map(|&counter| u64::from(counter)).sum::<u64>();
        count += memchr_iter(byte, rest).count() as u64;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_counted_once() {
        for len in [0, 1, 63, 64, 65, 64 * BLOCKS - 1, 64 * BLOCKS, 64 * BLOCKS + 1, 64 * BLOCKS * 3 + 7] {
            let text: Vec<u8> =
                (0..len).map(|index| if index * index % 7 < 4 { b'\n' } else { 0xFF }).collect();
            for text in [text, vec![b'\n'; len]] {
                assert_eq!(count(b'\n', &text), memchr_iter(b'\n', &text).count() as u64, "{len}");
            }
        }
    }
}
