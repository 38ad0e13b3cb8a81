//! Marker templates: which are valid, and what they print.

use crate::oracle::marker::{Around, Gap, NoTemplate, parse};
use crate::words::words;
use headtail::{Align, Error, HeadTail, Limits, Marker};
use proptest::prelude::*;

const INPUT: &[u8] = b"one\ntwo\nthree\nfour\nfive\n";
/// Of that input under a head of 5 and a tail of 6 bytes.
const GAP: Gap = Gap { bytes: 13, lines: 2, first: 2, last: 4, start: 5, end: 18, total: 24 };

const AROUND: Around = Around { head: Some(b't'), tail: true, delimiter: b'\n', clipped: 0, found: None };

/// The marker in the output for [`INPUT`].
fn text(marker: Marker, path: &[u8]) -> Vec<u8> {
    let mut kept = HeadTail::with_marker(Limits::new().head(5).tail(6).align(Align::Char), marker).unwrap();
    kept.push(INPUT);
    let output = kept.snapshot_with_path(path).to_vec();
    assert!(output.starts_with(b"one\nt") && output.ends_with(b"\nfive\n"));
    output[5..output.len() - 6].to_vec()
}

fn longest(marker: &Marker, path: &[u8]) -> usize {
    Limits::new().longest_marker(marker, path)
}

#[track_caller]
fn agrees(template: &[u8]) {
    let got = Marker::parse(template);
    match parse(template) {
        Ok(_) => {
            let want =
                crate::oracle::Marker { template: Some(template.to_vec()), path: b"/{bytes}\\n".to_vec() };
            let marker = got.unwrap();
            assert_eq!(longest(&marker, b""), want.without_path().max_len(None));
            assert_eq!(longest(&marker, &want.path), want.max_len(None));
            assert_eq!(text(marker, &want.path), want.text(&GAP, &AROUND), "{}", template.escape_ascii());
        }
        Err(reason) => {
            let want = match reason {
                NoTemplate::Placeholder(name) => {
                    Error::Placeholder(String::from_utf8_lossy(&name).into_owned())
                }
                NoTemplate::Escape(byte) => Error::Escape(byte),
                NoTemplate::Brace => Error::Brace,
            };
            assert_eq!(got, Err(want), "{}", template.escape_ascii());
        }
    }
}

#[test]
fn every_short_text_is_a_template_or_none() {
    let letters: [&[u8]; 11] =
        [b"{", b"}", b"\\", b"n", b"t", b"\n", b"bytes", b"path", b"{lines}", b" ", b"\xFF"];
    for len in 0..=5 {
        words(&letters, len, &mut |word| agrees(&word.concat()));
    }
}

#[test]
fn every_placeholder_and_none_that_is_nearly_one() {
    for name in ["bytes", "lines", "first", "last", "start", "end", "total", "clipped", "path"] {
        agrees(format!("{{{name}}}").as_bytes());
        agrees(format!("{{{name}}}{{{name}}}").as_bytes());
        for wrong in [name.to_uppercase(), format!(" {name}"), format!("{name} "), name[1..].to_owned()] {
            agrees(format!("{{{wrong}}}").as_bytes());
            assert_eq!(Marker::parse(format!("{{{wrong}}}").as_bytes()), Err(Error::Placeholder(wrong)));
        }
    }
}

#[test]
fn every_number_is_the_right_one() {
    let template = br"{bytes}/{lines}/{first}/{last}/{start}/{end}/{total}/{clipped}/{path}/\n\t\\{{}}";
    let marker = Marker::parse(template).unwrap();
    assert_eq!(text(marker.clone(), b""), b"13/2/2/4/5/18/24/0//\n\t\\{}");
    assert_eq!(text(marker, b"\xFF/{end}"), b"13/2/2/4/5/18/24/0/\xFF/{end}/\n\t\\{}");
}

#[test]
fn the_default_names_the_path_if_there_is_one() {
    let marker = Marker::default();
    assert_eq!(text(marker.clone(), b""), b"\n\n... [omitted 13 bytes] ...\n\n");
    assert_eq!(longest(&marker, b""), 48);
    assert_eq!(text(marker.clone(), b"/a b"), b"\n\n... [omitted 13 bytes; full output: /a b] ...\n\n");
    assert_eq!(longest(&marker, b"/a b"), 67);
}

#[test]
fn what_is_no_template_says_why() {
    let cases: [(&[u8], &str); 8] = [
        (
            b"{byte}",
            "unknown placeholder {byte}: expected bytes, lines, first, last, start, end, total, clipped, path, kept, matched or keep",
        ),
        (
            b"{}",
            "unknown placeholder {}: expected bytes, lines, first, last, start, end, total, clipped, path, kept, matched or keep",
        ),
        (
            b"{a\nb}",
            "unknown placeholder {a\\nb}: expected bytes, lines, first, last, start, end, total, clipped, path, kept, matched or keep",
        ),
        (br"\r", r"unknown escape \r: expected \n, \t or \\"),
        (b"\\\xFF", r"unknown escape \\xff: expected \n, \t or \\"),
        (b"abc\\", r"unfinished escape: write \\ for a backslash"),
        (b"{bytes", "unmatched brace: write {{ or }} for a literal one"),
        (b"bytes}", "unmatched brace: write {{ or }} for a literal one"),
    ];
    for (template, why) in cases {
        assert_eq!(Marker::parse(template).unwrap_err().to_string(), why);
    }
}

#[test]
fn only_lines_need_every_byte() {
    for (template, needs) in [
        ("{lines}", true),
        ("{first}", true),
        ("a{last}", true),
        ("{bytes}{start}{end}{total}{path} lines", false),
        ("{{lines}}", false),
        ("", false),
    ] {
        let kept = HeadTail::with_marker(Limits::new(), Marker::parse(template.as_bytes()).unwrap()).unwrap();
        assert_eq!(kept.needs_every_byte(), needs, "{template}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_is_a_template_or_none(
        parts in prop::collection::vec(
            prop_oneof![
                3 => "[{}\\\\]".prop_map(String::into_bytes),
                3 => r"\{(bytes|lines|first|last|start|end|total|clipped|path)\}".prop_map(String::into_bytes),
                1 => r"[a-z]{1,6}".prop_map(String::into_bytes),
                1 => prop::collection::vec(any::<u8>(), 0..4),
            ],
            0..12,
        ),
    ) {
        agrees(&parts.concat());
    }
}

#[test]
fn a_marker_names_the_path_where_it_has_a_place_for_it() {
    let names_path = |template: &[u8]| Marker::parse(template).expect("a template").names_path();
    assert!(names_path(b"[{path}]") && !names_path(b"[{bytes}]"));
    assert!(Marker::default().names_path() && Marker::counting_lines().names_path());
}
