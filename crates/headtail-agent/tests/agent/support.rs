//! A runtime directory of a test's own, and what tests look at from outside.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Admit, Answer, Client, Filter, Id, Process, Query, Start, Wait};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

pub(crate) use crate::home::{LONG, PROGRAM, until};

/// A runtime directory. Whatever runs in it is killed when it is dropped.
pub(crate) struct Home {
    pub(crate) client: Client,
    path: PathBuf,
    #[allow(dead_code)] // Removed on drop.
    parent: Option<TempDir>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let parent = tempfile::tempdir().expect("a directory");
        let path = parent.path().join("run");
        let mut home = Self::at(&path);
        home.parent = Some(parent);
        home
    }

    /// One that the test removes itself.
    pub(crate) fn at(path: &Path) -> Self {
        reset_signals();
        Self { client: Client::open(Some(path), PROGRAM).expect("a client"), path: path.into(), parent: None }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The processes of this directory, in whatever state.
    pub(crate) fn ids(&self) -> Vec<Id> {
        let list = self.client.list(&Filter::default()).expect("a list");
        list.processes.iter().map(|process| process.id).collect()
    }

    /// Starts a command line.
    pub(crate) fn sh(&self, line: &str) -> Id {
        self.start(&Start::command_line(line)).id
    }

    pub(crate) fn start(&self, start: &Start) -> Process {
        self.client.start(start, Admit::default()).expect("a process").process
    }

    /// Waits for the end of a process.
    pub(crate) fn end(&self, id: Id) -> Answer {
        let answer = self.client.output(id, &Query::new().wait(Wait::Exit).timeout(LONG)).expect("an answer");
        assert!(!answer.process.is_running(), "{id} still runs");
        answer
    }

    /// The output so far.
    pub(crate) fn output(&self, id: Id) -> Answer {
        self.client.output(id, &Query::new()).expect("an answer")
    }

    /// Waits for a line that matches.
    pub(crate) fn wait_for(&self, id: Id, pattern: &str) -> Answer {
        let query = Query::new().wait(Wait::Match(pattern.into())).timeout(LONG);
        let answer = self.client.output(id, &query).expect("an answer");
        assert!(answer.found.is_some(), "{pattern} was not printed: {answer:?}");
        answer
    }

    /// Runs `headtail ps`.
    pub(crate) fn ps<W: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = W>) -> Output {
        self.command(arguments).output().expect("a program")
    }

    pub(crate) fn command<W: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = W>) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=1", "60", PROGRAM, "ps"]).args(arguments);
        command.env("HEADTAIL_RUNTIME_DIR", &self.path);
        command
    }

    /// The keepers of this directory.
    pub(crate) fn keepers(&self) -> Vec<Pid> {
        let path = fs::canonicalize(&self.path).unwrap_or(self.path.clone());
        let is_keeper = |pid: &i32| {
            let cmdline = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let cwd = fs::read_link(format!("/proc/{pid}/cwd")).unwrap_or_default();
            // Of a directory that is gone, the system says so behind its name.
            cmdline.windows(6).any(|word| word == b"\0keep\0")
                && cwd.to_string_lossy().starts_with(&*path.to_string_lossy())
        };
        pids().filter(is_keeper).filter_map(Pid::from_raw).collect()
    }

    /// The keeper of a process.
    pub(crate) fn keeper(&self, id: Id) -> Pid {
        let process = self.client.get(id).expect("a process");
        let pid = process.pid.expect("a number");
        Pid::from_raw(field(pid, "PPid:")).expect("a parent")
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        for process in self.client.list(&Filter::default()).unwrap_or_default().processes {
            if process.is_running() {
                let _ = self.client.signal(process.id, "kill");
            }
        }
        let deadline = Instant::now() + Duration::from_secs(2);
        while !self.keepers().is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        for keeper in self.keepers() {
            let _ = kill_process(keeper, Signal::KILL);
        }
    }
}

/// Gives processes that tests start the default dispositions, whatever the caller of the tests ignores.
fn reset_signals() {
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGCHLD, libc::SIGUSR1] {
        // SAFETY: no handler is replaced by that.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// All processes.
fn pids() -> impl Iterator<Item = i32> {
    let entries = fs::read_dir("/proc").expect("processes");
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

/// A number that `/proc/PID/status` has.
pub(crate) fn field(pid: u32, name: &str) -> i32 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let line = status.lines().find(|line| line.starts_with(name)).expect("the field");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

pub(crate) fn raw(pid: Pid) -> u32 {
    pid.as_raw_nonzero().get().unsigned_abs()
}

/// Whether a process is there, and more than a zombie.
pub(crate) fn is_alive(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !matches!(stat.rsplit(") ").next().and_then(|rest| rest.chars().next()), Some('Z' | 'X'))
    })
}

/// Notes that a test cannot be run here, which fails where all must be.
pub(crate) fn skip(reason: &str) {
    assert!(std::env::var_os("HEADTAIL_TESTS_REQUIRE").is_none(), "cannot be tested here: {reason}");
    eprintln!("skipped: {reason}");
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
