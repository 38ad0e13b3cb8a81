//! Lengths of time as `timeout` and humantime read them.

use std::str::FromStr;
use std::time::Duration;
use std::{error, fmt};

/// A length of time, read from text such as `10`, `10s`, `1.5h`, `500ms` or `1h 30m`.
///
/// Decimal numbers, each with its unit: `ns`, `us`, `ms`, `s`, `m`, `h`, `d`, `w` or the words for them. A single
/// number without a unit is in seconds. No sign, no exponent. What is finer than a nanosecond is rounded up, so
/// that nothing but zero is read as zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TimeSpan(
    /// Its length.
    pub(crate) Duration,
);

impl FromStr for TimeSpan {
    type Err = TimeSpanError;

    fn from_str(text: &str) -> Result<Self, TimeSpanError> {
        let mut rest = text;
        let mut nanos: u128 = 0;
        loop {
            let (number, after) = split(rest, |char| char.is_ascii_digit() || char == '.');
            let (unit, after) = split(after.trim_start(), char::is_alphabetic);
            let unit = match unit {
                "" if number == text => NANOS,
                unit => nanos_in(unit).ok_or(TimeSpanError::Malformed)?,
            };
            nanos = nanos.checked_add(scale(number, unit)?).ok_or(TimeSpanError::TooLarge)?;
            if after.is_empty() {
                break;
            }
            rest = after.trim_start();
        }
        let seconds = u64::try_from(nanos / NANOS).map_err(|_| TimeSpanError::TooLarge)?;
        // A remainder is less than the billion that 32 bits hold.
        Ok(Self(Duration::new(seconds, (nanos % NANOS) as u32)))
    }
}

/// Nanoseconds in a second.
const NANOS: u128 = 1_000_000_000;

/// The longest beginning of `text` whose characters all `belong`, and the rest.
fn split(text: &str, belong: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|char| !belong(char)).unwrap_or(text.len()))
}

fn nanos_in(unit: &str) -> Option<u128> {
    Some(match unit {
        "ns" | "nsec" => 1,
        "us" | "µs" | "usec" => 1_000,
        "ms" | "msec" => 1_000_000,
        "s" | "sec" | "secs" | "second" | "seconds" => NANOS,
        "m" | "min" | "mins" | "minute" | "minutes" => 60 * NANOS,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600 * NANOS,
        "d" | "day" | "days" => 86_400 * NANOS,
        "w" | "week" | "weeks" => 7 * 86_400 * NANOS,
        _ => return None,
    })
}

/// The decimal `number` times `unit`, rounded up.
fn scale(number: &str, unit: u128) -> Result<u128, TimeSpanError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return Err(TimeSpanError::Malformed);
    }
    let value = |digits: &str| -> Result<u128, TimeSpanError> {
        if digits.is_empty() { Ok(0) } else { digits.parse().map_err(|_| TimeSpanError::TooLarge) }
    };
    // Eighteen digits are exact for every unit: a week in nanoseconds has fifteen.
    let (exact, finer) = fraction.split_at(fraction.len().min(18));
    let is_inexact = finer.bytes().any(|digit| digit != b'0');
    let part = value(exact)? * unit + u128::from(is_inexact);
    let part = part.div_ceil((0..exact.len()).fold(1, |power, _| power * 10));
    let whole = value(whole)?.checked_mul(unit).ok_or(TimeSpanError::TooLarge)?;
    whole.checked_add(part).ok_or(TimeSpanError::TooLarge)
}

/// Why a text is not a [`TimeSpan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeSpanError {
    /// Not numbers with units of the list.
    Malformed,
    /// More than 64 bits of seconds.
    TooLarge,
}

impl fmt::Display for TimeSpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a length of time such as 10s, 2m, 1.5h or 500ms",
            Self::TooLarge => "too large",
        })
    }
}

impl error::Error for TimeSpanError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_as_timeout_and_humantime_do() {
        let spans = [
            ("0", 0),
            ("10", 10_000_000_000),
            ("0.5", 500_000_000),
            (".5s", 500_000_000),
            ("5.", 5_000_000_000),
            ("10s", 10_000_000_000),
            ("2m", 120_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("500ms", 500_000_000),
            ("1d", 86_400_000_000_000),
            ("1w", 604_800_000_000_000),
            ("7ns", 7),
            ("1us", 1_000),
            ("1µs", 1_000),
            ("1h30m", 5_400_000_000_000),
            ("1h 30m 1ms", 5_400_001_000_000),
            ("2 minutes", 120_000_000_000),
            ("0.1ns", 1),
            ("0.0000000000000000000000001s", 1),
            ("1.0000000000000000000000000s", 1_000_000_000),
        ];
        for (text, nanos) in spans {
            assert_eq!(text.parse(), Ok(TimeSpan(Duration::from_nanos(nanos))), "{text}");
        }
        let longest = TimeSpan(Duration::from_secs(u64::MAX));
        assert_eq!("18446744073709551615".parse(), Ok(longest));
    }

    #[test]
    fn what_does_not_fit_is_too_large() {
        for text in
            ["18446744073709551616", "18446744073709551615m", "9999999999999999999999999999999999999999"]
        {
            assert_eq!(text.parse::<TimeSpan>(), Err(TimeSpanError::TooLarge), "{text}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "", "s", ".", "-1", "+1", "1e3", "1,5s", " 1", "1 ", "1s ", "1h 30", "30 1h", "1.2.3s", "1S",
            "1y", "inf", "1s!", "\u{661}s", "1\u{e9}", "0x10",
        ] {
            assert_eq!(text.parse::<TimeSpan>(), Err(TimeSpanError::Malformed), "{text}");
        }
    }
}
