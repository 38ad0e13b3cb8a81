//! The cases that tools like this get wrong, by name, with all of the output and every number written out.

use headtail::{Align, HeadTail, Limits, Marker};

/// Limits of `head`, `tail` and `max_line` bytes.
#[track_caller]
fn limits(head: usize, tail: usize, max_line: usize) -> Limits {
    Limits::new().head(head).tail(tail).max_line(max_line).align(Align::Char)
}

/// Asserts what `kept` answers; `numbers` are the original, retained and omitted bytes, the start of the gap, and
/// the clipped lines and bytes.
#[track_caller]
fn answers(kept: &HeadTail, output: &[u8], numbers: [u64; 6]) {
    assert_eq!(kept.snapshot().to_vec().escape_ascii().to_string(), output.escape_ascii().to_string());
    let report = kept.report();
    let got = [
        report.original_bytes,
        report.retained_bytes,
        report.omitted_bytes,
        report.omitted_start,
        report.clipped_lines,
        report.clipped_bytes,
    ];
    assert_eq!(got, numbers);
}

/// Asserts what `input` gives, written at once, in pieces and byte by byte.
#[track_caller]
fn gives(limits: Limits, input: &[u8], output: &[u8], numbers: [u64; 6]) {
    let mut kept = HeadTail::new(limits).expect("memory for small limits");
    for len in [input.len().max(1), 4096, 7, 1] {
        kept.reset();
        for write in input.chunks(len) {
            kept.push(write);
        }
        answers(&kept, output, numbers);
        assert_eq!(kept.report().is_truncated(), output != input);
    }
}

fn megabyte_line() -> Vec<u8> {
    vec![b'x'; 1_000_000]
}

#[test]
fn megabyte_line_first() {
    let input = [&megabyte_line(), &b"\nsecond\nlast\n"[..]].concat();
    let output = b"xxxxxxxx ... [truncated]\nsecond\nlast\n";
    gives(limits(32, 16, 24), &input, output, [1_000_013, 37, 0, 0, 1, 999_992]);
    let output = b"xxxxxxxx ... [truncated]\n\n... [omitted 7 bytes] ...\n\nlast\n";
    gives(limits(25, 5, 24), &input, output, [1_000_013, 58, 7, 1_000_001, 1, 999_992]);
}

#[test]
fn megabyte_line_last() {
    let input = [b"first\nsecond\n", &megabyte_line()[..], b"\n"].concat();
    let output = b"first\nsecond\nxxxxxxxx ... [truncated]\n";
    gives(limits(16, 32, 24), &input, output, [1_000_014, 38, 0, 0, 1, 999_992]);
    let output = b"first\n\n... [omitted 7 bytes] ...\n\nxxxxxxxx ... [truncated]\n";
    gives(limits(6, 25, 24), &input, output, [1_000_014, 59, 7, 6, 1, 999_992]);
}

#[test]
fn megabyte_line_last_without_newline() {
    let input = [b"first\nsecond\n", &megabyte_line()[..]].concat();
    let output = b"first\nsecond\nxxxxxxxx ... [truncated]";
    gives(limits(16, 32, 24), &input, output, [1_000_013, 37, 0, 0, 1, 999_992]);
}

#[test]
fn megabyte_line_in_between() {
    let input = [b"first\n", &megabyte_line()[..], b"\nlast\n"].concat();
    let output = b"first\nxxxxxxxx ... [truncated]\nlast\n";
    gives(limits(31, 5, 24), &input, output, [1_000_012, 36, 0, 0, 1, 999_992]);
    let output = b"first\n\n... [omitted 1000001 bytes] ...\n\nlast\n";
    gives(limits(6, 5, 24), &input, output, [1_000_012, 45, 1_000_001, 6, 0, 0]);
    // The head ends inside of the suffix, then just after it; the tail starts with its last byte.
    let output = b"first\nxxxxxxxx ... [truncated\n\n... [omitted 999993 bytes] ...\n\nlast\n";
    gives(limits(29, 5, 24), &input, output, [1_000_012, 68, 999_993, 14, 0, 0]);
    let output = b"first\nxxxxxxxx ... [truncated]\n\n... [omitted 1 bytes] ...\n\nlast\n";
    gives(limits(30, 5, 24), &input, output, [1_000_012, 64, 1, 1_000_006, 1, 999_992]);
    let output = b"first\n\n... [omitted 8 bytes] ...\n\n]\nlast\n";
    gives(limits(6, 7, 24), &input, output, [1_000_012, 41, 8, 6, 1, 999_992]);
}

