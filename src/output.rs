//! From what is kept to what is printed: where head and tail are cut, the marker between them, the account.

use bytes::Bytes;
use memchr::memchr_iter;

use crate::cut::{self, Tail};
use crate::limits::{Cap, Limits};
use crate::marker::{Gap, Marker};
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::store::Store;

/// All that an output is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) marker: &'a Marker,
    pub(crate) store: &'a Store,
    /// Length of the input.
    pub(crate) original: u64,
    /// Length of the input when it was cleaned.
    pub(crate) cleaned: u64,
    /// Delimiters in the input; `None` where the marker does not ask for lines.
    pub(crate) delimiters: Option<u64>,
}

impl<'a> Output<'a> {
    /// The output as if the input ended here.
    pub(crate) fn snapshot(&self) -> Snapshot<&'a [u8]> {
        let (head, tail) = (self.store.head().len(), self.store.tail_len());
        if !self.store.has_gap(tail) {
            return self.view(self.store.head(), self.store.tail(tail), None);
        }
        match self.limits.cap {
            Some(cap) => self.cut_within(cap, head, tail),
            None => self.cut(head, tail),
        }
    }

    /// The output with at most `head` and `tail` bytes of the stored stream, and as many of these as leave room
    /// for the marker.
    fn cut_within(&self, Cap { bytes, split }: Cap, head: usize, tail: usize) -> Snapshot<&'a [u8]> {
        let leaving = |room: usize| {
            let budget = bytes - room;
            let tail_share = tail.min(budget - split.head_share(budget));
            let head_share = head.min(budget - tail_share);
            self.cut(head_share, tail.min(budget - head_share))
        };
        // The numbers in the marker depend on the cut, so its length does too: from the one that goes with the
        // widest gap upwards, the first that leaves room enough. The last one always does.
        let most = self.marker.max_len();
        let first = leaving(most).marker_len();
        let mut fitting =
            (first..most).map(leaving).filter(|output| output.report().retained_bytes <= bytes as u64);
        fitting.next().unwrap_or_else(|| leaving(most))
    }

    /// The output with at most `head` and `tail` bytes of the stored stream, between which there is a gap.
    fn cut(&self, head: usize, tail: usize) -> Snapshot<&'a [u8]> {
        let head = cut::head(&self.store.head()[..head], self.limits);
        let tail = cut::tail(self.store.tail(tail), self.limits);
        let mut gap = Gap { total: self.original, ..Gap::default() };
        if let Some(delimiters) = self.delimiters {
            let count = |bytes| memchr_iter(self.limits.delimiter, bytes).count() as u64;
            let before = count(head);
            let until = delimiters - count(tail.pieces[0]) - count(tail.pieces[1]);
            gap.lines = until - before;
            gap.first = before + 1;
            gap.last = until + u64::from(!tail.starts_line(self.limits.delimiter));
        }
        self.view(head, tail, Some(gap))
    }

    /// The output that consists of `head` and `tail` and, if there is a gap, the marker for it.
    fn view(&self, head: &'a [u8], tail: Tail<'a>, gap: Option<Gap>) -> Snapshot<&'a [u8]> {
        let in_head = self.store.clipped_in_head(head.len());
        let in_tail = self.store.clipped_in_tail(tail.len());
        let mut report = Report {
            original_bytes: self.original,
            cleaned_bytes: self.original - self.cleaned,
            clipped_lines: in_head.lines + in_tail.lines,
            clipped_bytes: in_head.bytes + in_tail.bytes,
            ..Report::default()
        };
        let mut marker = Bytes::new();
        if let Some(mut gap) = gap {
            gap.start = head.len() as u64 - in_head.marks + in_head.bytes;
            gap.end = self.cleaned - (tail.len() as u64 - in_tail.marks + in_tail.bytes);
            gap.bytes = gap.end - gap.start;
            report.omitted_start = gap.start;
            report.omitted_bytes = gap.bytes;
            marker = self.marker.text(&gap);
        }
        report.retained_bytes = (head.len() + marker.len() + tail.len()) as u64;
        Snapshot::new(head, marker, tail.pieces, report)
    }
}
