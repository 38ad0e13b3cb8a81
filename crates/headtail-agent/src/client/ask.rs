//! One request to whoever knows: the keeper while it lives, the record after that.

use std::io::{self, Write};
use std::thread;
use std::time::{Duration, Instant};

use super::Client;
use crate::model::{Error, Id, Process, Refusal};
use crate::store::{Standing, Stored};
use crate::wire::{self, Reply, Request};

/// Who has answered.
pub(super) enum Answered {
    /// The keeper, and what stood beside its reply. Never a refusal.
    Keeper(Reply, Vec<u8>),
    /// The record of a process that has ended, or is lost.
    Record(Box<Stored>),
}

/// Who knows of a process.
pub(super) enum Whereabouts {
    /// Its keeper, which lives.
    Keeper { scope: Option<String> },
    /// The record, as it has ended or is lost.
    Record(Box<Stored>),
}

/// How often a keeper is asked that lives and is not there: it is on its way out, or its socket was removed.
pub(super) const TRIES: u32 = 50;
pub(super) const PAUSE: Duration = Duration::from_millis(20);

impl Client {
    /// Asks the keeper of a process; where there is none, finds the record.
    pub(super) fn ask(
        &self,
        id: Id,
        request: &Request,
        bytes: &[u8],
        timeout: Duration,
    ) -> Result<Answered, Error> {
        let message = encode(request, bytes)?;
        for attempt in 0..TRIES {
            if let Whereabouts::Record(stored) = self.whereabouts(id)? {
                return Ok(Answered::Record(stored));
            }
            let exchange = || {
                let stream = self.store.connect(id)?;
                stream.set_nonblocking(false)?;
                let mut stream = Deadline { stream, at: Instant::now().checked_add(timeout) };
                stream.write_all(&message)?;
                wire::read(&mut stream)
            };
            match self.answered(id, exchange())? {
                Some(answered) => return Ok(answered),
                // It is gone. The first time that is because the process has ended, and its record is there.
                None if attempt > 0 => thread::sleep(PAUSE),
                None => {}
            }
        }
        Err(Error::Unresponsive(id))
    }

    /// Who is to be asked about a process.
    pub(super) fn whereabouts(&self, id: Id) -> Result<Whereabouts, Error> {
        let whereabouts = match self.store.standing(id)? {
            Standing::Live(record) => Whereabouts::Keeper { scope: record.process.scope },
            Standing::Ended(stored) | Standing::Lost(stored) => Whereabouts::Record(Box::new(stored)),
            Standing::Abandoned(_) => return Err(Error::not_found(id)),
        };
        let scope = match &whereabouts {
            Whereabouts::Keeper { scope } => scope,
            Whereabouts::Record(stored) => &stored.record.process.scope,
        };
        self.check_scope(id, scope.as_ref())?;
        Ok(whereabouts)
    }

    /// What an exchange with a keeper has brought. `None` where it is not there, or went before it answered.
    pub(super) fn answered(
        &self,
        id: Id,
        exchanged: io::Result<Option<(Reply, Vec<u8>)>>,
    ) -> Result<Option<Answered>, Error> {
        match exchanged {
            Ok(Some((Reply::Refused(refusal), _))) => Err(Error::Refused(id, refusal)),
            Ok(reply) => Ok(reply.map(|(reply, bytes)| Answered::Keeper(reply, bytes))),
            Err(error) if is_gone(&error) => Ok(None),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Err(Error::Unresponsive(id))
            }
            Err(error) => Err(Error::directory(self.store.path(), error)),
        }
    }
}

/// A request as it is sent.
pub(super) fn encode(request: &Request, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    wire::encode(request, bytes).map_err(|error| Error::Invalid(error.to_string()))
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
    /// The process that was asked for.
    pub(super) fn process(self, id: Id) -> Result<Process, Error> {
        match self {
            Self::Keeper(Reply::Process(process), _) => Ok(*process),
            Self::Record(stored) => Ok(stored.record.process),
            Self::Keeper(..) => Err(unexpected(id)),
        }
    }

    /// The process, of which only its keeper could do what it was asked.
    pub(super) fn running(self, id: Id) -> Result<Process, Error> {
        match self {
            Self::Record(_) => Err(Error::Refused(id, Refusal::NotRunning)),
            keeper @ Self::Keeper(..) => keeper.process(id),
        }
    }
}

/// The error where a keeper has answered something else than it was asked.
pub(super) fn unexpected(id: Id) -> Error {
    Error::Refused(id, Refusal::Unknown)
}
