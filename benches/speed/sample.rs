//! What the rounds of a measurement gave.

use std::fmt;
use std::time::Duration;

/// The numbers of all rounds, sorted. Shown as their median and the range of the middle eight tenths of them.
#[derive(Default)]
pub(crate) struct Sample(Vec<f64>);

impl Sample {
    /// The ratio of each round to the same round of another measurement.
    pub(crate) fn ratios(rounds: &[f64], base: &[f64]) -> Self {
        rounds.iter().zip(base).map(|(number, base)| number / base).collect()
    }

    /// The times in milliseconds.
    pub(crate) fn milliseconds(times: &[Duration]) -> Self {
        times.iter().map(|time| time.as_secs_f64() * 1000.0).collect()
    }

    pub(crate) fn median(&self) -> f64 {
        self.at(5)
    }

    /// The number that so many tenths of the others are below.
    fn at(&self, tenths: usize) -> f64 {
        let index = (self.0.len().saturating_sub(1) * tenths + 5) / 10;
        self.0.get(index).copied().unwrap_or(f64::NAN)
    }
}

impl FromIterator<f64> for Sample {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        Self(numbers)
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        if self.0.is_empty() {
            return f.write_str("–");
        }
        if self.0.len() == 1 {
            return write!(f, "{:.digits$}", self.median());
        }
        let (low, high) = (self.at(1), self.at(9));
        write!(f, "{:.digits$} ({low:.digits$} to {high:.digits$})", self.median())
    }
}
