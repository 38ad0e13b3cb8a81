//! Signals: nothing that was read is lost to one, and the status is the true death by it.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::run::{Run, wait_for};
use crate::support::{PROGRAM, Place, assert_output, numbers, skip};

#[track_caller]
fn assert_killed(output: &Output, signal: Signal, stdout: &str) {
    assert_output(output, stdout, "", None);
    assert_eq!(output.status.signal(), Some(signal.as_raw()));
}

#[test]
fn an_idle_pipe_does_not_keep_a_signal_from_ending_it() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut run = Run::headtail(&["--head=4", "--tail=4"]);
        run.feed("0123456789");
        run.signal(signal);
        assert_killed(&run.end_with_open_input(), signal, "0123\n\n... [omitted 2 bytes] ...\n\n6789");
    }
}

#[test]
fn every_other_signal_that_would_lose_the_result_is_handled_alike() {
    let signals = [Signal::ALARM, Signal::USR2, Signal::VTALARM, Signal::PROF, Signal::XCPU, Signal::ABORT];
    for signal in signals {
        let mut run = Run::headtail(&[]);
        run.feed("kept");
        run.signal(signal);
        assert_killed(&run.end_with_open_input(), signal, "kept");
    }
    if cfg!(target_os = "linux") {
        let mut run = Run::headtail(&["--json"]);
        run.feed("kept");
        let id = run.0.id().to_string();
        assert!(Command::new("kill").args(["-40", &id]).status().expect("it is everywhere").success());
        let object = "{\"output\":\"kept\",\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"SIG40\"}\n";
        let output = run.end_with_open_input();
        assert_output(&output, object, "", None);
        assert_eq!(output.status.signal(), Some(40));
    }
}

#[test]
fn the_last_words_of_the_producer_are_kept() {
    let mut run = Run::headtail(&[]);
    run.feed("words\n");
    run.signal(Signal::TERM);
    sleep(Duration::from_millis(100));
    run.feed("last words\n");
    assert_killed(&run.end(), Signal::TERM, "words\nlast words\n");
}

#[test]
fn the_object_and_the_report_name_the_signal() {
    let place = Place::new();
    let mut command = Command::new(PROGRAM);
    let mut run = Run::start(command.args(["--json", "--report", "report"]).current_dir(place.path("")));
    run.feed("kept");
    run.signal(Signal::HUP);
    let account = "\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"SIGHUP\"}\n";
    assert_killed(&run.end_with_open_input(), Signal::HUP, &format!("{{\"output\":\"kept\",{account}"));
    assert_eq!(place.read("report"), format!("{{{account}"));
}

