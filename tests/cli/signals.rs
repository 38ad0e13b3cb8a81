//! Signals: nothing that was read is lost to one, and the status is the true death by it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::program::Program;
use crate::run::{APART, Run, assert_next, assert_title, wait_for, wait_until_empty, wait_until_full};
use crate::support::{PROGRAM, Place, assert_output, headtail, numbers, sh, skip};

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
        assert!(Program::new("kill").args(["-40", &run.id().to_string()]).succeeds());
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
    run.signal_and_settle(Signal::TERM);
    run.feed("last words\n");
    assert_killed(&run.end(), Signal::TERM, "words\nlast words\n");
}

#[test]
fn the_object_and_the_report_name_the_signal() {
    let place = Place::new();
    let mut run = Run::start(&mut place.headtail(&["--json", "--report", "report"]));
    run.feed("kept");
    run.signal(Signal::HUP);
    let account = "\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"SIGHUP\"}\n";
    assert_killed(&run.end_with_open_input(), Signal::HUP, &format!("{{\"output\":\"kept\",{account}"));
    assert_eq!(place.read("report"), format!("{{{account}"));
}

#[test]
fn a_producer_that_never_stops_does_not_keep_a_signal_from_ending_it() {
    let mut yes = Program::new("yes").spawn().expect("yes can be started");
    let mut program = headtail(&["--head=2", "--tail=2"]);
    let run = program.stdin(yes.stdout.take().expect("a pipe")).spawn().expect("the program can be started");
    // Nobody else has the reading end: `yes` ends when the program does.
    drop(program);
    run.wait_until_blocked();
    run.signal(Signal::TERM);
    let output = run.end();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(stdout.starts_with("y\n\n... [omitted ") && stdout.ends_with(" bytes] ...\n\ny\n"), "{stdout}");
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
    assert_eq!(yes.wait().signal(), Some(Signal::PIPE.as_raw()));
}

#[test]
fn a_second_signal_cuts_the_wait_short() {
    // Without the second one no attempt can be this fast; with it a machine that is busy may be slower.
    let attempts = (0..20).any(|_| {
        let mut run = Run::headtail(&[]);
        run.feed("kept");
        let start = Instant::now();
        run.signal(Signal::INT);
        sleep(APART);
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
        sleep(APART);
        run.signal_and_settle(signal);
    }
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
    Run::start(&mut sh(&format!("{trap}; exec \"$HEADTAIL\"")))
}

#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let mut run = under("trap '' HUP INT USR1 ALRM");
    run.feed("before\n");
    for signal in [Signal::HUP, Signal::INT, Signal::USR1, Signal::ALARM] {
        run.signal_and_settle(signal);
    }
    run.feed("after\n");
    assert_output(&run.end(), "before\nafter\n", "", Some(0));
}

#[test]
fn a_signal_that_was_blocked_at_the_start_is_not_lost() {
    let blocking = || {
        let mut env = Program::new("env");
        env.arg("--block-signal=TERM");
        env
    };
    if !blocking().arg("true").succeeds() {
        return skip("env cannot block signals");
    }
    let mut run = Run::start(blocking().arg(PROGRAM));
    run.feed("kept");
    run.signal(Signal::TERM);
    assert_killed(&run.end_with_open_input(), Signal::TERM, "kept");
}

#[test]
fn sigusr1_shows_the_result_so_far_and_goes_on() {
    let mut run = Run::headtail(&["--head=2", "--tail=2"]);
    run.feed("abc");
    run.signal_and_settle(Signal::USR1);
    assert_title(run.stderr.as_mut().expect("a pipe"));
    assert_next(run.stderr.as_mut().expect("a pipe"), "abc");
    run.feed("defg");
    run.signal_and_settle(Signal::USR1);
    // A blank line separates it from the last one.
    assert_next(run.stderr.as_mut().expect("a pipe"), "\n");
    assert_title(run.stderr.as_mut().expect("a pipe"));
    let result =
        headtail(&["--head=2", "--tail=2"]).write_stdin("abcdefg").output().expect("it starts").stdout;
    let stderr = String::from_utf8(result.clone()).expect("text");
    assert_output(&run.end(), result, &stderr, Some(0));
}

#[test]
fn sigusr1_refreshes_an_output_file() {
    let place = Place::new();
    place.write("before", "text\n");
    place.write("out", "old");
    let mut run = Run::start(&mut place.headtail(&["-o", "out", "before", "-"]));
    let title = "==> before <==\ntext\n\n==> standard input <==\n";
    for text in ["abc\n", "def\n"] {
        run.feed(text);
        run.signal_and_settle(Signal::USR1);
        let shown = if text == "abc\n" { "abc\n" } else { "abc\ndef\n" };
        wait_for(|| place.read("out") == format!("{title}{shown}"));
    }
    run.feed("ghi\n");
    assert_eq!(run.end().status.code(), Some(0));
    assert_eq!(place.read("out"), format!("{title}abc\ndef\nghi\n"));

    let mut run = Run::start(&mut place.headtail(&["-o", "out", "--json"]));
    run.feed("abc\n");
    run.signal_and_settle(Signal::USR1);
    let object = |ended_by| {
        format!(
            "{{\"output\":\"abc\\n\",\"truncated\":null,\"original_bytes\":4,\"ended_by\":\"{ended_by}\"}}\n"
        )
    };
    wait_for(|| place.read("out") == object("snapshot"));
    assert_eq!(run.end().status.code(), Some(0));
    assert_eq!(place.read("out"), object("eof"));
}

