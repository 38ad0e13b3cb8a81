//! A file in memory that is watched and that changes while it is read.

// Each test crate and fuzz target that includes this file uses its own part of it.
#![allow(dead_code)]

use std::io::{self, Read, Seek, SeekFrom};

use headtail::HeadTail;
use headtail::seek::skip_middle;

/// Bytes by their position.
pub(crate) trait Content {
    fn len(&self) -> u64;
    /// Fills `room` with the bytes from `position` on, which exist.
    fn copy(&self, position: u64, room: &mut [u8]);
}

impl Content for Vec<u8> {
    fn len(&self) -> u64 {
        self.as_slice().len() as u64
    }

    fn copy(&self, position: u64, room: &mut [u8]) {
        let position = usize::try_from(position).expect("a position in memory");
        room.copy_from_slice(&self[position..][..room.len()]);
    }
}

/// The same line over and over, as long as no memory is.
#[derive(Clone, Debug)]
pub(crate) struct Endless {
    pub(crate) line: &'static [u8],
    pub(crate) len: u64,
}

impl Content for Endless {
    fn len(&self) -> u64 {
        self.len
    }

    fn copy(&self, position: u64, room: &mut [u8]) {
        let start = usize::try_from(position % self.line.len() as u64).expect("less than a line");
        let bytes = self.line.iter().cycle().skip(start);
        room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    }
}

/// An open file.
pub(crate) struct File<C = Vec<u8>> {
    pub(crate) content: C,
    pub(crate) position: u64,
    /// Most bytes that one read gives.
    pub(crate) most: usize,
    /// Reads and seeks so far.
    pub(crate) calls: usize,
    /// Bytes read so far.
    pub(crate) bytes: u64,
    /// What happens to the content, and after how many calls.
    pub(crate) change: fn(&mut C),
    pub(crate) change_at: usize,
}

impl<C: Content> File<C> {
    pub(crate) fn new(content: C) -> Self {
        Self { content, position: 0, most: usize::MAX, calls: 0, bytes: 0, change: |_| {}, change_at: 0 }
    }

    fn call(&mut self) {
        if self.calls == self.change_at {
            (self.change)(&mut self.content);
        }
        self.calls += 1;
    }
}

impl<C: Content> Read for File<C> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.call();
        let left = self.content.len().saturating_sub(self.position);
        let count = room.len().min(self.most).min(usize::try_from(left).unwrap_or(usize::MAX));
        if count > 0 {
            self.content.copy(self.position, &mut room[..count]);
        }
        self.position += count as u64;
        self.bytes += count as u64;
        Ok(count)
    }
}

impl<C: Content> Seek for File<C> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.call();
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(distance) => self.content.len().checked_add_signed(distance),
            SeekFrom::Current(distance) => self.position.checked_add_signed(distance),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

/// Reads `file` to its end, and its middle only if it has to.
pub(crate) fn read_ends<C: Content>(file: &mut File<C>, kept: &mut HeadTail, chunk: &mut [u8]) {
    let mut skipped = false;
    loop {
        let count = file.read(chunk).expect("this file can be read");
        if count == 0 {
            break;
        }
        kept.push(&chunk[..count]);
        if kept.may_skip() && !skipped {
            skip_middle(file, kept, chunk).expect("this file can be read");
            skipped = true;
        }
    }
}
