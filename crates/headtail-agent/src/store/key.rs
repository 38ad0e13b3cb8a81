//! Keys: names that a start can have, so that it is not carried out twice.

use rustix::fs::{AtFlags, linkat};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use super::Store;
use crate::model::{Error, Id, Start, hash};

/// Which process a key belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Key {
    pub(super) id: Id,
    scope: Option<String>,
    name: String,
}

impl Key {
    /// The key of `start`, for the process `id`.
    pub(super) fn new(start: &Start, id: Id) -> Option<Self> {
        Some(Self { id, scope: start.scope.clone(), name: start.key.clone()? })
    }

    /// Whether both are the same key in the same scope.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.scope, &self.name) == (&other.scope, &other.name)
    }

    /// The file that stands for it.
    pub(super) fn file_name(&self) -> String {
        let name = serde_json::to_vec(&(&self.scope, &self.name)).unwrap_or_default();
        format!("{:032x}", hash(&name))
    }
}

impl Store {
    /// Which process the key in the file `name` belongs to.
    pub(super) fn key_owner(&self, name: &str) -> Option<Key> {
        serde_json::from_slice(&self.keys.read(name).ok()?).ok()
    }

    /// Takes a key that nobody has. Returns whether it was free: of any number of takers, one succeeds.
    pub(super) fn take_key(&self, key: &Key) -> Result<bool, Error> {
        let (name, temporary) = (key.file_name(), format!(".{}", key.id));
        let failed = |cause: std::io::Error| Error::directory(self.keys.join(&name), cause);
        let text = serde_json::to_vec(key).map_err(|error| failed(error.into()))?;
        let written = self.keys.write(&temporary, &[&text]).map_err(failed);
        let linked = written.and_then(|()| {
            match linkat(&self.keys, &*temporary, &self.keys, &*name, AtFlags::empty()) {
                Ok(()) => Ok(true),
                Err(Errno::EXIST) => Ok(false),
                Err(errno) => Err(failed(errno.into())),
            }
        });
        self.keys.unlink(&temporary);
        linked
    }
}
