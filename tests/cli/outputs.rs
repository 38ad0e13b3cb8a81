//! `-o` and `--report`: opened early, written late, and each for itself.

use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use crate::support::{Place, WAIT_UNTIL_OPEN, assert_output, assert_run, numbers, skip};

/// The result that the tests of this file ask for, of the numbers from 1 to 1000.
const ENDS: &str = "1\n2\n\n... [omitted 3884 bytes] ...\n\n1000\n";

/// What `--report` says of it.
const ACCOUNT: &str = "{\"truncated\":{\"original_bytes\":3893,\"retained_bytes\":40,\"omitted_bytes\":3884,\
                       \"omitted_start\":4,\"clipped_lines\":0,\"clipped_bytes\":0,\"strategy\":\"head_tail\"},\
                       \"original_bytes\":3893,\"ended_by\":\"eof\"}\n";

const LIMITS: [&str; 2] = ["--head=4", "--tail=5"];

#[test]
fn the_result_goes_to_the_file_instead_of_standard_output() {
    for option in ["-o", "--output"] {
        let place = Place::new();
        assert_run(place.headtail(&LIMITS).args([option, "out"]).write_stdin(numbers(1000)), "", "", 0);
        assert_eq!(place.read("out"), ENDS);
    }
}

#[test]
fn what_the_file_held_before_is_replaced() {
    let place = Place::new();
    place.write("out", &numbers(5000));
    assert_run(place.headtail(&["-o", "out"]).write_stdin("short\n"), "", "", 0);
    assert_eq!(place.read("out"), "short\n");
    assert_run(place.headtail(&["-o", "out"]).write_stdin(""), "", "", 0);
    assert_eq!(place.read("out"), "");
}

#[test]
fn a_file_that_cannot_be_written_ends_the_run_before_any_input_is_read() {
    let place = Place::new();
    let script = "(\"$HEADTAIL\" -o no/such/directory; echo $?; cat)";
    let mut run = place.sh(script);
    let complaint = "headtail: no/such/directory: No such file or directory\n";
    assert_run(run.write_stdin("not read"), "1\nnot read", complaint, 0);
    assert_run(&mut place.headtail(&["-o", "."]), "", "headtail: .: Is a directory\n", 1);
}

#[test]
fn the_file_is_there_but_untouched_until_the_result_is_ready() {
    let place = Place::new();
    place.write("old", "old ");
    // What the filter reads is what the files hold once it has opened them.
    let script =
        "for out in old new; do { wait_until_open $out; cat $out; echo text; } | \"$HEADTAIL\" -o $out; done";
    assert_run(&mut place.sh(&format!("{WAIT_UNTIL_OPEN}; {script}")), "", "", 0);
    assert_eq!((place.read("old").as_str(), place.read("new").as_str()), ("old text\n", "text\n"));
}

#[test]
fn the_file_may_be_the_input() {
    let place = Place::new();
    place.write("log", &numbers(1000));
    assert_run(&mut place.headtail(&["--head=4", "--tail=5", "-o", "log", "log"]), "", "", 0);
    assert_eq!(place.read("log"), ENDS);

    place.write("log", &numbers(1000));
    assert_run(&mut place.sh("\"$HEADTAIL\" --head=4 --tail=5 -o log <log"), "", "", 0);
    assert_eq!(place.read("log"), ENDS);
}

#[test]
fn the_file_may_be_any_of_the_inputs_by_any_name() {
    let place = Place::new();
    place.write("a", "in a\n");
    place.write("b", "in b\n");
    fs::hard_link(place.path("b"), place.path("link")).expect("a link for the test");
    assert_run(&mut place.headtail(&["-o", "b", "a", "link", "a"]), "", "", 0);
    assert_eq!(place.read("b"), "==> a <==\nin a\n\n==> link <==\nin b\n\n==> a <==\nin a\n");

    place.write("a", "in a\n");
    assert_run(
        &mut place.headtail(&["--report", "a", "-q", "missing", "a"]),
        "in a\n",
        "headtail: missing: No such file or directory\n",
        1,
    );
    assert_eq!(
        place.read("a"),
        "{\"truncated\":null,\"original_bytes\":0,\"ended_by\":\"error\",\"error\":\"No such file or directory\",\"file\":\"missing\"}\n\
         {\"truncated\":null,\"original_bytes\":5,\"ended_by\":\"eof\",\"file\":\"a\"}\n"
    );
}

