//! Processes that a command leaves behind, and those that leave its group.

use std::io::Read;
use std::time::{Duration, Instant};

use headtail::{Limits, SharedHeadTail};
use headtail_process::Signal;

use crate::support::{LONG, SHORT, assert_goes, complete, is_alive, kill, numbers, rest, sh, wait};

#[test]
fn output_that_a_process_left_behind_holds_open_is_waited_for_and_then_given_up() {
    let (text, outcome) = complete(sh("sleep 100 & echo $!").drain(SHORT));
    assert!(is_alive(&text), "it is left alone");
    kill(&text);
    assert!(outcome.left_open && outcome.success(), "{outcome:?}");
    let note = "partial output: a background process still holds it open";
    assert_eq!(outcome.note().as_deref(), Some(note));

    let (text, outcome) = complete(sh("(sleep 0.3; echo later) & echo now").drain(LONG));
    assert_eq!(text, "now\nlater\n");
    assert!(!outcome.left_open && outcome.note().is_none(), "{outcome:?}");
}

#[test]
fn endless_output_of_a_process_left_behind_is_given_up() {
    let started = Instant::now();
    let kept = SharedHeadTail::new(Limits::new()).expect("memory for the test");
    let outcome = sh("yes & echo").drain(SHORT).run(|bytes| kept.push(bytes));
    assert!(outcome.left_open && outcome.success(), "{outcome:?}");
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn without_time_to_drain_all_that_was_written_is_still_taken() {
    let (text, outcome) = complete(sh("seq 10000").drain(Duration::ZERO));
    assert_eq!(text, numbers(10_000));
    assert!(!outcome.left_open, "{outcome:?}");

    let (text, outcome) = complete(sh("seq 5; sleep 100 & echo $!").drain(Duration::ZERO));
    let (numbers, id) = text.split_at(10);
    kill(id);
    assert_eq!(numbers, "1\n2\n3\n4\n5\n");
    assert!(outcome.left_open);
}

#[test]
fn the_time_of_the_command_is_not_that_of_the_processes_it_leaves_behind() {
    let (text, outcome) = complete(sh("(sleep 0.5; echo later) & echo now").timeout(SHORT).drain(LONG));
    assert_eq!(text, "now\nlater\n");
    assert!(outcome.success() && !outcome.timed_out, "{outcome:?}");
}

#[test]
fn a_process_that_left_the_group_is_waited_for_and_then_left() {
    for left in ["sleep 100", "yes"] {
        let started = Instant::now();
        let kept = SharedHeadTail::new(Limits::new().head(64)).expect("memory for the test");
        let script = format!("setsid sh -c 'echo $$; exec {left}' & sleep 100");
        let outcome = sh(&script).timeout(SHORT).drain(SHORT).kill_after(LONG).run(|bytes| kept.push(bytes));
        assert!(outcome.timed_out && outcome.left_open, "{outcome:?}");
        assert!(started.elapsed() < Duration::from_secs(10));
        let text = kept.snapshot().to_vec();
        let id = String::from_utf8_lossy(&text).lines().next().expect("an id").to_owned();
        // The endless one has nobody to write to any more.
        if left == "yes" { assert_goes(&id) } else { kill(&id) }
    }
}

#[test]
fn last_words_of_a_process_that_left_the_group_are_kept() {
    let script = "echo $$; setsid sh -c 'trap exit TERM; sleep 0.5; echo last words' & exec sleep 100";
    let (text, outcome) = complete(sh(script).timeout(SHORT).drain(LONG));
    assert!(outcome.timed_out && !outcome.left_open, "{outcome:?}");
    assert_eq!(text.lines().nth(1), Some("last words"));
}

#[test]
fn a_signal_leaves_no_more_than_a_moment_to_processes_that_left_the_group() {
    let script = "setsid sh -c 'echo; exec sleep 5' & exec sleep 100";
    let mut chunk = [0; 100];

    let mut running = sh(script).drain(LONG).start().expect("a shell");
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    let started = Instant::now();
    running.stop(Signal::TERM);
    assert_eq!(rest(&mut running), b"");
    assert!(started.elapsed() < LONG / 20);
    let outcome = running.finish();
    assert!(outcome.left_open && outcome.stopped_by == Some(Signal::TERM), "{outcome:?}");

    // None, where they were waited for already.
    let mut running = sh(script).timeout(SHORT).drain(LONG).start().expect("a shell");
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    assert!(!wait(&mut running, 2 * SHORT), "they are waited for");
    running.stop(Signal::TERM);
    assert!(wait(&mut running, Duration::ZERO), "it is over");
    assert_eq!(rest(&mut running), b"");
    let outcome = running.finish();
    assert!(outcome.left_open && outcome.timed_out, "{outcome:?}");
}
