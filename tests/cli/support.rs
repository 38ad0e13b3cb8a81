//! What the tests of the program share.

use std::process::Output;

use assert_cmd::Command;

/// Path of the program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail");

/// The program, with `args`.
pub(crate) fn headtail(args: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(args);
    command
}

/// A shell that finds the program as `$HEADTAIL` and runs `script`.
pub(crate) fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).env("HEADTAIL", PROGRAM);
    command
}

/// Everything that a run left: standard output, standard error and status.
#[track_caller]
pub(crate) fn assert_run(command: &mut Command, stdout: impl AsRef<[u8]>, stderr: &str, status: i32) {
    let output = command.output().expect("the program can be started");
    assert_output(&output, stdout, stderr, Some(status));
}

/// As [`assert_run`], for a run that is over; a status of `None` is death by a signal.
#[track_caller]
pub(crate) fn assert_output(output: &Output, stdout: impl AsRef<[u8]>, stderr: &str, status: Option<i32>) {
    let stdout = stdout.as_ref();
    assert!(
        output.stdout == stdout,
        "standard output is\n{:?}\nnot\n{:?}",
        output.stdout.escape_ascii().to_string(),
        stdout.escape_ascii().to_string(),
    );
    assert_eq!(String::from_utf8_lossy(&output.stderr), stderr);
    assert_eq!(output.status.code(), status);
}

/// The numbers from 1 to `last`, a line each.
pub(crate) fn numbers(last: u32) -> String {
    (1..=last).map(|number| format!("{number}\n")).collect::<Vec<_>>().concat()
}

/// Says that a test shows nothing on this machine, and why.
pub(crate) fn skip(reason: &str) {
    eprintln!("SKIPPED: {reason}");
}
