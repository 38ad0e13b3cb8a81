//! The crate seen through the oracle's eyes: what the tests and fuzz targets share.

// Each test crate and fuzz target that includes this file uses its own part of it.
#![allow(dead_code)]

pub(crate) mod capped;
pub(crate) mod marks;

use headtail::{Cleaner, Cleaning, HeadTail, Limits, Report};

use std::sync::Arc;

use crate::oracle::{Align, Answer, Clean, Clip, Keep, Marker, Numbers, Params};

/// The crate's limits for the oracle's parameters.
pub(crate) fn limits(params: &Params) -> Limits {
    let mut limits = Limits::new()
        .head(params.head)
        .tail(params.tail)
        .align(match params.align {
            Align::Byte => headtail::Align::Byte,
            Align::Char => headtail::Align::Char,
            Align::Line => headtail::Align::Line,
        })
        .max_line(params.max_line)
        .clip(match params.clip {
            Clip::End => headtail::Clip::End,
            Clip::Middle => headtail::Clip::Middle,
        })
        .delimiter(params.delimiter)
        .clean(cleaning(params.clean));
    if let Some(lines) = params.head_lines {
        limits = limits.head_lines(lines as u64);
    }
    if let Some(lines) = params.tail_lines {
        limits = limits.tail_lines(lines as u64);
    }
    if let Some(keep) = params.keep {
        limits = limits.keep(keep.size);
    }
    limits
}

fn cleaning(Clean { strip_ansi, collapse_cr }: Clean) -> Cleaning {
    Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr)
}

/// Asserts that the account of cleaning is that of `input`, of which `left` bytes are left.
#[track_caller]
pub(crate) fn assert_cleaned(report: &Report, input: &[u8], params: &Params, left: usize) {
    let mut cleaner = Cleaner::new(
        cleaning(params.clean),
        params.delimiter,
        match params.max_line {
            0 => 64 << 10,
            bytes => bytes,
        },
    )
    .expect("memory for a short line");
    cleaner.clean(input, &mut |_| {});
    assert_eq!(report.added_bytes, cleaner.added_bytes());
    assert_eq!(report.original_bytes + report.added_bytes, report.cleaned_bytes + left as u64);
}

/// A new `HeadTail` for the oracle's parameters.
pub(crate) fn new(params: &Params) -> HeadTail {
    new_marked(params, &Marker::default())
}

/// The crate's marker for the oracle's, of which the path is the snapshot's.
pub(crate) fn marker(marker: &Marker) -> headtail::Marker {
    match &marker.template {
        None => headtail::Marker::default(),
        Some(template) => headtail::Marker::parse(template).expect("a template"),
    }
}

/// A new `HeadTail` with a custom marker.
pub(crate) fn new_marked(params: &Params, wanted: &Marker) -> HeadTail {
    build(limits(params), params, wanted).expect("memory for small limits")
}

/// A new `HeadTail` with these limits; the oracle's parameters say which lines match.
pub(crate) fn build(limits: Limits, params: &Params, wanted: &Marker) -> Result<HeadTail, headtail::Error> {
    match params.keep {
        None => HeadTail::with_marker(limits, marker(wanted)),
        Some(Keep { needle, .. }) => {
            let matcher = Arc::new(move |content: &[u8]| needle.is_match(content));
            HeadTail::with_matcher(limits, marker(wanted), matcher)
        }
    }
}

/// The oracle's numbers in a report of the crate.
pub(crate) fn numbers(report: &Report) -> Numbers {
    Numbers {
        original: report.original_bytes,
        retained: report.retained_bytes,
        omitted: report.omitted_bytes,
        omitted_start: report.omitted_start,
        clipped_lines: report.clipped_lines,
        clipped_bytes: report.clipped_bytes,
        matches: report.matches.map(|found| (found.matched_lines, found.kept_lines, found.kept_bytes)),
    }
}

/// Asserts that `kept` answers what the contract says; `context` tells how it came about.
#[track_caller]
pub(crate) fn assert_answers(kept: &HeadTail, want: &Answer, context: impl Fn() -> String) {
    assert_eq!(&kept.report(), kept.snapshot().report(), "the report is the snapshot's: {}", context());
    assert_answers_with_path(kept, b"", want, context);
}

/// Like `assert_answers`, with the path of a file that has all of the input.
#[track_caller]
pub(crate) fn assert_answers_with_path(
    kept: &HeadTail,
    path: &[u8],
    want: &Answer,
    context: impl Fn() -> String,
) {
    let snapshot = kept.snapshot_with_path(path);
    let output = snapshot.to_vec();
    let got = numbers(snapshot.report());
    assert!(
        output == want.output && got == want.numbers,
        "{}\n got {} {got:?}\nwant {} {:?}",
        context(),
        output.escape_ascii(),
        want.output.escape_ascii(),
        want.numbers
    );
    let report = snapshot.report();
    let is_cleaned = report.cleaned_bytes > 0 || report.added_bytes > 0;
    assert_eq!(report.is_truncated(), want.truncated || is_cleaned, "{}", context());
    let left = report.original_bytes + report.added_bytes - report.cleaned_bytes;
    assert_eq!(left, want.text as u64, "{}", context());
    assert_eq!(Report::STRATEGY, "head_tail");
    assert_eq!(report.omitted_end(), want.numbers.omitted_start + want.gap_bytes, "{}", context());
    assert_eq!(report.shown_bytes(), want.shown, "{}", context());
    let stored = kept.stored_len();
    if want.gap {
        assert!(want.gap_bytes > 0, "a marker for a gap of nothing: {}", context());
        assert!((want.kept..=want.allowed).contains(&stored), "{stored} held: {}", context());
    } else {
        assert_eq!(stored, want.stored, "{}", context());
    }
    assert_eq!(kept.total_written(), want.numbers.original, "{}", context());
}
