//! How long processes are remembered once they have ended.

use std::time::Duration;

use super::admission::Admission;
use super::{Phase, Standing};
use crate::model::{Error, Id, Timestamp};

/// How many processes are remembered once they have ended, and for how long; those that ended first go first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Most of them.
    pub count: usize,
    /// The longest that one is remembered.
    pub age: Duration,
}

/// 200, for a day.
impl Default for Keep {
    fn default() -> Self {
        Self { count: 200, age: DAY }
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Admission<'_> {
    /// Forgets the processes that are past `keep`, and says for a day that there were some.
    pub(super) fn expire(&self, keep: Keep) -> Result<(), Error> {
        let store = self.store();
        let now = Timestamp::now();
        let live = store.live.names()?;
        // Of those with a lock file, some have ended a moment ago, and their keepers are on their way out.
        let runs = |id: &Id| {
            live.iter().any(|name| name.strip_suffix(".lock") == Some(id.as_str()))
                && store.record(*id).is_ok_and(|record| record.phase != Phase::Ended)
        };
        let ended: Vec<Id> = store.ids()?.into_iter().filter(|id| !runs(id)).collect();
        let mut by_end: Vec<(Timestamp, Id)> =
            ended.into_iter().map(|id| (self.written(id).unwrap_or(id.started()), id)).collect();
        by_end.sort_unstable();
        let surplus = by_end.len().saturating_sub(keep.count);
        for (place, &(end, id)) in by_end.iter().enumerate() {
            if place >= surplus && now.since(end) <= keep.age {
                break;
            }
            if let Ok(record) = store.record(id)
                && (record.phase == Phase::Ended || !store.is_live(id)?)
            {
                let _ = store.expired.write(id.as_str(), &[]);
                store.forget(&record);
            }
        }
        self.expire_tombstones(now)
    }

    fn expire_tombstones(&self, now: Timestamp) -> Result<(), Error> {
        let store = self.store();
        for name in store.expired.names()? {
            let Ok(id) = name.parse::<Id>() else { continue };
            // It is younger than its process.
            let is_old = || store.expired_at(id).is_some_and(|time| now.since(time) > DAY);
            if now.since(id.started()) > DAY && is_old() {
                store.expired.unlink(&name);
            }
        }
        Ok(())
    }

    /// When a record was last written: when the process ended.
    fn written(&self, id: Id) -> Option<Timestamp> {
        let status = self.store().records.stat(id.as_str()).ok()?;
        let milliseconds = u64::try_from(status.st_mtime).ok()? * 1000 + status.st_mtime_nsec / 1_000_000;
        Some(Timestamp::from_unix_ms(milliseconds))
    }

    /// Forgets a process that has ended. Its key is free then.
    ///
    /// # Errors
    ///
    /// It runs, or there is no such process.
    pub(crate) fn remove(&self, id: Id) -> Result<(), Error> {
        match self.store().standing(id)? {
            Standing::Live(_) => Err(Error::Refused(id, crate::model::Refusal::Running)),
            Standing::Ended(record) | Standing::Lost(record) | Standing::Abandoned(record) => {
                self.store().forget(&record);
                Ok(())
            }
        }
    }
}
