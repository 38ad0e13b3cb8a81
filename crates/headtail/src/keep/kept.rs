//! The lines of the gap that are shown.

use std::collections::TryReserveError;
use std::io::Write;

use crate::mark::Clipped;
use crate::marker::Account;

/// A matching line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatchingLine<'a> {
    /// Counted from 1.
    pub(crate) number: u64,
    /// Where it starts in the stored stream.
    pub(crate) start: u64,
    pub(crate) content: &'a [u8],
    /// Whether a delimiter follows the content.
    pub(crate) is_delimited: bool,
    /// What clipping did to the content.
    pub(crate) clipped: Clipped,
}

/// A line whose text is kept.
#[derive(Clone, Copy, Debug)]
struct KeptLine {
    /// Where the line starts in the stored stream.
    start: u64,
    /// Where its text ends.
    end: usize,
    /// Bytes of the input that it shows, the delimiter included.
    bytes: u64,
    clipped: Clipped,
    is_delimited: bool,
}

/// The first matching lines, as they are printed: as many as fit, up to the first one that doesn't.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// Most bytes of text.
    size: usize,
    text: Vec<u8>,
    lines: Vec<KeptLine>,
    /// Whether a line did not fit.
    is_full: bool,
}

/// The shortest line of text: a digit, a colon and the end of the line.
const LEAST: usize = 3;

/// Length of the number before a line, and of the colon.
const PREFIX: usize = u64::MAX.ilog10() as usize + 2;

impl Kept {
    /// No lines yet, with the memory for `size` bytes of text.
    pub(crate) fn new(size: usize) -> Result<Self, TryReserveError> {
        let mut kept = Self { size, text: Vec::new(), lines: Vec::new(), is_full: false };
        kept.text.try_reserve_exact(size)?;
        kept.lines.try_reserve_exact(size / LEAST)?;
        Ok(kept)
    }

    /// No lines yet, with the same size and no memory.
    pub(crate) fn empty(&self) -> Self {
        Self { size: self.size, text: Vec::new(), lines: Vec::new(), is_full: false }
    }

    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.lines.clear();
        self.is_full = false;
    }

    pub(crate) fn is_full(&self) -> bool {
        self.is_full
    }

    /// The lines as they are printed.
    pub(crate) fn into_text(self) -> Vec<u8> {
        self.text
    }

    /// Adds a line, whose text ends with `delimiter`, if it fits and all before it did.
    pub(crate) fn push(&mut self, line: MatchingLine<'_>, delimiter: u8) {
        let mut prefix = [0; PREFIX];
        let mut room = &mut prefix[..];
        let written = write!(room, "{}:", line.number);
        debug_assert!(written.is_ok(), "there is room for any number");
        let left = room.len();
        let prefix = &prefix[..PREFIX - left];
        let len = prefix.len().saturating_add(line.content.len()).saturating_add(1);
        if self.is_full || len > self.size - self.text.len() {
            self.is_full = true;
            return;
        }
        self.text.extend_from_slice(prefix);
        self.text.extend_from_slice(line.content);
        self.text.push(delimiter);
        self.lines.push(KeptLine {
            start: line.start,
            end: self.text.len(),
            bytes: (line.content.len() + usize::from(line.is_delimited)) as u64 - line.clipped.marks,
            clipped: line.clipped,
            is_delimited: line.is_delimited,
        });
    }

    /// Adds the lines of `other` that start before `end`, those that fit.
    pub(crate) fn extend_before(&mut self, other: &Self, end: u64) {
        let mut from = 0;
        for line in &other.lines {
            if line.start >= end {
                // Nothing that follows is in the gap.
                return;
            }
            let text = &other.text[from..line.end];
            from = line.end;
            if self.is_full || text.len() > self.size - self.text.len() {
                self.is_full = true;
                return;
            }
            self.text.extend_from_slice(text);
            self.lines.push(KeptLine { end: self.text.len(), ..*line });
        }
        self.is_full |= other.is_full;
    }

    pub(crate) fn account(&self) -> Account {
        self.lines.iter().fold(Account::default(), |sum, line| Account {
            lines: sum.lines + 1,
            bytes: sum.bytes + line.bytes,
            delimiters: sum.delimiters + u64::from(line.is_delimited),
            clipped: sum.clipped.and(line.clipped),
        })
    }
}
