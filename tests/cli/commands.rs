//! `headtail run`: the output of a command, bounded, and its true status.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::program::Program;
use crate::run::{APART, Run, assert_next, assert_title, wait_for, wait_until_full};
use crate::support::{PROGRAM, Place, assert_output, assert_run, headtail, numbers, sh, skip};

/// `headtail run` with `args`.
fn run(args: &[&str]) -> Program {
    headtail(&[&["run"], args].concat())
}

/// The object that a run prints, without its time, which is checked to be below `most` milliseconds.
fn object(args: &[&str], most: u64) -> Value {
    let output = run(&[&["--json"], args].concat()).output().expect("the program can be started");
    let mut object: Value = serde_json::from_slice(&output.stdout).expect("one object");
    let time = object.as_object_mut().and_then(|fields| fields.remove("wall_duration_ms"));
    let time = time.and_then(|time| time.as_u64()).expect("a whole number of milliseconds");
    assert!(time <= most, "{time} ms");
    object
}

#[test]
fn the_status_is_that_of_the_command() {
    for code in ["0", "1", "2", "77", "124", "255"] {
        let script = format!("echo out; echo err >&2; exit {code}");
        assert_run(&mut run(&["--", "sh", "-c", &script]), "out\nerr\n", "", code.parse().expect("a number"));
    }
}

#[test]
fn death_by_a_signal_is_128_and_its_number() {
    for (number, status) in
        [("1", 129), ("2", 130), ("6", 134), ("9", 137), ("11", 139), ("13", 141), ("15", 143)]
    {
        let script = format!("echo before; kill -{number} $$");
        assert_run(&mut run(&["--", "sh", "-c", &script]), "before\n", "", status);
    }
}

#[test]
fn a_command_that_does_not_start_has_a_status_and_a_message() {
    let place = Place::new();
    place.write("plain", "no program");
    let plain = place.path("plain");
    let plain = plain.to_str().expect("text");
    let cases = [
        ("no-such-command", "no-such-command: No such file or directory", 127),
        ("/no/such/command", "/no/such/command: No such file or directory", 127),
        ("/", "/: Permission denied", 126),
        (plain, &format!("{plain}: Permission denied"), 126),
        ("two\nlines", "two\\nlines: No such file or directory", 127),
    ];
    for (command, message, status) in cases {
        let mut run = run(&["--", command]);
        assert_run(run.env("PATH", "/bin"), "", &format!("headtail: {message}\n"), status);
    }
}

#[test]
fn what_headtail_itself_cannot_do_is_125() {
    let message = "headtail: /no/such/dir: No such file or directory\n";
    assert_run(&mut run(&["--dir", "/no/such/dir", "true"]), "", message, 125);
    let message = "headtail: could not allocate the 17293822569102721024 bytes that the limits ask for\n";
    assert_run(&mut run(&["--head=15E", "true"]), "", message, 125);
    for script in ["echo text", "echo text; exit 3"] {
        let line = format!("\"$HEADTAIL\" run --shell '{script}' >/dev/full");
        assert_run(&mut sh(&line), "", "headtail: standard output: No space left on device\n", 125);
    }
    let message = "headtail: standard output: Bad file descriptor\n";
    assert_run(&mut sh("\"$HEADTAIL\" run echo text >&-"), "", message, 125);
    assert_run(&mut sh("\"$HEADTAIL\" run --shell 'exit 3' >&-"), "", "", 3);
    let message = "headtail: standard output: No space left on device\n";
    assert_run(&mut sh("\"$HEADTAIL\" run --help >/dev/full"), "", message, 125);
}

#[test]
fn with_an_output_that_cannot_be_opened_the_command_is_not_run() {
    let place = Place::new();
    let message = "headtail: no/out: No such file or directory\n";
    assert_run(&mut place.headtail(&["run", "-o", "no/out", "touch", "ran"]), "", message, 125);
    assert!(!place.path("ran").exists());
}

