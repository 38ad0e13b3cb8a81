//! All memory is allocated at construction: no write allocates, and an allocation that fails is an error value.

#[path = "support/allocations.rs"]
mod allocations;

use std::error::Error;
use std::io::Write;

use allocations::{BYTES, calls};
#[cfg(feature = "keep")]
use headtail::Marker;
use headtail::{Clip, HeadTail, Limits, SharedHeadTail};

/// How many bytes a keeper with these limits asks for.
fn bytes(limits: Limits) -> usize {
    let before = BYTES.get();
    drop(HeadTail::new(limits).expect("memory"));
    BYTES.get() - before
}

/// Inputs that lead through every path of a write: short lines, clipped lines, no line end, nothing else.
fn inputs() -> Vec<(&'static str, Vec<u8>)> {
    const LEN: usize = 1 << 20;
    let repeated = |text: &[u8]| text.iter().copied().cycle().take(LEN).collect();
    vec![
        ("newlines alone", vec![b'\n'; LEN]),
        ("no newline", vec![b'x'; LEN]),
        ("short lines", repeated(b"a short line\n")),
        ("overlong lines", repeated(&[&[b'x'; 3000][..], b"\n"].concat())),
        ("lines just over the shortest limit", repeated(b"0123456789abcdefg\n")),
        ("characters", repeated("\u{E9}\u{20AC}\u{1F600}\n".as_bytes())),
        ("bytes that begin characters", vec![0xF0; LEN]),
        ("bytes that continue characters", vec![0x80; LEN]),
    ]
}

fn all_limits() -> Vec<Limits> {
    let mut all = vec![Limits::new()];
    for (head, tail) in [(0, 0), (0, 100), (100, 0), (1, 1), (5000, 70_000), (1 << 19, 1 << 19)] {
        for max_line in [0, 16, 2048] {
            all.push(Limits::new().head(head).tail(tail).max_line(max_line));
        }
    }
    all
}

#[test]
fn the_counter_counts() {
    assert_eq!(calls(|| ()), 0);
    assert_eq!(calls(|| drop(std::hint::black_box(Box::new(1)))), 2);
}

#[test]
fn memory_is_that_of_both_ends_and_a_little_more() {
    assert!(bytes(Limits::new().head(0).tail(0)) < 1 << 10);
    let without_lines = Limits::new().head(1 << 20).tail(1 << 20).max_line(0);
    assert!((2 << 20..(2 << 20) + (1 << 10)).contains(&bytes(without_lines)));
    assert!((32 << 10..34 << 10).contains(&bytes(Limits::new())));
    // Every 17 bytes may be a clipped line, with a position and two numbers to remember.
    let shortest = Limits::new().head(1 << 20).tail(1 << 20).max_line(16);
    assert!((2 << 20..6 << 20).contains(&bytes(shortest)));
}

#[test]
fn no_write_allocates_whatever_its_length() {
    let inputs = inputs();
    for limits in all_limits() {
        for (name, input) in &inputs {
            let mut kept = HeadTail::new(limits).expect("memory");
            for len in [1, 2, 17, 4096, 65_536, input.len()] {
                let calls = calls(|| {
                    // Many writes, though not a million of one byte each for every case.
                    for write in input.chunks(len).take(20_000) {
                        kept.push(write);
                    }
                });
                assert_eq!(calls, 0, "{name} in writes of {len} bytes under {limits:?}");
            }
        }
    }
}

