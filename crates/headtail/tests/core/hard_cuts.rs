//! The cases of cutting by lines, by a cap and in the middle that tools like this get wrong, by name: the oracle and
//! the crate are both held to what is written out here.

use std::error::Error as _;

use crate::oracle::{Align, Clip, Params, answer_marked};
use headtail::{Error, HeadTail, Limits, Marker, Split};

/// No line limit, and ends that hold everything.
fn all() -> Params {
    Params { head: 1000, tail: 1000, align: Align::Char, max_line: 0, ..Params::default() }
}

/// A limit of lines at both ends, which have bytes enough.
fn lines(head: usize, tail: usize) -> Params {
    Params { head_lines: Some(head), tail_lines: Some(tail), ..all() }
}

/// Limits in bytes, cut between lines.
fn whole_lines(head: usize, tail: usize) -> Params {
    Params { head, tail, align: Align::Line, ..all() }
}

/// Lines that lose their middle.
fn middle(max_line: usize) -> Params {
    Params { max_line, clip: Clip::Middle, ..all() }
}

const GAP: &str = "[{bytes} {lines} {first}-{last} {start}-{end}/{total}]";

/// Asserts what `input` gives, written at once, in pieces and byte by byte, with [`GAP`] for a marker.
#[track_caller]
fn gives(params: Params, input: &[u8], output: &[u8]) {
    let marker = crate::oracle::Marker::of(GAP.as_bytes());
    let want = answer_marked(input, &params, &marker);
    assert_eq!(want.output.escape_ascii().to_string(), output.escape_ascii().to_string(), "the oracle");
    let mut kept = crate::support::new_marked(&params, &marker);
    for len in [input.len().max(1), 7, 1] {
        kept.reset();
        input.chunks(len).for_each(|write| kept.push(write));
        crate::support::assert_answers(&kept, &want, || format!("written by {len}"));
    }
}

#[test]
fn last_line_without_delimiter_is_a_line() {
    gives(lines(1, 1), b"a\nb\nc\nd", b"a\n[4 2 2-3 2-6/7]d");
    gives(lines(1, 1), b"a\nb\nc\nd\n", b"a\n[4 2 2-3 2-6/8]d\n");
    gives(lines(0, 2), b"a\nb\nc", b"[2 1 1-1 0-2/5]b\nc");
    gives(lines(2, 0), b"a\nb\nc", b"a\nb\n[1 0 3-3 4-5/5]");
}

#[test]
fn empty_lines_are_lines() {
    gives(lines(1, 1), b"\n\n\n\n", b"\n[2 2 2-3 1-3/4]\n");
    gives(lines(2, 1), b"\n\n\n", b"\n\n\n");
    gives(lines(0, 1), b"a\n\n", b"[2 1 1-1 0-2/3]\n");
}

#[test]
fn head_and_tail_lines_that_touch_are_joined_with_nothing_between() {
    gives(lines(2, 2), b"a\nb\nc\nd\n", b"a\nb\nc\nd\n");
    gives(lines(2, 2), b"a\nb\nc\nd\ne\n", b"a\nb\n[2 1 3-3 4-6/10]d\ne\n");
    gives(lines(3, 3), b"a\nb\nc\nd\n", b"a\nb\nc\nd\n");
    gives(lines(5, 5), b"a", b"a");
    gives(lines(5, 5), b"", b"");
    gives(lines(0, 0), b"", b"");
    gives(lines(0, 0), b"a", b"[1 0 1-1 0-1/1]");
    // The head's bytes touch the tail's lines.
    gives(Params { head: 3, ..lines(2, 1) }, b"a\nbc\n", b"a\nbc\n");
    gives(Params { head: 2, ..lines(2, 1) }, b"a\nb\nc\n", b"a\n[2 1 2-2 2-4/6]c\n");
    gives(Params { head: 4, tail: 2, ..lines(9, 9) }, b"a\nb\nc\n", b"a\nb\nc\n");
}

#[test]
fn a_limit_at_one_end_cuts_nothing_that_the_other_end_holds() {
    gives(Params { head_lines: Some(1), ..all() }, b"a\nb\nc\n", b"a\nb\nc\n");
    gives(Params { tail_lines: Some(1), ..all() }, b"a\nb\nc\n", b"a\nb\nc\n");
    gives(Params { tail_lines: Some(1), head: 1, ..all() }, b"a\nb\nc\n", b"a[3 2 1-2 1-4/6]c\n");
}

