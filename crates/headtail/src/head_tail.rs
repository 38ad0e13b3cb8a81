//! The keeper of both ends: input in, snapshot out.

use std::collections::TryReserveError;
use std::{error, fmt, io};

use memchr::memchr_iter;

use crate::clip::Clipper;
use crate::cut;
use crate::intake::Intake;
use crate::layout::Output;
use crate::limits::Limits;
use crate::mark::Clip;
use crate::marker::Marker;
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::store::Store;

/// Keeps the first bytes and the last bytes of all that is written to it, and counts the rest.
///
/// All memory is reserved by [`new`](Self::new). No write allocates, fails or copies more than a small multiple
/// of what is kept, whatever its length.
///
/// ```
/// use headtail::{HeadTail, Limits};
///
/// let mut kept = HeadTail::new(Limits::new().head(6).tail(6))?;
/// for number in 1..=1000 {
///     kept.push(format!("{number}\n").as_bytes());
/// }
/// assert_eq!(kept.snapshot().to_vec(), b"1\n2\n3\n\n\n... [omitted 3881 bytes] ...\n\n\n1000\n");
/// # Ok::<(), headtail::NewError>(())
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
    /// Delimiters in the input; `None` where the marker does not ask for lines.
    delimiters: Option<u64>,
}

impl HeadTail {
    /// An empty keeper with all its memory reserved: head, tail and a little for the account of clipped lines.
    ///
    /// # Errors
    ///
    /// The memory can't be had, or a [`cap`](Limits::cap) has no room for the marker.
    pub fn new(limits: Limits) -> Result<Self, NewError> {
        Self::with_marker(limits, Marker::default())
    }

    /// Like [`new`](Self::new), with a marker of one's own.
    ///
    /// # Errors
    ///
    /// The memory can't be had, or a [`cap`](Limits::cap) has no room for the marker.
    pub fn with_marker(limits: Limits, marker: Marker) -> Result<Self, NewError> {
        check_room(&limits, &marker)?;
        let line = if limits.clip == Clip::Middle || limits.cleans() { limits.max_line } else { 0 };
        let no_memory = |cause| NewError::Memory { head: limits.head, tail: limits.tail, line, cause };
        Ok(Self {
            limits,
            intake: Intake::new(&limits).map_err(no_memory)?,
            clipper: Clipper::new(&limits).map_err(no_memory)?,
            store: Store::new(&limits).map_err(no_memory)?,
            original: 0,
            cleaned: 0,
            delimiters: marker.counts_lines().then_some(0),
            marker,
        })
    }

    /// Says where all of the input can be read, for the marker to tell; an empty path says that it can't.
    ///
    /// # Errors
    ///
    /// A [`cap`](Limits::cap) has no room for a marker with this path; nothing changes then.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new().head(1).tail(1))?;
    /// kept.set_path(b"/tmp/log")?;
    /// kept.push(b"abc");
    /// assert_eq!(kept.snapshot().to_vec(), b"a\n\n... [omitted 1 bytes; full output: /tmp/log] ...\n\nc");
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    pub fn set_path(&mut self, path: &[u8]) -> Result<(), NewError> {
        let mut marker = self.marker.clone();
        marker.set_path(path);
        check_room(&self.limits, &marker)?;
        self.marker = marker;
        Ok(())
    }

    /// Takes the next bytes of the input. How the input is cut into pushes changes nothing.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let (mut one, mut many) = (HeadTail::new(Limits::new())?, HeadTail::new(Limits::new())?);
    /// one.push(b"the same\n");
    /// b"the same\n".iter().for_each(|&byte| many.push(&[byte]));
    /// assert_eq!(one.snapshot().to_vec(), many.snapshot().to_vec());
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    pub fn push(&mut self, bytes: &[u8]) {
        self.original = self.original.saturating_add(bytes.len() as u64);
        self.clipper.take_back(&mut self.store);
        let Self { limits, intake, clipper, store, cleaned, delimiters, .. } = self;
        intake.pass(bytes, |text| {
            *cleaned += text.len() as u64;
            if let Some(delimiters) = delimiters {
                *delimiters += memchr_iter(limits.delimiter, text).count() as u64;
            }
            clipper.store(text, store);
        });
        if limits.cleans() || limits.clip == Clip::Middle {
            clipper.store_pending(intake.pending(), store);
        }
    }

