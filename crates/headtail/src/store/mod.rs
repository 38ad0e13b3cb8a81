//! What is kept of the stored stream: its head, its last bytes, and which lines in them were clipped.

pub(crate) mod clip_log;
pub(crate) mod extent;
mod head;
mod lines;
pub(crate) mod ring;

use std::collections::TryReserveError;
use std::sync::Arc;

use self::clip_log::ClipLog;
use self::extent::{Extent, Tail, last_lines};
use self::head::Head;
use self::ring::Ring;

use crate::keep::{Keeper, Matcher};
use crate::limits::Limits;
use crate::mark::{self, Clipped};
use crate::utf8;

/// Both ends of the stored stream.
///
/// The stream is written optimistically: bytes are stored before it is known whether they stay, and are taken
/// back when they don't. The ring is larger than the tail by all that can be taken back, so that never
/// uncovers a byte that is lost.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    head: Head,
    /// The last bytes of the stored stream after `head`: `tail_max`, what can be taken back, and one more, the
    /// byte before the tail.
    ring: Ring,
    /// Most bytes that the tail may have.
    tail_max: usize,
    /// Most lines that the tail may have, if that is limited.
    tail_lines: Option<u64>,
    delimiter: u8,
    /// Length of the stored stream, skipped bytes not counted. Positions in the clip logs are measured by it.
    len: u64,
    /// Set while what the stream ends in stands only until more input comes.
    provisional: Option<Provisional>,
    /// What the stream ended in before, within its capacity: all that may be taken back meanwhile. Where nothing is pending
    /// it has none: the end of a long line alone is provisional then, and that takes nothing back.
    before: Vec<u8>,
    /// Whether bytes were passed over by `skip`.
    skipped: bool,
    /// Clips whose mark begins in the head.
    head_clips: ClipLog,
    /// Clips whose mark ends after the head; at least those that end in the tail.
    tail_clips: ClipLog,
    /// Looks at the lines that end, where some of the gap are shown. The ring then holds the line in progress at least.
    keeper: Option<Box<Keeper>>,
}

/// What `roll_back` needs to know.
#[derive(Clone, Copy, Debug)]
struct Provisional {
    /// Length of the stored stream to go back to.
    len: u64,
    /// The least that it has been since: this much of it is as it was.
    least: u64,
    /// Bytes added since to what the last line has lost.
    lost: u64,
}

impl Store {
    /// An empty store with all its memory allocated.
    /// `pending` bytes of cleaned text may be rolled back.
    pub(crate) fn new(
        limits: &Limits,
        pending: usize,
        matcher: Option<Arc<dyn Matcher>>,
    ) -> Result<Self, TryReserveError> {
        let hold_back = limits.clip.hold_back(limits.max_line);
        let line = if matcher.is_some() { limits.max_line } else { 0 };
        let ring = [hold_back, pending, 1].into_iter().fold(limits.held().1.max(line), usize::saturating_add);
        let mut before = Vec::new();
        before.try_reserve_exact(if pending > 0 { hold_back } else { 0 })?;
        Ok(Self {
            head: Head::new(limits)?,
            ring: Ring::new(ring)?,
            tail_max: limits.held().1,
            tail_lines: limits.tail_lines,
            delimiter: limits.delimiter,
            len: 0,
            provisional: None,
            before,
            skipped: false,
            head_clips: ClipLog::new(mark::most_in(limits.held().0, limits.max_line))?,
            tail_clips: ClipLog::new(mark::most_in(limits.held().1, limits.max_line))?,
            keeper: matcher.map(|matcher| Keeper::new(limits, matcher)).transpose()?.map(Box::new),
        })
    }

