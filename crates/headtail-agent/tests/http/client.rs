//! A client of a few lines, which writes what it is told to and holds every answer against the description.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::home::LONG;
use crate::schema;

/// Where a server listens, and what it wants to see there.
#[derive(Clone, Debug)]
pub(crate) enum Address {
    Unix(PathBuf),
    Tcp { port: u16, token: String },
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Lower-case names and values, a line each.
    pub(crate) headers: Vec<String>,
    /// Null where there is none.
    pub(crate) body: Value,
}

/// Both directions of a connection.
pub(crate) trait Stream: Read + Write + Send {}
impl<S: Read + Write + Send> Stream for S {}

impl Address {
    pub(crate) fn connect(&self) -> Box<dyn Stream> {
        match self {
            Self::Unix(path) => {
                let stream = UnixStream::connect(path).expect("a server");
                stream.set_read_timeout(Some(LONG)).expect("a timeout");
                Box::new(stream)
            }
            Self::Tcp { port, .. } => {
                let stream = TcpStream::connect(("127.0.0.1", *port)).expect("a server");
                stream.set_read_timeout(Some(LONG)).expect("a timeout");
                Box::new(stream)
            }
        }
    }

    /// The headers that a client of good faith sends.
    pub(crate) fn headers(&self) -> Vec<String> {
        match self {
            Self::Unix(_) => vec!["Host: localhost".into()],
            Self::Tcp { port, token } => {
                vec![format!("Host: localhost:{port}"), format!("Authorization: Bearer {token}")]
            }
        }
    }
}

/// The text of a request. A path that begins with one slash is one of processes.
pub(crate) fn encode(
    address: &Address,
    method: &str,
    path: &str,
    headers: &[&str],
    body: Option<&str>,
) -> String {
    let path = match path.strip_prefix("//") {
        Some(path) => format!("/api/v0/{path}"),
        None => format!("/api/v0/processes{path}"),
    };
    let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
    for line in address.headers().iter().map(String::as_str).chain(headers.iter().copied()) {
        text.push_str(line);
        text.push_str("\r\n");
    }
    let described = body.map_or_else(String::new, |body| {
        format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len())
    });
    text + &described + "\r\n" + body.unwrap_or_default()
}

/// One request on a connection of its own.
pub(crate) fn request(
    address: &Address,
    method: &str,
    path: &str,
    headers: &[&str],
    body: Option<&str>,
) -> Reply {
    let mut stream = address.connect();
    stream.write_all(encode(address, method, path, headers, body).as_bytes()).expect("a request");
    let reply = receive(&mut BufReader::new(stream));
    schema::check(method, path, &reply);
    reply
}

/// Reads an answer whose length is given.
pub(crate) fn receive(stream: &mut impl BufRead) -> Reply {
    let (status, headers) = receive_head(stream);
    let length = headers.iter().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |text| text.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    let body = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") };
    Reply { status, headers, body }
}

fn receive_head(stream: &mut impl BufRead) -> (u16, Vec<String>) {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        let count = stream.read_line(&mut line).expect("a head");
        assert!(count > 0, "the connection was closed after {lines:?}");
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let status = lines[0].split(' ').nth(1).and_then(|text| text.parse().ok()).expect("a status");
    let lower = |line: &String| match line.split_once(':') {
        Some((name, value)) => format!("{}:{value}", name.to_ascii_lowercase()),
        None => line.clone(),
    };
    (status, lines[1..].iter().map(lower).collect())
}

/// An event of a stream.
#[derive(Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) id: u64,
    pub(crate) data: Value,
}

/// A stream of events that is read as it comes.
pub(crate) struct Events {
    body: Box<dyn BufRead>,
}

impl Events {
    pub(crate) fn open(address: &Address, id: &str, last: Option<u64>) -> Self {
        let mut stream = address.connect();
        let last = last.map(|id| format!("Last-Event-ID: {id}"));
        let path = format!("/{id}/stream");
        let text = encode(address, "GET", &path, last.as_deref().as_slice(), None);
        stream.write_all(text.as_bytes()).expect("a request");
        let mut stream = BufReader::new(stream);
        let (status, headers) = receive_head(&mut stream);
        assert_eq!(status, 200, "{headers:?}");
        assert!(headers.contains(&"content-type: text/event-stream".into()), "{headers:?}");
        Self { body: Box::new(BufReader::new(Chunked { stream, left: 0 })) }
    }

    /// The lines up to the next empty one; none where the stream has ended.
    pub(crate) fn block(&mut self) -> Vec<String> {
        let lines = self.body.by_ref().lines().map(|line| line.expect("a line"));
        lines.take_while(|line| !line.is_empty()).collect()
    }
}

impl Iterator for Events {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        let lines = self.block();
        let field = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
        Some(Event {
            name: field("event: ")?.into(),
            id: field("id: ")?.parse().expect("an offset"),
            data: serde_json::from_str(field("data: ")?).expect("JSON"),
        })
    }
}

/// A body of chunks.
struct Chunked<R> {
    stream: R,
    /// Bytes left of the chunk.
    left: usize,
}

impl<R: BufRead> Read for Chunked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            self.left = usize::from_str_radix(line.trim(), 16).unwrap_or(0);
            if self.left == 0 {
                return Ok(0);
            }
        }
        let most = bytes.len().min(self.left);
        let count = self.stream.read(&mut bytes[..most])?;
        self.left -= count;
        if self.left == 0 {
            self.stream.read_line(&mut String::new())?;
        }
        Ok(count)
    }
}

/// Whether a connection is closed by the other side within `time`, whatever comes before.
pub(crate) fn is_closed_within(stream: &mut dyn Stream, time: Duration) -> bool {
    let begun = std::time::Instant::now();
    let mut rest = Vec::new();
    // A reset is as good as an end.
    let ended = stream.read_to_end(&mut rest);
    let is_end =
        ended.is_ok() || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset);
    is_end && begun.elapsed() < time
}