#[test]
fn the_file_keeps_its_identity_and_mode() {
    let place = Place::new();
    place.write("out", "old");
    assert_run(
        &mut place
            .sh("chmod 604 out; ln out other; echo new | \"$HEADTAIL\" -o out; stat -c %a out; cat other"),
        "604\nnew\n",
        "",
        0,
    );
}

#[test]
fn a_dash_is_standard_output() {
    let place = Place::new();
    let mut run = place.headtail(&["--head=4", "--tail=5", "-o", "-", "--report", "-"]);
    assert_run(run.write_stdin(numbers(1000)), [ENDS, ACCOUNT].concat(), "", 0);
}

#[test]
fn a_fifo_gets_the_result_and_its_end() {
    let place = Place::new();
    let script = "mkfifo fifo; cat fifo & echo text | \"$HEADTAIL\" -o fifo; wait";
    assert_run(&mut place.sh(script), "text\n", "", 0);
}

#[test]
fn the_report_is_the_account_without_the_output() {
    let place = Place::new();
    let mut run = place.headtail(&LIMITS);
    assert_run(run.args(["--report", "account"]).write_stdin(numbers(1000)), ENDS, "", 0);
    assert_eq!(place.read("account"), ACCOUNT);
}

#[test]
fn the_report_may_go_to_a_descriptor_that_is_open() {
    let place = Place::new();
    let script = |to: &str| format!("\"$HEADTAIL\" --head=4 --tail=5 --report {to}");
    assert_run(place.sh(&script("/dev/stderr")).write_stdin(numbers(1000)), ENDS, ACCOUNT, 0);
    let both = [ENDS, ACCOUNT].concat();
    assert_run(place.sh(&script("/dev/stdout")).write_stdin(numbers(1000)), &both, "", 0);

    // A file goes on where others left off.
    let mut run = place.sh(&format!("(echo before >&2; {}; echo after >&2) 2>file", script("/dev/stderr")));
    assert_run(run.write_stdin(numbers(1000)), ENDS, "", 0);
    assert_eq!(place.read("file"), format!("before\n{ACCOUNT}after\n"));
}

#[test]
fn the_report_may_go_to_a_socket() {
    let place = Place::new();
    let (mut here, there) = UnixStream::pair().expect("a pair of sockets");
    let output = place.headtail(&["--report", "/dev/stderr"]).stderr(OwnedFd::from(there)).output();
    let mut report = String::new();
    here.read_to_string(&mut report).expect("text");
    assert_output(&output.expect("the program can be started"), "", "", Some(0));
    assert_eq!(report, "{\"truncated\":null,\"original_bytes\":0,\"ended_by\":\"eof\"}\n");
}

#[test]
fn a_descriptor_that_is_not_open_is_no_place_for_a_report() {
    let place = Place::new();
    for (to, redirection) in [("/dev/stdin", ""), ("/dev/stdin", "<&-"), ("/dev/stderr", "2>&-")] {
        place.write("in", "text\n");
        let mut run =
            place.sh(&format!("\"$HEADTAIL\" in -o out --report {to} {redirection}; echo $?; cat out"));
        let complaint = format!("headtail: {to}: Bad file descriptor\n");
        let complaint = if redirection == "2>&-" { "" } else { &complaint };
        assert_run(run.write_stdin("text\n"), "1\ntext\n", complaint, 0);
    }
}

#[test]
fn an_output_that_fails_leaves_the_others_alone() {
    let place = Place::new();
    let script = "\"$HEADTAIL\" --head=4 --tail=5 --report account --save=all >/dev/full; echo $? >status";
    let complaint = "headtail: standard output: No space left on device\n";
    assert_run(place.sh(script).write_stdin(numbers(1000)), "", complaint, 0);
    assert_eq!(place.read("status"), "1\n");
    assert_eq!(place.read("all"), numbers(1000));
    let saved = format!(",\"saved\":\"{}\"}}", place.path("all").display());
    let marker = format!("; full output: {}", place.path("all").display()).len();
    let account =
        ACCOUNT.replace("eof\"}", &format!("eof\"{saved}")).replace(":40,", &format!(":{},", 40 + marker));
    assert_eq!(place.read("account"), account);

    let script = "\"$HEADTAIL\" --head=4 --tail=5 --report /dev/full; echo $? >status";
    assert_run(
        place.sh(script).write_stdin(numbers(1000)),
        ENDS,
        "headtail: /dev/full: No space left on device\n",
        0,
    );
    assert_eq!(place.read("status"), "1\n");

    let script = "\"$HEADTAIL\" --head=4 --tail=5 --report no/such; echo $? >status";
    assert_run(
        place.sh(script).write_stdin(numbers(1000)),
        ENDS,
        "headtail: no/such: No such file or directory\n",
        0,
    );
    assert_eq!(place.read("status"), "1\n");
}

