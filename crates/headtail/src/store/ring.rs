//! The ring: the last bytes of a stream, in memory that is allocated once.

use std::collections::TryReserveError;

/// The last `capacity` bytes pushed, oldest first from `end` on when the ring is full.
///
/// Memory is allocated at construction and touched as it fills, so a large ring that sees little input costs
/// little.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    /// The bytes. `buf.len()` only grows, to `capacity` at most; `buf.capacity() >= capacity` throughout.
    buf: Vec<u8>,
    /// How many bytes the ring can hold. Fixed.
    capacity: usize,
    /// Where the next byte goes: `end <= buf.len()`, and `end < capacity` unless `capacity` is 0.
    end: usize,
    /// How many bytes before `end` (cyclically) are held: `len <= buf.len()`.
    len: usize,
}

impl Ring {
    /// An empty ring with its memory allocated.
    pub(crate) fn new(capacity: usize) -> Result<Self, TryReserveError> {
        let mut buf = Vec::new();
        buf.try_reserve_exact(capacity)?;
        Ok(Self { buf, capacity, end: 0, len: 0 })
    }

    /// Bytes held, `capacity` at most.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Bytes that the ring can hold.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Appends `bytes`; the oldest bytes give way. Copies `capacity` bytes at most.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let mut rest = &bytes[bytes.len().saturating_sub(self.capacity)..];
        // Two turns at most: `rest` is no longer than the ring, so it wraps once.
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(self.capacity - self.end));
            self.overwrite(now);
            rest = later;
        }
    }

    /// Takes the newest `count` bytes back. The bytes that they pushed out do not return.
    pub(crate) fn rewind(&mut self, count: usize) {
        debug_assert!(count <= self.len, "rewind past what the ring holds");
        self.len -= count;
        self.end = if count <= self.end { self.end - count } else { self.end + self.capacity - count };
    }

    /// Forgets everything held, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.end = 0;
        self.len = 0;
    }

    /// The newest `count` bytes, oldest first, as two pieces of which either may be empty.
    pub(crate) fn last(&self, count: usize) -> [&[u8]; 2] {
        debug_assert!(count <= self.len, "more than the ring holds");
        match count.checked_sub(self.end) {
            Some(wrapped) => {
                [&self.buf[self.capacity.min(self.buf.len()) - wrapped..], &self.buf[..self.end]]
            }
            None => [&self.buf[self.end - count..self.end], &[]],
        }
    }

    /// Writes `bytes`, which fit before the end of the buffer, at `end`.
    fn overwrite(&mut self, bytes: &[u8]) {
        let (old, new) = bytes.split_at(bytes.len().min(self.buf.len() - self.end));
        self.buf[self.end..self.end + old.len()].copy_from_slice(old);
        self.buf.extend_from_slice(new);
        self.end += bytes.len();
        if self.end == self.capacity {
            self.end = 0;
        }
        self.len = self.capacity.min(self.len + bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(ring: &Ring, count: usize) -> Vec<u8> {
        ring.last(count).concat()
    }

    /// Every sequence of pushes and rewinds of up to five steps on small rings, against a plain vector.
    #[test]
    fn every_short_history_equals_a_vector() {
        fn step(ring: &Ring, model: &[u8], depth: usize) {
            assert_eq!(contents(ring, ring.len()), model);
            for count in 0..=ring.len() {
                assert_eq!(contents(ring, count), model[model.len() - count..]);
            }
            if depth == 0 {
                return;
            }
            for size in 0..=ring.capacity() + 2 {
                let bytes = &b"0123456789ABCDEF"[depth..depth + size];
                let (mut ring, mut model) = (ring.clone(), model.to_vec());
                ring.push(bytes);
                model.extend(bytes);
                model.drain(..model.len().saturating_sub(ring.capacity()));
                step(&ring, &model, depth - 1);
            }
            for count in 0..=ring.len() {
                let mut ring = ring.clone();
                ring.rewind(count);
                step(&ring, &model[..model.len() - count], depth - 1);
            }
            let mut ring = ring.clone();
            ring.clear();
            step(&ring, &[], depth - 1);
        }
        for capacity in 0..=4 {
            step(&Ring::new(capacity).unwrap(), &[], 5);
        }
    }

    #[test]
    fn memory_that_cannot_be_had_is_an_error() {
        assert!(Ring::new(usize::MAX).is_err());
    }
}
