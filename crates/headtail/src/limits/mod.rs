//! What is kept of a stream, as plain values.

mod align;
mod cap;
mod cleaning;

pub use self::align::Align;
pub(crate) use self::cap::Cap;
pub use self::cap::Split;
pub use self::cleaning::Cleaning;
use crate::error::Error;
use crate::mark::Clip;
use crate::marker::Marker;

/// How much of a stream is kept, where it may be cut, and what a line is. Sizes are bytes.
///
/// Any value can be set and read back; whether they fit together is checked once, when a
/// [`HeadTail`](crate::HeadTail) is built, or by [`validate`](Self::validate). Getters are named like those of
/// [`std::process::Command`].
///
/// ```
/// use headtail::{HeadTail, Limits};
///
/// const LIMITS: Limits = Limits::new().head(4096).tail(8192).max_line(200);
/// assert_eq!((LIMITS.get_head(), LIMITS.get_tail(), LIMITS.get_max_line()), (4096, 8192, 200));
/// assert!(HeadTail::new(LIMITS).is_ok());
/// assert!(HeadTail::new(LIMITS.max_line(15)).is_err());
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
    /// Longest line content stored; 0 for no limit. Once validated it is otherwise at least `Clip::least_line`.
    pub(crate) max_line: usize,
    pub(crate) clip: Clip,
    pub(crate) align: Align,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
    pub(crate) clean: Cleaning,
    /// Most bytes of the matching lines of the gap, as they are printed, if these are shown.
    pub(crate) keep: Option<usize>,
}

