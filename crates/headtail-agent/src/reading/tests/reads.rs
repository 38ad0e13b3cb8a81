//! What a read shows, against the stream itself.

use proptest::prelude::*;

use super::pushed;
use crate::reading::{Budget, Held, read};

/// Reads a `stream` of which so many first and last bytes are held, and checks the answer against all of it.
fn check(stream: &[u8], held: &Held<'_>, after: usize, budget: &Budget, first_and_last: (usize, usize)) {
    let (text, truncated) = read(held, after as u64, budget).expect("memory");
    let stretch = &stream[after..];
    assert!(text.len() <= budget.max_bytes, "{} bytes for {}", text.len(), budget.max_bytes);
    let Some(account) = truncated else {
        assert_eq!(text, stretch);
        return;
    };
    assert_eq!(account.original_bytes, stretch.len() as u64);
    assert_eq!(account.retained_bytes, text.len() as u64);
    assert_eq!(account.strategy, "head_tail");
    let (first, last) = first_and_last;
    let is_held = stream.len() <= first + last;
    if budget.max_line == 0 && !budget.clean {
        // Without clipping and cleaning, a gap is the only difference, and everything around it is equal.
        let start = usize::try_from(account.omitted_start).expect("an offset");
        let len = usize::try_from(account.omitted_bytes).expect("a length");
        assert!(len > 0 && start >= after);
        let (before, behind) = (&stream[after..start], &stream[start + len..]);
        let marker = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind)).expect("both ends");
        let marker = str::from_utf8(marker).expect("a marker").trim_matches('\n');
        assert_eq!(marker, format!("... [omitted {len} bytes] ..."));
        // A gap covers all that is not held.
        if !is_held && after < stream.len() - last {
            assert!(start <= after.max(first), "begins at {start}, {first} are held");
            assert!(start + len >= stream.len() - last);
        }
    }
    let fits = is_held && stretch.len() <= budget.max_bytes && budget.max_line == 0 && !budget.clean;
    assert!(!fits, "what fits and is held was shortened");
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(prop::sample::select(b"ab \n".to_vec()), 0..40),
        prop::collection::vec(any::<u8>(), 0..40),
        (0_usize..300).prop_map(|len| vec![b'x'; len]),
        Just("é€😀\n".as_bytes().to_vec()),
        Just(b"\x1b[31mred\x1b[0m 10%\r20%\r\n".to_vec()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_read_is_the_stretch_but_for_an_exact_gap(
        lines in prop::collection::vec(line(), 0..40),
        (head, ring) in (0_usize..200, 0_usize..400),
        cuts in prop::collection::vec(1_usize..100, 1..5),
        after in any::<prop::sample::Index>(),
        max_bytes in 64_usize..600,
        max_line in prop::sample::select(vec![0_usize, 16, 40]),
        clean in any::<bool>(),
        shares in prop::option::of((0_usize..300, 0_usize..300)),
    ) {
        let stream = lines.concat();
        let output = pushed(&stream, head, ring, &cuts);
        let after = after.index(stream.len() + 1);
        for budget in [
            Budget { max_bytes, shares: None, max_line: 0, clean: false },
            Budget { max_bytes, shares: None, max_line, clean },
        ] {
            output.with_held(|held| check(&stream, held, after, &budget, (head, ring)));
        }
        let budget = Budget { max_bytes, shares, max_line, clean };
        output.with_held(|held| {
            let (text, truncated) = read(held, after as u64, &budget).expect("memory");
            prop_assert!(text.len() <= max_bytes);
            // The record answers as the keeper does.
            let bytes = held.pieces().collect::<Vec<_>>().concat();
            let record = Held::of_record(&bytes, held.gap());
            prop_assert_eq!(record.total(), stream.len() as u64);
            prop_assert_eq!(read(&record, after as u64, &budget).expect("memory"), (text, truncated));
            Ok(())
        })?;
    }

    #[test]
    fn what_is_held_is_both_ends_of_the_stream(
        lines in prop::collection::vec(line(), 0..40),
        (head, ring) in (0_usize..200, 0_usize..400),
        cuts in prop::collection::vec(1_usize..100, 1..5),
    ) {
        let stream = lines.concat();
        let output = pushed(&stream, head, ring, &cuts);
        prop_assert_eq!(output.total(), stream.len() as u64);
        output.with_held(|held| {
            for (start, piece) in held.from(0) {
                let start = usize::try_from(start).expect("an offset");
                prop_assert_eq!(piece, &stream[start..start + piece.len()]);
            }
            let (start, len) = held.gap();
            let expected = match stream.len() {
                all if all <= head + ring => (all as u64, 0),
                all => (head as u64, (all - head - ring) as u64),
            };
            prop_assert_eq!((start, len), expected);
            Ok(())
        })?;
    }
}

const PLAIN: Budget = Budget { max_bytes: 1000, shares: None, max_line: 2048, clean: false };

#[test]
fn a_read_within_the_gap_begins_with_the_marker() {
    let output = pushed(b"0123456789abcdef", 4, 4, &[3]);
    let (text, truncated) = output.with_held(|held| read(held, 6, &PLAIN)).expect("memory");
    assert_eq!(String::from_utf8_lossy(&text).trim_start(), "... [omitted 6 bytes] ...\n\ncdef");
    let account = truncated.expect("an account");
    assert_eq!((account.omitted_start, account.omitted_bytes, account.original_bytes), (6, 6, 10));
}

#[test]
fn the_offset_of_a_gap_is_one_of_the_raw_stream_also_where_the_text_is_cleaned() {
    let red = b"\x1b[31mred line\x1b[0m\n";
    let stream = [&red.repeat(10)[..], &[b'x'; 3000], b"\nend\n"].concat();
    let output = pushed(&stream, 200, 10, &[50]);
    let budget = Budget { clean: true, ..PLAIN };
    let (text, truncated) = output.with_held(|held| read(held, 0, &budget)).expect("memory");
    let account = truncated.expect("an account");
    let shown = String::from_utf8(text).expect("text");
    let head = shown.split("...").next().expect("a head");
    assert_eq!(head.trim_end(), "red line\n".repeat(10).trim_end());
    assert_eq!(account.omitted_start, 10 * red.len() as u64);
    assert_eq!(account.cleaned_bytes, 90);
}

#[test]
fn blanks_that_cleaning_adds_are_in_the_account() {
    let output = pushed(b"a\x1b[3Cb\n", 200, 10, &[50]);
    let budget = Budget { clean: true, ..PLAIN };
    let (text, truncated) = output.with_held(|held| read(held, 0, &budget)).expect("memory");
    let account = truncated.expect("an account");
    assert_eq!(text, b"a   b\n");
    assert_eq!((account.original_bytes, account.retained_bytes), (7, 6));
    assert_eq!((account.cleaned_bytes, account.added_bytes), (4, 3));
}

#[test]
fn shares_given_at_the_start_are_those_of_a_read_from_the_start() {
    let stream: Vec<u8> = (0..2000).flat_map(|number| format!("{number}\n").into_bytes()).collect();
    let output = pushed(&stream, 4000, 8000, &[500]);
    let show = |after, max_bytes| {
        let budget = Budget { max_bytes, shares: Some((20, 60)), ..PLAIN };
        let (text, _) = output.with_held(|held| read(held, after, &budget)).expect("memory");
        text.len()
    };
    assert!(show(0, 1000) < 20 + 60 + 60, "the shares, and a marker");
    assert!(show(0, 100) <= 100);
    assert!(show(10, 1000) > 900, "elsewhere the budget alone counts");
}
