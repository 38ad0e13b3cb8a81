//! The processes that are remembered.

use std::cmp::Reverse;
use std::io;
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};

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
pub(super) const TIMEOUT: Duration = Duration::from_secs(3);
/// What is noted of a process whose keeper took longer.
pub(super) const SILENT: &str = "its keeper does not answer";

/// What the directory says of the processes in a scope.
pub(super) struct Survey {
    processes: Vec<Listed>,
    unreadable: Vec<String>,
}

/// A process, as its record has it.
struct Listed {
    process: Process,
    /// Its keeper lives, and knows more.
    is_live: bool,
}

impl Client {
    /// The processes that are remembered. A keeper that does not answer in time leaves its process as it was written down.
    ///
    /// # Errors
    ///
    /// The runtime directory cannot be read.
    pub fn list(&self, filter: &Filter) -> Result<List, Error> {
        let mut survey = self.survey(self.store.ids()?);
        self.refresh(&mut survey);
        Ok(survey.list(filter))
    }

    /// What the directory says of these processes.
    pub(super) fn survey(&self, ids: Vec<Id>) -> Survey {
        let mut processes = Vec::new();
        let mut unreadable = Vec::new();
        for id in ids {
            let (record, is_live) = match self.store.standing(id) {
                Ok(Standing::Live(record)) => (record, true),
                Ok(Standing::Ended(stored) | Standing::Lost(stored)) => (stored.record, false),
                // It is gone since, or was never started.
                Ok(Standing::Abandoned(_)) | Err(Error::NotFound { .. }) => continue,
                Err(error) => {
                    unreadable.push(error.to_string());
                    continue;
                }
            };
            let process = record.process;
            if self.scope.is_none() || process.scope == self.scope {
                processes.push(Listed { process, is_live });
            }
        }
        Survey { processes, unreadable }
    }

    /// Asks the keepers that live, all at once.
    fn refresh(&self, survey: &mut Survey) {
        let deadline = Instant::now() + TIMEOUT;
        let mut asked: Vec<(&mut Process, UnixStream, Decoder)> = Vec::new();
        for process in survey.live() {
            let ask = || {
                let mut stream = self.store.connect(process.id)?;
                wire::write(&mut stream, &Request::Get, &[])?;
                Ok::<_, io::Error>(stream)
            };
            match ask() {
                Ok(stream) => asked.push((process, stream, Decoder::default())),
                // It has ended a moment ago, or more clients wait for it than it takes.
                Err(_) => self.reread(process),
            }
        }
        while !asked.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            let timeout = left.try_into().ok();
            let mut fds: Vec<_> =
                asked.iter().map(|(_, stream, _)| PollFd::new(stream, PollFlags::IN)).collect();
            let _ = poll(&mut fds, timeout.as_ref());
            let mut ready: Vec<bool> = fds.iter().map(|fd| !fd.revents().is_empty()).collect();
            if left.is_zero() {
                break;
            }
            asked.retain_mut(|(process, stream, decoder)| {
                if !ready.remove(0) {
                    return true;
                }
                let received = decoder.fill(stream);
                match decoder.next::<Reply>() {
                    Ok(Some((Reply::Process(latest), _))) => **process = *latest,
                    Ok(None) if received.as_ref().is_ok_and(|&count| count > 0) => return true,
                    _ => self.reread(process),
                }
                false
            });
        }
        for (process, _, _) in asked {
            process.note = Some(SILENT.into());
        }
    }

    /// What is written down of a process whose keeper is on its way out.
    pub(super) fn reread(&self, process: &mut Process) {
        if let Ok(Standing::Ended(stored) | Standing::Lost(stored)) = self.store.standing(process.id) {
            *process = stored.record.process;
        }
    }
}

impl Survey {
    /// The processes whose keepers live.
    pub(super) fn live(&mut self) -> impl Iterator<Item = &mut Process> {
        let live = self.processes.iter_mut().filter(|listed| listed.is_live);
        live.map(|listed| &mut listed.process)
    }

    /// Those that `filter` asks for.
    pub(super) fn list(self, filter: &Filter) -> List {
        let Self { processes, unreadable } = self;
        let mut processes: Vec<_> = processes.into_iter().map(|listed| listed.process).collect();
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
        List { processes, total, running, next, unreadable }
    }
}
