//! Finding, from the end of a large write, where the bytes that can survive begin.

use memchr::{memchr, memrchr};

use crate::mark;

/// A line start in `text` from which at least `need` bytes will be stored, as near to the end as a search by
/// windows finds it; 0 where there is none.
///
/// `text` begins at a line start and ends with a delimiter. Looks at `need` bytes, the lines that they lie in
/// and one window more: a window that ends with a line and is no longer than a line may be can only hold
/// whole lines after its first delimiter, so one search a window is enough.
pub(crate) fn filling_start(text: &[u8], need: usize, max_line: usize, delimiter: u8) -> usize {
    if text.len() <= need {
        return 0;
    }
    let mut start = text.len();
    let mut stored = 0;
    while stored < need && start > 0 {
        // `text[start - 1]` is a delimiter; the window is the `max_line` bytes before it.
        let window = start.saturating_sub(max_line.saturating_add(1));
        let line = match memchr(delimiter, &text[window..start - 1]) {
            Some(first) => window + first + 1,
            None => memrchr(delimiter, &text[..window]).map_or(0, |last| last + 1),
        };
        stored += if start - line <= max_line.saturating_add(1) {
            // Whole lines, none too long.
            start - line
        } else {
            mark::least_stored(start - 1 - line, max_line) + 1
        };
        start = line;
    }
    start
}
