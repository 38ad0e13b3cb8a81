//! `ps stop` and `ps rm`: an end to processes, and to what is known of them.

use headtail_agent::{Client, Error, Filter, Id, Query, Refusal, Wait};

use super::args::{Removing, Stopping};
use super::{Result, print, resolve};
use crate::failure::Failure;
use crate::values::FOR_EVER;

/// Asks processes to end, all at once, and waits until they have.
pub(super) fn stop(client: &Client, stopping: &Stopping) -> Result {
    let ids = if stopping.every { listed(client, true)? } else { resolve(client, &stopping.ids)? };
    for &id in &ids {
        match client.signal(id, "terminate") {
            // It has ended: that is all that was asked for.
            Ok(_) | Err(Error::Refused(_, Refusal::NotRunning)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    for id in ids {
        client.output(id, &Query::new().max_bytes(64).wait(Wait::Exit).timeout(FOR_EVER))?;
        print(&format!("{id}\n"))?;
    }
    Ok(())
}

/// Forgets processes that have ended.
pub(super) fn remove(client: &Client, removing: &Removing) -> Result {
    let ids = if removing.finished { listed(client, false)? } else { resolve(client, &removing.ids)? };
    for id in ids {
        client.remove(id)?;
        print(&format!("{id}\n"))?;
    }
    Ok(())
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
