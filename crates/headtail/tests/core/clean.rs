//! Cleaning, compared with the oracle, however the input is cut.

use headtail::{Cleaner, Cleaning};
use proptest::collection::vec;
use proptest::prelude::*;

/// A cleaner for each way to clean, used for many inputs.
struct Cleaners {
    delimiter: u8,
    room: usize,
    each: Vec<(Cleaning, Cleaner)>,
}

impl Cleaners {
    fn new(delimiter: u8, room: usize) -> Self {
        let ways = [(false, true), (true, false), (true, true)];
        let each = ways.map(|(strip_ansi, collapse_cr)| {
            let what = Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr);
            (what, Cleaner::new(what, delimiter, room).unwrap())
        });
        Self { delimiter, room, each: each.into() }
    }

    /// Compares with the oracle what `input` gives, cut in each of these ways.
    fn check<'a>(&mut self, input: &[u8], cuts: &(impl Iterator<Item = Vec<&'a [u8]>> + Clone)) {
        for (what, cleaner) in &mut self.each {
            let (strip_ansi, collapse_cr) = (what.get_strip_ansi(), what.get_collapse_cr());
            let expected =
                crate::oracle::clean::clean(input, strip_ansi, collapse_cr, self.delimiter, self.room);
            let mut added = None;
            for pieces in cuts.clone() {
                let text = cleaned(cleaner, &pieces);
                check_added(input, &text, cleaner.added_bytes());
                assert_eq!(*added.get_or_insert(cleaner.added_bytes()), cleaner.added_bytes());
                assert!(
                    text == expected,
                    "{what:?}, delimiter {}, room {}, of {:?}\n     got {}\nexpected {}",
                    self.delimiter,
                    self.room,
                    pieces.iter().map(|piece| piece.escape_ascii().to_string()).collect::<Vec<_>>(),
                    text.escape_ascii(),
                    expected.escape_ascii(),
                );
            }
        }
    }
}

/// What the cleaner makes of the pieces.
fn cleaned(cleaner: &mut Cleaner, pieces: &[&[u8]]) -> Vec<u8> {
    cleaner.reset();
    let mut text = Vec::new();
    for piece in pieces {
        cleaner.clean(piece, &mut |out| text.extend_from_slice(out));
    }
    cleaner.pending().iter().for_each(|out| text.extend_from_slice(out));
    text
}

/// Nothing was removed or added exactly if the text is the input.
fn check_added(input: &[u8], text: &[u8], added: u64) {
    let removed = (input.len() as u64 + added).checked_sub(text.len() as u64);
    assert_eq!(
        (removed, added) == (Some(0), 0),
        input == text,
        "{removed:?} {added} {}",
        input.escape_ascii()
    );
    assert!(removed.is_some(), "{added} {}", input.escape_ascii());
}

/// All words of at most this many letters.
fn words(alphabet: &[&[u8]], len: usize, act: &mut impl FnMut(&[u8])) {
    fn extend(alphabet: &[&[u8]], len: usize, word: &mut Vec<u8>, act: &mut impl FnMut(&[u8])) {
        act(word);
        if len > 0 {
            for letter in alphabet {
                word.extend_from_slice(letter);
                extend(alphabet, len - 1, word, act);
                word.truncate(word.len() - letter.len());
            }
        }
    }
    extend(alphabet, len, &mut Vec::new(), act);
}

/// Checks all words cut once at every place and byte by byte, and those of a letter less cut twice. With all of them cut
/// twice, these tests took longer than all others together.
fn check_words(alphabet: &[&[u8]], len: usize, delimiter: u8, room: usize) {
    let mut cleaners = Cleaners::new(delimiter, room);
    words(alphabet, len, &mut |word| {
        let pieces = (0..=word.len()).map(|at| vec![&word[..at], &word[at..]]);
        cleaners.check(word, &pieces.chain([word.chunks(1).collect()]));
    });
    words(alphabet, len - 1, &mut |word| {
        let len = word.len();
        let cuts = (0..=len).flat_map(|from| (from..=len).map(move |to| (from, to)));
        cleaners.check(word, &cuts.map(|(from, to)| vec![&word[..from], &word[from..to], &word[to..]]));
    });
}

