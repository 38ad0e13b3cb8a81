//! Where bytes go, and what became of them.

use std::io::{self, Write};

use bytes::Buf;
use headtail::Snapshot;

use crate::program::descriptor::Descriptor;
use crate::program::failure::Failure;
use crate::program::name::Name;
use crate::program::system::descriptors::Standard;

/// A named output that fails at most once: the first failure is kept for [`finish`](Self::finish) and nothing
/// is written after it. That the reader went away is no failure: it has seen what it wanted.
#[derive(Debug)]
pub(crate) struct Sink<W = Descriptor> {
    name: Name,
    out: W,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing was written yet.
    Idle,
    /// All bytes so far were accepted.
    Working,
    /// The reader went away.
    Unread,
    Failed(Failure),
}

impl Sink {
    pub(crate) fn stdout() -> Self {
        Self::new(Name::stdout(), Descriptor::Standard(Standard::Out))
    }
}

impl<W: Write> Sink<W> {
    pub(crate) fn new(name: Name, out: W) -> Self {
        Self { name, out, state: State::Idle }
    }

    /// Writes all of `bytes`.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.attempt(|out| out.write_all(bytes));
        }
    }

    /// Writes what remains of `snapshot`.
    pub(crate) fn put_snapshot(&mut self, mut snapshot: Snapshot<&[u8]>) {
        if snapshot.has_remaining() {
            self.attempt(|out| snapshot.write_to(out));
        }
    }

    fn attempt(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) {
        if matches!(self.state, State::Idle | State::Working) {
            let result = write(&mut self.out);
            self.settle(result);
        }
    }

    fn settle(&mut self, result: io::Result<()>) {
        self.state = match result {
            Ok(()) => State::Working,
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => State::Unread,
            Err(error) => State::Failed(Failure::new(&self.name, error)),
        };
    }

    /// Ends the output; success is claimed only here.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        // An output that nothing was written to may just as well be closed.
        if matches!(self.state, State::Working) {
            let result = self.out.flush();
            self.settle(result);
        }
        match self.state {
            State::Failed(failure) => Err(failure),
            State::Idle | State::Working | State::Unread => Ok(()),
        }
    }
}
