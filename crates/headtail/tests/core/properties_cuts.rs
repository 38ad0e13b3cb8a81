//! Laws of the options that say where the stream is cut, for every input, every combination of them and every split
//! into writes.

use crate::inputs::{cap, cuts, input, large_input, marker, writes};
use crate::keep_laws;
use crate::oracle::{Marker, Params, answer_marked};
use crate::support::capped::{Cap, assert_capped};
use crate::support::{assert_answers_with_path, assert_cleaned, new_marked};
use headtail::HeadTail;
use proptest::prelude::*;

/// Any case, with kept lines or without.
fn case() -> impl Strategy<Value = (Vec<u8>, Params, Marker)> {
    prop_oneof![(input(), cuts(), marker()), keep_laws::case()]
}

/// A cap, and the case in which it has room for the marker.
fn case_and_cap() -> impl Strategy<Value = ((Vec<u8>, Params, Marker), Cap)> {
    case().prop_flat_map(|case| (Just(case.clone()), cap(&case.2, case.1.keep)))
}

/// A cap, and the marker that it has room for.
fn marker_and_cap() -> impl Strategy<Value = (Marker, Cap)> {
    marker().prop_flat_map(|marker| (Just(marker.clone()), cap(&marker, None)))
}

#[track_caller]
pub(crate) fn agrees(kept: &HeadTail, input: &[u8], params: &Params, marker: &Marker, context: &str) {
    let want = answer_marked(input, params, marker);
    let numbers = want.numbers;
    assert_eq!(want.text as u64, want.shown + numbers.clipped_bytes + numbers.omitted, "conservation");
    assert_cleaned(&kept.report(), input, params, want.text);
    assert_answers_with_path(kept, &marker.path, &want, || {
        format!("{context}: {} under {params:?} {marker:?}", input.escape_ascii())
    });
}

/// The head that was stable on the way, which begins everything that comes after it.
#[derive(Debug, Default)]
struct Stable(Vec<u8>);

