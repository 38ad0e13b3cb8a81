//! A snapshot is one text, in whatever way it is read: by the laws of `bytes::Buf`, or written to a sink that
//! accepts little, is interrupted or fails.

use std::io::{self, IoSlice, Write};

use crate::inputs::{input, params, writes};
use crate::oracle::{Params, answer};
use crate::support::new;
use bytes::{Buf, Bytes};
use headtail::{HeadTail, Limits, Segment, Snapshot, Split};
use proptest::collection::vec;
use proptest::prelude::*;

/// One way to take something from a `Buf`.
#[derive(Clone, Debug)]
enum Take {
    Advance(prop::sample::Index),
    Byte,
    Slice(prop::sample::Index),
    Bytes(prop::sample::Index),
    Chunk,
}

fn takes() -> impl Strategy<Value = Vec<Take>> {
    let take = prop_oneof![
        any::<prop::sample::Index>().prop_map(Take::Advance),
        Just(Take::Byte),
        any::<prop::sample::Index>().prop_map(Take::Slice),
        any::<prop::sample::Index>().prop_map(Take::Bytes),
        Just(Take::Chunk),
    ];
    vec(take, 0..30)
}

/// Asserts that what `snapshot` has left is `rest`, in every way to look at it.
#[track_caller]
fn has_left(snapshot: &Snapshot<impl Buf>, rest: &[u8]) {
    assert_eq!(snapshot.remaining(), rest.len());
    assert_eq!(snapshot.has_remaining(), !rest.is_empty());
    assert!(rest.starts_with(snapshot.chunk()));
    assert_eq!(snapshot.chunk().is_empty(), rest.is_empty());
    for len in 0..6 {
        let mut slices = [IoSlice::new(b"untouched"); 6];
        let count = snapshot.chunks_vectored(&mut slices[..len]);
        assert!(count <= len);
        let chunks: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.iter().copied()).collect();
        assert!(rest.starts_with(&chunks));
        if len >= 4 {
            assert_eq!(chunks.len(), rest.len(), "head, marker and two halves of the ring are four pieces");
        } else if len > 0 {
            assert!(chunks.len() >= snapshot.chunk().len());
        }
    }
}

fn obeys(mut snapshot: Snapshot<impl Buf>, text: &[u8], takes: &[Take]) {
    let mut rest = text;
    has_left(&snapshot, rest);
    for take in takes {
        match take {
            Take::Advance(at) => {
                let count = at.index(rest.len() + 1);
                snapshot.advance(count);
                rest = &rest[count..];
            }
            Take::Byte => {
                assert_eq!(snapshot.try_get_u8().ok(), rest.first().copied());
                rest = rest.get(1..).unwrap_or_default();
            }
            Take::Slice(at) => {
                let mut bytes = vec![0; at.index(rest.len() + 1)];
                snapshot.copy_to_slice(&mut bytes);
                assert_eq!(bytes, rest[..bytes.len()]);
                rest = &rest[bytes.len()..];
            }
            Take::Bytes(at) => {
                let bytes = snapshot.copy_to_bytes(at.index(rest.len() + 1));
                assert_eq!(bytes, rest[..bytes.len()]);
                rest = &rest[bytes.len()..];
            }
            Take::Chunk => {
                let count = snapshot.chunk().len();
                snapshot.advance(count);
                rest = &rest[count..];
            }
        }
        has_left(&snapshot, rest);
    }
    assert_eq!(snapshot.copy_to_bytes(rest.len()), rest);
    has_left(&snapshot, b"");
}

/// A sink that does one thing a call.
struct Sink {
    text: Vec<u8>,
    calls: Vec<Call>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    /// Accept at most this many bytes.
    Accept(usize),
    Interrupt,
    Fail,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        assert!(!bytes.is_empty(), "a call for nothing");
        let accepted = match self.calls.pop() {
            Some(Call::Accept(most)) => bytes.len().min(most),
            Some(Call::Interrupt) => return Err(io::ErrorKind::Interrupted.into()),
            Some(Call::Fail) => return Err(io::ErrorKind::StorageFull.into()),
            None => bytes.len(),
        };
        self.text.extend(&bytes[..accepted]);
        Ok(accepted)
    }

    fn flush(&mut self) -> io::Result<()> {
        panic!("flushing is the caller's")
    }
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let call = prop_oneof![
        20 => (1_usize..50).prop_map(Call::Accept),
        10 => Just(Call::Interrupt),
        1 => Just(Call::Fail),
        1 => Just(Call::Accept(0)),
    ];
    vec(call, 0..30)
}