#[test]
fn a_producer_that_never_stops_does_not_keep_a_signal_from_ending_it() {
    let mut yes = Command::new("yes").stdout(Stdio::piped()).spawn().expect("yes can be started");
    let mut run = Run(Command::new(PROGRAM)
        .args(["--head=2", "--tail=2"])
        .stdin(yes.stdout.take().expect("a pipe"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program can be started"));
    run.wait_until_blocked();
    run.signal(Signal::TERM);
    let mut stdout = String::new();
    run.0.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("text");
    assert!(stdout.starts_with("y\n\n\n... [omitted ") && stdout.ends_with(" bytes] ...\n\ny\n"), "{stdout}");
    assert_eq!(run.end().status.signal(), Some(Signal::TERM.as_raw()));
    yes.wait().expect("it ends");
}

#[test]
fn a_second_signal_cuts_the_wait_short() {
    // Without the second one no attempt can be this fast; with it a machine that is busy may be slower.
    let attempts = (0..20).any(|_| {
        let mut run = Run::headtail(&[]);
        run.feed("kept");
        let start = Instant::now();
        run.signal(Signal::INT);
        sleep(Duration::from_millis(40));
        run.signal(Signal::TERM);
        assert_killed(&run.end_with_open_input(), Signal::INT, "kept");
        start.elapsed() < Duration::from_millis(400)
    });
    assert!(attempts);
}

#[test]
fn further_signals_do_not_shorten_the_result() {
    let text = numbers(100_000);
    let mut run = Run::headtail(&["--head=1M"]);
    run.feed(&text);
    run.signal(Signal::TERM);
    // More than a pipe holds: it blocks in the middle of the result.
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::TERM] {
        sleep(Duration::from_millis(30));
        run.signal(signal);
    }
    sleep(Duration::from_millis(30));
    assert_killed(&run.end_with_open_input(), Signal::TERM, &text);
}

#[test]
fn sigquit_ends_it_at_once() {
    let mut run = Run::headtail(&[]);
    run.feed("lost");
    run.signal(Signal::QUIT);
    assert_killed(&run.end_with_open_input(), Signal::QUIT, "");
}

/// The program, started by a shell that sets `trap` first.
fn under(trap: &str) -> Run {
    Run::start(Command::new("sh").arg("-c").arg(format!("{trap}; exec \"$0\"")).arg(PROGRAM))
}

#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let mut run = under("trap '' HUP INT USR1 ALRM");
    run.feed("before\n");
    for signal in [Signal::HUP, Signal::INT, Signal::USR1, Signal::ALARM] {
        run.signal(signal);
    }
    sleep(Duration::from_millis(50));
    run.feed("after\n");
    assert_output(&run.end(), "before\nafter\n", "", Some(0));
}

#[test]
fn a_signal_that_was_blocked_at_the_start_is_not_lost() {
    let mut command = Command::new("env");
    command.arg("--block-signal=TERM").arg(PROGRAM);
    if Command::new("env")
        .args(["--block-signal=TERM", "true"])
        .output()
        .is_ok_and(|run| !run.status.success())
    {
        return skip("env cannot block signals");
    }
    let mut run = Run::start(&mut command);
    run.feed("kept");
    run.signal(Signal::TERM);
    assert_killed(&run.end_with_open_input(), Signal::TERM, "kept");
}

#[test]
fn sigusr1_shows_the_result_so_far_and_goes_on() {
    let mut run = Run::headtail(&["--head=2", "--tail=2"]);
    run.feed("abc");
    run.signal(Signal::USR1);
    run.feed("");
    sleep(Duration::from_millis(50));
    run.feed("defg");
    run.signal(Signal::USR1);
    sleep(Duration::from_millis(50));
    let stderr = "abcab\n\n... [omitted 3 bytes] ...\n\nfg";
    assert_output(&run.end(), "ab\n\n... [omitted 3 bytes] ...\n\nfg", stderr, Some(0));
}

#[test]
fn a_snapshot_that_nobody_reads_does_not_keep_a_signal_from_ending_it() {
    let text = numbers(100_000);
    let mut run = Run::headtail(&["--head=1M"]);
    run.feed(&text);
    run.signal(Signal::USR1);
    sleep(Duration::from_millis(50));
    run.signal(Signal::TERM);
    let mut stdout = String::new();
    run.0.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("text");
    assert!(stdout == text);
    assert_eq!(run.end_with_open_input().status.signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn an_input_that_nobody_opens_for_writing_does_not_keep_a_signal_from_ending_it() {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let fifo = directory.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().expect("mkfifo can be started").success());
    let run = Run::headtail(&[fifo.to_str().expect("a plain path")]);
    run.signal(Signal::TERM);
    assert_killed(&run.end_with_open_input(), Signal::TERM, "");
}

#[test]
fn an_output_that_nobody_opens_for_reading_does_not_keep_a_signal_from_ending_it() {
    let place = Place::new();
    assert!(
        Command::new("mkfifo").arg(place.path("fifo")).status().expect("mkfifo can be started").success()
    );
    for (args, stdout) in [(["-o", "fifo"], ""), (["--report", "fifo"], ""), (["--save=fifo", "-q"], "")] {
        let run = Run::start(Command::new(PROGRAM).args(args).current_dir(place.path("")));
        run.signal(Signal::TERM);
        assert_killed(&run.end_with_open_input(), Signal::TERM, stdout);
    }
}

#[test]
fn a_copy_that_nobody_reads_does_not_keep_a_signal_from_ending_it() {
    let place = Place::new();
    assert!(
        Command::new("mkfifo").arg(place.path("fifo")).status().expect("mkfifo can be started").success()
    );
    let fifo = fs::File::options().read(true).write(true).open(place.path("fifo")).expect("a FIFO");
    let text = numbers(100_000);
    let mut command = Command::new(PROGRAM);
    let mut run = Run::start(command.args(["--head=1M", "--save=fifo"]).current_dir(place.path("")));
    let mut stdin = run.0.stdin.take().expect("an open pipe");
    let producer = {
        let text = text.clone();
        std::thread::spawn(move || stdin.write_all(text.as_bytes()).map(|()| stdin))
    };
    sleep(Duration::from_millis(100));
    run.signal(Signal::TERM);
    let output = run.end();
    drop(producer.join().expect("it ends"));
    drop(fifo);
    // What was read before it got stuck.
    assert!(!output.stdout.is_empty() && text.as_bytes().starts_with(&output.stdout));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "headtail: fifo: timed out\n");
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn as_process_1_it_exits_as_a_shell_would_say() {
    let mut unshare = Command::new("unshare");
    unshare.args(["--pid", "--fork", "--kill-child"]);
    if !unshare.arg("true").output().is_ok_and(|run| run.status.success()) {
        return skip("no process namespace can be made");
    }
    let mut unshare = Command::new("unshare");
    unshare.args(["--pid", "--fork", "--kill-child", PROGRAM]);
    let mut child = unshare
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    let inner = || fs::read_to_string(&children).expect("it runs").trim().parse::<i32>().ok();
    wait_for(|| {
        inner().is_some_and(|id| {
            fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|comm| comm == "headtail\n")
        })
    });
    child.stdin.as_mut().expect("a pipe").write_all(b"kept").expect("it reads");
    sleep(Duration::from_millis(200));
    kill_process(inner().and_then(Pid::from_raw).expect("it runs"), Signal::TERM).expect("it runs");
    let stdin = child.stdin.take();
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    assert_output(&output, "kept", "", Some(143));
}

#[test]
fn whenever_a_signal_comes_it_ends_the_program() {
    for wait in 0..50 {
        let run = Run(Command::new(PROGRAM)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started"));
        sleep(Duration::from_micros(wait * 60));
        run.signal(Signal::TERM);
        sleep(Duration::from_millis(25));
        run.signal(Signal::INT);
        assert_killed(&run.end_with_open_input(), Signal::TERM, "");
    }
}