#[test]
fn megabyte_line_without_line_limit() {
    let input = [b"first\n", &megabyte_line()[..], b"\nlast\n"].concat();
    let output = b"first\nxx\n\n... [omitted 999996 bytes] ...\n\nxx\nlast\n";
    gives(limits(8, 8, 0), &input, output, [1_000_012, 50, 999_996, 8, 0, 0]);
}

#[test]
fn many_overlong_lines() {
    // They slide out of the tail, and are then part of what is omitted.
    let input = b"0123456789abcdefg\n".repeat(1000);
    let output = b" ... [truncated]\n\n... [omitted 17964 bytes] ...\n\n ... [truncated]\n";
    gives(limits(17, 17, 16), &input, output, [18_000, 66, 17_964, 18, 2, 34]);
}

#[test]
fn a_gap_of_nothing_but_a_part_of_a_mark_takes_the_rest_of_it() {
    let input = b"0123456789abcdefghijk\n";
    let output = b"0123 ..\n\n... [omitted 17 bytes] ...\n\n\n";
    gives(limits(7, 5, 20), input, output, [22, 38, 17, 4, 0, 0]);
}

#[test]
fn line_as_long_as_the_limit_and_one_more() {
    gives(limits(99, 99, 20), b"0123456789abcdefghij", b"0123456789abcdefghij", [20, 20, 0, 0, 0, 0]);
    gives(limits(99, 99, 20), b"0123456789abcdefghijk", b"0123 ... [truncated]", [21, 20, 0, 0, 1, 17]);
}

#[test]
fn last_line_without_newline() {
    let output = b"one\n\n... [omitted 4 bytes] ...\n\nthree";
    gives(limits(4, 5, 0), b"one\ntwo\nthree", output, [13, 37, 4, 4, 0, 0]);
    gives(limits(4, 5, 16), b"one\ntwo\nthree", output, [13, 37, 4, 4, 0, 0]);
    gives(limits(4, 9, 16), b"one\ntwo\nthree", b"one\ntwo\nthree", [13, 13, 0, 0, 0, 0]);
}

#[test]
fn crlf() {
    let input = b"one\r\ntwo\r\nthree\r\n";
    let output = b"one\r\n\n... [omitted 5 bytes] ...\n\nthree\r\n";
    gives(limits(5, 7, 16), input, output, [17, 40, 5, 5, 0, 0]);
    // Cut between the two bytes, at both ends.
    let output = b"one\r\n\n... [omitted 6 bytes] ...\n\nthree\r\n";
    gives(limits(4, 7, 16), input, output, [17, 40, 6, 4, 0, 0]);
    let output = b"... [omitted 16 bytes] ...\n\n\n";
    gives(limits(0, 1, 16), input, output, [17, 29, 16, 0, 0, 0]);
    // The carriage return is a byte of the content, and the first that an overlong line loses.
    gives(limits(99, 0, 17), b"0123456789abcdef\r\n", b"0123456789abcdef\r\n", [18, 18, 0, 0, 0, 0]);
    gives(limits(99, 0, 16), b"0123456789abcdef\r\n", b" ... [truncated]\n", [18, 17, 0, 0, 1, 17]);
}

