//! What is kept of a stream, as plain validated values.

use std::{error, fmt};

#[cfg(feature = "clean")]
use crate::clean::{Cleaner, Cleaning};
use crate::mark::Clip;

/// How much of a stream is kept, where it may be cut, and what a line is. Sizes are bytes.
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
    /// Most lines in the head, if that is limited.
    pub(crate) head_lines: Option<u64>,
    /// Most lines in the tail, if that is limited.
    pub(crate) tail_lines: Option<u64>,
    /// Most bytes of the output, marker included. `head` and `tail` are its shares then, and their sum.
    pub(crate) cap: Option<Cap>,
    /// Longest line content stored; 0 for no limit, else at least `Clip::least_line`.
    pub(crate) max_line: usize,
    pub(crate) clip: Clip,
    pub(crate) align: Align,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
    #[cfg(feature = "clean")]
    pub(crate) clean: Cleaning,
}

impl Limits {
    /// 16 KiB at each end, cut at characters; lines of 2048 bytes, ended by a newline.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            head: 16 << 10,
            tail: 16 << 10,
            head_lines: None,
            tail_lines: None,
            cap: None,
            max_line: 2 << 10,
            clip: Clip::End,
            align: Align::Char,
            delimiter: b'\n',
            #[cfg(feature = "clean")]
            clean: Cleaning { strip_ansi: false, collapse_cr: false },
        }
    }

    /// Keeps `bytes` from the start; 0 keeps none. Takes back a [`cap`](Self::cap).
    #[must_use]
    pub const fn head(self, bytes: usize) -> Self {
        Self { head: bytes, cap: None, ..self }
    }

    /// Keeps `bytes` from the end; 0 keeps none. Takes back a [`cap`](Self::cap).
    #[must_use]
    pub const fn tail(self, bytes: usize) -> Self {
        Self { tail: bytes, cap: None, ..self }
    }

    /// Ends the head after `lines` lines, if its bytes allow that many; 0 keeps none.
    #[must_use]
    pub const fn head_lines(self, lines: u64) -> Self {
        Self { head_lines: Some(lines), ..self }
    }

    /// Keeps the last `lines` lines, if the bytes of the tail allow that many; 0 keeps none. A last line
    /// without a delimiter counts.
    #[must_use]
    pub const fn tail_lines(self, lines: u64) -> Self {
        Self { tail_lines: Some(lines), ..self }
    }

    /// Bounds the whole output, marker included, to `bytes`: what fits passes unchanged, else head and tail
    /// share what the marker leaves as `split` says; what limits of lines leave of one share goes to the other.
    /// Replaces the sizes of head and tail.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits, Split};
    ///
    /// let mut kept = HeadTail::new(Limits::new().cap(60, Split::EVEN))?;
    /// kept.push(&[b'x'; 1000]);
    /// assert_eq!(kept.report().retained_bytes, 60);
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[must_use]
    pub const fn cap(self, bytes: usize, split: Split) -> Self {
        let head = split.head_share(bytes);
        Self { head, tail: bytes - head, cap: Some(Cap { bytes, split }), ..self }
    }

    /// Shortens lines of more than `bytes` bytes, delimiter not counted; 0 leaves every line whole.
    ///
    /// # Errors
    ///
    /// 1 to 15 can't hold the mark of a line that loses its end, 1 to 47 that of one that loses its middle.
    pub const fn max_line(self, bytes: usize) -> Result<Self, LimitsError> {
        Self { max_line: bytes, ..self }.checked()
    }

    /// Says what a line that is too long loses.
    ///
    /// # Errors
    ///
    /// The line limit set before can't hold the mark.
    pub const fn clip(self, clip: Clip) -> Result<Self, LimitsError> {
        Self { clip, ..self }.checked()
    }

    /// Says where the head may end and the tail may start.
    #[must_use]
    pub const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// Ends lines with `byte` instead of a newline. A byte of the mark of a shortened line will not do where lines
    /// are counted or cut at: it ends a line there as well.
    #[must_use]
    pub const fn delimiter(self, byte: u8) -> Self {
        Self { delimiter: byte, ..self }
    }

    /// Cleans the input before anything else is done with it: lines, sizes and positions are those of the
    /// cleaned text. The line buffer of [`Cleaning::collapse_cr`] has the size of the line limit, or 64 KiB
    /// where there is none.
    ///
    /// ```
    /// use headtail::{Cleaning, HeadTail, Limits};
    ///
    /// let what = Cleaning { strip_ansi: true, ..Cleaning::default() };
    /// let mut kept = HeadTail::new(Limits::new().clean(what))?;
    /// kept.push(b"\x1b[1mbold\x1b[0m\n");
    /// assert_eq!(kept.snapshot().to_vec(), b"bold\n");
    /// assert_eq!(kept.report().cleaned_bytes, 8);
    /// # Ok::<(), headtail::NewError>(())
    /// ```
    #[cfg(feature = "clean")]
    #[must_use]
    pub const fn clean(self, what: Cleaning) -> Self {
        Self { clean: what, ..self }
    }

    /// Whether the input is cleaned.
    #[cfg(feature = "clean")]
    pub(crate) const fn cleans(&self) -> bool {
        self.clean.strip_ansi || self.clean.collapse_cr
    }

    /// Whether the input is cleaned.
    #[cfg(not(feature = "clean"))]
    #[allow(clippy::unused_self)] // The face of the one above.
    pub(crate) const fn cleans(&self) -> bool {
        false
    }

    /// Size of the buffer for a line that is written over.
    #[cfg(feature = "clean")]
    pub(crate) const fn line_buffer(&self) -> usize {
        if self.max_line == 0 { 64 << 10 } else { self.max_line }
    }

    /// Most bytes that cleaning holds until it knows what becomes of them.
    #[cfg(feature = "clean")]
    pub(crate) const fn pending(&self) -> usize {
        if self.cleans() { Cleaner::most_pending(self.line_buffer()) } else { 0 }
    }

    /// Most bytes that cleaning holds until it knows what becomes of them.
    #[cfg(not(feature = "clean"))]
    #[allow(clippy::unused_self)] // The face of the one above.
    pub(crate) const fn pending(&self) -> usize {
        0
    }

    /// Most bytes held of each end. Only limits of lines leave a share of the cap to the other end.
    pub(crate) const fn held(&self) -> (usize, usize) {
        match self.cap {
            Some(cap) if self.head_lines.is_some() || self.tail_lines.is_some() => (cap.bytes, cap.bytes),
            _ => (self.head, self.tail),
        }
    }

    const fn checked(self) -> Result<Self, LimitsError> {
        let least = self.clip.least_line();
        if 0 < self.max_line && self.max_line < least {
            return Err(LimitsError { max_line: self.max_line, least });
        }
        Ok(self)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the head may end and the tail may start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Align {
    /// Anywhere.
    Byte,
    /// Not inside a UTF-8 character.
    #[default]
    Char,
    /// At the start of a line, if there is one; else as `Char`.
    Line,
}

/// Most bytes of the output, and how head and tail share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cap {
    pub(crate) bytes: usize,
    pub(crate) split: Split,
}