fn writes_all(mut snapshot: Snapshot<impl Buf>, text: &[u8], calls: &[Call]) {
    let mut sink = Sink { text: Vec::new(), calls: calls.iter().rev().copied().collect() };
    while let Err(error) = snapshot.write_to(&mut sink) {
        // What was written is no longer part of the snapshot; a second call goes on from there.
        let done = &calls[..calls.len() - sink.calls.len()];
        match error.kind() {
            io::ErrorKind::StorageFull => assert_eq!(done.last(), Some(&Call::Fail)),
            io::ErrorKind::WriteZero => assert_eq!(done.last(), Some(&Call::Accept(0))),
            kind => panic!("this sink does not fail with {kind:?}"),
        }
        assert_eq!(sink.text, text[..text.len() - snapshot.remaining()]);
    }
    assert_eq!(snapshot.remaining(), 0);
    assert_eq!(sink.text, text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_view_of_a_snapshot_is_the_same_text(
        input in input(), params in params(), at in writes(), takes in takes(), calls in calls(),
    ) {
        let mut kept = new(&params);
        for piece in at.of(&input) {
            kept.push(piece);
        }
        let text = answer(&input, &params).output;
        obeys(kept.snapshot(), &text, &takes);
        writes_all(kept.snapshot(), &text, &calls);

        // A copy is the same, and outlives what happens to the keeper.
        let (report, owned) = (kept.report(), kept.snapshot().into_owned());
        kept.reset();
        kept.push(b"something else");
        drop(kept);
        prop_assert_eq!(owned.report(), &report);
        prop_assert_eq!(owned.to_vec(), &text[..]);
        obeys(owned.clone(), &text, &takes);
        writes_all(owned, &text, &calls);
    }
}

/// `ab`, a marker, and `y` and `z` in the two halves of a ring.
fn in_four_pieces() -> HeadTail {
    let mut kept = new(&Params { head: 2, tail: 2, ..Params::default() });
    for byte in b"abcdexyz" {
        kept.push(&[*byte]);
    }
    kept
}

#[test]
fn to_vec_and_into_owned_are_what_remains() {
    let kept = in_four_pieces();
    let text = b"ab\n\n... [omitted 4 bytes] ...\n\nyz";
    for count in 0..=text.len() {
        let mut snapshot = kept.snapshot();
        snapshot.advance(count);
        assert_eq!(snapshot.to_vec(), &text[count..]);
        assert_eq!(snapshot.into_owned().to_vec(), &text[count..]);
    }
}

#[test]
#[should_panic(expected = "advance out of bounds")]
fn advance_beyond_the_end_panics() {
    let kept = in_four_pieces();
    let mut snapshot = kept.snapshot();
    snapshot.advance(snapshot.remaining() + 1);
}

#[test]
fn a_copy_of_all_of_it_shares_no_memory_with_the_keeper() {
    let mut kept = in_four_pieces();
    let mut owned: Snapshot<Bytes> = kept.snapshot().into_owned();
    kept.push(b"more");
    assert_eq!(owned.copy_to_bytes(owned.remaining()), &b"ab\n\n... [omitted 4 bytes] ...\n\nyz"[..]);
    assert_eq!(kept.snapshot().to_vec(), b"ab\n\n... [omitted 8 bytes] ...\n\nre");
}

#[test]
fn a_sink_that_accepts_nothing_is_an_error() {
    let kept = in_four_pieces();
    let mut sink = Sink { text: Vec::new(), calls: vec![Call::Accept(0), Call::Accept(3)] };
    let error = kept.snapshot().write_to(&mut sink).expect_err("nothing was accepted");
    assert_eq!(error.kind(), io::ErrorKind::WriteZero);
    assert_eq!(sink.text, b"ab\n");
}

/// Fails once, at its second call.
struct FailsOnce {
    accepted: Vec<u8>,
    calls: usize,
    kind: io::ErrorKind,
}

impl Write for FailsOnce {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls == 2 {
            return Err(self.kind.into());
        }
        let accepted = bytes.len().min(2);
        self.accepted.extend(&bytes[..accepted]);
        Ok(accepted)
    }

    fn flush(&mut self) -> io::Result<()> {
        panic!("it is on the owner to flush")
    }
}

