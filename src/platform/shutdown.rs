//! The time between a signal and the end it asks for.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::platform::signals;

/// How long the last words of a producer are waited for.
const GRACE: Duration = Duration::from_millis(500);

/// When it is over. The clock starts where the signal is first seen: what was blocking until then may have
/// kept the last words from being read.
static OVER: OnceLock<Instant> = OnceLock::new();

/// Whether a signal asked for the end and nothing more is to be waited for.
pub(crate) fn is_due() -> bool {
    signals::stop().is_some()
        && (Instant::now() >= *OVER.get_or_init(|| Instant::now() + GRACE) || signals::second_signal())
}
