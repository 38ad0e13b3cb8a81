//! The view of a result that is still being made.

use std::time::{Duration, Instant};

use bytes::Buf;
use headtail::{HeadTail, Snapshot};

use crate::io::descriptor::Descriptor;
use crate::output::console::Console;
use crate::output::destination::Destination;

/// How often the status line changes.
const REFRESH: Duration = Duration::from_millis(250);

/// Shows the beginning of a result as soon as it is certain, and then how much streams by.
///
/// It writes to the destination by a non-blocking twin: who reads slowly, or a terminal that stands still, holds up
/// neither the input nor a command. What is not taken at once is written later, and the rest in the end.
#[derive(Debug)]
pub(crate) struct Live {
    out: Descriptor,
    /// What precedes the result.
    title: Vec<u8>,
    /// Bytes of title and result that were written.
    shown: usize,
    /// Whether the head is all there: nothing more is certain before the end.
    is_complete: bool,
    /// Whether some that are certain were not taken yet.
    is_behind: bool,
    /// Whether the last of them ended a row, so that the next one is free for the status line.
    at_row_start: bool,
    status: Option<Status>,
}

/// What the status line says next.
#[derive(Debug)]
struct Status {
    since: Instant,
    /// Length of the input then.
    passed: u64,
    /// Bytes a second, evened out; none before the first time.
    rate: Option<f64>,
}

impl Live {
    /// The view of the next result, which `title` precedes, if `destination` can be written to without a wait.
    pub(crate) fn new(title: String, destination: &Destination, console: &mut Console) -> Option<Self> {
        let out = destination.non_blocking()?;
        let has_status = destination.is_terminal() && console.open_status();
        let status = has_status.then(|| Status { since: Instant::now(), passed: 0, rate: None });
        let title = title.into_bytes();
        Some(Self { out, title, shown: 0, is_complete: false, is_behind: false, at_row_start: true, status })
    }

    /// Whether the next bytes of the input may change what it shows.
    pub(crate) fn is_watched(&self) -> bool {
        self.status.is_some() || !self.is_complete || self.is_behind
    }

    /// How long it may stay as it is though nothing is read.
    pub(crate) fn refresh(&self) -> Option<Duration> {
        (self.status.is_some() || self.is_behind).then_some(REFRESH)
    }

    /// Writes what became certain, as far as it is taken.
    pub(crate) fn update(
        &mut self,
        kept: &HeadTail,
        path: &[u8],
        destination: &mut Destination,
        console: &mut Console,
    ) {
        if !self.is_complete {
            let head = kept.stable_head_with_path(path);
            self.show(head, destination);
            // With a cap the head may still grow after something is omitted: the marker has its share then.
            if !self.is_behind && kept.snapshot_with_path(path).before_marker() == Some(head.len()) {
                self.end_head(head, destination, console);
            }
        }
        self.update_status(kept, console);
    }

    /// Writes what is missing of the result.
    pub(crate) fn finish(
        mut self,
        mut snapshot: Snapshot<&[u8]>,
        destination: &mut Destination,
        console: &mut Console,
    ) {
        destination.put(&self.title[self.shown.min(self.title.len())..], None);
        self.shown = self.shown.saturating_sub(self.title.len());
        if !self.is_complete
            && let Some(before) = snapshot.before_marker()
        {
            let head = snapshot.clone().copy_to_bytes(before);
            destination.put(&head[self.shown.min(before)..], None);
            self.shown = self.shown.max(before);
            self.end_head(&head, destination, console);
        }
        // A file that shrinks is read anew, and may hold less than was shown of it.
        snapshot.advance(self.shown.min(snapshot.remaining()));
        destination.put(b"", Some(snapshot));
    }

    /// Has what follows the head look plain on a terminal: a colour that is left on would paint it.
    fn end_head(&mut self, head: &[u8], destination: &Destination, console: &mut Console) {
        if destination.is_terminal() {
            console.reset_after(head);
        }
        self.is_complete = true;
    }

    /// Writes those bytes of the title and `head` that were not written yet and are taken at once.
    fn show(&mut self, head: &[u8], destination: &mut Destination) {
        self.is_behind = false;
        for (start, piece) in [(0, &self.title[..]), (self.title.len(), head)] {
            let new = &piece[self.shown.saturating_sub(start).min(piece.len())..];
            let written = destination.put_now(new, &self.out);
            if let Some(last) = new[..written].last() {
                self.shown += written;
                self.at_row_start = *last == b'\n';
            }
            self.is_behind = written < new.len();
            if self.is_behind {
                break;
            }
        }
    }

    fn update_status(&mut self, kept: &HeadTail, console: &mut Console) {
        let Some(status) = &mut self.status else { return };
        let elapsed = status.since.elapsed();
        if elapsed < REFRESH {
            return;
        }
        let passed = kept.total_written();
        let rate = per_second(passed.saturating_sub(status.passed), elapsed);
        let rate = status.rate.map_or(rate, |old| f64::midpoint(old, rate));
        *status = Status { since: Instant::now(), passed, rate: Some(rate) };
        let omitted = kept.report().omitted_bytes;
        if self.at_row_start && !self.is_behind && omitted > 0 {
            console.set_status(&format!("headtail: {} omitted, {}/s", amount(as_f64(omitted)), amount(rate)));
        }
    }
}

fn per_second(bytes: u64, elapsed: Duration) -> f64 {
    as_f64(bytes) / elapsed.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "three digits of it are shown")]
fn as_f64(bytes: u64) -> f64 {
    bytes as f64
}

/// A number of bytes in as few characters as a glance needs.
fn amount(bytes: f64) -> String {
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
