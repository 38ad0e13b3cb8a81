//! Why a buffer or a marker could not be made.

use std::collections::TryReserveError;
use std::fmt;

/// Why a [`HeadTail`](crate::HeadTail) could not be built, or a template is not a [`Marker`](crate::Marker).
///
/// ```
/// use headtail::{Error, HeadTail, Limits, Marker};
///
/// let error = HeadTail::new(Limits::new().max_line(15)).unwrap_err();
/// assert_eq!(error.to_string(), "a line limit of 15 is too small: use 0 for none, or at least 16");
/// let error = Marker::parse(b"[{byte}]").unwrap_err();
/// assert_eq!(error, Error::Placeholder("byte".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// Memory could not be allocated.
    Memory {
        /// Bytes that the limits ask for.
        bytes: usize,
        /// What the allocator reported.
        cause: TryReserveError,
    },
    /// The line limit has no room for the mark of a shortened line.
    LineLimit {
        /// The limit, in bytes.
        max_line: usize,
        /// The smallest limit but 0 that this kind of clipping allows.
        least: usize,
    },
    /// The cap on the output has no room for the marker.
    MarkerTooLong {
        /// Most bytes of the output.
        cap: usize,
        /// Most bytes of the marker.
        marker: usize,
    },
    /// Lines of the gap are to be shown, and cuts are not to fall between lines.
    KeepAlign,
    /// Lines of the gap are to be shown, and nothing limits their length.
    KeepLine,
    /// Lines of the gap are to be shown, and the template has no place for them.
    KeepPlace,
    /// A template has an unknown placeholder: its name, without the braces.
    Placeholder(String),
    /// A template has an unknown escape: the byte after the backslash, `None` at the end.
    Escape(Option<u8>),
    /// A template has a brace without its other half.
    Brace,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory { bytes, .. } => {
                write!(f, "could not allocate the {bytes} bytes that the limits ask for")
            }
            Self::LineLimit { max_line, least } => {
                write!(f, "a line limit of {max_line} is too small: use 0 for none, or at least {least}")
            }
            Self::MarkerTooLong { cap, marker } => {
                write!(f, "{cap} bytes leave no room for the marker (up to {marker} bytes)")
            }
            Self::KeepAlign => f.write_str("lines of the gap are shown only where cuts fall between lines"),
            Self::KeepLine => f.write_str("lines of the gap are shown only where lines have a limit"),
            Self::KeepPlace => f.write_str("the marker has no place for the lines of the gap: write {keep}"),
            Self::Placeholder(name) => {
                let name = name.escape_debug();
                write!(
                    f,
                    "unknown placeholder {{{name}}}: expected bytes, lines, first, last, start, end, total, "
                )?;
                f.write_str("clipped, path, kept, matched or keep")
            }
            Self::Escape(Some(byte)) => {
                write!(f, r"unknown escape \{}: expected \n, \t or \\", byte.escape_ascii())
            }
            Self::Escape(None) => f.write_str(r"unfinished escape: write \\ for a backslash"),
            Self::Brace => f.write_str("unmatched brace: write {{ or }} for a literal one"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Memory { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

const _: () = {
    const fn is_send_and_sync<T: Send + Sync + 'static>() {}
    is_send_and_sync::<Error>();
};
