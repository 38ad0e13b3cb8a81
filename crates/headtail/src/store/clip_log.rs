//! Which lines were clipped, where their marks stand in the stored stream, and what they lost.

use std::collections::{TryReserveError, VecDeque};

use crate::mark::Clipped;

/// A clipped line whose mark is stored.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Position in the stored stream just after the mark.
    end: u64,
    /// Length of the mark, in bytes.
    mark: u64,
    /// Bytes of the input that the mark stands for.
    lost: u64,
}

/// The most recent clips, in the order of the stream, in memory that is allocated once.
#[derive(Clone, Debug)]
pub(crate) struct ClipLog {
    entries: VecDeque<Entry>,
    /// How many clips are kept. Fixed; the owner makes it large enough that a clip which gives way has left
    /// the stretch that the log serves.
    capacity: usize,
}

impl ClipLog {
    /// An empty log with its memory allocated.
    pub(crate) fn new(capacity: usize) -> Result<Self, TryReserveError> {
        let mut entries = VecDeque::new();
        entries.try_reserve_exact(capacity)?;
        Ok(Self { entries, capacity })
    }

    /// Records a clip; the oldest one gives way when the log is full.
    pub(crate) fn push(&mut self, end: u64, mark: usize, lost: u64) {
        if self.entries.len() == self.capacity {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { end, mark: mark as u64, lost });
    }

    /// What the newest clip lost, if that is the clip which ends at `end`.
    pub(crate) fn newest_lost(&mut self, end: u64) -> Option<&mut u64> {
        self.entries.back_mut().filter(|clip| clip.end == end).map(|clip| &mut clip.lost)
    }

    /// Forgets the clips that end after `len`.
    pub(crate) fn truncate(&mut self, len: u64) {
        while self.entries.back().is_some_and(|clip| clip.end > len) {
            self.entries.pop_back();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// How many bytes of a mark there are from `position` on, if that is inside of one or where one begins.
    pub(crate) fn rest_of_mark(&self, position: u64) -> u64 {
        let mark = self.entries.iter().find(|clip| clip.end - clip.mark <= position && position < clip.end);
        mark.map_or(0, |clip| clip.end - position)
    }

    /// What the clips that end at `last` or before add to the stored bytes `from..to`.
    pub(crate) fn within(&self, from: u64, to: u64, last: u64) -> Clipped {
        let mut sum = Clipped::default();
        for clip in self.entries.iter().filter(|clip| clip.end <= last) {
            let (start, end) = ((clip.end - clip.mark).max(from), clip.end.min(to));
            sum.marks += end.saturating_sub(start);
            if from < clip.end && clip.end <= to {
                sum.lines += 1;
                sum.bytes += clip.lost;
            }
        }
        sum
    }
}
