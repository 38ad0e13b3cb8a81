//! What is due while inputs are read, though nothing comes: their end, or a sign of life.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::settings::Times;

/// Which limit of time ended the reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// It took too long.
    Timeout,
    /// Nothing came for too long.
    Idle,
}

/// The limits of time of a run.
#[derive(Debug)]
pub(crate) struct Clock {
    times: Times,
    start: Instant,
    /// When the last bytes came.
    last_input: Option<Instant>,
    next_beat: Option<Instant>,
    window_end: Option<Instant>,
    expiry: Option<Expiry>,
}

impl Clock {
    /// Starts the clock.
    pub(crate) fn new(times: Times) -> Self {
        let start = Instant::now();
        let after = |interval: Option<Duration>| interval.and_then(|interval| start.checked_add(interval));
        let (next_beat, window_end) = (after(times.heartbeat), after(times.every));
        Self { times, start, last_input: None, next_beat, window_end, expiry: None }
    }

    /// When the reading ends at the latest.
    pub(crate) fn timeout_at(&self) -> Option<Instant> {
        self.times.timeout.and_then(|limit| self.start.checked_add(limit))
    }

    /// When the reading ends if nothing comes.
    pub(crate) fn idle_at(&self) -> Option<Instant> {
        self.times.idle_timeout.and_then(|limit| self.last_input.unwrap_or(self.start).checked_add(limit))
    }

    /// How long it is until something is due; `None` for ever.
    pub(crate) fn time_left(&self) -> Option<Duration> {
        let limits = if self.expiry.is_none() { [self.timeout_at(), self.idle_at()] } else { [None; 2] };
        let next = limits.into_iter().chain([self.next_beat, self.window_end]).flatten().min();
        next.map(|next| next.saturating_duration_since(Instant::now()))
    }

    /// Says that bytes have come.
    pub(crate) fn input_came(&mut self) {
        self.last_input = Some(Instant::now());
    }

    /// The limit that is reached, the first time that one is. An input is idle only if nothing has come when it was looked
    /// at: `is_quiet`.
    pub(crate) fn expire(&mut self, is_quiet: bool) -> Option<Expiry> {
        let is_over = |limit: Option<Instant>| limit.is_some_and(|limit| limit <= Instant::now());
        if self.expiry.is_none() {
            self.expiry = if is_over(self.timeout_at()) {
                Some(Expiry::Timeout)
            } else if is_quiet && is_over(self.idle_at()) {
                Some(Expiry::Idle)
            } else {
                None
            };
            return self.expiry;
        }
        None
    }

    /// The limit that was reached.
    pub(crate) fn expiry(&self) -> Option<Expiry> {
        self.expiry
    }

    /// How long the run has taken and, if anything has come, how long ago that was: each time that a sign of life is due.
    pub(crate) fn beat(&mut self) -> Option<(Duration, Option<Duration>)> {
        let now = Instant::now();
        advance(&mut self.next_beat, self.times.heartbeat?, now)
            .then(|| (now - self.start, self.last_input.map(|last| now - last)))
    }

    /// Whether a window has ended since the last call.
    pub(crate) fn window_has_ended(&mut self) -> bool {
        self.times.every.is_some_and(|interval| advance(&mut self.window_end, interval, Instant::now()))
    }
}

/// The time by the system's clock; 1970 where it was never set, and is earlier.
pub(crate) fn now() -> SystemTime {
    SystemTime::now().max(UNIX_EPOCH)
}

/// Whether `next` has come. It is set to the first time after `now` then that whole intervals lead to: what was missed is
/// not made up for.
fn advance(next: &mut Option<Instant>, interval: Duration, now: Instant) -> bool {
    let Some(due) = next.filter(|&due| due <= now) else { return false };
    let missed = (now - due).as_nanos() / interval.as_nanos().max(1);
    let steps = u32::try_from(missed).ok().and_then(|missed| missed.checked_add(1));
    *next = steps.and_then(|steps| interval.checked_mul(steps)).and_then(|time| due.checked_add(time));
    true
}
