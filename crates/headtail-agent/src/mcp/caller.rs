//! Whose processes a call is about.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use axum::http::request::Parts;
use headtail_agent::AsyncClient;
use rmcp::RoleServer;
use rmcp::model::{Extensions, ProtocolVersion};
use rmcp::service::RequestContext;
use tokio::task::AbortHandle;

use super::call_error::CallError;
use super::processes::Processes;
use super::sessions::{InCall, Sessions, lock};
use crate::scope;

/// Who calls.
pub(super) enum Caller {
    /// The client on standard input and output.
    Known(Arc<Processes>),
    /// Whom the request names, over HTTP.
    Named(Session),
}

/// What a call is about.
pub(super) struct Subject {
    pub(super) processes: Arc<Processes>,
    /// Its session goes on at least as long as the call.
    _in_call: Option<InCall>,
}

impl Caller {
    pub(super) fn subject(&self, context: &RequestContext<RoleServer>) -> Result<Subject, CallError> {
        match self {
            Self::Known(processes) => Ok(Subject { processes: Arc::clone(processes), _in_call: None }),
            Self::Named(session) => {
                // Newer clients have no session, whatever they send.
                let has_session =
                    context.protocol_version().is_none_or(|version| version < ProtocolVersion::NO_INITIALIZE);
                session.subject(&context.extensions, has_session)
            }
        }
    }

    /// A session begins: what runs in its scope is held again, although nothing is called.
    pub(super) fn begin(&self, extensions: &Extensions) {
        if let Self::Named(session) = self {
            // A scope that makes no sense is an error of the first call.
            let _ = session.subject(extensions, true);
        }
    }
}

/// A client over HTTP. Without a session of the protocol, it exists for one request.
pub(super) struct Session {
    sessions: Arc<Sessions>,
    scopes: Arc<Scopes>,
    /// Of the scopes that were named in this session: they are held until it ends.
    held: Mutex<Vec<Arc<Processes>>>,
}

impl Session {
    pub(super) fn new(sessions: Arc<Sessions>, scopes: Arc<Scopes>) -> Self {
        Self { sessions, scopes, held: Mutex::default() }
    }

    /// The scope is that of the header, or else the session itself.
    fn subject(&self, extensions: &Extensions, has_session: bool) -> Result<Subject, CallError> {
        let everyone = || Subject { processes: self.scopes.everyone(), _in_call: None };
        let Some(Parts { headers, .. }) = extensions.get() else { return Ok(everyone()) };
        let session = headers.get("mcp-session-id").filter(|_| has_session).and_then(|id| id.to_str().ok());
        let in_call = session.map(|id| self.sessions.begin_call(id));
        let named = scope::named(headers).map_err(|_| "The scope is not UTF-8.".to_owned())?;
        let Some(scope) = named.or_else(|| session.map(str::to_owned)) else { return Ok(everyone()) };
        let processes = self.scopes.processes(&scope);
        if has_session {
            let mut held = lock(&self.held);
            held.retain(is_needed);
            if !held.iter().any(|one| Arc::ptr_eq(one, &processes)) {
                held.push(Arc::clone(&processes));
            }
        } else {
            self.scopes.keep_for_a_while(&scope, &processes);
        }
        Ok(Subject { processes, _in_call: in_call })
    }
}

/// Whether whoever keeps processes should go on: a call is about them, or some of them run. A client may name any number of
/// scopes.
fn is_needed(processes: &Arc<Processes>) -> bool {
    Arc::strong_count(processes) > 1 || processes.holds_any()
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

impl Known {
    /// Whether the processes have a client, and are more than a name that a timer keeps.
    fn is_needed(&self) -> bool {
        let Some(processes) = self.processes.upgrade() else { return false };
        // Counted are this one, that of the timer, and those of clients and calls.
        let ours = 1 + usize::from(self.timer.is_some());
        Arc::strong_count(&processes) > ours || processes.holds_any()
    }
}

/// Its processes are let go.
impl Drop for Known {
    fn drop(&mut self) {
        if let Some(timer) = &self.timer {
            timer.abort();
        }
    }
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
        known.retain(|_, known| known.is_needed());
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

#[cfg(test)]
mod tests {
    use headtail_agent::Client;

    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn a_scope_without_processes_is_not_kept() {
        let directory = tempfile::tempdir().expect("a directory");
        let client = Client::open(Some(&directory.path().join("run")), "/bin/false").expect("a directory");
        let hour = Duration::from_secs(3600);
        let scopes = Scopes::new(AsyncClient::new(client), hour, hour);
        for number in 0..100 {
            let name = number.to_string();
            let processes = scopes.processes(&name);
            assert!(Arc::ptr_eq(&processes, &scopes.processes(&name)), "there is one of each");
            scopes.keep_for_a_while(&name, &processes);
            // Of whoever takes over.
            while Arc::strong_count(&processes) > 2 {
                tokio::task::yield_now().await;
            }
        }
        assert_eq!(lock(&scopes.known).len(), 1, "the last one");
        let [first, second] = ["a", "b"].map(|name| scopes.processes(name));
        scopes.keep_for_a_while("a", &first);
        assert_eq!(lock(&scopes.known).len(), 2, "those that calls are about");
        drop(second);
    }
}
