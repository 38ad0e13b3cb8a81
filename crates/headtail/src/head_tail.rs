//! The buffer of both ends: input in, snapshot out.

use std::cell::Cell;
use std::io;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use crate::cut::align;
use crate::cut::layout::Layout;
use crate::error::Error;
use crate::intake::Intake;
use crate::keep::Matcher;
use crate::limits::{Align, Cap, Limits};
use crate::line::clipper::Clipper;
use crate::line::tail_search::TailSearch;
use crate::mark::Clip;
use crate::marker::Marker;
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::store::Store;
use crate::tally;

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
    intake: Intake,
    clipper: Clipper,
    store: Store,
    /// Length of the input, skipped bytes included.
    original: u64,
    /// Length of what has come of it through the intake.
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
        let line = if limits.clip == Clip::Middle || limits.cleans() || limits.keep.is_some() {
            limits.max_line
        } else {
            0
        };
        let keep = limits.keep.unwrap_or(0);
        let no_memory = |cause| Error::Memory { head: limits.head, tail: limits.tail, line, keep, cause };
        let pending = Intake::most_pending(&limits);
        Ok(Self {
            limits,
            intake: Intake::new(&limits).map_err(no_memory)?,
            clipper: Clipper::new(&limits, pending).map_err(no_memory)?,
            store: Store::new(&limits, pending, matcher).map_err(no_memory)?,
            original: 0,
            cleaned: 0,
            added: 0,
            delimiters: marker.counts_lines().then_some(0),
            marker,
        })
    }

    /// Takes the next bytes of the input. How the input is cut into pushes changes nothing.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let (mut one, mut many) = (HeadTail::new(Limits::new())?, HeadTail::new(Limits::new())?);
    /// one.push(b"the same\n");
    /// b"the same\n".iter().for_each(|&byte| many.push(&[byte]));
    /// assert_eq!(one.snapshot().to_vec(), many.snapshot().to_vec());
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn push(&mut self, bytes: &[u8]) {
        self.original = self.original.saturating_add(bytes.len() as u64);
        self.clipper.roll_back(&mut self.store);
        let rest = if self.intake.cleans() { self.skip_unseen(bytes) } else { bytes };
        self.feed(rest);
        if self.intake.cleans() || self.limits.clip == Clip::Middle {
            self.clipper.store_pending(self.intake.pending(), &mut self.store);
        }
    }

    /// Cleans the next bytes and stores what is left of them.
    fn feed(&mut self, bytes: &[u8]) {
        let Self { limits, intake, clipper, store, cleaned, delimiters, .. } = self;
        intake.pass(bytes, |text| {
            *cleaned += text.len() as u64;
            if let Some(delimiters) = delimiters {
                *delimiters += tally::count(limits.delimiter, text);
            }
            clipper.store(text, store);
        });
    }

    /// Takes the first of `bytes`, and only counts the lines that those after them push out of the tail: cleaning
    /// them takes longer than anything else. Returns what follows.
    fn skip_unseen<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let need = self.store.ring_capacity();
        let Limits { max_line, delimiter, .. } = self.limits;
        let may_skip = max_line > 0 && self.store.head_is_full() && !self.store.looks_at_lines();
        if !may_skip || bytes.len() / 2 < need {
            return bytes;
        }
        // Where the second half does not fill the tail, there is little to win.
        let half = bytes.len() / 2;
        // Measuring lines is what cleaning takes most of its time for: they are not where too little is left of the last.
        let (seen, stored) = (Cell::new(0), Cell::new(0));
        let left = |lines: &[u8]| {
            let may_fill = seen.get() < half / 8 || stored.get() >= need / 8;
            let left = if may_fill { self.intake.least_left(lines) } else { 0 };
            seen.set(seen.get() + lines.len());
            stored.set(stored.get() + left);
            left
        };
        let mut search = TailSearch::new(need, max_line, delimiter);
        let (Some(start), Some(end)) = (search.look(&bytes[half..], left), memchr(delimiter, &bytes[..half]))
        else {
            return bytes;
        };
        // What ends the line in progress is cleaned.
        let (line, bytes) = bytes.split_at(end + 1);
        self.feed(line);
        let (lines, rest) = bytes.split_at(half + start - line.len());
        let Self { intake, store, cleaned, delimiters, .. } = self;
        let mut skipped = 0;
        intake.count(lines, |len, text| {
            skipped += len;
            if let Some(delimiters) = delimiters {
                *delimiters += tally::count(delimiter, text);
            }
        });
        *cleaned += skipped;
        store.skip(skipped);
        rest
    }

    /// Counts `count` bytes of the input that are not available. 0 does nothing.
    ///
    /// The output has a gap there, even if everything else would fit: the head ends before it at the latest, and
    /// the tail starts after it. A line in progress ends before it, and so does what cleaning holds; what comes
    /// next starts a line. Where lines are counted, that is the only one that ends in the skipped bytes.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut buffer = HeadTail::new(Limits::new())?;
    /// buffer.push(b"first\n");
    /// buffer.skip(1 << 40);
    /// buffer.push(b"end\n");
    /// assert_eq!(buffer.snapshot().to_vec(), b"first\n\n... [omitted 1099511627776 bytes] ...\n\nend\n");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    pub fn skip(&mut self, count: u64) {
        if count > 0 {
            // Pending text is stored already, and has no delimiter.
            self.cleaned = self.cleaned.saturating_add(self.pending_len()).saturating_add(count);
            self.original = self.original.saturating_add(count);
            if self.store.ends_inside_line() {
                self.delimiters = self.delimiters.map(|delimiters| delimiters + 1);
            }
            self.added += self.intake.added();
            self.intake.reset();
            self.clipper.start_line();
            self.store.skip(count);
        }
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
            added: self.added + self.intake.added(),
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
        self.intake.reset();
        self.delimiters = self.delimiters.map(|_| 0);
    }

    /// Bytes that are on the way through the intake.
    fn pending_len(&self) -> u64 {
        self.intake.pending().map(|text| text.len() as u64).sum()
    }

    /// `path`, or an empty one if a cap has no room for the marker with it.
    fn path_with_room<'a>(&self, path: &'a [u8]) -> &'a [u8] {
        let has_room = |cap: Cap| self.marker.longest(path, self.limits.keep) <= cap.bytes;
        if self.limits.cap.is_none_or(has_room) { path } else { b"" }
    }
}

/// What reading a source whose middle can be skipped takes: for [`seek`](crate::seek) and programs that drive it.
impl HeadTail {
    /// Whether the output depends on bytes of the gap, so that a source must not [`skip`](Self::skip) them.
    #[doc(hidden)]
    #[must_use]
    pub fn needs_every_byte(&self) -> bool {
        self.delimiters.is_some() || self.limits.cleans() || self.store.looks_at_lines()
    }

    /// Whether bytes that come now may be [skipped](Self::skip): the head is complete, nothing that comes can
    /// change it or what its clipped lines lost, and no byte of the gap is needed for anything else.
    #[doc(hidden)]
    #[must_use]
    pub fn may_skip(&self) -> bool {
        !self.needs_every_byte() && self.store.head_is_final(self.clipper.tentative())
    }

    /// Storing this many bytes after a skip makes the output that of the whole input.
    pub(crate) fn filling_len(&self) -> usize {
        self.store.ring_capacity()
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
