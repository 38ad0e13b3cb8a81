//! `GET /{id}/stream`: output as it comes, as server-sent events.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{self, RawQuery};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::unfold;
use headtail_agent::{AsyncClient, Chunk, Error, Id, Process, Refusal, State};
use serde_json::json;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::parameters::Parameters;
use super::{Face, Named, ScopedClient};
use crate::http::problem::Problem;
use crate::values::FOR_EVER;

/// Most bytes of output in an event. A client that does not read costs no more memory than a few of these.
const PIECE: usize = 32 << 10;
/// The longest silence: a comment is sent after that.
const PULSE: Duration = Duration::from_secs(15);
/// How long to wait before a keeper that did not answer is asked again.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn stream(
    extract::State(face): extract::State<Arc<Face>>,
    caller: ScopedClient,
    Named(id): Named,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let after = parameters.number("after")?.unwrap_or(0);
    parameters.finish()?;
    // A browser that connects anew sends both, of which this is the newer.
    let after = match headers.get("last-event-id").filter(|value| !value.is_empty()) {
        Some(value) => value
            .to_str()
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Problem::bad("Last-Event-ID must be a number."))?,
        None => after,
    };
    let process = caller.client.get(id).await?;
    let end = process.output_bytes;
    // What a lost process had printed is not known any more.
    if after > end && process.state != State::Lost {
        return Err(Error::Refused(id, Refusal::PastEnd { end }).into());
    }
    let closing = face.closing.clone();
    let follower = Follower { client: caller.client, id, events: Events::new(after), closing };
    Ok(Sse::new(unfold(follower, Follower::next)).keep_alive(KeepAlive::new().interval(PULSE)))
}

/// A client that follows a process.
struct Follower {
    client: AsyncClient,
    id: Id,
    events: Events,
    closing: CancellationToken,
}

impl Follower {
    /// The next event, once there is one. Only when the connection has room for it does anyone ask for it, so that a slow
    /// reader costs the memory of one piece.
    async fn next(mut self) -> Option<(io::Result<Event>, Self)> {
        loop {
            if let Some(event) = self.events.queue.pop_front() {
                return Some((Ok(event.into()), self));
            }
            if self.events.is_over {
                return None;
            }
            let chunk = self.client.chunk(self.id, self.events.asked(), PIECE, FOR_EVER);
            let chunk = tokio::select! {
                chunk = chunk => chunk,
                // The connection is closed without an end of the response, so that no client takes it for one.
                () = self.closing.cancelled() => {
                    return Some((Err(io::ErrorKind::ConnectionAborted.into()), self));
                }
            };
            match chunk {
                Ok(chunk) => self.events.take(chunk),
                Err(Error::Unresponsive(_)) => sleep(PAUSE).await,
                // The process was forgotten: a client that reconnects gets the error as a response.
                Err(_) => self.events.is_over = true,
            }
        }
    }
}

/// The events to be sent, and the offset to go on from.
#[derive(Debug)]
struct Events {
    queue: VecDeque<Item>,
    /// The offset after all that was queued.
    next: u64,
    /// What follows there: the beginning of a character, at most three bytes.
    carry: Vec<u8>,
    is_over: bool,
}

/// An event, before it is text.
#[derive(Debug, PartialEq)]
enum Item {
    Output { start: u64, end: u64, text: String },
    Gap { start: u64, end: u64 },
    Exit { end: u64, process: Box<Process> },
}

impl Events {
    fn new(after: u64) -> Self {
        Self { queue: VecDeque::new(), next: after, carry: Vec::new(), is_over: false }
    }

    /// The offset of the next chunk to ask for.
    fn asked(&self) -> u64 {
        self.next + self.carry.len() as u64
    }