#[test]
fn a_bad_command_line_is_a_usage_error() {
    let cases: [(&[&str], &str); 6] = [
        (
            &["--timeout", "soon", "true"],
            "invalid value 'soon' for '--timeout <DURATION>': expected a duration such as 10s, 2m, 1.5h, 500ms or 1h30m",
        ),
        (
            &["--kill-after", "-1", "true"],
            "invalid value '-1' for '--kill-after <DURATION>': expected a duration such as 10s, 2m, 1.5h, 500ms or 1h30m",
        ),
        (
            &["--drain", "99999999999999999999s", "true"],
            "invalid value '99999999999999999999s' for '--drain <DURATION>': too large",
        ),
        (&["--env", "NAME", "true"], "invalid value 'NAME' for '--env <NAME=VALUE>': expected NAME=VALUE"),
        (
            &["--env", "=VALUE", "true"],
            "invalid value '=VALUE' for '--env <NAME=VALUE>': expected NAME=VALUE",
        ),
        (
            &["--head", "x", "true"],
            "invalid value 'x' for '--head <SIZE>': not a whole number with an optional suffix such as b, kB, K, KiB, MB, M or MiB",
        ),
    ];
    for (args, message) in cases {
        let expected = format!("error: {message}\n\nFor more information, try 'headtail run --help'.\n");
        assert_run(&mut run(args), "", &expected, 2);
    }
    let usage = "Usage: headtail run [OPTIONS] [--] COMMAND [ARG]...\n\nFor more information, try 'headtail run --help'.\n";
    let expected =
        format!("error: the following required arguments were not provided:\n  <COMMAND>...\n\n{usage}");
    assert_run(&mut run(&[]), "", &expected, 2);
    let expected = format!(
        "error: unexpected argument '--bogus' found\n\n  tip: to pass '--bogus' as a value, use '-- --bogus'\n\n{usage}"
    );
    assert_run(&mut run(&["--bogus", "true"]), "", &expected, 2);
}

#[test]
fn options_after_the_command_are_its_own() {
    assert_run(&mut run(&["echo", "--head", "1", "-n", "--", "-o"]), "--head 1 -n -- -o\n", "", 0);
    assert_run(&mut run(&["--", "echo", "--", "--timeout"]), "-- --timeout\n", "", 0);
    assert_run(&mut run(&["echo", "run"]), "run\n", "", 0);
}

#[test]
fn a_file_with_the_name_of_the_subcommand_is_still_a_file() {
    let place = Place::new();
    place.write("run", "in the file\n");
    assert_run(&mut place.headtail(&["--", "run"]), "in the file\n", "", 0);
    assert_run(&mut place.headtail(&["-q", "run"]), "in the file\n", "", 0);
    assert_run(&mut place.headtail(&["./run"]), "in the file\n", "", 0);
}

#[test]
fn output_is_treated_as_any_input() {
    let expected = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";
    assert_run(&mut run(&["--head=4", "--tail=5", "seq", "1000"]), expected, "", 0);
    let expected = "1\n\n\n... [996 lines] ...\n\n998\n999\n1000\n";
    let args =
        ["--head-lines=1", "--tail-lines=3", "-m", "\\n\\n... [{lines} lines] ...\\n\\n", "seq", "1000"];
    assert_run(&mut run(&args), expected, "", 0);
    assert_run(&mut run(&["-v", "echo", "some", "words"]), "==> echo some words <==\nsome words\n", "", 0);

    let place = Place::new();
    let args = [
        "run",
        "-o",
        "out",
        "--report",
        "report",
        "--save=all",
        "--head=2",
        "--tail=0",
        "--shell",
        "seq 3; exit 4",
    ];
    assert_run(&mut place.headtail(&args), "", "", 4);
    let all = place.path("all").canonicalize().expect("a file");
    let expected = format!("1\n\n... [omitted 4 bytes; full output: {}] ...\n", all.display());
    assert_eq!(place.read("out"), expected);
    assert_eq!(place.read("all"), "1\n2\n3\n");
    let report: Value = serde_json::from_str(&place.read("report")).expect("one object");
    assert_eq!((&report["exit_code"], &report["success"]), (&json!(4), &json!(false)));
}

#[test]
fn nothing_printed_is_nothing_shown() {
    assert_run(&mut run(&["true"]), "", "", 0);
    assert_run(&mut run(&["false"]), "", "", 1);
    assert_run(&mut run(&["--head=0", "--tail=0", "true"]), "", "", 0);
}

#[test]
fn a_script_is_the_words_joined_by_spaces() {
    assert_run(&mut run(&["--shell", "echo a  b;", "exit", "$((1 +", "2))"]), "a b\n", "", 3);
    // No option of the shell's.
    assert_run(&mut run(&["--shell", "--", "-x 2>/dev/null"]), "", "", 127);
}

