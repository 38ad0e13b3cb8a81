//! The oracle: the contract's model as naive code over the whole input.
//!
//! It is written from the contract alone and shares nothing with the crate, so that every streaming path can be
//! compared with it. It holds the input and the stored stream at once, keeps a position and a width for every byte
//! of the stored stream, and does one step of the contract after the other:
//!
//! 1. [`lines`]: split the input into lines;
//! 2. [`clip`]: shorten each line, and concatenate them to the stored stream `S`;
//! 3. [`cut`]: decide which of `S` is head, gap and tail;
//! 4. [`marker`] and [`answer`]: put the output together and count.
//!
//! A new option belongs in [`Params`] and in the one step that it changes.

// Each test crate and fuzz target that includes this file uses its own part of it.
#![allow(dead_code)]

use std::ops::Range;

/// What a clipped line ends in.
pub(crate) const SUFFIX: &[u8; 16] = b" ... [truncated]";

/// The limits of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Params {
    /// `H`: the bytes of `S` that the head may have.
    pub(crate) head: usize,
    /// `T`: the bytes of `S` that the tail may have.
    pub(crate) tail: usize,
    /// `L`: the longest content of a line; 0 for no limit.
    pub(crate) max_line: usize,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
}

impl Default for Params {
    fn default() -> Self {
        Self { head: 16384, tail: 16384, max_line: 2048, delimiter: b'\n' }
    }
}

/// The numbers of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Bytes of the input.
    pub(crate) original: u64,
    /// Bytes of the output, marker included.
    pub(crate) retained: u64,
    /// Bytes of the input in the gap.
    pub(crate) omitted: u64,
    /// Where the gap starts in the input; 0 when there is no gap.
    pub(crate) omitted_start: u64,
    /// Lines whose suffix ends inside the output.
    pub(crate) clipped_lines: u64,
    /// Bytes of the input that those lines lost.
    pub(crate) clipped_bytes: u64,
}

/// What the contract says that an input gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Every byte printed.
    pub(crate) output: Vec<u8>,
    /// What is reported of it.
    pub(crate) numbers: Numbers,
    /// Length of the stored stream.
    pub(crate) stored: usize,
    /// Whether there is a gap, which has no width where nothing but a part of a suffix is missing.
    pub(crate) gap: bool,
    /// Bytes of the input that the output shows, counted one by one and not by subtraction.
    pub(crate) shown: u64,
    /// Whether anything was lost, and so whether output and input differ. (Only an input that has, just where
    /// the gap is, the very marker that takes its place is the same without it.)
    pub(crate) truncated: bool,
}

/// One byte of the stored stream, and the part of the input that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stored {
    byte: u8,
    /// Where that part starts in the input.
    position: usize,
    /// How long that part is.
    width: usize,
    origin: Origin,
}

/// Where a byte of the stored stream comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It is a byte of the input.
    Input,
    /// It is one of the first 15 bytes of a suffix, and stands for nothing.
    Suffix,
    /// It is the last byte of a suffix, and stands for all that the line lost.
    SuffixEnd,
}

/// What becomes of the stored stream.
struct Cut {
    head: Range<usize>,
    tail: Range<usize>,
    /// Whether something is missing between the two.
    gap: bool,
}

