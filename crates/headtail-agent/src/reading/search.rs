//! Looking for a pattern in a stream, line by line, as its bytes pass.

use memchr::{memchr, memrchr};
use regex::bytes::{Regex, RegexBuilder};

use super::held::Held;
use crate::model::{Match, Refusal};

/// Most bytes of one line that are searched together with those that follow. What a line matches within so many bytes
/// is found, however long the line is.
pub(crate) const WINDOW: u64 = 32 << 10;

/// A pattern, and how much of the stream was searched for it.
#[derive(Debug)]
pub(crate) struct Search {
    pattern: Regex,
    /// A text in which some line matches by itself is matched as a whole too, so that many lines without a match can be
    /// passed over in one go.
    passes_over_lines: bool,
    /// Lines begin here at the earliest.
    after: u64,
    /// All before it was searched. Lines that end before it are done with.
    searched: u64,
}

/// Fails where a wait for this pattern would: it is not a regular expression, or one that takes too much memory.
///
/// # Errors
///
/// What is wrong with the pattern, in words.
///
/// ```
/// assert!(headtail_agent::check_pattern("Listening on :[0-9]+").is_ok());
/// assert!(headtail_agent::check_pattern("[").is_err());
/// ```
pub fn check_pattern(pattern: &str) -> Result<(), String> {
    match Search::new(pattern, 0) {
        Err(Refusal::Pattern(reason)) => Err(format!("not a regular expression: {reason}")),
        _ => Ok(()),
    }
}

impl Search {
    /// Begins a search after the offset `after`.
    ///
    /// # Errors
    ///
    /// `pattern` is not a regular expression, or one that takes too much memory.
    pub(crate) fn new(pattern: &str, after: u64) -> Result<Self, Refusal> {
        let regex = RegexBuilder::new(pattern)
            .multi_line(true)
            .crlf(true)
            .size_limit(1 << 20)
            .dfa_size_limit(128 << 10)
            .build()
            .map_err(|error| Refusal::Pattern(summary(&error)))?;
        // The ends of the text are those of a line only where it is searched alone; flags can take back `multi_line`.
        let passes_over_lines = !["\\A", "\\z", "(?"].iter().any(|construct| pattern.contains(construct));
        Ok(Self { pattern: regex, passes_over_lines, after, searched: after })
    }

    /// Searches what has come since the last call. A line that is not complete is searched as far as it has come.
    pub(crate) fn advance(&mut self, held: &Held<'_>) -> Option<Match> {
        let mut text = Vec::new();
        while self.searched < held.total() {
            // The line in progress once more, and one byte before it, then what is new. Where that is not in one piece
            // with it, it is past a gap.
            let from = self.searched.saturating_sub(WINDOW + 1).max(self.after);
            let mut start = held.stretch(from, &mut text);
            if let Some(before) = start
                && before + text.len() as u64 <= self.searched
            {
                start = held.stretch(before + text.len() as u64, &mut text);
            }
            let Some(start) = start else {
                self.searched = held.total();
                break;
            };
            let begins_line = start == self.after;
            let known = usize::try_from(self.searched.saturating_sub(start)).unwrap_or(0).min(text.len());
            let line = match memrchr(b'\n', &text[..known]) {
                Some(newline) => newline + 1,
                None if begins_line => 0,
                // Somewhere within a line: its first byte only says what the second follows.
                None => 1,
            };
            if let Some(found) = self.find(&text, line, start) {
                return Some(found);
            }
            self.searched = start + text.len() as u64;
        }
        None
    }

    /// The first match in a line of `text` after its first `at` bytes. `text` begins at the offset `start`.
    fn find(&self, text: &[u8], mut at: usize, start: u64) -> Option<Match> {
        while at < text.len() {
            let hit = if self.passes_over_lines { self.pattern.find_at(text, at)?.start() } else { at };
            // What matches at the end of a line matches in it, or not at all.
            let line_start = memrchr(b'\n', &text[at..hit]).map_or(at, |newline| at + newline + 1);
            // After the last line end, nothing has come yet.
            if line_start == text.len() {
                return None;
            }
            let line_end = memchr(b'\n', &text[hit..]).map_or(text.len(), |newline| hit + newline);
            // Within a line, the byte before is not searched but decides what is a start.
            let before = usize::from(line_start > 0 && text[line_start - 1] != b'\n');
            let line = &text[line_start - before..line_end];
            let line = if line.len() > before { line.strip_suffix(b"\r").unwrap_or(line) } else { line };
            if let Some(found) = self.pattern.find_at(line, before) {
                let offset = start + (line_start - before) as u64;
                return Some(Match {
                    start: offset + found.start() as u64,
                    end: offset + found.end() as u64,
                    line: clip(&line[before..]),
                });
            }
            at = line_end + 1;
        }
        None
    }
}

/// A line for people: not longer than lines are in reads unless they are told otherwise.
fn clip(line: &[u8]) -> String {
    const MOST: usize = 2 << 10;
    const MARK: &str = " ... [truncated]";
    if line.len() <= MOST {
        return String::from_utf8_lossy(line).into_owned();
    }
    let mut end = MOST - MARK.len();
    // Not inside a character: at most three bytes continue one.
    while end > MOST - MARK.len() - 3 && line[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    format!("{}{MARK}", String::from_utf8_lossy(&line[..end]))
}

/// What is wrong with a pattern, in one line.
fn summary(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
