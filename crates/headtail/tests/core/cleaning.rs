//! A keeper that cleans its input shows, after every piece of it, what one that does not clean shows of the
//! cleaned text.

use std::sync::Arc;

use headtail::{Cleaner, Cleaning, Clip, HeadTail, Limits, Marker};
use proptest::prelude::*;
use proptest::sample::select;

/// The text that a cleaner has made of what it got so far.
struct Cleaned {
    cleaner: Cleaner,
    text: Vec<u8>,
}

impl Cleaned {
    fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.cleaner.clean(bytes, &mut |piece| self.text.extend_from_slice(piece));
        [&self.text[..], &self.cleaner.pending().concat()].concat()
    }
}

fn what() -> impl Strategy<Value = Cleaning> {
    select(vec![(true, false), (false, true), (true, true)])
        .prop_map(|(strip_ansi, collapse_cr)| Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr))
}

/// Limits, and the line buffer that goes with them.
fn limits() -> impl Strategy<Value = (Limits, usize)> {
    let sizes = (0..40usize, 0..40usize, select(vec![0, 16, 17, 20, 48, 49, 60]), any::<bool>());
    let lines = (select(vec![0, 1, 2, u64::MAX]), select(vec![0, 1, 2, u64::MAX]));
    (sizes, lines).prop_map(|((head, tail, max_line, loses_middle), (head_lines, tail_lines))| {
        let limits = Limits::new().head(head).tail(tail).head_lines(head_lines).tail_lines(tail_lines);
        let limits = limits.max_line(max_line);
        let limits = if loses_middle && (max_line == 0 || 48 <= max_line) {
            limits.clip(Clip::Middle)
        } else {
            limits
        };
        (limits, if max_line == 0 { 64 << 10 } else { max_line })
    })
}

/// What a terminal's stream is made of.
pub(crate) fn atom() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        6 => "[a-z]{1,30}".prop_map(String::into_bytes),
        2 => Just(b"\r".to_vec()),
        2 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"\x1b[K".to_vec()),
        1 => Just(b"\x1b[30G".to_vec()),
        1 => Just(b"\x08\x08".to_vec()),
        1 => Just(b"\x1b[1;31m".to_vec()),
        1 => Just(b"\x1b]0;title".to_vec()),
        1 => Just(b"\x07".to_vec()),
        1 => Just("é漢😀".as_bytes().to_vec()),
        1 => Just(b"\x9b1m".to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
        1 => Just(vec![b'x'; 300]),
    ]
}