#[test]
fn a_reader_that_went_away_leaves_the_other_outputs_alone() {
    let place = Place::new();
    let script = "{ until [ -e gone ]; do sleep 0.01; done; seq 1000; } \
                  | { \"$HEADTAIL\" --head=4 --tail=5 --report account; echo $? >status; } | { exec <&-; touch gone; }";
    assert_run(&mut place.sh(script), "", "", 0);
    assert_eq!((place.read("account").as_str(), place.read("status").as_str()), (ACCOUNT, "0\n"));
}

#[test]
fn one_file_is_not_two_outputs() {
    let place = Place::new();
    let mut run = place.headtail(&LIMITS);
    let complaint = "headtail: ./out: already used as an input or another output\n";
    assert_run(run.args(["-o", "out", "--report", "./out"]).write_stdin(numbers(1000)), "", complaint, 1);
    assert_eq!(place.read("out"), ENDS);
}

#[test]
fn a_file_that_something_else_is_written_to_is_not_an_output() {
    let place = Place::new();
    let complaint = "headtail: log: already used as an input or another output\n";
    // Nothing is read or written: the file is the result's own or nobody's.
    for redirection in [">>log", "2>>log"] {
        place.write("log", "before\n");
        let mut run = place.sh(&format!("{{ \"$HEADTAIL\" -o log {redirection}; echo $?; cat; }} 3>&2"));
        let output = run.write_stdin("not read\n").output().expect("sh starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "1\nnot read\n");
        let told = if redirection == ">>log" { String::new() } else { complaint.into() };
        assert_eq!(place.read("log"), format!("before\n{told}"));
    }
    let mut run = place.sh("\"$HEADTAIL\" --report=log >>log; echo $?; cat log");
    place.write("log", "before\n");
    assert_run(run.write_stdin("text\n"), "1\nbefore\ntext\n", complaint, 0);
    let mut run = place.sh("\"$HEADTAIL\" run -o log -- echo text >>log; echo $?; cat log");
    assert_run(&mut run, "125\nbefore\ntext\n", complaint, 0);
}

#[test]
fn results_wait_for_the_file_that_is_still_to_be_read_wherever_temporary_files_go() {
    let place = Place::new();
    place.write("x", "in x\n");
    place.write("y", "in y\n");
    let mut run = place.headtail(&["-q", "-o", "y", "x", "y"]);
    assert_run(run.env("TMPDIR", "/no/such"), "", "", 0);
    assert_eq!(place.read("y"), "in x\nin y\n");

    // More than is held in memory.
    let long = numbers(20_000);
    place.write("x", &long);
    let mut run = place.headtail(&["-q", "--head=1M", "-o", "y", "x", "x", "y"]);
    assert_run(run.env("TMPDIR", "/no/such"), "", "", 0);
    assert_eq!(place.read("y"), [&long, &long, "in x\nin y\n"].concat());
}

#[test]
fn a_file_size_limit_is_a_full_disk() {
    let place = Place::new();
    let mut run = place.sh("ulimit -f 1; \"$HEADTAIL\" -o out; echo $?");
    assert_run(run.write_stdin("x\n".repeat(8000)), "1\n", "headtail: out: File too large\n", 0);
}

#[test]
fn a_disk_that_fills_is_told_of() {
    let script = "mkdir disk && mount -t tmpfs -o size=8k none disk || exit 42; cd disk
        \"$HEADTAIL\" -o out; echo $?; cd ..; umount disk";
    let place = Place::new();
    if !place.sh("mkdir disk && mount -t tmpfs none disk && umount disk").succeeds() {
        return skip("no file system can be mounted");
    }
    fs::remove_dir(place.path("disk")).expect("it is empty");
    let complaint = "headtail: out: No space left on device\n";
    assert_run(place.sh(script).write_stdin("x\n".repeat(8000)), "1\n", complaint, 0);
}
