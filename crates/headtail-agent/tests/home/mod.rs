//! A runtime directory of a test's own, and waiting for what it sees: what the test crates share.

// Each of them uses its own part of it.
#![allow(dead_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Client, Filter, Process};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// The program under test.
pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail-agent");

/// Longer than anything takes on a loaded machine; a test that waits for it has failed.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A directory to work in, with a runtime directory. Whatever runs there is killed when it is dropped.
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    pub(crate) fn work(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn runtime(&self) -> PathBuf {
        self.work().join("run")
    }

    /// The processes as any other program sees them.
    pub(crate) fn client(&self) -> Client {
        Client::open(Some(&self.runtime()), PROGRAM).expect("a runtime directory")
    }

    pub(crate) fn processes(&self) -> Vec<Process> {
        self.client().list(&Filter::default()).expect("a list").processes
    }

    pub(crate) fn running(&self) -> Vec<Process> {
        self.processes().into_iter().filter(Process::is_running).collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let Ok(client) = Client::open(Some(&self.runtime()), PROGRAM) else { return };
        let running = || {
            let processes = client.list(&Filter::default()).unwrap_or_default().processes;
            processes.into_iter().filter(Process::is_running).collect::<Vec<_>>()
        };
        let deadline = Instant::now() + Duration::from_secs(5);
        for process in running() {
            // Also one that a test has stopped.
            if let Some(keeper) = process.pid.and_then(parent) {
                let _ = kill_process(keeper, Signal::CONT);
            }
            let _ = client.signal(process.id, "kill");
        }
        while !running().is_empty() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// The parent of a process.
pub(crate) fn parent(pid: u32) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Pid::from_raw(stat.rsplit(") ").next()?.split(' ').nth(1)?.parse().ok()?)
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} never happened");
        thread::sleep(Duration::from_millis(2));
    }
}