#[test]
fn directory_and_environment_are_as_asked_for() {
    let place = Place::new();
    place.write("here", "");
    let directory = place.path("");
    let directory = directory.to_str().expect("text");
    assert_run(&mut run(&["--dir", directory, "ls"]), "here\n", "", 0);

    let args =
        ["--env", "A=1", "--env", "B=", "--env", "A=x=y z", "--shell", "echo \"<$A> <${B-unset}> <$C>\""];
    assert_run(run(&args).env("B", "b").env("C", "c"), "<x=y z> <> <c>\n", "", 0);

    let script = "echo $GIT_EDITOR $GIT_SEQUENCE_EDITOR $EDITOR $VISUAL $GIT_TERMINAL_PROMPT $NO_COLOR $TERM $PAGER $GIT_PAGER";
    let args = ["--non-interactive", "--env", "PAGER=less", "--shell", script];
    assert_run(&mut run(&args), "true true true true 0 1 dumb less cat\n", "", 0);
}

#[test]
fn standard_input_is_empty_unless_asked_for() {
    assert_run(run(&["cat"]).write_stdin("piped"), "", "", 0);
    assert_run(run(&["--stdin", "cat"]).write_stdin("piped"), "piped", "", 0);
    // A command that does not read it harms nobody.
    assert_run(run(&["--stdin", "true"]).write_stdin("piped".repeat(100_000)), "", "", 0);
}

#[test]
fn a_reader_that_went_away_leaves_the_status_alone() {
    let script = "{ \"$HEADTAIL\" run --shell 'until [ -e gone ]; do sleep 0.01; done; seq 100000; exit 6'; echo \"status $?\" >&2; } \
         | { exec <&-; touch gone; }";
    assert_run(&mut Place::new().sh(script), "", "status 6\n", 0);
}

#[test]
fn a_timeout_keeps_what_was_printed_and_is_124() {
    let started = Instant::now();
    let explanation = "headtail: sh -c echo started; sleep 60: timed out after 200ms\n";
    let args = ["--timeout", "200ms", "--shell", "echo started; sleep 60"];
    assert_run(&mut run(&args), "started\n", explanation, 124);
    let script = "trap '' TERM; echo started; while :; do sleep 0.05; done";
    let args = ["--timeout", "0.2", "--kill-after", "200ms", "--shell", script];
    let explanation = format!("headtail: sh -c {script}: timed out after 200ms\n");
    assert_run(&mut run(&args), "started\n", &explanation, 124);
    assert!(started.elapsed() < Duration::from_secs(20));
    assert_run(&mut run(&["--timeout", "1d", "true"]), "", "", 0);
    assert_run(&mut run(&["--timeout", "0", "--shell", "sleep 0.1; exit 3"]), "", "", 3);
}

/// Prints without end, and says when it was told to stop.
const TOLD: &str =
    "trap 'echo >told; exit' TERM; seq 300000; echo >ready; while :; do sleep 0.01; seq 99; done";

#[test]
fn a_copy_that_nobody_reads_holds_up_no_timeout() {
    let place = Place::new();
    let fifo = place.fifo("fifo");
    let fifo = fs::File::options().read(true).write(true).open(fifo).expect("a named pipe");
    let mut run = place.headtail(&["run", "--timeout=500ms", "--save=fifo", "-o", "out", "--shell", TOLD]);
    let message = format!("headtail: fifo: timed out\nheadtail: sh -c {TOLD}: timed out after 500ms\n");
    assert_run(&mut run, "", &message, 125);
    assert!(place.path("told").exists());
    drop(fifo);
}

#[test]
fn a_snapshot_that_nobody_reads_holds_up_no_timeout() {
    let place = Place::new();
    let mut run = place.headtail(&["run", "--timeout=2s", "--head=4M", "-o", "out", "--shell", TOLD]);
    let mut run =
        run.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it starts");
    wait_for(|| place.path("ready").exists());
    run.signal(Signal::USR1);
    // The snapshot fills it.
    wait_until_full(run.stderr.as_ref().expect("a pipe"));
    wait_for(|| place.path("told").exists());
    let stderr = run.stderr.take();
    assert_output(&run.end(), "", "", Some(124));
    drop(stderr);
}

#[test]
fn a_process_that_holds_the_output_open_is_mentioned() {
    let script = "sleep 60 & echo text";
    let message = format!("headtail: sh -c {script}: a background process still holds its output open\n");
    assert_run(&mut run(&["--drain=100ms", "--shell", script]), "text\n", &message, 0);
}

