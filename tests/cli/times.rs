//! Limits of time, and signs of life.

use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::run::Run;
use crate::support::{Place, assert_output, assert_run, headtail};

fn object(output: &std::process::Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("one object")
}

#[test]
fn a_filter_that_times_out_has_the_result_so_far_and_status_124() {
    let mut run = Run::headtail(&["--timeout=2s"]);
    run.feed("begin\n");
    let message = "headtail: standard input: timed out after 2s\n";
    assert_output(&run.end_with_open_input(), "begin\n", message, Some(124));
    let output = Run::headtail(&["--timeout=.5", "--json"]).end_with_open_input();
    assert_eq!(object(&output)["ended_by"], "timeout");
    assert_eq!((&*output.stderr, output.status.code()), (&b""[..], Some(124)));
}

#[test]
fn a_producer_that_never_pauses_does_not_escape_a_timeout() {
    let place = Place::new();
    let script = "yes | \"$HEADTAIL\" --timeout 500ms --head 2 --tail 0 -m ''";
    assert_run(&mut place.sh(script), "y\n", "headtail: standard input: timed out after 500ms\n", 124);
}

#[test]
fn what_ended_in_time_has_not_timed_out_and_no_limit_is_none() {
    for time in ["1m", "0"] {
        let mut program = headtail(&["--timeout", time, "--idle-timeout", time]);
        assert_run(program.write_stdin("text"), "text", "", 0);
    }
}

#[test]
fn the_files_after_a_timeout_are_not_read() {
    let place = Place::new();
    place.write("first", "1\n");
    place.fifo("second");
    place.write("third", "3\n");
    let mut program = place.headtail(&["--timeout=500ms", "first", "second", "third"]);
    let output = program.output().expect("it ends");
    let text = "==> first <==\n1\n\n==> second <==\n";
    assert_output(&output, text, "headtail: second: timed out after 500ms\n", Some(124));
}

#[test]
fn a_copy_that_nobody_takes_does_not_hold_up_a_timeout() {
    let place = Place::new();
    place.fifo("copy");
    let script = "exec 3<>copy; yes | \"$HEADTAIL\" --timeout 500ms --save=copy --head 2 --tail 0 -m ''";
    let output = place.sh(script).output().expect("it ends");
    assert_eq!((&*output.stdout, output.status.code()), (&b"y\n"[..], Some(1)));
}

#[test]
fn silence_ends_the_reading_and_each_byte_puts_that_off() {
    let mut run = Run::headtail(&["--idle-timeout=2s"]);
    for _ in 0..3 {
        sleep(Duration::from_millis(900));
        run.feed("a\n");
    }
    let message = "headtail: standard input: no input for 2s\n";
    assert_output(&run.end_with_open_input(), "a\na\na\n", message, Some(124));
    let output = Run::headtail(&["--idle-timeout=300ms", "--json"]).end_with_open_input();
    assert_eq!(object(&output)["ended_by"], "idle");
}

#[test]
fn an_output_that_makes_it_wait_makes_no_input_idle() {
    let place = Place::new();
    let options = "--save=- -o result --idle-timeout 2s";
    for command in
        [format!("seq 200000 | \"$HEADTAIL\" {options}"), format!("\"$HEADTAIL\" run {options} seq 200000")]
    {
        let script = format!("({command}; echo $? >status) | (sleep 5; wc -c)");
        assert_run(&mut place.sh(&script), "1288895\n", "", 0);
        assert_eq!(place.read("status"), "0\n");
    }
}

#[test]
fn a_fifo_that_nobody_writes_to_is_idle() {
    let place = Place::new();
    place.fifo("fifo");
    let message = "headtail: fifo: no input for 300ms\n";
    assert_run(&mut place.headtail(&["--idle-timeout=300ms", "fifo"]), "", message, 124);
}

