//! Bytes that are not available: what comes before and after them is cut as the contract says, and they are counted.

use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};

use crate::inputs::{Writes, cuts, input, marker, writes};
use crate::oracle::{Align, Clip, Params, answer, answer_skipping};
use crate::support::capped::Cap;
use crate::support::{assert_answers, assert_answers_with_path, new, new_marked};
use crate::words::words;
use headtail::{Cleaner, Cleaning, HeadTail, Limits, seek};
use proptest::prelude::*;

fn write(kept: &mut HeadTail, input: &[u8], writes: &Writes) {
    writes.of(input).into_iter().for_each(|write| kept.push(write));
}

#[test]
fn every_short_stretch_before_and_after_skipped_bytes() {
    let marker = crate::oracle::Marker::of(b"<{bytes} {lines} {first} {last} {start} {end} {total}>");
    for align in [Align::Byte, Align::Char, Align::Line] {
        for lines in [None, Some(0), Some(1), Some(2)] {
            for size in [0, 1, 2, 5] {
                let ends = Params {
                    head: size,
                    tail: size,
                    head_lines: lines,
                    tail_lines: lines,
                    ..Params::default()
                };
                let params = Params { align, max_line: 0, ..ends };
                let mut kept = new_marked(&params, &marker);
                for len in 0..=5 {
                    words(&[b'a', b'\n', 0xC3, 0xA9], len, &mut |text| {
                        for at in 0..=len {
                            let (first, second) = text.split_at(at);
                            kept.reset();
                            kept.push(first);
                            kept.skip(0);
                            kept.skip(7);
                            let want = answer_skipping(first, &[(7, b"")], &params, &marker);
                            assert_answers(&kept, &want, || {
                                format!("{} | under {params:?}", first.escape_ascii())
                            });
                            kept.push(second);
                            let want = answer_skipping(first, &[(7, second)], &params, &marker);
                            assert_answers(&kept, &want, || {
                                format!(
                                    "{} | {} under {params:?}",
                                    first.escape_ascii(),
                                    second.escape_ascii()
                                )
                            });
                        }
                    });
                }
            }
        }
    }
}

