//! The live view: the head as it comes, the same bytes in the end, and on a terminal one line that leaves no
//! trace.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::thread::{self, sleep};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::process::Signal;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::program::Program;
use crate::run::{Run, assert_next, wait_for};
use crate::support::{Place, WAIT_UNTIL_OPEN, assert_output, assert_run, headtail, numbers};
use crate::tmux::Tmux;

#[test]
fn bytes_of_the_head_are_written_as_soon_as_they_are_certain() {
    let mut run = Run::headtail(&["--live", "--align=char", "--head=20", "--tail=4"]);
    let mut stdout = run.stdout.take().expect("a pipe");
    let mut expect = |text| assert_next(&mut stdout, text);
    run.feed("first\n");
    expect("first\n");
    run.feed("second\n");
    expect("second\n");
    // The end of the head waits for what a cut inside a character would take from it.
    run.feed("1234567");
    expect("1234567");
    run.feed("tail");
    run.feed("more\n");
    let input = "first\nsecond\n1234567tailmore\n";
    let whole = headtail(&["--align=char", "--head=20", "--tail=4"])
        .write_stdin(input)
        .output()
        .expect("it starts")
        .stdout;
    run.stdout = Some(stdout);
    assert_output(&run.end(), &whole["first\nsecond\n1234567".len()..], "", Some(0));
}

#[test]
fn a_line_in_progress_is_shown_where_the_head_has_room_for_all_of_it() {
    let mut run = Run::headtail(&["--live"]);
    let mut stdout = run.stdout.take().expect("a pipe");
    run.feed("first\nContinue? ");
    assert_next(&mut stdout, "first\nContinue? ");
    run.feed("yes\n");
    assert_next(&mut stdout, "yes\n");
    run.stdout = Some(stdout);
    assert_output(&run.end(), "", "", Some(0));
}

#[test]
fn the_bytes_are_the_same_in_the_end() {
    let inputs: [&[u8]; 6] = [
        b"",
        b"short",
        "caf\u{e9} \u{20ac}\u{1f600} caf\u{e9} \u{20ac}\u{1f600} and so on and on and on".as_bytes(),
        b"a line that is clipped since it is longer than that\nand another one that is too\n",
        b"\xf0\x9f\x98\x80\xf0\x9f\x98\xff\xff\xe2\x82\xe2\x82\xac\xc3 and text that follows it all",
        b"\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    ];
    let limits: [&[&str]; 5] = [
        &["--head=7", "--tail=7"],
        &["--head=0", "--tail=3"],
        &["--head=30", "--tail=10", "-L16"],
        &["--head=25", "--tail=0", "-L20", "--align=line"],
        &["-c", "70", "-n", "2"],
    ];
    for args in limits {
        for input in inputs {
            let mut run = Run::headtail(&[args, &["--live"]].concat());
            for piece in input.chunks(3) {
                run.feed(piece);
            }
            let expected = headtail(args).write_stdin(input).output().expect("it starts");
            assert_output(&run.end(), expected.stdout, "", Some(0));
        }
    }
}

#[test]
fn headers_come_with_the_first_bytes() {
    let place = Place::new();
    place.write("a", "in a\n");
    let expected = "==> a <==\nin a\n\n==> standard input <==\npiped\n";
    let mut run = place.headtail(&["--live", "a", "missing", "-"]);
    assert_run(run.write_stdin("piped\n"), expected, "headtail: missing: No such file or directory\n", 1);
}

#[test]
fn a_live_view_and_one_object_exclude_each_other() {
    let expected = "error: the argument '--live' cannot be used with '--json'\n\n\
                    Usage: headtail --live [FILE]...\n\nFor more information, try '--help'.\n";
    assert_run(&mut headtail(&["--live", "--json"]), "", expected, 2);
}

#[test]
fn a_file_is_written_in_the_end_all_the_same() {
    let place = Place::new();
    place.write("out", "old ");
    let script = "{ echo text; wait_until_open out; cat out; } | \"$HEADTAIL\" --live -o out; cat out";
    assert_run(&mut place.sh(&format!("{WAIT_UNTIL_OPEN}; {script}")), "text\nold ", "", 0);
}

/// A terminal of 60 columns and 12 rows, by its two ends.
fn terminal() -> (File, OwnedFd) {
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&near).expect("a terminal");
    unlockpt(&near).expect("a terminal");
    let name = ptsname(&near, Vec::new()).expect("a terminal");
    let far = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("a terminal");
    tcsetwinsize(&near, Winsize { ws_row: 12, ws_col: 60, ws_xpixel: 0, ws_ypixel: 0 }).expect("a terminal");
    (File::from(near), far)
}