#[test]
fn a_command_that_is_silent_is_ended_as_by_a_timeout() {
    let command = ["sh", "-c", "trap 'echo last words; exit 3' TERM; echo begin; sleep 100 & wait"];
    let mut program = headtail(&[&["run", "--idle-timeout", "500ms", "--"], &command[..]].concat());
    let message = "headtail: sh -c trap 'echo last words; exit 3' TERM; echo begin; sleep 100 & wait: printed nothing for 500ms\n";
    assert_run(&mut program, "begin\nlast words\n", message, 124);
    let mut program = headtail(&[&["run", "--json", "--idle-timeout", "500ms", "--"], &command[..]].concat());
    let output = program.output().expect("it ends");
    let object = object(&output);
    assert_eq!((&object["ended_by"], &object["timed_out"]), (&"idle".into(), &true.into()));
    assert_eq!((&object["exit_code"], &object["success"]), (&3.into(), &false.into()));
    assert_eq!(output.status.code(), Some(124));
}

#[test]
fn a_command_that_has_ended_is_not_idle_though_its_output_is_still_open() {
    let script = "sleep 1 & echo done; exit 5";
    let mut program = headtail(&["run", "--idle-timeout=300ms", "--drain=1m", "sh", "-c", script]);
    assert_run(&mut program, "done\n", "", 5);
}

#[test]
fn a_heartbeat_says_how_things_are() {
    let place = Place::new();
    let script =
        "\"$HEADTAIL\" run --heartbeat 1s -- sh -c 'sleep 1.5; printf \"one\\ntwo\\033[1m\"; sleep 2'";
    let output = place.sh(script).output().expect("it ends");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(lines[0], "headtail: 1s, 0 B, no output yet");
    let at_two = lines[1].strip_prefix("headtail: 2s, 11 B, last output ").expect(&stderr);
    assert!(at_two.ends_with(" s ago: two\\u{1b}[1m"), "{stderr}");
    assert!(stderr.lines().count() >= 3 && stderr.lines().all(|line| line.len() <= 80), "{stderr}");
    assert_eq!((&*output.stdout, output.status.code()), (&b"one\ntwo\x1b[1m"[..], Some(0)));
}

#[test]
fn a_heartbeat_that_nobody_reads_holds_up_no_timeout() {
    let place = Place::new();
    place.fifo("stalled");
    let script = "exec 4<>stalled; \"$HEADTAIL\" run --heartbeat 1ms --timeout 3s -- sleep 100 2>stalled";
    assert_run(&mut place.sh(script), "", "", 124);
}

#[test]
fn a_signal_does_not_wait_for_a_timeout_that_is_far_off() {
    let mut run = Run::headtail(&["--timeout=1h", "--idle-timeout=1h", "--heartbeat=1h"]);
    run.feed("text");
    run.signal(Signal::TERM);
    assert_output(&run.end_with_open_input(), "text", "", None);
}

#[test]
fn on_failure_alone_a_result_is_printed_if_that_is_asked_for() {
    let place = Place::new();
    let run = |args: &[&str]| place.headtail(&[&["run", "--on-failure"], args].concat());
    assert_run(&mut run(&["echo", "fine"]), "", "", 0);
    assert_run(&mut run(&["--json", "echo", "fine"]), "", "", 0);
    assert_run(&mut run(&["sh", "-c", "echo bad; exit 3"]), "bad\n", "", 3);
    assert_run(&mut run(&["sh", "-c", "echo bad; kill -9 $$"]), "bad\n", "", 137);
    let message = "headtail: sh -c echo slow; exec sleep 100: timed out after 500ms\n";
    assert_run(
        &mut run(&["--timeout=500ms", "sh", "-c", "echo slow; exec sleep 100"]),
        "slow\n",
        message,
        124,
    );
    place.write("out", "what was there");
    let args = ["--report=report", "--save=copy", "-o", "out", "echo", "fine"];
    assert_run(&mut run(&args), "", "", 0);
    assert_eq!((place.read("out").as_str(), place.read("copy").as_str()), ("", "fine\n"));
    assert!(place.read("report").contains("\"exit_code\":0"));
    // A result that is not printed names no copy.
    let script = "export TMPDIR=$PWD; \"$HEADTAIL\" run --on-failure --save -c 500 seq 1000 2>err; \
                  sed 's/output: .*/output: PATH/' err; cat headtail-*.log | wc -l";
    assert_run(&mut place.sh(script), "headtail: full output: PATH\n1000\n", "", 0);
}
