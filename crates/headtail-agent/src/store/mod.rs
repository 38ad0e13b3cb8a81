//! The runtime directory as what it stands for: the processes that are remembered.
//!
//! | file | what it is |
//! |---|---|
//! | `admission` | locked by whoever adds or removes a process, for as long as that takes |
//! | `live/ID.lock` | locked by the starter, then by the keeper, for as long as either lives |
//! | `live/ID.sock` | where the keeper listens; its starter opens it, so that others can wait for a start to be decided |
//! | `records/ID` | the [`Record`], replaced as a whole whenever it changes |
//! | `keys/HASH` | which process a key belongs to |
//! | `expired/ID` | an empty file that says when a process was forgotten |
//!
//! Locks say who is alive, and nothing else does: a number of a process can be used again.

mod admission;
mod directory;
mod key;
mod record;
mod retention;

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, OFlags, flock};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

pub(crate) use self::admission::{Admission, Reservation};
use self::directory::Directory;
pub(crate) use self::record::{Phase, Record, Stored, Terms};
pub use self::retention::Keep;
use crate::model::{Error, Id, Timestamp};

/// The runtime directory.
#[derive(Debug)]
pub(crate) struct Store {
    root: Directory,
    live: Directory,
    records: Directory,
    keys: Directory,
    expired: Directory,
}

/// What became of a process that is remembered.
#[derive(Debug)]
pub(crate) enum Standing {
    /// Its keeper, or its starter, lives: it knows more than this record.
    Live(Record),
    /// It has ended.
    Ended(Stored),
    /// It had a keeper, which was killed.
    Lost(Stored),
    /// Its starter was killed before anything was executed.
    Abandoned(Record),
}

impl Store {
    /// Opens the runtime directory, and makes what is missing of it.
    ///
    /// # Errors
    ///
    /// It cannot be used: it cannot be made, or is not ours alone.
    pub(crate) fn open(path: Option<&Path>) -> Result<Self, Error> {
        let path = path.map_or_else(directory::default_path, PathBuf::from);
        // With a slash at its end, the system would follow a symbolic link.
        Self::within(Directory::open(&path.components().collect::<PathBuf>())?)
    }

    /// Opens the directory that this process is in, which others know as `path`.
    pub(crate) fn current(path: &Path) -> Result<Self, Error> {
        Self::within(Directory::current(path)?)
    }

