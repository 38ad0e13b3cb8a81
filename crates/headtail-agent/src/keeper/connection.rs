//! A client: what it has sent, what it is waiting for, and what it has yet to take.

use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::net::sockopt::socket_peercred;
use rustix::process::geteuid;

use crate::model::Refusal;
use crate::reading::Pending;
use crate::wire::{self, Decoder, Reply, Request};

/// A client that takes nothing of its reply for this long is disconnected.
const STALL: Duration = Duration::from_secs(10);

/// A connected client. It has one request at a time; the next is looked at once the reply has been taken.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    decoder: Decoder,
    /// What it is waiting for.
    pub(super) task: Option<Task>,
    /// The reply, of which the first `taken` bytes have been taken. Empty while there is none.
    reply: Vec<u8>,
    taken: usize,
    /// When it last took something, or got the reply.
    moved: Instant,
    /// It holds the process.
    pub(super) holds: bool,
}

impl Connection {
    /// Accepts a client, where it is this user or root.
    pub(super) fn new(stream: UnixStream, now: Instant) -> Option<Self> {
        let peer = socket_peercred(&stream).ok()?.uid;
        if !peer.is_root() && peer != geteuid() {
            return None;
        }
        stream.set_nonblocking(true).ok()?;
        Some(Self {
            stream,
            decoder: Decoder::default(),
            task: None,
            reply: Vec::new(),
            taken: 0,
            moved: now,
            holds: false,
        })
    }

    /// What to poll for. A client that is gone is always noticed.
    pub(super) fn interest(&self) -> (BorrowedFd<'_>, PollFlags) {
        let flags = if self.reply.is_empty() { PollFlags::IN } else { PollFlags::OUT };
        (self.stream.as_fd(), flags)
    }

    /// Takes what has arrived. Returns whether the client is still there.
    pub(super) fn receive(&mut self) -> bool {
        match self.decoder.fill(&mut self.stream) {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
        }
    }

    /// The next request, if it is there and the last one is done with; an error where it is not understood.
    pub(super) fn next_request(&mut self) -> Option<Result<(Request, Vec<u8>), Refusal>> {
        if self.task.is_some() || !self.reply.is_empty() {
            return None;
        }
        self.decoder.next().map_err(|_| Refusal::Unknown).transpose()
    }

    /// Gives it a reply, of which it has taken all before.
    pub(super) fn reply(&mut self, reply: &Reply, bytes: &[u8], now: Instant) {
        self.task = None;
        // A reply is always shorter than the longest message.
        self.reply = wire::encode(reply, bytes).unwrap_or_default();
        self.taken = 0;
        self.moved = now;
    }

    /// Writes what the client takes of the reply. Returns whether the client is still there.
    pub(super) fn send(&mut self, now: Instant) -> bool {
        while self.taken < self.reply.len() {
            match self.stream.write(&self.reply[self.taken..]) {
                Ok(count) => {
                    self.taken += count;
                    self.moved = now;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return now.saturating_duration_since(self.moved) < STALL;
                }
                Err(_) => return false,
            }
        }
        self.reply = Vec::new();
        true
    }

    /// How much it has yet to take.
    pub(super) fn untaken(&self) -> usize {
        self.reply.len() - self.taken.min(self.reply.len())
    }

    /// When to look up although nothing has happened.
    pub(super) fn deadline(&self, last_output: Instant) -> Option<Instant> {
        let stall = (self.untaken() > 0).then(|| self.moved + STALL);
        let task = self.task.as_ref().and_then(|task| task.deadline(last_output));
        stall.into_iter().chain(task).min()
    }
}

/// What a client is waiting for.
#[derive(Debug)]
pub(super) enum Task {
    /// The end of a read's wait.
    Read(Box<Pending>),
    /// Bytes after an offset.
    Chunk { after: u64, max_bytes: usize },
    /// Room for input: in the order of `place`.
    Input { place: u64, bytes: Vec<u8>, written: usize, eof: bool, deadline: Option<Instant> },
}

impl Task {
    /// When it is due although nothing has happened.
    pub(super) fn deadline(&self, last_output: Instant) -> Option<Instant> {
        match self {
            Self::Read(read) => read.deadline(last_output),
            Self::Chunk { .. } => None,
            Self::Input { deadline, .. } => *deadline,
        }
    }

    /// An input that waits for room.
    pub(super) fn input(place: u64, bytes: Vec<u8>, eof: bool, timeout: Duration, now: Instant) -> Self {
        Self::Input { place, bytes, written: 0, eof, deadline: now.checked_add(timeout) }
    }
}
