//! What commands print is what is read.

use std::io::Read;
use std::process::Command;
use std::thread;

use headtail::{Limits, SharedHeadTail};
use headtail_process::{Run, Signal};

use crate::support::{SHORT, all_of_it, complete, numbers, rest, sh};

#[test]
fn both_streams_keep_their_common_order() {
    let script = "for i in $(seq 500); do echo out $i; echo err $i >&2; done";
    let expected = (1..=500).fold(String::new(), |text, i| text + &format!("out {i}\nerr {i}\n"));
    assert_eq!(complete(sh(script)).0, expected);
}

#[test]
fn hundreds_of_thousands_of_lines_from_both_streams_at_once_lose_nothing() {
    let numbers = numbers(300_000);
    let script = "seq 300000 & seq 300000 | tr '0-9\\n' 'a-jz' >&2; wait";
    let (text, outcome) = complete(sh(script));
    assert!(outcome.success());
    // The two alphabets tell the streams apart, wherever one was cut off by the other.
    let (letters, digits): (String, String) = text.chars().partition(char::is_ascii_lowercase);
    assert!(digits == numbers);
    let as_letters = |char: char| if char == '\n' { 'z' } else { (b'a' + char as u8 - b'0') as char };
    assert!(letters == numbers.chars().map(as_letters).collect::<String>());
}

#[test]
fn any_bytes_pass() {
    let kept = SharedHeadTail::new(all_of_it()).expect("memory for the test");
    let mut command = Command::new("head");
    command.args(["-c", "3000000", "/dev/urandom"]);
    assert!(Run::new(command).run(|bytes| kept.push(bytes)).success());
    assert_eq!(kept.snapshot().to_vec().len(), 3_000_000);
}

#[test]
fn endless_output_ends_with_the_time() {
    let kept = SharedHeadTail::new(Limits::new()).expect("memory for the test");
    let outcome = sh("exec yes").timeout(SHORT).run(|bytes| kept.push(bytes));
    assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(Signal::TERM)));
    let text = kept.snapshot().to_vec();
    assert!(text.starts_with(b"y\ny\n") && kept.report().omitted_bytes > 1 << 20);
}

#[test]
fn an_empty_chunk_is_no_end() {
    let mut running = sh("echo text").start().expect("a shell");
    assert_eq!(running.read(&mut []).expect("nothing to do"), 0);
    assert_eq!(rest(&mut running), b"text\n");
}

#[test]
fn runs_at_once_do_not_hold_up_each_other() {
    thread::scope(|scope| {
        for number in 0..16 {
            scope.spawn(move || {
                let (text, outcome) = complete(sh(&format!("echo {number}; exit {number}")));
                assert_eq!((text, outcome.exit_code()), (format!("{number}\n"), Some(number)));
                assert!(!outcome.left_open);
            });
        }
    });
}
