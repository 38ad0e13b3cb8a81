//! The buffer of both ends: input in, snapshot out.

mod input;

use std::io;
use std::sync::Arc;

use memchr::memrchr;

use crate::clean::Cleaner;
use crate::cut::align;
use crate::cut::layout::Layout;
use crate::error::Error;
use crate::keep::Matcher;
use crate::limits::{Align, Cap, Limits};
use crate::line::clipper::Clipper;
use crate::mark::Clip;
use crate::marker::Marker;
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::store::Store;

/// Size of the buffer for a line that is written over, where lines have no limit.
const UNLIMITED_LINE: usize = 64 << 10;

/// Keeps the first bytes and the last bytes of all that is written to it, and counts the rest.
///
/// All memory is allocated by [`new`](Self::new). No write allocates, fails or copies more than a small multiple
/// of what is kept, whatever its length.
///
/// ```
/// use headtail::{HeadTail, Limits};
///
/// let mut buffer = HeadTail::new(Limits::new().head(6).tail(6))?;
/// for number in 1..=1000 {
///     buffer.push(format!("{number}\n").as_bytes());
/// }
/// assert_eq!(buffer.snapshot().to_vec(), b"1\n2\n3\n\n... [omitted 3882 bytes] ...\n\n1000\n");
/// assert_eq!(buffer.report().omitted_bytes, 3882);
/// assert_eq!((buffer.total_written(), buffer.stored_len()), (3893, 12));
///
/// buffer.reset();
/// assert!(buffer.snapshot().to_vec().is_empty());
/// assert_eq!(buffer.limits().get_head(), 6);
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct HeadTail {
    limits: Limits,
    marker: Marker,
    /// Where the input is cleaned.
    cleaner: Option<Cleaner>,
    clipper: Clipper,
    store: Store,
    /// Length of the input, skipped bytes included.
    original: u64,
    /// Length of what cleaning has left of it so far.
    cleaned: u64,
    /// Bytes that cleaning added before the last skip.
    added: u64,
    /// Delimiters in the input; `None` where the marker does not ask for lines.
    delimiters: Option<u64>,
}

impl HeadTail {
    /// An empty buffer with all its memory allocated: head, tail and a little for the account of clipped lines.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], and what [`Limits::validate`] reports.
    pub fn new(limits: Limits) -> Result<Self, Error> {
        Self::with_marker(limits, Marker::default())
    }

