//! What the tests of the program share.

use std::path::PathBuf;
use std::process::Output;
use std::{env, fs};

use tempfile::TempDir;

use crate::program::Program;

/// Path of the program.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail");

/// The program, with `args`.
pub(crate) fn headtail(args: &[&str]) -> Program {
    let mut program = Program::headtail();
    program.args(args);
    program
}

/// A shell that finds the program as `$HEADTAIL` and runs `script`.
pub(crate) fn sh(script: &str) -> Program {
    let mut shell = Program::new("sh");
    shell.arg("-c").arg(script);
    shell
}

/// A function of the shell that waits until a program has a file of the working directory open.
pub(crate) const WAIT_UNTIL_OPEN: &str = "wait_until_open() { \
    until readlink /proc/[0-9]*/fd/* | grep -qxF \"$(pwd -P)/$1\"; do sleep 0.01; done; \
    } 2>/dev/null";

/// Everything that a run left: standard output, standard error and status.
#[track_caller]
pub(crate) fn assert_run(program: &mut Program, stdout: impl AsRef<[u8]>, stderr: &str, status: i32) {
    let output = program.output().expect("the program can be started");
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

/// Says that a test shows nothing on this machine, and why. A failure where `HEADTAIL_TESTS_REQUIRE` is 1.
#[track_caller]
pub(crate) fn skip(reason: &str) {
    let is_failure = env::var_os("HEADTAIL_TESTS_REQUIRE").is_some_and(|value| value == "1");
    assert!(!is_failure, "skipped although all tests are required: {reason}");
    eprintln!("SKIPPED: {reason}");
}

/// A directory of the test's own, in which programs run.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for the test"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file for the test");
    }

    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file with text")
    }

    /// Makes a named pipe.
    pub(crate) fn fifo(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        assert!(Program::new("mkfifo").arg(&path).succeeds(), "no named pipe");
        path
    }

    pub(crate) fn headtail(&self, args: &[&str]) -> Program {
        let mut program = headtail(args);
        program.current_dir(&self.0);
        program
    }

    pub(crate) fn sh(&self, script: &str) -> Program {
        let mut shell = sh(script);
        shell.current_dir(&self.0);
        shell
    }
}
