//! Processes that outlive their caller: start, list, read, write, signal, and nothing to look after.
//!
//! Each process has a *keeper*, a small program that is its parent. It holds the first bytes that the process prints and a
//! ring of the last ones, answers on a socket, and leaves a record of bounded size when the process has ended. There is no
//! daemon: a [`Client`] reads a directory and talks to keepers, so that any number of programs see the same processes, and
//! each of them can crash, be upgraded or go away.
//!
//! ```
//! use std::time::Duration;
//! use headtail_agent::{Admit, Client, Query, Reason, Start, State, Wait};
//!
//! # let Ok(program) = std::fs::canonicalize("../../target/debug/headtail-agent") else { return Ok(()) };
//! # let directory = std::env::temp_dir().join(format!("headtail-doc-{}", std::process::id()));
//! let client = Client::open(Some(&directory), program)?;
//! let start = Start::command_line("echo ready; read line; echo got $line; exit 3").stdin();
//! let id = client.start(&start, Admit::default())?.process.id;
//!
//! // Any program can go on from here, also when this one is gone.
//! let ready = client.output(id, &Query::new().wait(Wait::Match("^ready".into())))?;
//! assert_eq!((ready.reason, &ready.output[..]), (Reason::Match, &b"ready\n"[..]));
//!
//! client.input(id, b"it\n", true, None, Duration::from_secs(5))?;
//! let end = client.output(id, &Query::new().after(ready.next()).wait(Wait::Exit))?;
//! assert_eq!((end.process.state, &end.output[..]), (State::Exited(3), &b"got it\n"[..]));
//! # client.remove(id)?;
//! # std::fs::remove_dir_all(directory).unwrap();
//! # Ok::<(), headtail_agent::Error>(())
//! ```
//!
//! # What is promised
//!
//! - **A start answers** once the command was executed, or could not be: then it has left nothing behind. With a
//!   [key](Start::key) it is carried out once at most, whoever is killed at whatever moment, and however often it is
//!   repeated.
//! - **Reads have no state.** Offsets are bytes of all that was printed; an answer says where it ends, and a later one goes
//!   on from there. What is left out is counted to the byte, and a record answers as the keeper did.
//! - **Waits are woken**, by output, a line that matches, silence, or the end; nothing polls. A pattern is looked for in every
//!   byte that passes, also in what is gone a moment later. Within an endless line it is found if it spans 32 KiB at most.
//! - **A status is never invented.** Where a keeper was killed, its command is killed by the system, and the process is
//!   [`Lost`](State::Lost): it has no status then, and its output is gone.
//! - **What is not held is let go.** A [leased](Start::lease) process is ended once no program has [held](Client::hold) it
//!   for a while. Others run until they end, or time out.
//! - **Bounds**: a keeper takes less than 4 MiB beside its ring, whatever is printed; the number of processes that
//!   [run](Admit) at once is limited, and so is what is [remembered](Keep) of others.
//! - A disk that is full, a directory that is read-only or gone, and no descriptors or processes left make a start fail with
//!   the reason; a process that runs is not lost by any of them, and its keeper writes the end down as soon as that works.
//!
//! # Safety
//!
//! The runtime directory belongs to the user and nobody else can enter it; a keeper answers its user and root alone. The
//! environment of a process is in no record, no answer and no argument. Processes are not confined: whoever may start them may
//! do all that the user may.
//!
//! Linux alone can do this today: it needs a parent that inherits orphans, and children that die with it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod client;
mod keeper;
mod model;
mod reading;
mod store;
mod wire;

pub use self::client::{Admit, AsyncClient, Client, Filter, Hold, List, Started};
#[doc(hidden)]
pub use self::keeper::{keep, refuse_to_keep, stand_guard};
pub use self::model::{
    Answer, Chunk, Error, Id, IdError, Match, Process, Query, Reason, Refusal, Start, State, Stdin,
    StoppedBy, Timestamp, TimestampError, Truncated, Wait,
};
pub use self::reading::check_pattern;
pub use self::store::Keep;

/// Compiles the examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// What the fuzzer compares with a stream that is held whole.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzz {
    use crate::reading::{Budget, Held, Output, Search, read};
    use crate::{Match, Truncated};

    /// A keeper's output.
    #[derive(Debug)]
    pub struct Stream(Output);

    /// What a read shows, and the account of the rest.
    pub type Shown = (Vec<u8>, Option<Truncated>);

    impl Stream {
        /// An empty one.
        pub fn new(head: usize, ring: usize) -> Self {
            Self(Output::new(head, ring).expect("memory"))
        }

        /// Takes what is printed.
        pub fn push(&mut self, bytes: &[u8]) {
            self.0.push(bytes);
        }

        /// Reads by the keeper, and from its record.
        pub fn read(&self, after: u64, max_bytes: usize, max_line: usize, clean: bool) -> (Shown, Shown) {
            let budget = Budget { max_bytes, shares: None, max_line, clean };
            self.0.with_held(|held| {
                let bytes = held.pieces().collect::<Vec<_>>().concat();
                let record = Held::of_record(&bytes, held.gap());
                (read(held, after, &budget).expect("memory"), read(&record, after, &budget).expect("memory"))
            })
        }
    }

    /// A search that goes on with the stream.
    #[derive(Debug)]
    pub struct Searching(Search);

    impl Searching {
        /// Begins after an offset.
        pub fn new(pattern: &str, after: u64) -> Option<Self> {
            Search::new(pattern, after).ok().map(Self)
        }

        /// Searches what has come.
        pub fn advance(&mut self, stream: &Stream) -> Option<Match> {
            stream.0.with_held(|held| self.0.advance(held))
        }
    }
}
