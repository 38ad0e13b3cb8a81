//! `ps`: which processes there are.

use headtail_agent::{Client, Filter, Timestamp};

use super::{Result, print, print_json, table};
use crate::failure::{self, Failure};

/// Prints the processes that run; with `all`, those that have ended too.
pub(super) fn list(client: &Client, all: bool, json: bool) -> Result {
    let state = (!all).then(|| "running".into());
    let list = client.list(&Filter { state, ..Filter::default() })?;
    if json {
        list.processes.iter().try_for_each(print_json)?;
    } else {
        print(&table::HEADER)?;
        let now = Timestamp::now();
        list.processes.iter().try_for_each(|process| print(&table::row(process, now)))?;
    }
    for message in &list.unreadable {
        failure::report(message);
    }
    if list.unreadable.is_empty() { Ok(()) } else { Err(Failure::Status(1)) }
}
