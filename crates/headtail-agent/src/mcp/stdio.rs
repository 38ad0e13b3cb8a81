//! The protocol on standard input and output: one message a line.
//!
//! The SDK has a transport of its own. This one answers lines that are not messages, too, with their id if they have one; lets
//! notifications that come before the first request pass; and says at once when the input has ended, so that waits can
//! be answered before the program exits.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::thread;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ErrorData, RequestId, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::io::{AsyncWriteExt, Stdout};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Longest line that is read. Commands and what they are fed are far shorter.
const MAX_LINE: usize = 16 << 20;

/// Lines that may wait for the server.
const WAITING: usize = 16;

/// Messages that may wait for the client. As long as there are more, nothing is read: a client that sends requests and
/// takes no answers would fill the memory.
const UNSENT: usize = 64;

pub(super) struct Stdio {
    lines: mpsc::Receiver<Line>,
    /// Whole lines are written under the lock.
    out: Arc<Mutex<Stdout>>,
    /// Turns of messages to wait for the client.
    unsent: Arc<Semaphore>,
    /// A request was received: before that, nothing else means anything.
    is_open: bool,
    /// Cancelled at the end of the input.
    closing: CancellationToken,
}

enum Line {
    Whole(Vec<u8>),
    /// It was longer than `MAX_LINE`.
    TooLong,
}

impl Stdio {
    /// Begins to read the standard input. `closing` is cancelled when it ends.
    pub(super) fn open(closing: CancellationToken) -> Self {
        let (sender, lines) = mpsc::channel(WAITING);
        // Not a task: nobody waits for a thread when the program exits, whatever it reads.
        thread::spawn(move || {
            let mut input = BufReader::new(io::stdin());
            while let Ok(Some(line)) = read_line(&mut input) {
                if sender.blocking_send(line).is_err() {
                    break;
                }
            }
        });
        let out = Arc::new(Mutex::new(tokio::io::stdout()));
        Self { lines, out, unsent: Arc::new(Semaphore::new(UNSENT)), is_open: false, closing }
    }

    /// Answers a line that is not a message, in a separate task, since receiving can be interrupted.
    fn refuse(&self, turn: OwnedSemaphorePermit, id: Option<RequestId>, error: ErrorData) {
        let out = Arc::clone(&self.out);
        tokio::spawn(async move {
            let _turn = turn;
            write(&out, &ServerJsonRpcMessage::error(error, id)).await
        });
    }
}

/// Writes a message.
async fn write(out: &Mutex<Stdout>, message: &ServerJsonRpcMessage) -> io::Result<()> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    let mut out = out.lock().await;
    out.write_all(&line).await?;
    out.flush().await
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let (out, unsent) = (Arc::clone(&self.out), Arc::clone(&self.unsent));
        async move {
            let _turn = unsent.acquire().await;
            write(&out, &message).await
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            // While as many answers wait as may, nothing is read. Nobody closes the semaphore, so that this never fails.
            let turn = Arc::clone(&self.unsent).acquire_owned().await.ok()?;
            match self.lines.recv().await {
                None => {
                    self.closing.cancel();
                    return None;
                }
                Some(Line::TooLong) => {
                    let reason = format!("The line is longer than {} MiB.", MAX_LINE >> 20);
                    self.refuse(turn, None, ErrorData::invalid_request(reason, None));
                }
                Some(Line::Whole(line)) => match parse(&line) {
                    Received::Message(message) => {
                        self.is_open |= matches!(*message, ClientJsonRpcMessage::Request(_));
                        if self.is_open {
                            return Some(*message);
                        }
                    }
                    Received::Nothing => {}
                    Received::Wrong(id, error) => self.refuse(turn, id, error),
                },
            }
        }
    }

    /// Waits for the answers that are on their way.
    async fn close(&mut self) -> io::Result<()> {
        let turns = u32::try_from(UNSENT).unwrap_or(u32::MAX);
        drop(self.unsent.acquire_many(turns).await);
        Ok(())
    }
}

