//! Any limits, any input, any splits: the streamed answer is the oracle's, at the end and on the way.
#![no_main]

#[path = "../../tests/oracle/mod.rs"]
mod oracle;
#[path = "../../tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use oracle::{Params, answer};

/// Longest input; enough for any size of head and tail here to be small beside it.
const MOST: usize = 1 << 14;

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

#[derive(Arbitrary, Debug)]
enum Delimiter {
    Newline,
    Null,
    Any(u8),
}

/// A part of the input, and what happens after it.
#[derive(Arbitrary, Debug)]
struct Piece<'a> {
    text: Text<'a>,
    then: Then,
}

#[derive(Arbitrary, Debug)]
enum Text<'a> {
    Bytes(&'a [u8]),
    Repeated(&'a [u8], u16),
    Characters(&'a str),
    Line(u8),
    Delimiter,
}

#[derive(Arbitrary, Debug)]
enum Then {
    /// The next piece belongs to the same write.
    Nothing,
    Write,
    WriteByteByByte,
    WriteAndLook,
}

impl Case<'_> {
    fn params(&self) -> Params {
        let limits = &self.limits;
        Params {
            head: usize::from(limits.head),
            tail: usize::from(limits.tail) * if matches!(limits.tails, Tails::Ten) { 10 } else { 1 },
            max_line: if limits.max_line == 0 { 0 } else { usize::from(limits.max_line) + 15 },
            delimiter: match limits.delimiter {
                Delimiter::Newline => b'\n',
                Delimiter::Null => 0,
                Delimiter::Any(byte) => byte,
            },
            ..Params::default()
        }
    }
}

impl Text<'_> {
    fn append_to(&self, input: &mut Vec<u8>, params: &Params) {
        let room = MOST - input.len();
        match self {
            Self::Bytes(bytes) => input.extend(bytes.iter().take(room)),
            Self::Repeated(bytes, times) => {
                let len = (bytes.len() * usize::from(*times)).min(room);
                input.extend(bytes.iter().cycle().take(len));
            }
            Self::Characters(characters) => input.extend(characters.bytes().take(room)),
            // About as long as the limit, so that it need not be found byte by byte.
            Self::Line(len) => {
                let len = (params.max_line + usize::from(*len)).saturating_sub(128).min(room);
                input.extend(std::iter::repeat_n(b'x', len));
            }
            Self::Delimiter => input.extend([params.delimiter].iter().take(room)),
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
