//! Laws that hold for every input, every limit and every split into writes.

use std::io::Write;

use crate::inputs::{Writes, input, large_input, params, writes};
use crate::oracle::clip::stored;
use crate::oracle::{Align, Params, answer};
use crate::support::{assert_answers, limits, new};
use headtail::{HeadTail, Limits};
use proptest::prelude::*;

/// A keeper that was given `input` in these writes.
fn written(input: &[u8], params: &Params, writes: &Writes) -> HeadTail {
    let mut kept = new(params);
    writes.write(input, &mut kept);
    kept
}

#[track_caller]
fn agrees(input: &[u8], params: &Params, writes: &Writes) {
    let want = answer(input, params);
    let numbers = want.numbers;
    assert_eq!(numbers.original, input.len() as u64);
    assert_eq!(numbers.original, want.shown + numbers.clipped_bytes + numbers.omitted, "conservation");
    let kept = written(input, params, writes);
    assert_answers(&kept, &want, || String::from("the streamed answer is not that of the contract"));
    assert!(kept.stored_len() <= params.head + params.tail, "{}", kept.stored_len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_that_of_the_contract(input in input(), params in params(), writes in writes()) {
        agrees(&input, &params, &writes);
    }

    #[test]
    fn default_limits_are_those_of_the_contract(input in input(), writes in writes()) {
        // Long enough to be cut, mostly: the same text many times over.
        let input = input.repeat(50_000 / (input.len() + 1));
        let mut kept = HeadTail::new(Limits::default()).expect("memory");
        writes.write(&input, &mut kept);
        assert_answers(&kept, &answer(&input, &Params::default()), || String::from("default limits"));
    }

    #[test]
    fn every_snapshot_is_the_answer_for_what_was_written(
        input in input(), params in params(), at in writes(),
    ) {
        at.write_and_look(&input, &mut new(&params), 20, |kept, len| {
            if let Some(len) = len {
                assert_answers(kept, &answer(&input[..len], &params), || format!("the first {len} bytes"));
            }
        });
    }

    #[test]
    fn stable_head_begins_every_later_answer(input in input(), params in params(), at in writes()) {
        let mut kept = new(&params);
        let mut stable = Vec::new();
        let pieces = at.of(&input);
        let output = answer(&input, &params).output;
        for piece in pieces {
            kept.push(piece);
            let head = kept.stable_head();
            prop_assert!(head.starts_with(&stable), "it only grows");
            prop_assert!(output.starts_with(head));
            if head.len() > stable.len() {
                stable = head.to_vec();
            }
        }
        // Held back is what the line limit still decides, or the beginning of a character, and no more; and where
        // cuts fall between lines, a line that the head might not hold.
        let mut decided = stored(&input, &params);
        decided.truncate(params.head);
        let line = decided.iter().rposition(|stored| stored.byte == params.delimiter).map_or(0, |end| end + 1);
        let is_held = params.max_line > 0 && line + params.max_line < params.head;
        if params.align == Align::Line && !is_held {
            prop_assert!(stable.len() >= line, "{} of {line}", stable.len());
        } else {
            let undecided = if params.max_line == 0 { 3 } else { 22 };
            prop_assert!(stable.len() + undecided >= decided.len(), "{} of {}", stable.len(), decided.len());
        }
    }

    #[test]
    fn reset_gives_a_new_one(
        before in input(), input in input(), params in params(), first in writes(), second in writes(),
    ) {
        let mut kept = written(&before, &params, &first);
        kept.reset();
        assert_answers(&kept, &answer(b"", &params), || String::from("just reset"));
        second.write(&input, &mut kept);
        assert_answers(&kept, &answer(&input, &params), || String::from("written to after a reset"));
        prop_assert_eq!(kept.limits(), &limits(&params));
    }

    #[test]
    fn every_byte_is_accepted(input in input(), params in params(), at in writes()) {
        let mut kept = new(&params);
        for piece in at.of(&input) {
            prop_assert_eq!(kept.write(piece).expect("a write never fails"), piece.len());
            kept.flush().expect("a flush never fails");
        }
        assert_answers(&kept, &answer(&input, &params), || String::from("written as io::Write"));
    }

    /// Skipping the middle is the same as writing it, where the middle can leave no trace.
    #[test]
    fn skipping_is_writing_what_nobody_sees(
        start in input(), middle in input(), end in input(), params in params(), at in writes(), line in input(),
    ) {
        // The start has filled the head with whole lines, the middle ends a line, and the end fills the tail.
        let delimiter = [params.delimiter];
        let filler = [params.delimiter].repeat(params.head.max(params.tail) + 1);
        let start = [&start[..], &filler, &line].concat();
        let middle = [&middle[..], &delimiter].concat();
        let end = [&filler[..], &end].concat();

        let mut kept = new(&params);
        at.write(&start, &mut kept);
        kept.skip(middle.len() as u64);
        at.write(&end, &mut kept);
        let whole = [start, middle, end].concat();
        assert_answers(&kept, &answer(&whole, &params), || String::from("with a part skipped"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_large_answer_is_that_of_the_contract(
        input in large_input(), params in params(), writes in writes(),
    ) {
        agrees(&input, &params, &writes);
    }

    #[test]
    fn no_split_of_a_large_input_changes_anything(
        input in large_input(), params in params(), one in writes(), other in writes(),
    ) {
        let (one, other) = (written(&input, &params, &one), written(&input, &params, &other));
        prop_assert_eq!(one.report(), other.report());
        prop_assert_eq!(one.snapshot().to_vec(), other.snapshot().to_vec());
        prop_assert_eq!(one.stored_len(), other.stored_len());
        prop_assert_eq!(one.stable_head(), other.stable_head());
    }
}
