//! What comes in: cleaned where that is asked for, counted, stored or skipped.

use std::cell::Cell;

use memchr::memchr;

use super::HeadTail;
use crate::clean::Cleaner;
use crate::limits::Limits;
use crate::line::tail_search::TailSearch;
use crate::mark::Clip;
use crate::tally;

impl HeadTail {
    /// Takes the next bytes of the input. How the input is cut into pushes changes nothing.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let (mut one, mut many) = (HeadTail::new(Limits::new())?, HeadTail::new(Limits::new())?);
    /// one.push(b"the same\n");
    /// b"the same\n".iter().for_each(|&byte| many.push(&[byte]));
    /// assert_eq!(one.snapshot().to_vec(), many.snapshot().to_vec());
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn push(&mut self, bytes: &[u8]) {
        self.original = self.original.saturating_add(bytes.len() as u64);
        self.clipper.roll_back(&mut self.store);
        let rest = self.skip_unseen(bytes);
        self.feed(rest);
        if self.cleaner.is_some() || self.limits.clip == Clip::Middle {
            let pending = self.cleaner.iter().flat_map(Cleaner::pending);
            self.clipper.store_pending(pending, &mut self.store);
        }
    }

    /// Cleans the next bytes and stores what is left of them.
    fn feed(&mut self, bytes: &[u8]) {
        let Self { limits, cleaner, clipper, store, cleaned, delimiters, .. } = self;
        let mut store = |text: &[u8]| {
            *cleaned += text.len() as u64;
            if let Some(delimiters) = delimiters {
                *delimiters += tally::count(limits.delimiter, text);
            }
            clipper.store(text, store);
        };
        match cleaner {
            Some(cleaner) => cleaner.clean(bytes, &mut store),
            None => store(bytes),
        }
    }

    /// Takes the first of `bytes`, and only counts the lines that those after them push out of the tail: cleaning
    /// them takes longer than anything else. Returns what follows.
    fn skip_unseen<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let Some(cleaner) = &self.cleaner else { return bytes };
        let need = self.store.ring_capacity();
        let Limits { max_line, delimiter, .. } = self.limits;
        let may_skip = max_line > 0 && self.store.head_is_full() && !self.store.looks_at_lines();
        if !may_skip || bytes.len() / 2 < need {
            return bytes;
        }
        // Where the second half does not fill the tail, there is little to win.
        let half = bytes.len() / 2;
        // Measuring lines is what cleaning takes most of its time for: they are not where too little is left of the last.
        let (seen, stored) = (Cell::new(0), Cell::new(0));
        let left = |lines: &[u8]| {
            let may_fill = seen.get() < half / 8 || stored.get() >= need / 8;
            let left = if may_fill { cleaner.least_left(lines) } else { 0 };
            seen.set(seen.get() + lines.len());
            stored.set(stored.get() + left);
            left
        };
        let mut search = TailSearch::new(need, max_line, delimiter);
        let (Some(start), Some(end)) = (search.look(&bytes[half..], left), memchr(delimiter, &bytes[..half]))
        else {
            return bytes;
        };
        // What ends the line in progress is cleaned.
        let (line, bytes) = bytes.split_at(end + 1);
        self.feed(line);
        let (lines, rest) = bytes.split_at(half + start - line.len());
        let mut skipped = 0;
        if let Some(cleaner) = &mut self.cleaner {
            cleaner.count(lines, &mut |len, text| {
                skipped += len;
                if let Some(delimiters) = &mut self.delimiters {
                    *delimiters += tally::count(delimiter, text);
                }
            });
        }
        self.cleaned += skipped;
        self.store.skip(skipped);
        rest
    }

    /// Counts `count` bytes of the input that are not available. 0 does nothing.
    ///
    /// The output has a gap there, even if everything else would fit: the head ends before it at the latest, and
    /// the tail starts after it. A line in progress ends before it, and so does what cleaning holds; what comes
    /// next starts a line. Where lines are counted, that is the only one that ends in the skipped bytes.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut buffer = HeadTail::new(Limits::new())?;
    /// buffer.push(b"first\n");
    /// buffer.skip(1 << 40);
    /// buffer.push(b"end\n");
    /// assert_eq!(buffer.snapshot().to_vec(), b"first\n\n... [omitted 1099511627776 bytes] ...\n\nend\n");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn skip(&mut self, count: u64) {
        if count > 0 {
            // Pending text is stored already, and has no delimiter.
            self.cleaned = self.cleaned.saturating_add(self.pending_len()).saturating_add(count);
            self.original = self.original.saturating_add(count);
            if self.store.ends_inside_line() {
                self.delimiters = self.delimiters.map(|delimiters| delimiters + 1);
            }
            self.added = self.added();
            self.cleaner.iter_mut().for_each(Cleaner::reset);
            self.clipper.start_line();
            self.store.skip(count);
        }
    }
}

/// What reading a source whose middle can be skipped takes: for [`seek`](crate::seek) and programs that drive it.
impl HeadTail {
    /// Whether the output depends on bytes of the gap, so that a source must not [`skip`](Self::skip) them.
    #[doc(hidden)]
    #[must_use]
    pub fn needs_every_byte(&self) -> bool {
        self.delimiters.is_some() || self.limits.cleans() || self.store.looks_at_lines()
    }

    /// Whether bytes that come now may be [skipped](Self::skip): the head is complete, nothing that comes can
    /// change it or what its clipped lines lost, and no byte of the gap is needed for anything else.
    #[doc(hidden)]
    #[must_use]
    pub fn may_skip(&self) -> bool {
        !self.needs_every_byte() && self.store.head_is_final(self.clipper.tentative())
    }

    /// Storing this many bytes after a skip makes the output that of the whole input.
    pub(crate) fn filling_len(&self) -> usize {
        self.store.ring_capacity()
    }
}
