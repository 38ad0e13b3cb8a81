//! The protocol over HTTP: `headtail serve`, and a client's end of it, which has a connection for each request.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rustix::net::{Shutdown, shutdown};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::client::{Agent, Link};
use crate::home::{Home, LONG, PROGRAM};

/// Where a server listens, and what it wants to see there.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Unix(PathBuf),
    Tcp { port: u16, token: String },
}

impl Address {
    fn connect(&self) -> File {
        let socket: OwnedFd = match self {
            Self::Unix(path) => {
                let stream = UnixStream::connect(path).expect("a server");
                stream.set_read_timeout(Some(LONG)).expect("a timeout");
                stream.into()
            }
            Self::Tcp { port, .. } => {
                let stream = TcpStream::connect(("127.0.0.1", *port)).expect("a server");
                stream.set_read_timeout(Some(LONG)).expect("a timeout");
                stream.into()
            }
        };
        socket.into()
    }

    /// A client that has opened its session, where its version has any.
    pub(crate) fn agent(&self, version: &'static str, scope: Option<&str>) -> Agent {
        let (sender, messages) = channel();
        let web = Web {
            address: self.clone(),
            scope: scope.map(str::to_owned),
            session: None,
            messages: sender,
            calls: HashMap::new(),
        };
        let mut agent = Agent::new(Link::Web(web), messages, version);
        agent.open();
        agent
    }

    /// The headers that a client of good faith sends.
    pub(crate) fn headers(&self) -> Vec<String> {
        match self {
            Self::Unix(_) => vec!["Host: localhost".into()],
            Self::Tcp { port, token } => {
                vec![format!("Host: 127.0.0.1:{port}"), format!("Authorization: Bearer {token}")]
            }
        }
    }

    /// Sends a request. Version 1.0 of HTTP ends bodies with the connection.
    pub(crate) fn send(&self, method: &str, headers: &[String], body: &str) -> File {
        let mut stream = self.connect();
        let length = format!("Content-Length: {}", body.len());
        let types =
            ["Content-Type: application/json", "Accept: application/json, text/event-stream", &length];
        let lines = types.map(str::to_owned);
        let head = [&[format!("{method} /mcp HTTP/1.0")], headers, &lines].concat().join("\r\n");
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).expect("a request");
        stream
    }
}

/// A status, and the lines of headers with names in lower case.
pub(crate) fn receive_head(stream: &mut impl BufRead) -> (u16, Vec<String>) {
    let lines = stream.lines().map(|line| line.expect("a head"));
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
    let status = lines.first().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    (status, lines[1..].iter().map(|line| line.to_ascii_lowercase()).collect())
}

/// Passes on the messages of a body, one by one as they come.
fn receive_messages(headers: &[String], stream: &mut impl BufRead, mut take: impl FnMut(Value)) {
    if headers.iter().any(|line| line == "content-type: text/event-stream") {
        let data = stream.lines().map_while(Result::ok);
        let data = data.filter_map(|line| line.strip_prefix("data:").map(|text| text.trim().to_owned()));
        data.filter(|text| !text.is_empty())
            .for_each(|text| take(serde_json::from_str(&text).expect("a message")));
    } else {
        let mut body = String::new();
        // Whoever hangs up gets nothing.
        if stream.read_to_string(&mut body).is_ok() && !body.is_empty() {
            take(serde_json::from_str(&body).unwrap_or_else(|_| panic!("{body}")));
        }
    }
}

/// A client's end.
pub(crate) struct Web {
    address: Address,
    scope: Option<String>,
    session: Option<String>,
    messages: Sender<Value>,
    /// The connections of requests.
    calls: HashMap<u64, File>,
}

impl Web {
    fn headers(&self, version: &str) -> Vec<String> {
        let mut headers = self.address.headers();
        headers.push(format!("MCP-Protocol-Version: {version}"));
        headers.extend(self.session.as_ref().map(|session| format!("Mcp-Session-Id: {session}")));
        headers.extend(self.scope.as_ref().map(|scope| format!("Headtail-Scope: {scope}")));
        headers
    }

    pub(crate) fn send(&mut self, message: &Value, version: &str) {
        let mut headers = self.headers(version);
        if version >= "2026-07-28" {
            headers.extend(message["method"].as_str().map(|method| format!("Mcp-Method: {method}")));
            headers.extend(message["params"]["name"].as_str().map(|name| format!("Mcp-Name: {name}")));
        }
        let stream = self.address.send("POST", &headers, &message.to_string());
        if let Some(id) = message["id"].as_u64() {
            self.calls.insert(id, stream.try_clone().expect("a descriptor"));
        }
        let mut stream = BufReader::new(stream);
        if message["id"].is_null() {
            assert_eq!(receive_head(&mut stream).0, 202, "{message}");
            return;
        }
        let messages = self.messages.clone();
        let pass_on = move |message| {
            let _ = messages.send(message);
        };
        if message["method"] == "initialize" {
            let (status, headers) = receive_head(&mut stream);
            assert_eq!(status, 200, "{headers:?}");
            let session = headers.iter().find_map(|line| line.strip_prefix("mcp-session-id: "));
            self.session = Some(session.expect("a session").to_owned());
            receive_messages(&headers, &mut stream, pass_on);
        } else {
            thread::spawn(move || {
                if stream.fill_buf().is_ok_and(|bytes| !bytes.is_empty()) {
                    let (_, headers) = receive_head(&mut stream);
                    receive_messages(&headers, &mut stream, pass_on);
                }
            });
        }
    }

    /// The status that a request is answered with.
    pub(crate) fn status(&self, message: &Value, version: &str) -> u16 {
        let stream = self.address.send("POST", &self.headers(version), &message.to_string());
        receive_head(&mut BufReader::new(stream)).0
    }

    /// Closes the connection of a request.
    pub(crate) fn hang_up(&mut self, call: u64) {
        shutdown(&self.calls[&call], Shutdown::Both).expect("a connection");
    }

    /// Ends the session, where this version has any.
    pub(crate) fn close(&mut self, version: &str) -> bool {
        if self.session.is_none() {
            return true;
        }
        let stream = self.address.send("DELETE", &self.headers(version), "");
        self.session = None;
        receive_head(&mut BufReader::new(stream)).0 == 202
    }
}

/// A server that runs. It is told to end when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) unix: Address,
    pub(crate) tcp: Address,
}

impl Home {
    /// A server on both transports, whose commands run in this directory.
    pub(crate) fn serve(&self, options: &[&str]) -> Server {
        let mut child = Command::new(PROGRAM)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(options)
            .current_dir(self.work())
            .env("HOME", self.work())
            .env("HEADTAIL_RUNTIME_DIR", self.runtime())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a server");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut next = |start: &str| {
            let line = lines.next().expect("a line").expect("text");
            line.strip_prefix(start).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let unix = Address::Unix(next("listening on unix:").into());
        let port = next("listening on http://127.0.0.1:").parse().expect("a port");
        let token = fs::read_to_string(self.runtime().join("token")).expect("a token").trim().to_owned();
        Server { child, unix, tcp: Address::Tcp { port, token } }
    }
}

impl Server {
    pub(crate) fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).expect("a process");
        // It may have ended.
        let _ = kill_process(pid, Signal::TERM);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.terminate();
        let _ = self.child.wait();
    }
}
