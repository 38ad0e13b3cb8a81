//! From the first message to a process that runs.

use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Instant;

use headtail_process::{Run, StartError, Stdin};

use super::child::Child;
use super::guard::Guard;
use super::input::Input;
use super::lease::Lease;
use super::turn::Keeper;
use crate::model::{Error, Id, Refusal, Start, Timestamp};
use crate::reading::Output;
use crate::store::{Phase, Record, Store};
use crate::wire::{self, Launch, Reply};

/// Keeps one process, from its start until all that is known of it is written down.
///
/// This is what `headtail-agent keep` does. The caller has left the session, the group and the descriptors of whoever
/// started it, and is in the runtime directory. `starter` is where the first message comes from, `lock` says that this
/// keeper lives, and clients connect to `listener`. From `signals` the number of each signal that arrives can be read:
/// `SIGHUP`, `SIGINT` and `SIGTERM` end the process, any other only says to look up. `guard` is a pipe to another process
/// that [stands guard](super::stand_guard).
///
/// # Errors
///
/// Nothing was executed. The starter has been told, if it still listens.
pub fn keep(
    starter: UnixStream,
    lock: OwnedFd,
    listener: UnixListener,
    signals: OwnedFd,
    guard: OwnedFd,
) -> Result<(), Error> {
    let mut starter = starter;
    let Some((launch, _)) = wire::read::<Launch>(&mut starter).map_err(Error::Keeper)? else {
        // The starter was killed; whoever needs the name finds that nobody has it.
        return Ok(());
    };
    let prepared = Store::current(Path::new(".")).and_then(|store| Ok((store.record(launch.id)?, store)));
    let (mut record, store) = prepared.map_err(|error| refuse(&mut starter, launch.id, error.to_string()))?;
    let begun = match begin(&store, &mut record, &launch.start, Guard::new(guard)) {
        Ok(begun) => begun,
        Err(refusal) => {
            // The key is free before the starter knows of the failure.
            store.forget(launch.id);
            let _ = wire::write(&mut starter, &Reply::Refused(refusal.clone()), &[]);
            return Err(Error::Refused(launch.id, refusal));
        }
    };
    // Where the disk is full, the record that was written before says enough: its keeper lives.
    let _ = store.write_record(&record, &[]);
    let reply = Reply::Process(Box::new(record.process.clone()));
    // A starter that was killed meanwhile finds the process again by its key, or in the list.
    let _ = wire::write(&mut starter, &reply, &[]);
    drop(starter);
    let lease = launch.start.lease.map(|linger| Lease::new(linger, Instant::now()));
    drop(launch);
    Keeper::new(store, record, lock, listener, signals, begun, lease).run();
    Ok(())
}

/// Tells a starter why there is no keeper.
fn refuse(starter: &mut UnixStream, id: Id, reason: String) -> Error {
    let refusal = Refusal::Failed(reason);
    let _ = wire::write(starter, &Reply::Refused(refusal.clone()), &[]);
    Error::Refused(id, refusal)
}

/// Tells a starter that its keeper could not leave it.
#[doc(hidden)]
pub fn refuse_to_keep(mut starter: UnixStream, reason: &std::io::Error) {
    if let Ok(Some((launch, _))) = wire::read::<Launch>(&mut starter) {
        refuse(&mut starter, launch.id, reason.to_string());
    }
}

/// Allocates the memory and executes the command.
fn begin(
    store: &Store,
    record: &mut Record,
    start: &Start,
    mut guard: Guard,
) -> Result<(Child, Output, Input), Refusal> {
    let (head, ring) = start.held();
    let output = Output::new(head, ring).map_err(Refusal::Failed)?;
    record.phase = Phase::Launching;
    store.write_record(record, &[]).map_err(|error| Refusal::Failed(error.to_string()))?;
    let mut run = Run::new(start.to_command())
        .stdin(if start.stdin { Stdin::Pipe } else { Stdin::Null })
        .kill_after(start.kill_after)
        .drain(start.drain)
        .reap_orphans()
        .die_with_thread();
    if let Some(limit) = start.timeout {
        run = run.timeout(limit);
    }
    let begun = Instant::now();
    let mut running = run.start().map_err(|error| refusal(&error))?;
    guard.watch(running.id());
    record.phase = Phase::Running;
    record.process.pid = Some(running.id());
    record.process.started_at = Timestamp::now();
    let input = Input::new(running.take_stdin());
    Ok((Child::new(running, begun, guard), output, input))
}

fn refusal(error: &StartError) -> Refusal {
    Refusal::Start { status: error.kind().exit_code(), reason: error.to_string() }
}
