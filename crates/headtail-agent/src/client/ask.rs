//! One request to whoever knows: the keeper while it lives, the record after that.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use super::Client;
use crate::model::{Error, Id};
use crate::store::{Record, Standing};
use crate::wire::{self, Reply, Request};

/// Who has answered.
pub(super) enum Answered {
    /// The keeper, and what stood beside its reply. Never a refusal.
    Keeper(Reply, Vec<u8>),
    /// The record of a process that has ended, or is lost.
    Record(Record),
}

/// How often a keeper is asked that lives and is not there: it is on its way out, or its socket was removed.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

impl Client {
    /// Asks the keeper of a process; where there is none, finds the record.
    pub(super) fn ask(
        &self,
        id: Id,
        request: &Request,
        bytes: &[u8],
        timeout: Duration,
    ) -> Result<Answered, Error> {
        for attempt in 0..TRIES {
            match self.store.standing(id)? {
                Standing::Live(record) => self.check_scope(&record)?,
                Standing::Ended(record) | Standing::Lost(record) => {
                    self.check_scope(&record)?;
                    return Ok(Answered::Record(record));
                }
                Standing::Abandoned(_) => return Err(Error::not_found(id)),
            }
            match self.ask_keeper(id, request, bytes, timeout) {
                Ok(Some((Reply::Refused(refusal), _))) => return Err(Error::Refused(id, refusal)),
                Ok(Some((reply, bytes))) => return Ok(Answered::Keeper(reply, bytes)),
                // It is gone. The first time that is because the process has ended, and its record is there.
                Ok(None) if attempt > 0 => thread::sleep(PAUSE),
                Ok(None) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Unresponsive(id))
    }

    /// Asks a keeper. `None` where it is not there, or goes before it has answered.
    fn ask_keeper(
        &self,
        id: Id,
        request: &Request,
        bytes: &[u8],
        timeout: Duration,
    ) -> Result<Option<(Reply, Vec<u8>)>, Error> {
        let message = wire::encode(request, bytes).map_err(|error| Error::Invalid(error.to_string()))?;
        let exchange = || {
            let stream = self.store.connect(id)?;
            let mut stream = Deadline { stream, at: Instant::now().checked_add(timeout) };
            stream.write_all(&message)?;
            wire::read(&mut stream)
        };
        match exchange() {
            Ok(reply) => Ok(reply),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Err(Error::Unresponsive(id))
            }
            Err(error) => Err(Error::directory(self.store.path(), error)),
        }
    }
}

/// Whether a keeper is not there any more.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
    )
}

/// A stream whose reads and writes fail with `WouldBlock` once a time has come.
struct Deadline {
    stream: std::os::unix::net::UnixStream,
    /// `None` where it would never come.
    at: Option<Instant>,
}

impl Deadline {
    fn remaining(&self) -> io::Result<Option<Duration>> {
        let remaining = self.at.map(|at| at.saturating_duration_since(Instant::now()));
        if remaining.is_some_and(|remaining| remaining.is_zero()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(remaining)
    }
}

impl io::Read for Deadline {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.remaining()?)?;
        self.stream.read(bytes)
    }
}

impl io::Write for Deadline {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.remaining()?)?;
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Answered {
    /// The error where a keeper has answered something else than it was asked.
    pub(super) fn unexpected(self, id: Id) -> Error {
        Error::Refused(id, crate::model::Refusal::Unknown)
    }
}
