//! Starting a process.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::Client;
use crate::model::{Error, Id, Process, Start};
use crate::store::{Admission, Keep, Record, Reservation};
use crate::wire::{self, Launch, Reply};

/// How long a keeper may take to execute a command.
const PATIENCE: Duration = Duration::from_secs(15);

/// Under which conditions another process is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admit {
    /// Most processes that run at once.
    pub max_running: usize,
    /// How many others are remembered.
    pub keep: Keep,
}

/// 64 at once; 200 others, for a day.
impl Default for Admit {
    fn default() -> Self {
        Self { max_running: 64, keep: Keep::default() }
    }
}

/// A process that was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// The process.
    pub process: Process,
    /// Whether it was started by this call. Otherwise its key was known.
    pub is_new: bool,
}

impl Client {
    /// Starts a process. Returns once its command was executed, or could not be.
    ///
    /// # Errors
    ///
    /// The command cannot be executed, which leaves no process; the limit of running processes is reached; the key stands for
    /// another start; or the runtime directory cannot be used. [`Error::Unresponsive`] where the keeper was suspended
    /// meanwhile: its process may run.
    pub fn start(&self, start: &Start, admit: Admit) -> Result<Started, Error> {
        if let Some(fault) = start.fault() {
            return Err(Error::Invalid(fault));
        }
        let scoped;
        let start = match &self.scope {
            Some(scope) if start.scope.is_none() => {
                scoped = start.clone().scope(scope.clone());
                &scoped
            }
            _ => start,
        };
        loop {
            let reservation = Admission::wait(&self.store)?.reserve(start, admit.max_running, admit.keep)?;
            match reservation {
                Reservation::New { record, lock, listener } => {
                    let process = self.launch(&record, start, lock, listener)?;
                    return Ok(Started { process, is_new: true });
                }
                // Its keeper answers once the start is decided. Where it failed, or its starter was killed before,
                // there is no such process, and this one tries again.
                Reservation::Known(id) => match self.get(id) {
                    Ok(process) => return Ok(Started { process, is_new: false }),
                    Err(Error::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                },
            }
        }
    }

    /// Executes a keeper and sends it what it is to execute.
    fn launch(
        &self,
        record: &Record,
        start: &Start,
        lock: OwnedFd,
        listener: UnixListener,
    ) -> Result<Process, Error> {
        let id = record.process.id;
        let started = self.spawn(id, lock, listener).and_then(|(mut starter, mut leaver)| {
            let launch = Launch { id, start: start.clone(), terms: record.terms.clone() };
            starter.set_read_timeout(Some(PATIENCE))?;
            starter.set_write_timeout(Some(PATIENCE))?;
            let reply = wire::write(&mut starter, &launch, &[]).and_then(|()| wire::read(&mut starter));
            // What was executed left the keeper behind at once, unless it is suspended as well. Where this program ignores
            // the end of its children, nobody can ask for its status, and nobody needs it.
            let _ = match &reply {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => leaver.try_wait().map(drop),
                _ => leaver.wait().map(drop),
            };
            reply
        });
        let failure = match started {
            Ok(Some((Reply::Process(process), _))) => return Ok(*process),
            Ok(Some((Reply::Refused(refusal), _))) => return Err(Error::Refused(id, refusal)),
            Ok(_) => io::Error::other("it ended without an answer"),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Err(Error::Unresponsive(id)),
            Err(error) => error,
        };
        // Unless something was executed all the same, nobody needs its name.
        if let Ok(crate::store::Standing::Abandoned(record)) = self.store.standing(id) {
            let _ = Admission::wait(&self.store).map(|admission| admission.remove(record.process.id));
        }
        Err(Error::Keeper(failure))
    }

    /// Executes a keeper. What it needs are its three standard descriptors, as no others survive that.
    fn spawn(
        &self,
        id: Id,
        lock: OwnedFd,
        listener: UnixListener,
    ) -> io::Result<(UnixStream, std::process::Child)> {
        let (ours, theirs) = UnixStream::pair()?;
        let child = Command::new(&self.program)
            .args(["keep", id.as_str()])
            // What it executes is given an environment of its own.
            .env_clear()
            .current_dir(self.store.path())
            .stdin(OwnedFd::from(theirs))
            .stdout(Stdio::from(lock))
            .stderr(OwnedFd::from(listener))
            .spawn()
            // Of another kind: too many processes are not a keeper that does not answer.
            .map_err(|error| io::Error::other(format!("{}: {error}", self.program.display())))?;
        Ok((ours, child))
    }
}
