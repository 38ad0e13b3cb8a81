//! The sizes that bound what is kept, validated.

use std::{error, fmt};

use crate::clip::MARK;

/// How much of a stream is kept, and what a line is. Sizes are bytes.
///
/// ```
/// use headtail::Limits;
///
/// let limits = Limits::new().head(4096).tail(4096).max_line(200)?;
/// assert_eq!(limits, Limits::default().head(4096).tail(4096).max_line(200)?);
/// assert!(Limits::new().max_line(15).is_err());
/// # Ok::<(), headtail::LimitsError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Most bytes of the stored stream kept from its start.
    pub(crate) head: usize,
    /// Most bytes of the stored stream kept from its end.
    pub(crate) tail: usize,
    /// Longest line content stored; 0 for no limit, else at least `MARK.len()`.
    pub(crate) max_line: usize,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
}

impl Limits {
    /// 16 KiB at each end, lines of 2048 bytes, ended by a newline.
    #[must_use]
    pub const fn new() -> Self {
        Self { head: 16 << 10, tail: 16 << 10, max_line: 2 << 10, delimiter: b'\n' }
    }

    /// Keeps `bytes` from the start; 0 keeps none.
    #[must_use]
    pub const fn head(self, bytes: usize) -> Self {
        Self { head: bytes, ..self }
    }

    /// Keeps `bytes` from the end; 0 keeps none.
    #[must_use]
    pub const fn tail(self, bytes: usize) -> Self {
        Self { tail: bytes, ..self }
    }

    /// Shortens lines of more than `bytes` bytes, delimiter not counted; 0 leaves every line whole.
    ///
    /// # Errors
    ///
    /// 1 to 15 can't hold the mark that ends a shortened line.
    pub const fn max_line(self, bytes: usize) -> Result<Self, LimitsError> {
        if 0 < bytes && bytes < MARK.len() {
            return Err(LimitsError { max_line: bytes });
        }
        Ok(Self { max_line: bytes, ..self })
    }

    /// Ends lines with `byte` instead of a newline.
    #[must_use]
    pub const fn delimiter(self, byte: u8) -> Self {
        Self { delimiter: byte, ..self }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// A line limit too small to hold the mark of a shortened line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitsError {
    max_line: usize,
}

impl fmt::Display for LimitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a line limit of {} is too small: 0 (none) or at least {}", self.max_line, MARK.len())
    }
}

impl error::Error for LimitsError {}