/// Pieces of an input.
fn pieces() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let input = prop::collection::vec(atom(), 0..40).prop_map(|atoms| atoms.concat());
    (input, prop::collection::vec(1..20usize, 1..50)).prop_map(|(input, sizes)| {
        let mut rest = &input[..];
        let mut sizes = sizes.into_iter().cycle();
        let mut pieces = Vec::new();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(sizes.next().unwrap_or(1).min(rest.len()));
            pieces.push(piece.to_vec());
            rest = after;
        }
        pieces
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_comes_before_everything_else(what in what(), (limits, line_buffer) in limits(), pieces in pieces()) {
        let marker = Marker::parse(b"[{bytes} {lines} {first} {last} {start} {end}]").unwrap();
        let mut kept = HeadTail::with_marker(limits.clean(what), marker.clone()).unwrap();
        let cleaner = Cleaner::new(what, b'\n', line_buffer).unwrap();
        let mut cleaned = Cleaned { cleaner, text: Vec::new() };
        let mut original = 0;
        for piece in pieces {
            kept.push(&piece);
            original += piece.len() as u64;
            let text = cleaned.take(&piece);
            let mut plain = HeadTail::with_marker(limits, marker.clone()).unwrap();
            plain.push(&text);
            prop_assert_eq!(kept.snapshot().to_vec(), plain.snapshot().to_vec());
            let (report, expected) = (kept.report(), plain.report());
            prop_assert_eq!(report.original_bytes, original);
            prop_assert_eq!(report.added_bytes, cleaned.cleaner.added_bytes());
            prop_assert_eq!(report.cleaned_bytes, original + report.added_bytes - text.len() as u64);
            prop_assert_eq!(report.shown_bytes(), expected.shown_bytes());
            prop_assert_eq!(report.omitted_bytes, expected.omitted_bytes);
            prop_assert_eq!(report.omitted_start, expected.omitted_start);
            prop_assert_eq!(report.clipped_bytes, expected.clipped_bytes);
            prop_assert_eq!(report.clipped_lines, expected.clipped_lines);
            let shown = kept.snapshot().to_vec();
            prop_assert!(shown.starts_with(kept.stable_head()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    // Most of a long piece is counted and not cleaned.
    #[test]
    fn long_pieces_are_answered_as_short_ones(
        what in what(),
        (limits, _) in limits(),
        delimiter in select(vec![b'\n', b'\n', 0, b'm']),
        lines in prop::collection::vec(prop::collection::vec(atom(), 0..6), 1..30),
        before in 0..5000usize,
        keeps in any::<bool>(),
    ) {
        let mut lines: Vec<Vec<u8>> = lines.into_iter().map(|line| [&line.concat()[..], &[delimiter]].concat()).collect();
        // A block of lines many times, so that all kinds of them are among those that are counted.
        lines.extend(vec![b"plain text".to_vec(); 3]);
        let block = lines.concat();
        let input = block.repeat(100_000 / block.len() + 1);
        let marker = Marker::parse(b"[{bytes} {lines} {first} {last} {start} {end}]").unwrap();
        let limits = limits.clean(what).delimiter(delimiter);
        let make = || {
            if keeps && limits.get_max_line() > 0 {
                let matcher = Arc::new(|line: &[u8]| line.contains(&b'a'));
                return HeadTail::with_matcher(limits.keep(500), Marker::default(), matcher);
            }
            HeadTail::with_marker(limits, marker.clone())
        };
        let (mut long, mut short) = (make().unwrap(), make().unwrap());
        long.push(&input[..before]);
        long.push(&input[before..]);
        input.chunks(1000).for_each(|piece| short.push(piece));
        prop_assert_eq!(long.snapshot().to_vec(), short.snapshot().to_vec());
        prop_assert_eq!(long.report(), short.report());
    }
}

// A clone has its own memory, whose capacity says nothing.
#[test]
fn a_clone_goes_on_as_the_buffer_does() {
    let what = Cleaning::new().strip_ansi(true);
    let mut kept = HeadTail::new(Limits::new().head(0).tail(0).max_line(16).clean(what)).unwrap();
    let mut clone = kept.clone();
    for piece in [&b"a line \x1b]0;title"[..], b" too long\n"] {
        kept.push(piece);
        clone.push(piece);
        assert_eq!(clone.snapshot().to_vec(), kept.snapshot().to_vec());
        assert_eq!(clone.report(), kept.report());
    }
}

#[test]
fn a_reset_forgets_what_cleaning_holds() {
    let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
    let mut kept = HeadTail::new(Limits::new().clean(what)).unwrap();
    // Inside of a sequence, and with the cursor somewhere in a line.
    for unfinished in [&b"text\x1b["[..], b"text\x1b]title", b"text\rte", b"\xe6\xbc"] {
        kept.push(unfinished);
        kept.reset();
        kept.push(b"0mnew\n");
        assert_eq!(kept.snapshot().to_vec(), b"0mnew\n", "{}", unfinished.escape_ascii());
        assert_eq!(kept.report().cleaned_bytes, 0);
        kept.reset();
    }
}

#[test]
fn what_is_cleaned_and_nothing_else_is_a_difference() {
    let what = Cleaning::new().strip_ansi(true).collapse_cr(false);
    let mut kept = HeadTail::new(Limits::new().clean(what)).unwrap();
    kept.push(b"plain");
    assert!(!kept.report().is_truncated());
    kept.push(b"\x1b[0m");
    assert!(kept.report().is_truncated());
    assert_eq!((kept.report().cleaned_bytes, kept.report().shown_bytes()), (4, 5));
}

#[test]
fn blanks_that_cleaning_adds_are_accounted_for() {
    let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
    let mut kept = HeadTail::new(Limits::new().clean(what)).unwrap();
    kept.push(b"\x1b[5Gx");
    assert_eq!(kept.snapshot().to_vec(), b"    x");
    let report = kept.report();
    assert!(report.is_truncated());
    assert_eq!((report.original_bytes, report.added_bytes, report.cleaned_bytes), (5, 4, 4));
    assert_eq!(report.shown_bytes(), 5);
    kept.reset();
    assert_eq!(kept.report().added_bytes, 0);
}

#[test]
fn blanks_that_were_added_before_skipped_bytes_stay_counted() {
    let what = Cleaning::new().strip_ansi(true).collapse_cr(true);
    let mut kept = HeadTail::new(Limits::new().clean(what)).unwrap();
    for added in [4, 8] {
        kept.push(b"\x1b[5Gx\n");
        kept.skip(10);
        assert_eq!(kept.report().added_bytes, added);
    }
}

#[test]
fn a_line_in_progress_is_stable_where_the_longest_one_would_fit_the_head() {
    // Six bytes, a line of 64 and its end.
    for (head, stable) in [(70, &b"first\n"[..]), (71, b"first\na prompt: ")] {
        let mut kept = HeadTail::new(Limits::new().head(head).max_line(64)).unwrap();
        kept.push(b"first\na prompt: ");
        assert_eq!(kept.stable_head(), stable, "{head}");
    }
}

#[test]
fn a_long_line_that_fills_the_head_ends_before_lines_that_nobody_sees() {
    let limits = Limits::new().head(20).tail(40).max_line(20).clean(Cleaning::new().strip_ansi(true));
    let rest = [b"y".repeat(30_000), b"\n".to_vec(), b"abcdefghi\n".repeat(10_000)].concat();
    let (mut at_once, mut in_pieces) = (HeadTail::new(limits).unwrap(), HeadTail::new(limits).unwrap());
    for kept in [&mut at_once, &mut in_pieces] {
        kept.push(&[b'x'; 30]);
    }
    at_once.push(&rest);
    rest.chunks(100).for_each(|piece| in_pieces.push(piece));
    assert_eq!(at_once.report(), in_pieces.report());
    assert_eq!(at_once.snapshot().to_vec(), in_pieces.snapshot().to_vec());
    assert_eq!(at_once.report().clipped_bytes, 30_026, "of which four are shown");
}

#[test]
fn without_a_line_limit_lines_are_collapsed_in_pieces_of_any_length() {
    let collapse = Cleaning::new().strip_ansi(true).collapse_cr(true);
    let limits = Limits::new().head(5).tail(10).max_line(0).clean(collapse);
    let mut kept = HeadTail::new(limits).unwrap();
    kept.push(b"50%\r100%\n");
    assert_eq!(kept.snapshot().to_vec(), b"100%\n");
    assert!(kept.needs_every_byte());
    kept.push(&b"one\rtwo\n".repeat(100_000));
    assert_eq!(kept.report().cleaned_bytes, 4 + 4 * 100_000);
    assert!(kept.snapshot().to_vec().ends_with(b"\n\ntwo\ntwo\n"));
}