#[test]
fn advice_is_given_only_where_output_was_cut() {
    let place = Place::new();
    place.write("a.log", &numbers(1000));
    let note = |args: &[&str]| {
        let output = place.headtail(&[&["run", "--json"], args].concat()).output().expect("it starts");
        let object: Value = serde_json::from_slice(&output.stdout).expect("one object");
        object["note"].as_str().map(str::to_owned)
    };
    let advice = Some("the output was cut: read a.log directly instead of with cat".to_owned());
    let cut = ["--head=4", "--tail=5"];
    assert_eq!(note(&[&cut[..], &["cat", "a.log"]].concat()), advice);
    assert_eq!(note(&[&cut[..], &["--shell", "cat a.log"]].concat()), advice);
    assert_eq!(note(&[&cut[..], &["--shell", "cat a.log; echo"]].concat()), None);
    assert_eq!(note(&["cat", "a.log"]), None);
}

#[test]
fn the_object_of_a_command_that_worked() {
    let expected = json!({
        "output": "text\n", "truncated": null, "original_bytes": 5, "ended_by": "eof",
        "success": true, "exit_code": 0, "timed_out": false,
    });
    assert_eq!(object(&["echo", "text"], 20_000), expected);
}

#[test]
fn the_object_of_a_command_that_failed() {
    let expected = json!({
        "output": "\u{fffd}\n", "truncated": null, "original_bytes": 2, "ended_by": "eof", "lossy": true,
        "success": false, "exit_code": 3, "timed_out": false,
    });
    assert_eq!(object(&["--shell", "printf '\\377\\n'; exit 3"], 20_000), expected);
}

#[test]
fn the_object_of_a_command_that_a_signal_killed() {
    let expected = json!({
        "output": "before\n", "truncated": null, "original_bytes": 7, "ended_by": "eof",
        "success": false, "exit_code": 137, "signal": "SIGKILL", "timed_out": false,
        "note": "partial output: SIGKILL killed the command",
    });
    assert_eq!(object(&["--shell", "echo before; kill -9 $$"], 20_000), expected);
}

#[test]
fn the_object_of_a_command_that_ran_out_of_time() {
    let expected = json!({
        "output": "before\n", "truncated": null, "original_bytes": 7, "ended_by": "timeout",
        "success": false, "exit_code": 143, "signal": "SIGTERM", "timed_out": true,
        "note": "partial output: the command ran out of time",
    });
    assert_eq!(object(&["--timeout=1s", "--shell", "echo before; exec sleep 60"], 20_000), expected);
    let expected = json!({
        "output": "", "truncated": null, "original_bytes": 0, "ended_by": "timeout",
        "success": false, "exit_code": 0, "timed_out": true,
        "note": "partial output: the command ran out of time",
    });
    assert_eq!(
        object(&["--timeout=1s", "--shell", "trap 'exit 0' TERM; while :; do :; done"], 20_000),
        expected
    );
}

#[test]
fn the_object_of_a_command_that_does_not_start() {
    for (args, error, status) in [
        (["--", "/no/such/command"], "/no/such/command: No such file or directory", 127),
        (["--", "/"], "/: Permission denied", 126),
    ] {
        let expected = json!({
            "output": "", "truncated": null, "original_bytes": 0, "ended_by": "error",
            "success": false, "exit_code": status, "timed_out": false, "error": error,
        });
        assert_eq!(object(&args, 0), expected);
        assert_eq!(run(&["--json", args[1]]).output().expect("it runs").status.code(), Some(status));
    }
}

#[test]
fn the_object_of_a_command_that_leaves_a_process_behind() {
    let expected = json!({
        "output": "now\n", "truncated": null, "original_bytes": 4, "ended_by": "drain",
        "success": true, "exit_code": 0, "timed_out": false,
        "note": "partial output: a background process still holds it open",
    });
    assert_eq!(object(&["--drain=100ms", "--shell", "sleep 2 & echo now"], 20_000), expected);
}

/// A run in the background whose command has printed its first line.
struct Background {
    headtail: Run,
    /// The words that the command printed to the file `ready`.
    words: Vec<String>,
    place: Place,
}

