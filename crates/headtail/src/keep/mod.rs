//! Lines that matter from the middle: those between head and tail that match are counted, and the first of them kept.
//!
//! Lines that end in the head are not looked at as they pass, since the head has them. Where they are in the gap after
//! all, as a cap gives the head less, they are found when a snapshot is taken; so are those that the tail shows.

mod kept;
mod matcher;

use std::collections::TryReserveError;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr, memrchr};

use self::kept::{Kept, MatchingLine};
pub use self::matcher::Matcher;
use self::matcher::Shared;
use crate::limits::Limits;
use crate::mark::Clipped;
use crate::marker::Found;
use crate::tally;

/// Looks at the lines of the stored stream as they end.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    matcher: Shared,
    delimiter: u8,
    /// Lines that have ended.
    lines: u64,
    /// Where the line in progress starts in the stored stream.
    line_start: u64,
    /// Matching lines among those that ended after the head.
    matched: u64,
    /// The first of these.
    kept: Kept,
    /// For a line that is stored in pieces; empty between calls. Never reallocated.
    line: Vec<u8>,
}

impl Keeper {
    /// A keeper at the start of the stream, with all its memory allocated.
    pub(crate) fn new(limits: &Limits, matcher: Arc<dyn Matcher>) -> Result<Self, TryReserveError> {
        let mut line = Vec::new();
        line.try_reserve_exact(limits.max_line.saturating_add(1))?;
        Ok(Self {
            matcher: Shared(matcher),
            delimiter: limits.delimiter,
            lines: 0,
            line_start: 0,
            matched: 0,
            kept: Kept::new(limits.keep.unwrap_or(0))?,
            line,
        })
    }

    pub(crate) fn clear(&mut self) {
        (self.lines, self.line_start, self.matched) = (0, 0, 0);
        self.kept.clear();
    }

    /// Where the line in progress starts in the stored stream.
    pub(crate) fn line_start(&self) -> u64 {
        self.line_start
    }

    /// Goes over bytes that are not available, after `len` bytes of the stored stream. A line in progress ends there and
    /// is not looked at: nobody knows all of it.
    pub(crate) fn skip(&mut self, len: u64) {
        self.lines += u64::from(self.line_start < len);
        self.line_start = len;
    }

    /// Counts lines that end in the head.
    pub(crate) fn pass(&mut self, lines: &[u8]) {
        self.lines += self.count(lines);
        self.line_start += lines.len() as u64;
    }

    /// Looks at whole lines that end after the head, none of which is clipped.
    pub(crate) fn search(&mut self, lines: &[u8]) {
        let (matcher, delimiter) = (self.matcher.clone(), self.delimiter);
        let mut counted = 0;
        for line in matches(&matcher, delimiter, lines) {
            self.matched += 1;
            if self.kept.is_full() {
                continue;
            }
            self.lines += self.count(&lines[counted..line.start]);
            counted = line.start;
            let line = MatchingLine {
                number: self.lines + 1,
                start: self.line_start + line.start as u64,
                content: &lines[line],
                is_delimited: true,
                clipped: Clipped::default(),
            };
            self.kept.push(line, delimiter);
        }
        self.lines += self.count(&lines[counted..]);
        self.line_start += lines.len() as u64;
    }

    /// Looks at the line in progress, which ends with the delimiter that is the last byte of `pieces`, after the head.
    pub(crate) fn end_line(&mut self, pieces: [&[u8]; 3], clipped: impl Fn() -> Clipped) {
        let mut line = std::mem::take(&mut self.line);
        for piece in pieces {
            line.extend_from_slice(piece);
        }
        let content = &line[..line.len() - 1];
        if self.matcher.0.is_match(content) {
            self.matched += 1;
            if !self.kept.is_full() {
                let clipped = clipped();
                let (number, start) = (self.lines + 1, self.line_start);
                let line = MatchingLine { number, start, content, is_delimited: true, clipped };
                self.kept.push(line, self.delimiter);
            }
        }
        self.lines += 1;
        self.line_start += line.len() as u64;
        line.clear();
        self.line = line;
    }

    /// The lines of a gap, given the parts of the stored stream that are in reach.
    pub(crate) fn find(&self, gap: &HeldGap<'_>, clipped: impl Fn(u64, u64) -> Clipped) -> Found {
        let mut kept = self.kept.empty();
        let mut number = self.count(gap.before) + 1;
        let mut counted = 0;
        let mut matched = 0;
        for line in matches(&self.matcher, self.delimiter, gap.head) {
            matched += 1;
            number += self.count(&gap.head[counted..line.start]);
            counted = line.start;
            let start = (gap.before.len() + line.start) as u64;
            let clipped = clipped(start, start + line.len() as u64);
            let content = &gap.head[line];
            kept.push(MatchingLine { number, start, content, is_delimited: true, clipped }, self.delimiter);
        }
        kept.extend_before(&self.kept, gap.end);
        matched += self.matched - self.count_matches(gap.tail);
        let unfinished = gap.unfinished.concat();
        if !unfinished.is_empty() && self.matcher.0.is_match(&unfinished) {
            matched += 1;
            let start = self.line_start;
            let line = MatchingLine {
                number: self.lines + 1,
                start,
                content: &unfinished,
                is_delimited: false,
                clipped: clipped(start, start + unfinished.len() as u64),
            };
            kept.push(line, self.delimiter);
        }
        Found { matched, account: kept.account(), text: kept.into_text() }
    }

    /// How many whole lines match, in text that comes in pieces.
    fn count_matches(&self, pieces: [&[u8]; 3]) -> u64 {
        let mut count = 0;
        // A line that begins in one piece and ends in a later one.
        let mut line = Vec::new();
        for mut piece in pieces {
            if !line.is_empty()
                && let Some(end) = memchr(self.delimiter, piece)
            {
                line.extend_from_slice(&piece[..end]);
                count += u64::from(self.matcher.0.is_match(&line));
                line.clear();
                piece = &piece[end + 1..];
            }
            let whole = memrchr(self.delimiter, piece).map_or(0, |last| last + 1);
            let (lines, rest) = piece.split_at(whole);
            count += matches(&self.matcher, self.delimiter, lines).count() as u64;
            line.extend_from_slice(rest);
        }
        count
    }

    fn count(&self, text: &[u8]) -> u64 {
        tally::count(self.delimiter, text)
    }
}

/// A gap in the stored stream, with what is held of it and of the tail.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HeldGap<'a> {
    /// All that comes before it.
    pub(crate) before: &'a [u8],
    /// The lines of it that the head of the store has.
    pub(crate) head: &'a [u8],
    /// Where it ends in the stored stream.
    pub(crate) end: u64,
    /// What comes after the gap and after the last line of the store's head.
    pub(crate) tail: [&'a [u8]; 3],
    /// The last line, if it has no delimiter and is in the gap.
    pub(crate) unfinished: [&'a [u8]; 3],
}

/// The contents of those `lines` that match, all of which end with `delimiter`.
fn matches<'a>(
    matcher: &'a Shared,
    delimiter: u8,
    lines: &'a [u8],
) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = &lines[from..];
        if rest.is_empty() {
            return None;
        }
        let at = matcher.0.find(rest, delimiter)?.min(rest.len() - 1);
        let start = from + memrchr(delimiter, &rest[..at]).map_or(0, |before| before + 1);
        let end = from + memchr(delimiter, &rest[at..]).map_or(rest.len(), |len| at + len);
        from = (end + 1).min(lines.len());
        Some(start..end)
    })
}
