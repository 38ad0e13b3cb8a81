//! What is held of the output of a process.

use std::io::IoSlice;

use bytes::Buf;
use headtail::{Align, HeadTail, Limits, Marker, Snapshot};

/// All that a process has printed, as far as it is held: the first bytes, and a ring of the last ones.
#[derive(Debug)]
pub(crate) struct Output {
    raw: HeadTail,
}

/// The stretches of a stream that are still there.
#[derive(Clone, Debug)]
pub(crate) struct Held<'a> {
    /// Each with the offset of its first byte, in their order. None is empty, none reaches into the next, and the
    /// last one ends at `total`.
    pieces: Vec<(u64, &'a [u8])>,
    /// Length of the stream.
    total: u64,
}

impl Output {
    /// No output yet, with all memory allocated.
    ///
    /// # Errors
    ///
    /// There is not so much memory; this is the message.
    pub(crate) fn new(head: usize, ring: usize) -> Result<Self, String> {
        let limits = Limits::new().head(head).tail(ring).align(Align::Byte);
        let build = || {
            // The gap has no text, so that a snapshot is what is held and no more.
            HeadTail::with_marker(limits.max_line(0), Marker::parse(b"")?)
                .map_err(Box::<dyn std::error::Error>::from)
        };
        Ok(Self { raw: build().map_err(|error| error.to_string())? })
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.raw.push(bytes);
    }

    /// Length of all output.
    pub(crate) fn total(&self) -> u64 {
        self.raw.total_written()
    }

    /// Hands what is held to `look`.
    pub(crate) fn with_held<R>(&self, look: impl FnOnce(&Held<'_>) -> R) -> R {
        let snapshot = self.raw.snapshot();
        let report = *snapshot.report();
        let mut slices = [IoSlice::new(&[]); Snapshot::<&[u8]>::MAX_PIECES];
        let count = snapshot.chunks_vectored(&mut slices);
        let mut offset = 0;
        let pieces = slices[..count].iter().map(|slice| {
            // The gap lies between two pieces, or before the first one: the head is a piece of its own.
            if offset == report.omitted_start {
                offset += report.omitted_bytes;
            }
            let start = offset;
            offset += slice.len() as u64;
            (start, &slice[..])
        });
        look(&Held { pieces: pieces.collect(), total: report.original_bytes })
    }
}

impl<'a> Held<'a> {
    /// The stretches of a record: the bytes that it holds, those before the gap and those after it.
    pub(crate) fn of_record(bytes: &'a [u8], gap: (u64, u64)) -> Self {
        let (start, len) = gap;
        let (head, tail) = bytes.split_at(bytes.len().min(usize::try_from(start).unwrap_or(usize::MAX)));
        let pieces = [(0, head), (start + len, tail)].into_iter().filter(|(_, piece)| !piece.is_empty());
        Self { pieces: pieces.collect(), total: bytes.len() as u64 + len }
    }

    /// Offset and length of what is not held; length 0 where all is.
    pub(crate) fn gap(&self) -> (u64, u64) {
        let mut end = 0;
        for &(start, piece) in &self.pieces {
            if start > end {
                return (end, start - end);
            }
            end = start + piece.len() as u64;
        }
        (end, self.total - end)
    }

    /// Length of the stream.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// What is held, in its order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &'a [u8]> {
        self.pieces.iter().map(|&(_, piece)| piece)
    }

    /// What is held of the stream from `offset` on, each stretch with its offset.
    pub(crate) fn from(&self, offset: u64) -> impl Iterator<Item = (u64, &'a [u8])> {
        self.pieces.iter().filter_map(move |&(start, piece)| {
            let before = offset.saturating_sub(start);
            let before = usize::try_from(before).ok().filter(|&before| before < piece.len())?;
            Some((start + before as u64, &piece[before..]))
        })
    }

    /// Puts the first stretch that is held from `offset` on into `bytes`, up to the next gap. Returns its offset.
    pub(crate) fn stretch(&self, offset: u64, bytes: &mut Vec<u8>) -> Option<u64> {
        bytes.clear();
        let (start, _) = self.from(offset).next()?;
        for (piece_start, piece) in self.from(offset) {
            if piece_start != start + bytes.len() as u64 {
                break;
            }
            bytes.extend_from_slice(piece);
        }
        Some(start)
    }
}
