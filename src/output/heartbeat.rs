//! A line now and then that says how far a run has come: for those who end jobs that are silent, and for people without a
//! terminal.

use std::time::Duration;

use crate::io::name::Name;
use crate::output::status::{amount, as_f64};

/// Most columns that a line takes, `headtail: ` included.
const COLUMNS: usize = 80;

/// Most of a line that is held: more is never shown.
const HELD: usize = 4 * COLUMNS;

/// How much has come so far, and the beginning of its last line.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    bytes: u64,
    line: Vec<u8>,
    /// Whether the line has ended.
    is_ended: bool,
}

impl Progress {
    /// Takes the next bytes of the input.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let Some(&last) = bytes.last() else { return };
        self.bytes += bytes.len() as u64;
        let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let start = body.iter().rposition(|&byte| byte == b'\n').map(|at| at + 1);
        if start.is_some() || self.is_ended {
            self.line.clear();
        }
        let line = &body[start.unwrap_or(0)..];
        self.line.extend(line.iter().take(HELD - self.line.len()));
        self.is_ended = last == b'\n';
    }

    /// The line for a run that has taken `elapsed`; what came last came `ago`, if anything did.
    pub(crate) fn text(&self, elapsed: Duration, ago: Option<Duration>) -> String {
        let start = format!("{}, {}, ", span(elapsed), amount(as_f64(self.bytes)));
        let Some(ago) = ago else { return start + "no output yet" };
        let ago = if ago.as_secs() < 60 { format!("{} s", ago.as_secs()) } else { span(ago) };
        let mut text = format!("{start}last output {ago} ago: ");
        if self.line.is_empty() {
            return text;
        }
        let line = Name::bytes(self.line.clone()).to_string();
        let mut columns = "headtail: ".len() + text.len();
        // Characters of other scripts may be two columns wide.
        let fitting = line.chars().take_while(|char| {
            columns += if char.is_ascii() { 1 } else { 2 };
            columns <= COLUMNS
        });
        text.extend(fitting);
        text
    }
}

/// A duration in whole seconds: `2m10s`.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_is_known_however_the_input_is_split() {
        let input = b"one\ntwo\n\nlast line\n";
        for len in 1..=input.len() {
            let end = &input[..len];
            let body = end.strip_suffix(b"\n").unwrap_or(end);
            let expected = body.rsplit(|&byte| byte == b'\n').next().expect("a line");
            for split in 0..len {
                for second in split..len {
                    let mut progress = Progress::default();
                    for piece in [&end[..split], &end[split..second], &end[second..]] {
                        progress.push(piece);
                    }
                    assert_eq!(progress.line, expected, "{len} {split} {second}");
                }
            }
        }
    }

    #[test]
    fn a_heartbeat_fits_80_columns_and_is_escaped() {
        let mut progress = Progress { bytes: 14_889_219, ..Progress::default() };
        progress.push("\x1b[1mlong \u{4e16}".repeat(40).as_bytes());
        let text = progress.text(Duration::from_secs(130), Some(Duration::from_secs(3)));
        // With `headtail: ` 80 columns: the last character is two wide.
        assert_eq!(
            text,
            "2m10s, 14.2 MiB, last output 3 s ago: \\u{1b}[1mlong \u{4e16}\\u{1b}[1mlong \u{4e16}"
        );
        let hour = Duration::from_secs(3700);
        assert_eq!(Progress::default().text(hour, None), "1h1m40s, 0 B, no output yet");
    }
}
