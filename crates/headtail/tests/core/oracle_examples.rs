//! The oracle itself, checked against examples worked out by hand.
//!
//! Everything else trusts the oracle, so nothing here is computed: outputs and numbers are literals.

use std::collections::HashSet;

use crate::oracle::clip::{begins_character, trim};
use crate::oracle::{Align, Numbers, Params, answer};

/// Limits without a line limit.
fn cut(head: usize, tail: usize) -> Params {
    Params { head, tail, align: Align::Char, max_line: 0, ..Params::default() }
}

/// Limits with the shortest line limit, which leaves nothing of an overlong line but the suffix.
fn clip(head: usize, tail: usize) -> Params {
    Params { head, tail, align: Align::Char, max_line: 16, ..Params::default() }
}

/// Asserts output and numbers; `numbers` are original, retained, omitted, `omitted_start`, `clipped_lines` and
/// `clipped_bytes`.
#[track_caller]
fn gives(input: &[u8], params: Params, output: &[u8], numbers: [u64; 6]) {
    let answer = answer(input, &params);
    assert_eq!(answer.output.escape_ascii().to_string(), output.escape_ascii().to_string());
    let [original, retained, omitted, omitted_start, clipped_lines, clipped_bytes] = numbers;
    let want =
        Numbers { original, retained, omitted, omitted_start, clipped_lines, clipped_bytes, matches: None };
    assert_eq!(answer.numbers, want);
    assert_eq!(answer.shown, original - omitted - clipped_bytes, "conservation");
    assert_eq!(answer.truncated, output != input);
}

#[test]
fn what_fits_is_unchanged() {
    gives(b"", cut(0, 0), b"", [0, 0, 0, 0, 0, 0]);
    gives(b"ab", cut(1, 1), b"ab", [2, 2, 0, 0, 0, 0]);
    gives(b"a\n\nb", cut(4, 0), b"a\n\nb", [4, 4, 0, 0, 0, 0]);
    gives(b"\xE2\x82", cut(2, 0), b"\xE2\x82", [2, 2, 0, 0, 0, 0]);
    gives(b"\x82\x82", cut(0, 2), b"\x82\x82", [2, 2, 0, 0, 0, 0]);
}

#[test]
fn what_does_not_fit_has_a_gap() {
    gives(b"abc", cut(1, 1), b"a\n\n... [omitted 1 bytes] ...\n\nc", [3, 31, 1, 1, 0, 0]);
    gives(b"abc", cut(2, 0), b"ab\n\n... [omitted 1 bytes] ...\n", [3, 30, 1, 2, 0, 0]);
    gives(b"abc", cut(0, 2), b"... [omitted 1 bytes] ...\n\nbc", [3, 29, 1, 0, 0, 0]);
    gives(b"abcdefghijk", cut(0, 0), b"... [omitted 11 bytes] ...\n", [11, 27, 11, 0, 0, 0]);
}

#[test]
fn head_ends_between_characters() {
    let euro = "a\u{20AC}b".as_bytes();
    gives(euro, cut(2, 0), b"a\n\n... [omitted 4 bytes] ...\n", [5, 29, 4, 1, 0, 0]);
    gives(euro, cut(3, 0), b"a\n\n... [omitted 4 bytes] ...\n", [5, 29, 4, 1, 0, 0]);
    gives(euro, cut(4, 0), b"a\xE2\x82\xAC\n\n... [omitted 1 bytes] ...\n", [5, 32, 1, 4, 0, 0]);
    gives(b"\xE2\x82\xAC", cut(2, 0), b"... [omitted 3 bytes] ...\n", [3, 26, 3, 0, 0, 0]);
}

#[test]
fn head_keeps_bytes_that_begin_no_character() {
    gives(b"\xE0\x80zz", cut(2, 0), b"\xE0\x80\n\n... [omitted 2 bytes] ...\n", [4, 30, 2, 2, 0, 0]);
    gives(b"\xED\xA0zz", cut(2, 0), b"\xED\xA0\n\n... [omitted 2 bytes] ...\n", [4, 30, 2, 2, 0, 0]);
    gives(b"\xC1zz", cut(1, 0), b"\xC1\n\n... [omitted 2 bytes] ...\n", [3, 29, 2, 1, 0, 0]);
    gives(b"\x82\x82z", cut(2, 0), b"\x82\x82\n\n... [omitted 1 bytes] ...\n", [3, 30, 1, 2, 0, 0]);
    // Judged from the bytes before the cut alone: what follows does not finish the character.
    gives(b"\xE2zz", cut(1, 0), b"... [omitted 3 bytes] ...\n", [3, 26, 3, 0, 0, 0]);
}

#[test]
fn tail_starts_without_continuation_bytes() {
    let euros = "x\u{20AC}\u{20AC}".as_bytes();
    gives(euros, cut(1, 4), b"x\n\n... [omitted 3 bytes] ...\n\n\xE2\x82\xAC", [7, 33, 3, 1, 0, 0]);
    // Nothing is left of the tail, so the gap reaches to the end.
    gives(euros, cut(1, 2), b"x\n\n... [omitted 6 bytes] ...\n", [7, 29, 6, 1, 0, 0]);
    gives(b"xy\x82\x82", cut(1, 1), b"x\n\n... [omitted 3 bytes] ...\n", [4, 29, 3, 1, 0, 0]);
    // Three are dropped at most.
    let stray = b"x\x82\x82\x82\x82\x82";
    gives(stray, cut(1, 4), b"x\n\n... [omitted 4 bytes] ...\n\n\x82", [6, 31, 4, 1, 0, 0]);
}

