//! Any limits, any input, any splits: the streamed answer is the oracle's, at the end and on the way.
#![no_main]

#[path = "../../crates/headtail/tests/oracle/mod.rs"]
mod oracle;
#[path = "../pieces.rs"]
mod pieces;
#[path = "../../crates/headtail/tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use oracle::{Params, answer};
use pieces::{Delimiter, Piece, Then};
use support::marks::is_in_mark;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    limits: FewLimits,
    pieces: Vec<Piece<'a>>,
}

/// Limits that are small beside the input.
#[derive(Arbitrary, Debug)]
struct FewLimits {
    head: u8,
    tail: u8,
    /// Multiplies the tail, so that a ring can also be longer than a write.
    tails: Tails,
    /// 0 is no limit, else it counts from the shortest limit.
    max_line: u8,
    delimiter: Delimiter,
}

#[derive(Arbitrary, Debug)]
enum Tails {
    One,
    Ten,
}

impl Case<'_> {
    fn params(&self) -> Params {
        let limits = &self.limits;
        Params {
            head: usize::from(limits.head),
            tail: usize::from(limits.tail) * if matches!(limits.tails, Tails::Ten) { 10 } else { 1 },
            max_line: if limits.max_line == 0 { 0 } else { usize::from(limits.max_line) + 15 },
            // A byte of a mark ends a line there as well.
            delimiter: Some(limits.delimiter.byte()).filter(|byte| !is_in_mark(*byte)).unwrap_or(b'\n'),
            ..Params::default()
        }
    }
}

fuzz_target!(|case: Case| {
    let params = case.params();
    let mut kept = support::new(&params);
    let mut input = Vec::new();
    let mut written = 0;
    let mut looks = 0;
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
                    support::assert_answers(&kept, &answer(&input, &params), || {
                        format!("{params:?}, so far")
                    });
                }
            }
        }
        written = input.len();
    }
    kept.push(&input[written..]);
    let want = answer(&input, &params);
    assert_eq!(want.numbers.original, want.shown + want.numbers.clipped_bytes + want.numbers.omitted);
    support::assert_answers(&kept, &want, || format!("{params:?}, {} bytes", input.len()));

    kept.reset();
    kept.push(&input);
    support::assert_answers(&kept, &want, || format!("{params:?}, at once after a reset"));
});
