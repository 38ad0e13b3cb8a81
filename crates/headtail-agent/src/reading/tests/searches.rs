//! Where a pattern is found, against a search of all lines after each push.

use proptest::prelude::*;
use regex::bytes::{Regex, RegexBuilder};

use super::pushed;
use crate::model::Match;
use crate::reading::Output;
use crate::reading::search::Search;

fn regex(pattern: &str) -> Regex {
    RegexBuilder::new(pattern).multi_line(true).crlf(true).build().expect("a pattern")
}

/// The first match in a line of `stream` after `after`.
fn naive(pattern: &Regex, stream: &[u8], after: usize) -> Option<(u64, u64)> {
    let mut at = after;
    for line in stream[after..].split(|&byte| byte == b'\n') {
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        // The split makes an empty line of nothing.
        if at < stream.len()
            && let Some(found) = pattern.find(text)
        {
            return Some(((at + found.start()) as u64, (at + found.end()) as u64));
        }
        at += line.len() + 1;
    }
    None
}

fn span(found: &Match) -> (u64, u64) {
    (found.start, found.end)
}

const PATTERNS: [&str; 12] =
    ["ready", "^b", "a$", "^$", "a\\s+b", "[^x]b", "\\bab\\b", "\\Ab", "b\\z", "(?i)B a", "a{3}", "é"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn a_pattern_is_found_where_and_when_a_search_of_all_lines_finds_it(
        pattern in prop::sample::select(PATTERNS.to_vec()),
        pieces in prop::collection::vec(
            prop::collection::vec(prop::sample::select(b"aab \r\nx".to_vec()), 1..12), 1..12),
        after in any::<prop::sample::Index>(),
        begin in any::<prop::sample::Index>(),
    ) {
        let begin = begin.index(pieces.len());
        let before = pieces[..begin].concat();
        let after = after.index(before.len() + 1);
        let mut output = Output::new(1 << 10, 1 << 10).expect("memory");
        output.push(&before);
        let mut search = Search::new(pattern, after as u64).expect("a pattern");
        let oracle = regex(pattern);
        let mut stream = before;
        let mut rest = pieces[begin..].iter();
        loop {
            let found = output.with_held(|held| search.advance(held));
            prop_assert_eq!(found.as_ref().map(span), naive(&oracle, &stream, after));
            let (None, Some(piece)) = (found, rest.next()) else { break };
            output.push(piece);
            stream.extend_from_slice(piece);
        }
    }
}

#[test]
fn a_line_that_leaves_the_ring_at_once_is_found() {
    let mut output = Output::new(16, 128 << 10).expect("memory");
    let mut search = Search::new("needle", 0).expect("a pattern");
    let mut total = 0;
    for round in 0..100 {
        let mut chunk = vec![b'.'; 64 << 10];
        chunk[0] = b'\n';
        if round == 50 {
            chunk[10..16].copy_from_slice(b"needle");
        }
        output.push(&chunk);
        let found = output.with_held(|held| search.advance(held));
        assert_eq!(found.map(|found| span(&found)), (round == 50).then_some((total + 10, total + 16)));
        if round == 50 {
            return;
        }
        total += chunk.len() as u64;
    }
}

#[test]
fn a_search_goes_on_behind_what_is_no_longer_held() {
    let stream = [&b"first\n"[..], &b"x\n".repeat(5000), b"last\n"].concat();
    for (head, ring) in [(100, 100), (0, 100), (100, 8), (100, 20_000)] {
        let output = pushed(&stream, head, ring, &[1000]);
        for (pattern, after, expected) in [
            ("last", 0, true),
            ("last", 50, true),
            ("last", 500, true),
            ("never", 0, false),
            ("first", 6, false),
        ] {
            let mut search = Search::new(pattern, after).expect("a pattern");
            let found = output.with_held(|held| search.advance(held));
            assert_eq!(found.is_some(), expected, "{pattern} after {after} of {head} and {ring}");
        }
    }
}

#[test]
fn a_match_across_chunks_of_an_endless_line_is_found() {
    let mut output = Output::new(0, 128 << 10).expect("memory");
    let mut search = Search::new("beginningy+end", 0).expect("a pattern");
    for (chunk, expected) in [
        (vec![b'x'; 60 << 10], false),
        ([vec![b'x'; 40 << 10], b"beginning".to_vec(), vec![b'y'; 10_000]].concat(), false),
        ([vec![b'y'; 10_000], b"end".to_vec()].concat(), true),
    ] {
        output.push(&chunk);
        assert_eq!(output.with_held(|held| search.advance(held)).is_some(), expected);
    }
}

#[test]
fn within_an_overlong_line_nothing_begins_a_line() {
    let mut output = Output::new(0, 128 << 10).expect("memory");
    let mut search = Search::new("^x", 0).expect("a pattern");
    output.push(b"y");
    for _ in 0..10 {
        output.push(&vec![b'x'; 50_000]);
        assert_eq!(output.with_held(|held| search.advance(held)), None);
    }
    output.push(b"\nx");
    assert!(output.with_held(|held| search.advance(held)).is_some());
}

#[test]
fn an_unfinished_line_is_searched_as_far_as_it_goes() {
    let output = pushed(b"one\npassword: ", 100, 100, &[5]);
    let mut search = Search::new("password: $", 0).expect("a pattern");
    let found = output.with_held(|held| search.advance(held)).expect("a match");
    assert_eq!((span(&found), found.line.as_str()), ((4, 14), "password: "));
}

#[test]
fn a_pattern_that_is_none_is_refused_in_one_line() {
    let error = Search::new("(", 0).expect_err("an error");
    assert_eq!(error, crate::Refusal::Pattern("unclosed group".into()));
    assert!(Search::new("(((a{999}){999}){999})", 0).is_err());
}

#[test]
fn the_line_of_a_match_is_clipped_between_characters() {
    let output = pushed(&"é".repeat(2000).into_bytes(), 100, 8000, &[5000]);
    let mut search = Search::new("é", 0).expect("a pattern");
    let line = output.with_held(|held| search.advance(held)).expect("a match").line;
    assert!(line.len() <= 2048 && line.ends_with("é ... [truncated]"), "{line}");
}
