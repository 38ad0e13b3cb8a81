//! Lines of the gap that are shown: any limits, matcher, marker, cleaning and split into writes give the oracle's answer, or
//! keep the laws of a cap.
#![no_main]

#[path = "../../crates/headtail/tests/oracle/mod.rs"]
mod oracle;
#[path = "../pieces.rs"]
#[allow(dead_code, reason = "its delimiters are chosen otherwise")]
mod pieces;
#[path = "../../crates/headtail/tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use oracle::{Clean, Clip, Keep, Marker, Needle, Params, answer_marked};
use pieces::{Piece, Then};
use support::capped::{Cap, assert_capped};

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
    clean: (bool, bool),
    /// More than the marker may take, and how it is shared out.
    cap: Option<(u16, u8, u8)>,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Piece(Piece<'a>),
    /// What there is to clean, and belongs to the same write as what follows.
    Control(u8),
}

const CONTROLS: [&[u8]; 12] = [
    b"\r",
    b"\r\n",
    b"\x08",
    b"\t",
    b"\x1b[K",
    b"\x1b[5G",
    b"\x1b[1m",
    b"\x1b]0;x\x07",
    b"\x1b]",
    b"\x1b",
    b"\x9b",
    "\u{6F22}".as_bytes(),
];

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
            clean: Clean { strip_ansi: self.clean.0, collapse_cr: self.clean.1 },
            ..Params::default()
        }
    }
}

fuzz_target!(|case: Case| {
    let params = case.params();
    let template = b"<{kept} {matched} {bytes} {lines} {first} {last} {start} {end} {clipped} {keep}>";
    let marker = Marker { template: case.has_template.then(|| template.to_vec()), path: Vec::new() };
    let cap = case.cap.map(|(room, head, tail)| {
        let split = if head == 0 && tail == 0 { (1, 1) } else { (head.into(), tail.into()) };
        Cap { bytes: marker.max_len(params.keep) + usize::from(room % 1024), split }
    });
    let mut kept = match cap {
        Some(cap) => cap.keeper(&params, &marker).expect("room for the marker"),
        None => support::new_marked(&params, &marker),
    };
    let look = |kept: &headtail::HeadTail, input: &[u8]| {
        if let Some(cap) = cap {
            return assert_capped(kept, input, &params, cap, &marker, || format!("{} bytes", input.len()));
        }
        let want = answer_marked(input, &params, &marker);
        assert_eq!(want.text as u64, want.shown + want.numbers.clipped_bytes + want.numbers.omitted);
        support::assert_cleaned(&kept.report(), input, &params, want.text);
        support::assert_answers_with_path(kept, b"", &want, || format!("{params:?} {marker:?}"));
    };
    let (mut input, mut written, mut looks) = (Vec::new(), 0, 0);
    for step in &case.steps {
        let piece = match step {
            Step::Piece(piece) => piece,
            Step::Control(which) => {
                input.extend(CONTROLS[usize::from(*which) % CONTROLS.len()]);
                continue;
            }
        };
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