    /// Appends `bytes` to the stored stream.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let in_head = self.head.fill(bytes);
        self.ring.push(&bytes[in_head..]);
        self.len += bytes.len() as u64;
    }

    /// Takes the last `count` bytes back: bytes of the last line, no mark, what `Clip::hold_back` allows.
    pub(crate) fn rewind(&mut self, count: usize) {
        let from_ring = count.min(self.ring.len());
        self.ring.rewind(from_ring);
        self.head.rewind(count - from_ring);
        self.len -= count as u64;
        if let Some(provisional) = &mut self.provisional {
            provisional.least = provisional.least.min(self.len);
        }
    }

    /// Takes back the part of a character that the last line, of which `content` bytes are stored, ends in; says
    /// how many bytes that were.
    pub(crate) fn rewind_partial(&mut self, content: usize) -> usize {
        let mut last = [0; utf8::MAX_PARTIAL];
        let count = content.min(last.len());
        for (to, from) in last.iter_mut().zip(self.last(count).into_iter().flatten()) {
            *to = *from;
        }
        let partial = utf8::partial_suffix(&last[..count]);
        self.rewind(partial);
        partial
    }

    /// Appends `mark`, for a line that has lost `lost` bytes so far.
    pub(crate) fn push_mark(&mut self, mark: &[u8], lost: u64) {
        let starts_in_head = !self.head.is_full();
        self.push(mark);
        if starts_in_head {
            self.head_clips.push(self.len, mark.len(), lost);
        }
        if self.ring.len() > 0 {
            self.tail_clips.push(self.len, mark.len(), lost);
        }
    }

    /// Adds `count` bytes to what the line that was just marked has lost.
    pub(crate) fn lose(&mut self, count: u64) {
        self.newest_lost(self.len).for_each(|lost| *lost += count);
        // A mark that is provisional itself goes with what it has lost.
        if let Some(provisional) = self.provisional.as_mut().filter(|provisional| provisional.len == self.len)
        {
            provisional.lost += count;
        }
    }

    /// Makes what is stored from now on provisional: the next `roll_back` restores the stream as it is now.
    /// `tentative` bytes of it may be taken back meanwhile.
    pub(crate) fn begin_provisional(&mut self, tentative: usize) {
        self.provisional = Some(Provisional { len: self.len, least: self.len, lost: 0 });
        self.before.clear();
        let count = tentative.min(self.before.capacity());
        let Self { head, ring, before, .. } = self;
        for piece in last(head, ring, count) {
            before.extend_from_slice(piece);
        }
    }

    /// Removes what is provisional and restores what was taken back for it.
    pub(crate) fn roll_back(&mut self) {
        let Some(Provisional { len, least, lost }) = self.provisional.take() else { return };
        self.rewind(distance(least, self.len));
        self.head_clips.truncate(least);
        self.tail_clips.truncate(least);
        let before = std::mem::take(&mut self.before);
        self.push(&before[before.len() - distance(least, len)..]);
        self.before = before;
        self.newest_lost(len).for_each(|newest| *newest -= lost);
    }

    /// What the clip that ends at `end` has lost, in each log that has it as its newest.
    fn newest_lost(&mut self, end: u64) -> impl Iterator<Item = &mut u64> {
        [&mut self.head_clips, &mut self.tail_clips].into_iter().filter_map(move |log| log.newest_lost(end))
    }

    /// Skips `count` bytes that will be omitted: the head ends here and the tail starts anew.
    pub(crate) fn skip(&mut self, count: u64) {
        if count > 0 {
            self.skipped = true;
            self.provisional = None;
            if let Some(keeper) = &mut self.keeper {
                keeper.skip(self.len);
            }
            self.head.close();
            self.ring.clear();
            self.tail_clips.clear();
        }
    }

    /// Forgets everything, keeping the memory. `limits` are those that it was made with.
    pub(crate) fn clear(&mut self, limits: &Limits) {
        self.head.clear(limits);
        self.ring.clear();
        self.len = 0;
        self.provisional = None;
        self.skipped = false;
        self.head_clips.clear();
        self.tail_clips.clear();
        if let Some(keeper) = &mut self.keeper {
            keeper.clear();
        }
    }

    /// Whether what is pushed now goes to the ring.
    pub(crate) fn head_is_full(&self) -> bool {
        self.head.is_full()
    }

    /// Pushing this many bytes replaces all that the ring holds.
    pub(crate) fn ring_capacity(&self) -> usize {
        self.ring.capacity()
    }

    /// Length of the stored stream, skipped bytes not counted.
    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Whether part of the stored stream lies between the head and a tail of `tail_len` bytes.
    pub(crate) fn has_gap(&self, tail_len: usize) -> bool {
        self.skipped || self.after_head(self.len) > tail_len as u64
    }

    /// Whether nothing that comes, even if what is provisional and `tentative` bytes before it are taken back,
    /// changes the head or what its clips lost.
    pub(crate) fn head_is_final(&self, tentative: usize) -> bool {
        // A clip that goes on losing bytes is the last thing stored, so a byte after the head settles that too.
        self.skipped || self.stable_len(tentative) > self.head.bytes().len() as u64
    }

    /// How much of the first `len` bytes of the stored stream comes after the head.
    fn after_head(&self, len: u64) -> u64 {
        len.saturating_sub(self.head.bytes().len() as u64)
    }

    pub(crate) fn head(&self) -> &[u8] {
        self.head.bytes()
    }

    /// The part of the head that is neither provisional nor among the `tentative` bytes before that.
    pub(crate) fn stable_head(&self, tentative: usize) -> &[u8] {
        let stable = usize::try_from(self.stable_len(tentative)).unwrap_or(usize::MAX);
        &self.head()[..self.head().len().min(stable)]
    }

    /// Length of the stored stream without what is provisional and the `tentative` bytes before that.
    fn stable_len(&self, tentative: usize) -> u64 {
        self.provisional.map_or(self.len, |provisional| provisional.len) - tentative as u64
    }

    /// How far the head reaches.
    pub(crate) fn head_extent(&self) -> Extent {
        Extent { len: self.head.bytes().len(), is_whole_lines: self.head.is_whole_lines() }
    }

    /// How far back the tail may reach, by its size and by its lines: into the head, where that is all there is.
    pub(crate) fn tail_extent(&self) -> Extent {
        // The byte before the tail tells lines that fill it from lines that it cuts.
        let most = self.tail_max.saturating_add(1).min(self.connected());
        last_lines(self.last(most), self.tail_lines, self.delimiter).at_most(self.tail_max)
    }

    /// The last `count` bytes of the stored stream.
    pub(crate) fn tail(&self, count: usize) -> Tail<'_> {
        let before = (self.connected() > count).then(|| self.last(count + 1).into_iter().flatten().next());
        Tail { before: before.flatten().copied(), pieces: self.last(count) }
    }

    /// Whether the stored stream has a last byte, after any skipped ones, and that ends no line.
    pub(crate) fn ends_inside_line(&self) -> bool {
        !self.tail(0).starts_line(self.delimiter)
    }

    /// How many of the last bytes of the stored stream are held without a break in skipped bytes.
    fn connected(&self) -> usize {
        let head = if self.skipped { 0 } else { self.head.bytes().len() };
        self.ring.len().saturating_add(head)
    }

    /// All that comes after the head.
    pub(crate) fn after(&self) -> [&[u8]; 3] {
        self.last(self.ring.len())
    }

    /// The last `count` bytes of the stored stream, oldest first, in three pieces.
    pub(crate) fn last(&self, count: usize) -> [&[u8]; 3] {
        last(&self.head, &self.ring, count)
    }

    /// What clips add to the first `count` bytes of the stored stream, which are in the head.
    pub(crate) fn clipped_in_head(&self, count: usize) -> Clipped {
        self.head_clips.within(0, count as u64, u64::MAX)
    }

    /// How many of the last `count` bytes of the stored stream are the rest of a mark that these begin in.
    pub(crate) fn rest_of_mark(&self, count: usize) -> usize {
        let from = self.len - count as u64;
        let rest = self.head_clips.rest_of_mark(from).max(self.tail_clips.rest_of_mark(from));
        distance(0, rest)
    }

    /// What clips add to the last `count` bytes of the stored stream.
    pub(crate) fn clipped_in_tail(&self, count: usize) -> Clipped {
        self.clipped(self.len - count as u64, self.len)
    }

    /// What clips add to the stored bytes `from..to`, which are in the head or at the end.
    fn clipped(&self, from: u64, to: u64) -> Clipped {
        // One that ends after the head is in both logs.
        let in_head = self.head_clips.within(from, to, self.head().len() as u64);
        in_head.and(self.tail_clips.within(from, to, u64::MAX))
    }
}

/// From one position of the stored stream to a later one; both are in memory, so it fits.
fn distance(from: u64, to: u64) -> usize {
    usize::try_from(to - from).unwrap_or(usize::MAX)
}

fn last<'a>(head: &'a Head, ring: &'a Ring, count: usize) -> [&'a [u8]; 3] {
    let from_ring = count.min(ring.len());
    let [first, second] = ring.last(from_ring);
    let head = head.bytes();
    [&head[head.len() - (count - from_ring)..], first, second]
}