#[test]
fn lines_or_bytes_whichever_is_first() {
    let input = b"long line one\nlong line two\nlong line three\n";
    gives(Params { head: 4, tail: 5, ..lines(1, 1) }, input, b"long[35 2 1-3 4-39/44]hree\n");
    gives(
        Params { head: 14, tail: 16, ..lines(2, 2) },
        input,
        b"long line one\n[14 1 2-2 14-28/44]long line three\n",
    );
    gives(
        Params { head: 15, tail: 17, ..lines(1, 1) },
        input,
        b"long line one\n[14 1 2-2 14-28/44]long line three\n",
    );
    gives(
        Params { head: 15, tail: 17, ..all() },
        input,
        b"long line one\nl[12 0 2-2 15-27/44]\nlong line three\n",
    );
}

#[test]
fn lines_are_counted_where_nothing_is_kept() {
    let input = b"x\n".repeat(500_000);
    gives(lines(1, 1), &input, b"x\n[999996 499998 2-499999 2-999998/1000000]x\n");
    gives(
        Params { head: 3, tail: 3, ..all() },
        &input,
        b"x\nx[999994 499997 2-499999 3-999997/1000000]\nx\n",
    );
    let line = [vec![b'y'; 1_000_000], b"\nend\n".to_vec()].concat();
    gives(
        Params { max_line: 2048, tail: 4, head: 0, ..all() },
        &line,
        b"[1000001 1 1-1 0-1000001/1000005]end\n",
    );
}

#[test]
fn whole_lines_at_both_ends() {
    let input = b"one\ntwo\nthree\nfour\nfive\n";
    gives(whole_lines(9, 9), input, b"one\ntwo\n[11 2 3-4 8-19/24]five\n");
    gives(whole_lines(8, 10), input, b"one\ntwo\n[6 1 3-3 8-14/24]four\nfive\n");
    gives(whole_lines(7, 11), input, b"one\n[10 2 2-3 4-14/24]four\nfive\n");
    // What fits is whole, also where a cut would fall inside a line.
    gives(whole_lines(13, 11), input, input);
}

#[test]
fn without_a_line_end_in_reach_characters_stay_whole() {
    let input = "a\u{20AC}\u{20AC}bcd\u{20AC}\u{20AC}z".as_bytes();
    gives(whole_lines(3, 3), input, b"a[15 0 1-1 1-16/17]z");
    gives(whole_lines(4, 4), input, b"a\xE2\x82\xAC[9 0 1-1 4-13/17]\xE2\x82\xACz");
    // The only line end in the tail is the last byte, and no line starts after it.
    gives(whole_lines(0, 3), b"abc\xE2\x82\xAC\n", b"[6 0 1-1 0-6/7]\n");
    gives(whole_lines(0, 1), b"a\nb\n", b"[3 1 1-2 0-3/4]\n");
}

#[test]
fn no_alignment_cuts_characters() {
    let bytes = |head, tail| Params { head, tail, align: Align::Byte, ..all() };
    gives(bytes(2, 2), "\u{20AC}--\u{20AC}".as_bytes(), b"\xE2\x82[4 0 1-1 2-6/8]\x82\xAC");
    // What clips a line cuts no character all the same.
    let clipped = Params { max_line: 18, ..bytes(100, 100) };
    gives(clipped, "a\u{20AC}45678901234567890".as_bytes(), b"a ... [truncated]");
    let clipped = Params { max_line: 48, clip: Clip::Middle, ..clipped };
    let input = "\u{1F600}".repeat(13);
    let output = " ... [truncated 36 bytes] ... \u{1F600}\u{1F600}\u{1F600}\u{1F600}";
    gives(clipped, input.as_bytes(), output.as_bytes());
}

#[test]
fn clipped_line_counts_as_one_line() {
    let input = b"0123456789abcdefg\n0123456789abcdefg\nend\n";
    let clipped = Params { max_line: 16, ..lines(1, 1) };
    gives(clipped, input, b" ... [truncated]\n[18 1 2-2 18-36/40]end\n");
    // A gap of nothing but a part of the suffix takes the rest of it, and what the line lost.
    let clipped = Params { max_line: 16, head: 19, tail: 16, ..all() };
    gives(clipped, input, b" ... [truncated]\n .[17 0 2-2 18-35/40]\nend\n");
    let clipped = Params { max_line: 16, head: 16, tail: 16, ..all() };
    gives(clipped, input, b" ... [truncated][1 1 1-2 17-18/40][truncated]\nend\n");
}

#[test]
fn middle_of_a_line_is_lost() {
    let line: Vec<u8> = (b'a'..=b'z').cycle().take(70).collect();
    gives(middle(70), &line, &line);
    // Ten bytes of the start, as the longest mark leaves 21; the end has what the mark at hand leaves.
    let output = b"abcdefghij ... [truncated 31 bytes] ... pqrstuvwxyzabcdefghijklmnopqr";
    gives(middle(69), &line, output);
    assert_eq!(output.len(), 69);
    gives(middle(69), &[&line[..], b"\nnext\n"].concat(), &[&output[..], b"\nnext\n"].concat());
    let output = b" ... [truncated 52 bytes] ... abcdefghijklmnopqr";
    gives(middle(48), &line, output);
    assert_eq!(output.len(), 48);
}