#[test]
fn overlong_lines_are_clipped() {
    let whole = cut(100, 100);
    let twenty = Params { max_line: 20, ..whole };
    gives(b"12345678901234567890\n", twenty, b"12345678901234567890\n", [21, 21, 0, 0, 0, 0]);
    gives(b"123456789012345678901\n", twenty, b"1234 ... [truncated]\n", [22, 21, 0, 0, 1, 17]);
    gives(b"123456789012345678901", twenty, b"1234 ... [truncated]", [21, 20, 0, 0, 1, 17]);
    gives(
        b"a\n123456789012345678901\n\n1234567890123456789012",
        twenty,
        b"a\n1234 ... [truncated]\n\n1234 ... [truncated]",
        [47, 44, 0, 0, 2, 35],
    );
    let sixteen = Params { max_line: 16, ..whole };
    gives(b"12345678901234567\n", sixteen, b" ... [truncated]\n", [18, 17, 0, 0, 1, 17]);
    let eighteen = Params { max_line: 18, ..whole };
    // The second byte kept would be the first of a character.
    gives(b"a\xC3\xA945678901234567890", eighteen, b"a ... [truncated]", [20, 17, 0, 0, 1, 19]);
    let zero = Params { max_line: 16, delimiter: 0, ..whole };
    gives(b"123456789\n12345678\0a\0", zero, b" ... [truncated]\0a\0", [21, 19, 0, 0, 1, 18]);
}

#[test]
fn positions_follow_the_suffix() {
    // S is ` ... [truncated]`, newline, `end`, newline: 21 bytes.
    let input = b"qqqqqqqqqqqqqqqqqqqq\nend\n";
    gives(input, clip(17, 4), b" ... [truncated]\nend\n", [25, 21, 0, 0, 1, 20]);
    let output = b" ... [truncated]\n\n... [omitted 1 bytes] ...\n\nend\n";
    gives(input, clip(16, 4), output, [25, 49, 1, 20, 1, 20]);
    // The head ends before the last byte of the suffix: what the line lost is in the gap.
    let output = b" ... [truncated\n\n... [omitted 20 bytes] ...\n\n\nend\n";
    gives(input, clip(15, 5), output, [25, 50, 20, 0, 0, 0]);
    let output = b" ... \n\n... [omitted 21 bytes] ...\n\nend\n";
    gives(input, clip(5, 4), output, [25, 39, 21, 0, 0, 0]);
    // Nothing but bytes without width would be in the gap: the rest of the suffix goes, and what the line lost.
    let output = b"... [omitted 20 bytes] ...\n\n\nend\n";
    gives(input, clip(0, 6), output, [25, 33, 20, 0, 0, 0]);
    let output = b" ..\n\n... [omitted 20 bytes] ...\n\n\nend\n";
    gives(input, clip(3, 12), output, [25, 38, 20, 0, 0, 0]);
}

/// Every proper prefix of every character there is.
fn beginnings() -> HashSet<Vec<u8>> {
    let mut beginnings = HashSet::new();
    for character in '\0'..=char::MAX {
        let mut buffer = [0; 4];
        let encoded = character.encode_utf8(&mut buffer).as_bytes();
        for len in 1..encoded.len() {
            beginnings.insert(encoded[..len].to_vec());
        }
    }
    beginnings
}

#[test]
fn beginnings_of_characters_are_those_of_the_standard_library() {
    let beginnings = beginnings();
    for first in 0..=255 {
        assert_eq!(begins_character(&[first]), beginnings.contains(&[first][..]));
        for second in 0..=255 {
            assert_eq!(begins_character(&[first, second]), beginnings.contains(&[first, second][..]));
            if first < 0xC0 || !(0x7F..=0xC0).contains(&second) {
                continue;
            }
            for third in 0..=255 {
                let bytes = [first, second, third];
                assert_eq!(begins_character(&bytes), beginnings.contains(&bytes[..]), "{bytes:X?}");
            }
        }
    }
}

#[test]
fn trim_drops_three_bytes_at_most() {
    assert_eq!(trim(b""), b"");
    assert_eq!(trim(b"ab"), b"ab");
    assert_eq!(trim(b"a\xC3"), b"a");
    assert_eq!(trim(b"a\xE2\x82"), b"a");
    assert_eq!(trim(b"a\xF0\x9F\x98"), b"a");
    assert_eq!(trim(b"\xF0\x9F\x98"), b"");
    assert_eq!(trim(b"a\xF0\x9F\x98\x80"), b"a\xF0\x9F\x98\x80");
    assert_eq!(trim(b"\xF0\xF0\x9F"), b"\xF0");
    assert_eq!(trim(b"\xF0\xF0"), b"\xF0");
    assert_eq!(trim(b"\xC3\x28"), b"\xC3\x28");
    assert_eq!(trim(b"a\x82\x82"), b"a\x82\x82");
}
