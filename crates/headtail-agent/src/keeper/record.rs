//! Writing down what is known, also where that does not work at once.

use std::io;
use std::time::{Duration, Instant};

use crate::reading::Output;
use crate::store::{Record, Store};

/// Whether the last record of the process is on disk.
#[derive(Debug)]
pub(super) enum Saved {
    /// The process runs.
    NotYet,
    /// It is, or nobody will ever look for it.
    Done,
    /// It could not be written: the next try, and how long after that the one that follows. Until then the keeper has it.
    Failed { again: Instant, pause: Duration, first: Instant },
}

/// Between the first two tries.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Between two tries at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// As long as processes are remembered.
const GIVE_UP: Duration = Duration::from_secs(24 * 60 * 60);

impl Saved {
    /// Writes the last record, if that is due.
    pub(super) fn advance(&mut self, store: &Store, record: &mut Record, output: &Output, now: Instant) {
        let (pause, first) = match *self {
            Self::Done => return,
            Self::NotYet => (FIRST_PAUSE, now),
            Self::Failed { again, .. } if now < again => return,
            Self::Failed { pause, first, .. } => ((pause * 2).min(LONGEST_PAUSE), first),
        };
        let result = output.with_held(|held| {
            record.gap = held.gap();
            store.write_record(record, &held.pieces().collect::<Vec<_>>())
        });
        *self = match result {
            Ok(()) => Self::Done,
            // The directory is gone, and with it all ways to ask.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::Done,
            Err(_) if now.saturating_duration_since(first) > GIVE_UP => Self::Done,
            Err(_) => Self::Failed { again: now + pause, pause, first },
        };
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Failed { again, .. } => Some(*again),
            Self::NotYet | Self::Done => None,
        }
    }
}
