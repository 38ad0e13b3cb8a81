//! Lines of the gap that are shown: any limits, matcher, marker and split into writes give the oracle's answer.
#![no_main]

#[path = "../../crates/headtail/tests/oracle/mod.rs"]
mod oracle;
#[path = "../pieces.rs"]
mod pieces;
#[path = "../../crates/headtail/tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use oracle::{Clip, Keep, Marker, Needle, Params, answer_marked};
use pieces::{Piece, Then};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    head: u8,
    tail: u8,
    head_lines: Option<u8>,
    tail_lines: Option<u8>,
    clips_middle: bool,
    /// Counted from the shortest limit.
    max_line: u8,
    ends_with_nul: bool,
    needle: u8,
    size: u16,
    has_template: bool,
    pieces: Vec<Piece<'a>>,
}

impl Case<'_> {
    fn params(&self) -> Params {
        let (clip, least) = if self.clips_middle { (Clip::Middle, 48) } else { (Clip::End, 16) };
        let needle = match self.needle % 8 {
            0 => Needle::Anything,
            1 => Needle::Nothing,
            2 => Needle::Empty,
            3 => Needle::Contains(b"x"),
            4 => Needle::Contains(b"truncated"),
            5 => Needle::Starts(b"x"),
            6 => Needle::Ends(b"]"),
            _ => Needle::Ends(b"x"),
        };
        Params {
            head: self.head.into(),
            tail: self.tail.into(),
            head_lines: self.head_lines.map(usize::from),
            tail_lines: self.tail_lines.map(usize::from),
            max_line: usize::from(self.max_line) + least,
            clip,
            delimiter: if self.ends_with_nul { 0 } else { b'\n' },
            keep: Some(Keep { needle, size: self.size.into() }),
            ..Params::default()
        }
    }
}

fuzz_target!(|case: Case| {
    let params = case.params();
    let template = b"<{kept} {matched} {bytes} {lines} {first} {last} {start} {end} {clipped} {keep}>";
    let marker = Marker { template: case.has_template.then(|| template.to_vec()), path: Vec::new() };
    let mut kept = support::new_marked(&params, &marker);
    let look = |kept: &headtail::HeadTail, input: &[u8]| {
        let want = answer_marked(input, &params, &marker);
        assert_eq!(want.numbers.original, want.shown + want.numbers.clipped_bytes + want.numbers.omitted);
        support::assert_answers_with_path(kept, b"", &want, || format!("{params:?} {marker:?}"));
    };
    let (mut input, mut written, mut looks) = (Vec::new(), 0, 0);
    for piece in &case.pieces {
        piece.text.append_to(&mut input, &params);
        match piece.then {
            Then::Nothing => continue,
            Then::Write => kept.push(&input[written..]),
            Then::WriteByteByByte => input[written..].chunks(1).for_each(|byte| kept.push(byte)),
            Then::WriteAndLook => {
                kept.push(&input[written..]);
                looks += 1;
                // The oracle goes over all of the input every time.
                if looks <= 2 {
                    look(&kept, &input);
                }
            }
        }
        written = input.len();
    }
    kept.push(&input[written..]);
    look(&kept, &input);
});