impl Background {
    /// Runs `script`, which is to write a line of process ids to the file `ready`, with `options`.
    fn start(options: &[&str], script: &str) -> Self {
        let place = Place::new();
        let headtail = place.headtail(&["run"]).args(options).args(["--", "sh", "-c", script]).spawn();
        let headtail = headtail.expect("the program can be started");
        let mut background = Self { headtail, words: Vec::new(), place };
        wait_for(|| {
            fs::read_to_string(background.place.path("ready")).is_ok_and(|text| text.ends_with('\n'))
        });
        background.words = background.place.read("ready").split_whitespace().map(str::to_owned).collect();
        background
    }

    /// How it ended, after all processes are found to be gone.
    fn end(self) -> Output {
        let output = self.headtail.end();
        self.words.iter().for_each(|id| assert!(!is_alive(id), "{id} is still alive"));
        output
    }
}

/// Whether there is a process `id` that has not exited.
fn is_alive(id: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, fields)| !fields.starts_with('Z'))
}

#[track_caller]
fn assert_killed(output: &Output, stdout: &str, signal: Signal) {
    assert_output(output, stdout, "", None);
    assert_eq!(output.status.signal(), Some(signal.as_raw()));
}

#[test]
fn a_signal_goes_to_the_command_and_then_ends_headtail() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT] {
        let number = signal.as_raw();
        let script = format!(
            "trap 'echo last words; exit 9' {number}; echo first; echo $$ >ready; while :; do :; done"
        );
        let background = Background::start(&[], &script);
        background.headtail.signal(signal);
        assert_killed(&background.end(), "first\nlast words\n", signal);
    }
}

#[test]
fn the_object_of_a_run_that_a_signal_ended() {
    let background = Background::start(&["--json"], "echo first; echo $$ >ready; exec sleep 60");
    background.headtail.signal(Signal::TERM);
    let output = background.end();
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
    let mut object: Value = serde_json::from_slice(&output.stdout).expect("one object");
    object.as_object_mut().expect("an object").remove("wall_duration_ms").expect("a time");
    let expected = json!({
        "output": "first\n", "truncated": null, "original_bytes": 6, "ended_by": "SIGTERM",
        "success": false, "exit_code": 143, "signal": "SIGTERM", "timed_out": false,
        "note": "partial output: SIGTERM ended the run",
    });
    assert_eq!(object, expected);
}

#[test]
fn a_command_that_ignores_the_signal_is_killed_with_its_whole_group() {
    let script =
        "trap '' TERM; sleep 100 & sleep 100 >/dev/null 2>&1 & echo $$ $! $(jobs -p) >ready; wait; sleep 100";
    let background = Background::start(&["--kill-after=200ms"], script);
    background.headtail.signal(Signal::TERM);
    assert_killed(&background.end(), "", Signal::TERM);
}

#[test]
fn a_second_signal_does_not_wait() {
    let script = "trap '' TERM; echo $$ >ready; while :; do sleep 0.05; done";
    let background = Background::start(&["--kill-after=1h"], script);
    background.headtail.signal(Signal::TERM);
    sleep(APART);
    background.headtail.signal(Signal::TERM);
    assert_killed(&background.end(), "", Signal::TERM);
}

#[test]
fn a_reader_that_stands_still_holds_up_neither_a_timeout_nor_a_signal() {
    let script = "echo $$ >ready; exec yes";
    let is_over = |background: &Background| !is_alive(&background.words[0]);
    let background = Background::start(&["--live", "--head=1M", "--timeout=300ms"], script);
    wait_for(|| is_over(&background));
    assert_eq!(background.end().status.code(), Some(124));

    let background = Background::start(&["--live", "--head=1M", "--tail=0"], script);
    wait_for(|| background.headtail.bytes_read() > 2 << 20);
    background.headtail.signal(Signal::TERM);
    wait_for(|| is_over(&background));
    let output = background.end();
    assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
    assert!(output.stdout.starts_with(&b"y\n".repeat(1 << 19)), "all of the head is there in the end");
}

#[test]
fn a_quit_ends_a_run_whose_result_nobody_reads() {
    let background = Background::start(&["--head=1M"], "yes | head -c 500000; echo $$ >ready");
    wait_for(|| !is_alive(&background.words[0]));
    wait_for(|| !background.headtail.status_has("SigCgt:", Signal::QUIT));
    background.headtail.signal(Signal::QUIT);
    assert_eq!(background.end().status.signal(), Some(Signal::QUIT.as_raw()));
}

