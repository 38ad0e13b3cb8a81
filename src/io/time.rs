//! Points in time as RFC 3339 writes them.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;

/// How exactly a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Precision {
    Seconds,
    Milliseconds,
}

/// A time in UTC: `2026-11-24T10:00:10Z`.
pub(crate) fn rfc3339(time: SystemTime, precision: Precision) -> String {
    // A clock before 1970 was never set.
    let time = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let fraction = match precision {
        Precision::Seconds => String::new(),
        Precision::Milliseconds => format!(".{:03}", time.subsec_millis()),
    };
    let seconds = time.as_secs();
    let (year, month, day) = date(seconds / DAY);
    let time = seconds % DAY;
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
}

/// Year, month and day of the Gregorian calendar, `days` after the first of January 1970.
fn date(days: u64) -> (u64, u64, u64) {
    // Counted from a first of March, a leap day is the last of its year, and all months before it follow one rule.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let is_next_year = month >= 10;
    (400 * era + year + u64::from(is_next_year), if is_next_year { month - 9 } else { month + 3 }, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_are_those_of_the_calendar() {
        let times = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_795_514_410, "2026-11-24T10:00:10Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ];
        for (seconds, text) in times {
            let time = UNIX_EPOCH + Duration::from_millis(1000 * seconds + 7);
            assert_eq!(rfc3339(time, Precision::Seconds), text);
            assert_eq!(rfc3339(time, Precision::Milliseconds), text.replace('Z', ".007Z"));
        }
    }
}