/// An emulation of it.
fn screen() -> vt100::Parser {
    let size = |size| NonZero::new(size).expect("not 0");
    vt100::Parser::new(size(12), size(60), 0)
}

/// Everything that was written to the terminal, when all programs that use it have ended.
fn written(mut near: File) -> String {
    let mut text = Vec::new();
    // A terminal that nobody uses any more ends with an error.
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = near.read(&mut piece) {
        text.extend_from_slice(&piece[..count]);
    }
    String::from_utf8(text).expect("text")
}

/// Starts the program on a terminal, its input a pipe.
fn start(far: &OwnedFd, args: &[&str], set: impl FnOnce(&mut Program)) -> Run {
    let end = || Stdio::from(far.as_fd().try_clone_to_owned().expect("another descriptor"));
    let mut program = headtail(args);
    program.env("TERM", "xterm").stdin(Stdio::piped()).stdout(end()).stderr(end());
    set(&mut program);
    program.spawn().expect("the program can be started")
}

/// Writes a bit at a time for long enough that a status line shows.
fn feed_slowly(run: &mut Run) {
    let mut stdin = run.stdin.take().expect("a pipe");
    for number in 1..=80 {
        stdin.write_all(format!("line {number} of them\n").as_bytes()).expect("it reads");
        sleep(Duration::from_millis(10));
    }
}

/// Limits under which the head ends a row.
const ROWS: [&str; 2] = ["--head=15", "--tail=15"];

/// What is shown of the same text elsewhere.
fn shown() -> String {
    let text: String = (1..=80).map(|number| format!("line {number} of them\n")).collect::<Vec<_>>().concat();
    String::from_utf8(headtail(&ROWS).write_stdin(text).output().expect("it starts").stdout).expect("text")
}

#[test]
fn on_a_terminal_there_is_a_status_line_that_leaves_no_trace() {
    let (near, far) = terminal();
    let mut run = start(&far, &ROWS, |_| ());
    drop(far);
    feed_slowly(&mut run);
    assert!(run.wait().success());
    let text = written(near);
    assert!(text.starts_with("line 1 of them\r\n\rheadtail: "), "{text:?}");

    let mut before = screen();
    let (live, end) = text.rsplit_once("\r\x1b[J").expect("the status line is erased");
    before.process(live.as_bytes());
    let rows = before.screen().contents();
    let status = rows.lines().nth(1).expect("a status line");
    assert!(
        status.starts_with("headtail: ") && status.contains(" omitted, ") && status.ends_with("B/s"),
        "{rows}"
    );
    assert_eq!(rows.lines().count(), 2, "{rows}");
    assert_eq!(format!("line 1 of them\r\n{end}"), shown().replace('\n', "\r\n"));

    let mut after = screen();
    after.process(text.as_bytes());
    assert_eq!(after.screen().contents(), shown().trim_end());
}

