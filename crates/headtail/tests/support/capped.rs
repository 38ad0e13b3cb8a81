//! The laws of a cap, which say how long the output is, and how head and tail share it, but not which byte is the
//! last of the head.

use bytes::Buf;
use headtail::{Error, HeadTail, Limits, Split};

use super::numbers;
use crate::oracle::clip::stored;
use crate::oracle::cut::{Cut, cut, head_end, lines_end, lines_start, tail_start};
use crate::oracle::{Align, Marker, Params, Stored, Text, put_together_cut};

/// Most bytes of the output, and the ratio in which head and tail share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cap {
    pub(crate) bytes: usize,
    pub(crate) split: (u32, u32),
}

impl Cap {
    /// The crate's limits; the sizes of head and tail in `params` mean nothing.
    pub(crate) fn limits(self, params: &Params) -> Limits {
        let (head, tail) = self.split;
        super::limits(params).cap(self.bytes, Split::new(head, tail).expect("one of both is not 0"))
    }

    /// A new `HeadTail`, unless there may be no room for the marker, which it then says.
    pub(crate) fn keeper(self, params: &Params, marker: &Marker) -> Option<HeadTail> {
        let made = super::build(self.limits(params), params, marker);
        let least = marker.without_path().max_len(params.keep);
        if least <= self.bytes {
            return Some(made.expect("room for the marker"));
        }
        let want = Error::MarkerTooLong { cap: self.bytes, marker: least };
        assert_eq!(made.err(), Some(want));
        None
    }
}

/// Bytes of a cap that may stay unused where cuts need not fall between lines.
const UNUSED: usize = 64;