/// The contract's answer for the whole of `input`.
pub(crate) fn answer(input: &[u8], params: &Params) -> Answer {
    let mut stored = Vec::new();
    for line in lines(input, params.delimiter) {
        stored.extend(clip(input, &line, params));
    }
    let cut = cut(&stored, params);
    let (head, tail) = (&stored[cut.head], &stored[cut.tail]);

    let (omitted_start, omitted_end) = if cut.gap {
        let start = head.last().map_or(0, |last| last.position + last.width);
        let end = tail.first().map_or(input.len(), |first| first.position);
        (start, end)
    } else {
        (0, 0)
    };

    let mut output: Vec<u8> = head.iter().map(|stored| stored.byte).collect();
    if cut.gap {
        output.extend(marker(omitted_end - omitted_start));
    }
    output.extend(tail.iter().map(|stored| stored.byte));

    let mut numbers = Numbers {
        original: input.len() as u64,
        retained: output.len() as u64,
        omitted: (omitted_end - omitted_start) as u64,
        omitted_start: omitted_start as u64,
        clipped_lines: 0,
        clipped_bytes: 0,
    };
    let mut shown = 0;
    for stored in head.iter().chain(tail) {
        match stored.origin {
            Origin::Input => shown += 1,
            Origin::Suffix => {}
            Origin::SuffixEnd => {
                numbers.clipped_lines += 1;
                numbers.clipped_bytes += stored.width as u64;
            }
        }
    }
    Answer {
        output,
        numbers,
        stored: stored.len(),
        gap: cut.gap,
        shown,
        truncated: cut.gap || numbers.clipped_lines > 0,
    }
}

/// A line of the input: where its content is, and whether a delimiter follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    content: Range<usize>,
    delimited: bool,
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
fn clip(input: &[u8], line: &Line, params: &Params) -> Vec<Stored> {
    let content = &input[line.content.clone()];
    let start = line.content.start;
    let end = line.content.end;
    let from_input =
        |position: usize| Stored { byte: input[position], position, width: 1, origin: Origin::Input };

    let mut stored: Vec<Stored> = Vec::new();
    if params.max_line == 0 || content.len() <= params.max_line {
        stored.extend((start..end).map(from_input));
    } else {
        let kept = trim(&content[..params.max_line - SUFFIX.len()]).len();
        stored.extend((start..start + kept).map(from_input));
        let position = start + kept;
        for &byte in &SUFFIX[..15] {
            stored.push(Stored { byte, position, width: 0, origin: Origin::Suffix });
        }
        stored.push(Stored { byte: SUFFIX[15], position, width: end - position, origin: Origin::SuffixEnd });
    }
    if line.delimited {
        stored.push(from_input(end));
    }
    stored
}

/// Which of the stored stream is shown.
fn cut(stored: &[Stored], params: &Params) -> Cut {
    let len = stored.len();
    if len <= params.head.saturating_add(params.tail) {
        return Cut { head: 0..len, tail: len..len, gap: false };
    }
    let bytes: Vec<u8> = stored.iter().map(|stored| stored.byte).collect();
    let head = trim(&bytes[..params.head]).len();
    let tail = len - params.tail;
    let dropped = bytes[tail..].iter().take(3).take_while(|byte| (0x80..=0xBF).contains(*byte)).count();
    Cut { head: 0..head, tail: tail + dropped..len, gap: true }
}

/// What stands in the place of `omitted` bytes.
fn marker(omitted: usize) -> Vec<u8> {
    format!("\n\n... [omitted {omitted} bytes] ...\n\n").into_bytes()
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

/// Whether `bytes` are a proper prefix of a well-formed UTF-8 sequence: the Unicode Standard, table 3-7.
pub(crate) fn begins_character(bytes: &[u8]) -> bool {
    let Some((&first, rest)) = bytes.split_first() else { return false };
    let (len, second) = match first {
        0xC2..=0xDF => (2, 0x80..=0xBF),
        0xE0 => (3, 0xA0..=0xBF),
        0xE1..=0xEC | 0xEE..=0xEF => (3, 0x80..=0xBF),
        0xED => (3, 0x80..=0x9F),
        0xF0 => (4, 0x90..=0xBF),
        0xF1..=0xF3 => (4, 0x80..=0xBF),
        0xF4 => (4, 0x80..=0x8F),
        _ => return false,
    };
    bytes.len() < len
        && rest.first().is_none_or(|byte| second.contains(byte))
        && rest.iter().skip(1).all(|byte| (0x80..=0xBF).contains(byte))
}