#[test]
fn a_line_in_progress_ends_before_the_skipped_bytes() {
    let middle = Params { max_line: 48, clip: Clip::Middle, ..Params::default() };
    let marker = crate::oracle::Marker::default();
    for len in 40..70 {
        let line = b"0123456789".repeat(7);
        for params in [middle, Params { clip: Clip::End, ..middle }, Params { head: 0, ..middle }] {
            let mut kept = new(&params);
            kept.push(&line[..len]);
            kept.skip(1000);
            kept.push(&line);
            let want = answer_skipping(&line[..len], &[(1000, &line)], &params, &marker);
            assert_answers(&kept, &want, || format!("{len} bytes under {params:?}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_around_skipped_bytes_is_that_of_the_contract(
        first in input(), rest in prop::collection::vec((0_usize..3000, input()), 1..4), params in cuts(),
        marker in marker(), at in writes(),
    ) {
        let mut kept = new_marked(&params, &marker);
        write(&mut kept, &first, &at);
        for (skipped, stretch) in &rest {
            kept.skip(*skipped as u64 + 1);
            write(&mut kept, stretch, &at);
        }
        let rest: Vec<_> = rest.iter().map(|(skipped, stretch)| (skipped + 1, stretch.as_slice())).collect();
        let want = answer_skipping(&first, &rest, &params, &marker);
        let numbers = want.numbers;
        prop_assert_eq!(numbers.original, want.shown + numbers.clipped_bytes + numbers.omitted);
        assert_answers_with_path(&kept, &marker.path, &want, || format!("{params:?} {marker:?}"));
    }

    #[test]
    fn a_cap_holds_around_skipped_bytes(
        first in input(), skipped in 1_u64..5000, second in input(), params in cuts(), room in 0_usize..500,
        at in writes(),
    ) {
        let marker = crate::oracle::Marker::default();
        let cap = Cap { bytes: marker.max_len(None) + room, split: (2, 3) };
        let mut kept = cap.keeper(&params, &marker).expect("room for the marker");
        write(&mut kept, &first, &at);
        kept.skip(skipped);
        write(&mut kept, &second, &at);
        let snapshot = kept.snapshot();
        let report = *snapshot.report();
        prop_assert!(snapshot.before_marker().is_some());
        prop_assert!(report.retained_bytes <= cap.bytes as u64);
        prop_assert!(report.omitted_bytes >= skipped);
        prop_assert_eq!(report.original_bytes, (first.len() + second.len()) as u64 + skipped);
    }

    #[test]
    fn cleaning_ends_before_skipped_bytes_and_starts_anew(
        first in "([a-z]|\\r|\\n|\x1b\\[3?m?|\x1b\\]|\u{e9}){0,40}|x{20}", second in "(\x1b\\[3{0,60})?([a-z]|\\r|\\n|\x1b\\[3?m?|m|\u{e9}){0,40}",
        what in prop::sample::select(vec![(true, false), (false, true), (true, true)]), at in writes(), size in 0_usize..60,
        max_line in 16_usize..50,
    ) {
        let what = Cleaning::new().strip_ansi(what.0).collapse_cr(what.1);
        let limits = Limits::new().head(size).tail(size).max_line(max_line);
        let mut kept = HeadTail::new(limits.clean(what)).expect("memory");
        let mut plain = HeadTail::new(limits).expect("memory");
        let cleaned = |text: &str| {
            let mut cleaner = Cleaner::new(what, b'\n', max_line).expect("memory");
            let mut cleaned = Vec::new();
            cleaner.clean(text.as_bytes(), &mut |piece| cleaned.extend_from_slice(piece));
            cleaned.extend(cleaner.pending().concat());
            cleaned
        };
        write(&mut kept, first.as_bytes(), &at);
        kept.skip(10);
        write(&mut kept, second.as_bytes(), &at);
        plain.push(&cleaned(&first));
        plain.skip(10);
        plain.push(&cleaned(&second));
        prop_assert_eq!(kept.snapshot().to_vec(), plain.snapshot().to_vec());
        let (got, want) = (kept.report(), plain.report());
        // A rewritten line too long for the row gets a line end that was never written.
        prop_assert_eq!(want.original_bytes + got.cleaned_bytes, got.original_bytes + got.added_bytes);
        prop_assert_eq!((got.omitted_bytes, got.omitted_start), (want.omitted_bytes, want.omitted_start));
        prop_assert_eq!((got.clipped_lines, got.clipped_bytes), (want.clipped_lines, want.clipped_bytes));
    }
}

#[test]
fn a_line_end_added_before_skipped_bytes_is_counted() {
    let mut kept =
        HeadTail::new(Limits::new().max_line(50).clean(Cleaning::new().collapse_cr(true))).expect("memory");
    // The letter of two bytes does not fit where one was: the row ends as it is, and the letter begins a line.
    kept.push(format!("{}\r\u{e9}", "x".repeat(50)).as_bytes());
    kept.skip(10);
    let report = kept.report();
    assert_eq!((report.original_bytes, report.cleaned_bytes, report.added_bytes), (63, 1, 1));
}

#[test]
fn what_a_line_lost_before_skipped_bytes_is_not_given_back_after_them() {
    let mut kept =
        HeadTail::new(Limits::new().max_line(16).clean(Cleaning::new().collapse_cr(true))).expect("memory");
    kept.push(&[b'x'; 20]);
    kept.skip(10);
    // What is not yet a sequence is shown as if the input ended here, and makes the line too long.
    kept.push(b"\x1b[000000000000000000000000");
    kept.push(b"m\n");
    let report = kept.report();
    assert_eq!((report.clipped_lines, report.clipped_bytes, report.cleaned_bytes), (2, 20 + 27, 0));
}

#[test]
fn a_copy_reads_both_ends_and_counts_the_rest() {
    let content = b"one line\nand a longer one\n".repeat(100_000);
    let params = Params::default();
    let mut source = Cursor::new(content.clone());
    source.set_position(9);
    let mut kept = new(&params);
    assert_eq!(seek::copy(&mut source, &mut kept).expect("readable"), content.len() as u64 - 9);
    assert_answers(&kept, &answer(&content[9..], &params), || String::from("from the second line"));
    assert_eq!(source.position(), content.len() as u64);
    // What was written before is kept: there is no way back to it.
    let mut kept = new(&params);
    kept.push(b"before\n");
    source.set_position(0);
    assert_eq!(seek::copy(&mut source, &mut kept).expect("readable"), content.len() as u64);
    let whole = [b"before\n", content.as_slice()].concat();
    assert_answers(&kept, &answer(&whole, &params), || String::from("after something else"));
}

/// Fails once, and is at its end then.
struct FailsOnce(Option<ErrorKind>);

impl Read for FailsOnce {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), |kind| Err(kind.into()))
    }
}

impl Seek for FailsOnce {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Ok(0)
    }
}

#[test]
fn a_copy_repeats_an_interrupted_read_and_reports_any_other_failure() {
    let copied = |kind| seek::copy(&mut FailsOnce(Some(kind)), &mut new(&Params::default()));
    assert_eq!(copied(ErrorKind::Interrupted).expect("read again"), 0);
    assert_eq!(copied(ErrorKind::PermissionDenied).unwrap_err().kind(), ErrorKind::PermissionDenied);
}
