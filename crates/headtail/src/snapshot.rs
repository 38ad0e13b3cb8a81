//! An ordered view of what is kept: text, and the markers that stand for gaps in it.

use std::io::{self, IoSlice, Write};

use bytes::{Buf, Bytes};

use crate::report::Report;

/// The head, the marker and three pieces of the tail.
const MAX_PIECES: usize = 5;

/// Which of them is the marker.
const MARKER: usize = 1;

/// A part of the output.
///
/// ```
/// use headtail::{HeadTail, Limits, Segment};
///
/// let mut buffer = HeadTail::new(Limits::new().head(2).tail(2))?;
/// buffer.push(b"a\nb\nc\n");
/// let mut html = String::new();
/// for segment in buffer.snapshot().segments() {
///     match segment {
///         Segment::Text(text) => html += &String::from_utf8_lossy(text),
///         _ => html += "<hr>\n",
///     }
/// }
/// assert_eq!(html, "a\n<hr>\nc\n");
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Segment<'a> {
    /// Text of the input, where long lines are shortened.
    Text(&'a [u8]),
    /// What stands in place of a gap: the text of the marker.
    Gap(&'a [u8]),
}

/// The output for the input so far, with the report that belongs to it.
///
/// It is a [`Buf`]: read, write or copy it piece by piece; nothing is glued together first. A
/// `Snapshot<&[u8]>` borrows from the [`HeadTail`](crate::HeadTail) it was taken of, an [`OwnedSnapshot`] stands alone.
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
    // What remains, in its order; each in one chunk.
    pub(crate) head: P,
    /// Empty where there is no gap.
    pub(crate) marker: Bytes,
    pub(crate) tail: [P; 3],
    pub(crate) report: Report,
}

/// A snapshot that stands alone, as [`Snapshot::into_owned`] and [`SharedHeadTail`](crate::SharedHeadTail) give it.
///
/// ```
/// use headtail::{HeadTail, Limits, OwnedSnapshot};
///
/// let mut buffer = HeadTail::new(Limits::new())?;
/// buffer.push(b"so far\n");
/// let snapshot: OwnedSnapshot = buffer.snapshot().into_owned();
/// buffer.push(b"and on\n");
/// assert_eq!(snapshot.to_vec(), b"so far\n");
/// # Ok::<(), headtail::Error>(())
/// ```
pub type OwnedSnapshot = Snapshot<Bytes>;

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
        (!self.marker.is_empty()).then(|| self.head.remaining())
    }

    /// The parts that remain, in their order. None is empty; text that was stored apart comes in several.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits, Marker, Segment};
    ///
    /// let mut buffer = HeadTail::with_marker(Limits::new().head(2).tail(2), Marker::parse(b"[..]")?)?;
    /// buffer.push(b"a\nb\nc\n");
    /// let snapshot = buffer.snapshot();
    /// let segments: Vec<Segment<'_>> = snapshot.segments().collect();
    /// assert_eq!(segments, [Segment::Text(b"a\n"), Segment::Gap(b"[..]"), Segment::Text(b"c\n")]);
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        let remaining = self.pieces().into_iter().map(Buf::chunk).enumerate();
        let segment =
            |(place, chunk)| if place == MARKER { Segment::Gap(chunk) } else { Segment::Text(chunk) };
        remaining.filter(|(_, chunk)| !chunk.is_empty()).map(segment)
    }

    fn pieces(&self) -> [&dyn Buf; MAX_PIECES] {
        let [first, second, third] = &self.tail;
        [&self.head, &self.marker, first, second, third]
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
        self.pieces().into_iter().for_each(|piece| bytes.extend_from_slice(piece.chunk()));
        bytes
    }
}

impl Snapshot<&[u8]> {
    /// Copies the pieces, so that the snapshot outlives what it was taken of.
    #[must_use]
    pub fn into_owned(self) -> Snapshot<Bytes> {
        let Self { head, marker, tail, report } = self;
        let (head, tail) = (Bytes::copy_from_slice(head), tail.map(Bytes::copy_from_slice));
        Snapshot { head, marker, tail, report }
    }
}

/// A copy of all that remains.
impl<P: Buf> From<Snapshot<P>> for Vec<u8> {
    fn from(snapshot: Snapshot<P>) -> Self {
        snapshot.to_vec()
    }
}

/// A copy of all that remains.
impl<P: Buf> From<Snapshot<P>> for Bytes {
    fn from(snapshot: Snapshot<P>) -> Self {
        snapshot.to_vec().into()
    }
}

impl<P: Buf> Buf for Snapshot<P> {
    fn remaining(&self) -> usize {
        self.pieces().into_iter().map(Buf::remaining).sum()
    }

    fn chunk(&self) -> &[u8] {
        self.pieces().into_iter().map(Buf::chunk).find(|chunk| !chunk.is_empty()).unwrap_or_default()
    }

    fn chunks_vectored<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut count = 0;
        for piece in self.pieces() {
            count += piece.chunks_vectored(&mut slices[count..]);
        }
        count
    }

    /// # Panics
    ///
    /// If `count` is more than remains, as [`Buf`] asks.
    fn advance(&mut self, mut count: usize) {
        let [first, second, third] = &mut self.tail;
        let pieces: [&mut dyn Buf; MAX_PIECES] = [&mut self.head, &mut self.marker, first, second, third];
        for piece in pieces {
            let within = count.min(piece.remaining());
            piece.advance(within);
            count -= within;
        }
        assert!(count == 0, "advance out of bounds: {count} bytes more than remain");
    }
}