#[test]
fn one_byte_more_may_take_one_more_digit() {
    let line = |len| [vec![b'x'; len], vec![b'\n']].concat();
    let output = |lost: usize, kept| format!(" ... [truncated {lost} bytes] ... {}\n", "x".repeat(kept));
    gives(middle(48), &line(49), output(31, 18).as_bytes());
    gives(middle(48), &line(117), output(99, 18).as_bytes());
    gives(middle(48), &line(118), output(101, 17).as_bytes());
    gives(middle(48), &line(1016), output(999, 17).as_bytes());
    gives(middle(48), &line(1017), output(1001, 16).as_bytes());
    gives(middle(48), &line(1_000_000), output(999_986, 14).as_bytes());
}

#[test]
fn lost_bytes_sit_under_the_end_of_their_mark() {
    let input = [vec![b'x'; 50], b"\nend\n".to_vec()].concat();
    // 30 bytes of mark, 18 of the end, and the delimiter: the head ends before the mark does, with it, after it.
    let cut = |head| Params { head, tail: 4, ..middle(48) };
    gives(cut(29), &input, b" ... [truncated 32 bytes] ...[51 1 1-1 0-51/55]end\n");
    gives(cut(30), &input, b" ... [truncated 32 bytes] ... [19 1 1-1 32-51/55]end\n");
    gives(cut(31), &input, b" ... [truncated 32 bytes] ... x[18 1 1-1 33-51/55]end\n");
    let cut = |tail| Params { head: 0, tail, ..middle(48) };
    gives(cut(5), &input, b"[50 0 1-1 0-50/55]\nend\n");
    gives(cut(23), &input, b"[32 0 1-1 0-32/55]xxxxxxxxxxxxxxxxxx\nend\n");
    gives(cut(24), &input, b"[32 0 1-1 0-32/55]xxxxxxxxxxxxxxxxxx\nend\n");
}

#[test]
fn unfinished_line_loses_its_middle_until_more_comes() {
    let mut kept = crate::support::new(&middle(48));
    let mut line = |add: &[u8]| {
        kept.push(add);
        (String::from_utf8(kept.snapshot().to_vec()).unwrap(), kept.report().clipped_bytes)
    };
    assert_eq!(line(&[b'x'; 48]), ("x".repeat(48), 0));
    assert_eq!(line(b"12"), (format!(" ... [truncated 32 bytes] ... {}12", "x".repeat(16)), 32));
    assert_eq!(line(b"345"), (format!(" ... [truncated 35 bytes] ... {}12345", "x".repeat(13)), 35));
    assert_eq!(line(b"\n"), (format!(" ... [truncated 35 bytes] ... {}12345\n", "x".repeat(13)), 35));
}

/// What is printed of `input` within `cap` bytes.
#[track_caller]
fn capped(cap: usize, split: (u32, u32), marker: &str, input: &str) -> String {
    let limits = Limits::new().cap(cap, Split::new(split.0, split.1).unwrap());
    let mut kept = HeadTail::with_marker(limits, Marker::parse(marker.as_bytes()).unwrap()).unwrap();
    kept.push(input.as_bytes());
    let output = String::from_utf8(kept.snapshot().to_vec()).unwrap();
    assert!(output.len() <= cap);
    output
}

#[test]
fn cap_counts_its_own_marker() {
    let input = "0123456789".repeat(5);
    assert_eq!(capped(50, (1, 1), "~", &input), input);
    assert_eq!(capped(49, (1, 1), "~", &input), format!("{}~{}", &input[..24], &input[26..]));
    assert_eq!(capped(4, (1, 1), "~", &input), "0~89");
    assert_eq!(capped(2, (1, 1), "~", &input), "~9");
    assert_eq!(capped(1, (1, 1), "~", &input), "~");
    assert_eq!(capped(4, (1, 1), "", &input), "0189");
    assert_eq!(capped(0, (1, 1), "", &input), "");
    assert_eq!(capped(22, (0, 1), "<{bytes}>", &"x".repeat(500)), "<483>xxxxxxxxxxxxxxxxx");
}

