//! The second step: which of the stored stream is shown.

use std::ops::Range;

use super::clip::{trim, without_continuations};
use super::{Align, Origin, Params, Stored};

/// What becomes of the stored stream: where head and tail touch, nothing is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) head: Range<usize>,
    pub(crate) tail: Range<usize>,
}

impl Cut {
    /// What is missing.
    pub(crate) fn gap(&self) -> Option<Range<usize>> {
        (self.head.end < self.tail.start).then_some(self.head.end..self.tail.start)
    }
}

/// Which of the stored stream is shown. Whether anything is missing is decided before a cut is aligned.
pub(crate) fn cut(stored: &[Stored], params: &Params) -> Cut {
    let len = stored.len();
    let head_allows = params.head.min(lines_end(stored, params));
    let tail_allows = len.saturating_sub(params.tail).max(lines_start(stored, params));
    if tail_allows <= head_allows {
        return Cut { head: 0..len, tail: len..len };
    }
    let (head, mut tail) = (head_end(stored, params), tail_start(stored, params));
    // Part of a mark stands for nothing: all that is left of it goes, and what the line lost with it.
    if stored[head..tail].iter().all(|missing| missing.origin == Origin::Mark) {
        let rest = &stored[tail..];
        tail += rest.iter().position(|shown| shown.origin == Origin::MarkEnd).expect("a mark has an end") + 1;
    }
    Cut { head: 0..head, tail: tail..len }
}

/// Where the head ends, if something follows that is not shown: after the line limit, also where that is just as many
/// bytes as it may have, or else at an aligned byte.
pub(crate) fn head_end(stored: &[Stored], params: &Params) -> usize {
    let lines_end = lines_end(stored, params);
    if lines_end <= params.head {
        return lines_end;
    }
    aligned_end(&stored[..params.head], params)
}

/// Where a head ends that may have all of `head` and goes on.
fn aligned_end(head: &[Stored], params: &Params) -> usize {
    let whole_lines = head.iter().rposition(ends_line).map_or(0, |delimiter| delimiter + 1);
    match params.align {
        Align::Byte => head.len(),
        Align::Line if params.keep.is_some() => whole_lines,
        Align::Line if whole_lines > 0 => whole_lines,
        Align::Char | Align::Line => trim(&bytes(head)).len(),
    }
}

/// Where the tail starts, if something comes before it that is not shown: at the first line within the limit, also where
/// these are just as many bytes as it may have, or else at an aligned byte.
pub(crate) fn tail_start(stored: &[Stored], params: &Params) -> usize {
    let lines_start = lines_start(stored, params);
    let start = stored.len().saturating_sub(params.tail);
    if params.tail_lines.is_some() && lines_start >= start {
        return lines_start;
    }
    let first_line = line_starts(stored).into_iter().find(|line| start <= *line);
    match (params.align, first_line) {
        (Align::Byte, _) => start,
        (Align::Line, Some(line)) => line,
        (Align::Line, None) if params.keep.is_some() => stored.len(),
        (Align::Char, _) | (Align::Line, None) => {
            stored.len() - without_continuations(&bytes(&stored[start..])).len()
        }
    }
}

/// Where the head ends, if bytes are skipped after `stored`.
pub(crate) fn head_end_before_skip(stored: &[Stored], params: &Params) -> usize {
    let lines = stored.iter().filter(|stored| ends_line(stored)).count();
    match params.head_lines {
        Some(limit) if limit <= lines => head_end(stored, params),
        // Lines that are not there end no head.
        _ => aligned_end(&stored[..params.head.min(stored.len())], params),
    }
}

/// Where the tail starts, if bytes were skipped before `stored`.
pub(crate) fn tail_start_after_skip(stored: &[Stored], params: &Params) -> usize {
    // What was skipped may have cut a character, where no line is known to start.
    let tail_lines = params.tail_lines.filter(|&limit| limit == 0 || limit < line_starts(stored).len());
    tail_start(stored, &Params { tail_lines, ..*params })
}

/// Where the lines end that the head may have.
pub(crate) fn lines_end(stored: &[Stored], params: &Params) -> usize {
    let mut ends = (0..stored.len()).filter(|&at| ends_line(&stored[at])).map(|at| at + 1);
    match params.head_lines {
        None => stored.len(),
        Some(0) => 0,
        Some(lines) => ends.nth(lines - 1).unwrap_or(stored.len()),
    }
}

/// Where the lines start that the tail may have.
pub(crate) fn lines_start(stored: &[Stored], params: &Params) -> usize {
    match params.tail_lines {
        None => 0,
        Some(0) => stored.len(),
        Some(lines) => line_starts(stored).into_iter().rev().nth(lines - 1).unwrap_or(0),
    }
}

/// Where a line starts: at the start, and after a delimiter that is not the last byte.
fn line_starts(stored: &[Stored]) -> Vec<usize> {
    (0..stored.len()).filter(|&at| at == 0 || ends_line(&stored[at - 1])).collect()
}

fn ends_line(stored: &Stored) -> bool {
    stored.origin == Origin::Delimiter
}

fn bytes(stored: &[Stored]) -> Vec<u8> {
    stored.iter().map(|stored| stored.byte).collect()
}
