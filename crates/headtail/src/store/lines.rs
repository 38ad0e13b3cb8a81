//! The lines that pass the store, where some of the gap are shown.

use memchr::{memchr, memrchr};

use super::{Store, distance};
use crate::keep::HeldGap;
use crate::marker::Found;

impl Store {
    /// Appends `lines`, which end with a delimiter; the first one may have begun before.
    pub(crate) fn push_lines(&mut self, lines: &[u8]) {
        let Some(mut keeper) = self.keeper.take() else { return self.push(lines) };
        let mut rest = lines;
        if keeper.line_start() < self.len {
            let end = memchr(self.delimiter, lines).map_or(lines.len(), |end| end + 1);
            self.push(&lines[..end]);
            rest = &lines[end..];
            let start = keeper.line_start();
            let pieces = self.last(distance(start, self.len));
            if self.after_head(self.len) == 0 {
                for piece in pieces {
                    keeper.pass(piece);
                }
            } else {
                keeper.end_line(pieces, || self.clipped(start, self.len));
            }
        }
        let before = self.head().len();
        self.push(rest);
        let in_head = memrchr(self.delimiter, &rest[..self.head().len() - before]).map_or(0, |end| end + 1);
        let (in_head, after) = rest.split_at(in_head);
        keeper.pass(in_head);
        keeper.search(after);
        self.keeper = Some(keeper);
    }

    /// Whether every line is looked at, so that none may be skipped.
    pub(crate) fn looks_at_lines(&self) -> bool {
        self.keeper.is_some()
    }

    /// The matching lines between a head and a tail of so many bytes, which end and start with a line; `None` where no
    /// lines are looked for.
    pub(crate) fn find_lines(&self, head: usize, tail: usize) -> Option<Found> {
        let keeper = self.keeper.as_ref()?;
        let end = self.len - tail as u64;
        let whole = memrchr(self.delimiter, self.head()).map_or(0, |last| last + 1);
        let in_head = usize::try_from(end).unwrap_or(usize::MAX).clamp(head, whole.max(head));
        let unfinished = if tail == 0 { distance(keeper.line_start(), self.len) } else { 0 };
        let gap = HeldGap {
            before: &self.head()[..head],
            head: &self.head()[head..in_head],
            end,
            tail: self.last(distance(end.max(whole as u64), self.len)),
            unfinished: self.last(unfinished),
        };
        Some(keeper.find(&gap, |from, to| self.clipped(from, to)))
    }
}