#[test]
fn a_command_does_not_outlive_a_headtail_that_is_killed() {
    if !cfg!(target_os = "linux") {
        return skip("only Linux tells a process of the end of its parent");
    }
    let background = Background::start(&[], "echo $$ >ready; exec sleep 100");
    background.headtail.signal(Signal::KILL);
    let id = background.words[0].clone();
    let output = background.headtail.end();
    assert_killed(&output, "", Signal::KILL);
    wait_for(|| !is_alive(&id));
}

#[test]
fn a_snapshot_of_a_run_is_shown_on_request() {
    let script = "echo first; echo $$ >ready; while ! [ -e go ]; do sleep 0.02; done";
    let mut background = Background::start(&["--live"], script);
    // What is shown live has been read.
    assert_next(background.headtail.stdout.as_mut().expect("a pipe"), "first\n");
    background.headtail.signal(Signal::USR1);
    let stderr = background.headtail.stderr.as_mut().expect("a pipe");
    assert_title(stderr);
    assert_next(stderr, "first\n");
    background.place.write("go", "");
    assert_output(&background.end(), "", "", Some(0));
}

#[test]
fn a_command_finds_its_signals_and_a_closed_input_as_headtail_did() {
    let show = "trap '' HUP PIPE USR2; trap - XFSZ; grep -E '^Sig(Blk|Ign)' /proc/self/status";
    let alone = sh(show).output().expect("a shell").stdout;
    let script = show.replace("grep", "\"$HEADTAIL\" run grep");
    assert_run(&mut sh(&script), alone, "", 0);
    let show = "test -e /proc/self/fd/0 && echo open; true";
    assert_run(&mut sh(&format!("\"$HEADTAIL\" run --stdin sh -c '{show}' <&-")), "", "", 0);
    assert_run(&mut sh(&format!("\"$HEADTAIL\" run sh -c '{show}' <&-")), "open\n", "", 0);
}

/// `env` with `args`, which ignore and block signals, if it can do that.
fn env(args: &[&str]) -> Option<Program> {
    let program = || {
        let mut env = Program::new("env");
        env.args(args);
        env
    };
    if !program().arg("true").succeeds() {
        skip("env cannot ignore and block signals");
        return None;
    }
    Some(program())
}

#[test]
fn a_command_finds_blocked_and_ignored_signals_as_they_were() {
    let args = ["--ignore-signal=CHLD,ALRM", "--block-signal=TERM,PIPE,USR1"];
    let show = ["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"];
    let Some(mut alone) = env(&args) else { return };
    let alone = alone.args(show).output().expect("a grep").stdout;
    let Some(mut run) = env(&args) else { return };
    assert_run(run.args([PROGRAM, "run"]).args(show), alone, "", 0);
}

#[test]
fn a_status_is_known_although_the_parent_ignores_the_end_of_children() {
    let Some(mut run) = env(&["--ignore-signal=CHLD"]) else { return };
    assert_run(run.args([PROGRAM, "run", "sh", "-c", "exit 7"]), "", "", 7);
}

/// `headtail run` with `args` as the first process of a container, if there can be one here.
fn first_process(args: &[&str]) -> Option<Program> {
    let container = || {
        let mut unshare = Program::new("unshare");
        unshare.args(["--pid", "--fork", "--kill-child", "--mount-proc"]);
        unshare
    };
    if !container().arg("true").succeeds() {
        skip("no rights to make a process namespace");
        return None;
    }
    let mut program = container();
    program.args([PROGRAM, "run"]).args(args);
    Some(program)
}

#[test]
fn the_first_process_of_a_container_reaps_orphans() {
    // Two orphans end while the command runs: some time later there is no trace of them.
    let script =
        "echo $PPID; (sleep 0.1 & sleep 0.2 &); sleep 2; grep -l '^State:.Z' /proc/[0-9]*/status; exit 5";
    let Some(mut command) = first_process(&["--", "sh", "-c", script]) else { return };
    assert_output(&command.output().expect("it ends"), "1\n", "", Some(5));
}

#[test]
fn the_first_process_of_a_container_hands_on_signals_and_tells_by_its_status() {
    for (signal, status) in [("TERM", 143), ("QUIT", 131)] {
        let script =
            format!("trap 'echo last words; exit 9' {signal}; kill -{signal} $PPID; while :; do :; done");
        let Some(mut command) = first_process(&["--", "sh", "-c", &script]) else { return };
        assert_output(&command.output().expect("it ends"), "last words\n", "", Some(status));
    }
}