#[test]
fn only_newlines() {
    let input = vec![b'\n'; 1_000_000];
    let output = b"\n\n\n\n... [omitted 999995 bytes] ...\n\n\n\n";
    gives(limits(3, 2, 16), &input, output, [1_000_000, 38, 999_995, 3, 0, 0]);
    gives(limits(3, 2, 0), &input, output, [1_000_000, 38, 999_995, 3, 0, 0]);
    gives(limits(3, 2, 0), b"\n\n\n\n\n", b"\n\n\n\n\n", [5, 5, 0, 0, 0, 0]);
}

#[test]
fn cut_inside_a_character_at_the_end_of_the_head() {
    let output = b"ab\n\n... [omitted 3 bytes] ...\n";
    gives(limits(3, 0, 0), "ab\u{E9}z".as_bytes(), output, [5, 30, 3, 2, 0, 0]);
    for head in [3, 4] {
        let output = b"ab\n\n... [omitted 4 bytes] ...\n";
        gives(limits(head, 0, 0), "ab\u{20AC}z".as_bytes(), output, [6, 30, 4, 2, 0, 0]);
    }
    for head in [3, 4, 5] {
        let output = b"ab\n\n... [omitted 5 bytes] ...\n";
        gives(limits(head, 0, 0), "ab\u{1F600}z".as_bytes(), output, [7, 30, 5, 2, 0, 0]);
    }
    let output = "ab\u{1F600}\n\n... [omitted 1 bytes] ...\n".as_bytes();
    gives(limits(6, 0, 0), "ab\u{1F600}z".as_bytes(), output, [7, 34, 1, 6, 0, 0]);
}

#[test]
fn cut_inside_a_character_at_the_start_of_the_tail() {
    let output = b"... [omitted 3 bytes] ...\n\nab";
    gives(limits(0, 3, 0), "z\u{E9}ab".as_bytes(), output, [5, 29, 3, 0, 0, 0]);
    for tail in [3, 4] {
        let output = b"... [omitted 4 bytes] ...\n\nab";
        gives(limits(0, tail, 0), "z\u{20AC}ab".as_bytes(), output, [6, 29, 4, 0, 0, 0]);
    }
    for tail in [3, 4, 5] {
        let output = b"... [omitted 5 bytes] ...\n\nab";
        gives(limits(0, tail, 0), "z\u{1F600}ab".as_bytes(), output, [7, 29, 5, 0, 0, 0]);
    }
    let output = "... [omitted 1 bytes] ...\n\n\u{1F600}ab".as_bytes();
    gives(limits(0, 6, 0), "z\u{1F600}ab".as_bytes(), output, [7, 33, 1, 0, 0, 0]);
}

#[test]
fn cut_inside_one_character_from_both_sides() {
    let output = b"a\n\n... [omitted 4 bytes] ...\n\nb";
    for (head, tail) in [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (3, 2), (1, 3), (2, 3), (1, 4)] {
        gives(limits(head, tail, 0), "a\u{1F600}b".as_bytes(), output, [6, 31, 4, 1, 0, 0]);
    }
    let whole = "a\u{1F600}b".as_bytes();
    gives(limits(3, 3, 0), whole, whole, [6, 6, 0, 0, 0, 0]);
}

#[test]
fn cut_inside_a_character_where_a_line_is_clipped() {
    let output = b"ab ... [truncated]\n";
    gives(limits(99, 0, 19), "ab\u{E9}0123456789abcdef\n".as_bytes(), output, [21, 19, 0, 0, 1, 18]);
    for max_line in [19, 20] {
        let input = "ab\u{20AC}0123456789abcdef\n".as_bytes();
        gives(limits(99, 0, max_line), input, output, [22, 19, 0, 0, 1, 19]);
    }
    for max_line in [19, 20, 21] {
        let input = "ab\u{1F600}0123456789abcdef\n".as_bytes();
        gives(limits(99, 0, max_line), input, output, [23, 19, 0, 0, 1, 20]);
    }
    let input = "ab\u{1F600}0123456789abcdefg\n".as_bytes();
    let output = "ab\u{1F600} ... [truncated]\n".as_bytes();
    gives(limits(99, 0, 22), input, output, [24, 23, 0, 0, 1, 17]);
}