impl Stable {
    #[track_caller]
    fn look(&mut self, kept: &HeadTail, path: &[u8]) {
        let output = kept.snapshot_with_path(path).to_vec();
        let head = kept.stable_head_with_path(path);
        assert!(head.starts_with(&self.0), "{self:?} shrinks to {head:?}");
        assert!(output.starts_with(head), "{head:?} is not how {output:?} begins");
        self.0 = head.to_vec();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_contract((input, params, marker) in case(), writes in writes()) {
        let mut kept = new_marked(&params, &marker);
        writes.write(&input, &mut kept);
        agrees(&kept, &input, &params, &marker, "at the end");
        prop_assert_eq!(kept.needs_every_byte(), marker.counts_lines() || params.keep.is_some());
    }

    #[test]
    fn every_snapshot_is_the_answer_for_what_was_written((input, params, marker) in case(), at in writes()) {
        let mut stable = Stable::default();
        at.write_and_look(&input, &mut new_marked(&params, &marker), 20, |kept, len| {
            stable.look(kept, &marker.path);
            if let Some(len) = len {
                agrees(kept, &input[..len], &params, &marker, "on the way");
            }
        });
    }

    #[test]
    fn every_cap_keeps_its_laws(((input, params, marker), cap) in case_and_cap(), at in writes()) {
        let mut kept = cap.keeper(&params, &marker).expect("room for the marker");
        let mut other = kept.clone();
        let mut stable = Stable::default();
        at.write_and_look(&input, &mut kept, 10, |kept, len| {
            stable.look(kept, &marker.path);
            if let Some(len) = len {
                assert_capped(kept, &input[..len], &params, cap, &marker, || format!("after {len} bytes"));
            }
        });
        other.push(&input);
        let (one, other) = (kept.snapshot_with_path(&marker.path), other.snapshot_with_path(&marker.path));
        prop_assert_eq!(other.to_vec(), one.to_vec());
        prop_assert_eq!(other.report(), one.report());
    }

    #[test]
    fn a_snapshot_names_the_path_that_it_is_taken_with(
        input in input(), params in cuts(), marker in marker(), at in writes(), path in "[ -~]{0,30}",
    ) {
        let mut kept = new_marked(&params, &marker);
        at.write(&input, &mut kept);
        let marker = Marker { path: path.into_bytes(), ..marker };
        agrees(&kept, &input, &params, &marker, "with a path");
        let longest = kept.limits().longest_marker(&crate::support::marker(&marker), &marker.path);
        prop_assert_eq!(longest, marker.max_len(None));
    }

    #[test]
    fn a_path_is_left_out_where_a_cap_has_no_room_for_it(
        input in input(), params in cuts(), (marker, cap) in marker_and_cap(), path in "[ -~]{0,99}",
    ) {
        let mut kept = cap.keeper(&params, &marker).expect("room for the marker");
        kept.push(&input);
        let snapshot = kept.snapshot_with_path(path.as_bytes()).to_vec();
        let with_path = Marker { path: path.into_bytes(), ..marker };
        if with_path.max_len(None) > cap.bytes {
            prop_assert_eq!(snapshot, kept.snapshot().to_vec());
        }
        assert_capped(&kept, &input, &params, cap, &with_path, || String::from("with a path"));
    }

    #[test]
    fn reset_gives_a_new_one(
        before in input(), (input, params, marker) in case(), writes in writes(),
    ) {
        let mut kept = new_marked(&params, &marker);
        writes.write(&before, &mut kept);
        kept.reset();
        agrees(&kept, b"", &params, &marker, "just reset");
        prop_assert_eq!(kept.stable_head(), b"");
        writes.write(&input, &mut kept);
        agrees(&kept, &input, &params, &marker, "written to after a reset");
    }

    /// Skipping the middle is the same as writing it, where the middle can leave no trace.
    #[test]
    fn skipping_is_writing_what_nobody_sees(
        start in input(), middle in input(), end in input(), params in cuts(), marker in marker(), at in writes(),
        line in input(), cap in prop::option::of((0_usize..500, Just((2, 3)))),
    ) {
        let mut kept = new_marked(&params, &marker);
        let mut most = params.head.max(params.tail);
        if let Some((room, split)) = cap {
            let cap = Cap { bytes: marker.max_len(None) + room, split };
            kept = cap.keeper(&params, &marker).expect("room for the marker");
            most = cap.bytes;
        }
        if kept.needs_every_byte() {
            return Ok(());
        }
        // The start has filled the head with whole lines, the middle ends a line, and the end fills the tail.
        let delimiter = [params.delimiter];
        let filler = delimiter.repeat(most + 1);
        let pieces = [&start[..], &filler, &line, &middle, &delimiter, &filler, &end].concat();
        let middle = start.len() + filler.len() + line.len()..pieces.len() - filler.len() - end.len();

        let mut whole = kept.clone();
        whole.push(&pieces);
        let mut stable = Stable::default();
        at.write(&pieces[..middle.start], &mut kept);
        stable.look(&kept, &marker.path);
        kept.skip(middle.len() as u64);
        stable.look(&kept, &marker.path);
        at.write(&pieces[middle.end..], &mut kept);
        stable.look(&kept, &marker.path);
        prop_assert_eq!(kept.snapshot().to_vec(), whole.snapshot().to_vec());
        prop_assert_eq!(kept.report(), whole.report());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_large_answer_is_that_of_the_contract(
        input in large_input(), params in cuts(), marker in marker(), writes in writes(),
    ) {
        let mut kept = new_marked(&params, &marker);
        writes.write(&input, &mut kept);
        agrees(&kept, &input, &params, &marker, "a large input");
    }

    #[test]
    fn every_large_input_keeps_the_laws_of_a_cap(
        input in large_input(), params in cuts(), (marker, cap) in marker_and_cap(), writes in writes(),
    ) {
        let mut kept = cap.keeper(&params, &marker).expect("room for the marker");
        writes.write(&input, &mut kept);
        assert_capped(&kept, &input, &params, cap, &marker, || String::from("a large input"));
    }
}
