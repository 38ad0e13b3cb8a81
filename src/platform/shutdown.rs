//! The time between a signal, or a timeout, and the end it asks for.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::platform::signals;

/// How long the last words of a producer are waited for.
const GRACE: Duration = Duration::from_millis(500);

/// When it is over. The clock starts where the signal or the timeout is first seen: what was blocking until then may have
/// kept the last words from being read.
static OVER: OnceLock<Instant> = OnceLock::new();

/// Begins it for a command that timed out at `now`. Returns when it is over.
pub(crate) fn begin(now: Instant) -> Instant {
    *OVER.get_or_init(|| now + GRACE)
}

/// When it is over at the latest, whatever comes.
static LIMIT: OnceLock<Instant> = OnceLock::new();

/// Has it begin at `deadline`: calls that block are interrupted from then on.
pub(crate) fn begin_at(deadline: Instant) {
    signals::tick_at(Some(deadline));
    let _ = LIMIT.set(deadline + GRACE);
}

/// Whether a signal or a timeout asked for the end and nothing more is to be waited for.
pub(crate) fn is_due() -> bool {
    let now = Instant::now();
    if signals::stop().is_some() && (signals::second_signal() || now >= begin(now)) {
        return true;
    }
    [&OVER, &LIMIT].into_iter().filter_map(OnceLock::get).any(|&over| over <= now)
}
