//! Names of processes.

use std::fmt;
use std::str::FromStr;

use rustix::rand::{GetRandomFlags, getrandom};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::time::Timestamp;

/// The name of a process: 16 lowercase letters and digits. Ten of them say when it was started, to the
/// microsecond, so that names sort by age; six are random.
///
/// ```
/// use headtail_agent::Id;
///
/// let id: Id = "1a2b3c4d5e6f7g8h".parse()?;
/// assert_eq!(id.to_string(), "1a2b3c4d5e6f7g8h");
/// assert!("1A2B3C4D5E6F7G8H".parse::<Id>().is_err());
/// assert!("../../etc/passwd".parse::<Id>().is_err());
/// # Ok::<(), headtail_agent::IdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id {
    /// Digits of `DIGITS` alone.
    text: [u8; Id::LEN],
}

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Digits that say when. They last until 2085.
const TIME_LEN: usize = 10;

impl Id {
    /// Characters of a name.
    pub const LEN: usize = 16;

    /// A name for a process that is started at `micros` after 1970.
    pub(crate) fn new(micros: u64) -> Self {
        let mut random = [0; 8];
        // It cannot fail for so few bytes, save in a sandbox that forbids it; the time is unlike any other then.
        let _ = getrandom(&mut random, GetRandomFlags::empty());
        let mut text = [0; Self::LEN];
        let (time, rest) = text.split_at_mut(TIME_LEN);
        write_digits(time, micros);
        write_digits(rest, u64::from_ne_bytes(random));
        Self { text }
    }

    /// When the name was made.
    pub(crate) fn started(self) -> Timestamp {
        let digits = self.text[..TIME_LEN].iter();
        let value = |digit: u8| if digit.is_ascii_digit() { digit - b'0' } else { digit - b'a' + 10 };
        let micros = digits.fold(0_u64, |sum, &digit| sum * 36 + u64::from(value(digit)));
        Timestamp::from_unix_ms(micros / 1000)
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits are ASCII.
        str::from_utf8(&self.text).unwrap_or_default()
    }
}

/// Fills `text` with the last digits of `number`.
fn write_digits(text: &mut [u8], mut number: u64) {
    for digit in text.iter_mut().rev() {
        // Less than 36.
        *digit = DIGITS[(number % 36) as usize];
        number /= 36;
    }
}

/// Whether `text` could be the beginning of a name.
pub(crate) fn is_prefix(text: &str) -> bool {
    (1..=Id::LEN).contains(&text.len()) && text.bytes().all(|byte| DIGITS.contains(&byte))
}

/// A text that is not an [`Id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdError;

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an id of {} lowercase letters and digits", Id::LEN)
    }
}

impl std::error::Error for IdError {}

impl FromStr for Id {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.as_bytes().try_into() {
            Ok(bytes) if is_prefix(text) => Ok(Self { text: bytes }),
            _ => Err(IdError),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_say_when_they_were_made() {
        let times = [0, 1, 35, 36, 1_764_000_000_123_456, 1_764_000_000_123_457, 3_600_000_000_000_000];
        let ids = times.map(Id::new);
        assert!(ids.is_sorted());
        assert_eq!(ids.map(|id| id.started().unix_ms()), times.map(|micros| micros / 1000));
    }

    #[test]
    fn ids_of_one_moment_differ() {
        assert_ne!(Id::new(7), Id::new(7));
    }
}