#[test]
fn sigusr1_leaves_an_output_file_alone_that_is_still_to_be_read() {
    let place = Place::new();
    place.write("log", "text\n");
    let mut run = Run::start(&mut place.headtail(&["-q", "-o", "log", "-", "log"]));
    run.feed("abc\n");
    run.signal_and_settle(Signal::USR1);
    assert_next(run.stderr.as_mut().expect("a pipe"), "==> ");
    assert_eq!(place.read("log"), "text\n");
    assert_eq!(run.end().status.code(), Some(0));
    assert_eq!(place.read("log"), "abc\ntext\n");
}

#[test]
fn a_snapshot_that_nobody_reads_does_not_keep_a_signal_from_ending_it() {
    let text = numbers(100_000);
    let mut run = Run::headtail(&["--head=1M"]);
    run.feed(&text);
    run.signal_and_settle(Signal::USR1);
    run.signal(Signal::TERM);
    // The snapshot is in the way as long as nobody reads standard error.
    let mut stdout = String::new();
    run.stdout.take().expect("a pipe").read_to_string(&mut stdout).expect("text");
    assert!(stdout == text);
    assert_eq!(run.end_with_open_input().status.signal(), Some(Signal::TERM.as_raw()));
}

#[test]
fn an_input_that_nobody_opens_for_writing_does_not_keep_a_signal_from_ending_it() {
    let place = Place::new();
    place.fifo("fifo");
    let run = Run::start(&mut place.headtail(&["fifo"]));
    run.signal(Signal::TERM);
    assert_killed(&run.end_with_open_input(), Signal::TERM, "");
}

#[test]
fn an_output_that_nobody_opens_for_reading_does_not_keep_a_signal_from_ending_it() {
    let place = Place::new();
    place.fifo("fifo");
    for args in [["-o", "fifo"], ["--report", "fifo"], ["--save=fifo", "-q"]] {
        let run = Run::start(&mut place.headtail(&args));
        run.signal(Signal::TERM);
        assert_killed(&run.end_with_open_input(), Signal::TERM, "");
    }
}

#[test]
fn a_copy_that_nobody_reads_does_not_keep_a_signal_from_ending_it() {
    let place = Place::new();
    let fifo = place.fifo("fifo");
    let fifo = fs::File::options().read(true).write(true).open(fifo).expect("a named pipe");
    let text = numbers(100_000);
    let mut run = Run::start(&mut place.headtail(&["--head=1M", "--save=fifo"]));
    let mut stdin = run.stdin.take().expect("an open pipe");
    let producer = {
        let text = text.clone();
        std::thread::spawn(move || stdin.write_all(text.as_bytes()).map(|()| stdin))
    };
    // It holds as much as it can, and the program waits.
    wait_until_full(&fifo);
    run.wait_until_blocked();
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
    let container = || {
        let mut unshare = Program::new("unshare");
        unshare.args(["--pid", "--fork", "--kill-child"]);
        unshare
    };
    if !container().arg("true").succeeds() {
        return skip("no process namespace can be made");
    }
    let mut run = container().arg(PROGRAM).stdin(Stdio::piped()).spawn().expect("it starts");
    let children = format!("/proc/{0}/task/{0}/children", run.id());
    let inner = || fs::read_to_string(&children).expect("it runs").trim().parse::<i32>().ok();
    wait_for(|| {
        inner().is_some_and(|id| {
            fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|comm| comm == "headtail\n")
        })
    });
    let stdin = run.stdin.as_mut().expect("a pipe");
    stdin.write_all(b"kept").expect("it reads");
    wait_until_empty(&*stdin);
    kill_process(inner().and_then(Pid::from_raw).expect("it runs"), Signal::TERM).expect("it runs");
    assert_output(&run.end_with_open_input(), "kept", "", Some(143));
}

#[test]
fn whenever_a_signal_comes_it_ends_the_program() {
    for wait in 0..50 {
        let run = Program::headtail().stdin(Stdio::piped()).spawn().expect("the program can be started");
        sleep(Duration::from_micros(wait * 60));
        // Of two that wait, the system delivers the one with the lower number first: it has to be the one that was sent first.
        run.signal(Signal::INT);
        sleep(APART);
        run.signal(Signal::TERM);
        assert_killed(&run.end_with_open_input(), Signal::INT, "");
    }
}
