//! A result for each interval of time, cut between lines.

use std::io;
use std::time::SystemTime;

use headtail::HeadTail;
use memchr::memrchr;

use crate::input::clock;
use crate::input::source::CHUNK;

/// Which part of the input a result is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Counts results, from 1.
    pub(crate) number: u64,
    pub(crate) since: SystemTime,
    pub(crate) until: SystemTime,
}

/// Hands complete lines on, and holds the line in progress: it belongs to the window in which it ends. One that is in
/// progress for a whole window, or longer than a chunk, is handed on as it comes, but for a character that has only begun.
#[derive(Debug)]
pub(crate) struct Windows {
    delimiter: u8,
    /// The beginning of the line in progress, within its capacity.
    line: Vec<u8>,
    /// Whether it began before this window.
    is_old: bool,
    /// Whether its beginning was handed on: the rest follows as it comes.
    is_cut: bool,
    /// When this window began.
    since: SystemTime,
    /// How many results there were.
    count: u64,
}

impl Windows {
    /// Begins the first window.
    pub(crate) fn new(delimiter: u8) -> io::Result<Self> {
        let mut line = Vec::new();
        line.try_reserve_exact(CHUNK + UNFINISHED).map_err(|_| io::ErrorKind::OutOfMemory)?;
        Ok(Self { delimiter, line, is_old: false, is_cut: false, since: clock::now(), count: 0 })
    }

    /// Takes the next `bytes` of the input for `kept`.
    pub(crate) fn push(&mut self, bytes: &[u8], kept: &mut HeadTail) {
        let complete = memrchr(self.delimiter, bytes).map_or(0, |at| at + 1);
        let (lines, rest) = bytes.split_at(complete);
        if !lines.is_empty() {
            self.flush(kept);
            kept.push(lines);
        }
        self.is_cut |= self.line.len() + rest.len() > CHUNK;
        if self.is_cut && rest.len() > UNFINISHED {
            // Not copied but for a character that has only begun.
            kept.push(&self.line);
            self.line.clear();
            let (whole, begun) = rest.split_at(whole_characters(rest));
            kept.push(whole);
            self.line.extend_from_slice(begun);
        } else {
            self.line.extend_from_slice(rest);
            if self.is_cut {
                self.flush_characters(kept);
            }
        }
    }

    /// Hands the line in progress on: the input has ended.
    pub(crate) fn flush(&mut self, kept: &mut HeadTail) {
        kept.push(&self.line);
        self.line.clear();
        (self.is_old, self.is_cut) = (false, false);
    }

    /// The same with a character at its end that has only begun held back.
    fn flush_characters(&mut self, kept: &mut HeadTail) {
        let whole = whole_characters(&self.line);
        kept.push(&self.line[..whole]);
        self.line.drain(..whole);
        (self.is_old, self.is_cut) = (false, true);
    }

    /// The window so far.
    pub(crate) fn so_far(&self) -> Window {
        Window { number: self.count + 1, since: self.since, until: clock::now() }
    }

    /// Ends this window, and says which it was. It counts if `kept` has anything of it, or `is_result` all the same.
    pub(crate) fn end(&mut self, kept: &mut HeadTail, is_result: bool) -> Window {
        if self.is_old {
            self.flush_characters(kept);
        }
        self.is_old = !self.line.is_empty();
        let window = self.so_far();
        self.since = window.until;
        self.count += u64::from(is_result || kept.total_written() > 0);
        window
    }
}

/// Most bytes of a character that has only begun.
const UNFINISHED: usize = 3;

/// Length of `text` without a character at its end that has only begun.
fn whole_characters(text: &[u8]) -> usize {
    let begins = |len: &usize| {
        std::str::from_utf8(&text[text.len() - len..])
            .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    text.len() - (1..=UNFINISHED.min(text.len())).find(begins).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use headtail::Limits;

    /// Whatever the reads, and wherever windows end between them: nothing is lost, and no character is cut in two.
    #[test]
    fn windows_of_a_line_without_end_are_whole_characters() {
        let text = "a\u{E9}\u{20AC}\u{1F600}".repeat(CHUNK);
        let limits = Limits::new().head(text.len()).max_line(0);
        for size in [4097, CHUNK - 1, CHUNK] {
            for pushes in [1, 2, 3] {
                let (mut kept, mut windows) = (HeadTail::new(limits).unwrap(), Windows::new(b'\n').unwrap());
                let mut shown = Vec::new();
                for (index, bytes) in text.as_bytes().chunks(size).enumerate() {
                    windows.push(bytes, &mut kept);
                    if index % pushes == 0 {
                        windows.end(&mut kept, false);
                        let window = kept.snapshot().to_vec();
                        assert!(std::str::from_utf8(&window).is_ok(), "{size} {pushes} {index}");
                        shown.extend(window);
                        kept.reset();
                    }
                }
                windows.flush(&mut kept);
                shown.extend(kept.snapshot().to_vec());
                assert!(shown == text.as_bytes(), "{size} {pushes}");
                assert!(windows.count > 1 && windows.line.capacity() < CHUNK + 2 * UNFINISHED);
            }
        }
    }

    #[test]
    fn bytes_that_are_no_character_are_not_held_back() {
        for (text, whole) in [("", 0), ("a", 1), ("\u{1F600}", 4)] {
            assert_eq!(whole_characters(text.as_bytes()), whole);
        }
        assert_eq!(whole_characters(b"a\xF0\x9F\x98"), 1);
        assert_eq!(whole_characters(b"a\xFF"), 2);
        assert_eq!(whole_characters(b"\x80\x80\x80\x80"), 4);
    }
}
