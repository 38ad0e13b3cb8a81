//! Laws of kept lines, for every input, every combination of limits and every split into writes.

use headtail::HeadTail;
use proptest::prelude::*;

use crate::cleaning::atom;
use crate::inputs::{Writes, cuts, input, marker, writes};
use crate::oracle::{Align, Clean, Keep, Marker, Needle, Params, answer_marked};
use crate::support::capped::{Cap, assert_capped};
use crate::support::{assert_answers_with_path, assert_cleaned, new_marked};

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

#[track_caller]
fn agrees(kept: &HeadTail, input: &[u8], params: &Params, marker: &Marker) {
    let want = answer_marked(input, params, marker);
    let numbers = want.numbers;
    assert_eq!(want.text as u64, want.shown + numbers.clipped_bytes + numbers.omitted, "conservation");
    assert_cleaned(&kept.report(), input, params, want.text);
    assert_answers_with_path(kept, &marker.path, &want, || {
        format!("{:?} under {params:?} {marker:?}", input.escape_ascii().to_string())
    });
}

fn write(kept: &mut HeadTail, input: &[u8], writes: &Writes) {
    for write in writes.of(input) {
        kept.push(write);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_contract(
        input in terminal(), params in params(), marker in place(), writes in writes(),
    ) {
        let mut kept = new_marked(&params, &marker);
        write(&mut kept, &input, &writes);
        agrees(&kept, &input, &params, &marker);
        prop_assert!(kept.needs_every_byte());
        kept.reset();
        agrees(&kept, b"", &params, &marker);
        kept.push(&input);
        agrees(&kept, &input, &params, &marker);
    }

    #[test]
    fn every_snapshot_is_the_answer_for_what_was_written(
        input in terminal(), params in params(), marker in place(), at in writes(),
    ) {
        let mut kept = new_marked(&params, &marker);
        let mut stable = Vec::new();
        let mut len = 0;
        let pieces = at.of(&input);
        let often = pieces.len().div_ceil(20);
        for (count, piece) in pieces.iter().enumerate() {
            kept.push(piece);
            len += piece.len();
            if count % often == 0 || len == input.len() {
                agrees(&kept, &input[..len], &params, &marker);
                let head = kept.stable_head_with_path(&marker.path);
                prop_assert!(head.starts_with(&stable));
                prop_assert!(kept.snapshot_with_path(&marker.path).to_vec().starts_with(head));
                stable = head.to_vec();
            }
        }
    }

    #[test]
    fn every_cap_keeps_its_laws(
        input in terminal(), params in params(), marker in place(), writes in writes(),
        room in prop_oneof![0_usize..60, 0_usize..2000], split in (1_u32..5, 0_u32..5),
    ) {
        let cap = Cap { bytes: marker.max_len(params.keep) + room, split };
        let mut kept = cap.keeper(&params, &marker).expect("room for the marker");
        let mut stable = Vec::new();
        let mut len = 0;
        let pieces = writes.of(&input);
        let often = pieces.len().div_ceil(5);
        for (count, piece) in pieces.iter().enumerate() {
            kept.push(piece);
            len += piece.len();
            if count % often == 0 || len == input.len() {
                assert_capped(&kept, &input[..len], &params, cap, &marker, || format!("after {len} bytes"));
                let head = kept.stable_head_with_path(&marker.path);
                prop_assert!(head.starts_with(&stable));
                prop_assert!(kept.snapshot_with_path(&marker.path).to_vec().starts_with(head));
                stable = head.to_vec();
            }
        }
    }
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
                    agrees(&whole, &input, &params, &marker);
                    let mut split = new_marked(&params, &marker);
                    for byte in &input {
                        split.push(&[*byte]);
                    }
                    agrees(&split, &input, &params, &marker);
                }
            }
        }
    }
}