#[test]
fn an_interrupted_write_is_repeated_and_any_other_that_fails_is_told() {
    let kept = in_four_pieces();
    let text = kept.snapshot().to_vec();
    for kind in [io::ErrorKind::Interrupted, io::ErrorKind::WouldBlock, io::ErrorKind::StorageFull] {
        let mut sink = FailsOnce { accepted: Vec::new(), calls: 0, kind };
        let mut snapshot = kept.snapshot();
        let result = snapshot.write_to(&mut sink);
        if kind == io::ErrorKind::Interrupted {
            assert!(result.is_ok() && sink.accepted == text);
        } else {
            assert_eq!(result.expect_err("the sink fails").kind(), kind);
            assert_eq!(
                [&sink.accepted[..], &snapshot.to_vec()].concat(),
                text,
                "what was not written is left"
            );
        }
    }
}

#[test]
fn what_comes_before_the_marker_is_known_until_that_is_gone() {
    let mut kept = HeadTail::new(Limits::new().head(4).tail(3)).expect("memory");
    kept.push(b"0123456");
    assert_eq!(kept.snapshot().before_marker(), None);
    kept.push(b"7");
    let mut snapshot = kept.snapshot();
    for before in (0..=4).rev() {
        assert_eq!(snapshot.before_marker(), Some(before));
        snapshot.advance(1);
    }
    assert_eq!(snapshot.before_marker(), Some(0), "inside of the marker");
    snapshot.advance(snapshot.remaining() - 3);
    assert_eq!(snapshot.before_marker(), None);
}

#[test]
fn a_tail_that_begins_in_the_head_is_read_like_any_other() {
    let limits = Limits::new().cap(60, Split::EVEN).tail_lines(100);
    let mut kept = HeadTail::new(limits).expect("memory");
    kept.push(&(0..61).collect::<Vec<u8>>());
    let text = kept.snapshot().to_vec();
    assert!(text.ends_with(&[56, 57, 58, 59, 60]), "all but the last of them are in the head");
    for step in 1..=text.len() {
        let mut snapshot = kept.snapshot();
        let mut rest = &text[..];
        while rest.len() >= step {
            snapshot.advance(step);
            rest = &rest[step..];
            assert_eq!(snapshot.to_vec(), rest);
            assert!(rest.starts_with(snapshot.chunk()) && snapshot.remaining() == rest.len());
        }
    }
}

#[test]
fn a_snapshot_becomes_what_is_left_of_it() {
    let kept = in_four_pieces();
    let text = kept.snapshot().to_vec();
    assert_eq!(Vec::from(kept.snapshot()), text);
    assert_eq!(Bytes::from(kept.snapshot().into_owned()), text);
    let mut snapshot = kept.snapshot();
    snapshot.advance(1);
    assert_eq!(Vec::from(snapshot), text[1..]);
}

#[test]
fn segments_tell_text_from_gaps() {
    let kept = in_four_pieces();
    let marker = &b"\n\n... [omitted 4 bytes] ...\n\n"[..];
    let mut snapshot = kept.snapshot();
    let segments = |snapshot: &Snapshot<&[u8]>| snapshot.segments().collect::<Vec<_>>().len();
    let all: Vec<Segment<'_>> = snapshot.segments().collect();
    let text = Segment::Text;
    assert_eq!(all, [text(b"ab"), Segment::Gap(marker), text(b"yz")]);
    snapshot.advance(2 + marker.len());
    assert_eq!(segments(&snapshot), 1);
}

#[cfg(feature = "serde")]
#[test]
fn a_report_is_serialized_as_the_program_prints_it() {
    let json = |kept: &HeadTail| serde_json::to_string(&kept.report()).expect("numbers and a text");
    let mut kept = in_four_pieces();
    let numbers = r#""omitted_bytes":4,"omitted_start":2,"clipped_lines":0,"clipped_bytes":0"#;
    let expected = format!(r#"{{"original_bytes":8,"retained_bytes":33,{numbers},"strategy":"head_tail"}}"#);
    assert_eq!(json(&kept), expected);
    kept = HeadTail::new(Limits::new().clean(headtail::Cleaning::new().strip_ansi(true))).expect("memory");
    kept.push(b"\x1b[1ma");
    let numbers = r#""omitted_bytes":0,"omitted_start":0,"clipped_lines":0,"clipped_bytes":0"#;
    let expected = format!(
        r#"{{"original_bytes":5,"retained_bytes":1,{numbers},"cleaned_bytes":4,"strategy":"head_tail"}}"#
    );
    assert_eq!(json(&kept), expected);
}
