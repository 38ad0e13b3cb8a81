//! Adding a process to those that are remembered: one starter at a time.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::{Duration, Instant};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::key::Key;
use super::retention::Keep;
use super::{Phase, Record, Standing, Store, Stored, Terms, is_broken, lock_name, socket_name, try_lock};
use crate::model::{Error, Id, Process, Refusal, Start, State, Stdin, Timestamp};

/// The right to add and to remove processes. One process at a time has it; it ends with the process that has it.
#[derive(Debug)]
pub(crate) struct Admission<'a> {
    store: &'a Store,
    /// Locked.
    _lock: OwnedFd,
}

/// How long a start or a removal waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks whether it is its turn.
const PAUSE: Duration = Duration::from_millis(1);

/// A name for a process that is yet to be started.
#[derive(Debug)]
pub(crate) enum Reservation {
    /// A new one.
    New {
        record: Box<Record>,
        /// Locked: the process counts as running as long as this is open anywhere.
        lock: OwnedFd,
        /// Where its keeper is to listen. Whoever connects already waits for the start to be decided.
        listener: UnixListener,
    },
    /// The one that the key belongs to. Its start may not be decided yet.
    Known(Id),
}

impl<'a> Admission<'a> {
    /// Waits for the right.
    ///
    /// # Errors
    ///
    /// Whoever has it does not let go of it in time. It takes a few milliseconds unless its program is suspended.
    pub(crate) fn wait(store: &'a Store) -> Result<Self, Error> {
        const NAME: &str = "admission";
        let deadline = Instant::now() + PATIENCE;
        // The system offers no wait with a deadline for a lock.
        loop {
            if let Some(lock) = try_lock(&store.root, NAME, OFlags::empty())? {
                return Ok(Self { store, _lock: lock });
            }
            if Instant::now() > deadline {
                let reason =
                    "another program that starts or removes a process holds it and makes no progress";
                return Err(Error::directory(store.root.join(NAME), io::Error::other(reason)));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Reserves a name for what `start` describes, if there are not `max_running` processes already.
    pub(crate) fn reserve(
        &self,
        start: &Start,
        max_running: usize,
        keep: Keep,
    ) -> Result<Reservation, Error> {
        let started = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let id = Id::new(u64::try_from(started.as_micros()).unwrap_or(u64::MAX));
        let key = Key::new(start, id);
        let fingerprint = format!("{:032x}", start.fingerprint());
        if let Some(key) = &key
            && let Some(known) = self.known(key, &fingerprint)?
        {
            return Ok(Reservation::Known(known));
        }
        self.store.expire(keep)?;
        if self.running()? >= max_running {
            return Err(Error::TooMany { limit: max_running });
        }
        let store = self.store;
        let terms = Terms {
            key: key.as_ref().map(Key::file_name),
            fingerprint,
            shares: start.shares,
            max_line: start.max_line,
        };
        let record = Record { phase: Phase::Reserved, process: planned(id, start), terms, gap: (0, 0) };
        let lock_name = lock_name(id);
        let lock = try_lock(&store.live, &lock_name, OFlags::EXCL)?
            .ok_or_else(|| Error::directory(store.live.join(&lock_name), Errno::WOULDBLOCK))?;
        let prepared = self.prepare(&record, key.as_ref());
        match prepared {
            Ok(listener) => Ok(Reservation::New { record: Box::new(record), lock, listener }),
            Err(error) => {
                store.forget(id);
                Err(error)
            }
        }
    }

    fn prepare(&self, record: &Record, key: Option<&Key>) -> Result<UnixListener, Error> {
        let (store, id) = (self.store, record.process.id);
        store
            .write_record(record, &[])
            .map_err(|error| Error::directory(store.records.join(id.as_str()), error))?;
        let name = socket_name(id);
        let bound = UnixListener::bind(store.live.short_path(&name))
            .and_then(|listener| Ok(store.live.make_private(&name).map(|()| listener)?));
        let listener = bound.map_err(|error| Error::directory(store.live.join(&name), error))?;
        if let Some(key) = key
            && !store.take_key(key)?
        {
            // It belongs to another key with the same hash, which nobody will ever see.
            return Err(Error::KeyTaken);
        }
        Ok(listener)
    }

    /// The process that `key` belongs to, if that was started, or is being started.
    fn known(&self, key: &Key, fingerprint: &str) -> Result<Option<Id>, Error> {
        let name = key.file_name();
        let Some(owner) = self.store.key_owner(&name) else { return Ok(None) };
        if !owner.is_same(key) {
            return Err(Error::KeyTaken);
        }
        match self.store.standing(owner.id) {
            Ok(Standing::Abandoned(_)) => {
                self.store.forget(owner.id);
                Ok(None)
            }
            Ok(
                Standing::Live(record)
                | Standing::Ended(Stored { record, .. })
                | Standing::Lost(Stored { record, .. }),
            ) => {
                if record.terms.fingerprint == fingerprint {
                    Ok(Some(owner.id))
                } else {
                    Err(Error::KeyTaken)
                }
            }
            Err(Error::NotFound { .. }) => {
                self.store.keys.unlink(&name);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// How many processes run, or are being started. What killed keepers and starters left behind is removed.
    fn running(&self) -> Result<usize, Error> {
        let store = self.store;
        let mut count = 0;
        for name in store.live.names()? {
            let Some(id) = name.strip_suffix(".lock").and_then(|name| name.parse::<Id>().ok()) else {
                continue;
            };
            match store.standing(id) {
                Ok(Standing::Live(_)) => count += 1,
                Ok(Standing::Abandoned(_)) => store.forget(id),
                // Where the keeper still lives, it is about to do the same.
                Ok(Standing::Ended(_) | Standing::Lost(_)) | Err(Error::NotFound { .. }) => store.retire(id),
                Err(error) if !is_broken(&error) => return Err(error),
                Err(_) if store.is_live(id)? => count += 1,
                Err(_) => store.retire(id),
            }
        }
        Ok(count)
    }

    /// Forgets a process that has ended. Its key is free then.
    ///
    /// # Errors
    ///
    /// It runs, or there is no such process.
    pub(crate) fn remove(&self, id: Id) -> Result<(), Error> {
        match self.store.standing(id) {
            Ok(Standing::Live(_)) => return Err(Error::Refused(id, Refusal::Running)),
            Err(error) if !is_broken(&error) || self.store.is_live(id)? => return Err(error),
            _ => self.store.forget(id),
        }
        Ok(())
    }
}

/// What is known of a process before it is started.
fn planned(id: Id, start: &Start) -> Process {
    Process {
        id,
        command: start.command(),
        argv: start.words(),
        workdir: start.workdir.0.to_string_lossy().into_owned(),
        background: start.background,
        scope: start.scope.clone(),
        labels: start.labels.clone(),
        state: State::Running,
        pid: None,
        stopped_by: None,
        started_at: Timestamp::now(),
        exited_at: None,
        wall_duration: Some(Duration::ZERO),
        output_bytes: 0,
        stdin: if start.stdin { Stdin::Open } else { Stdin::Null },
        left_open: false,
        note: None,
    }
}