#[test]
fn latin_1() {
    // "café crème brûlée" in Latin-1: bytes that are in no well-formed character, or begin none here.
    let input = b"caf\xE9 cr\xE8me br\xFBl\xE9e\n";
    gives(limits(18, 0, 20), input, input, [18, 18, 0, 0, 0, 0]);
    let output = b"caf\xE9 cr\n\n... [omitted 6 bytes] ...\n\n\xFBl\xE9e\n";
    gives(limits(7, 5, 0), input, output, [18, 41, 6, 7, 0, 0]);
    // From its own bytes the head can't tell such a byte from the first of a character.
    let output = b"caf\n\n... [omitted 15 bytes] ...\n";
    gives(limits(4, 0, 0), input, output, [18, 32, 15, 3, 0, 0]);
    // Nor the tail: (C) and NBSP look like the rest of a character.
    let output = b"... [omitted 5 bytes] ...\n\n1987";
    gives(limits(0, 6, 0), b"Acm\xA9\xA01987", output, [9, 31, 5, 0, 0, 0]);
}

#[test]
fn random_bytes() {
    let input = b"\x9D\x1C\xE4\x07\x5B\xF3\xA8\x00\x62\xC5\x3E\x91\xFF\xD2\x48\xB6\x0A\x77\xEB\x84";
    gives(limits(10, 10, 0), input, input, [20, 20, 0, 0, 0, 0]);
    // `C5` may begin a character, `91` may be the rest of one, and `F3 A8` the first half.
    let output = b"\x9D\x1C\xE4\x07\x5B\xF3\xA8\x00\x62\n\n... [omitted 3 bytes] ...\n\n\xFF\xD2\x48\xB6\x0A\x77\xEB\x84";
    gives(limits(10, 9, 0), input, output, [20, 46, 3, 9, 0, 0]);
    let output = b"\x9D\x1C\xE4\x07\x5B\n\n... [omitted 13 bytes] ...\n\n\xEB\x84";
    gives(limits(7, 2, 0), input, output, [20, 37, 13, 5, 0, 0]);
    // Cut before `84`, of which nothing is left.
    let output = b"... [omitted 20 bytes] ...\n";
    gives(limits(0, 1, 0), input, output, [20, 27, 20, 0, 0, 0]);
}

#[test]
fn input_of_exactly_head_and_tail_and_one_more() {
    gives(limits(5, 5, 0), b"0123456789", b"0123456789", [10, 10, 0, 0, 0, 0]);
    let output = b"01234\n\n... [omitted 1 bytes] ...\n\n6789a";
    gives(limits(5, 5, 0), b"0123456789a", output, [11, 39, 1, 5, 0, 0]);
    gives(limits(5, 5, 0), b"012345678", b"012345678", [9, 9, 0, 0, 0, 0]);
}

#[test]
fn head_and_tail_that_touch_are_joined_with_nothing_between() {
    // The join falls inside of a line, between lines, and inside of a character.
    gives(limits(3, 5, 16), b"one\ntwo\n", b"one\ntwo\n", [8, 8, 0, 0, 0, 0]);
    gives(limits(4, 4, 16), b"one\ntwo\n", b"one\ntwo\n", [8, 8, 0, 0, 0, 0]);
    gives(limits(3, 3, 16), "a\u{1F600}b".as_bytes(), "a\u{1F600}b".as_bytes(), [6, 6, 0, 0, 0, 0]);
    // A line that is clipped where they touch.
    let output = b"0123 ... [truncated]\n";
    gives(limits(10, 11, 20), b"0123456789abcdefghijk\n", output, [22, 21, 0, 0, 1, 17]);
}

#[test]
fn unfinished_character_at_the_end_of_input_that_fits() {
    gives(limits(2, 0, 0), b"\xE2\x82", b"\xE2\x82", [2, 2, 0, 0, 0, 0]);
    gives(limits(1, 1, 0), b"\xE2\x82", b"\xE2\x82", [2, 2, 0, 0, 0, 0]);
    gives(limits(0, 2, 0), b"\x82\xAC", b"\x82\xAC", [2, 2, 0, 0, 0, 0]);
}

