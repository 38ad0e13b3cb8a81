//! From what is kept to what is printed: where head and tail are cut, the marker between them, the account.

use bytes::Bytes;

use crate::cut::align;
use crate::limits::{Cap, Limits};
use crate::marker::{Account, Gap, Marker, Surroundings};
use crate::report::{Matches, Report};
use crate::snapshot::Snapshot;
use crate::store::Store;
use crate::store::extent::{Extent, Tail};
use crate::tally;

/// All that an output is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout<'a, 'p> {
    pub(crate) limits: &'a Limits,
    pub(crate) marker: &'a Marker,
    /// The file that has all of the input, for the marker to name; empty for none. A cap has room for it.
    pub(crate) path: &'p [u8],
    pub(crate) store: &'a Store,
    /// Length of the input.
    pub(crate) original: u64,
    /// Length of the input when it was cleaned.
    pub(crate) cleaned: u64,
    /// Bytes that cleaning added to it, of which some may be gone again.
    pub(crate) added: u64,
    /// Delimiters in the input; `None` where the marker does not ask for lines.
    pub(crate) delimiters: Option<u64>,
}

impl<'a> Layout<'a, '_> {
    /// The output as if the input ended here.
    pub(crate) fn snapshot(&self) -> Snapshot<&'a [u8]> {
        let (head, tail) = (self.store.head_extent(), self.store.tail_extent());
        let fits = self.limits.cap.is_none_or(|cap| self.store.len() <= cap.bytes as u64);
        if fits && !self.store.has_gap(tail.len) {
            let rest = Tail { before: None, pieces: self.store.after() };
            return self.view(self.store.head(), rest, None);
        }
        match self.limits.cap {
            Some(cap) => self.cut_within(cap, head, tail),
            None => self.cut(head, tail),
        }
    }

    /// The output with at most `head` and `tail` of the stored stream, and as much of these as leaves room for the
    /// marker.
    fn cut_within(&self, Cap { bytes, split }: Cap, head: Extent, tail: Extent) -> Snapshot<&'a [u8]> {
        let leaving = |room: usize| {
            let budget = bytes - room;
            let tail_share = tail.len.min(budget - split.head_share(budget));
            let head_share = head.len.min(budget - tail_share);
            self.cut(head.at_most(head_share), tail.at_most(budget - head_share))
        };
        // The numbers in the marker depend on the cut, so its length does too: from the one that goes with the
        // widest gap upwards, the first that leaves room enough. The last one always does.
        let most = self.marker.longest(self.path, self.limits.keep);
        let widest = leaving(most);
        let first = widest.marker.len();
        let mut room = first;
        while room < most {
            let output = leaving(room);
            if output.report().retained_bytes <= bytes as u64 {
                return output;
            }
            // With as much room or less, head and tail leave too little for this marker.
            room = output.marker.len().max(room + 1);
        }
        widest
    }

    /// The output with at most `head` and `tail` of the stored stream, between which there is a gap.
    fn cut(&self, head: Extent, tail: Extent) -> Snapshot<&'a [u8]> {
        let (mut first, mut last) = (&self.store.head()[..head.len], self.store.tail(tail.len));
        if !head.is_whole_lines {
            first = align::head(first, self.limits);
        }
        if !tail.is_whole_lines {
            last = align::tail(last, self.limits);
        }
        // Where nothing but a part of a mark is missing, the rest of the mark goes as well: what the line lost is
        // the gap then. The head stays as it is, for it may have been shown.
        if self.gap_end(&last) == self.gap_start(first) {
            last = last.without_first(self.store.rest_of_mark(last.len()));
        }
        let mut gap = Gap { total: self.original, ..Gap::default() };
        if let Some(delimiters) = self.delimiters {
            let count = |bytes| tally::count(self.limits.delimiter, bytes);
            let before = count(first);
            let until = delimiters.saturating_sub(last.pieces.into_iter().map(count).sum());
            gap.lines = until.saturating_sub(before);
            gap.first = before + 1;
            // Skipped bytes may be all that is missing.
            gap.last = (until + u64::from(!last.starts_line(self.limits.delimiter))).max(gap.first);
        }
        self.view(first, last, Some(gap))
    }

    /// The output that consists of `head` and `tail` and, if there is a gap, the marker for it.
    fn view(&self, head: &'a [u8], tail: Tail<'a>, gap: Option<Gap>) -> Snapshot<&'a [u8]> {
        let in_head = self.store.clipped_in_head(head.len());
        let in_tail = self.store.clipped_in_tail(tail.len());
        let mut report = Report {
            original_bytes: self.original,
            cleaned_bytes: self.original + self.added - self.cleaned,
            added_bytes: self.added,
            clipped_lines: in_head.lines + in_tail.lines,
            clipped_bytes: in_head.bytes + in_tail.bytes,
            ..Report::default()
        };
        let mut marker = Bytes::new();
        let found = gap.and_then(|_| self.store.find_lines(head.len(), tail.len()));
        let Account { lines, bytes, delimiters, clipped } =
            found.as_ref().map_or(Account::default(), |found| found.account);
        report.matches = self.limits.keep.map(|_| Matches {
            matched_lines: found.as_ref().map_or(0, |found| found.matched),
            kept_lines: lines,
            kept_bytes: bytes,
            kept_clipped_bytes: clipped.bytes,
        });
        report.clipped_lines += clipped.lines;
        report.clipped_bytes += clipped.bytes;
        if let Some(mut gap) = gap {
            gap.start = self.gap_start(head);
            gap.end = self.gap_end(&tail);
            gap.bytes = gap.end - gap.start - bytes - clipped.bytes;
            gap.lines = gap.lines.saturating_sub(delimiters);
            gap.clipped = report.clipped_bytes;
            report.omitted_start = gap.start;
            report.omitted_bytes = gap.bytes;
            let around = Surroundings {
                before: head.last().copied(),
                has_tail: tail.len() > 0,
                delimiter: self.limits.delimiter,
            };
            marker = self.marker.text(&gap, found.as_ref(), self.path, around);
        }
        report.retained_bytes = (head.len() + marker.len() + tail.len()) as u64;
        Snapshot { head, marker, tail: tail.pieces, report }
    }

    /// Position in the cleaned input just after `head`.
    fn gap_start(&self, head: &[u8]) -> u64 {
        let clipped = self.store.clipped_in_head(head.len());
        head.len() as u64 - clipped.marks + clipped.bytes
    }

    /// Position in the cleaned input of the first byte of `tail`.
    fn gap_end(&self, tail: &Tail<'_>) -> u64 {
        let clipped = self.store.clipped_in_tail(tail.len());
        self.cleaned - (tail.len() as u64 - clipped.marks + clipped.bytes)
    }
}
