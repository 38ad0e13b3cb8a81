//! Whose processes a call is about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use axum::http::request::Parts;
use headtail_agent::AsyncClient;
use rmcp::RoleServer;
use rmcp::model::ProtocolVersion;
use rmcp::service::RequestContext;
use tokio::task::AbortHandle;

use super::processes::Processes;
use super::server::Failure;
use crate::scope;

/// Who calls.
pub(super) enum Caller {
    /// The client on standard input and output.
    Known(Arc<Processes>),
    /// Whom the request names, over HTTP.
    Named(Session),
}

impl Caller {
    /// The processes that a call is about.
    pub(super) fn processes(&self, context: &RequestContext<RoleServer>) -> Result<Arc<Processes>, Failure> {
        match self {
            Self::Known(processes) => Ok(Arc::clone(processes)),
            Self::Named(session) => session.processes(context),
        }
    }
}

/// A client over HTTP. Without a session of the protocol, it exists for one request.
pub(super) struct Session {
    scopes: Arc<Scopes>,
    /// Of the scopes that were named in this session: they are held until it ends.
    held: Mutex<Vec<Arc<Processes>>>,
}

impl Session {
    pub(super) fn new(scopes: Arc<Scopes>) -> Self {
        Self { scopes, held: Mutex::default() }
    }

    /// The scope is that of the header, or else the session itself.
    fn processes(&self, context: &RequestContext<RoleServer>) -> Result<Arc<Processes>, Failure> {
        let Some(Parts { headers, .. }) = context.extensions.get() else { return Ok(self.scopes.everyone()) };
        // Newer clients have no session, whatever they send.
        let has_session =
            context.protocol_version().is_none_or(|version| version < ProtocolVersion::NO_INITIALIZE);
        let named = scope::named(headers).map_err(|_| "The scope is not UTF-8.".to_owned())?;
        let session =
            || headers.get("mcp-session-id").filter(|_| has_session)?.to_str().ok().map(str::to_owned);
        let Some(scope) = named.or_else(session) else { return Ok(self.scopes.everyone()) };
        let processes = self.scopes.processes(&scope);
        if has_session {
            let mut held = lock(&self.held);
            if !held.iter().any(|one| Arc::ptr_eq(one, &processes)) {
                held.push(Arc::clone(&processes));
            }
        } else {
            self.scopes.keep_for_a_while(&scope, &processes);
        }
        Ok(processes)
    }
}

/// Processes by scope: those of one scope are held as long as any of its clients is there.
pub(super) struct Scopes {
    client: AsyncClient,
    /// How long a process runs once nobody holds it.
    linger: Duration,
    /// How long a client without a session is there after its last request.
    session_timeout: Duration,
    known: Mutex<HashMap<String, Known>>,
}

struct Known {
    processes: Weak<Processes>,
    /// Keeps them for clients without a session.
    timer: Option<AbortHandle>,
}

impl Scopes {
    pub(super) fn new(client: AsyncClient, linger: Duration, session_timeout: Duration) -> Self {
        Self { client, linger, session_timeout, known: Mutex::default() }
    }

    /// All processes, which such a caller does not hold.
    fn everyone(&self) -> Arc<Processes> {
        Arc::new(Processes::new(self.client.clone(), None))
    }

    /// The processes of a scope. When its first client comes, or comes back, those that run are held again.
    fn processes(&self, scope: &str) -> Arc<Processes> {
        let mut known = lock(&self.known);
        if let Some(processes) = known.get(scope).and_then(|known| known.processes.upgrade()) {
            return processes;
        }
        known.retain(|_, known| known.processes.strong_count() > 0);
        let processes = Arc::new(Processes::new(self.client.scoped(scope), Some(self.linger)));
        known.insert(scope.into(), Known { processes: Arc::downgrade(&processes), timer: None });
        let held = Arc::clone(&processes);
        tokio::spawn(async move { held.take_over().await });
        processes
    }

    /// Keeps the processes of a scope until its clients have asked for nothing for long.
    fn keep_for_a_while(&self, scope: &str, processes: &Arc<Processes>) {
        let (time, kept) = (self.session_timeout, Arc::clone(processes));
        let timer = tokio::spawn(async move {
            tokio::time::sleep(time).await;
            drop(kept);
        });
        let mut known = lock(&self.known);
        let before = known.get_mut(scope).and_then(|known| known.timer.replace(timer.abort_handle()));
        if let Some(before) = before {
            before.abort();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