    /// Queues the events of a chunk. A character that is cut at its end is sent with the next chunk.
    fn take(&mut self, chunk: Chunk) {
        if chunk.start > self.asked() {
            let carry = std::mem::take(&mut self.carry);
            self.output(&carry);
            self.queue.push_back(Item::Gap { start: self.next, end: chunk.start });
            self.next = chunk.start;
        }
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(&chunk.bytes);
        if !chunk.is_last {
            self.carry = bytes.split_off(bytes.len() - unfinished(&bytes));
        }
        self.output(&bytes);
        if chunk.is_last {
            self.queue.push_back(Item::Exit { end: self.next, process: Box::new(chunk.process) });
            self.is_over = true;
        }
    }

    fn output(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let start = self.next;
        self.next += bytes.len() as u64;
        let text = String::from_utf8_lossy(bytes).into_owned();
        self.queue.push_back(Item::Output { start, end: self.next, text });
    }
}

/// How many bytes at the end are a character that is not complete.
fn unfinished(bytes: &[u8]) -> usize {
    let is_unfinished = |&len: &usize| {
        let end = bytes.len().checked_sub(len).map(|at| str::from_utf8(&bytes[at..]));
        matches!(end, Some(Err(error)) if error.valid_up_to() == 0 && error.error_len().is_none())
    };
    (1..=3).find(is_unfinished).unwrap_or(0)
}

impl From<Item> for Event {
    fn from(item: Item) -> Self {
        let event = |name: &str, id: u64| Self::default().event(name).id(id.to_string());
        // JSON of strings and numbers can always be written, and has no line ends.
        match item {
            Item::Output { start, end, text } => {
                event("output", end).data(json!({ "start": start, "text": text }).to_string())
            }
            Item::Gap { start, end } => {
                event("gap", end).data(json!({ "start": start, "end": end }).to_string())
            }
            Item::Exit { end, process } => event("exit", end).data(json!(process).to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process() -> Process {
        let json = json!({
            "id": "1a2b3c4d5e6f7g8h", "command": "x", "workdir": "/", "background": false, "labels": {},
            "state": "exited", "running": false, "pid": 1, "exit_code": 0, "signal": null,
            "started_at": "2025-11-24T16:00:00.123Z", "exited_at": "2025-11-24T16:00:00.123Z",
            "started_at_unix": 0, "exited_at_unix": 0, "wall_duration_ms": 0, "output_bytes": 0,
            "stdin": "null", "left_open": false
        });
        serde_json::from_value(json).expect("a process")
    }

    fn chunk(start: u64, bytes: &[u8], is_last: bool) -> Chunk {
        Chunk { bytes: bytes.to_vec(), start, is_last, process: process() }
    }

    #[test]
    fn no_cut_splits_a_character_or_loses_a_byte() {
        let output = "a\u{e9}\u{20ac}\u{1f600}z".as_bytes();
        for size in 1..output.len() {
            let mut events = Events::new(0);
            for piece in output.chunks(size) {
                events.take(chunk(events.asked(), piece, false));
            }
            events.take(chunk(events.asked(), b"", true));
            let mut next = 0;
            let mut text = String::new();
            for item in &events.queue {
                match item {
                    Item::Output { start, end, text: part } => {
                        assert_eq!((*start, *end), (next, next + part.len() as u64));
                        next = *end;
                        text.push_str(part);
                    }
                    Item::Exit { end, .. } => assert_eq!(*end, output.len() as u64),
                    Item::Gap { .. } => panic!("no gap"),
                }
            }
            assert_eq!(text.as_bytes(), output);
        }
    }

    #[test]
    fn a_broken_character_before_a_gap_or_the_end_is_shown_as_such() {
        let mut events = Events::new(10);
        events.take(chunk(10, b"a\xe2\x82", false));
        assert_eq!(events.asked(), 13);
        events.take(chunk(20, b"b\xf0", true));
        let output = |start, end, text: &str| Item::Output { start, end, text: text.into() };
        let items: Vec<_> = events.queue.into();
        assert_eq!(
            items,
            [
                output(10, 11, "a"),
                output(11, 13, "\u{fffd}"),
                Item::Gap { start: 13, end: 20 },
                output(20, 22, "b\u{fffd}"),
                Item::Exit { end: 22, process: Box::new(process()) },
            ]
        );
    }
}
