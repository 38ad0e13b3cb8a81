//! What is removed before anything is kept.

/// What is cleaned from the input: nothing, unless the feature `clean` is enabled and something is asked for.
///
/// ```
/// # #[cfg(feature = "clean")] {
/// use headtail::{Cleaning, HeadTail, Limits};
///
/// let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
/// assert!(what.get_strip_ansi() && what.get_collapse_cr());
/// let limits = Limits::new().clean(what);
/// assert_eq!(limits.get_clean(), what);
/// let mut buffer = HeadTail::new(limits)?;
/// buffer.push(b"\x1b[1m50%\x1b[0m\r100%\n");
/// assert_eq!(buffer.snapshot().to_vec(), b"100%\n");
/// assert_eq!(buffer.report().cleaned_bytes, 12);
/// # }
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cleaning {
    pub(crate) strip_ansi: bool,
    pub(crate) collapse_cr: bool,
}

impl Cleaning {
    /// Cleans nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { strip_ansi: false, collapse_cr: false }
    }
}

#[cfg(feature = "clean")]
impl Cleaning {
    /// Says whether to remove escape sequences.
    #[must_use]
    pub const fn strip_ansi(self, strip_ansi: bool) -> Self {
        Self { strip_ansi, ..self }
    }

    /// Whether escape sequences are removed.
    #[must_use]
    pub const fn get_strip_ansi(self) -> bool {
        self.strip_ansi
    }

    /// Says whether to reduce each line to what a terminal would show of it in the end. The line buffer for that
    /// has the size of the line limit, or 64 KiB where there is none.
    #[must_use]
    pub const fn collapse_cr(self, collapse_cr: bool) -> Self {
        Self { collapse_cr, ..self }
    }

    /// Whether each line is reduced to what a terminal would show of it in the end.
    #[must_use]
    pub const fn get_collapse_cr(self) -> bool {
        self.collapse_cr
    }
}