/// What a line is.
enum Received {
    Message(Box<ClientJsonRpcMessage>),
    /// A blank line, or a notification that this server has never heard of.
    Nothing,
    Wrong(Option<RequestId>, ErrorData),
}

fn parse(line: &[u8]) -> Received {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
    if line.is_empty() {
        return Received::Nothing;
    }
    match serde_json::from_slice(line) {
        // To the SDK, a request with an id that cannot be one is a notification, which nobody answers.
        Ok(ClientJsonRpcMessage::Notification(_)) if serde_json::from_slice::<Identified>(line).is_ok() => {
            return Received::Wrong(
                None,
                ErrorData::invalid_request("`id` must be a string or an integer.", None),
            );
        }
        Ok(message) => return Received::Message(Box::new(message)),
        Err(_) => {}
    }
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => {
            // Where a string alone is wrong, such as by half a surrogate pair, whoever waits can be told.
            let id = serde_json::from_slice(line).ok().and_then(|Identified { id }| request_id(id));
            return Received::Wrong(id, ErrorData::parse_error(format!("Not JSON: {error}"), None));
        }
    };
    let id = value.get("id").cloned().and_then(request_id);
    if value.get("id").is_none() && value.get("method").is_some_and(Value::is_string) {
        return Received::Nothing;
    }
    Received::Wrong(id, ErrorData::invalid_request("Not a message of the protocol.", None))
}

/// Anything that has an id, with strings that are not looked at.
#[derive(serde::Deserialize)]
struct Identified {
    id: Value,
}

fn request_id(id: Value) -> Option<RequestId> {
    serde_json::from_value(id).ok()
}

/// Reads a line, however it ends. `None` at the end of the input.
fn read_line(input: &mut impl BufRead) -> io::Result<Option<Line>> {
    let mut line = Vec::new();
    input.by_ref().take(MAX_LINE as u64 + 1).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() <= MAX_LINE || line.ends_with(b"\n") {
        return Ok(Some(Line::Whole(line)));
    }
    drop(line);
    skip_line(input)?;
    Ok(Some(Line::TooLong))
}

/// Reads to the end of a line and keeps nothing of it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let bytes = input.fill_buf()?;
        let (count, is_over) = match memchr::memchr(b'\n', bytes) {
            Some(end) => (end + 1, true),
            None => (bytes.len(), bytes.is_empty()),
        };
        input.consume(count);
        if is_over {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_no_message_is_answered_with_its_id() {
        let wrong = |line: &str| match parse(line.as_bytes()) {
            Received::Wrong(id, error) => (id, error.code.0),
            Received::Message(message) => panic!("{line} is a message: {message:?}"),
            Received::Nothing => panic!("{line} is nothing"),
        };
        assert_eq!(wrong("{"), (None, -32700));
        assert_eq!(wrong("\u{1b}[A"), (None, -32700));
        assert_eq!(wrong("[]"), (None, -32600));
        assert_eq!(wrong("{\"id\": 7}"), (Some(RequestId::Number(7)), -32600));
        for id in ["null", "1.5", "[1]", "99999999999999999999"] {
            assert_eq!(
                wrong(&format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#)),
                (None, -32600),
                "{id}"
            );
        }
        let half = r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\ud800"}}"#;
        assert_eq!(wrong(half), (Some(RequestId::Number(7)), -32700));
        for line in ["", "  \r\n", r#"{"jsonrpc":"2.0","method":"$/setTrace","params":[]}"#] {
            assert!(!matches!(parse(line.as_bytes()), Received::Wrong(..)), "{line}");
        }
    }

    #[test]
    fn a_line_without_an_end_is_skipped_and_the_next_is_read() {
        let endless = vec![b'x'; MAX_LINE + 5];
        let input = [&endless[..], b"\nnext\nlast"].concat();
        let mut input = &input[..];
        assert!(matches!(read_line(&mut input), Ok(Some(Line::TooLong))));
        for expected in [&b"next\n"[..], b"last"] {
            assert!(matches!(read_line(&mut input), Ok(Some(Line::Whole(line))) if line == expected));
        }
        assert!(matches!(read_line(&mut input), Ok(None)));
    }
}
