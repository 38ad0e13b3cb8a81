//! Where the crate once answered something else than the contract, by the smallest case.

use headtail::{Clip, HeadTail, Limits, Marker, Split};

fn shown(mut kept: HeadTail, input: &[u8]) -> String {
    kept.push(input);
    kept.snapshot().to_vec().escape_ascii().to_string()
}

#[test]
fn the_last_line_keeps_its_first_byte() {
    // `tail -n 1` prints `\x93quoted\x94` too. A quotation mark in Windows-1252 is a stray continuation byte.
    let input = b"plain\n\x93quoted\x94\n";
    let kept = HeadTail::new(Limits::new().head(0).tail_lines(1)).unwrap();
    assert_eq!(shown(kept, input), r"... [omitted 6 bytes] ...\n\n\x93quoted\x94\n");
}

#[test]
fn lines_that_are_just_as_long_as_the_tail_keep_their_first_byte() {
    // As the head keeps its last one where the lines that it may have are just as long as it.
    let input = b"plain\n\x93quoted\x94\n";
    for (tail, omitted, line) in
        [(10, 6, r"\x93quoted\x94\n"), (9, 6, r"\x93quoted\x94\n"), (8, 7, r"quoted\x94\n")]
    {
        let kept = HeadTail::new(Limits::new().head(0).tail(tail).tail_lines(1)).unwrap();
        assert_eq!(shown(kept, input), format!(r"... [omitted {omitted} bytes] ...\n\n{line}"));
    }
}

#[test]
fn a_line_keeps_a_delimiter_that_may_begin_a_character() {
    let kept = HeadTail::new(Limits::new().head_lines(1).tail(0).delimiter(0xE2)).unwrap();
    assert_eq!(shown(kept, b"a\xE2b"), r"a\xe2\xe2... [omitted 1 bytes] ...\xe2");
}

#[test]
fn what_fits_a_cap_and_has_few_lines_passes_unchanged() {
    let input = "0123456789abcdefghi\n".repeat(4);
    for limits in [Limits::new().head_lines(10).tail_lines(1), Limits::new().tail_lines(1)] {
        let kept = HeadTail::new(limits.cap(100, Split::EVEN)).unwrap();
        assert_eq!(shown(kept, input.as_bytes()), input.escape_default().to_string());
    }
}

#[test]
fn a_delimiter_that_is_in_a_mark_does_no_harm() {
    let limits = Limits::new().max_line(16).delimiter(b't');
    let marker = Marker::parse(b"[{lines}]").unwrap();
    let kept = HeadTail::with_marker(limits.head(0).tail(12), marker).unwrap();
    assert_eq!(shown(kept, b"0123456789abcdefg"), r"[0]");
}

#[test]
fn a_line_limit_and_a_delimiter_in_a_mark_that_is_taken_back_do_no_harm() {
    let limits = Limits::new().max_line(48).clip(Clip::Middle);
    let mut kept = HeadTail::new(limits.delimiter(b't').head_lines(1)).unwrap();
    for _ in 0..100 {
        kept.push(b"0123456789 ");
    }
    assert_eq!(kept.report().original_bytes, 1100);
    kept.push(b"t");
    assert_eq!(kept.report().original_bytes, 1101);
}