    /// Counts `count` bytes of the input that nobody will see: the gap begins at the latest here, the tail
    /// starts anew, and what comes next begins a line. A line in progress is taken to end among the skipped
    /// bytes within the line limit. 0 does nothing.
    ///
    /// For a source that can seek over the middle, as [`skip_middle`](crate::skip_middle) does. If the output is
    /// to be that of the whole input, it is on the caller that [`may_skip`](Self::may_skip) is true and that the
    /// bytes that follow fill the tail.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new().head(6).tail(4))?;
    /// kept.push(b"first\n");
    /// kept.skip(1 << 40);
    /// kept.push(b"end\n");
    /// assert_eq!(kept.snapshot().to_vec(), b"first\n\n\n... [omitted 1099511627776 bytes] ...\n\nend\n");
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    pub fn skip(&mut self, count: u64) {
        if count > 0 {
            self.original = self.original.saturating_add(count);
            self.cleaned = self.cleaned.saturating_add(count);
            self.clipper.start_line();
            self.store.skip(count);
        }
    }

    /// The output as if the input ended here. Allocates for the marker alone.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new())?;
    /// kept.push(b"so far");
    /// assert_eq!(kept.snapshot().to_vec(), b"so far");
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[must_use]
    pub fn snapshot(&self) -> Snapshot<&[u8]> {
        self.output().snapshot()
    }

    /// The account of the input so far: that of [`snapshot`](Self::snapshot).
    #[must_use]
    pub fn report(&self) -> Report {
        *self.snapshot().report()
    }

    /// The head so far, without the bytes that later input can still take from the output.
    ///
    /// It only grows, and every output begins with it: it may be shown at once.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new())?;
    /// kept.push(b"caf\xC3");
    /// assert_eq!(kept.certain_head(), b"caf");
    /// kept.push(b"\xA9");
    /// assert_eq!(kept.certain_head(), "café".as_bytes());
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[must_use]
    pub fn certain_head(&self) -> &[u8] {
        let mut head = self.store.certain_head(self.clipper.held_back());
        if let Some(cap) = self.limits.cap {
            head = &head[..head.len().min(cap.split.head_share(cap.bytes - self.marker.max_len()))];
        }
        let reach = self.store.head_reach();
        if reach.is_whole_lines && head.len() == reach.len {
            return head;
        }
        // Where lines are aligned and the head has no line end, it will be cut like this if it never gets one.
        cut::head(head, &self.limits)
    }

    /// What the marker will begin with, once it is certain that there will be one right after
    /// [`certain_head`](Self::certain_head); empty until then, and where a cap leaves that open to the end.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new().head(4).tail(4))?;
    /// kept.push(b"fits yet");
    /// assert_eq!(kept.certain_marker(), b"");
    /// kept.push(b", now it doesn't any more");
    /// assert_eq!(kept.certain_marker(), b"\n\n... [omitted ");
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[must_use]
    pub fn certain_marker(&self) -> &[u8] {
        let is_certain = self.limits.cap.is_none() && self.store.will_have_gap(self.clipper.held_back());
        if is_certain { self.marker.text_before_fields() } else { &[] }
    }

    /// Bytes of the stored stream held for the output: at most what the limits allow.
    #[must_use]
    pub fn stored_len(&self) -> usize {
        let after: usize = self.store.after().iter().map(|piece| piece.len()).sum();
        let held = self.store.head().len() + after.min(self.store.tail_reach().len);
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
        self.intake.reset();
        self.delimiters = self.delimiters.map(|_| 0);
    }

    /// Bytes that are on the way through the intake.
    fn pending_len(&self) -> u64 {
        self.intake.pending().map(|text| text.len() as u64).sum()
    }

