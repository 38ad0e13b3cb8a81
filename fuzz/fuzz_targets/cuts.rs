//! Any combination of line limits, alignment, lost middles, marker and cap: the streamed answer is the oracle's, or
//! keeps the laws of the cap, at the end and on the way, and what was stable stays so.
#![no_main]

#[path = "../../crates/headtail/tests/oracle/mod.rs"]
mod oracle;
#[path = "../pieces.rs"]
mod pieces;
#[path = "../../crates/headtail/tests/support/mod.rs"]
mod support;

use arbitrary::Arbitrary;
use headtail::HeadTail;
use libfuzzer_sys::fuzz_target;
use oracle::{Align, Clip, Marker, Params, answer_marked};
use pieces::{Delimiter, Piece, Then};
use support::capped::{Cap, assert_capped};
use support::marks::is_in_mark;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    head: u8,
    tail: u8,
    head_lines: Option<u8>,
    tail_lines: Option<u8>,
    align: Aligned,
    clip: Clipped,
    delimiter: Delimiter,
    marker: Template<'a>,
    path: Option<&'a [u8]>,
    /// More than the marker may take, and how it is shared out.
    cap: Option<(u8, u8, u8)>,
    pieces: Vec<Piece<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Aligned {
    Byte,
    Char,
    Line,
}

/// Counted from the shortest limit.
#[derive(Arbitrary, Debug)]
enum Clipped {
    No,
    End(u8),
    Middle(u8),
}

#[derive(Arbitrary, Debug)]
enum Template<'a> {
    Default,
    AllNumbers,
    Short,
    /// As it comes, if it is a template.
    Text(&'a [u8]),
}

impl Case<'_> {
    fn params(&self) -> Params {
        let (clip, max_line) = match self.clip {
            Clipped::No => (Clip::End, 0),
            Clipped::End(more) => (Clip::End, usize::from(more) + 16),
            Clipped::Middle(more) => (Clip::Middle, usize::from(more) + 48),
        };
        Params {
            head: usize::from(self.head),
            tail: usize::from(self.tail),
            head_lines: self.head_lines.map(usize::from),
            tail_lines: self.tail_lines.map(usize::from),
            align: match self.align {
                Aligned::Byte => Align::Byte,
                Aligned::Char => Align::Char,
                Aligned::Line => Align::Line,
            },
            max_line,
            clip,
            delimiter: Some(self.delimiter.byte()).filter(|byte| !is_in_mark(*byte)).unwrap_or(b'\n'),
            keep: None,
            clean: oracle::Clean::default(),
        }
    }

    fn marker(&self) -> Marker {
        let path = self.path.unwrap_or_default().to_vec();
        let template = match self.marker {
            Template::Default => None,
            Template::AllNumbers => Some(&b"{bytes} {lines} {first} {last} {start} {end} {total} {path}"[..]),
            Template::Short => Some(&b"~"[..]),
            Template::Text(text) => Some(text),
        };
        let template = template.map(<[u8]>::to_vec);
        // Both read it alike.
        if let Some(text) = &template {
            let read = oracle::marker::parse(text);
            assert_eq!(headtail::Marker::parse(text).is_ok(), read.is_ok(), "{}", text.escape_ascii());
            if read.is_err() {
                return Marker { template: None, path };
            }
        }
        Marker { template, path }
    }
}

/// A buffer, and what it must do.
struct Trial {
    kept: HeadTail,
    params: Params,
    marker: Marker,
    cap: Option<Cap>,
    /// What was stable on the way.
    stable: Vec<u8>,
}

impl Trial {
    /// Asserts that the buffer, which was given `input`, answers it as it should.
    fn look(&self, input: &[u8]) {
        if let Some(cap) = self.cap {
            let context = || format!("{} bytes", input.len());
            return assert_capped(&self.kept, input, &self.params, cap, &self.marker, context);
        }
        let want = answer_marked(input, &self.params, &self.marker);
        assert_eq!(want.numbers.original, want.shown + want.numbers.clipped_bytes + want.numbers.omitted);
        support::assert_answers_with_path(&self.kept, &self.marker.path, &want, || {
            format!("{:?} {:?}", self.params, self.marker)
        });
    }

    fn look_at_stable_head(&mut self) {
        let path = &self.marker.path;
        let output = self.kept.snapshot_with_path(path).to_vec();
        let now = self.kept.stable_head_with_path(path);
        assert!(output.starts_with(now), "{:?} {:?}", self.params, self.marker);
        assert!(now.starts_with(&self.stable), "{:?} {:?}", self.params, self.marker);
        self.stable = now.to_vec();
    }
}

fuzz_target!(|case: Case| {
    let (params, marker) = (case.params(), case.marker());
    let cap = case.cap.map(|(more, head, tail)| {
        let split = if head == 0 && tail == 0 { (1, 1) } else { (head.into(), tail.into()) };
        Cap { bytes: marker.max_len(None) + usize::from(more), split }
    });
    let kept = match cap {
        Some(cap) => cap.keeper(&params, &marker).expect("room for the marker"),
        None => support::new_marked(&params, &marker),
    };
    let mut trial = Trial { kept, params, marker, cap, stable: Vec::new() };
    let mut input = Vec::new();
    let mut written = 0;
    let mut looks = 0;
    for piece in &case.pieces {
        piece.text.append_to(&mut input, &params);
        match piece.then {
            Then::Nothing => continue,
            Then::Write => trial.kept.push(&input[written..]),
            Then::WriteByteByByte => input[written..].chunks(1).for_each(|byte| trial.kept.push(byte)),
            Then::WriteAndLook => {
                trial.kept.push(&input[written..]);
                looks += 1;
                // The oracle goes over all of the input every time.
                if looks <= 2 {
                    trial.look(&input);
                }
            }
        }
        written = input.len();
        trial.look_at_stable_head();
    }
    trial.kept.push(&input[written..]);
    trial.look_at_stable_head();
    trial.look(&input);

    trial.kept.reset();
    trial.kept.push(&input);
    trial.look(&input);
});