    fn within(root: Directory) -> Result<Self, Error> {
        let [live, records, keys, expired] =
            ["live", "records", "keys", "expired"].map(|name| root.subdirectory(name));
        Ok(Self { live: live?, records: records?, keys: keys?, expired: expired?, root })
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// The processes that are remembered, oldest first.
    pub(crate) fn ids(&self) -> Result<Vec<Id>, Error> {
        let mut ids: Vec<Id> = self.records.names()?.iter().filter_map(|name| name.parse().ok()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    /// What became of a process.
    pub(crate) fn standing(&self, id: Id) -> Result<Standing, Error> {
        let stored = self.stored(id)?;
        if stored.record.phase == Phase::Ended {
            return Ok(Standing::Ended(stored));
        }
        if self.is_live(id)? {
            return Ok(Standing::Live(stored.record));
        }
        // It may have ended since: its keeper writes the last record before it lets go of the lock.
        let mut stored = self.stored(id)?;
        Ok(match stored.record.phase {
            Phase::Ended => Standing::Ended(stored),
            Phase::Reserved => Standing::Abandoned(stored.record),
            Phase::Launching | Phase::Running => {
                stored.record.process.lose();
                Standing::Lost(stored)
            }
        })
    }

    /// The record of a process as it was last written.
    pub(crate) fn record(&self, id: Id) -> Result<Record, Error> {
        Ok(self.stored(id)?.record)
    }

    fn stored(&self, id: Id) -> Result<Stored, Error> {
        let file = self.records.read_file(id.as_str()).map_err(std::io::Error::from);
        file.and_then(Stored::read).map_err(|error| self.no_record(id, error))
    }

    /// The output that is held of a process that has ended.
    pub(crate) fn output(&self, stored: &mut Stored) -> Result<Vec<u8>, Error> {
        stored.read_output().map_err(|error| self.no_record(stored.record.process.id, error))
    }

    fn no_record(&self, id: Id, error: std::io::Error) -> Error {
        if error.kind() == std::io::ErrorKind::NotFound {
            Error::NotFound { id: id.to_string(), expired: self.expired_at(id) }
        } else {
            Error::directory(self.records.join(id.as_str()), error)
        }
    }

    /// Writes a record, with what is held of the output where it is the last one.
    pub(crate) fn write_record(&self, record: &Record, output: &[&[u8]]) -> std::io::Result<()> {
        let line = record.to_line()?;
        let pieces = [&[&line[..]], output].concat();
        self.records.replace(record.process.id.as_str(), &pieces)
    }

    /// Whether the starter or the keeper of a process lives.
    pub(crate) fn is_live(&self, id: Id) -> Result<bool, Error> {
        let name = lock_name(id);
        let failed = |errno: Errno| Error::directory(self.live.join(&name), errno);
        let lock = match self.live.open_file(&name, OFlags::RDONLY) {
            Err(Errno::NOENT) => return Ok(false),
            opened => opened.map_err(failed)?,
        };
        match flock(&lock, FlockOperation::NonBlockingLockShared) {
            Ok(()) => Ok(false),
            Err(Errno::WOULDBLOCK) => Ok(true),
            Err(errno) => Err(failed(errno)),
        }
    }

    /// Connects to the keeper of a process, by a stream that does not block. Fails with `WouldBlock` where more clients
    /// wait already than it takes.
    pub(crate) fn connect(&self, id: Id) -> std::io::Result<UnixStream> {
        let socket = socket_with(
            AddressFamily::UNIX,
            SocketType::STREAM,
            SocketFlags::CLOEXEC | SocketFlags::NONBLOCK,
            None,
        )?;
        connect(&socket, &SocketAddrUnix::new(self.live.short_path(&socket_name(id)))?)?;
        Ok(socket.into())
    }

    /// Removes what only a live process has.
    pub(crate) fn retire(&self, id: Id) {
        self.live.unlink(&socket_name(id));
        self.live.unlink(&lock_name(id));
    }

    /// Removes all that is known of a process whose lock this process holds, or that has none. The key goes first: from
    /// then on it is free.
    pub(crate) fn forget(&self, id: Id) {
        // The key of a record that cannot be read is free once there is no record.
        if let Some(name) = self.record(id).ok().and_then(|record| record.terms.key)
            && self.key_owner(&name).is_some_and(|key| key.id == id)
        {
            self.keys.unlink(&name);
        }
        self.records.unlink(id.as_str());
        // What a keeper was writing when it was killed.
        self.records.unlink(&format!(".{id}"));
        self.retire(id);
    }

    fn expired_at(&self, id: Id) -> Option<Timestamp> {
        let status = self.expired.stat(id.as_str()).ok()?;
        let seconds = u64::try_from(status.st_mtime).ok()?;
        Some(Timestamp::from_unix_ms(seconds * 1000))
    }

    /// When the one process was forgotten whose id began with `prefix`.
    fn expired_with(&self, prefix: &str) -> Option<Timestamp> {
        let names = self.expired.names().ok()?;
        let mut matching = names.iter().filter(|name| name.starts_with(prefix));
        let name = matching.next()?;
        if matching.next().is_some() { None } else { self.expired_at(name.parse().ok()?) }
    }

    /// The id that begins with `prefix`.
    ///
    /// # Errors
    ///
    /// There is none, or more than one.
    pub(crate) fn resolve(&self, prefix: &str) -> Result<Id, Error> {
        if let Ok(id) = prefix.parse() {
            return Ok(id);
        }
        if !crate::model::is_prefix(prefix) {
            return Err(Error::not_found(prefix));
        }
        let ids = self.ids()?;
        let mut matching = ids.into_iter().filter(|id| id.as_str().starts_with(prefix));
        match (matching.next(), matching.next()) {
            (Some(id), None) => Ok(id),
            (None, _) => Err(Error::NotFound { id: prefix.into(), expired: self.expired_with(prefix) }),
            (Some(_), Some(_)) => Err(Error::Ambiguous(prefix.into())),
        }
    }
}

/// Whether this is about a record that never will be readable: the system went down while it was written.
fn is_broken(error: &Error) -> bool {
    matches!(error, Error::Directory { cause, .. } if cause.kind() == std::io::ErrorKind::InvalidData)
}

fn lock_name(id: Id) -> String {
    format!("{id}.lock")
}

fn socket_name(id: Id) -> String {
    format!("{id}.sock")
}

/// An open file that is locked for as long as any process has it open; `None` where another one has locked it.
fn try_lock(directory: &Directory, name: &str, flags: OFlags) -> Result<Option<OwnedFd>, Error> {
    let failed = |errno: Errno| Error::directory(directory.join(name), errno);
    let file = directory.open_file(name, flags | OFlags::RDONLY | OFlags::CREATE).map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(Errno::WOULDBLOCK) => Ok(None),
        Err(errno) => Err(failed(errno)),
    }
}
