//! Every small case there is: inputs over a tiny alphabet, every split into two and three writes, limits that
//! include 0, each compared with the oracle.
//!
//! A line cannot be clipped below 17 bytes, so clipping is covered by templates: every choice of the bytes around
//! the places where something is decided, with a filler between them.

use crate::oracle::{Answer, Params, answer};
use crate::support::assert_answers;
use crate::words::words;
use headtail::HeadTail;

/// One input under one set of limits; the memory is used again for every split.
struct Case<'a> {
    input: &'a [u8],
    params: &'a Params,
    want: Answer,
    kept: HeadTail,
}

impl<'a> Case<'a> {
    fn new(input: &'a [u8], params: &'a Params) -> Self {
        Self { input, params, want: answer(input, params), kept: crate::support::new(params) }
    }

    #[track_caller]
    fn written_as(&mut self, writes: &[&[u8]]) {
        self.kept.reset();
        for write in writes {
            self.kept.push(write);
        }
        let (input, params) = (self.input, self.params);
        assert_answers(&self.kept, &self.want, || {
            let writes: Vec<String> = writes.iter().map(|write| write.escape_ascii().to_string()).collect();
            format!("{} under {params:?} written as {writes:?}", input.escape_ascii())
        });
    }

    #[track_caller]
    fn written_at_once(&mut self) {
        self.written_as(&[self.input]);
    }

    #[track_caller]
    fn written_byte_by_byte(&mut self) {
        let writes: Vec<&[u8]> = self.input.chunks(1).collect();
        self.written_as(&writes);
    }

    #[track_caller]
    fn written_in_two(&mut self) {
        for at in 0..=self.input.len() {
            let (first, second) = self.input.split_at(at);
            self.written_as(&[first, second]);
        }
    }

    #[track_caller]
    fn written_in_three(&mut self) {
        for to in 0..=self.input.len() {
            let (start, third) = self.input.split_at(to);
            for from in 0..=to {
                let (first, second) = start.split_at(from);
                self.written_as(&[first, second, third]);
            }
        }
    }
}

/// Every pair of head and tail below `end`, without a line limit.
fn grid(end: usize) -> impl Iterator<Item = Params> {
    (0..end).flat_map(move |head| {
        (0..end).map(move |tail| Params { head, tail, max_line: 0, ..Params::default() })
    })
}

/// A newline, the bytes of a character (`E2 82 82`), a byte that is in no character, and a letter.
const BYTES: [u8; 5] = [b'a', b'\n', 0xE2, 0x82, 0xFF];

#[test]
fn every_short_input_without_line_limit() {
    for (len, sizes) in [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5), (6, 4)] {
        words(&BYTES, len, &mut |input| {
            for params in grid(sizes) {
                Case::new(input, &params).written_in_three();
            }
        });
    }
}

#[test]
fn every_short_input_below_the_line_limit() {
    for len in 0..=5 {
        words(&BYTES, len, &mut |input| {
            for params in grid(4) {
                Case::new(input, &Params { max_line: 16, ..params }).written_in_three();
            }
        });
    }
}

