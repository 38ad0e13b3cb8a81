//! Servers and clients in a runtime directory of a test's own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Query, Wait};
use serde_json::Value;

use crate::client::{Agent, Link};
use crate::home::{Home, LONG, PROGRAM};

impl Home {
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
            let answer = self.client().output(process.id, &query).expect("an answer");
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
