//! Every small case of the options that say where the stream is cut, compared with the oracle: every split into two
//! writes, with what is known between the two.

use crate::oracle::{Align, Answer, Clip, Marker, Params, answer_marked};
use crate::support::assert_answers;
use crate::support::capped::{Cap, assert_capped};
use crate::words::words;
use headtail::HeadTail;

/// A marker that says all there is to say.
fn all_numbers() -> Marker {
    Marker::of(b"<{bytes} {lines} {first} {last} {start} {end} {total}>")
}

/// One input under one set of limits; the memory is used again for every split.
struct Case<'a> {
    input: &'a [u8],
    params: &'a Params,
    /// For every start of the input, by its length.
    wants: Vec<Answer>,
    kept: HeadTail,
}

impl<'a> Case<'a> {
    fn new(input: &'a [u8], params: &'a Params, marker: &Marker) -> Self {
        let want = |len| answer_marked(&input[..len], params, marker);
        let wants = (0..=input.len()).map(want).collect();
        Self { input, params, wants, kept: crate::support::new_marked(params, marker) }
    }

    #[track_caller]
    fn written_in_two(&mut self) {
        for at in 0..=self.input.len() {
            let (first, second) = self.input.split_at(at);
            self.kept.reset();
            self.kept.push(first);
            self.answers(at, at);
            self.kept.push(second);
            self.answers(self.input.len(), at);
        }
    }

    #[track_caller]
    fn written_byte_by_byte(&mut self) {
        self.kept.reset();
        for at in 0..self.input.len() {
            self.kept.push(&self.input[at..=at]);
            self.answers(at + 1, at);
        }
    }

    /// Asserts the answer for the first `len` bytes, and that every later one begins with what is stable now.
    #[track_caller]
    fn answers(&self, len: usize, at: usize) {
        let context = || {
            let (first, second) = self.input[..len].split_at(at);
            format!("{} | {} under {:?}", first.escape_ascii(), second.escape_ascii(), self.params)
        };
        assert_answers(&self.kept, &self.wants[len], context);
        let head = self.kept.stable_head();
        for want in &self.wants[len..] {
            assert!(
                want.output.starts_with(head),
                "{} was said to begin with {}: {}",
                want.output.escape_ascii(),
                head.escape_ascii(),
                context()
            );
        }
    }
}

const ALIGNS: [Align; 3] = [Align::Byte, Align::Char, Align::Line];

/// Every combination of these sizes and line limits at both ends, and of all alignments, that has a line limit or is
/// not the default.
fn grid(sizes: &[usize], lines: &[Option<usize>], check: &mut impl FnMut(Params)) {
    for &head in sizes {
        for &tail in sizes {
            for &head_lines in lines {
                for &tail_lines in lines {
                    for align in ALIGNS {
                        let ends = Params { head, tail, head_lines, tail_lines, ..Params::default() };
                        check(Params { align, max_line: 0, ..ends });
                    }
                }
            }
        }
    }
}

#[test]
fn every_short_input_under_every_small_cut() {
    let marker = all_numbers();
    for len in 0..=4 {
        words(&[b'a', b'\n', 0xC3, 0xA9], len, &mut |input| {
            grid(&[0, 1, 2, 5], &[None, Some(0), Some(1), Some(2)], &mut |params| {
                Case::new(input, &params, &marker).written_in_two();
            });
        });
    }
}

#[test]
fn every_series_of_short_lines_under_every_few_lines() {
    let marker = all_numbers();
    for len in 5..=8 {
        words(b"a\n", len, &mut |input| {
            grid(&[3, 9], &[None, Some(1), Some(3)], &mut |params| {
                Case::new(input, &params, &marker).written_in_two();
            });
        });
    }
}

#[test]
fn every_end_of_a_head_and_start_of_a_tail_without_alignment() {
    let marker = Marker::default();
    words(&[b'a', 0xE2, 0x82, 0xF0, 0x9F], 5, &mut |input| {
        for (head, tail) in [(3, 0), (0, 3), (2, 2)] {
            for align in [Align::Byte, Align::Line] {
                let params = Params { head, tail, align, max_line: 0, ..Params::default() };
                Case::new(input, &params, &marker).written_in_two();
            }
        }
    });
}