#[test]
fn every_short_input_of_sequences_is_cleaned_as_the_oracle_says() {
    let letters: [&[u8]; 12] =
        [b"\x1b", b"[", b"]", b"\\", b"\x07", b"m", b"\n", b"\x18", b"\x9b", b"\x9d", b"\x9c", b"\xe2"];
    check_words(&letters, 5, b'\n', 4);
}

#[test]
fn every_short_input_of_carriage_returns_is_cleaned_as_the_oracle_says() {
    let letters: [&[u8]; 9] =
        [b"\r", b"\n", b"a", "漢".as_bytes(), "\u{301}".as_bytes(), b"\t", b"\x1b[K", b"\x1b[1K", b"\x1b[m"];
    check_words(&letters, 5, b'\n', 100);
    for room in 0..12 {
        check_words(&letters, 4, b'\n', room);
    }
}

#[test]
fn every_short_input_of_moves_is_cleaned_as_the_oracle_says() {
    let letters: [&[u8]; 10] = [
        b"\x08",
        b"\r",
        b"ab",
        "漢".as_bytes(),
        "\u{301}".as_bytes(),
        b"\t",
        b"\x1b[C",
        b"\x1b[4G",
        b"\x1b[K",
        b"\x1b[1K",
    ];
    check_words(&letters, 4, b'\n', 100);
    for room in 0..12 {
        check_words(&letters, 3, b'\n', room);
    }
    let letters: [&[u8]; 7] = [b"\x08", b"\r", b"a", b"\x1b[3C", b"\x1b[D", b"\x1b[m", b"\xe6\xbc"];
    check_words(&letters, 4, b'\n', 100);
    for room in 0..12 {
        check_words(&letters, 3, b'\n', room);
    }
}

#[test]
fn every_short_input_is_cleaned_alike_with_nul_records() {
    let letters: [&[u8]; 8] = [b"\r", b"\n", b"a", b"b", b"\0", b"\x1b", b"[", b"]"];
    check_words(&letters, 5, 0, 3);
}

