//! The keeper of both ends: input in, snapshot out.

use std::collections::TryReserveError;
use std::{error, fmt, io};

use bytes::Bytes;

use crate::clip::Clipper;
use crate::limits::Limits;
use crate::report::Report;
use crate::snapshot::Snapshot;
use crate::store::Store;
use crate::{marker, utf8};

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
    clipper: Clipper,
    store: Store,
    /// Length of the input, skipped bytes included.
    original: u64,
}

impl HeadTail {
    /// An empty keeper with all its memory reserved: head, tail and a little for the account of clipped lines.
    ///
    /// # Errors
    ///
    /// The memory can't be had.
    pub fn new(limits: Limits) -> Result<Self, NewError> {
        let store = Store::new(&limits).map_err(|cause| NewError { limits, cause })?;
        Ok(Self { limits, clipper: Clipper::new(&limits), store, original: 0 })
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
        self.clipper.store(bytes, &mut self.store);
    }

    /// Counts `count` bytes of the input that nobody will see: the gap begins at the latest here, the tail
    /// starts anew, and what comes next begins a line. A line in progress is taken to end among the skipped
    /// bytes within the line limit. 0 does nothing.
    ///
    /// For a source that can seek over the middle. It is on the caller that the bytes that follow fill the
    /// tail, if the output is to be that of the whole input.
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
        let (mut head, mut tail) = (self.store.head(), self.store.tail());
        let mut marker = Bytes::new();
        let mut report = Report { original_bytes: self.original, ..Report::default() };
        if self.store.has_gap() {
            head = &head[..head.len() - utf8::partial_suffix(head)];
            tail = drop_first(tail, utf8::continuation_prefix(tail));
        }
        let tail_len = tail[0].len() + tail[1].len();
        let in_head = self.store.clipped_in_head(head.len());
        let in_tail = self.store.clipped_in_tail(tail_len);
        report.clipped_lines = in_head.lines + in_tail.lines;
        report.clipped_bytes = in_head.bytes + in_tail.bytes;
        if self.store.has_gap() {
            report.omitted_start = head.len() as u64 - in_head.marks + in_head.bytes;
            let after = tail_len as u64 - in_tail.marks + in_tail.bytes;
            report.omitted_bytes = self.original - report.omitted_start - after;
            marker = marker::text(report.omitted_bytes);
        }
        report.retained_bytes = (head.len() + marker.len() + tail_len) as u64;
        Snapshot::new(head, marker, tail, report)
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
        let head = self.store.head_but(self.clipper.held_back());
        &head[..head.len() - utf8::partial_suffix(head)]
    }

    /// Bytes of the stored stream held for the output: at most what the limits allow.
    #[must_use]
    pub fn stored_len(&self) -> usize {
        let [first, second] = self.store.tail();
        self.store.head().len() + first.len() + second.len()
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
    }
}

/// The pieces without their first `count` bytes.
fn drop_first([first, second]: [&[u8]; 2], count: usize) -> [&[u8]; 2] {
    let in_first = count.min(first.len());
    [&first[in_first..], &second[count - in_first..]]
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

/// The memory that the limits ask for can't be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewError {
    limits: Limits,
    cause: TryReserveError,
}

impl fmt::Display for NewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limits { head, tail, .. } = self.limits;
        write!(f, "no memory to keep {head} bytes of the start and {tail} bytes of the end")
    }
}

impl error::Error for NewError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.cause)
    }
}