#[test]
fn every_clipped_line_under_every_few_lines() {
    // Lines on both sides of the limit, of which a cut by lines does not see how long they were.
    let marker = all_numbers();
    words(&[0, 2, 16, 17, 20], 3, &mut |lens| {
        for end in ["", "\n"] {
            let lines: Vec<String> =
                lens.iter().map(|len| "\u{E9}".repeat(10)[..len & !1].to_owned()).collect();
            let input = lines.join("\n") + end;
            for size in [1, 17, 18, 60] {
                for lines in [None, Some(1), Some(2)] {
                    for align in [Align::Byte, Align::Line] {
                        let ends = Params { head: size, tail: size, align, ..Params::default() };
                        let one = Params { max_line: 16, head_lines: lines, ..ends };
                        Case::new(input.as_bytes(), &one, &marker).written_byte_by_byte();
                        let both = Params { tail_lines: lines, ..one };
                        Case::new(input.as_bytes(), &both, &marker).written_byte_by_byte();
                    }
                }
            }
        }
    });
}

/// Params under which all is shown, and lines lose their middle.
fn middle(max_line: usize) -> Params {
    Params { max_line, clip: Clip::Middle, ..Params::default() }
}

#[test]
fn every_line_that_may_lose_its_middle() {
    let marker = Marker::default();
    for letter in ["a", "\u{E9}", "\u{20AC}", "\u{1F600}", "a\u{1F600}\u{E9}"] {
        for max_line in 48..=57 {
            for len in max_line - 1..=max_line + 8 {
                for end in ["", "\n"] {
                    let input = [&letter.repeat(len).as_bytes()[..len], end.as_bytes()].concat();
                    Case::new(&input, &middle(max_line), &marker).written_in_two();
                }
            }
        }
    }
}

#[test]
fn every_count_that_takes_one_more_digit() {
    // The text shifts by a byte for every length, so that the end starts at every byte of a character.
    for letter in ["a", "\u{20AC}", "a\u{1F600}\u{E9}", "\u{82}\u{82}"] {
        for max_line in [48, 53, 64, 80] {
            for boundary in [100, 1000, 10_000] {
                for len in boundary + 15..boundary + 60 {
                    let text = letter.repeat(len);
                    let input = [&text.as_bytes()[..len], b"\nb\n"].concat();
                    let want = answer_marked(&input, &middle(max_line), &Marker::default());
                    let mut kept = crate::support::new(&middle(max_line));
                    for first in [0, 1, max_line / 2, max_line, max_line + 1, 97, len - 3, len, len + 1] {
                        kept.reset();
                        kept.push(&input[..first.min(input.len())]);
                        kept.push(&input[first.min(input.len())..]);
                        assert_answers(&kept, &want, || {
                            format!("{len} of {letter} under {max_line}, {first}")
                        });
                    }
                }
            }
        }
    }
}

/// Bytes on both sides of the borders in the table of well-formed UTF-8.
const BORDERS: [u8; 9] = [b'a', 0x80, 0x9F, 0xBF, 0xC3, 0xE2, 0xED, 0xF0, 0xF4];

#[test]
fn every_border_of_a_lost_middle() {
    // Bytes 0 to 2 are all that the line keeps of its start, 41 is the first that it may keep of its end.
    let marker = Marker::default();
    let params = middle(54);
    let lost = answer_marked(&[b'b'; 62], &params, &marker).numbers.clipped_bytes;
    assert_eq!(lost, 38, "3 bytes of the start and 21 of the end are kept");
    words(&BORDERS, 3, &mut |border| {
        let mut input = [b'b'; 62];
        input[..3].copy_from_slice(border);
        let mut kept = crate::support::new(&params);
        for at in [0, 1, 2, 3, 30, 54, 55, 61] {
            kept.reset();
            kept.push(&input[..at]);
            kept.push(&input[at..]);
            assert_answers(&kept, &answer_marked(&input, &params, &marker), || format!("start {border:X?}"));
        }
        for from in 39..=43 {
            let mut input = [b'b'; 62];
            input[40..49].fill(0xA0);
            input[from..from + 3].copy_from_slice(border);
            for at in [0, 20, 42, 44, 61] {
                kept.reset();
                kept.push(&input[..at]);
                kept.push(&input[at..]);
                let want = answer_marked(&input, &params, &marker);
                assert_answers(&kept, &want, || format!("{border:X?} at {from}"));
            }
        }
    });
}

