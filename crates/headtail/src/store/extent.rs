//! How far an end of the stored stream reaches.

use memchr::memchr_iter;

/// How far an end reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// In bytes.
    pub(crate) len: usize,
    /// Whether the line limit decided where it ends, so that there is nothing to align.
    pub(crate) is_whole_lines: bool,
}

impl Extent {
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

/// How many bytes at the end of `text` are its last `lines` lines; a last line without a delimiter counts. All
/// of it if it has no more, or they are not limited.
pub(crate) fn last_lines(text: [&[u8]; 3], lines: Option<u64>, delimiter: u8) -> Extent {
    let len: usize = text.iter().map(|piece| piece.len()).sum();
    let whole = Extent { len, is_whole_lines: false };
    let Some(lines) = lines else { return whole };
    let Some(back) = lines.checked_sub(1) else { return Extent { len: 0, is_whole_lines: true } };
    let pieces = text.into_iter().rev().scan(len, |start, piece| {
        *start -= piece.len();
        Some((*start, piece))
    });
    let ends =
        pieces.flat_map(|(start, piece)| memchr_iter(delimiter, piece).rev().map(move |end| start + end));
    // The delimiter that ends the last line starts no other.
    let mut starts = ends.map(|end| end + 1).filter(|&start| start < len);
    let start = starts.nth(usize::try_from(back).unwrap_or(usize::MAX));
    start.map_or(whole, |start| Extent { len: len - start, is_whole_lines: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_counted_across_pieces() {
        let text = [&b"1\n2"[..], b"\n", b"3\n4\n"];
        for (lines, len) in [(0, 0), (1, 2), (2, 4), (3, 6), (4, 8), (9, 8)] {
            let extent = last_lines(text, Some(lines), b'\n');
            assert_eq!((extent.len, extent.is_whole_lines), (len, lines < 4), "{lines}");
        }
    }
}
