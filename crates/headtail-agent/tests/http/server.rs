//! Servers in a runtime directory of a test's own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::client::{Address, Reply, request};
use crate::home::{Home, PROGRAM};

impl Home {
    /// A path beside the runtime directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.work().join(name)
    }

    /// `headtail serve`, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("timeout");
        command.args(["--kill-after=1", "120", PROGRAM, "serve"]).args(arguments);
        command.env("HEADTAIL_RUNTIME_DIR", self.runtime()).env("HOME", self.work());
        command.stdin(Stdio::null());
        command
    }

    /// A server on a Unix socket, and on TCP where `arguments` say so.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Server {
        let errors = fs::File::options().create(true).append(true).open(self.path("stderr")).expect("a file");
        let child = self.command(arguments).stdout(Stdio::piped()).stderr(errors).spawn();
        let mut child = child.expect("a server");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut next = |start: &str| {
            let line = lines.next().expect("a line").expect("text");
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let unix = Address::Unix(next("listening on unix:").into());
        let tcp = arguments.contains(&"--listen").then(|| Address::Tcp {
            port: next("listening on http://127.0.0.1:").parse().expect("a port"),
            token: fs::read_to_string(self.runtime().join("token")).expect("a token").trim().to_owned(),
        });
        Server { child, unix, tcp }
    }

    /// What all servers have printed on stderr.
    pub(crate) fn stderr(&self) -> String {
        fs::read_to_string(self.path("stderr")).expect("a file")
    }
}

/// A server that runs. It is killed when it is dropped.
pub(crate) struct Server {
    /// Its number in the system is that of `timeout`, whose child it is.
    child: Child,
    pub(crate) unix: Address,
    pub(crate) tcp: Option<Address>,
}

impl Server {
    /// The server itself.
    pub(crate) fn pid(&self) -> u32 {
        let timeout = self.child.id();
        let children =
            fs::read_to_string(format!("/proc/{timeout}/task/{timeout}/children")).expect("children");
        children.split_whitespace().next().and_then(|pid| pid.parse().ok()).expect("a server")
    }

    /// Tells it to end, and returns its status.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let pid = Pid::from_raw(self.pid().cast_signed()).expect("a server");
        kill_process(pid, Signal::TERM).expect("a signal");
        self.child.wait().expect("a status").code()
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        request(&self.unix, "GET", path, &[], None)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        request(&self.unix, "POST", path, &[], Some(&body.to_string()))
    }

    /// Starts a command line and returns its id.
    pub(crate) fn sh(&self, line: &str) -> String {
        let reply = self.post("/start", &json!({ "command": line }));
        assert_eq!(reply.status, 200, "{:?}", reply.body);
        reply.body["id"].as_str().expect("an id").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // `timeout` passes it on; a server that is gone needs nothing.
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        let _ = kill_process(pid, Signal::TERM);
        let _ = self.child.wait();
    }
}

/// Whether a path is a socket that only its owner can use.
pub(crate) fn is_private_socket(path: &Path) -> bool {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    let metadata = fs::symlink_metadata(path).expect("a file");
    metadata.file_type().is_socket() && metadata.permissions().mode() & 0o777 == 0o600
}

/// Whether a program is there. Where it is not, a test that needs it passes without it, or fails if
/// `HEADTAIL_TESTS_REQUIRE` says so.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_there = std::env::split_paths(&path).any(|directory| directory.join(program).exists());
    if !is_there {
        eprintln!("cannot be tested here: {program} is not installed");
        assert!(std::env::var_os("HEADTAIL_TESTS_REQUIRE").is_none(), "{program} is required");
    }
    is_there
}
