//! What a line that is too long loses, the mark that says so, and the bounds that follow from it.

use std::io::Write;

use crate::utf8;

/// What a line that is too long loses.
///
/// ```
/// use headtail::{Clip, HeadTail, Limits};
///
/// let shorten = |clip| {
///     let limits = Limits::new().max_line(50).clip(clip);
///     assert_eq!(limits.get_clip(), clip);
///     let mut buffer = HeadTail::new(limits)?;
///     buffer.push(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ\n");
///     Ok::<_, headtail::Error>(buffer.snapshot().to_vec())
/// };
/// assert_eq!(shorten(Clip::End)?, b"0123456789abcdefghijklmnopqrstuvwx ... [truncated]\n");
/// assert_eq!(shorten(Clip::Middle)?, b"0 ... [truncated 42 bytes] ... HIJKLMNOPQRSTUVWXYZ\n");
/// # Ok::<(), headtail::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Clip {
    /// Its end: `START ... [truncated]`.
    #[default]
    End,
    /// Its middle: `START ... [truncated N bytes] ... END`.
    Middle,
}

/// The mark of a line that lost its end.
pub(crate) const END: &[u8; 16] = b" ... [truncated]";

const MIDDLE_BEFORE: &[u8; 16] = b" ... [truncated ";
const MIDDLE_AFTER: &[u8; 12] = b" bytes] ... ";
/// Length of the mark of a line that lost its middle, the number not counted.
pub(crate) const MIDDLE_TEXT: usize = MIDDLE_BEFORE.len() + MIDDLE_AFTER.len();
/// Length of that mark around a number of any width.
pub(crate) const LONGEST_MIDDLE: usize = MIDDLE_TEXT + u64::MAX.ilog10() as usize + 1;

impl Clip {
    /// The smallest line limit that has room for the mark.
    pub(crate) const fn least_line(self) -> usize {
        match self {
            Self::End => END.len(),
            Self::Middle => LONGEST_MIDDLE,
        }
    }

    /// Most bytes of a line that are stored before they are taken back because it is longer than `max_line`.
    pub(crate) const fn hold_back(self, max_line: usize) -> usize {
        match self {
            _ if max_line == 0 => 0,
            Self::End => END.len() + utf8::MAX_PARTIAL,
            Self::Middle => max_line.saturating_add(1),
        }
    }
}

/// What clips add to a stretch of the stored stream.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clipped {
    /// Lines whose mark ends in the stretch.
    pub(crate) lines: u64,
    /// Bytes of the input that those lines lost.
    pub(crate) bytes: u64,
    /// Bytes of the stretch that are mark, not input.
    pub(crate) marks: u64,
}

impl Clipped {
    /// What clips add to this stretch and another.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            lines: self.lines + other.lines,
            bytes: self.bytes + other.bytes,
            marks: self.marks + other.marks,
        }
    }
}

/// Fewest bytes stored of a line that is too long, its delimiter among them.
pub(crate) fn least_stored(max_line: usize) -> usize {
    // A character cut on each side of the mark.
    max_line - 2 * utf8::MAX_PARTIAL + 1
}

/// Most marks that end in, or begin in, `size` bytes of the stored stream, and one that may be taken back.
pub(crate) fn most_in(size: usize, max_line: usize) -> usize {
    if max_line == 0 {
        return 0;
    }
    // Two marks are a shortened line apart, at least.
    let apart = END.len().max(least_stored(max_line));
    size / apart + 3
}

/// The mark of a line that lost `lost` bytes of its middle, and its length.
pub(crate) fn middle(lost: u64) -> ([u8; LONGEST_MIDDLE], usize) {
    let mut mark = [0; LONGEST_MIDDLE];
    let mut room = &mut mark[..];
    let written = room
        .write_all(MIDDLE_BEFORE)
        .and_then(|()| write!(room, "{lost}"))
        .and_then(|()| room.write_all(MIDDLE_AFTER));
    debug_assert!(written.is_ok(), "the longest mark has room for any number");
    let len = LONGEST_MIDDLE - room.len();
    (mark, len)
}
