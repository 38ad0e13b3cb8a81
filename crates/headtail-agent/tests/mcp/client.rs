//! A client of the protocol as its specification describes it, with no SDK that could share a mistake with the server.

use std::collections::VecDeque;
use std::io::Write;
use std::process::{Child, ChildStdin};
use std::sync::mpsc::Receiver;
use std::time::Instant;

use serde_json::{Value, json};

use crate::home::LONG;
use crate::web::Web;

/// The versions of the protocol that today's clients speak.
pub(crate) const VERSIONS: [&str; 3] = ["2025-06-18", "2025-11-25", "2026-07-28"];
/// Of tests that are the same in all.
pub(crate) const VERSION: &str = VERSIONS[0];

/// How a client reaches its server.
pub(crate) enum Link {
    /// It has started it, and writes to its standard input.
    Program { child: Child, stdin: Option<ChildStdin> },
    /// It sends requests of HTTP.
    Web(Web),
}

/// A client.
pub(crate) struct Agent {
    link: Link,
    messages: Receiver<Value>,
    /// Messages that came before the one that was waited for.
    others: VecDeque<Value>,
    last_id: u64,
    version: &'static str,
}

impl Agent {
    pub(crate) fn new(link: Link, messages: Receiver<Value>, version: &'static str) -> Self {
        Self { link, messages, others: VecDeque::new(), last_id: 0, version }
    }

    /// The server that this client has started.
    pub(crate) fn child(&mut self) -> &mut Child {
        match &mut self.link {
            Link::Program { child, .. } => child,
            Link::Web(_) => panic!("a server of others"),
        }
    }

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
        match &mut self.link {
            Link::Program { .. } => self.send_line(&message.to_string()),
            Link::Web(web) => web.send(message, self.version),
        }
    }

    pub(crate) fn send_line(&mut self, line: &str) {
        self.send_bytes(format!("{line}\n").as_bytes());
    }

    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        let Link::Program { stdin: Some(stdin), .. } = &mut self.link else { panic!("no pipe") };
        stdin.write_all(bytes).expect("a server that reads");
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
    pub(crate) fn next(&mut self, mut is_it: impl FnMut(&Value) -> bool) -> Value {
        if let Some(at) = self.others.iter().position(&mut is_it) {
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

    /// The status of HTTP where a request is refused.
    pub(crate) fn refused(&mut self, method: &str) -> u16 {
        let Link::Web(web) = &self.link else { panic!("not HTTP") };
        web.status(&json!({"jsonrpc": "2.0", "id": 0, "method": method}), self.version)
    }

    /// Cancels a call, as clients of this version do.
    pub(crate) fn cancel(&mut self, call: u64) {
        match &mut self.link {
            Link::Web(web) if self.version >= "2026-07-28" => web.hang_up(call),
            _ => {
                let params = json!({"requestId": call, "reason": "enough"});
                self.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}));
            }
        }
    }

    /// Says goodbye: closes the input of the server and waits for its end, or deletes the session. Whether that went well.
    pub(crate) fn close(&mut self) -> bool {
        match &mut self.link {
            Link::Program { child, stdin } => {
                drop(stdin.take());
                child.wait().expect("a status").success()
            }
            Link::Web(web) => web.close(self.version),
        }
    }
}

/// A client that is dropped has crashed.
impl Drop for Agent {
    fn drop(&mut self) {
        if let Link::Program { child, .. } = &mut self.link {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The id of a process that a result names.
pub(crate) fn id(result: &Value) -> String {
    result["process_id"].as_str().expect("an id").to_owned()
}