    fn output(&self) -> Output<'_> {
        Output {
            limits: &self.limits,
            marker: &self.marker,
            store: &self.store,
            original: self.original,
            cleaned: self.cleaned + self.pending_len(),
            added: self.intake.added(),
            delimiters: self.delimiters,
        }
    }

    /// Whether the output depends on bytes of the gap, so that a source may not [`skip`](Self::skip) them.
    #[must_use]
    pub fn needs_every_byte(&self) -> bool {
        self.delimiters.is_some() || self.limits.cleans()
    }

    /// Whether bytes that come now may be [skipped](Self::skip): the head is complete, nothing that comes can
    /// change it or what its clipped lines lost, and no byte of the gap is needed for anything else.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new().head(4).tail(4))?;
    /// kept.push(b"head");
    /// assert!(!kept.may_skip());
    /// kept.push(b", and the first byte after it");
    /// assert!(kept.may_skip());
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[must_use]
    pub fn may_skip(&self) -> bool {
        !self.needs_every_byte() && self.store.head_is_final(self.clipper.held_back())
    }

    /// Whether a run of `byte`, however long, would only be counted now: all that is shown of the line in
    /// progress has come, and `byte` does not end it.
    #[must_use]
    pub fn may_skip_run(&self, byte: u8) -> bool {
        byte != self.limits.delimiter && !self.limits.cleans() && self.clipper.is_past_seeing()
    }

    /// Counts `count` bytes of the input that are all `byte`, which [must not be of interest](Self::may_skip_run);
    /// does nothing if it is.
    ///
    /// For a source that knows of a run without reading it, such as a file that has a hole.
    ///
    /// ```
    /// # use headtail::{HeadTail, Limits};
    /// let mut kept = HeadTail::new(Limits::new().max_line(19)?)?;
    /// kept.push(&[b'x'; 20]);
    /// kept.skip_run(b'x', 1 << 40);
    /// kept.push(b"\nend\n");
    /// assert_eq!(kept.snapshot().to_vec(), b"xxx ... [truncated]\nend\n");
    /// assert_eq!(kept.report().clipped_bytes, 17 + (1 << 40));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn skip_run(&mut self, byte: u8, count: u64) {
        if self.may_skip_run(byte) {
            self.original = self.original.saturating_add(count);
            self.cleaned = self.cleaned.saturating_add(count);
            self.store.lose(count);
        }
    }

    /// Storing this many bytes after a skip makes the output that of the whole input.
    pub(crate) fn filling_len(&self) -> usize {
        self.store.ring_capacity()
    }
}

/// Fails if `limits` have a cap that `marker` may exceed.
fn check_room(limits: &Limits, marker: &Marker) -> Result<(), NewError> {
    match limits.cap {
        Some(cap) if cap.bytes < marker.max_len() => {
            Err(NewError::MarkerTooLong { cap: cap.bytes, marker: marker.max_len() })
        }
        _ => Ok(()),
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

/// Why there is no [`HeadTail`] with these limits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NewError {
    /// The memory can't be had.
    Memory {
        /// Bytes to keep of the start.
        head: usize,
        /// Bytes to keep of the end.
        tail: usize,
        /// Bytes to hold of a line; 0 where none are held.
        line: usize,
        /// Why not.
        cause: TryReserveError,
    },
    /// The output may be no longer than a marker can become.
    MarkerTooLong {
        /// Most bytes of the output.
        cap: usize,
        /// Most bytes of the marker.
        marker: usize,
    },
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { head, tail, line: 0, .. } => {
                write!(f, "no memory to keep {head} bytes of the start and {tail} bytes of the end")
            }
            Self::Memory { head, tail, line, .. } => {
                write!(f, "no memory for {head} bytes of the start, {tail} of the end and {line} of a line")
            }
            Self::MarkerTooLong { cap, marker } => {
                write!(f, "{cap} bytes have no room for the marker, which may take {marker}")
            }
        }
    }
}

impl error::Error for NewError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Memory { cause, .. } => Some(cause),
            Self::MarkerTooLong { .. } => None,
        }
    }
}
