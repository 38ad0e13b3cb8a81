//! Runs in the background.

use std::fs;
use std::io::Write;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::PROGRAM;

/// A run in the background with pipes on all sides.
pub(crate) struct Run(pub(crate) Child);

impl Run {
    /// Starts `command` and waits until it blocks with its signal handlers in place.
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let run = Self(command.spawn().expect("the program can be started"));
        run.wait_until_blocked();
        run
    }

    pub(crate) fn headtail(args: &[&str]) -> Self {
        Self::start(Command::new(PROGRAM).args(args))
    }

    pub(crate) fn wait_until_blocked(&self) {
        let handled = 1 << (Signal::TERM.as_raw() - 1);
        wait_for(|| {
            let status = fs::read_to_string(format!("/proc/{}/status", self.0.id())).expect("it is there");
            let field = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name));
                line.expect("a field of every status").trim().to_owned()
            };
            let caught = u64::from_str_radix(&field("SigCgt:"), 16).expect("a mask");
            caught & handled != 0 && field("State:").starts_with('S')
        });
    }

    /// Writes `text` and waits until all of it was read.
    pub(crate) fn feed(&mut self, text: impl AsRef<[u8]>) {
        let stdin = self.0.stdin.as_mut().expect("an open pipe");
        stdin.write_all(text.as_ref()).expect("the program reads");
        wait_for(|| rustix::io::ioctl_fionread(&*stdin).expect("a pipe tells") == 0);
        self.wait_until_blocked();
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.0.id()).expect("a process id");
        kill_process(Pid::from_raw(id).expect("a process id"), signal).expect("it runs");
    }

    /// Waits for the end with the writing end of its input still open.
    pub(crate) fn end_with_open_input(mut self) -> Output {
        let stdin = self.0.stdin.take();
        let output = self.0.wait_with_output().expect("it ends");
        drop(stdin);
        output
    }

    pub(crate) fn end(self) -> Output {
        self.0.wait_with_output().expect("it ends")
    }
}

/// Waits until `condition` holds.
#[track_caller]
pub(crate) fn wait_for(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited too long");
        sleep(Duration::from_millis(1));
    }
}
