//! Holding a leased process.

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Client, PROMPT};
use crate::model::{Error, Id, Process, Refusal};
use crate::wire::{self, Reply, Request};

/// A process is held as long as this exists, and at most as long as this program.
#[derive(Debug)]
pub struct Hold {
    /// What was known of the process then.
    pub process: Process,
    /// The keeper sees when it is closed.
    stream: UnixStream,
}

impl Hold {
    /// Whether the keeper has gone, and the process with it: there is nothing to hold any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let mut fds = [PollFd::new(&self.stream, PollFlags::IN)];
        // A keeper says nothing to those who hold: only its end can be read.
        poll(&mut fds, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}

impl Client {
    /// Holds a process: one that is [leased](crate::Start::lease) is not ended meanwhile.
    ///
    /// # Errors
    ///
    /// There is no such process, it has ended, or its keeper does not answer.
    pub fn hold(&self, id: Id) -> Result<Hold, Error> {
        self.check_scope(id, self.store.record(id)?.process.scope.as_ref())?;
        let exchange = || {
            let mut stream = self.store.connect(id)?;
            stream.set_nonblocking(false)?;
            stream.set_read_timeout(Some(PROMPT))?;
            stream.set_write_timeout(Some(PROMPT))?;
            wire::write(&mut stream, &Request::Hold, &[])?;
            Ok((wire::read(&mut stream)?, stream))
        };
        match exchange() {
            Ok((Some((Reply::Process(process), _)), stream)) if process.is_running() => {
                Ok(Hold { process: *process, stream })
            }
            Ok(_) => Err(Error::Refused(id, Refusal::NotRunning)),
            Err(error) if super::ask::is_gone(&error) => Err(Error::Refused(id, Refusal::NotRunning)),
            Err(_) => Err(Error::Unresponsive(id)),
        }
    }
}

/// The connection that holds. Whatever else has it open holds the process too; a program can wait on it for the end of
/// the process, when it hangs up.
impl AsFd for Hold {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
