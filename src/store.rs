//! What is kept of the stored stream: its head, its last bytes, and which lines in them were clipped.

use std::collections::TryReserveError;

use crate::clip::{self, MARK};
use crate::clips::{ClipLog, Clipped};
use crate::limits::Limits;
use crate::ring::Ring;

/// Both ends of the stored stream.
///
/// The stream is written optimistically: bytes of a line are stored before it is known whether the line will
/// be clipped, and `rewind` takes them back when it is. The ring is larger than the tail by all that can be
/// taken back, so a rewind never uncovers a byte that is lost.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    /// The stored stream from its start: `head.len() <= head_max`, never reallocated.
    head: Vec<u8>,
    /// Most bytes in `head`. Lowered to `head.len()` by `skip`, restored by `clear`.
    head_max: usize,
    /// The last bytes of the stored stream after `head`; `tail_max` of them and `clip::HOLD_BACK` more.
    ring: Ring,
    /// Most bytes that the tail may have.
    tail_max: usize,
    /// Length of the stored stream, skipped bytes not counted. Positions in the clip logs are measured by it.
    len: u64,
    /// Whether bytes were passed over by `skip`.
    skipped: bool,
    /// Clips whose mark begins in the head.
    head_clips: ClipLog,
    /// Clips whose mark ends after the head; at least those that end in the tail.
    tail_clips: ClipLog,
}

impl Store {
    /// An empty store with all its memory reserved.
    pub(crate) fn new(limits: &Limits) -> Result<Self, TryReserveError> {
        let mut head = Vec::new();
        head.try_reserve_exact(limits.head)?;
        let hold_back = if limits.max_line == 0 { 0 } else { clip::HOLD_BACK };
        Ok(Self {
            head,
            head_max: limits.head,
            ring: Ring::new(limits.tail.saturating_add(hold_back))?,
            tail_max: limits.tail,
            len: 0,
            skipped: false,
            head_clips: ClipLog::new(clip::most_in(limits.head, limits.max_line))?,
            tail_clips: ClipLog::new(clip::most_in(limits.tail, limits.max_line))?,
        })
    }

    /// Appends `bytes` to the stored stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let (head, rest) = bytes.split_at(bytes.len().min(self.head_max - self.head.len()));
        self.head.extend_from_slice(head);
        self.ring.push(rest);
        self.len += bytes.len() as u64;
    }

    /// Takes the last `count` bytes back, `clip::HOLD_BACK` at most and none of a mark.
    pub(crate) fn rewind(&mut self, count: usize) {
        let from_ring = count.min(self.ring.len());
        self.ring.rewind(from_ring);
        self.head.truncate(self.head.len() - (count - from_ring));
        self.len -= count as u64;
    }

    /// Appends the mark of a line that has lost `lost` bytes so far.
    pub(crate) fn push_mark(&mut self, lost: u64) {
        let in_head = self.head.len() < self.head_max;
        self.push(MARK);
        if in_head {
            self.head_clips.push(self.len, MARK.len(), lost);
        }
        if self.ring.len() > 0 {
            self.tail_clips.push(self.len, MARK.len(), lost);
        }
    }

    /// Adds `count` bytes to what the line that was just marked has lost.
    pub(crate) fn lose(&mut self, count: usize) {
        self.head_clips.extend_newest(self.len, count as u64);
        self.tail_clips.extend_newest(self.len, count as u64);
    }

    /// Passes over `count` bytes that nobody will see: the head ends here and the tail starts anew.
    pub(crate) fn skip(&mut self, count: u64) {
        if count == 0 {
            return;
        }
        self.skipped = true;
        self.head_max = self.head.len();
        self.ring.clear();
        self.tail_clips.clear();
    }

    /// Forgets everything, keeping the memory.
    pub(crate) fn clear(&mut self, limits: &Limits) {
        self.head.clear();
        self.head_max = limits.head;
        self.ring.clear();
        self.len = 0;
        self.skipped = false;
        self.head_clips.clear();
        self.tail_clips.clear();
    }

    /// Whether what is pushed now goes to the ring.
    pub(crate) fn head_is_full(&self) -> bool {
        self.head.len() == self.head_max
    }

    /// Pushing this many bytes replaces all that the ring holds.
    pub(crate) fn ring_capacity(&self) -> usize {
        self.ring.capacity()
    }

    /// Whether part of the stored stream lies between head and tail.
    pub(crate) fn has_gap(&self) -> bool {
        self.skipped || self.len - self.head.len() as u64 > self.tail_max as u64
    }

    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// The head without those of the last `count` bytes of the stored stream that are in it.
    pub(crate) fn head_but(&self, count: usize) -> &[u8] {
        &self.head[..self.head.len() - count.saturating_sub(self.ring.len()).min(self.head.len())]
    }

    /// The last bytes of the stored stream after the head, as many as the tail may have.
    pub(crate) fn tail(&self) -> [&[u8]; 2] {
        self.ring.last(self.ring.len().min(self.tail_max))
    }

    /// The last three bytes of the stored stream (fewer if it is shorter), at the end of `out`.
    pub(crate) fn last_bytes<'a>(&self, out: &'a mut [u8; 3]) -> &'a [u8] {
        let from_ring = self.ring.len().min(out.len());
        let from_head = self.head.len().min(out.len() - from_ring);
        let head = &self.head[self.head.len() - from_head..];
        let [first, second] = self.ring.last(from_ring);
        let start = out.len() - from_head - from_ring;
        for (to, from) in out[start..].iter_mut().zip(head.iter().chain(first).chain(second)) {
            *to = *from;
        }
        &out[start..]
    }

    /// What clips add to the first `count` bytes of the stored stream, which are in the head.
    pub(crate) fn clipped_in_head(&self, count: usize) -> Clipped {
        self.head_clips.within(0, count as u64)
    }

    /// What clips add to the last `count` bytes of the stored stream, which are in the ring.
    pub(crate) fn clipped_in_tail(&self, count: usize) -> Clipped {
        self.tail_clips.within(self.len - count as u64, self.len)
    }
}
