//! How long processes are remembered once they have ended.

use std::time::Duration;

use super::{Phase, Store};
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

impl Store {
    /// Forgets the processes that are past `keep`, and says for a day that there were some. Only whoever has the
    /// [right](super::Admission) to remove processes may do so.
    pub(super) fn expire(&self, keep: Keep) -> Result<(), Error> {
        let now = Timestamp::now();
        let live = self.live.names()?;
        // Of those with a lock file, some have ended a moment ago, and their keepers are on their way out.
        let runs = |id: &Id| {
            live.iter().any(|name| name.strip_suffix(".lock") == Some(id.as_str())) && !self.has_ended(*id)
        };
        let ended = self.ids()?.into_iter().filter(|id| !runs(id));
        let mut by_end: Vec<(Timestamp, Id)> =
            ended.map(|id| (self.written(id).unwrap_or(id.started()), id)).collect();
        by_end.sort_unstable();
        let surplus = by_end.len().saturating_sub(keep.count);
        for (place, &(end, id)) in by_end.iter().enumerate() {
            if place >= surplus && now.since(end) <= keep.age {
                break;
            }
            if self.has_ended(id) || !self.is_live(id)? {
                let _ = self.expired.write(id.as_str(), &[]);
                self.forget(id);
            }
        }
        self.expire_tombstones(now)
    }

    fn has_ended(&self, id: Id) -> bool {
        self.record(id).is_ok_and(|record| record.phase == Phase::Ended)
    }

    fn expire_tombstones(&self, now: Timestamp) -> Result<(), Error> {
        for name in self.expired.names()? {
            let Ok(id) = name.parse::<Id>() else { continue };
            // It is younger than its process.
            let is_old = || self.expired_at(id).is_some_and(|time| now.since(time) > DAY);
            if now.since(id.started()) > DAY && is_old() {
                self.expired.unlink(&name);
            }
        }
        Ok(())
    }

    /// When a record was last written: when the process ended.
    fn written(&self, id: Id) -> Option<Timestamp> {
        let status = self.records.stat(id.as_str()).ok()?;
        let milliseconds = u64::try_from(status.st_mtime).ok()? * 1000 + status.st_mtime_nsec / 1_000_000;
        Some(Timestamp::from_unix_ms(milliseconds))
    }
}
