//! A place of a test's own, and what runs there.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Client, Filter, Process, Query, Wait};
use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Agent, Link};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail-agent");

/// Longer than anything takes on a loaded machine; a test that waits for it has failed.
pub(crate) const LONG: Duration = Duration::from_secs(60);

/// A runtime directory and a directory to work in. Whatever runs there is killed when it is dropped.
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
        self.directory.path().join("run")
    }

    /// The processes as any other program sees them.
    pub(crate) fn library(&self) -> Client {
        Client::open(Some(&self.runtime()), PROGRAM).expect("a runtime directory")
    }

    pub(crate) fn processes(&self) -> Vec<Process> {
        self.library().list(&Filter::default()).expect("a list").processes
    }

    pub(crate) fn running(&self) -> Vec<Process> {
        self.processes().into_iter().filter(Process::is_running).collect()
    }

    /// Waits until nothing on this machine is in these directories any more: no command, no child of one and no keeper.
    pub(crate) fn wait_until_deserted(&self) {
        let directory = self.work().canonicalize().expect("a path");
        let is_here = |entry: &std::fs::DirEntry| {
            std::fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(&directory))
        };
        let deadline = Instant::now() + LONG;
        loop {
            let left: Vec<_> = std::fs::read_dir("/proc")
                .expect("processes")
                .flatten()
                .filter(is_here)
                .map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default())
                .collect();
            if left.is_empty() {
                return;
            }
            assert!(Instant::now() < deadline, "{left:?}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end of all processes.
    pub(crate) fn end_all(&self) {
        for process in self.running() {
            let query = Query::new().wait(Wait::Exit).timeout(LONG);
            let answer = self.library().output(process.id, &query).expect("an answer");
            assert!(!answer.process.is_running(), "{answer:?}");
        }
    }

    /// A server in this directory.
    pub(crate) fn program(&self, options: &[&str]) -> Command {
        let mut program = Command::new(PROGRAM);
        program
            .arg("mcp")
            .args(options)
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HEADTAIL_RUNTIME_DIR", self.runtime());
        program
    }

    /// A server in this directory, and a client that has not said anything yet.
    pub(crate) fn server(&self, version: &'static str, options: &[&str]) -> Agent {
        let mut program = self.program(options);
        let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a server");
        let (sender, messages) = channel();
        let stdout = child.stdout.take().expect("a pipe");
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let line = line.expect("text");
                // Nothing else is ever printed.
                let message: Value = serde_json::from_str(&line).expect("a message");
                assert_eq!(message["jsonrpc"], "2.0", "{line}");
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Agent::new(Link::Program { child, stdin }, messages, version)
    }

    /// A client that has opened its session, where its version has any.
    pub(crate) fn agent(&self, version: &'static str, options: &[&str]) -> Agent {
        let mut agent = self.server(version, options);
        agent.open();
        agent
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let Ok(client) = Client::open(Some(&self.runtime()), PROGRAM) else { return };
        for process in client.list(&Filter::default()).unwrap_or_default().processes {
            if process.is_running() {
                let _ = client.signal(process.id, "kill");
            }
        }
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < deadline, "{what} never happened");
        thread::sleep(Duration::from_millis(5));
    }
}
