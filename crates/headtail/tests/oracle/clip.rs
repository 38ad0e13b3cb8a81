//! The first step: lines, and what is stored of them.

use std::ops::Range;

use super::{Clip, Origin, Params, Stored};

/// A line of the input: where its content is, and whether a delimiter follows it.
struct Line {
    content: Range<usize>,
    delimited: bool,
}

/// The stored stream `S`.
pub(crate) fn stored(input: &[u8], params: &Params) -> Vec<Stored> {
    let mut stored = Vec::new();
    for (line, number) in lines(input, params.delimiter).iter().zip(1..) {
        stored.extend(clip(input, line, number, params));
    }
    stored
}

/// The lines of `input`; the last one may have no delimiter, and is there only if it has content.
fn lines(input: &[u8], delimiter: u8) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (position, &byte) in input.iter().enumerate() {
        if byte == delimiter {
            lines.push(Line { content: start..position, delimited: true });
            start = position + 1;
        }
    }
    if start < input.len() {
        lines.push(Line { content: start..input.len(), delimited: false });
    }
    lines
}

/// What is stored of a line.
fn clip(input: &[u8], line: &Line, number: usize, params: &Params) -> Vec<Stored> {
    let content = &input[line.content.clone()];
    let from_input =
        |position: usize, origin| Stored { byte: input[position], position, width: 1, line: number, origin };

    let mut stored: Vec<Stored> = Vec::new();
    if params.max_line == 0 || content.len() <= params.max_line {
        stored.extend(line.content.clone().map(|position| from_input(position, Origin::Content)));
    } else {
        let Clipped { start, mark, end } = match params.clip {
            Clip::End => clip_end(content, params.max_line),
            Clip::Middle => clip_middle(content, params.max_line),
        };
        let lost = line.content.start + start..line.content.end - end;
        stored.extend((line.content.start..lost.start).map(|at| from_input(at, Origin::Content)));
        for (&byte, left) in mark.iter().zip((0..mark.len()).rev()) {
            let (width, origin) = if left > 0 { (0, Origin::Mark) } else { (lost.len(), Origin::MarkEnd) };
            stored.push(Stored { byte, position: lost.start, width, line: number, origin });
        }
        stored.extend((lost.end..line.content.end).map(|at| from_input(at, Origin::Content)));
    }
    if line.delimited {
        stored.push(from_input(line.content.end, Origin::Delimiter));
    }
    stored
}

/// The content of an overlong line: its first bytes, a mark, and its last bytes.
struct Clipped {
    start: usize,
    mark: Vec<u8>,
    end: usize,
}

/// `START ... [truncated]`.
fn clip_end(content: &[u8], max_line: usize) -> Clipped {
    let mark = b" ... [truncated]".to_vec();
    Clipped { start: trim(&content[..max_line - mark.len()]).len(), mark, end: 0 }
}

/// `START ... [truncated N bytes] ... END`: the start has half of what the longest mark leaves. The end is the longest that
/// fits beside it and the mark, without the rest of a character at its start.
fn clip_middle(content: &[u8], max_line: usize) -> Clipped {
    let mark = |lost: usize| format!(" ... [truncated {lost} bytes] ... ").into_bytes();
    let longest = mark(usize::MAX).len();
    let start = trim(&content[..(max_line - longest) / 2]).len();
    for from in content.len() - max_line..=content.len() {
        let end = without_continuations(&content[from..]).len();
        if let Some(lost) = content.len().checked_sub(start + end)
            && start + mark(lost).len() + content[from..].len() <= max_line
        {
            return Clipped { start, mark: mark(lost), end };
        }
    }
    panic!("the longest mark leaves room for an end of nothing");
}

/// `bytes` without the rest of a character at its start: three bytes at most.
pub(super) fn without_continuations(bytes: &[u8]) -> &[u8] {
    let dropped = bytes.iter().take(3).take_while(|byte| (0x80..=0xBF).contains(*byte)).count();
    &bytes[dropped..]
}

/// `bytes` without a character that has only begun at its end.
pub(crate) fn trim(bytes: &[u8]) -> &[u8] {
    for unfinished in 1..=3.min(bytes.len()) {
        let (rest, end) = bytes.split_at(bytes.len() - unfinished);
        if begins_character(end) {
            return rest;
        }
    }
    bytes
}

/// Whether `bytes` are a proper prefix of a well-formed UTF-8 sequence: std's decoder asks for more then, and does not
/// call any of it wrong.
pub(crate) fn begins_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}
