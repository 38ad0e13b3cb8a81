//! Sizes as `head -c` reads them.

/// The message for what is not digits followed by a suffix of the list.
pub(crate) const MALFORMED: &str =
    "not a whole number with an optional suffix such as b, kB, K, KiB, MB, M or MiB";

/// The message for more than 64 bits can count.
pub(crate) const TOO_LARGE: &str = "too large";

/// Reads a number of bytes from text such as `16384`, `16K`, `16KiB` or `16kB`.
///
/// Digits, then at most one suffix: `b` is 512; `k`, `K`, `m`, `M`, `G`, `T`, `P`, `E`, `Z`, `Y`, `R` and `Q`
/// are powers of 1024, alone or with `iB`, and powers of 1000 with `B`. No sign, no space, no fraction.
///
/// # Errors
///
/// [`MALFORMED`] or [`TOO_LARGE`].
pub(crate) fn parse(text: &str) -> Result<u64, &'static str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, suffix) = text.split_at(digits);
    let unit = unit(suffix).filter(|_| digits > 0).ok_or(MALFORMED)?;
    let number: u64 = number.parse().map_err(|_| TOO_LARGE)?;
    let bytes = u128::from(number).checked_mul(unit).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(TOO_LARGE)
}

/// Bytes in the unit that `suffix` names. The largest, a quebibyte, is 2^100.
fn unit(suffix: &str) -> Option<u128> {
    let Some(letter) = suffix.chars().next() else { return Some(1) };
    let power = match letter {
        'b' if suffix == "b" => return Some(512),
        'k' | 'K' => 1,
        'm' | 'M' => 2,
        'G' => 3,
        'T' => 4,
        'P' => 5,
        'E' => 6,
        'Z' => 7,
        'Y' => 8,
        'R' => 9,
        'Q' => 10,
        _ => return None,
    };
    match &suffix[1..] {
        "" | "iB" => Some(1024u128.pow(power)),
        "B" => Some(1000u128.pow(power)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suffix_of_head_is_known() {
        let sizes = [
            ("0", 0),
            ("007", 7),
            ("1b", 512),
            ("2kB", 2000),
            ("2KB", 2000),
            ("2k", 2048),
            ("2K", 2048),
            ("2KiB", 2048),
            ("3mB", 3_000_000),
            ("3M", 3 << 20),
            ("3MiB", 3 << 20),
            ("1GB", 1_000_000_000),
            ("1G", 1 << 30),
            ("1TiB", 1 << 40),
            ("1PB", 1_000_000_000_000_000),
            ("15E", 15 << 60),
            ("18EB", 18_000_000_000_000_000_000),
            ("0Q", 0),
            ("18446744073709551615", u64::MAX),
        ];
        for (text, bytes) in sizes {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_too_large() {
        for text in
            ["18446744073709551616", "16E", "19EB", "1Z", "1YB", "1RiB", "1Q", "18446744073709551615Q"]
        {
            assert_eq!(parse(text), Err(TOO_LARGE), "{text}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in [
            "", "K", "-1", "+1", " 1", "1 ", "1.5K", "1B", "1c", "1g", "1Ki", "1KiBs", "1KIB", "1kb", "0x10",
            "1bB", "1K\u{e9}", "\u{e9}", "1\u{e9}", "\u{661}",
        ] {
            assert_eq!(parse(text), Err(MALFORMED), "{text}");
        }
    }
}
