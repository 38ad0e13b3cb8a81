//! Shortening a long line in its middle: both its ends are kept, and a mark between them says how much is missing.

use std::collections::TryReserveError;

use crate::mark;
use crate::store::Store;
use crate::store::extent::Tail;
use crate::store::ring::Ring;
use crate::utf8;

/// A long line: how much of its start is stored, its last bytes, and its length so far.
///
/// The start has half of what the longest mark leaves of the line limit, the end has all that the start and
/// the mark at hand leave.
#[derive(Clone, Debug)]
pub(crate) struct Middle {
    max_line: usize,
    /// Most bytes kept of the start of a line.
    start: usize,
    line: Measure,
    /// The last bytes of the content: `max_line + 1 - start`, and as many more as may be taken back.
    end: Ring,
}

/// What of the line is not in the ring.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measure {
    /// Bytes of its start that are stored: `start` or up to three less.
    stored: usize,
    /// Length of its content.
    content: u64,
}

impl Middle {
    /// For lines of at most `max_line` bytes, with all its memory allocated. `pending` bytes may be rolled back.
    pub(crate) fn new(max_line: usize, pending: usize) -> Result<Self, TryReserveError> {
        let start = (max_line - mark::LONGEST_MIDDLE) / 2;
        let end = (max_line - start).saturating_add(1).saturating_add(pending);
        Ok(Self { max_line, start, line: Measure::default(), end: Ring::new(end)? })
    }

    /// Most bytes kept of the start of a line.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// The line as it is now, to go back to.
    pub(crate) fn line(&self) -> Measure {
        self.line
    }

    /// Rolls back what was passed since the line was `line`.
    pub(crate) fn roll_back(&mut self, line: Measure) {
        let passed = usize::try_from(self.line.content - line.content).unwrap_or(usize::MAX);
        self.end.rewind(passed);
        self.line = line;
    }

    /// Begins with a line of which `max_line + 1` bytes are stored, the last of the stored stream; takes back
    /// all but its start.
    pub(crate) fn begin(&mut self, store: &mut Store) {
        let rest = self.max_line + 1 - self.start;
        store.last(rest).into_iter().for_each(|piece| self.end.push(piece));
        store.rewind(rest);
        let stored = self.start - store.rewind_partial(self.start);
        self.line = Measure { stored, content: self.max_line as u64 + 1 };
    }

    /// Takes more content.
    pub(crate) fn pass(&mut self, text: &[u8]) {
        self.end.push(text);
        self.line.content += text.len() as u64;
    }

    /// Stores the mark and the end of the line as it is now.
    pub(crate) fn store_end(&self, store: &mut Store) {
        let (lost, end) = self.fit();
        let (mark, len) = mark::middle(lost);
        store.push_mark(&mark[..len], lost);
        end.pieces.into_iter().for_each(|piece| store.push(piece));
    }

    /// The longest end that fits beside the start and the mark, and how much is lost then: of all numbers of
    /// digits the least that is enough.
    fn fit(&self) -> (u64, Tail<'_>) {
        let Measure { stored, content } = self.line;
        let mut digits = 1;
        loop {
            let room = self.max_line - stored - mark::MIDDLE_TEXT - digits;
            let [first, second] = self.end.last(room);
            let end = Tail { before: None, pieces: [&[], first, second] };
            let end = end.without_first(utf8::continuation_prefix(end.pieces));
            let lost = content - (stored + end.len()) as u64;
            if lost.checked_ilog10().is_none_or(|power| (power as usize) < digits) {
                return (lost, end);
            }
            digits += 1;
        }
    }
}