#[test]
fn head_0() {
    let output = b"... [omitted 6 bytes] ...\n\n6789";
    gives(limits(0, 4, 0), b"0123456789", output, [10, 31, 6, 0, 0, 0]);
    gives(limits(0, 10, 0), b"0123456789", b"0123456789", [10, 10, 0, 0, 0, 0]);
}

#[test]
fn tail_0() {
    let output = b"0123\n\n... [omitted 6 bytes] ...\n";
    gives(limits(4, 0, 0), b"0123456789", output, [10, 32, 6, 4, 0, 0]);
    gives(limits(10, 0, 0), b"0123456789", b"0123456789", [10, 10, 0, 0, 0, 0]);
}

#[test]
fn head_0_and_tail_0() {
    let output = b"... [omitted 10 bytes] ...\n";
    gives(limits(0, 0, 0), b"0123456789", output, [10, 27, 10, 0, 0, 0]);
    gives(limits(0, 0, 16), b"\n", b"... [omitted 1 bytes] ...\n", [1, 26, 1, 0, 0, 0]);
    gives(limits(0, 0, 16), b"", b"", [0; 6]);
}

#[test]
fn empty_input() {
    gives(limits(5, 5, 0), b"", b"", [0; 6]);
    gives(Limits::new(), b"", b"", [0; 6]);
}

#[test]
fn zero_terminated() {
    let zero = limits(99, 99, 16).delimiter(0);
    let output = b"a\nb\0 ... [truncated]\0";
    gives(zero, b"a\nb\x00123456789\nabcdefg\0", output, [22, 21, 0, 0, 1, 17]);
}

#[test]
fn default_limits() {
    let mut kept = HeadTail::new(Limits::default()).expect("memory");
    kept.push(&[b'x'; 3000]);
    answers(&kept, &[&[b'x'; 2032], &b" ... [truncated]"[..]].concat(), [3000, 2048, 0, 0, 1, 968]);
    kept.reset();
    kept.push(&b"line\n".repeat(10_000));
    let lines = b"line\n".repeat(3276);
    let output = [&lines, &b"\n... [omitted 17240 bytes] ...\n\n"[..], &lines].concat();
    answers(&kept, &output, [50_000, 32_792, 17_240, 16_380, 0, 0]);
}

#[test]
fn line_limit_too_small_for_the_suffix() {
    for max_line in 1..=15 {
        let error = HeadTail::new(Limits::new().max_line(max_line)).expect_err("too small");
        assert_eq!(
            error.to_string(),
            format!("a line limit of {max_line} is too small: use 0 for none, or at least 16")
        );
    }
    for max_line in [0, 16, 17, usize::MAX] {
        assert!(HeadTail::new(Limits::new().max_line(max_line)).is_ok(), "{max_line}");
    }
}

#[test]
fn counts_past_four_gibibytes() {
    // The middle is counted, not fed.
    let mut kept = HeadTail::new(limits(6, 5, 16)).expect("memory");
    kept.push(b"first\n");
    kept.skip(5_000_000_000);
    kept.push(b"last\n");
    let output = b"first\n\n... [omitted 5000000000 bytes] ...\n\nlast\n";
    answers(&kept, output, [5_000_000_011, 48, 5_000_000_000, 6, 0, 0]);
    assert_eq!(kept.report().omitted_end(), 5_000_000_006);
    assert_eq!(kept.total_written(), 5_000_000_011);

    // Later input slides through the tail, clipped lines among it, at positions that need more than 32 bits.
    kept.push(b"0123456789abcdefg\nend\n");
    let output = b"first\n\n... [omitted 5000000022 bytes] ...\n\n\nend\n";
    answers(&kept, output, [5_000_000_033, 48, 5_000_000_022, 6, 0, 0]);
}

