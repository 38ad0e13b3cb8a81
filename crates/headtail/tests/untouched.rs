//! Bytes of a large write that cannot survive are not even looked at, where the answer does not need them.
//!
//! The write is memory that the system has promised and not yet given: each page of it that is read for the first
//! time is a page fault, and the system counts those per thread.
#![cfg(target_os = "linux")]

use std::fs;

use headtail::{HeadTail, Limits};

/// Page faults of this thread so far that needed no disk.
fn faults() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/stat").expect("Linux counts page faults");
    // The name of the thread, in brackets, may hold anything; the count is the eighth field after it.
    let (_, fields) = stat.rsplit_once(") ").expect("a name in brackets");
    fields.split(' ').nth(7).and_then(|faults| faults.parse().ok()).expect("a number")
}

/// Bytes of the large write. Even in huge pages, to read all of it takes 128 faults.
const LEN: usize = 1 << 28;

#[track_caller]
fn passes_over_the_middle(limits: Limits) {
    let mut kept = HeadTail::new(limits).expect("memory");
    kept.push(b"start");
    let large = vec![0; LEN];
    let before = faults();
    kept.push(&large);
    let touched = faults() - before;
    assert!(touched < 40, "{touched} page faults");
    assert_eq!(kept.total_written(), LEN as u64 + 5);
    assert_eq!(kept.report().omitted_bytes, LEN as u64 + 5 - 20_000);
    assert_eq!(kept.report().clipped_lines, 0);
}

fn both_ends() -> Limits {
    Limits::new().head(10_000).tail(10_000)
}

#[test]
fn without_a_line_limit_only_both_ends_of_a_write_are_read() {
    passes_over_the_middle(both_ends().max_line(0));
}

#[test]
fn of_short_lines_only_both_ends_of_a_write_are_read() {
    passes_over_the_middle(both_ends().delimiter(0));
}

#[test]
fn a_page_that_is_read_is_a_fault() {
    let large = vec![0_u8; LEN];
    let before = faults();
    assert!(large.iter().step_by(4096).all(|byte| *byte == 0));
    assert!(faults() - before > 100);
}
