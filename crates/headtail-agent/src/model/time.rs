//! Points in time, as records and answers print them.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time with a precision of milliseconds, shown as RFC 3339 in UTC.
///
/// ```
/// use headtail_agent::Timestamp;
///
/// let time = Timestamp::from_unix_ms(1_764_000_000_123);
/// assert_eq!(time.to_string(), "2025-11-24T16:00:00.123Z");
/// assert_eq!("2025-11-24T16:00:00.123Z".parse(), Ok(time));
/// assert_eq!(time.unix_seconds(), 1_764_000_000);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Milliseconds since 1970, [`LAST`] at most.
    ms: u64,
}

/// The end of the year 9999, the last that RFC 3339 can write.
const LAST: u64 = 253_402_300_799_999;

impl Timestamp {
    /// The time by the system's clock; 1970 where that is set to an earlier time.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The time from milliseconds since 1970; the last one of the year 9999 at the latest.
    #[must_use]
    pub const fn from_unix_ms(ms: u64) -> Self {
        Self { ms: if ms < LAST { ms } else { LAST } }
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn unix_ms(self) -> u64 {
        self.ms
    }

    /// Whole seconds since 1970.
    #[must_use]
    pub const fn unix_seconds(self) -> u64 {
        self.ms / 1000
    }

    /// How much later this is than `earlier`; zero where it is not.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.ms.saturating_sub(earlier.ms))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::from_unix_ms(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(self.ms)).fmt(f)
    }
}

/// A text that is not a [`Timestamp`] as [`Display`](fmt::Display) writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampError;

impl fmt::Display for TimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time such as 2025-11-24T16:00:00.123Z")
    }
}

impl std::error::Error for TimestampError {}

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let time = Self::from(humantime::parse_rfc3339(text).map_err(|_| TimestampError)?);
        // Other precisions would be read, too, and dates that do not exist.
        if time.to_string() == text { Ok(time) } else { Err(TimestampError) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_can_be_written() {
        for (ms, text) in [(0, "1970-01-01T00:00:00.000Z"), (u64::MAX, "9999-12-31T23:59:59.999Z")] {
            let time = Timestamp::from_unix_ms(ms);
            assert_eq!(time.to_string(), text);
            assert_eq!(text.parse(), Ok(time));
        }
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Timestamp::from(before), Timestamp::from_unix_ms(0));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "2025-02-30T00:00:00.000Z", "2025-01-01T24:00:00.000Z", "2025-01-01T00:00:00Z", "é"]
        {
            assert_eq!(text.parse::<Timestamp>(), Err(TimestampError), "{text}");
        }
    }
}
