//! Commands run by the library: what they print, how they end, and what is left of them.
#![cfg(unix)]

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use headtail::{HeadTail, Limits, SharedHeadTail};
use headtail_process::{
    Dispositions, Ending, NON_INTERACTIVE, Outcome, Run, Running, Signal, StartErrorKind, Stdin,
};
use proptest::prelude::*;

/// Longer than any of these tests takes.
const LONG: Duration = Duration::from_mins(1);
/// Long enough for a process to come or go.
const SHORT: Duration = Duration::from_millis(200);

/// A shell that runs `script` with no signal ignored, whatever the caller of the tests ignores.
fn sh(script: &str) -> Run {
    inheriting_sh(script).dispositions(Dispositions::default())
}

/// A shell that runs `script` and ignores what the caller of the tests ignores.
fn inheriting_sh(script: &str) -> Run {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script);
    // Who is left of a group is known then.
    Run::new(command).adopt_orphans()
}

/// What `run` printed, of which all is kept, and how it ended.
fn complete(run: Run) -> (String, Outcome) {
    let kept = SharedHeadTail::new(all_of_it()).expect("memory for the test");
    let outcome = run.run(|bytes| kept.push(bytes));
    (String::from_utf8(kept.snapshot().to_vec()).expect("text"), outcome)
}

fn all_of_it() -> Limits {
    Limits::new().head(16 << 20).max_line(0)
}

/// The numbers from 1 to `last`, a line each.
fn numbers(last: u32) -> String {
    (1..=last).fold(String::new(), |mut text, number| {
        writeln!(text, "{number}").expect("space for the test");
        text
    })
}

/// Reads `running` to its end.
fn rest(running: &mut Running) -> Vec<u8> {
    let mut output = Vec::new();
    running.read_to_end(&mut output).expect("output");
    output
}

/// Whether `running` has something to read before `time` is over.
fn wait(running: &mut Running, time: Duration) -> bool {
    running.wait_until(Instant::now() + time).expect("a wait that is not interrupted")
}

/// Whether there is a process `id` that has not exited.
fn is_alive(id: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with('Z'))
}

/// Waits until `id` is gone: for the system to carry out a kill.
fn assert_goes(id: &str) {
    let limit = Instant::now() + Duration::from_secs(10);
    while is_alive(id) {
        assert!(Instant::now() < limit, "{id} is still alive");
        thread::sleep(Duration::from_millis(5));
    }
}

fn kill(id: &str) {
    assert!(Command::new("kill").arg("-KILL").arg(id.trim()).status().expect("kill").success());
}

#[test]
fn the_status_is_that_of_the_command() {
    for code in [0, 1, 2, 77, 124, 126, 127, 128, 255] {
        let (_, outcome) = complete(sh(&format!("exit {code}")));
        assert!(matches!(outcome.ending, Ending::Exited(it) if it == code), "{outcome:?}");
        assert_eq!((outcome.exit_code(), outcome.signal()), (Some(code), None));
        assert_eq!(outcome.exit_status(), code);
        assert_eq!(outcome.success(), code == 0);
        assert_eq!((outcome.error(), outcome.note(), outcome.timed_out), (None, None, false));
    }
}

#[test]
fn death_by_a_signal_is_128_and_its_number() {
    for number in [1, 2, 3, 6, 9, 11, 13, 15] {
        let (text, outcome) = complete(sh(&format!("echo before; kill -{number} $$")));
        assert_eq!(text, "before\n");
        let signal = Signal::from_number(number).expect("a signal");
        assert!(matches!(outcome.ending, Ending::Signaled(it) if it == signal), "{outcome:?}");
        assert_eq!((outcome.exit_code(), outcome.signal()), (Some(signal.exit_code()), Some(signal)));
        assert_eq!(i32::from(outcome.exit_status()), 128 + number);
        assert!(!outcome.success() && outcome.stopped_by.is_none());
        let expected = format!("partial output: {signal} killed the command");
        assert_eq!(outcome.note(), Some(expected));
    }
}