#[test]
fn cap_is_split_as_asked() {
    let input = "0123456789".repeat(9);
    assert_eq!(capped(13, (1, 3), "~", &input), "012~123456789");
    assert_eq!(capped(13, (3, 1), "~", &input), "012345678~789");
    assert_eq!(capped(13, (0, 1), "~", &input), "~890123456789");
    assert_eq!(capped(13, (7, 0), "~", &input), "012345678901~");
    assert_eq!(capped(13, (u32::MAX, u32::MAX), "~", &input), "012345~456789");
}

#[test]
fn cap_holds_while_the_count_gains_digits() {
    let marker = "\n\n... [omitted {bytes} bytes] ...\n\n";
    for len in 48..1100 {
        let input = "x".repeat(len);
        let output = capped(48, (1, 1), marker, &input);
        if len <= 48 {
            assert_eq!(output, input);
        } else {
            assert!(output.len() >= 47, "{len}: {output}");
            let omitted = len - output.matches('x').count();
            assert!(output.contains(&format!("[omitted {omitted} bytes]")), "{len}: {output}");
        }
    }
}

#[test]
fn cap_without_room_for_the_marker_is_refused() {
    let new = |cap, marker: &str| {
        let marker = Marker::parse(marker.as_bytes()).unwrap();
        HeadTail::with_marker(Limits::new().cap(cap, Split::EVEN), marker)
    };
    for (marker, least) in [("", 0), ("abc", 3), ("{bytes}", 20), ("{start}-{end}\n", 42)] {
        assert!(new(least, marker).is_ok());
        if let Some(cap) = least.checked_sub(1) {
            let refused = new(cap, marker).err();
            assert_eq!(refused, Some(Error::MarkerTooLong { cap, marker: least }));
        }
    }
    let mut kept = new(25, "{bytes}{path}").unwrap();
    kept.push(&[b'x'; 2000]);
    assert_eq!(kept.snapshot_with_path(b"12345").to_vec(), b"xxxxxxxx198412345xxxxxxxx");
    assert_eq!(kept.snapshot_with_path(b"123456").to_vec(), kept.snapshot().to_vec(), "left out");
    assert_eq!(kept.snapshot().to_vec(), b"xxxxxxxxxx1979xxxxxxxxxxx");
}

#[test]
fn line_limit_too_small_for_the_mark_of_a_lost_middle() {
    let new = |max_line| HeadTail::new(Limits::new().clip(headtail::Clip::Middle).max_line(max_line));
    for max_line in 1..=47 {
        let why = format!("a line limit of {max_line} is too small: use 0 for none, or at least 48");
        assert_eq!(new(max_line).unwrap_err().to_string(), why);
    }
    for max_line in [0, 48, 49] {
        assert!(new(max_line).is_ok(), "{max_line}");
    }
    let no_memory = new(usize::MAX).unwrap_err();
    assert!(matches!(no_memory, Error::Memory { .. }));
    assert!(no_memory.source().is_some(), "why there is no memory");
    assert!(new(1).unwrap_err().source().is_none());
}

#[test]
fn sizes_take_a_cap_back() {
    let plain = Limits::new().head(5).tail(7);
    assert_eq!(Limits::new().cap(100, Split::EVEN).head(5).tail(7), plain);
    // Each of both, on its own: the other end keeps its share.
    let halves = Limits::new().head(50).tail(50);
    assert_eq!(Limits::new().cap(100, Split::EVEN).head(50), halves);
    assert_eq!(Limits::new().cap(100, Split::EVEN).tail(50), halves);
    assert_eq!(Limits::new().head(9).cap(100, Split::EVEN).tail(7).head(5), plain);
    assert_ne!(Limits::new().head(50).tail(50), Limits::new().cap(100, Split::EVEN));
    assert_eq!(plain.cap(100, Split::EVEN), Limits::new().cap(100, Split::EVEN));
    assert_eq!(Split::new(0, 0), None);
}

#[test]
fn start_of_a_line_is_stable_before_it_is_known_what_it_loses() {
    let limits = Limits::new().max_line(100).clip(headtail::Clip::Middle);
    let mut kept = HeadTail::new(limits).expect("memory");
    kept.push(&[b'x'; 60]);
    // Of 26 bytes that stay of its start if it is too long, three may be the beginning of a character.
    assert_eq!(kept.stable_head(), [b'x'; 23]);
    kept.push(b"\n");
    assert_eq!(kept.stable_head().len(), 61);
}

#[test]
fn all_of_the_head_that_a_cap_is_sure_to_leave_is_stable() {
    let limits = Limits::new().cap(200, Split::EVEN).max_line(0);
    let mut kept = HeadTail::new(limits).expect("memory");
    kept.push(&[b'x'; 150]);
    let marker = limits.longest_marker(&Marker::default(), b"");
    assert_eq!(kept.stable_head().len(), (200 - marker) / 2);
}
