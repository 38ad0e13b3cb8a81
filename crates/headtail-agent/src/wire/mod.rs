//! What programs and keepers say to each other. Internal: both sides are of one version, or do not understand each other.

mod frame;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use self::frame::{Decoder, encode, read, write};
use crate::model::{Answer, Chunk, Id, Process, Query, Refusal, Start};
use crate::store::Terms;

/// The first message to a keeper, on its standard input.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Launch {
    pub(crate) id: Id,
    pub(crate) start: Start,
    /// What the record has to keep.
    pub(crate) terms: Terms,
}

/// What a keeper is asked, on its socket. Every request has one reply.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Request {
    /// The process as it is.
    Get,
    /// A read.
    Output(Query),
    /// The next bytes after an offset, up to a limit; waits for them.
    Chunk { after: u64, max_bytes: usize },
    /// The bytes beside it go to the standard input, which is then closed where `eof` says so. Waits for the process to
    /// take them, so long at most.
    Input { offset: Option<u64>, eof: bool, timeout: Duration },
    /// A signal by name or number, `terminate` or `kill`.
    Signal(String),
    /// The process is held as long as the connection lasts.
    Hold,
}

/// What a keeper replies.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Reply {
    /// To `Get`, `Signal` and `Hold`, and to the starter.
    Process(Box<Process>),
    /// To `Output`; the output stands beside it.
    Answer(Box<Answer>),
    /// To `Chunk`; the bytes stand beside it.
    Chunk(Box<Chunk>),
    /// To `Input`: how many bytes were accepted of this request, and of all.
    Input { accepted: u64, total: u64 },
    /// To any.
    Refused(Refusal),
}
