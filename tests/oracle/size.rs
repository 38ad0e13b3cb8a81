//! The grammar of sizes, recognised one letter at a time.

/// Why a text is no size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSize {
    /// The grammar has no such text.
    Malformed,
    /// It is a size of the grammar that 64 bits cannot hold.
    TooLarge,
}

/// The bytes that `text` means: digits, and then nothing, `b` for 512, or a letter for the power of a unit, which
/// is 1000 before `B` and 1024 otherwise.
pub(crate) fn size(text: &str) -> Result<u64, NoSize> {
    let suffix = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = &text[..text.len() - suffix.len()];
    if digits.is_empty() {
        return Err(NoSize::Malformed);
    }
    let (base, power) = match suffix {
        "" => (1, 0),
        "b" => (512, 1),
        _ => power(suffix).ok_or(NoSize::Malformed)?,
    };

    let mut value: u128 = 0;
    for digit in digits.bytes() {
        value = value * 10 + u128::from(digit - b'0');
        if value > u128::from(u64::MAX) {
            return Err(NoSize::TooLarge);
        }
    }
    for _ in 0..power {
        value *= base;
        if value > u128::from(u64::MAX) {
            return Err(NoSize::TooLarge);
        }
    }
    Ok(u64::try_from(value).expect("compared above"))
}

/// The unit that a letter's suffix counts in, and the power it is raised to.
fn power(suffix: &str) -> Option<(u128, u32)> {
    let letters = [("k", 1), ("K", 1), ("m", 2), ("M", 2), ("G", 3), ("T", 4), ("P", 5), ("E", 6)];
    let more = [("Z", 7), ("Y", 8), ("R", 9), ("Q", 10)];
    for (letter, power) in letters.into_iter().chain(more) {
        for (unit, base) in [("", 1024), ("iB", 1024), ("B", 1000)] {
            if suffix == format!("{letter}{unit}") {
                return Some((base, power));
            }
        }
    }
    None
}
