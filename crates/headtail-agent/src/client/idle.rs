//! Connections to keepers that wait for their next request: a client that asks often connects once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::net::UnixStream;

use crate::model::Id;

/// Most connections that are kept in all. A keeper takes 256.
const MOST: usize = 64;
/// Most connections that are kept of one process.
const MOST_OF_ONE: usize = 8;

/// A connection to the keeper of a process, with no request in progress.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) id: Id,
    /// The scope of the process, which never changes.
    pub(super) scope: Option<String>,
    pub(super) stream: UnixStream,
}

/// The connections that are not in use, oldest first: `MOST` at most.
#[derive(Debug, Default)]
pub(super) struct Idle {
    links: Mutex<Vec<Link>>,
}

impl Idle {
    fn links(&self) -> MutexGuard<'_, Vec<Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection to the keeper of `id`, the one that was used last. The keeper may be gone since.
    pub(super) fn take(&self, id: Id) -> Option<Link> {
        let mut links = self.links();
        let place = links.iter().rposition(|link| link.id == id)?;
        Some(links.remove(place))
    }

    /// Keeps a connection for the next request, instead of the oldest where there are too many.
    pub(super) fn keep(&self, link: Link) {
        let mut links = self.links();
        if links.iter().filter(|other| other.id == link.id).count() >= MOST_OF_ONE {
            return;
        }
        if links.len() >= MOST {
            links.remove(0);
        }
        links.push(link);
    }

    /// Closes the connections to a keeper that is gone.
    pub(super) fn forget(&self, id: Id) {
        self.links().retain(|link| link.id != id);
    }
}