#[test]
fn clipped_line_past_four_gibibytes() {
    let mut kept = HeadTail::new(limits(6, 17, 16)).expect("memory");
    kept.push(b"first\n");
    kept.skip(1 << 40);
    kept.push(b"dropped\n0123456789abcdefg\n");
    let output = b"first\n\n... [omitted 1099511627784 bytes] ...\n\n ... [truncated]\n";
    answers(&kept, output, [1_099_511_627_808, 63, 1_099_511_627_784, 6, 1, 17]);
}

#[test]
fn line_of_more_than_four_gibibytes() {
    let mut kept = HeadTail::new(limits(40, 40, 20)).expect("memory");
    let mebibyte = vec![b'x'; 1 << 20];
    for _ in 0..4097 {
        kept.push(&mebibyte);
    }
    kept.push(b"\nend\n");
    answers(&kept, b"xxxx ... [truncated]\nend\n", [4_296_015_877, 25, 0, 0, 1, 4_296_015_868]);
}

#[test]
fn skip_of_nothing_does_nothing() {
    let mut kept = HeadTail::new(limits(40, 40, 16)).expect("memory");
    kept.skip(0);
    kept.push(b"0123456789");
    kept.skip(0);
    kept.push(b"abcdefg\n");
    answers(&kept, b" ... [truncated]\n", [18, 17, 0, 0, 1, 17]);
}

#[test]
fn skip_before_the_head_is_full_ends_the_head() {
    let mut kept = HeadTail::new(limits(6, 4, 16)).expect("memory");
    kept.push(b"ab");
    kept.skip(10);
    answers(&kept, b"ab\n\n... [omitted 10 bytes] ...\n", [12, 31, 10, 2, 0, 0]);
    kept.push(b"cd");
    answers(&kept, b"ab\n\n... [omitted 10 bytes] ...\n\ncd", [14, 34, 10, 2, 0, 0]);
    kept.push(b"efg");
    answers(&kept, b"ab\n\n... [omitted 11 bytes] ...\n\ndefg", [17, 36, 11, 2, 0, 0]);
    // What comes after it begins a line, and what came before it is not part of the tail.
    kept.skip(5);
    kept.push(b"0123456789abcdef\n");
    answers(&kept, b"ab\n\n... [omitted 33 bytes] ...\n\ndef\n", [39, 36, 33, 2, 0, 0]);
    kept.reset();
    kept.push(b"abcdefghij");
    answers(&kept, b"abcdefghij", [10, 10, 0, 0, 0, 0]);
}

#[test]
fn every_byte_is_needed_only_by_what_counts_the_gap() {
    let kept = HeadTail::new(Limits::new()).expect("memory");
    assert!(!kept.needs_every_byte());
    let marker = Marker::parse(b"{lines} lines").expect("a template");
    let kept = HeadTail::with_marker(Limits::new(), marker).expect("memory");
    assert!(kept.needs_every_byte());
}

#[test]
fn skip_inside_of_a_line_ends_it() {
    let mut kept = HeadTail::new(limits(20, 20, 16)).expect("memory");
    kept.push(b"0123456789abcde");
    kept.skip(3);
    kept.push(b"xyz\n");
    let output = b"0123456789abcde\n\n... [omitted 3 bytes] ...\n\nxyz\n";
    answers(&kept, output, [22, 48, 3, 15, 0, 0]);
    kept.reset();
    kept.push(b"0123456789abcdefg");
    kept.skip(3);
    kept.push(b"xyz\n");
    let output = b" ... [truncated]\n\n... [omitted 3 bytes] ...\n\nxyz\n";
    answers(&kept, output, [24, 49, 3, 17, 1, 17]);
}

#[test]
fn counts_at_the_end_of_64_bits() {
    let mut kept = HeadTail::new(limits(2, 2, 0)).expect("memory");
    kept.push(b"ab");
    kept.skip(u64::MAX - 4);
    kept.push(b"yz");
    let output = b"ab\n\n... [omitted 18446744073709551611 bytes] ...\n\nyz";
    answers(&kept, output, [u64::MAX, 52, 18_446_744_073_709_551_611, 2, 0, 0]);
}
