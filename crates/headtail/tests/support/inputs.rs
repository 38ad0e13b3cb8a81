//! Random inputs, limits and splits.

// Each test crate that includes this file uses its own part of it.
#![allow(dead_code)]

use headtail::HeadTail;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::oracle::{Align, Clip, Keep, Marker, Params};
use crate::support::capped::Cap;
use crate::support::marks::is_in_mark;

/// Lines as programs log them, now and then with CRLF or without an end.
fn log() -> impl Strategy<Value = Vec<u8>> {
    let line = "[0-9:]{8} (INFO|WARN|ERROR) [ -~]{0,70}";
    (vec(line, 0..60), prop_oneof![3 => Just("\n"), 1 => Just("\r\n")], any::<bool>()).prop_map(
        |(lines, end, ended)| {
            let mut text = lines.join(end);
            if ended {
                text.push_str(end);
            }
            text.into_bytes()
        },
    )
}

/// A few lines of many bytes between short ones.
fn minified() -> impl Strategy<Value = Vec<u8>> {
    let long = (1_usize..6000, "[a-z(){};=]{1,9}").prop_map(|(len, code)| {
        let mut line = code.repeat(len / code.len() + 1).into_bytes();
        line.truncate(len);
        line
    });
    let short = "[ -~]{0,12}".prop_map(String::into_bytes);
    vec(prop_oneof![1 => long, 2 => short], 0..8).prop_map(|lines| lines.join(&b'\n'))
}

/// Any bytes at all.
fn binary() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..3000)
}

/// Few different bytes, so that everything that can meet does.
fn adversarial() -> impl Strategy<Value = Vec<u8>> {
    let bytes = b"a\n\n\0\r\x80\x82\xAC\xBF\xC3\xE2\xED\xF0\xF4\xFF";
    let run = (prop::sample::select(bytes.as_slice()), prop_oneof![6 => 1_usize..4, 1 => 10_usize..70])
        .prop_map(|(byte, len)| vec![byte; len]);
    vec(run, 0..120).prop_map(|runs| runs.concat())
}

/// Text of characters of all lengths, which may end inside of one.
fn utf8() -> impl Strategy<Value = Vec<u8>> {
    let character = prop_oneof![
        4 => prop::char::range(' ', '~'),
        1 => Just('\n'),
        2 => prop::char::range('\u{80}', '\u{7FF}'),
        2 => prop::char::range('\u{800}', '\u{FFFF}'),
        2 => prop::char::range('\u{10000}', '\u{10FFFF}'),
    ];
    (vec(character, 0..800), 0_usize..4).prop_map(|(characters, lost)| {
        let mut text = characters.into_iter().collect::<String>().into_bytes();
        text.truncate(text.len().saturating_sub(lost));
        text
    })
}

/// Any input.
pub(crate) fn input() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![log(), minified(), binary(), adversarial(), utf8()]
}

/// An input many times as long as small limits: a start, a repeated middle and an end.
pub(crate) fn large_input() -> impl Strategy<Value = Vec<u8>> {
    (adversarial(), input(), 1_usize..200_000, adversarial()).prop_map(|(start, middle, len, end)| {
        let repeated = middle.iter().copied().cycle().take(if middle.is_empty() { 0 } else { len });
        start.into_iter().chain(repeated).chain(end).collect()
    })
}

/// A size of head or tail: often small, sometimes 0.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![1 => Just(0), 3 => 1_usize..=8, 3 => 1_usize..=64, 2 => 1_usize..=2000]
}

/// Any limits.
pub(crate) fn params() -> impl Strategy<Value = Params> {
    let max_line = prop_oneof![2 => Just(0), 4 => 16_usize..=40, 2 => 16_usize..=500];
    let delimiter = prop_oneof![8 => Just(b'\n'), 1 => Just(0), 1 => any::<u8>()];
    (size(), size(), align(), max_line, delimiter).prop_map(|(head, tail, align, max_line, delimiter)| {
        Params {
            head,
            tail,
            // A byte of a mark ends a line there as well.
            align: if is_in_mark(delimiter) { Align::Char } else { align },
            max_line,
            delimiter,
            ..Params::default()
        }
    })
}

fn align() -> impl Strategy<Value = Align> {
    prop::sample::select(vec![Align::Byte, Align::Char, Align::Line])
}

/// How an input is cut into writes.
#[derive(Clone, Debug)]
pub(crate) enum Writes {
    Whole,
    Bytes,
    Chunks(usize),
    /// At places that fall anywhere, so that writes of all sizes follow each other.
    At(Vec<prop::sample::Index>),
    /// So many single bytes, then all the rest.
    BytesThenRest(usize),
}

