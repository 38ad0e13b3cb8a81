//! Lengths of time, as `timeout` reads them.

use std::time::Duration;

/// A decimal number with a unit: `ms`, `s`, `m`, `h`, `d`; seconds without.
pub(crate) fn parse(text: &str) -> Result<Duration, &'static str> {
    let unit_at = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        _ => return Err("not a length of time such as 10s, 2m, 1.5h or 500ms"),
    };
    let number: f64 = number.parse().map_err(|_| "not a length of time such as 10s, 2m, 1.5h or 500ms")?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| "too large")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_has_a_unit_or_is_in_seconds() {
        for (text, milliseconds) in [
            ("0", 0),
            ("10", 10_000),
            ("0.5", 500),
            ("500ms", 500),
            ("10s", 10_000),
            ("2m", 120_000),
            ("1.5h", 5_400_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "s", "-1", "1e3", "1x", "1 s", "1.2.3s", "1h30m", "inf"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
