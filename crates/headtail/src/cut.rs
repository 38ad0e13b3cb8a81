//! Where the head ends and the tail starts, given the bytes that each may have at most.

use memchr::{memchr, memchr_iter, memrchr};

use crate::limits::{Align, Limits};
use crate::utf8;

/// How far an end reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// In bytes.
    pub(crate) len: usize,
    /// Whether it was cut after so many lines: there is nothing to align then.
    pub(crate) is_whole_lines: bool,
}

impl Reach {
    /// At most `len` bytes of it.
    pub(crate) fn at_most(self, len: usize) -> Self {
        if self.len <= len { self } else { Self { len, is_whole_lines: false } }
    }
}

/// The last bytes of the stored stream, in three pieces, and the byte before them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail<'a> {
    /// `None` where a line starts with the first piece.
    pub(crate) before: Option<u8>,
    pub(crate) pieces: [&'a [u8]; 3],
}

impl Tail<'_> {
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.len()).sum()
    }

    /// Whether the byte before it, if there is one, ends a line.
    pub(crate) fn starts_line(&self, delimiter: u8) -> bool {
        self.before.is_none_or(|byte| byte == delimiter)
    }

    /// Without its first `count` bytes.
    pub(crate) fn without_first(self, count: usize) -> Self {
        let mut before = self.before;
        let mut left = count;
        let pieces = self.pieces.map(|piece| {
            let (gone, shown) = piece.split_at(left.min(piece.len()));
            before = gone.last().copied().or(before);
            left -= gone.len();
            shown
        });
        Self { before, pieces }
    }
}

/// The part of `bytes`, which go on, that the head shows.
pub(crate) fn head<'a>(bytes: &'a [u8], limits: &Limits) -> &'a [u8] {
    let last = || memrchr(limits.delimiter, bytes).map(|last| last + 1);
    let end = match limits.align {
        Align::Byte => None,
        Align::Char => Some(whole_characters(bytes)),
        Align::Line => last().or_else(|| Some(whole_characters(bytes))),
    };
    &bytes[..end.unwrap_or(bytes.len())]
}

/// The part of `tail` that is shown.
pub(crate) fn tail<'a>(tail: Tail<'a>, limits: &Limits) -> Tail<'a> {
    let line =
        || if tail.starts_line(limits.delimiter) { Some(0) } else { first_line(&tail, limits.delimiter) };
    let character = || utf8::continuation_prefix(tail.pieces);
    let start = match limits.align {
        Align::Byte => 0,
        Align::Char => character(),
        Align::Line => line().unwrap_or_else(character),
    };
    tail.without_first(start)
}

/// How many bytes at the end of `text` are its last `lines` lines; a last line without a delimiter counts. All
/// of it if it has no more, or they are not limited.
pub(crate) fn last_lines(text: [&[u8]; 3], lines: Option<u64>, delimiter: u8) -> Reach {
    let len: usize = text.iter().map(|piece| piece.len()).sum();
    let whole = Reach { len, is_whole_lines: false };
    let Some(lines) = lines else { return whole };
    let Some(back) = lines.checked_sub(1) else { return Reach { len: 0, is_whole_lines: true } };
    let pieces = text.into_iter().rev().scan(len, |start, piece| {
        *start -= piece.len();
        Some((*start, piece))
    });
    let ends =
        pieces.flat_map(|(start, piece)| memchr_iter(delimiter, piece).rev().map(move |end| start + end));
    // The delimiter that ends the last line starts no other.
    let mut starts = ends.map(|end| end + 1).filter(|&start| start < len);
    let start = starts.nth(usize::try_from(back).unwrap_or(usize::MAX));
    start.map_or(whole, |start| Reach { len: len - start, is_whole_lines: true })
}

fn whole_characters(bytes: &[u8]) -> usize {
    bytes.len() - utf8::partial_suffix(bytes)
}

/// Where the first line begins that starts inside `tail`.
fn first_line(tail: &Tail<'_>, delimiter: u8) -> Option<usize> {
    let mut start = 0;
    for piece in tail.pieces {
        if let Some(end) = memchr(delimiter, piece) {
            return Some(start + end + 1).filter(|&line| line < tail.len());
        }
        start += piece.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_starts_in_a_later_piece_is_found_there() {
        let limits = Limits::new().align(Align::Line);
        for pieces in [[&b"ab"[..], b"c\nd", b"e"], [b"ab", b"c", b"\nde"], [b"abc\nde", b"", b""]] {
            let shown = tail(Tail { before: Some(b'x'), pieces }, &limits);
            assert_eq!(shown.pieces.concat(), b"de");
            assert!(shown.starts_line(b'\n'));
        }
    }

    #[test]
    fn the_last_lines_are_counted_across_pieces() {
        let text = [&b"1\n2"[..], b"\n", b"3\n4\n"];
        for (lines, len) in [(0, 0), (1, 2), (2, 4), (3, 6), (4, 8), (9, 8)] {
            let reach = last_lines(text, Some(lines), b'\n');
            assert_eq!((reach.len, reach.is_whole_lines), (len, lines < 4), "{lines}");
        }
    }
}