#[cfg(feature = "keep")]
#[test]
fn no_write_allocates_with_a_matcher_that_does_not() {
    let inputs = inputs();
    // All lines, some, and none; as many as fit, or none of them.
    let needles = [&b""[..], b"7g", b"no such line"];
    let all = all_limits().into_iter().filter(|limits| limits.get_max_line() >= 48);
    for limits in all.flat_map(|limits| [limits.keep(4096), limits.keep(0).clip(Clip::Middle)]) {
        for needle in needles {
            let matcher = move |content: &[u8]| memchr::memmem::find(content, needle).is_some();
            for (name, input) in &inputs {
                let matcher = std::sync::Arc::new(matcher);
                let mut kept = HeadTail::with_matcher(limits, Marker::default(), matcher).expect("memory");
                for len in [1, 4096, input.len()] {
                    let calls = calls(|| {
                        input.chunks(len).take(5000).for_each(|write| kept.push(write));
                        // The lines so far are held; those of the next length begin anew.
                        kept.reset();
                    });
                    assert_eq!(calls, 0, "{name} in writes of {len} bytes, {needle:?} under {limits:?}");
                }
            }
        }
    }
}

#[test]
fn nothing_but_the_marker_of_a_snapshot_is_allocated_after_construction() {
    let mut kept = HeadTail::new(Limits::new()).expect("memory");
    let input = b"0123456789\n".repeat(10_000);
    let calls = calls(|| {
        kept.write_all(b"").expect("a write never fails");
        kept.write_all(&input).expect("a write never fails");
        kept.flush().expect("a flush never fails");
        kept.skip(1 << 40);
        kept.push(&input);
        let _ = (kept.stored_len(), kept.total_written(), kept.limits(), kept.stable_head());
        kept.reset();
        kept.push(&input);
    });
    assert_eq!(calls, 0);
    kept.reset();
    kept.push(b"all of it");
    let calls = self::calls(|| drop(kept.snapshot()));
    assert_eq!(calls, 0, "a snapshot without a marker");
}

#[test]
fn no_shared_write_allocates() {
    let kept = SharedHeadTail::new(Limits::new()).expect("memory");
    let mut writer = kept.clone();
    let input = b"0123456789\n".repeat(10_000);
    let calls = calls(|| {
        kept.push(&input);
        writer.write_all(&input).expect("a write never fails");
        (&kept).write_all(&input).expect("a write never fails");
        kept.reset();
    });
    assert_eq!(calls, 0);
}

#[test]
fn size_that_cannot_be_had_is_an_error_value() {
    let sizes = [usize::MAX / 4, isize::MAX as usize, isize::MAX as usize + 1, usize::MAX - 1, usize::MAX];
    for size in sizes {
        for (head, tail) in [(size, 0), (0, size), (size, 1), (1, size), (size, size), (size, 10)] {
            let limits = Limits::new().head(head).tail(tail);
            let error = HeadTail::new(limits).expect_err("more memory than there is");
            assert_eq!(
                error.to_string(),
                format!("could not allocate the {} bytes that the limits ask for", head.saturating_add(tail))
            );
            assert!(error.source().is_some(), "the cause");
            SharedHeadTail::new(limits).expect_err("more memory than there is");
        }
    }
}

#[test]
fn a_line_that_cannot_be_held_is_an_error_value() {
    let limits = Limits::new().max_line(usize::MAX / 2);
    let error = HeadTail::new(limits.clip(Clip::Middle)).expect_err("more memory than there is");
    let bytes = 2 * 16384 + usize::MAX / 2;
    let message = format!("could not allocate the {bytes} bytes that the limits ask for");
    assert_eq!(error.to_string(), message);
}

#[cfg(feature = "keep")]
#[test]
fn lines_that_cannot_be_kept_are_an_error_value() {
    let matcher = std::sync::Arc::new(|_: &[u8]| true);
    let error = HeadTail::with_matcher(Limits::new().keep(usize::MAX / 2), Marker::default(), matcher)
        .expect_err("more memory than there is");
    let bytes = 2 * 16384 + 2048 + usize::MAX / 2;
    let message = format!("could not allocate the {bytes} bytes that the limits ask for");
    assert_eq!(error.to_string(), message);
}

#[test]
fn line_limit_costs_no_memory() {
    let limits = Limits::new().max_line(usize::MAX);
    let mut kept = HeadTail::new(limits).expect("a line is not stored to be measured");
    kept.push(&[b'x'; 5000]);
    assert_eq!(kept.snapshot().to_vec(), [b'x'; 5000]);
}
