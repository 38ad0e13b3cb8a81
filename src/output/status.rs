//! What a terminal shows while the middle of the input streams by.

use std::time::{Duration, Instant};

use bytes::Buf;
use headtail::HeadTail;

use crate::output::console::Console;

/// How often it changes.
pub(crate) const REFRESH: Duration = Duration::from_millis(250);

/// Longest question that is shown.
const QUESTION: usize = 256;

/// A line that says how much streams by, for as long as it does. While a command has the terminal it is the command's to
/// write on: instead of the line, a question of the command is shown that would otherwise stay in the middle.
#[derive(Debug)]
pub(crate) struct Status {
    since: Instant,
    /// Length of the input then.
    passed: u64,
    /// Bytes a second, evened out; none before the first time.
    rate: Option<f64>,
    /// Whether it is due to change although nothing more is read.
    is_pending: bool,
    /// Whether a command has the terminal.
    is_held: bool,
    /// Where in the input the line of the last question began, and how much of it was shown.
    asked: (u64, usize),
}

impl Status {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            passed: 0,
            rate: None,
            is_pending: false,
            is_held: false,
            asked: (0, 0),
        }
    }

    /// How long it may stay as it is though nothing is read; `None` for as long as that is so.
    pub(crate) fn refresh(&self) -> Option<Duration> {
        self.is_pending.then(|| REFRESH.saturating_sub(self.since.elapsed()))
    }

    /// Shows how much of `kept` is omitted, at most once each [`REFRESH`]. `is_held` while a command has the
    /// terminal.
    pub(crate) fn update(&mut self, kept: &HeadTail, is_held: bool, console: &mut Console) {
        if is_held && !self.is_held {
            console.withdraw_status();
        }
        self.is_held = is_held;
        let passed = kept.total_written();
        self.is_pending |= passed != self.passed;
        let elapsed = self.since.elapsed();
        if !self.is_pending || elapsed < REFRESH {
            return;
        }
        let count = passed.saturating_sub(self.passed);
        self.since = Instant::now();
        self.passed = passed;
        if self.is_held {
            // Asked once: it stays there.
            self.is_pending = false;
            self.ask(kept, console);
        } else if count == 0 {
            // Somebody may have written a prompt over it.
            self.is_pending = false;
            self.rate = None;
            console.withdraw_status();
        } else {
            let rate = per_second(count, elapsed);
            let rate = self.rate.map_or(rate, |old| f64::midpoint(old, rate));
            self.rate = Some(rate);
            let omitted = as_f64(kept.report().omitted_bytes);
            console.set_status(&format!("headtail: {} omitted, {}/s", amount(omitted), amount(rate)));
        }
    }

    /// Shows what the command has printed of a line that it has not ended: that is how questions look.
    fn ask(&mut self, kept: &HeadTail, console: &mut Console) {
        let mut end = kept.snapshot();
        end.advance(end.remaining().saturating_sub(QUESTION));
        let end = end.copy_to_bytes(end.remaining());
        let Some(last) = end.iter().rposition(|&byte| byte == b'\n') else { return };
        let line = &end[last + 1..];
        let start = self.passed.saturating_sub(line.len() as u64);
        let shown = if self.asked.0 == start { self.asked.1.min(line.len()) } else { 0 };
        console.show_question(&line[shown..]);
        self.asked = (start, line.len());
    }
}

fn per_second(bytes: u64, elapsed: Duration) -> f64 {
    as_f64(bytes) / elapsed.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
pub(crate) fn as_f64(bytes: u64) -> f64 {
    bytes as f64
}

/// A number of bytes in as few characters as a glance needs.
pub(crate) fn amount(bytes: f64) -> String {
    let mut amount = bytes;
    for unit in ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] {
        // Half a unit less, so that nothing is rounded up to four digits.
        if amount < 999.5 {
            let digits = usize::from(amount < 99.95 && unit != "B");
            return format!("{amount:.digits$} {unit}");
        }
        amount /= 1024.0;
    }
    format!("{amount:.0} EiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_take_few_characters() {
        let amounts = [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 KiB"),
            (1024, "1.0 KiB"),
            (150 << 10, "150 KiB"),
            (1 << 20, "1.0 MiB"),
            (1023 << 20, "1.0 GiB"),
            (3 << 29, "1.5 GiB"),
            (u64::MAX, "16 EiB"),
        ];
        for (bytes, text) in amounts {
            assert_eq!(amount(as_f64(bytes)), text);
        }
    }
}
