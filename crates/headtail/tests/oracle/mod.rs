//! The oracle: the contract's model as naive code over the whole input.
//!
//! It is written from the contract alone and shares nothing with the crate, so that every streaming path can be
//! compared with it. It holds the input and the stored stream at once, keeps a position and a width for every byte
//! of the stored stream, and does one step of the contract after the other:
//!
//! 1. [`Text::of`]: clean the input; what follows knows nothing but the text that is left;
//! 2. [`stored`]: split the text into lines, shorten each line, and concatenate them to the stored stream `S`;
//! 3. [`cut`]: decide which of `S` is head, gap and tail;
//! 4. [`put_together`]: put the output together, with a [`Marker`] in the gap, and count.
//!
//! A new option belongs in [`Params`] and in the one step that it changes.

// Each test crate and fuzz target that includes this file uses its own part of it.
#![allow(dead_code)]

pub(crate) mod clean;
pub(crate) mod clip;
pub(crate) mod cut;
pub(crate) mod keep;
pub(crate) mod marker;

use std::ops::Range;

use clip::stored;
use cut::{Cut, cut};
pub(crate) use keep::{Keep, Needle};
pub(crate) use marker::Marker;
use marker::{Around, Gap};

/// The limits of one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Params {
    /// `H`: the bytes of `S` that the head may have.
    pub(crate) head: usize,
    /// `T`: the bytes of `S` that the tail may have.
    pub(crate) tail: usize,
    /// The lines that the head may have.
    pub(crate) head_lines: Option<usize>,
    /// The lines that the tail may have.
    pub(crate) tail_lines: Option<usize>,
    pub(crate) align: Align,
    /// `L`: the longest content of a line; 0 for no limit.
    pub(crate) max_line: usize,
    pub(crate) clip: Clip,
    /// The byte that ends a line.
    pub(crate) delimiter: u8,
    /// Which lines of the gap are shown, if any.
    pub(crate) keep: Option<Keep>,
    pub(crate) clean: Clean,
}

/// What is removed before anything else is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clean {
    pub(crate) strip_ansi: bool,
    pub(crate) collapse_cr: bool,
}

/// Where head and tail may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Byte,
    Char,
    Line,
}

/// What an overlong line loses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clip {
    End,
    Middle,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            head: 16384,
            tail: 16384,
            head_lines: None,
            tail_lines: None,
            align: Align::Line,
            max_line: 2048,
            clip: Clip::End,
            delimiter: b'\n',
            keep: None,
            clean: Clean::default(),
        }
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
    /// Lines of the gap that match, how many of these are shown, and how much of the input that is.
    pub(crate) matches: Option<(u64, u64, u64)>,
}

/// What the contract says that an input gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Every byte printed.
    pub(crate) output: Vec<u8>,
    /// What is reported of it.
    pub(crate) numbers: Numbers,
    /// Length of the input when it is cleaned.
    pub(crate) text: usize,
    /// Length of the stored stream.
    pub(crate) stored: usize,
    /// Bytes of the stored stream in the output.
    pub(crate) kept: usize,
    /// Bytes of the stored stream that the sizes of head and tail allow.
    pub(crate) allowed: usize,
    /// Whether there is a gap, which has no width where nothing but a part of a suffix is missing.
    pub(crate) gap: bool,
    /// Length of the gap, with the lines of it that are shown.
    pub(crate) gap_bytes: u64,
    /// Bytes of the input that the output shows, counted one by one and not by subtraction.
    pub(crate) shown: u64,
    /// Whether anything of the text was lost, and so whether it and the output differ. (Only one that has, just where
    /// the gap is, the very marker that takes its place is the same without it.)
    pub(crate) truncated: bool,
}

/// One byte of the stored stream, and the part of the input that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) byte: u8,
    /// Where that part starts in the input.
    position: usize,
    /// How long that part is.
    width: usize,
    /// The number of the line, from 1.
    line: usize,
    origin: Origin,
}

impl Stored {
    /// Where the part of the input starts that it stands for.
    pub(crate) fn start(&self) -> usize {
        self.position
    }

    /// Whether it is the last byte of the mark of a clipped line.
    pub(crate) fn ends_mark(&self) -> bool {
        self.origin == Origin::MarkEnd
    }
}

/// Where a byte of the stored stream comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// It is a byte of a line's content.
    Content,
    /// It is the delimiter of a line.
    Delimiter,
    /// It is in the mark of a clipped line, but not its last byte, and stands for nothing.
    Mark,
    /// It is the last byte of that mark, and stands for all that the line lost.
    MarkEnd,
}

/// What cleaning leaves of an input.
pub(crate) struct Text {
    /// Length of the input.
    original: usize,
    pub(crate) bytes: Vec<u8>,
}

impl Text {
    pub(crate) fn of(input: &[u8], params: &Params) -> Self {
        let Clean { strip_ansi, collapse_cr } = params.clean;
        let line_buffer = if params.max_line == 0 { 64 << 10 } else { params.max_line };
        let bytes = clean::clean(input, strip_ansi, collapse_cr, params.delimiter, line_buffer);
        Self { original: input.len(), bytes }
    }
}

/// The contract's answer for the whole of `input`, with the marker of section 1.
pub(crate) fn answer(input: &[u8], params: &Params) -> Answer {
    answer_marked(input, params, &Marker::default())
}

/// The contract's answer for the whole of `input`.
pub(crate) fn answer_marked(input: &[u8], params: &Params, marker: &Marker) -> Answer {
    let text = Text::of(input, params);
    let stored = stored(&text.bytes, params);
    let answer = put_together_cut(&text, &stored, &cut(&stored, params), params, marker);
    Answer { allowed: params.head.saturating_add(params.tail), ..answer }
}

