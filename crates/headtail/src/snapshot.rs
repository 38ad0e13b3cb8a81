//! An ordered view of what is kept: head, marker and the pieces of the tail.

use std::io::{self, IoSlice, Write};

use bytes::{Buf, Bytes};

use crate::report::Report;

/// The head, the marker and three of the tail.
const MAX_PIECES: usize = 5;

/// The output for the input so far, with the report that belongs to it.
///
/// It is a [`Buf`]: read, write or copy it piece by piece; nothing is glued together first. A
/// `Snapshot<&[u8]>` borrows from the [`HeadTail`](crate::HeadTail) it was taken of, a `Snapshot<Bytes>`
/// stands alone.
///
/// ```
/// use bytes::Buf;
/// use headtail::{HeadTail, Limits};
///
/// let mut buffer = HeadTail::new(Limits::new().head(4).tail(4))?;
/// buffer.push(b"0123456789");
/// let mut snapshot = buffer.snapshot();
/// assert_eq!(snapshot.report().omitted_bytes, 2);
/// assert_eq!(&snapshot.copy_to_bytes(4)[..], b"0123");
/// assert_eq!(snapshot.to_vec(), b"\n\n... [omitted 2 bytes] ...\n\n6789");
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Snapshot<P> {
    head: P,
    /// Empty where there is no gap.
    marker: Bytes,
    tail: [P; 3],
    report: Report,
}

impl<P: Buf> Snapshot<P> {
    /// Most pieces that [`chunks_vectored`](Buf::chunks_vectored) finds: with room for as many it finds all.
    ///
    /// ```
    /// use std::io::IoSlice;
    ///
    /// use bytes::Buf;
    /// use headtail::{HeadTail, Limits, Snapshot};
    ///
    /// let mut buffer = HeadTail::new(Limits::new().head(1).tail(1))?;
    /// buffer.push(b"abc");
    /// let snapshot = buffer.snapshot();
    /// let mut pieces = [IoSlice::new(&[]); Snapshot::<&[u8]>::MAX_PIECES];
    /// let count = snapshot.chunks_vectored(&mut pieces);
    /// let len: usize = pieces[..count].iter().map(|piece| piece.len()).sum();
    /// assert_eq!(len, snapshot.remaining());
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub const MAX_PIECES: usize = MAX_PIECES;

    pub(crate) fn new(head: P, marker: Bytes, tail: [P; 3], report: Report) -> Self {
        Self { head, marker, tail, report }
    }

    /// The account that belongs to this output.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// How many of the bytes that remain come before the marker; `None` if nothing remains of one.
    ///
    /// ```
    /// use bytes::Buf;
    /// use headtail::{HeadTail, Limits};
    ///
    /// let mut buffer = HeadTail::new(Limits::new().head(4).tail(4))?;
    /// buffer.push(b"01234567");
    /// assert_eq!(buffer.snapshot().before_marker(), None);
    /// buffer.push(b"8");
    /// let mut snapshot = buffer.snapshot();
    /// snapshot.advance(1);
    /// assert_eq!(snapshot.before_marker(), Some(3));
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn before_marker(&self) -> Option<usize> {
        self.marker.has_remaining().then(|| self.head.remaining())
    }

    /// Length of the marker; 0 where there is no gap.
    pub(crate) fn marker_len(&self) -> usize {
        self.marker.remaining()
    }

    /// Writes all that remains, with vectored writes; continues short and interrupted ones. Does not flush.
    ///
    /// # Errors
    ///
    /// The first error of `sink` other than [`io::ErrorKind::Interrupted`], or [`io::ErrorKind::WriteZero`] if
    /// it accepts nothing. What was written is no longer part of the snapshot then.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits};
    ///
    /// let mut buffer = HeadTail::new(Limits::new())?;
    /// buffer.push(b"short enough\n");
    /// let mut sink = Vec::new();
    /// buffer.snapshot().write_to(&mut sink)?;
    /// assert_eq!(sink, b"short enough\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_to(&mut self, sink: &mut impl Write) -> io::Result<()> {
        while self.has_remaining() {
            let mut pieces = [IoSlice::new(&[]); MAX_PIECES];
            let count = self.chunks_vectored(&mut pieces);
            match sink.write_vectored(&pieces[..count]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.advance(written),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// A copy of all that remains.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.remaining());
        let mut pieces = [IoSlice::new(&[]); MAX_PIECES];
        let count = self.chunks_vectored(&mut pieces);
        pieces[..count].iter().for_each(|piece| bytes.extend_from_slice(piece));
        bytes
    }
}

impl Snapshot<&[u8]> {
    /// Copies the pieces, so that the snapshot outlives what it was taken of.
    #[must_use]
    pub fn into_owned(self) -> Snapshot<Bytes> {
        Snapshot {
            head: Bytes::copy_from_slice(self.head),
            marker: self.marker,
            tail: self.tail.map(Bytes::copy_from_slice),
            report: self.report,
        }
    }
}

impl<P: Buf> Buf for Snapshot<P> {
    fn remaining(&self) -> usize {
        let tail: usize = self.tail.iter().map(Buf::remaining).sum();
        self.head.remaining() + self.marker.remaining() + tail
    }

    fn chunk(&self) -> &[u8] {
        if self.head.has_remaining() {
            self.head.chunk()
        } else if self.marker.has_remaining() {
            self.marker.chunk()
        } else {
            self.tail.iter().find(|piece| piece.has_remaining()).map_or(&[], Buf::chunk)
        }
    }

    fn chunks_vectored<'a>(&'a self, pieces: &mut [IoSlice<'a>]) -> usize {
        let mut count = self.head.chunks_vectored(pieces);
        count += self.marker.chunks_vectored(&mut pieces[count..]);
        for piece in &self.tail {
            count += piece.chunks_vectored(&mut pieces[count..]);
        }
        count
    }

    /// # Panics
    ///
    /// If `count` is more than remains, as [`Buf`] asks.
    fn advance(&mut self, mut count: usize) {
        let [first, second, last] = &mut self.tail;
        count -= advance_within(&mut self.head, count);
        count -= advance_within(&mut self.marker, count);
        count -= advance_within(first, count);
        count -= advance_within(second, count);
        last.advance(count);
    }
}

/// Advances by as much of `count` as `piece` has. Returns how much that was.
fn advance_within(piece: &mut impl Buf, count: usize) -> usize {
    let within = count.min(piece.remaining());
    piece.advance(within);
    within
}