/// Asserts that `kept` answers `input` within the cap; the sizes of head and tail in `params` mean nothing.
#[track_caller]
pub(crate) fn assert_capped(
    kept: &HeadTail,
    input: &[u8],
    params: &Params,
    cap: Cap,
    marker: &Marker,
    context: impl Fn() -> String,
) {
    let context = || format!("{} under {params:?} {cap:?} {marker:?}: {}", input.escape_ascii(), context());
    // A path that the cap has no room for is left out.
    let shortened = marker.without_path();
    let marker = if marker.max_len(params.keep) <= cap.bytes { marker } else { &shortened };
    let snapshot = kept.snapshot_with_path(&marker.path);
    let output = snapshot.to_vec();
    let got = numbers(snapshot.report());
    assert!(output.len() <= cap.bytes, "{} in {}: {}", output.len(), output.escape_ascii(), context());
    assert!(kept.stored_len() <= cap.bytes, "{} held: {}", kept.stored_len(), context());
    assert_eq!(kept.total_written(), input.len() as u64, "{}", context());

    // What fits is cut at lines alone.
    let text = Text::of(input, params);
    let stored = stored(&text.bytes, params);
    let uncapped = cut(&stored, &Params { head: usize::MAX, tail: usize::MAX, ..*params });
    if stored.len() <= cap.bytes && uncapped.gap().is_none() {
        let want = put_together_cut(&text, &stored, &uncapped, params, marker);
        assert_eq!(
            output.escape_ascii().to_string(),
            want.output.escape_ascii().to_string(),
            "{}",
            context()
        );
        assert_eq!(got, want.numbers, "{}", context());
        assert_eq!(kept.stored_len(), stored.len(), "{}", context());
        super::assert_cleaned(snapshot.report(), input, params, text.bytes.len());
        return;
    }

    // Where the marker is empty, the head is the first piece of the snapshot, or empty.
    let before = snapshot.before_marker();
    let heads = before.map_or([0, snapshot.chunk().len()], |head| [head, head]);
    let cuts = heads.into_iter().flat_map(|head| {
        let tails = (0..=output.len() - head.min(output.len())).rev();
        tails.map(move |tail| (head, tail))
    });
    let (len, longest) = (stored.len(), marker.max_len(params.keep));
    let found = cuts.filter(|(head, tail)| head + tail < len).find_map(|(head, tail)| {
        // Not what could never have this length, for the sake of time.
        if output.len() - head - tail > longest || !ends_in(&output, &stored[len - tail..]) {
            return None;
        }
        let cut = Cut { head: 0..head, tail: len - tail..len };
        let want = put_together_cut(&text, &stored, &cut, params, marker);
        (want.output == output && want.numbers == got).then_some((cut, want))
    });
    let Some((cut, want)) = found else {
        panic!("not a head, a marker and a tail: {} {got:?}: {}", output.escape_ascii(), context())
    };
    let report = snapshot.report();
    assert!(report.is_truncated());
    assert!(report.omitted_end() > report.omitted_start, "a marker for a gap of nothing: {}", context());
    assert_eq!(report.shown_bytes(), want.shown, "{}", context());
    assert_eq!(
        text.bytes.len() as u64,
        want.shown + got.clipped_bytes + got.omitted,
        "conservation: {}",
        context()
    );
    super::assert_cleaned(report, input, params, text.bytes.len());

    if before.is_none() {
        // Nobody can tell where one end stops and the other begins, if the bytes there are alike.
        return;
    }
    // Both ends are where some size of head and tail would have them, which the cap allows.
    let (head, tail) = (cut.head.end, len - cut.tail.start);
    let sizes = || head..=cap.bytes.min(len);
    let aligned = sizes().any(|size| head_end(&stored, &Params { head: size, ..*params }) == head);
    assert!(aligned, "a head of {head}: {}", context());
    let sizes = || tail..=cap.bytes.min(len);
    let aligned =
        sizes().any(|size| tail_start(&stored, &Params { tail: size, ..*params }) == cut.tail.start);
    // Where only a part of a mark was missing, the tail begins right after the mark.
    let follows_mark = cut.tail.start.checked_sub(1).is_some_and(|before| stored[before].ends_mark());
    assert!(aligned || follows_mark, "a tail of {tail}: {}", context());

    if params.keep.is_some() {
        // The lines that are shown change with the cut.
        return;
    }
    // What one end has no use for, as it has all the lines that it may have, goes to the other.
    let head_is_done = params.head_lines.is_some() && head == lines_end(&stored, params);
    let tail_is_done = params.tail_lines.is_some() && cut.tail.start == lines_start(&stored, params);
    let unused = cap.bytes - output.len();
    // What each end loses to alignment: the next line may be one too many.
    let ends_line = |stored: &Stored| stored.byte == params.delimiter;
    let after_head = stored[head..].iter().position(ends_line).map_or(len - head, |end| end + 1);
    let (_, before_tail) = stored[..cut.tail.start].split_last().expect("the gap");
    let before_tail = 1 + before_tail.iter().rev().position(ends_line).unwrap_or(before_tail.len());
    let lost = match params.align {
        Align::Byte => 0,
        Align::Char => 2 * 3,
        Align::Line => after_head + before_tail,
    };
    let most = if params.align == Align::Line { UNUSED + lost } else { UNUSED };
    assert!(head_is_done && tail_is_done || unused <= most, "{unused} unused: {}", context());
    let parts = u64::from(cap.split.0) + u64::from(cap.split.1);
    let share = (head + tail) as u64 * u64::from(cap.split.0) / parts;
    // Of what one end lost, the marker may have taken some.
    let (head, slack) = (head as u64, (1 + unused + lost) as u64);
    let shared = || format!("a head of {head}, not {share}, and a tail of {tail}: {}", context());
    assert!(head_is_done || share <= head + slack, "{}", shared());
    assert!(tail_is_done || head <= share + slack, "{}", shared());
}

fn ends_in(output: &[u8], stored: &[Stored]) -> bool {
    output.iter().rev().zip(stored.iter().rev()).all(|(byte, stored)| *byte == stored.byte)
}
