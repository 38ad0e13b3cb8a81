//! `ps stop` and `ps rm`: an end to processes, and to what is known of them.

use headtail_agent::{Client, Error, Filter, Id, Query, Refusal, Wait};

use super::args::{Removing, Stopping};
use super::{Result, print};
use crate::failure::Failure;
use crate::values::FOR_EVER;

/// Asks processes to end, all at once, and waits until they have.
pub(super) fn stop(client: &Client, stopping: &Stopping) -> Result {
    let mut all = Several::default();
    let ids = if stopping.every { listed(client, true)? } else { all.resolve(client, &stopping.ids) };
    let ids: Vec<Id> = ids
        .into_iter()
        .filter(|&id| {
            all.succeeds(match client.signal(id, "terminate") {
                // It has ended: that is all that was asked for.
                Ok(_) | Err(Error::Refused(_, Refusal::NotRunning)) => Ok(()),
                Err(error) => Err(error),
            })
        })
        .collect();
    let query = Query::new().max_bytes(64).wait(Wait::Exit).timeout(FOR_EVER);
    for id in ids {
        if all.succeeds(client.output(id, &query)) {
            print(&format!("{id}\n"))?;
        }
    }
    all.result()
}

/// Forgets processes that have ended.
pub(super) fn remove(client: &Client, removing: &Removing) -> Result {
    let mut all = Several::default();
    let ids = if removing.finished { listed(client, false)? } else { all.resolve(client, &removing.ids) };
    for id in ids {
        if all.succeeds(client.remove(id)) {
            print(&format!("{id}\n"))?;
        }
    }
    all.result()
}

/// Something that is done to several processes, to each whether or not it fails for another.
#[derive(Default)]
struct Several {
    has_failed: bool,
}

impl Several {
    /// The processes that the arguments name.
    fn resolve(&mut self, client: &Client, prefixes: &[String]) -> Vec<Id> {
        let resolved = prefixes.iter().map(|prefix| client.resolve(prefix));
        resolved.filter_map(|id| id.map_err(|error| self.fail(error)).ok()).collect()
    }

    /// Reports a failure.
    fn succeeds<T>(&mut self, result: std::result::Result<T, Error>) -> bool {
        result.map_err(|error| self.fail(error)).is_ok()
    }

    fn fail(&mut self, error: Error) {
        self.has_failed = true;
        Failure::from(error).report();
    }

    fn result(&self) -> Result {
        if self.has_failed { Err(Failure::Status(1)) } else { Ok(()) }
    }
}

/// The processes that run, or those that do not.
fn listed(client: &Client, running: bool) -> std::result::Result<Vec<Id>, Failure> {
    let list = client.list(&Filter::default())?;
    Ok(list
        .processes
        .iter()
        .filter(|process| process.is_running() == running)
        .map(|process| process.id)
        .collect())
}