/// Bytes on both sides of every border in the table of well-formed UTF-8.
const BORDERS: [u8; 10] = [b'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF];

/// Calls `check` with every three bytes that could be told apart by a rule about characters.
fn endings(check: &mut impl FnMut([u8; 3])) {
    for first in 0..=255 {
        for second in BORDERS {
            for third in [b'a', 0x80, 0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF] {
                check([first, second, third]);
            }
        }
    }
    for first in [b'a', 0x80, 0xE1, 0xF1] {
        for second in 0..=255 {
            for third in 0..=255 {
                check([first, second, third]);
            }
        }
    }
}

#[test]
fn every_end_of_a_head() {
    let params = Params { head: 3, tail: 0, max_line: 0, ..Params::default() };
    endings(&mut |[a, b, c]| Case::new(&[a, b, c, 0x80, b'z'], &params).written_at_once());
}

#[test]
fn every_end_of_a_clipped_line() {
    let params = Params { head: 50, tail: 50, max_line: 19, ..Params::default() };
    endings(&mut |[a, b, c]| {
        let mut input = [b'z'; 22];
        input[..4].copy_from_slice(&[a, b, c, 0x80]);
        let mut case = Case::new(&input, &params);
        case.written_at_once();
        case.written_as(&[&input[..2], &input[2..19], &input[19..]]);
    });
}

#[test]
fn every_start_of_a_tail() {
    words(&BORDERS, 5, &mut |word| {
        for tail in 1..=5 {
            let params = Params { head: 0, tail, max_line: 0, ..Params::default() };
            let input: Vec<u8> = b"z".iter().chain(word).copied().collect();
            Case::new(&input, &params).written_at_once();
        }
    });
}

#[test]
fn every_line_about_as_long_as_the_limit() {
    // Positions 0 to 2 are where the clipped content ends, 17 to 20 where the length is decided.
    let params = Params { head: 20, tail: 21, max_line: 19, ..Params::default() };
    words(&[b'a', b'\n', 0xE2, 0x82, 0xF0], 3, &mut |start| {
        words(b"b\n\x82", 4, &mut |end| {
            let input = [start, b"b".repeat(14).as_slice(), end].concat();
            Case::new(&input, &params).written_in_three();
        });
    });
}

#[test]
fn every_line_length_before_every_follower() {
    let params = Params { head: 30, tail: 30, max_line: 19, ..Params::default() };
    words(&[b'a', 0xC3, 0xA9, 0xF0], 3, &mut |start| {
        for len in 15..=21 {
            for follower in [&b"\n"[..], b"\nc\n", b"\n\n", b"\ndddddddddddddddddddd"] {
                let input = [start, b"b".repeat(len - 3).as_slice(), follower].concat();
                let mut case = Case::new(&input, &params);
                case.written_in_three();
                case.written_byte_by_byte();
            }
        }
    });
}

#[test]
fn every_cut_of_clipped_lines() {
    // Lengths on both sides of the limit; `é` is cut in the middle where a line of the second kind is clipped.
    for content in ["\u{E9}", "a\u{E9}"] {
        let content = content.repeat(40);
        for first in [0, 1, 17, 18, 19, 40] {
            for second in [0, 2, 18, 19, 33] {
                for end in ["", "\n"] {
                    let lines = [&content.as_bytes()[..first], &content.as_bytes()[..second]];
                    let input = [lines[0], b"\n", lines[1], end.as_bytes()].concat();
                    for params in grid(22) {
                        let params = Params { max_line: 18, ..params };
                        let mut case = Case::new(&input, &params);
                        case.written_in_two();
                        case.written_byte_by_byte();
                    }
                }
            }
        }
    }
}

#[test]
fn every_series_of_lines_through_the_ring() {
    words(&[0, 3, 17, 30], 5, &mut |lens| {
        let mut input = Vec::new();
        for (len, letter) in lens.iter().zip(b'a'..) {
            input.extend(std::iter::repeat_n(letter, *len));
            input.push(b'\n');
        }
        for head in [0, 1, 5, 20] {
            for tail in [0, 1, 2, 15, 16, 17, 18, 33, 40] {
                let params = Params { head, tail, max_line: 16, ..Params::default() };
                let mut case = Case::new(&input, &params);
                case.written_at_once();
                case.written_byte_by_byte();
                let (half, third) = (input.len() / 2, input.len() / 3);
                case.written_as(&[&input[..half], &input[half..]]);
                case.written_as(&[&input[..third], &input[third..]]);
            }
        }
    });
}

#[test]
fn every_size_of_ends_full_of_clipped_lines() {
    // With a limit of 19 bytes nothing is left of the second kind of line but the suffix.
    for line in [&b"0123456789abcdefghijk\n"[..], b"\xF0\x9F\x98\x80456789abcdefghij\n"] {
        let input = line.repeat(30);
        for head in [0, 17, 160, 161] {
            for tail in 0..260 {
                let params = Params { head, tail, max_line: 19, ..Params::default() };
                let mut case = Case::new(&input, &params);
                case.written_at_once();
                case.written_byte_by_byte();
                let mut case = Case::new(&input[..input.len() - 1], &params);
                case.written_at_once();
            }
        }
        for head in 0..260 {
            let params = Params { head, tail: 20, max_line: 19, ..Params::default() };
            let mut case = Case::new(&input, &params);
            case.written_at_once();
            case.written_byte_by_byte();
        }
    }
}

/// Calls `check` with every input of up to `len` tokens that mix long runs with single bytes.
fn token_inputs(len: usize, check: &mut impl FnMut(&[u8])) {
    let tokens: [&[u8]; 6] = [b"aaaaaaaaaaaaaaaaa", b"\n", b"\0", "\u{E9}".as_bytes(), b"\xE2", b"\xFF"];
    for len in 0..=len {
        words(&tokens, len, &mut |word| check(&word.concat()));
    }
}

#[test]
fn every_short_mix_of_runs_and_bytes() {
    token_inputs(4, &mut |input| {
        for max_line in [16, 17, 18] {
            for params in [(0, 0), (0, 2), (2, 0), (2, 17), (17, 2), (16, 16), (1, 34)] {
                let (head, tail) = params;
                let params = Params { head, tail, max_line, ..Params::default() };
                Case::new(input, &params).written_in_two();
            }
        }
    });
}

#[test]
fn every_short_mix_with_another_delimiter() {
    token_inputs(3, &mut |input| {
        for delimiter in [0, b'a', 0xE2, 0xA9] {
            for (head, tail) in [(0, 3), (3, 0), (17, 2), (2, 17), (40, 40)] {
                let params = Params { head, tail, max_line: 16, delimiter, ..Params::default() };
                Case::new(input, &params).written_in_two();
            }
        }
    });
}