    /// Like [`new`](Self::new), with a custom marker.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], and what [`Limits::validate`] reports.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits, Marker};
    ///
    /// let marker = Marker::parse(br"[{lines} lines]\n")?;
    /// let mut buffer = HeadTail::with_marker(Limits::new().head(2).tail(2), marker)?;
    /// buffer.push(b"1\n2\n3\n4\n");
    /// assert_eq!(buffer.snapshot().to_vec(), b"1\n[2 lines]\n4\n");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn with_marker(limits: Limits, marker: Marker) -> Result<Self, Error> {
        Self::build(limits, marker, None)
    }

    /// Like [`with_marker`](Self::with_marker), and shows lines of the gap that match in the marker, as many of the
    /// first ones as fit the size that [`Limits::keep`] says. What is shown in head or tail is not shown again.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`], and what [`Limits::validate`] reports.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use headtail::{HeadTail, Limits, Marker};
    ///
    /// let limits = Limits::new().head(8).tail(8).keep(1024);
    /// let errors = Arc::new(|content: &[u8]| content.starts_with(b"error"));
    /// let mut buffer = HeadTail::with_matcher(limits, Marker::default(), errors)?;
    /// buffer.push(b"start\n1\nerror: 1\n2\nerror: 2\n3\n4\nend\n");
    /// let output = "start\n1\n\n... [omitted 2 bytes; 2 of 2 matching lines follow] ...\n\n\
    ///     3:error: 1\n5:error: 2\n...\n\n3\n4\nend\n";
    /// assert_eq!(buffer.snapshot().to_vec(), output.as_bytes());
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[cfg(feature = "keep")]
    pub fn with_matcher(limits: Limits, marker: Marker, matcher: Arc<dyn Matcher>) -> Result<Self, Error> {
        Self::build(limits, marker, Some(matcher))
    }

    fn build(limits: Limits, marker: Marker, matcher: Option<Arc<dyn Matcher>>) -> Result<Self, Error> {
        limits.validate(&marker)?;
        let matcher = matcher.filter(|_| limits.keep.is_some());
        let holds_line = limits.clip == Clip::Middle || limits.cleans() || limits.keep.is_some();
        let line = if holds_line { limits.max_line } else { 0 };
        let sizes = [limits.tail, line, limits.keep.unwrap_or(0)];
        let bytes = sizes.into_iter().fold(limits.head, usize::saturating_add);
        let no_memory = |cause| Error::Memory { bytes, cause };
        let line_buffer = if limits.max_line == 0 { UNLIMITED_LINE } else { limits.max_line };
        let pending = if limits.cleans() { Cleaner::most_pending(line_buffer) } else { 0 };
        let cleaner = limits.cleans().then(|| Cleaner::new(limits.clean, limits.delimiter, line_buffer));
        Ok(Self {
            limits,
            cleaner: cleaner.transpose().map_err(no_memory)?,
            clipper: Clipper::new(&limits, pending).map_err(no_memory)?,
            store: Store::new(&limits, pending, matcher).map_err(no_memory)?,
            original: 0,
            cleaned: 0,
            added: 0,
            delimiters: marker.counts_lines().then_some(0),
            marker,
        })
    }

    /// The output as if the input ended here. Allocates for the marker alone.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut buffer = HeadTail::new(Limits::new())?;
    /// buffer.push(b"so far");
    /// assert_eq!(buffer.snapshot().to_vec(), b"so far");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<&[u8]> {
        self.snapshot_with_path(b"")
    }

    /// Like [`snapshot`](Self::snapshot), with the path of a file that has all of the input, for the marker to
    /// name. Where a [`cap`](Limits::cap) has no room for the marker with this path, the path is left out, and so
    /// is an empty one.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut buffer = HeadTail::new(Limits::new().head(1).tail(1))?;
    /// buffer.push(b"abc");
    /// let output = buffer.snapshot_with_path(b"/tmp/log").to_vec();
    /// assert_eq!(output, b"a\n\n... [omitted 1 bytes; full output: /tmp/log] ...\n\nc");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn snapshot_with_path(&self, path: &[u8]) -> Snapshot<&[u8]> {
        let layout = Layout {
            limits: &self.limits,
            marker: &self.marker,
            path: self.path_with_room(path),
            store: &self.store,
            original: self.original,
            cleaned: self.cleaned + self.pending_len(),
            added: self.added(),
            delimiters: self.delimiters,
        };
        layout.snapshot()
    }

    /// The account of the input so far: that of [`snapshot`](Self::snapshot).
    #[must_use]
    pub fn report(&self) -> Report {
        *self.snapshot().report()
    }

    /// The head so far, without the bytes that later input can still take from the output: it may be shown at once.
    ///
    /// It only grows, and every later [`snapshot`](Self::snapshot) begins with it, unless bytes are
    /// [skipped](Self::skip) in the middle of a line.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut buffer = HeadTail::new(Limits::new().head(100).max_line(200))?;
    /// buffer.push(b"first\na prompt: ");
    /// assert_eq!(buffer.stable_head(), b"first\n", "a head of 100 bytes may end before such a line");
    /// let mut buffer = HeadTail::new(Limits::new())?;
    /// buffer.push(b"first\na prompt: ");
    /// assert_eq!(buffer.stable_head(), b"first\na prompt: ");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn stable_head(&self) -> &[u8] {
        self.stable_head_with_path(b"")
    }

    /// Like [`stable_head`](Self::stable_head), for snapshots that [name a path](Self::snapshot_with_path): under a
    /// [`cap`](Limits::cap), a longer marker leaves the head less.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits, Split};
    /// let mut buffer = HeadTail::new(Limits::new().cap(100, Split::EVEN))?;
    /// buffer.push(&[b'x'; 50]);
    /// let (head, with_path) = (buffer.stable_head(), buffer.stable_head_with_path(b"/tmp/log"));
    /// assert!(with_path.len() < head.len() && head.len() < 50);
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn stable_head_with_path(&self, path: &[u8]) -> &[u8] {
        let most = self.limits.cap.map_or(self.limits.head, |cap| {
            let marker = self.marker.longest(self.path_with_room(path), self.limits.keep);
            cap.split.head_share(cap.bytes - marker)
        });
        let head = self.store.stable_head(self.clipper.tentative());
        let head = &head[..head.len().min(most)];
        let extent = self.store.head_extent();
        if extent.is_whole_lines && head.len() == extent.len || self.has_room_for_line(head, most) {
            return head;
        }
        // Where lines are aligned and the head has no line end, it will be cut like this if it never gets one.
        align::head(head, &self.limits)
    }

    /// Whether the line that `head` ends in fits a head of `most` bytes, however long it gets.
    fn has_room_for_line(&self, head: &[u8], most: usize) -> bool {
        let Limits { align, max_line, delimiter, .. } = self.limits;
        let start = memrchr(delimiter, head).map_or(0, |last| last + 1);
        let whole = start.saturating_add(max_line).saturating_add(1);
        align == Align::Line && max_line > 0 && whole <= most && !self.store.head_is_full()
    }

    /// Bytes of the stored stream held for the output: at most what the limits allow.
    #[must_use]
    pub fn stored_len(&self) -> usize {
        let after: usize = self.store.after().iter().map(|piece| piece.len()).sum();
        let held = self.store.head().len() + after.min(self.store.tail_extent().len);
        self.limits.cap.map_or(held, |cap| held.min(cap.bytes))
    }

    /// Bytes of the input so far, skipped ones included.
    #[must_use]
    pub fn total_written(&self) -> u64 {
        self.original
    }

    /// The limits that it was made with.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Back to new, keeping the memory.
    pub fn reset(&mut self) {
        self.clipper.start_line();
        self.store.clear(&self.limits);
        self.original = 0;
        self.cleaned = 0;
        self.added = 0;
        self.cleaner.iter_mut().for_each(Cleaner::reset);
        self.delimiters = self.delimiters.map(|_| 0);
    }

    /// Bytes of the input that cleaning still holds.
    fn pending_len(&self) -> u64 {
        self.cleaner.iter().flat_map(Cleaner::pending).map(|text| text.len() as u64).sum()
    }

    /// Bytes that cleaning has added so far.
    fn added(&self) -> u64 {
        self.added + self.cleaner.as_ref().map_or(0, Cleaner::added_bytes)
    }

    /// `path`, or an empty one if a cap has no room for the marker with it.
    fn path_with_room<'a>(&self, path: &'a [u8]) -> &'a [u8] {
        let has_room = |cap: Cap| self.marker.longest(path, self.limits.keep) <= cap.bytes;
        if self.limits.cap.is_none_or(has_room) { path } else { b"" }
    }
}

/// Accepts every byte and never fails.
impl io::Write for HeadTail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
