//! Where the head ends and the tail starts, given the bytes that each may have at most.

use memchr::{memchr, memchr_iter, memrchr};

use crate::limits::{Align, Limits};
use crate::utf8;

/// The last bytes of the stored stream, in two pieces, and the byte before them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail<'a> {
    /// `None` where a line starts with the first piece.
    pub(crate) before: Option<u8>,
    pub(crate) pieces: [&'a [u8]; 2],
}

impl Tail<'_> {
    pub(crate) fn len(&self) -> usize {
        self.pieces[0].len() + self.pieces[1].len()
    }

    /// Whether the byte before it, if there is one, ends a line.
    pub(crate) fn starts_line(&self, delimiter: u8) -> bool {
        self.before.is_none_or(|byte| byte == delimiter)
    }

    /// Without its first `count` bytes.
    pub(crate) fn without_first(self, count: usize) -> Self {
        let [first, second] = self.pieces;
        let in_first = count.min(first.len());
        let before = match count - in_first {
            0 if in_first == 0 => self.before,
            0 => Some(first[in_first - 1]),
            in_second => Some(second[in_second - 1]),
        };
        Self { before, pieces: [&first[in_first..], &second[count - in_first..]] }
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

/// How many bytes at the end of `tail` are its last `lines` lines; a last line without a delimiter counts.
pub(crate) fn last_lines(tail: [&[u8]; 2], lines: u64, delimiter: u8) -> usize {
    let len = tail[0].len() + tail[1].len();
    if lines == u64::MAX || len == 0 {
        return len;
    }
    // The delimiter that ends the last line starts no other.
    let ends = memchr_iter(delimiter, tail[1]).rev().map(|end| tail[0].len() + end);
    let ends = ends.chain(memchr_iter(delimiter, tail[0]).rev());
    let mut starts = ends.map(|end| end + 1).filter(|&start| start < len);
    let Some(back) = lines.checked_sub(1) else { return 0 };
    starts.nth(usize::try_from(back).unwrap_or(usize::MAX)).map_or(len, |start| len - start)
}

fn whole_characters(bytes: &[u8]) -> usize {
    bytes.len() - utf8::partial_suffix(bytes)
}

/// Where the first line begins that starts inside `tail`.
fn first_line(tail: &Tail<'_>, delimiter: u8) -> Option<usize> {
    let [first, second] = tail.pieces;
    let end = memchr(delimiter, first).or_else(|| memchr(delimiter, second).map(|end| first.len() + end));
    end.map(|end| end + 1).filter(|&start| start < tail.len())
}
