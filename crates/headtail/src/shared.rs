//! One buffer, many writers.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::head_tail::HeadTail;
use crate::limits::Limits;
use crate::report::Report;
use crate::snapshot::OwnedSnapshot;

/// A [`HeadTail`] that many threads write to and look at; cloning it is cheap and gives the same buffer.
///
/// Each write lands as one piece: no other writer's bytes come in between.
///
/// ```
/// use std::{io::Write, thread};
/// use headtail::{Limits, SharedHeadTail};
///
/// let buffer = SharedHeadTail::new(Limits::new())?;
/// thread::scope(|scope| {
///     for _ in 0..4 {
///         let mut writer = buffer.clone();
///         scope.spawn(move || writer.write_all(b"one line\n"));
///     }
/// });
/// assert_eq!(buffer.snapshot().to_vec(), b"one line\n".repeat(4));
/// assert_eq!((buffer.total_written(), buffer.stored_len()), (36, 36));
///
/// buffer.reset();
/// buffer.push(&[b'x'; 100_000]);
/// let output = buffer.snapshot_with_path(b"/tmp/log").to_vec();
/// assert_eq!(output.len() as u64, buffer.report().retained_bytes);
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SharedHeadTail(Arc<Mutex<HeadTail>>);

impl SharedHeadTail {
    /// An empty buffer with all its memory allocated.
    ///
    /// # Errors
    ///
    /// Those of [`HeadTail::new`].
    pub fn new(limits: Limits) -> Result<Self, Error> {
        HeadTail::new(limits).map(Self::from)
    }

    /// Takes the next bytes of the input, as one piece.
    pub fn push(&self, bytes: &[u8]) {
        self.lock().push(bytes);
    }

    /// A copy of the output as if the input ended here. Writers wait only while it is copied.
    #[must_use]
    pub fn snapshot(&self) -> OwnedSnapshot {
        self.lock().snapshot().into_owned()
    }

    /// Like [`snapshot`](Self::snapshot), with the path of a file that has all of the input: see
    /// [`HeadTail::snapshot_with_path`].
    #[must_use]
    pub fn snapshot_with_path(&self, path: &[u8]) -> OwnedSnapshot {
        self.lock().snapshot_with_path(path).into_owned()
    }

    /// The account of the input so far: that of [`snapshot`](Self::snapshot).
    #[must_use]
    pub fn report(&self) -> Report {
        self.lock().report()
    }

    /// Bytes of the stored stream held for the output.
    #[must_use]
    pub fn stored_len(&self) -> usize {
        self.lock().stored_len()
    }

    /// Bytes of the input so far.
    #[must_use]
    pub fn total_written(&self) -> u64 {
        self.lock().total_written()
    }

    /// Back to new, for every clone, keeping the memory.
    pub fn reset(&self) {
        self.lock().reset();
    }

    /// No method of `HeadTail` panics half-way, so one that a panicking thread held is whole.
    fn lock(&self) -> MutexGuard<'_, HeadTail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shares one that may have been written to, with its marker.
///
/// ```
/// use headtail::{HeadTail, Limits, Marker, SharedHeadTail};
///
/// let buffer = HeadTail::with_marker(Limits::new().head(1).tail(1), Marker::parse(b"[{bytes}]")?)?;
/// let buffer = SharedHeadTail::from(buffer);
/// buffer.push(b"abcd");
/// assert_eq!(buffer.snapshot().to_vec(), b"a[2]d");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl From<HeadTail> for SharedHeadTail {
    fn from(buffer: HeadTail) -> Self {
        Self(Arc::new(Mutex::new(buffer)))
    }
}

/// Accepts every byte and never fails.
impl io::Write for SharedHeadTail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Accepts every byte and never fails.
impl io::Write for &SharedHeadTail {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
