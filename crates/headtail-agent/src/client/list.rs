//! The processes that are remembered.

use std::cmp::Reverse;
use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::Client;
use crate::model::{Error, Id, Process};
use crate::store::Standing;
use crate::wire::{self, Decoder, Reply, Request};

/// Which processes are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in a state of this name: `running`, `exited`, `signaled` or `lost`.
    pub state: Option<String>,
    /// So many at most; all unless set.
    pub limit: Option<usize>,
    /// Only those that come after this one in the order of the list.
    pub before: Option<Id>,
}

/// Processes: those that run first, then the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The processes.
    pub processes: Vec<Process>,
    /// How many there are in the scope.
    pub total: usize,
    /// How many of these run.
    pub running: usize,
    /// The last process that is listed, where others follow.
    pub next: Option<Id>,
    /// Why records of other processes could not be read, one message each.
    pub unreadable: Vec<String>,
}

/// How long keepers may take in all to say how far their processes are.
const TIMEOUT: Duration = Duration::from_secs(3);

impl Client {
    /// The processes that are remembered. A keeper that does not answer in time leaves its process as it was written down.
    ///
    /// # Errors
    ///
    /// The runtime directory cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<List, Error> {
        let mut processes = Vec::new();
        let mut live = Vec::new();
        let mut unreadable = Vec::new();
        for id in self.store.ids()? {
            let process = match self.store.standing(id) {
                Ok(Standing::Live(record)) => {
                    live.push(processes.len());
                    record.process
                }
                Ok(Standing::Ended(record) | Standing::Lost(record)) => record.process,
                // It is gone since, or was never started.
                Ok(Standing::Abandoned(_)) | Err(Error::NotFound { .. }) => continue,
                Err(error) => {
                    unreadable.push(error.to_string());
                    continue;
                }
            };
            if self.scope.is_some() && process.scope != self.scope {
                live.pop_if(|last| *last == processes.len());
                continue;
            }
            processes.push(process);
        }
        self.refresh(&mut processes, live);
        processes.sort_by_key(|process| (!process.is_running(), Reverse(process.id)));
        let total = processes.len();
        let running = processes.iter().filter(|process| process.is_running()).count();
        if let Some(before) = filter.before {
            let at = processes.iter().position(|process| process.id == before);
            processes.drain(..at.map_or(0, |at| at + 1));
        }
        if let Some(state) = &filter.state {
            processes.retain(|process| process.state.name() == state);
        }
        let mut next = None;
        if let Some(limit) = filter.limit
            && processes.len() > limit
        {
            processes.truncate(limit);
            next = processes.last().map(|process| process.id);
        }
        Ok(List { processes, total, running, next, unreadable })
    }

    /// Asks the keepers of the processes at these places, all at once.
    fn refresh(&self, processes: &mut [Process], live: Vec<usize>) {
        let deadline = Instant::now() + TIMEOUT;
        let mut asked: Vec<(usize, UnixStream, Decoder)> = Vec::new();
        for place in live {
            let ask = || {
                let mut stream = self.store.connect(processes[place].id)?;
                wire::write(&mut stream, &Request::Get, &[])?;
                stream.set_nonblocking(true)?;
                Ok::<_, io::Error>(stream)
            };
            match ask() {
                Ok(stream) => asked.push((place, stream, Decoder::default())),
                // It has ended a moment ago, or more clients wait for it than it takes.
                Err(_) => self.reread(&mut processes[place]),
            }
        }
        while !asked.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = Timespec { tv_sec: 0, tv_nsec: left.subsec_nanos().into() };
            let timeout = Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX), ..timeout };
            let mut fds: Vec<_> =
                asked.iter().map(|(_, stream, _)| PollFd::new(stream, PollFlags::IN)).collect();
            let _ = poll(&mut fds, Some(&timeout));
            let mut ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
            if left.is_zero() {
                break;
            }
            asked.retain_mut(|(place, stream, decoder)| {
                if !ready.remove(0) {
                    return true;
                }
                let received = decoder.fill(stream);
                match decoder.next::<Reply>() {
                    Ok(Some((Reply::Process(process), _))) => processes[*place] = *process,
                    Ok(None) if received.as_ref().is_ok_and(|&count| count > 0) => return true,
                    _ => self.reread(&mut processes[*place]),
                }
                false
            });
        }
        for (place, _, _) in asked {
            processes[place].note = Some("its keeper does not answer".into());
        }
    }

    /// What is written down of a process whose keeper is on its way out.
    fn reread(&self, process: &mut Process) {
        if let Ok(Standing::Ended(record) | Standing::Lost(record)) = self.store.standing(process.id) {
            *process = record.process;
        }
    }
}