/// The contract's answer for stretches of an input, before each of which but the first so many bytes are not available.
///
/// There is a gap, even where nothing else is missing: the head is cut from the first stretch and the tail from the
/// last one, though all of these may be shown. An unfinished line ends among the skipped bytes, and no other one.
pub(crate) fn answer_skipping(
    first: &[u8],
    rest: &[(usize, &[u8])],
    params: &Params,
    marker: &Marker,
) -> Answer {
    let mut all = stored(first, params);
    let head = cut::head_end_before_skip(&all, params);
    let (mut total, mut tail) = (first.len(), all.len());
    let (mut before, mut unfinished) = (first, 0);
    for (skipped, stretch) in rest {
        total += skipped;
        unfinished += usize::from(before.last().is_some_and(|last| *last != params.delimiter));
        let lines = all.last().map_or(0, |last| last.line);
        let here = stored(stretch, params);
        tail = all.len() + cut::tail_start_after_skip(&here, params);
        all.extend(here.into_iter().map(|stored| Stored {
            position: stored.position + total,
            line: stored.line + lines,
            ..stored
        }));
        total += stretch.len();
        before = stretch;
    }
    let mut gap = gap(total, &all, head..tail);
    gap.lines += unfinished;
    let cut = Cut { head: 0..head, tail: tail..all.len() };
    let answer = put_together(total, &all, &cut, Some(gap), params, marker);
    Answer { allowed: params.head.saturating_add(params.tail), ..answer }
}

/// What is printed and reported of the stored stream of `text` that is cut like this.
pub(crate) fn put_together_cut(
    text: &Text,
    stored: &[Stored],
    cut: &Cut,
    params: &Params,
    marker: &Marker,
) -> Answer {
    let gap = cut.gap().map(|missing| Gap { total: text.original, ..gap(text.bytes.len(), stored, missing) });
    let answer = put_together(text.original, stored, cut, gap, params, marker);
    Answer { text: text.bytes.len(), ..answer }
}

/// What is printed and reported of a stored stream that is cut like this and has this gap.
fn put_together(
    total: usize,
    stored: &[Stored],
    cut: &Cut,
    gap: Option<Gap>,
    params: &Params,
    marker: &Marker,
) -> Answer {
    let (head, tail) = (&stored[cut.head.clone()], &stored[cut.tail.clone()]);

    let mut output: Vec<u8> = head.iter().map(|stored| stored.byte).collect();
    let mut gap = gap;
    let mut found = params.keep.map(|_| keep::Found::default());
    if let Some(gap) = &mut gap {
        if let Some(keep) = params.keep {
            let lines = keep::find(&stored[cut.head.end..cut.tail.start], keep, params.delimiter);
            gap.bytes -= lines.shown + lines.clipped;
            gap.lines -= lines.delimiters;
            found = Some(lines);
        }
        let lost = |part: &[Stored]| -> usize {
            part.iter().filter(|stored| stored.origin == Origin::MarkEnd).map(|stored| stored.width).sum()
        };
        let around = Around {
            head: output.last().copied(),
            tail: !tail.is_empty(),
            delimiter: params.delimiter,
            clipped: lost(head) + lost(tail) + found.as_ref().map_or(0, |found| found.clipped),
            found: found.as_ref(),
        };
        output.extend(marker.text(&*gap, &around));
    }
    output.extend(tail.iter().map(|stored| stored.byte));

    let mut numbers = Numbers {
        original: total as u64,
        retained: output.len() as u64,
        omitted: gap.map_or(0, |gap| gap.bytes as u64),
        omitted_start: gap.map_or(0, |gap| gap.start as u64),
        clipped_lines: 0,
        clipped_bytes: 0,
        matches: found.as_ref().map(|found| (found.matched as u64, found.kept as u64, found.shown as u64)),
    };
    let mut shown = 0;
    if let Some(found) = &found {
        shown += found.shown as u64;
        numbers.clipped_lines += found.clipped_lines as u64;
        numbers.clipped_bytes += found.clipped as u64;
    }
    for stored in head.iter().chain(tail) {
        match stored.origin {
            Origin::Content | Origin::Delimiter => shown += 1,
            Origin::Mark => {}
            Origin::MarkEnd => {
                numbers.clipped_lines += 1;
                numbers.clipped_bytes += stored.width as u64;
            }
        }
    }
    Answer {
        output,
        numbers,
        text: total,
        stored: stored.len(),
        kept: head.len() + tail.len(),
        allowed: stored.len(),
        gap: gap.is_some(),
        gap_bytes: gap.map_or(0, |gap| (gap.end - gap.start) as u64),
        shown,
        truncated: gap.is_some() || numbers.clipped_lines > 0,
    }
}

/// What can be said of the `missing` part of the stored stream of a text of `total` bytes.
fn gap(total: usize, stored: &[Stored], missing: Range<usize>) -> Gap {
    let (head, tail) = (&stored[..missing.start], &stored[missing.end..]);
    let start = head.last().map_or(0, |last| last.position + last.width);
    let end = tail.first().map_or(total, |first| first.position);
    let missing = &stored[missing];
    // Skipped bytes are missing of the line that they begin in.
    let first = head.last().map_or(1, |last| last.line + usize::from(last.origin == Origin::Delimiter));
    Gap {
        bytes: end - start,
        lines: missing.iter().filter(|stored| stored.origin == Origin::Delimiter).count(),
        first: missing.first().map_or(first, |missing| missing.line.min(first)),
        last: missing.last().map_or(first, |missing| missing.line),
        start,
        end,
        total,
    }
}