/// Any way to cut an input into writes.
pub(crate) fn writes() -> impl Strategy<Value = Writes> {
    prop_oneof![
        1 => Just(Writes::Whole),
        1 => Just(Writes::Bytes),
        2 => (1_usize..100).prop_map(Writes::Chunks),
        1 => (100_usize..70_000).prop_map(Writes::Chunks),
        4 => vec(any::<prop::sample::Index>(), 0..8).prop_map(Writes::At),
        1 => (0_usize..100).prop_map(Writes::BytesThenRest),
    ]
}

impl Writes {
    /// The writes that `input` is cut into; together they are `input`.
    pub(crate) fn of<'a>(&self, input: &'a [u8]) -> Vec<&'a [u8]> {
        match self {
            Self::Whole => vec![input],
            Self::Bytes => input.chunks(1).collect(),
            Self::Chunks(len) => input.chunks(*len).collect(),
            Self::At(places) => {
                let mut places: Vec<usize> =
                    places.iter().map(|place| place.index(input.len() + 1)).collect();
                places.sort_unstable();
                places.push(input.len());
                let mut from = 0;
                places.into_iter().map(|to| &input[std::mem::replace(&mut from, to)..to]).collect()
            }
            Self::BytesThenRest(count) => {
                let (bytes, rest) = input.split_at((*count).min(input.len()));
                bytes.chunks(1).chain([rest]).collect()
            }
        }
    }

    /// Gives `input` to `kept`.
    pub(crate) fn write(&self, input: &[u8], kept: &mut HeadTail) {
        self.of(input).into_iter().for_each(|write| kept.push(write));
    }

    /// The same, and looks at `kept` after each write: closely, with how many bytes it has, about `times` times and at the
    /// end. A snapshot that changes something shows in the next few.
    pub(crate) fn write_and_look(
        &self,
        input: &[u8],
        kept: &mut HeadTail,
        times: usize,
        mut look: impl FnMut(&HeadTail, Option<usize>),
    ) {
        let writes = self.of(input);
        let often = writes.len().div_ceil(times);
        let mut len = 0;
        for (count, write) in writes.into_iter().enumerate() {
            kept.push(write);
            len += write.len();
            let is_close = count % often == 0 || len == input.len();
            look(kept, is_close.then_some(len));
        }
    }
}

/// How many lines an end may have: often no limit, or one that nothing reaches.
fn few_lines() -> impl Strategy<Value = Option<usize>> {
    prop_oneof![3 => Just(None), 1 => Just(Some(0)), 4 => (1_usize..=4).prop_map(Some), 1 => (5_usize..=60).prop_map(Some)]
}

/// Any limits, with everything that says where to cut.
pub(crate) fn cuts() -> impl Strategy<Value = Params> {
    let max_line = prop_oneof![2 => Just(0), 4 => 48_usize..=60, 2 => 48_usize..=500];
    let middle = prop_oneof![1 => Just(None), 1 => max_line.prop_map(Some)];
    (params(), few_lines(), few_lines(), align(), middle).prop_map(
        |(params, head_lines, tail_lines, align, middle)| {
            let delimiter = if is_in_mark(params.delimiter) { b'\n' } else { params.delimiter };
            let params = Params { head_lines, tail_lines, align, delimiter, ..params };
            match middle {
                None => params,
                Some(max_line) => Params { max_line, clip: Clip::Middle, ..params },
            }
        },
    )
}

/// A template: text, escapes and placeholders in any order.
fn template() -> impl Strategy<Value = Vec<u8>> {
    let parts: Vec<&[u8]> = vec![
        b"{bytes}",
        b"{lines}",
        b"{first}",
        b"{last}",
        b"{start}",
        b"{end}",
        b"{total}",
        b"{clipped}",
        b"{path}",
        b"\\n",
        b"\\t",
        b"\\\\",
        b"{{",
        b"}}",
        b" ",
        b"a",
        b"\n",
        b"\xFF",
        b"...",
    ];
    vec(prop::sample::select(parts), 0..8).prop_map(|parts| parts.concat())
}

/// Any marker, the one of section 1 among them, often with a path.
pub(crate) fn marker() -> impl Strategy<Value = Marker> {
    let template = prop_oneof![1 => Just(None), 3 => template().prop_map(Some)];
    let path = prop_oneof![1 => Just(Vec::new()), 1 => vec(any::<u8>(), 1..40)];
    (template, path).prop_map(|(template, path)| Marker { template, path })
}

/// Any cap, from one that the marker and the lines to keep fill on.
pub(crate) fn cap(marker: &Marker, keep: Option<Keep>) -> impl Strategy<Value = Cap> + use<> {
    let room = prop_oneof![1 => 0_usize..4, 3 => 0_usize..100, 2 => 0_usize..3000];
    let part = || prop_oneof![2 => 0_u32..4, 1 => 0_u32..1000, 1 => any::<u32>()];
    let split = prop_oneof![
        1 => Just((1, 1)),
        2 => (part(), part()).prop_filter("one of both is not 0", |split| *split != (0, 0)),
    ];
    let least = marker.max_len(keep);
    (room, split).prop_map(move |(room, split)| Cap { bytes: least + room, split })
}
