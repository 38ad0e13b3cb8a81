//! Durations as people write them.

use std::time::Duration;

/// Parses a duration as `timeout` does, and a little more: decimal numbers, each with its unit `ms`, `s`, `m`, `h` or
/// `d`. A single number without a unit is in seconds.
///
/// ```
/// use std::time::Duration;
/// use headtail_process::parse_duration;
///
/// assert_eq!(parse_duration("1h30m"), Ok(Duration::from_secs(5400)));
/// assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
/// assert_eq!(parse_duration("1.5"), Ok(Duration::from_millis(1500)));
/// assert!(parse_duration("soon").is_err());
/// ```
///
/// # Errors
///
/// A message that says what is expected, or that the duration is too long.
pub fn parse_duration(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "expected a duration such as 10s, 2m, 1.5h, 500ms or 1h30m";
    let mut total = Duration::ZERO;
    let mut rest = text;
    loop {
        let (number, after) = split(rest, |char| char.is_ascii_digit() || char == '.');
        let (unit, after) = split(after, |char| char.is_ascii_alphabetic());
        let seconds = match unit {
            "" if number == text => 1.0,
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(EXPECTED),
        };
        let number: f64 = number.parse().map_err(|_| EXPECTED)?;
        let part = Duration::try_from_secs_f64(number * seconds).ok();
        total = part.and_then(|part| total.checked_add(part)).ok_or("too large")?;
        if after.is_empty() {
            return Ok(total);
        }
        rest = after;
    }
}

/// The longest prefix of `text` whose characters all `belong`, and the rest.
fn split(text: &str, belong: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|char| !belong(char)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let durations = [
            ("0", 0),
            ("10", 10_000),
            ("0.5", 500),
            (".5s", 500),
            ("10s", 10_000),
            ("2m", 120_000),
            ("1.5h", 5_400_000),
            ("500ms", 500),
            ("1d", 86_400_000),
            ("1h30m", 5_400_000),
            ("1h30m1ms", 5_400_001),
        ];
        for (text, millis) in durations {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn a_duration_that_no_clock_can_hold_is_too_large() {
        for text in [
            "1e99s",
            "99999999999999999999",
            "300000000000000d",
            "18446744073709551615s18446744073709551615s",
        ] {
            let error = parse_duration(text).expect_err(text);
            assert!(error == "too large" || text.contains('e'), "{text}: {error}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "s", ".", "-1", "+1", "1e3", "1,5s", " 1", "1 ", "1s ", "1h 30m", "1h30", "30 1h", "1.2.3s",
            "1S", "1y", "inf", "nan", "1s!", "\u{661}s", "1\u{e9}", "0x10", "1us",
        ] {
            assert!(parse_duration(text).is_err_and(|error| error.starts_with("expected")), "{text}");
        }
    }
}