impl Limits {
    /// 16 KiB at each end, cut between lines; lines of at most 2048 bytes, ended by a newline.
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
            align: Align::Line,
            delimiter: b'\n',
            clean: Cleaning::new(),
            keep: None,
        }
    }

    /// Keeps `bytes` from the start; 0 keeps none. Cancels a previous [`cap`](Self::cap).
    #[must_use]
    pub const fn head(self, bytes: usize) -> Self {
        Self { head: bytes, cap: None, ..self }
    }

    /// Most bytes kept from the start; of a [`cap`](Self::cap), the share of the head.
    #[must_use]
    pub const fn get_head(&self) -> usize {
        self.head
    }

    /// Keeps `bytes` from the end; 0 keeps none. Cancels a previous [`cap`](Self::cap).
    #[must_use]
    pub const fn tail(self, bytes: usize) -> Self {
        Self { tail: bytes, cap: None, ..self }
    }

    /// Most bytes kept from the end; of a [`cap`](Self::cap), the share of the tail.
    #[must_use]
    pub const fn get_tail(&self) -> usize {
        self.tail
    }

    /// Ends the head after `lines` lines, if its bytes allow that many; 0 keeps none.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits};
    ///
    /// let limits = Limits::new().head_lines(1).tail_lines(2);
    /// assert_eq!((limits.get_head_lines(), limits.get_tail_lines()), (Some(1), Some(2)));
    /// let mut buffer = HeadTail::new(limits)?;
    /// buffer.push(b"1\n2\n3\n4\n5\n");
    /// assert_eq!(buffer.snapshot().to_vec(), b"1\n\n... [omitted 4 bytes] ...\n\n4\n5\n");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub const fn head_lines(self, lines: u64) -> Self {
        Self { head_lines: Some(lines), ..self }
    }

    /// Most lines kept from the start; `None` for no limit, the default.
    #[must_use]
    pub const fn get_head_lines(&self) -> Option<u64> {
        self.head_lines
    }

    /// Keeps the last `lines` lines, if the bytes of the tail allow that many; 0 keeps none. A last line
    /// without a delimiter counts.
    #[must_use]
    pub const fn tail_lines(self, lines: u64) -> Self {
        Self { tail_lines: Some(lines), ..self }
    }

    /// Most lines kept from the end; `None` for no limit, the default.
    #[must_use]
    pub const fn get_tail_lines(&self) -> Option<u64> {
        self.tail_lines
    }

    /// Bounds the whole output, marker included, to `bytes`: what fits passes unchanged, otherwise head and
    /// tail share what the marker leaves as `split` says. What limits of lines leave of one share goes to the
    /// other. Replaces the sizes of head and tail.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits, Split};
    ///
    /// let limits = Limits::new().cap(60, Split::EVEN);
    /// assert_eq!(limits.get_cap(), Some((60, Split::EVEN)));
    /// let mut buffer = HeadTail::new(limits)?;
    /// buffer.push(&[b'x'; 1000]);
    /// assert_eq!(buffer.report().retained_bytes, 60);
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub const fn cap(self, bytes: usize, split: Split) -> Self {
        let head = split.head_share(bytes);
        Self { head, tail: bytes - head, cap: Some(Cap { bytes, split }), ..self }
    }

    /// Most bytes of the whole output, and how head and tail share them; `None` for no cap, the default.
    #[must_use]
    pub const fn get_cap(&self) -> Option<(usize, Split)> {
        match self.cap {
            Some(Cap { bytes, split }) => Some((bytes, split)),
            None => None,
        }
    }

    /// Shortens lines of more than `bytes` bytes, delimiter not counted; 0 leaves every line whole.
    ///
    /// The mark of a shortened line needs room: the least limit is 16, or 48 with [`Clip::Middle`].
    #[must_use]
    pub const fn max_line(self, bytes: usize) -> Self {
        Self { max_line: bytes, ..self }
    }

    /// Longest line that is not shortened; 0 for no limit.
    #[must_use]
    pub const fn get_max_line(&self) -> usize {
        self.max_line
    }

    /// Says what a line that is too long loses.
    #[must_use]
    pub const fn clip(self, clip: Clip) -> Self {
        Self { clip, ..self }
    }

    /// What a line that is too long loses.
    #[must_use]
    pub const fn get_clip(&self) -> Clip {
        self.clip
    }

    /// Says where the head may end and the tail may start.
    #[must_use]
    pub const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    /// Where the head may end and the tail may start.
    #[must_use]
    pub const fn get_align(&self) -> Align {
        self.align
    }

    /// Ends lines with `byte` instead of a newline. Don't use a byte that occurs in the mark of a shortened line
    /// (a digit, for one) if lines are counted or aligned: it ends a line there as well.
    ///
    /// ```
    /// use headtail::{HeadTail, Limits};
    ///
    /// let limits = Limits::new().delimiter(0).head(4).tail(4).max_line(0);
    /// assert_eq!(limits.get_delimiter(), 0);
    /// let mut buffer = HeadTail::new(limits)?;
    /// buffer.push(b"a\nb\0c\0d\ne\0");
    /// assert_eq!(buffer.snapshot().to_vec(), b"a\nb\0\0... [omitted 2 bytes] ...\0\0d\ne\0");
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub const fn delimiter(self, byte: u8) -> Self {
        Self { delimiter: byte, ..self }
    }

    /// The byte that ends a line.
    #[must_use]
    pub const fn get_delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Cleans the input before anything else is done with it: lines, sizes and positions are those of the
    /// cleaned text.
    #[must_use]
    pub const fn clean(self, what: Cleaning) -> Self {
        Self { clean: what, ..self }
    }

    /// What is cleaned from the input.
    #[must_use]
    pub const fn get_clean(&self) -> Cleaning {
        self.clean
    }

    /// Shows the first lines of the gap that match in the marker, in at most `bytes` bytes: their numbers, contents and
    /// line ends. [`HeadTail::with_matcher`](crate::HeadTail::with_matcher) is told which lines match.
    ///
    /// Head and tail are then cut only between lines; one in which no line ends or starts is empty.
    ///
    /// ```
    /// use headtail::{Align, Limits, Marker};
    ///
    /// let limits = Limits::new().keep(4096);
    /// assert_eq!(limits.get_keep(), Some(4096));
    /// assert!(limits.align(Align::Char).validate(&Marker::default()).is_err());
    /// ```
    #[cfg(feature = "keep")]
    #[must_use]
    pub const fn keep(self, bytes: usize) -> Self {
        Self { keep: Some(bytes), ..self }
    }

    /// Most bytes of the lines of the gap that are shown; `None`, the default, where none are.
    #[cfg(feature = "keep")]
    #[must_use]
    pub const fn get_keep(&self) -> Option<usize> {
        self.keep
    }

    /// Checks that the limits fit together and leave room for `marker`, without allocating any memory.
    ///
    /// # Errors
    ///
    /// [`Error::LineLimit`] or [`Error::MarkerTooLong`]; where lines are kept, [`Error::KeepAlign`],
    /// [`Error::KeepLine`] or [`Error::KeepPlace`].
    ///
    /// ```
    /// use headtail::{Clip, Limits, Marker};
    ///
    /// let limits = Limits::new().max_line(40);
    /// assert!(limits.validate(&Marker::default()).is_ok());
    /// assert!(limits.clip(Clip::Middle).validate(&Marker::default()).is_err());
    /// ```
    pub fn validate(&self, marker: &Marker) -> Result<(), Error> {
        let (max_line, least) = (self.max_line, self.clip.least_line());
        if 0 < max_line && max_line < least {
            return Err(Error::LineLimit { max_line, least });
        }
        if self.keep.is_some() {
            if self.align != Align::Line {
                return Err(Error::KeepAlign);
            }
            if max_line == 0 {
                return Err(Error::KeepLine);
            }
            if !marker.shows_lines() {
                return Err(Error::KeepPlace);
            }
        }
        let marker = marker.longest(b"", self.keep);
        match self.cap {
            Some(cap) if cap.bytes < marker => Err(Error::MarkerTooLong { cap: cap.bytes, marker }),
            _ => Ok(()),
        }
    }

    /// Length of the longest text that `marker` can become with these limits and this path, whatever the input. An empty
    /// path means no path.
    ///
    /// ```
    /// use headtail::{Limits, Marker};
    ///
    /// let marker = Marker::parse(b"[{bytes} bytes, see {path}]")?;
    /// let longest = "[18446744073709551615 bytes, see /tmp/log]".len();
    /// assert_eq!(Limits::new().longest_marker(&marker, b"/tmp/log"), longest);
    /// # Ok::<(), headtail::Error>(())
    /// ```
    #[must_use]
    pub fn longest_marker(&self, marker: &Marker, path: &[u8]) -> usize {
        marker.longest(path, self.keep)
    }

    /// Whether the input is cleaned.
    pub(crate) const fn cleans(&self) -> bool {
        self.clean.strip_ansi || self.clean.collapse_cr
    }

    /// Most bytes held of each end. Only limits of lines leave a share of the cap to the other end.
    pub(crate) const fn held(&self) -> (usize, usize) {
        match self.cap {
            Some(cap) if self.head_lines.is_some() || self.tail_lines.is_some() => (cap.bytes, cap.bytes),
            _ => (self.head, self.tail),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}
