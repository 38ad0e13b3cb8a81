//! Standard streams that are closed, full, or not what they seem.

use crate::support::{Place, assert_run, sh};

#[test]
fn a_closed_standard_input_is_an_error() {
    assert_run(&mut sh("\"$HEADTAIL\" <&-"), "", "headtail: standard input: Bad file descriptor\n", 1);
}

#[test]
fn a_directory_as_standard_input_is_an_error() {
    assert_run(&mut sh("\"$HEADTAIL\" </"), "", "headtail: standard input: Is a directory\n", 1);
}

#[test]
fn a_standard_input_that_is_open_for_writing_alone_is_an_error() {
    assert_run(
        &mut sh("\"$HEADTAIL\" 0>/dev/null"),
        "",
        "headtail: standard input: Bad file descriptor\n",
        1,
    );
}

#[test]
fn a_closed_standard_output_is_an_error_only_when_there_is_something_to_write() {
    let complaint = "headtail: standard output: Bad file descriptor\n";
    assert_run(&mut sh("echo text | \"$HEADTAIL\" >&-"), "", complaint, 1);
    assert_run(&mut sh("\"$HEADTAIL\" --version >&-"), "", complaint, 1);
    assert_run(&mut sh("\"$HEADTAIL\" </dev/null >&-"), "", "", 0);
}

#[test]
fn a_full_disk_is_an_error() {
    let complaint = "headtail: standard output: No space left on device\n";
    assert_run(&mut sh("echo text | \"$HEADTAIL\" >/dev/full"), "", complaint, 1);
    assert_run(&mut sh("\"$HEADTAIL\" --version >/dev/full"), "", complaint, 1);
    assert_run(&mut sh("\"$HEADTAIL\" --help >/dev/full"), "", complaint, 1);
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let script = "{ until [ -e gone ]; do sleep 0.01; done; seq 100000; } | { \"$HEADTAIL\"; echo \"status $?\" >&2; } \
                  | { exec <&-; touch gone; }";
    assert_run(&mut Place::new().sh(script), "", "status 0\n", 0);
}

#[test]
fn a_standard_error_that_fails_changes_no_status() {
    for redirection in ["2>&-", "2>/dev/full"] {
        assert_run(&mut sh(&format!("\"$HEADTAIL\" /nonexistent {redirection}")), "", "", 1);
        assert_run(&mut sh(&format!("\"$HEADTAIL\" --foo {redirection}")), "", "", 2);
        assert_run(&mut sh(&format!("echo text | \"$HEADTAIL\" {redirection}")), "text\n", "", 0);
    }
}
