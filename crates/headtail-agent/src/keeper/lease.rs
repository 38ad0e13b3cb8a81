//! How long a process may run with nobody holding it.

use std::time::{Duration, Instant};

/// A lease: held as long as any client holds it, and for a while after.
#[derive(Debug)]
pub(super) struct Lease {
    linger: Duration,
    /// `None` while somebody holds it, and where the time would never come.
    ends: Option<Instant>,
    is_held: bool,
}

impl Lease {
    /// A lease that nobody holds yet.
    pub(super) fn new(linger: Duration, now: Instant) -> Self {
        Self { linger, ends: now.checked_add(linger), is_held: false }
    }

    /// Notes whether anybody holds it now. Returns whether it is over.
    pub(super) fn update(&mut self, is_held: bool, now: Instant) -> bool {
        if self.is_held && !is_held {
            self.ends = now.checked_add(self.linger);
        }
        if is_held {
            self.ends = None;
        }
        self.is_held = is_held;
        self.ends.is_some_and(|ends| ends <= now)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_once_nobody_has_held_it_for_its_time() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut lease = Lease::new(Duration::from_secs(10), start);
        assert!(!lease.update(false, at(9)));
        assert!(!lease.update(true, at(9)));
        assert_eq!(lease.deadline(), None);
        assert!(!lease.update(true, at(100)));
        assert!(!lease.update(false, at(101)));
        assert!(!lease.update(false, at(110)));
        assert!(lease.update(false, at(111)));
        let mut never_held = Lease::new(Duration::from_secs(10), start);
        assert!(never_held.update(false, at(10)));
    }
}