#[test]
fn a_terminal_that_knows_no_escapes_and_a_standard_error_elsewhere_get_no_status_line() {
    let plain = shown().replace('\n', "\r\n");
    let (near, far) = terminal();
    let mut run = start(&far, &ROWS, |program| {
        program.env("TERM", "dumb");
    });
    drop(far);
    feed_slowly(&mut run);
    assert!(run.wait().success());
    assert_eq!(written(near), plain);

    let (near, far) = terminal();
    let mut run = start(&far, &ROWS, |program| {
        program.stderr(Stdio::piped());
    });
    drop(far);
    feed_slowly(&mut run);
    assert_output(&run.end(), "", "", Some(0));
    assert_eq!(written(near), plain);
}

#[test]
fn a_standard_output_elsewhere_leaves_the_terminal_alone() {
    for args in [&ROWS[..], &[ROWS[0], ROWS[1], "--live"]] {
        let (near, far) = terminal();
        let mut run = start(&far, args, |program| {
            program.stdout(Stdio::piped());
        });
        drop(far);
        feed_slowly(&mut run);
        assert_output(&run.end(), shown(), "", Some(0));
        assert_eq!(written(near), "");
    }
}

#[test]
fn on_a_terminal_an_object_is_no_live_view() {
    let (near, far) = terminal();
    let mut run = start(&far, &["--json", "--head=1", "--tail=1"], |_| ());
    drop(far);
    feed_slowly(&mut run);
    assert!(run.wait().success());
    assert!(written(near).starts_with("{\"output\":\"l\\n\\n... [omitted 1269 bytes] ...\\n\\n\\n\","));
}

#[test]
fn on_a_terminal_a_colour_that_the_head_leaves_on_does_not_paint_the_rest() {
    let red = format!("\x1b[31mred text that is cut off here: and {}", "more ".repeat(12));
    let rest = "\r\n\r\n... [omitted 65 bytes] ...\r\n";
    // The gap is certain while the input goes on, or in the end alone, because of the cap.
    let cases: [&[&str]; 2] = [&["--head=35", "--tail=0"], &["-c", "64", "--split=1:0"]];
    for args in cases {
        let (near, far) = terminal();
        let mut run = start(&far, args, |_| ());
        drop(far);
        run.stdin.take().expect("a pipe").write_all(red.as_bytes()).expect("it reads");
        assert!(run.wait().success());
        let expected = format!("\x1b[31mred text that is cut off here:\x1b\\\x1b[0m{rest}");
        assert_eq!(written(near), expected, "{args:?}");

        // Standard output has the same bytes as anywhere else.
        let (near, far) = terminal();
        let mut run = start(&far, args, |program| {
            program.stderr(Stdio::null());
        });
        drop(far);
        run.stdin.take().expect("a pipe").write_all(red.as_bytes()).expect("it reads");
        assert!(run.wait().success());
        assert_eq!(written(near), expected.replace("\x1b\\\x1b[0m", ""), "{args:?}");

        let plain = expected.replace("\x1b\\\x1b[0m", "").replace('\r', "");
        assert_run(headtail(args).write_stdin(&*red), &plain, "", 0);
        assert_run(headtail(args).arg("--live").write_stdin(&*red), &plain, "", 0);
    }
}

#[test]
fn a_terminal_that_stands_still_holds_up_no_input() {
    let (near, far) = terminal();
    let mut run = start(&far, &["--head=4M"], |_| ());
    drop(far);
    // More than a pipe and a terminal take; nobody reads the terminal.
    let text = numbers(400_000);
    run.stdin.as_mut().expect("a pipe").write_all(text.as_bytes()).expect("it reads");
    drop(run.stdin.take());
    let reader = thread::spawn(move || written(near));
    assert_output(&run.end(), "", "", Some(0));
    assert!(reader.join().expect("it only reads") == text.replace('\n', "\r\n"));
}

