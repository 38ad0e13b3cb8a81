//! Kept lines: the cases that all laws of cuts are tried with, and all small ones.

use proptest::prelude::*;

use crate::cleaning::atom;
use crate::inputs::{cuts, input, marker};
use crate::oracle::{Align, Clean, Keep, Marker, Needle, Params};
use crate::properties_cuts::agrees;
use crate::support::new_marked;

fn needle() -> impl Strategy<Value = Needle> {
    prop::sample::select(vec![
        Needle::Anything,
        Needle::Nothing,
        Needle::Empty,
        Needle::Contains(b"ERROR"),
        Needle::Contains(b"a"),
        Needle::Contains(b"truncated"),
        Needle::Starts(b"a"),
        Needle::Starts(b"\xE2"),
        Needle::Ends(b"]"),
        Needle::Ends(b"\r"),
    ])
}

/// Any input, often with what there is to clean.
fn terminal() -> impl Strategy<Value = Vec<u8>> {
    let atoms = prop::collection::vec(atom(), 0..60).prop_map(|atoms| atoms.concat());
    prop_oneof![input(), atoms]
}

fn clean() -> impl Strategy<Value = Clean> {
    let some = any::<(bool, bool)>().prop_map(|(strip_ansi, collapse_cr)| Clean { strip_ansi, collapse_cr });
    prop_oneof![Just(Clean::default()), some]
}

/// Any limits with which lines can be kept.
fn params() -> impl Strategy<Value = Params> {
    let size = prop_oneof![1 => Just(0), 3 => 1_usize..30, 3 => 1_usize..300, 1 => Just(4096)];
    (cuts(), needle(), size, 48_usize..200, clean()).prop_map(|(params, needle, size, max_line, clean)| {
        Params {
            align: Align::Line,
            max_line: if params.max_line == 0 { max_line } else { params.max_line },
            // A byte of a mark ends a line there as well.
            delimiter: if b" .[truncated]0123456789bytes".contains(&params.delimiter) {
                b'\n'
            } else {
                params.delimiter
            },
            keep: Some(Keep { needle, size }),
            clean,
            ..params
        }
    })
}

/// A marker with a place for lines.
fn place() -> impl Strategy<Value = Marker> {
    (marker(), any::<bool>()).prop_map(|(marker, numbers)| Marker {
        template: marker.template.map(|mut template| {
            if numbers {
                template.extend(b"{kept}/{matched} {lines}");
            }
            template.extend(b"{keep}");
            template
        }),
        ..marker
    })
}

/// Any case in which lines are kept.
pub(crate) fn case() -> impl Strategy<Value = (Vec<u8>, Params, Marker)> {
    (terminal(), params(), place())
}

/// All short inputs of few bytes, with all small limits.
#[test]
fn every_short_input_has_the_answer_of_the_contract() {
    let marker =
        Marker { template: Some(b"<{kept} {matched} {lines} {bytes} {keep}>".to_vec()), ..Marker::default() };
    let bytes = b"a\nb";
    for len in 0..=7_u32 {
        for number in 0..3_usize.pow(len) {
            let input: Vec<u8> = (0..len).map(|digit| bytes[number / 3_usize.pow(digit) % 3]).collect();
            for (head, tail, size) in [(0, 0, 9), (0, 2, 3), (2, 0, 4), (1, 1, 8), (2, 3, 40), (3, 2, 0)] {
                for needle in [Needle::Anything, Needle::Empty, Needle::Contains(b"a")] {
                    let keep = Some(Keep { needle, size });
                    let params = Params { head, tail, keep, ..Params::default() };
                    let mut whole = new_marked(&params, &marker);
                    whole.push(&input);
                    agrees(&whole, &input, &params, &marker, "at once");
                    let mut split = new_marked(&params, &marker);
                    for byte in &input {
                        split.push(&[*byte]);
                    }
                    agrees(&split, &input, &params, &marker, "byte by byte");
                }
            }
        }
    }
}
