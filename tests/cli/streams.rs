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

#[test]
fn the_names_of_standard_streams_mean_these_streams_closed_ones_included() {
    let complaint = "headtail: /dev/stdin: Bad file descriptor\n";
    assert_run(&mut sh("\"$HEADTAIL\" /dev/stdin <&-"), "", complaint, 1);
    assert_run(&mut sh("echo text | \"$HEADTAIL\" -o /dev/stdin"), "", complaint, 1);
    let complaint = "headtail: /dev/stdout: Bad file descriptor\n";
    assert_run(&mut sh("echo text | \"$HEADTAIL\" -o /dev/stdout >&-"), "", complaint, 1);

    // Each goes on where others left off.
    let place = Place::new();
    let script = "seq 3 >in; { read line; \"$HEADTAIL\" -v /dev/stdin; } <in
        { echo before; seq 2 | \"$HEADTAIL\" -o /dev/stdout; echo after; } >out; cat out";
    assert_run(&mut place.sh(script), "==> /dev/stdin <==\n2\n3\nbefore\n1\n2\nafter\n", "", 0);
}

#[test]
fn too_little_memory_is_an_error_and_not_an_abort() {
    let mut statuses = Vec::new();
    for kibibytes in (2000..8000).step_by(100) {
        let run =
            sh(&format!("ulimit -v {kibibytes}; exec \"$HEADTAIL\" </dev/null")).output().expect("sh starts");
        let stderr = String::from_utf8_lossy(&run.stderr).into_owned();
        statuses.push(match run.status.code() {
            Some(0) if stderr.is_empty() => 0,
            Some(1) if stderr == "headtail: out of memory\n" => 1,
            // What is before the program itself: the shell, the loader, the runtime.
            _ => -1,
        });
    }
    let started = statuses.iter().position(|&status| status >= 0).expect("there is enough in the end");
    assert!(statuses[started..].is_sorted_by(|before, after| before >= after && *after >= 0), "{statuses:?}");
    assert!(statuses.contains(&1) && statuses.ends_with(&[0]), "{statuses:?}");
}