/// The ratio in which head and tail share a [`cap`](Limits::cap).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Split {
    head: u32,
    tail: u32,
}

impl Split {
    /// Half each.
    pub const EVEN: Self = Self { head: 1, tail: 1 };

    /// `head` parts for the head, `tail` parts for the tail; `None` if both are 0.
    ///
    /// ```
    /// use headtail::Split;
    ///
    /// assert!(Split::new(20, 80).is_some());
    /// assert!(Split::new(0, 0).is_none());
    /// ```
    #[must_use]
    pub const fn new(head: u32, tail: u32) -> Option<Self> {
        if head == 0 && tail == 0 { None } else { Some(Self { head, tail }) }
    }

    /// The head's part of `bytes`, rounded down. Never shrinks as `bytes` grows, nor does what it leaves.
    pub(crate) const fn head_share(self, bytes: usize) -> usize {
        let parts = self.head as u128 + self.tail as u128;
        // At most `bytes`, so it fits.
        #[allow(clippy::cast_possible_truncation)]
        let share = (bytes as u128 * self.head as u128 / parts) as usize;
        share
    }
}

/// A line limit too small to hold the mark of a shortened line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitsError {
    max_line: usize,
    least: usize,
}

impl fmt::Display for LimitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a line limit of {} is too small: 0 (none) or at least {}", self.max_line, self.least)
    }
}

impl error::Error for LimitsError {}