#[test]
fn every_cut_of_lines_without_their_middle() {
    let marker = all_numbers();
    let line = |len: usize| [&"a\u{E9}".repeat(len).as_bytes()[..len], b"\n"].concat();
    for (first, second) in [(55, 3), (3, 70), (60, 130)] {
        let input = [line(first), line(second)].concat();
        for head in 0..=58 {
            for tail in [0, 1, 4, 12, 30, 57] {
                for (align, lines) in [(Align::Char, None), (Align::Line, None), (Align::Byte, Some(1))] {
                    let ends = Params { head, tail, tail_lines: lines, align, ..middle(51) };
                    let mut case = Case::new(&input, &ends, &marker);
                    case.written_byte_by_byte();
                }
            }
        }
    }
}

#[test]
fn every_cap_of_every_short_input() {
    for template in ["", "~", "\\n[..]"] {
        let marker = Marker::of(template.as_bytes());
        for len in 0..=5 {
            words(&[b'a', b'\n', 0xC3, 0xA9], len, &mut |input| {
                for bytes in 0..=6 {
                    for split in [(1, 1), (0, 1), (3, 1)] {
                        for align in ALIGNS {
                            let params = Params { align, max_line: 0, ..Params::default() };
                            capped(input, &params, Cap { bytes, split }, &marker);
                        }
                    }
                }
            });
        }
    }
}

#[test]
fn every_cap_with_every_few_lines() {
    let marker = Marker::of(b"~");
    for len in 0..=7 {
        words(b"a\n", len, &mut |input| {
            for bytes in [1, 3, 4, 6, 8] {
                for lines in [Some(0), Some(1), Some(2)] {
                    for other in [lines, None] {
                        let params = Params { head_lines: lines, tail_lines: other, ..Params::default() };
                        capped(input, &params, Cap { bytes, split: (1, 1) }, &marker);
                        let params = Params { head_lines: other, tail_lines: lines, ..params };
                        capped(input, &params, Cap { bytes, split: (2, 1) }, &marker);
                    }
                }
            }
        });
    }
}

#[test]
fn every_cap_about_as_long_as_the_marker_or_the_input() {
    let path = b"/tmp/whole \xFF".to_vec();
    let markers = [
        Marker::default(),
        Marker { path: path.clone(), ..Marker::default() },
        Marker { path, ..Marker::of(b"{path}{bytes}{lines}") },
        all_numbers(),
    ];
    for marker in &markers {
        let least = marker.max_len(None);
        for len in [least - 1, least, least + 1, least + 30, 999, 1001, 10_030] {
            let input: Vec<u8> = b"log\n".iter().copied().cycle().take(len).collect();
            let sizes = (least - 1..least + 4).chain(len - 2..len + 2).chain([least + 50]);
            for bytes in sizes {
                for split in [(1, 1), (0, 1), (1, 0), (1, 4), (u32::MAX, 1)] {
                    let params = Params { align: Align::Byte, ..Params::default() };
                    let cap = Cap { bytes, split };
                    if let Some(mut kept) = cap.keeper(&params, marker) {
                        kept.push(&input);
                        assert_capped(&kept, &input, &params, cap, marker, || String::from("at once"));
                    }
                }
            }
        }
    }
}

/// Asserts the laws of a cap for every split of `input` into two, and for its first part.
#[track_caller]
fn capped(input: &[u8], params: &Params, cap: Cap, marker: &Marker) {
    let Some(mut kept) = cap.keeper(params, marker) else { return };
    kept.push(input);
    assert_capped(&kept, input, params, cap, marker, || String::from("at once"));
    let output = kept.snapshot_with_path(&marker.path).to_vec();
    for at in 0..=input.len() {
        let (first, second) = input.split_at(at);
        kept.reset();
        kept.push(first);
        // Its answer is that of another input, which is also there: all that is left is what it says of later ones.
        let head = kept.stable_head_with_path(&marker.path).to_vec();
        let context =
            || format!("{} | {} under {params:?}, {cap:?}", first.escape_ascii(), second.escape_ascii());
        assert!(kept.snapshot_with_path(&marker.path).to_vec().starts_with(&head), "{}", context());
        assert!(output.starts_with(&head), "{}", context());
        kept.push(second);
        assert_eq!(kept.snapshot_with_path(&marker.path).to_vec(), output, "{}", context());
    }
}
