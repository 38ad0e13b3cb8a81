//! Where the head ends and the tail starts, given the bytes that each may have at most.

use memchr::{memchr, memrchr};

use crate::limits::{Align, Limits};
use crate::store::extent::Tail;
use crate::utf8;

/// The part of `bytes`, which go on, that the head shows.
pub(crate) fn head<'a>(bytes: &'a [u8], limits: &Limits) -> &'a [u8] {
    let last = || memrchr(limits.delimiter, bytes).map(|last| last + 1);
    let end = match limits.align {
        Align::Byte => None,
        Align::Char => Some(whole_characters(bytes)),
        // Lines that are shown between the ends must not begin or end there.
        Align::Line if limits.keep.is_some() => Some(last().unwrap_or(0)),
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
        Align::Line if limits.keep.is_some() => line().unwrap_or(tail.len()),
        Align::Line => line().unwrap_or_else(character),
    };
    tail.without_first(start)
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
}
