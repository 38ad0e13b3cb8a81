//! Finding, from the end of a text backwards, where the bytes that can survive begin.

use memchr::{memchr, memrchr};

use crate::mark;

/// A search for the line start, as near to the end of a text as windows find it, from which at least `need`
/// bytes will be stored. The text comes in pieces, the last one first.
///
/// Works by windows, not by lines: a window that ends with a line and is no longer than a line may be can only
/// hold whole lines after its first delimiter, so one search a window is enough.
#[derive(Clone, Debug)]
pub(crate) struct TailSearch {
    need: usize,
    /// Longest content of a line that is not shortened; not 0.
    max_line: usize,
    delimiter: u8,
    /// Bytes that will be stored, at least, of the whole lines that were seen.
    stored: usize,
    /// How many bytes were seen of the line that the next piece ends in, its delimiter included. 0 before the
    /// first delimiter: a last line that has none doesn't count, since more of it may come.
    line: u64,
}

impl TailSearch {
    pub(crate) fn new(need: usize, max_line: usize, delimiter: u8) -> Self {
        debug_assert!(max_line > 0, "without a line limit there is nothing to search");
        Self { need, max_line, delimiter, stored: 0, line: 0 }
    }

    /// Looks at `piece`, which ends where the last one began, where cleaning leaves `left` bytes of whole lines, at
    /// least. Returns where in it the line starts that is looked for; the search is over then.
    pub(crate) fn look(&mut self, piece: &[u8], left: impl Fn(&[u8]) -> usize) -> Option<usize> {
        let mut end = piece.len();
        if self.line == 0 {
            end = memrchr(self.delimiter, piece)?;
            self.line = 1;
        }
        // Each turn steps over whole lines and stands before the delimiter that ends the line before them.
        while let Some(delimiter) = self.delimiter_before(&piece[..end]) {
            let start = delimiter + 1;
            let len = (end - start) as u64 + self.line;
            let window = &piece[start..piece.len().min(end + 1)];
            let removed = window.len().saturating_sub(left(window));
            self.stored = self.stored.saturating_add(self.least_stored(len, removed));
            if self.stored >= self.need {
                return Some(start);
            }
            end = delimiter;
            self.line = 1;
        }
        self.line += end as u64;
        None
    }

    /// The first delimiter from which on no line is too long up to the end of the line that `text` ends in; if
    /// that line is too long, the delimiter before it.
    fn delimiter_before(&self, text: &[u8]) -> Option<usize> {
        let room = self.max_line.saturating_add(1).saturating_sub(clamp(self.line));
        let (before, window) = text.split_at(text.len().saturating_sub(room));
        match memchr(self.delimiter, window) {
            Some(first) => Some(before.len() + first),
            None => memrchr(self.delimiter, before),
        }
    }

    /// Fewest bytes stored of `len` bytes that are whole lines, of which cleaning removes at most `removed`: none of them
    /// too long, or one alone.
    fn least_stored(&self, len: u64, removed: usize) -> usize {
        let left = clamp(len) - removed;
        let is_short = len <= (self.max_line as u64).saturating_add(1);
        if is_short { left } else { left.min(mark::least_stored(self.max_line)) }
    }
}

fn clamp(len: u64) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// A line start in `text` from which at least `need` bytes will be stored; 0 where there is none.
///
/// `text` begins at a line start and ends with a delimiter. Looks at `need` bytes, the lines that they lie in
/// and one window more.
pub(crate) fn filling_start(text: &[u8], need: usize, max_line: usize, delimiter: u8) -> usize {
    if text.len() <= need {
        return 0;
    }
    TailSearch::new(need, max_line, delimiter).look(text, <[u8]>::len).unwrap_or(0)
}