#[test]
fn a_command_that_does_not_start_is_an_outcome() {
    let directory = tempfile::tempdir().expect("a directory for the test");
    let plain = directory.path().join("plain");
    fs::write(&plain, "no program").expect("a file for the test");
    let cases = [
        ("/nonexistent/command", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("no-such-command-anywhere", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("", StartErrorKind::NotFound, 127, "No such file or directory"),
        ("/", StartErrorKind::NotExecutable, 126, "Permission denied"),
        (plain.to_str().expect("text"), StartErrorKind::NotExecutable, 126, "Permission denied"),
        ("/dev/null/command", StartErrorKind::NotExecutable, 126, "Not a directory"),
    ];
    for (program, kind, status, reason) in cases {
        let (text, outcome) = complete(Run::new(Command::new(program)));
        let Ending::NotStarted(error) = &outcome.ending else { panic!("{program}: {outcome:?}") };
        assert_eq!((error.kind(), error.name().to_str()), (kind, Some(program)));
        assert_eq!((text.as_str(), outcome.exit_status(), outcome.success()), ("", status, false));
        assert_eq!(
            (outcome.exit_code(), outcome.signal(), outcome.wall_time),
            (Some(status), None, Duration::ZERO)
        );
        let message = outcome.error().expect("an error");
        assert!(message.starts_with(&format!("{program}: {reason}")), "{message}");
    }
}

#[test]
fn a_directory_that_cannot_be_entered_is_not_a_missing_command() {
    for (directory, reason) in [("/nonexistent", "No such file"), ("/dev/null", "Not a directory")] {
        let mut command = Command::new("true");
        command.current_dir(directory);
        let (_, outcome) = complete(Run::new(command));
        assert_eq!(outcome.exit_status(), 125);
        let message = outcome.error().expect("an error");
        assert!(message.starts_with(&format!("{directory}: {reason}")), "{message}");
    }
    let mut command = Command::new("no-such-command-anywhere");
    command.current_dir("/");
    assert_eq!(complete(Run::new(command)).1.exit_status(), 127);
}

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
fn standard_input_is_empty_unless_kept() {
    assert_eq!(complete(Run::new(Command::new("cat"))).0, "");

    let mut file = tempfile::tempfile().expect("a file for the test");
    write!(file, "from the file").expect("space for the test");
    io::Seek::rewind(&mut file).expect("a file that can seek");
    let mut command = Command::new("cat");
    command.stdin(Stdio::from(file));
    assert_eq!(complete(Run::new(command).stdin(Stdin::Inherited)).0, "from the file");
}

#[test]
fn a_command_may_leave_its_input_unread() {
    let mut command = Command::new("true");
    command.stdin(Stdio::piped());
    assert!(complete(Run::new(command).stdin(Stdin::Inherited)).1.success());
}

#[test]
fn non_interactive_is_an_environment() {
    let mut command = Command::new("env");
    command.env_clear().env("PATH", "/usr/bin:/bin").envs(NON_INTERACTIVE).env("PAGER", "less");
    let (text, _) = complete(Run::new(command));
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    let expected = [
        "EDITOR=true",
        "GIT_EDITOR=true",
        "GIT_PAGER=cat",
        "GIT_SEQUENCE_EDITOR=true",
        "GIT_TERMINAL_PROMPT=0",
        "NO_COLOR=1",
        "PAGER=less",
        "PATH=/usr/bin:/bin",
        "TERM=dumb",
        "VISUAL=true",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn the_command_leads_a_group_of_its_own() {
    let (text, _) = complete(sh("ps -o pid=,pgid= -p $$"));
    let ids: Vec<_> = text.split_whitespace().collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn the_wall_time_ends_with_the_command() {
    let run = sh("sleep 0.3; sleep 1 & exit 0").drain(LONG);
    let (_, outcome) = complete(run);
    assert!(outcome.wall_time >= Duration::from_millis(300), "{outcome:?}");
    assert!(outcome.wall_time < Duration::from_millis(900), "{outcome:?}");
}

#[test]
fn a_command_that_closes_its_output_is_waited_for() {
    let (text, outcome) = complete(sh("echo before; exec >&- 2>&-; sleep 0.3; exit 5"));
    assert_eq!((text.as_str(), outcome.exit_code()), ("before\n", Some(5)));
    assert!(outcome.wall_time >= Duration::from_millis(300) && !outcome.left_open, "{outcome:?}");
}

#[test]
fn a_timeout_ends_the_command_and_keeps_what_it_printed() {
    let (text, outcome) = complete(sh("echo started; sleep 60; echo done").timeout(SHORT));
    assert_eq!(text, "started\n");
    assert_eq!((outcome.stopped_by, outcome.timed_out), (None, true));
    assert_eq!((outcome.exit_code(), outcome.signal()), (Some(143), Some(Signal::TERM)));
    assert_eq!((outcome.exit_status(), outcome.success()), (124, false));
    assert_eq!(outcome.note().as_deref(), Some("partial output: the command ran out of time"));
    assert!(outcome.wall_time >= SHORT && outcome.wall_time < LONG, "{outcome:?}");
}

#[test]
fn last_words_after_a_timeout_are_kept_and_the_status_is_still_that_of_a_timeout() {
    for code in [0, 7] {
        let script = format!("trap 'echo last words; exit {code}' TERM; echo started; while :; do :; done");
        let (text, outcome) = complete(sh(&script).timeout(SHORT).kill_after(LONG));
        assert_eq!(text, "started\nlast words\n");
        assert_eq!((outcome.exit_code(), outcome.timed_out), (Some(code), true));
        assert_eq!((outcome.exit_status(), outcome.success()), (124, false));
    }
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
fn a_command_that_ignores_the_request_to_end_is_killed() {
    let script = "trap '' TERM; echo $$; while :; do sleep 0.05; done";
    let (id, outcome) = complete(sh(script).timeout(SHORT).kill_after(SHORT));
    assert_eq!((outcome.timed_out, outcome.signal()), (true, Some(Signal::KILL)));
    assert!(outcome.wall_time >= 2 * SHORT, "{outcome:?}");
    assert!(!is_alive(&id));
}

#[test]
fn a_delay_of_zero_kills_at_once() {
    let run = sh("trap '' TERM; while :; do sleep 0.05; done").timeout(SHORT).kill_after(Duration::ZERO);
    let outcome = complete(run).1;
    assert_eq!(outcome.signal(), Some(Signal::KILL));
    assert!(outcome.wall_time < Duration::from_secs(3), "{outcome:?}");
}

#[test]
fn the_whole_group_is_gone_after_a_timeout() {
    let scripts = [
        // A pipeline.
        "sh -c 'echo $$; exec sleep 100' | cat",
        // A child that ignores TERM, of a shell that doesn't.
        "(trap '' TERM; sh -c 'echo $$; exec sleep 100') & wait",
        // The same with its output elsewhere.
        "(trap '' TERM; sh -c 'echo $$; exec sleep 100 >/dev/null 2>&1') & wait",
    ];
    for script in scripts {
        let (id, outcome) = complete(sh(script).timeout(SHORT).kill_after(SHORT));
        assert!(outcome.timed_out && !id.is_empty(), "{script}: {outcome:?}");
        assert!(!is_alive(&id), "{script}");
    }
}

#[test]
fn a_child_that_takes_notice_has_the_time_to_end_after_its_parent_has() {
    let child = "trap 'sleep 0.3; echo tidied up; exit' TERM; echo ready; while :; do :; done";
    let (text, outcome) = complete(sh(&format!("({child}) & wait")).timeout(SHORT).kill_after(LONG));
    assert_eq!((text.as_str(), outcome.timed_out), ("ready\ntidied up\n", true));
    assert!(!outcome.left_open);
}

#[test]
fn a_stopped_command_takes_notice_of_its_end() {
    let (_, outcome) = complete(sh("kill -STOP $$").timeout(SHORT).kill_after(LONG));
    assert_eq!(outcome.signal(), Some(Signal::TERM));
}

#[test]
fn no_zombie_is_left() {
    for run in [sh("echo $$"), sh("echo $$; sleep 60").timeout(SHORT)] {
        let (id, _) = complete(run);
        assert!(!fs::exists(format!("/proc/{}", id.trim())).expect("/proc"), "{id}");
    }
}

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

#[test]
fn a_signal_that_comes_after_the_timeout_does_not_hide_it() {
    let mut running = sh("trap '' TERM; echo; while :; do sleep 0.05; done")
        .timeout(SHORT)
        .kill_after(LONG)
        .start()
        .expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    assert!(!wait(&mut running, 2 * SHORT));
    running.stop(Signal::TERM);
    rest(&mut running);
    let outcome = running.finish();
    assert!(outcome.timed_out);
    assert_eq!((outcome.signal(), outcome.exit_status()), (Some(Signal::KILL), 124));
}

#[test]
fn limits_beyond_all_clocks_are_none() {
    let run = sh("echo done; sleep 0.05 & exit 3")
        .timeout(Duration::MAX)
        .kill_after(Duration::MAX)
        .drain(Duration::MAX);
    let (text, outcome) = complete(run);
    assert_eq!((text.as_str(), outcome.exit_code()), ("done\n", Some(3)));
    let outcome = complete(sh("sleep 60").timeout(Duration::ZERO)).1;
    assert!(outcome.timed_out);
}

#[test]
fn a_run_is_stopped_by_a_signal_to_its_group() {
    let script = "trap 'echo told to end; exit 9' INT; echo $$; while :; do :; done";
    let mut running = sh(script).start().expect("a shell");
    let mut chunk = [0; 100];
    assert!(running.read(&mut chunk).expect("output") > 1);
    running.stop(Signal::INT);
    assert_eq!(rest(&mut running), b"told to end\n");
    let outcome = running.finish();
    assert_eq!((outcome.stopped_by, outcome.exit_code()), (Some(Signal::INT), Some(9)));
    assert_eq!((outcome.exit_status(), outcome.success(), outcome.timed_out), (130, false, false));
    assert_eq!(outcome.note().as_deref(), Some("partial output: SIGINT ended the run"));
}

#[test]
fn a_kill_does_not_wait() {
    let run = sh("trap '' TERM; echo; while :; do sleep 0.05; done").kill_after(LONG);
    let mut running = run.start().expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    running.stop(Signal::TERM);
    running.kill();
    rest(&mut running);
    let outcome = running.finish();
    assert_eq!((outcome.signal(), outcome.exit_status()), (Some(Signal::KILL), 143));
}

#[test]
fn a_stop_while_the_output_drains_ends_those_who_hold_it() {
    let mut running = sh("sleep 100 & echo $!").drain(LONG).start().expect("a shell");
    let mut chunk = [0; 100];
    let count = running.read(&mut chunk).expect("output");
    thread::sleep(SHORT);
    running.stop(Signal::TERM);
    assert_eq!(rest(&mut running), b"");
    assert!(!is_alive(&String::from_utf8_lossy(&chunk[..count])));
    let outcome = running.finish();
    assert_eq!((outcome.exit_code(), outcome.exit_status(), outcome.success()), (Some(0), 143, false));
}

#[test]
fn a_signal_is_forwarded_without_ending_the_run() {
    let script = "trap 'echo noticed; exit 0' USR1; echo; while :; do :; done";
    let mut running = sh(script).start().expect("a shell");
    let mut chunk = [0; 100];
    assert_eq!(running.read(&mut chunk).expect("output"), 1);
    running.signal(Signal::from_name("USR1").expect("a signal"));
    assert_eq!(rest(&mut running), b"noticed\n");
    assert!(running.finish().success());
}

#[test]
fn a_suspended_command_is_noticed_once_and_goes_on() {
    let mut running = sh("kill -STOP $$; echo on").start().expect("a shell");
    let start = Instant::now();
    let suspended = loop {
        match running.take_suspension() {
            None => assert!(start.elapsed() < LONG && !wait(&mut running, SHORT), "it is never suspended"),
            suspended => break suspended,
        }
    };
    assert_eq!(suspended, Some(Signal::STOP));
    assert_eq!(running.take_suspension(), None);
    running.signal(Signal::CONT);
    assert_eq!(rest(&mut running), b"on\n");
    assert!(running.finish().success());
}

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

#[test]
fn a_run_that_is_dropped_leaves_nothing_behind() {
    let mut running = sh("trap '' TERM; sleep 100 & echo $! $$; wait").start().expect("a shell");
    let mut chunk = [0; 100];
    let count = running.read(&mut chunk).expect("output");
    drop(running);
    for id in String::from_utf8_lossy(&chunk[..count]).split_whitespace() {
        assert_goes(id);
    }
}

#[test]
fn to_ask_early_how_it_ended_ends_it() {
    let running = sh("sleep 60").start().expect("a shell");
    assert_eq!(running.finish().signal(), Some(Signal::KILL));
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

/// What `script` prints to one file.
fn plainly(script: &str) -> Vec<u8> {
    let mut file = tempfile::tempfile().expect("a file for the test");
    let streams = || file.try_clone().expect("a descriptor");
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdin(Stdio::null()).stdout(streams()).stderr(streams());
    command.status().expect("a shell");
    let mut output = Vec::new();
    io::Seek::rewind(&mut file).expect("a file that can seek");
    file.read_to_end(&mut output).expect("what was written");
    output
}

/// A step of a script, as the shell reads it.
fn step() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,40}".prop_map(|text| format!("echo '{text}'")),
        "[a-z ]{0,40}".prop_map(|text| format!("echo '{text}' >&2")),
        "[a-z]{1,10}".prop_map(|text| format!("printf '{text}'")),
        (1..3000u32).prop_map(|count| format!("seq {count}")),
        (1..30u32).prop_map(|millis| format!("sleep 0.0{millis:02}")),
        Just("(echo from a subshell; exit 3)".to_owned()),
        Just("echo through a pipe | cat".to_owned()),
        Just("false".to_owned()),
    ]
}

/// How a script ends.
fn end() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("true".to_owned()),
        (0..256u32).prop_map(|code| format!("exit {code}")),
        prop::sample::select(vec![1, 2, 3, 6, 9, 10, 11, 13, 14, 15])
            .prop_map(|signal| format!("kill -{signal} $$")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_script_ends_as_the_shell_says_and_prints_what_the_filter_makes_of_it(
        steps in prop::collection::vec(step(), 0..6),
        end in end(),
    ) {
        let script = steps.into_iter().chain([end]).collect::<Vec<_>>().join("\n");
        let limits = Limits::new().head(100).tail(100).max_line(20);

        // The status as a shell reports it that runs another; what it says of a signal stands before.
        let reported = Command::new("sh")
            .args(["-c", "sh -c \"$1\" >/dev/null 2>&1; echo $?", "sh", &script])
            .output()
            .expect("a shell");
        let status = String::from_utf8_lossy(&reported.stdout).lines().last().map(str::to_owned);
        let mut filtered = HeadTail::new(limits).expect("memory for the test");
        filtered.push(&plainly(&script));

        let kept = SharedHeadTail::new(limits).expect("memory for the test");
        let outcome = inheriting_sh(&script).run(|bytes| kept.push(bytes));
        prop_assert_eq!(Some(outcome.exit_status().to_string()), status);
        prop_assert_eq!(kept.snapshot().to_vec(), filtered.snapshot().to_vec());
        prop_assert_eq!(kept.report(), filtered.report());
    }
}
