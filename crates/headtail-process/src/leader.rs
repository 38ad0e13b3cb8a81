//! The process of the command itself: the leader of its group.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Child;

use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    Pid, Signal as Named, WaitId, WaitIdOptions, WaitOptions, kill_process_group, waitid, waitpid,
};

use crate::outcome::Ending;
use crate::signal::Signal;
use crate::{exit_watch, processes};

/// A child that leads a process group. It is reaped on drop and not before: until then nobody else can be given
/// its number, so that what is sent to the group never reaches a stranger. Where it runs until then, the group is
/// killed.
#[derive(Debug)]
pub(crate) struct Leader {
    id: Pid,
    /// Readable or hung up once it has exited.
    watch: OwnedFd,
    exit: Option<Exit>,
}

/// What the system says of a child that has exited.
#[derive(Clone, Copy, Debug)]
enum Exit {
    Code(u8),
    Signal(Signal),
    /// Nothing. Somebody else has reaped it, or nobody may.
    Lost(Errno),
}

impl Leader {
    /// # Errors
    ///
    /// There is no way to watch it; it is killed then.
    pub(crate) fn watch(child: &Child) -> io::Result<Self> {
        let id = Pid::from_child(child);
        match exit_watch::open(id) {
            Ok(watch) => Ok(Self { id, watch, exit: None }),
            Err(error) => {
                end(id);
                reap(id);
                Err(error)
            }
        }
    }

    /// Its number, and that of its group.
    pub(crate) fn id(&self) -> Pid {
        self.id
    }

    pub(crate) fn has_exited(&self) -> bool {
        self.exit.is_some()
    }

    /// Asks whether it has exited.
    pub(crate) fn look(&mut self) {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        self.exit = match retry_on_intr(|| waitid(WaitId::Pid(self.id), options)) {
            Ok(None) => None,
            Ok(Some(status)) => match (status.exit_status(), status.terminating_signal()) {
                // The system keeps eight bits of what was given to `exit`.
                (Some(code), _) => Some(Exit::Code(code.to_le_bytes()[0])),
                (_, Some(signal)) => Some(Exit::Signal(Signal(signal))),
                (None, None) => None,
            },
            Err(errno) => Some(Exit::Lost(errno)),
        };
    }

    /// The signal that has suspended it, if one has since the last call and nothing let it go on.
    pub(crate) fn take_suspension(&mut self) -> Option<Signal> {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
        let status = retry_on_intr(|| waitid(WaitId::Pid(self.id), options)).ok()??;
        status.stopping_signal().map(Signal)
    }

    /// Kills it and its group if it still runs, and waits until it has exited.
    pub(crate) fn end(&mut self) {
        if !self.has_exited() {
            end(self.id);
            self.look();
        }
    }

    /// How it ended.
    pub(crate) fn ending(&self) -> Ending {
        match self.exit {
            Some(Exit::Code(code)) => Ending::Exited(code),
            Some(Exit::Signal(signal)) => Ending::Signaled(signal),
            Some(Exit::Lost(errno)) => Ending::Unknown(errno.into()),
            None => Ending::Unknown(io::Error::other("it still runs, although it was killed")),
        }
    }

    /// Sends `signal` to every process of the group: one that can't be sent by name is sent as TERM.
    pub(crate) fn send(&self, signal: Signal) {
        // It fails where nobody is left, or only processes of other users are: there is nothing more to do then.
        let _ = kill_process_group(self.id, signal.named().unwrap_or(Named::TERM));
    }

    /// Whether a process other than the leader is alive in the group; `None` where the system doesn't tell.
    pub(crate) fn has_others(&self) -> Option<bool> {
        let leader = self.id.as_raw_nonzero().get();
        let mut all = processes::all()?;
        Some(all.any(|process| process.group == leader && process.id != leader && !process.is_zombie))
    }

    /// Reaps the dead children of this process other than the leader.
    pub(crate) fn reap_others(&self) {
        let own = rustix::process::getpid().as_raw_nonzero().get();
        let leader = self.id.as_raw_nonzero().get();
        let dead = processes::all().into_iter().flatten().filter(|process| process.is_zombie);
        for orphan in dead.filter(|process| process.parent == own && process.id != leader) {
            // What it was is nobody's concern any more.
            let _ = waitpid(Pid::from_raw(orphan.id), WaitOptions::NOHANG);
        }
    }
}

impl AsFd for Leader {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.watch.as_fd()
    }
}

impl Drop for Leader {
    fn drop(&mut self) {
        self.end();
        reap(self.id);
    }
}

/// Kills the group that `leader` leads, and waits until the leader has exited. That leaves it to be reaped.
fn end(leader: Pid) {
    let _ = kill_process_group(leader, Named::KILL);
    let _ = retry_on_intr(|| waitid(WaitId::Pid(leader), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT));
}

fn reap(leader: Pid) {
    // The status was learnt without reaping, or nobody wants it.
    let _ = waitpid(Some(leader), WaitOptions::NOHANG);
}
