//! Where the crate and the oracle are known to disagree, so that everything else can be compared. `tests/open.rs` has
//! the smallest case of each; what is mended goes from here and from the ignored tests there.

use crate::oracle::clip::stored;
use crate::oracle::cut::{lines_end, lines_start};
use crate::oracle::{Align, Params, Stored};

/// Whether the crate may answer something else than the oracle.
pub(crate) fn is_open(input: &[u8], params: &Params) -> bool {
    let stored = stored(input, params);
    loses_start_of_line(&stored, params) || loses_delimiter(&stored, params)
}

/// The tail starts with the last lines, of which the first begins with a stray continuation byte: it loses it.
fn loses_start_of_line(stored: &[Stored], params: &Params) -> bool {
    let start = lines_start(stored, params);
    let first = stored.get(start).map_or(0, |first| first.byte);
    let by_lines = params.tail_lines.is_some() && start > stored.len().saturating_sub(params.tail);
    params.align == Align::Char && by_lines && (0x80..=0xBF).contains(&first)
}

/// The head ends after so many lines with a delimiter that may be part of a character: it loses it.
fn loses_delimiter(stored: &[Stored], params: &Params) -> bool {
    let end = lines_end(stored, params);
    params.align == Align::Char
        && params.head_lines.is_some()
        && end < params.head
        && params.delimiter >= 0x80
}

/// Bytes that are in the mark of a clipped line and so no delimiter here: it would be counted, and below 0.
pub(crate) fn is_in_mark(byte: u8) -> bool {
    b" ... [truncated 0123456789 bytes] ... ".contains(&byte)
}

/// Text that fits a cap, and that limits of lines leave whole, is cut by the shares of the cap all the same where
/// there is a limit of lines.
pub(crate) fn shares_cut_what_fits(params: &Params) -> bool {
    params.head_lines.is_some() || params.tail_lines.is_some()
}
