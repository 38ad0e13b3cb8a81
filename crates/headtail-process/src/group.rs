//! The command's process, and the group that it leads.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::process::{
    Pid, WaitId, WaitIdOptions, WaitOptions, WaitStatus, getpgid, wait, waitid, waitpgid, waitpid,
};

use crate::outcome::Ending;
use crate::poll::poll;
use crate::signal::Signal;
use crate::{exit_watch, sys};

/// How long a killed process may take to be gone. Only the system itself can keep it longer: it belongs to another
/// user, somebody traces it, or a device does not answer.
pub(crate) const DYING: Duration = Duration::from_secs(5);

/// Which processes that lose their parent become children of this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Orphans {
    /// None: nobody knows who is left of a group when its leader has exited.
    Lost,
    /// All, and those of the group are reaped.
    Adopted,
    /// All, and all are reaped.
    Reaped,
}

/// A child that leads a process group.
///
/// Nobody else is sent what is sent to the group: its number is in use as long as a member has not been reaped, and it
/// is signalled only while one is known to be there. That is the leader, which is reaped on drop and not before, or else
/// an orphan that this process has adopted.
#[derive(Debug)]
pub(crate) struct Group {
    /// The number of the leader and of the group.
    id: Pid,
    /// Readable or hung up once the leader has exited.
    watch: OwnedFd,
    orphans: Orphans,
    /// How the leader ended, if it has.
    exit: Option<Ending>,
    is_reaped: bool,
    /// The leader has exited, but somebody who traces it has not let us know yet.
    is_withheld: bool,
    /// How long the leader is waited for once it was killed.
    dying: Duration,
}

/// How a child ended; `None` if it has not.
fn ending(code: Option<i32>, signal: Option<i32>) -> Option<Ending> {
    // The system keeps eight bits of what is passed to `exit`.
    let code = code.map(|code| Ending::Exited(code.to_le_bytes()[0]));
    code.or_else(|| signal.and_then(Signal::from_number).map(Ending::Signaled))
}

impl Group {
    /// # Errors
    ///
    /// There is no way to watch it; it is killed then.
    pub(crate) fn watch(child: &Child, orphans: Orphans) -> io::Result<Self> {
        let id = Pid::from_child(child);
        match exit_watch::open(id) {
            Ok(watch) => Ok(Self {
                id,
                watch,
                orphans,
                exit: None,
                is_reaped: false,
                is_withheld: false,
                dying: DYING,
            }),
            Err(error) => {
                let _ = sys::send_to_group(id, Signal::KILL);
                let _ = retry_on_intr(|| waitpid(Some(id), WaitOptions::empty()));
                Err(error)
            }
        }
    }

    pub(crate) fn id(&self) -> Pid {
        self.id
    }

    /// Whether the leader has exited.
    pub(crate) fn has_exited(&self) -> bool {
        self.exit.is_some()
    }

    /// Whether the leader has exited and its status is yet to be asked for: nothing becomes readable then.
    pub(crate) fn is_withheld(&self) -> bool {
        self.is_withheld
    }

    /// What becomes readable once the leader exits, until then.
    pub(crate) fn watch_fd(&self) -> Option<BorrowedFd<'_>> {
        (!self.has_exited() && !self.is_withheld).then(|| self.watch.as_fd())
    }

    /// Checks whether the leader has exited, and reaps orphans.
    pub(crate) fn check(&mut self) {
        if self.orphans == Orphans::Reaped {
            while let Ok(Some((id, status))) = retry_on_intr(|| wait(WaitOptions::NOHANG)) {
                self.note(id, status);
            }
        }
        if self.exit.is_some() || !self.wait(Duration::ZERO) {
            return;
        }
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        self.exit = match retry_on_intr(|| waitid(WaitId::Pid(self.id), options)) {
            Ok(None) => None,
            Ok(Some(status)) => ending(status.exit_status(), status.terminating_signal()),
            // Somebody else has reaped it, or nobody may.
            Err(errno) => Some(Ending::Unknown(errno.into())),
        };
        self.is_withheld = self.exit.is_none();
        if self.orphans != Orphans::Lost {
            // The leader hides from us who else there is.
            self.reap_leader();
        }
    }

    /// Waits no longer than `limit` for the leader to exit. Returns whether it has.
    fn wait(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut fds = [PollFd::new(&self.watch, PollFlags::IN)];
        loop {
            match poll(&mut fds, Some(deadline.saturating_duration_since(Instant::now()))) {
                Err(Errno::INTR) => {}
                result => return result != Ok(0),
            }
        }
    }

    /// Notes what was learnt by reaping the child `id`.
    fn note(&mut self, id: Pid, status: WaitStatus) {
        if id == self.id {
            self.exit = ending(status.exit_status(), status.terminating_signal());
            self.is_reaped = true;
        }
    }

    /// The signal that has suspended the leader, if one has since the last call and it was not continued.
    pub(crate) fn take_suspension(&mut self) -> Option<Signal> {
        let options = WaitIdOptions::STOPPED | WaitIdOptions::NOHANG;
        let status = retry_on_intr(|| waitid(WaitId::Pid(self.id), options)).ok()??;
        status.stopping_signal().and_then(Signal::from_number)
    }

    /// How the leader ended, the first time.
    pub(crate) fn take_ending(&mut self) -> Ending {
        let unknown = Ending::Unknown(io::Error::other("still running after SIGKILL"));
        // That it has exited stays known.
        match &mut self.exit {
            Some(ending) => std::mem::replace(ending, unknown),
            None => unknown,
        }
    }

    /// Sends `signal` to every process of the group, and to the leader where it has left the group.
    pub(crate) fn send(&mut self, signal: Signal) {
        // Errors mean that nobody is left, or only processes of other users: nothing more can be done then.
        if !self.is_reaped || self.has_members() == Some(true) {
            let _ = sys::send_to_group(self.id, signal);
        }
        if !self.is_reaped && getpgid(Some(self.id)).is_ok_and(|group| group != self.id) {
            let _ = sys::send_to_process(self.id, signal);
        }
    }

    /// Whether anybody is left in the group, the leader having exited; `None` where nobody knows.
    pub(crate) fn has_members(&mut self) -> Option<bool> {
        if self.orphans == Orphans::Lost {
            return None;
        }
        loop {
            // A member that is no child of ours has a parent that is alive. That is a member, too, or has left the
            // group: then it is for that one to see to its children.
            match retry_on_intr(|| waitpgid(self.id, WaitOptions::NOHANG)) {
                Ok(Some((id, status))) => self.note(id, status),
                Ok(None) => return Some(true),
                Err(_) => return Some(false),
            }
        }
    }

    /// Kills the leader and its group if the leader still runs, and waits for that; once, and not for ever.
    pub(crate) fn end(&mut self) {
        if !self.has_exited() {
            self.send(Signal::KILL);
            self.wait(self.dying);
            self.give_up();
            self.check();
        }
    }

    /// Has nobody wait for the leader any more: it was killed, and does not go.
    pub(crate) fn give_up(&mut self) {
        self.dying = Duration::ZERO;
    }

    fn reap_leader(&mut self) {
        if self.exit.is_some() && !self.is_reaped {
            // The status is known, or nobody wants it.
            self.is_reaped = !matches!(waitpid(Some(self.id), WaitOptions::NOHANG), Ok(None));
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
        self.reap_leader();
    }
}