#[test]
fn a_terminal_that_stands_still_holds_up_neither_a_timeout_nor_a_signal() {
    // What ends the command is the timeout alone, or a signal.
    for limit in ["300ms", "0"] {
        let place = Place::new();
        let (near, far) = terminal();
        let command = "trap 'echo >ended; exit' TERM; seq 300000; echo >ready; while :; do sleep 0.01; done";
        let args = ["run", "--head=4M", "--timeout", limit, "--shell", command];
        let run = start(&far, &args, |program| {
            program.current_dir(place.path("")).stderr(Stdio::piped());
        });
        drop(far);
        wait_for(|| place.path("ready").exists());
        if limit == "0" {
            run.signal(Signal::TERM);
        }
        wait_for(|| place.path("ended").exists());
        let reader = thread::spawn(move || written(near));
        let output = run.end();
        if limit == "0" {
            assert_eq!(output.status.signal(), Some(Signal::TERM.as_raw()));
        } else {
            let message = format!("headtail: sh -c {command}: timed out after {limit}\n");
            assert_output(&output, "", &message, Some(124));
        }
        let text = reader.join().expect("it only reads");
        // The shell may mention what the signal killed.
        let rest = text.strip_prefix(&numbers(300_000).replace('\n', "\r\n"));
        assert!(rest.is_some_and(|rest| rest.len() < 100), "{rest:?} {:?}", &text[text.len() - 100..]);
    }
}

#[test]
fn on_a_terminal_the_path_of_a_copy_is_escaped() {
    let place = Place::new();
    let saved = |args: &[&str]| {
        let (near, far) = terminal();
        let args = [&["run", "--head=4", "--tail=5", "--save=\x1b]0;x\x07"], args].concat();
        let run = start(&far, &args, |program| {
            program.current_dir(place.path(""));
        });
        drop(far);
        assert!(run.wait().success());
        written(near)
    };
    let text = saved(&["seq", "1000"]);
    let escaped = place.path("\\u{1b}]0;x\\u{7}").display().to_string();
    assert!(text.contains(&format!("full output: {escaped}]")) && !text.contains('\x07'), "{text:?}");
}

/// A producer that goes on until the file `stop` is there.
const PRODUCER: &str = "(seq 9; while ! test -e stop; do seq 1000; sleep 0.02; done; echo end)";

#[test]
fn in_a_real_terminal_head_status_and_tail_come_in_turn_and_a_resize_leaves_no_trace() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter(&format!("{PRODUCER} | $HEADTAIL --head 18 --tail 8"));
    let screen = tmux.wait_for(|screen| screen.contains("B/s"));
    let head = "1\n2\n3\n4\n5\n6\n7\n8\n9\nheadtail: ";
    assert!(screen.contains(head) && screen.contains(" omitted, "), "{screen}");
    // Narrower than the status line, which the terminal then breaks in two.
    tmux.run(&["resize-window", "-x", "30", "-y", "20"]);
    // Some status lines are drawn meanwhile.
    sleep(Duration::from_millis(600));
    tmux.run(&["resize-window", "-x", "120", "-y", "20"]);
    tmux.place.write("stop", "");
    let screen = tmux.wait_for(|screen| screen.ends_with("\n$"));
    let (head, tail) = screen.split_once("... [omitted ").expect("a marker");
    assert!(head.trim_end().ends_with("1\n2\n3\n4\n5\n6\n7\n8\n9"), "{screen}");
    assert_eq!(tail.split_once(" bytes] ...\n").expect("a marker").1, "\nend\n$");
}

#[test]
fn in_a_real_terminal_an_interrupt_ends_with_the_tail() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter(&format!("{PRODUCER} | $HEADTAIL --head 4 --tail 0; echo status $?"));
    tmux.wait_for(|screen| screen.contains("B/s"));
    tmux.run(&["send-keys", "C-c"]);
    let screen = tmux.wait_for(|screen| screen.contains("bytes] ..."));
    assert!(screen.contains("\n1\n2\n") && screen.contains("... [omitted "), "{screen}");
    assert!(!screen.contains("headtail: "), "{screen}");
}
