//! Sessions of the protocol over HTTP: how many there are, and when they end.
//!
//! The SDK keeps them, in any number, and counts a session as gone when no message has passed for a while, although a call
//! in it still waits. This puts a limit on both.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::Stream;
use rmcp::model::{ClientJsonRpcMessage, ServerJsonRpcMessage};
use rmcp::transport::WorkerTransport;
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError, LocalSessionWorker, SessionError,
};
use rmcp::transport::streamable_http_server::session::{ServerSseMessage, SessionId, SessionManager};
use tokio::sync::watch;

/// Most sessions at once. Many clients open one for each call and never end it.
const MOST: usize = 256;

/// What can become of a session.
type Outcome<T> = Result<T, LocalSessionManagerError>;

pub(super) struct Sessions {
    local: Arc<LocalSessionManager>,
    /// How long a client is there after its last request, or the last answer.
    timeout: Duration,
    /// At most `MOST`, but for one that was just opened.
    open: Arc<Mutex<HashMap<SessionId, Open>>>,
}

/// A session that is open.
struct Open {
    last_used: Instant,
    /// The calls in progress. A change of it, also to the same number, begins the time anew.
    calls: watch::Sender<usize>,
}

impl Open {
    fn change(&mut self, change: impl FnOnce(&mut usize)) {
        self.last_used = Instant::now();
        self.calls.send_modify(change);
    }
}

impl Sessions {
    pub(super) fn new(timeout: Duration) -> Self {
        let mut local = LocalSessionManager::default();
        local.session_config.keep_alive = None;
        Self { local: Arc::new(local), timeout, open: Arc::default() }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<SessionId, Open>> {
        lock(&self.open)
    }

    /// A session is in use as long as this exists.
    pub(super) fn begin_call(self: &Arc<Self>, id: &str) -> InCall {
        if let Some(session) = self.open().get_mut(id) {
            session.change(|calls| *calls += 1);
        }
        InCall { sessions: Arc::clone(self), id: id.into() }
    }

    /// Ends a session when its time is over.
    fn watch(&self, id: SessionId) {
        let (calls, mut changes) = watch::channel(0);
        self.open().insert(id.clone(), Open { last_used: Instant::now(), calls });
        let (local, open, timeout) = (Arc::clone(&self.local), Arc::clone(&self.open), self.timeout);
        tokio::spawn(async move {
            loop {
                let is_idle = *changes.borrow_and_update() == 0;
                tokio::select! {
                    result = changes.changed() => if result.is_err() { return },
                    () = tokio::time::sleep(timeout), if is_idle => break,
                }
            }
            lock(&open).remove(&id);
            // It fails where the session ends at the same time.
            let _ = local.close_session(&id).await;
        });
    }

    /// The session to end for the sake of `new`, where there are too many: the one that was idle for the longest time, or else
    /// the new one.
    fn excess(&self, new: &SessionId) -> Option<SessionId> {
        let open = self.open();
        let idle = open.iter().filter(|(id, session)| *id != new && *session.calls.borrow() == 0);
        let oldest = idle.min_by_key(|(_, session)| session.last_used).map_or(new, |(id, _)| id);
        (open.len() > MOST).then(|| oldest.clone())
    }
}

/// A call in progress.
pub(super) struct InCall {
    sessions: Arc<Sessions>,
    id: SessionId,
}

impl Drop for InCall {
    fn drop(&mut self) {
        if let Some(session) = self.sessions.open().get_mut(&self.id) {
            session.change(|calls| *calls = calls.saturating_sub(1));
        }
    }
}

impl SessionManager for Sessions {
    type Error = LocalSessionManagerError;
    type Transport = WorkerTransport<LocalSessionWorker>;

    async fn create_session(&self) -> Outcome<(SessionId, Self::Transport)> {
        let (id, transport) = self.local.create_session().await?;
        self.watch(id.clone());
        if let Some(excess) = self.excess(&id) {
            self.close_session(&excess).await?;
            if excess == id {
                let reason = format!("{MOST} sessions have calls in progress, which is the limit");
                return Err(SessionError::Io(io::Error::other(reason)).into());
            }
        }
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Outcome<ServerJsonRpcMessage> {
        self.local.initialize_session(id, message).await
    }

    /// Every request of a session asks this first.
    async fn has_session(&self, id: &SessionId) -> Outcome<bool> {
        if let Some(session) = self.open().get_mut(id) {
            session.change(|_| ());
        }
        self.local.has_session(id).await
    }

    async fn close_session(&self, id: &SessionId) -> Outcome<()> {
        self.open().remove(id);
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Outcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.local.create_stream(id, message).await
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Outcome<()> {
        self.local.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Outcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.local.create_standalone_stream(id).await
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Outcome<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static> {
        self.local.resume(id, last_event_id).await
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "current_thread")]
    async fn a_session_whose_time_is_over_is_forgotten() {
        let sessions = Sessions::new(Duration::from_millis(1));
        let (id, _transport) = sessions.create_session().await.expect("a session");
        while sessions.open().contains_key(&id) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
