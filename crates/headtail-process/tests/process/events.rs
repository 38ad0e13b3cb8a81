//! A run that is driven by an event loop.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use headtail_process::{Run, Running, Signal, Stdin};
use rustix::event::{PollFd, PollFlags, poll};

use crate::support::{LONG, SHORT, is_alive, numbers, rest, sh, wait, wait_for};

#[test]
fn what_is_waited_for_is_output_or_the_end() {
    let mut running = sh("sleep 0.4; echo text; sleep 0.4").start().expect("a shell");
    let mut chunk = [0; 100];
    assert!(!wait(&mut running, Duration::ZERO));
    assert!(!wait(&mut running, SHORT));
    assert!(wait(&mut running, LONG));
    assert!(wait(&mut running, Duration::ZERO));
    assert_eq!(running.read(&mut chunk).expect("output"), 5);
    assert!(!wait(&mut running, SHORT));
    assert!(wait(&mut running, LONG));
    assert_eq!(running.read(&mut chunk).expect("the end"), 0);
    assert!(wait(&mut running, LONG));
}

/// Drives `running` by its descriptors and its deadline until it is over; returns what it printed.
fn drive(running: &mut Running) -> Vec<u8> {
    let mut output = Vec::new();
    let mut chunk = [0; 1000];
    loop {
        running.advance(Instant::now());
        match running.try_read(&mut chunk) {
            Ok(0) => return output,
            Ok(count) => output.extend_from_slice(&chunk[..count]),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::WouldBlock);
                poll_once(running);
            }
        }
    }
}

/// Waits for what `running` says that it waits for.
fn poll_once(running: &Running) {
    let mut fds: Vec<_> = running.fds().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
    let wait = running.deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
    assert!(!fds.is_empty() || wait.is_some(), "it would wait for ever: {running:?}");
    let wait = wait.map(|wait| wait.try_into().expect("a short time"));
    poll(&mut fds, wait.as_ref()).expect("a wait that is not interrupted");
}

#[test]
fn an_event_loop_sees_what_a_reader_sees() {
    let scripts = [
        ("echo out; echo err >&2; exit 3", "out\nerr\n", 3),
        ("seq 10000", numbers(10_000).leak(), 0),
        ("exec >&- 2>&-; sleep 0.1; exit 4", "", 4),
        ("(sleep 0.2; echo later) & echo now", "now\nlater\n", 0),
        ("trap '' TERM; echo; while :; do sleep 0.05; done", "\n", 137),
        ("(trap '' TERM; sleep 100) & echo; wait", "\n", 143),
    ];
    for (script, output, code) in scripts {
        let run = sh(script).timeout(Duration::from_secs(1)).kill_after(SHORT);
        let mut running = run.start().expect("a shell");
        assert_eq!(String::from_utf8(drive(&mut running)).expect("text"), output, "{script}");
        assert!(running.is_over() && running.deadline().is_none());
        assert_eq!(running.try_read(&mut [0]).expect("the end"), 0);
        let outcome = running.finish();
        assert_eq!((outcome.exit_code(), outcome.timed_out), (Some(code), code > 4), "{script}");
    }
}

#[test]
fn an_event_loop_sleeps_while_nothing_happens() {
    let mut running = sh("sleep 0.5").start().expect("a shell");
    let mut turns = 0;
    while !running.is_over() {
        poll_once(&running);
        running.advance(Instant::now());
        let _ = running.try_read(&mut [0]);
        turns += 1;
    }
    assert!(turns <= 2, "the end of the output and the exit: {turns}");
}

#[test]
fn an_event_loop_is_told_of_its_next_deadline() {
    let run = sh("trap '' TERM; echo; while :; do sleep 0.05; done").timeout(LONG).kill_after(2 * LONG);
    let mut running = run.start().expect("a shell");
    let started = Instant::now();
    let until = |running: &Running| running.deadline().expect("a deadline") - started;
    assert!(until(&running) <= LONG && until(&running) > LONG / 2);
    assert_eq!(running.read(&mut [0; 9]).expect("output"), 1);
    running.end_as_timed_out();
    assert!(until(&running) >= 2 * LONG);
    running.kill();
    assert!(until(&running) < LONG);
    rest(&mut running);
    let outcome = running.finish();
    assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(Signal::KILL)));
}

#[test]
fn a_command_that_ended_before_anybody_looked_has_not_timed_out() {
    let mut running = sh("echo text").timeout(SHORT).start().expect("a shell");
    let id = running.id().to_string();
    // The caller is suspended, or waits for something else, for longer than the command may run.
    wait_for(|| !is_alive(&id));
    thread::sleep(2 * SHORT);
    assert_eq!(rest(&mut running), b"text\n");
    let outcome = running.finish();
    assert!(outcome.success() && !outcome.timed_out, "{outcome:?}");
}

#[test]
fn a_command_that_runs_when_its_time_is_over_has_timed_out() {
    let mut running = sh("sleep 100").timeout(SHORT).start().expect("a shell");
    thread::sleep(2 * SHORT);
    running.advance(Instant::now());
    assert_eq!(rest(&mut running), b"");
    let outcome = running.finish();
    assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(Signal::TERM)));
}

#[test]
fn standard_input_is_a_pipe_that_never_blocks() {
    let mut running = Run::new(Command::new("cat")).stdin(Stdin::Pipe).start().expect("cat");
    let mut stdin = running.take_stdin().expect("a pipe");
    assert!(running.take_stdin().is_none());
    // More than both pipes hold.
    let text = numbers(100_000);
    let mut written = 0;
    let mut output = Vec::new();
    let mut chunk = [0; 4096];
    while output.len() < text.len() {
        match stdin.write(&text.as_bytes()[written..]) {
            Ok(count) => written += count,
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        running.advance(Instant::now());
        match running.try_read(&mut chunk) {
            Ok(count) => output.extend_from_slice(&chunk[..count]),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }
    assert!(output == text.as_bytes());
    drop(stdin);
    assert_eq!(rest(&mut running), b"");
    assert!(running.finish().success());
}

#[test]
fn a_command_that_does_not_read_its_input_is_noticed_by_the_writer() {
    let mut running = Run::new(Command::new("true")).stdin(Stdin::Pipe).start().expect("true");
    let mut stdin = running.take_stdin().expect("a pipe");
    rest(&mut running);
    assert_eq!(stdin.write(b"text").expect_err("nobody reads").kind(), ErrorKind::BrokenPipe);
}

/// What its descriptor is readable for may be gone when it is read.
#[test]
fn a_command_that_reads_its_own_output_cannot_hold_up_a_timeout() {
    let place = tempfile::tempdir().expect("a directory for the test");
    let mut command = Command::new("sh");
    let script =
        "exec 3>&1; printf x; until [ -e go ]; do :; done; head -c 1 /proc/self/fd/3 >gone; exec sleep 100";
    command.args(["-c", script]).current_dir(place.path());
    let mut running = Run::new(command).timeout(Duration::from_secs(3)).start().expect("a shell");
    assert!(wait(&mut running, Duration::from_secs(2)), "there is something to read");
    fs::write(place.path().join("go"), "").expect("a file for the test");
    wait_for(|| fs::read(place.path().join("gone")).is_ok_and(|text| text == b"x"));
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        let output = rest(&mut running);
        done.send((output, running.finish().timed_out))
    });
    assert_eq!(is_done.recv_timeout(LONG), Ok((vec![], true)));
}
