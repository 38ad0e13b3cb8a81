//! The processes of one client, and its hold on them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use headtail_agent::{Admit, AsyncClient, Error, Filter, Hold, Id, Process, Start, Started};

/// The processes of a scope. Those that are leased are held as long as this exists.
pub(super) struct Processes {
    client: AsyncClient,
    /// How long a process runs once nobody holds it. Where it is `None`, processes are neither leased nor held.
    linger: Option<Duration>,
    holds: Mutex<HashMap<Id, Hold>>,
}

impl Processes {
    pub(super) fn new(client: AsyncClient, linger: Option<Duration>) -> Self {
        Self { client, linger, holds: Mutex::default() }
    }

    /// For what needs no hold.
    pub(super) fn client(&self) -> &AsyncClient {
        &self.client
    }

    /// Holds the processes that run already: their client has come back.
    pub(super) async fn take_over(&self) {
        let running = Filter { state: Some("running".into()), ..Filter::default() };
        // Where the directory cannot be read, the first call reports it.
        let list = self.client.list(running).await.unwrap_or_default();
        self.hold_all(&list.processes).await;
    }

    /// Holds those that run.
    pub(super) async fn hold_all(&self, processes: &[Process]) {
        for process in processes.iter().filter(|process| process.is_running()) {
            self.hold(process.id).await;
        }
    }

    /// Starts a process, and holds it.
    pub(super) async fn start(&self, start: Start, admit: Admit) -> Result<Started, Error> {
        let start = match self.linger {
            Some(linger) => start.lease(linger),
            None => start,
        };
        let started = self.client.start(start, admit).await?;
        self.hold(started.process.id).await;
        Ok(started)
    }

    /// The process whose id begins with `prefix`, which is held from now on.
    pub(super) async fn find(&self, prefix: &str) -> Result<Id, Error> {
        let id = self.client.resolve(prefix)?;
        self.hold(id).await;
        Ok(id)
    }

    /// Holds a process, unless it is held or has ended.
    async fn hold(&self, id: Id) {
        if self.linger.is_none() || self.holds().contains_key(&id) {
            return;
        }
        // It fails where the process has ended, or its keeper is stopped and will not end it either.
        if let Ok(hold) = self.client.hold(id).await {
            let mut holds = self.holds();
            holds.retain(|_, hold| !hold.is_over());
            holds.insert(id, hold);
        }
    }

    /// Whether any of them is held and runs.
    pub(super) fn holds_any(&self) -> bool {
        let mut holds = self.holds();
        holds.retain(|_, hold| !hold.is_over());
        !holds.is_empty()
    }

    fn holds(&self) -> MutexGuard<'_, HashMap<Id, Hold>> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
