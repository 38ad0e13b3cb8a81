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
pub(super) struct Line {
    pub(super) id: Id,
    /// The scope of the process, which never changes.
    pub(super) scope: Option<String>,
    pub(super) stream: UnixStream,
}

/// The connections that are not in use, oldest first: `MOST` at most.
#[derive(Debug, Default)]
pub(super) struct Idle {
    lines: Mutex<Vec<Line>>,
}

impl Idle {
    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection to the keeper of `id`, the one that was used last. The keeper may be gone since.
    pub(super) fn take(&self, id: Id) -> Option<Line> {
        let mut lines = self.lines();
        let place = lines.iter().rposition(|line| line.id == id)?;
        Some(lines.remove(place))
    }

    /// Keeps a connection for the next request, instead of the oldest where there are too many.
    pub(super) fn keep(&self, line: Line) {
        let mut lines = self.lines();
        if lines.iter().filter(|other| other.id == line.id).count() >= MOST_OF_ONE {
            return;
        }
        if lines.len() >= MOST {
            lines.remove(0);
        }
        lines.push(line);
    }

    /// Closes the connections to a keeper that is gone.
    pub(super) fn forget(&self, id: Id) {
        self.lines().retain(|line| line.id != id);
    }
}
