//! A client of the protocol as its specification describes it, with no SDK that could share a mistake with the server.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use headtail_agent::{Client, Filter, Process, Query, Wait};
use serde_json::{Value, json};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_headtail-agent");

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

    /// A server in this directory, and a client that has not said anything yet.
    pub(crate) fn server(&self, version: &'static str, options: &[&str]) -> Agent {
        let mut child = Command::new(PROGRAM)
            .arg("mcp")
            .args(options)
            .current_dir(self.work())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HEADTAIL_RUNTIME_DIR", self.runtime())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server");
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
        Agent { child, stdin, messages, others: VecDeque::new(), last_id: 0, version }
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

/// The versions of the protocol that today's clients speak.
pub(crate) const VERSIONS: [&str; 3] = ["2025-06-18", "2025-11-25", "2026-07-28"];
/// Of tests that are the same in all.
pub(crate) const VERSION: &str = VERSIONS[0];

/// A client, and the server that it has started.
pub(crate) struct Agent {
    pub(crate) child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// Messages that came before the one that was waited for.
    others: VecDeque<Value>,
    last_id: u64,
    version: &'static str,
}

impl Agent {
    pub(crate) fn open(&mut self) {
        if self.version >= "2026-07-28" {
            return;
        }
        let info = json!({"name": "test", "version": "1"});
        let params = json!({"protocolVersion": self.version, "capabilities": {}, "clientInfo": info});
        let answer = self.request("initialize", params);
        assert_eq!(answer["result"]["protocolVersion"], self.version, "{answer}");
        assert_eq!(answer["result"]["serverInfo"]["name"], "headtail");
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_line(&message.to_string());
    }

    pub(crate) fn send_line(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().expect("a pipe");
        writeln!(stdin, "{line}").expect("a server that reads");
    }

    /// Sends a request and returns its id.
    pub(crate) fn begin(&mut self, method: &str, params: Value) -> u64 {
        self.last_id += 1;
        let mut params = params;
        if self.version >= "2026-07-28" {
            let meta = &mut params["_meta"];
            meta["io.modelcontextprotocol/protocolVersion"] = self.version.into();
            meta["io.modelcontextprotocol/clientCapabilities"] = json!({});
            meta["io.modelcontextprotocol/clientInfo"] = json!({"name": "test", "version": "1"});
        }
        self.send(&json!({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}));
        self.last_id
    }

    /// The next message that `is_it`.
    pub(crate) fn next(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.others.iter().position(&is_it) {
            return self.others.remove(at).expect("it is there");
        }
        let deadline = Instant::now() + LONG;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let message = self.messages.recv_timeout(left).expect("a message in time");
            if is_it(&message) {
                return message;
            }
            self.others.push_back(message);
        }
    }

    /// Messages that nobody waited for.
    pub(crate) fn others(&mut self) -> Vec<Value> {
        self.others.extend(self.messages.try_iter());
        self.others.drain(..).collect()
    }

    pub(crate) fn answer(&mut self, id: u64) -> Value {
        self.next(|message| message["id"] == id)
    }

    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.begin(method, params);
        self.answer(id)
    }

    pub(crate) fn begin_call(&mut self, tool: &str, arguments: &Value) -> u64 {
        self.begin("tools/call", json!({"name": tool, "arguments": arguments}))
    }

    /// The result of a call.
    pub(crate) fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let id = self.begin_call(tool, arguments);
        self.result(id)
    }

    pub(crate) fn result(&mut self, id: u64) -> Value {
        let answer = self.answer(id);
        let result = &answer["result"];
        assert_eq!(result["isError"], false, "{answer}");
        let text = result["content"][0]["text"].as_str().expect("text");
        let structured = result["structuredContent"].clone();
        assert_eq!(serde_json::from_str::<Value>(text).expect("JSON"), structured, "each is whole");
        structured
    }

    /// The words of a call that could not be carried out.
    pub(crate) fn call_error(&mut self, tool: &str, arguments: &Value) -> String {
        let id = self.begin_call(tool, arguments);
        let answer = self.answer(id);
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        answer["result"]["content"][0]["text"].as_str().expect("text").to_owned()
    }

    pub(crate) fn execute(&mut self, command: &str) -> Value {
        self.call("execute", &json!({"command": command, "timeout": "40s"}))
    }

    /// Closes the input of the server and waits for its end.
    pub(crate) fn close(&mut self) -> ExitStatus {
        drop(self.stdin.take());
        self.child.wait().expect("a status")
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The id of a process that a result names.
pub(crate) fn id(result: &Value) -> String {
    result["process_id"].as_str().expect("an id").to_owned()
}