fn letter() -> impl Strategy<Value = Vec<u8>> {
    let known = [
        &b"\r"[..],
        b"\r",
        b"\r",
        b"\r\n",
        b"\n",
        b"\t",
        b"\0",
        b"\x07",
        b"\x08",
        b"\x7f",
        b"a",
        b"bc",
        b"done",
        b"50%",
        b" ",
        b"\x1b[K",
        b"\x1b[0K",
        b"\x1b[1K",
        b"\x1b[2K",
        b"\x1b[J",
        b"\x1b[G",
        b"\x1b[1G",
        b"\x1b[5G",
        b"\x1b[D",
        b"\x1b[3D",
        b"\x1b[99D",
        b"\x1b[C",
        b"\x1b[3C",
        b"\x1b[20`",
        b"\x1b[2G",
        b"\x08\x08",
        b"\x1b[m",
        b"\x1b[1;31m",
        b"\x1b[0m",
        b"\x1b]0;t\x07",
        b"\x1b]8;;u\x1b\\",
        b"\x1b(B",
        b"\x1bN",
        b"\x1b7",
        b"\x1bPq",
        b"\x1b_G",
        b"\x1b",
        b"[",
        b"]",
        b"\\",
        b"\x18",
        b"\x9b",
        b"\x9b2K",
        b"\x9c",
        b"\x9d",
        b"\x90",
        b"\xc2",
        b"\xc3\xa9",
        b"\xe6\xbc\xa2",
        b"\xe6\xbc",
        b"\xe6",
        b"\xf0\x9f\x98\x80",
        b"\xf0",
        b"\x9f",
        b"\x98",
        b"\xcc\x81",
        b"\xe2\x80\x8d",
        b"\xef\xb8\x8f",
        b"\xff",
        b"\xa2",
    ];
    prop_oneof![
        12 => prop::sample::select(known.map(<[u8]>::to_vec).to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        1 => "[ -~]{0,40}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    // The oracle would take too long for these.
    #[test]
    fn long_inputs_are_cleaned_alike_however_they_are_cut(
        lines in vec(prop_oneof![
            2 => vec(letter(), 0..10).prop_map(|letters| letters.concat()),
            1 => Just(b"\x1b[1;32mcoloured\x1b[0m text".to_vec()),
            1 => Just("plain text é漢".into()),
        ], 1..8),
        ends in vec(prop::sample::select(vec!["\n", "\n", "\r\n", "\r"]), 1..8),
        size in 1_usize..8000,
    ) {
        let lines = lines.iter().cycle().zip(ends.iter().cycle());
        let mut input = Vec::new();
        for (line, end) in lines.take(1500) {
            input.extend_from_slice(line);
            input.extend_from_slice(end.as_bytes());
        }
        for (strip_ansi, collapse_cr) in [(true, false), (false, true), (true, true)] {
            let mut cleaner = Cleaner::new(Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr), b'\n', 300).unwrap();
            let whole = cleaned(&mut cleaner, &[&input]);
            let pieces = cleaned(&mut cleaner, &input.chunks(size).collect::<Vec<_>>());
            prop_assert!(whole == pieces);
            let bytes = cleaned(&mut cleaner, &input.chunks(1).collect::<Vec<_>>());
            prop_assert!(whole == bytes);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn any_input_is_cleaned_as_the_oracle_says_however_it_is_cut(
        letters in vec(letter(), 0..40),
        delimiter in prop_oneof![6 => Just(b'\n'), 1 => Just(0), 1 => any::<u8>()],
        room in prop_oneof![2 => 0_usize..40, 1 => Just(2048)],
        cuts in vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let input = letters.concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        cuts.sort_unstable();
        cuts.push(input.len());
        let mut from = 0;
        let pieces: Vec<_> = cuts.iter().map(|&to| &input[std::mem::replace(&mut from, to)..to]).collect();
        let bytes: Vec<_> = input.chunks(1).collect();
        Cleaners::new(delimiter, room).check(&input, &[vec![&input[..]], pieces, bytes].into_iter());
    }

    #[test]
    fn what_is_pending_is_what_the_input_so_far_gives(letters in vec(letter(), 0..20), room in 0_usize..30) {
        let input = letters.concat();
        for what in [(true, true), (true, false), (false, true)] {
            let what = Cleaning::new().strip_ansi(what.0).collapse_cr(what.1);
            let mut cleaner = Cleaner::new(what, b'\n', room).unwrap();
            let mut text = Vec::new();
            for (at, byte) in input.chunks(1).enumerate() {
                cleaner.clean(byte, &mut |out| text.extend_from_slice(out));
                let so_far = [&text[..], &cleaner.pending().concat()].concat();
                let expected = crate::oracle::clean::clean(&input[..=at], what.get_strip_ansi(), what.get_collapse_cr(), b'\n', room);
                prop_assert_eq!(so_far, expected);
            }
        }
    }

    #[test]
    fn what_is_stripped_has_no_sequence_left(letters in vec(letter(), 0..40), collapse_cr: bool, room in 0_usize..40) {
        let input = letters.concat();
        let what = Cleaning::new().strip_ansi(true).collapse_cr(collapse_cr);
        for delimiter in [b'\n', 0, b'm'] {
            let text = cleaned(&mut Cleaner::new(what, delimiter, room).unwrap(), &[&input]);
            let mut again = Cleaner::new(what.collapse_cr(false), delimiter, room).unwrap();
            prop_assert_eq!(cleaned(&mut again, &[&text]).escape_ascii().to_string(), text.escape_ascii().to_string());
        }
    }
}
