//! Shortening long lines as they stream, before they are stored, so that one giant line can fill neither the
//! head nor the tail.

use memchr::{memchr, memrchr};

use crate::limits::Limits;
use crate::skip;
use crate::store::Store;
use crate::utf8;

/// What ends a shortened line, within the line limit.
pub(crate) const MARK: &[u8; 16] = b" ... [truncated]";

/// Most bytes that are stored of a line and taken back when it turns out too long: what the mark takes the
/// place of, and a character that this cuts.
pub(crate) const HOLD_BACK: usize = MARK.len() + utf8::MAX_PARTIAL;

/// Fewest bytes stored for a line of `content` bytes, whether or not it goes on.
pub(crate) fn least_stored(content: usize, max_line: usize) -> usize {
    content.min(max_line - utf8::MAX_PARTIAL)
}

/// Most marks that end in, or begin in, `size` bytes of the stored stream.
pub(crate) fn most_in(size: usize, max_line: usize) -> usize {
    if max_line == 0 {
        return 0;
    }
    // Two marks are a shortened line and its delimiter apart, at least.
    let apart = MARK.len().max(max_line - utf8::MAX_PARTIAL) + 1;
    size / apart + 2
}

/// The line that the stream is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// So many bytes of content so far, all stored; `max_line` at most. 0 at the start of a line.
    Short(usize),
    /// More than `max_line`: the mark is stored, the rest is only counted.
    Long,
}

/// Turns the input into the stored stream.
///
/// Works by windows, not by lines: `max_line + 1` bytes from the start of a line can't hold all of a line that
/// is too long and its delimiter, so only the last delimiter of such a window is looked for and all up to it
/// is stored in one copy. No byte is looked at more than three times.
#[derive(Clone, Debug)]
pub(crate) struct Clipper {
    /// Longest content stored; 0 for no limit, else at least `MARK.len()`.
    max_line: usize,
    delimiter: u8,
    line: Line,
}

impl Clipper {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { max_line: limits.max_line, delimiter: limits.delimiter, line: Line::Short(0) }
    }

    /// Starts a new line, whatever came before.
    pub(crate) fn start_line(&mut self) {
        self.line = Line::Short(0);
    }

    /// Stores `text`, the next piece of the input.
    pub(crate) fn store(&mut self, text: &[u8], store: &mut Store) {
        if self.max_line == 0 {
            return store.push(text);
        }
        // Knowing the last delimiter, no byte after it is ever searched again.
        let rest = match memrchr(self.delimiter, text) {
            Some(last) => {
                let (lines, rest) = text.split_at(last + 1);
                self.store_lines(lines, store);
                rest
            }
            None => text,
        };
        self.store_unfinished(rest, store);
    }

    /// How many of the last stored bytes may still be taken back.
    pub(crate) fn held_back(&self) -> usize {
        match self.line {
            Line::Short(content) => content.saturating_sub(self.max_line.saturating_sub(HOLD_BACK)),
            Line::Long => 0,
        }
    }

    /// Stores `text`, which ends with a delimiter.
    fn store_lines(&mut self, mut text: &[u8], store: &mut Store) {
        let mut may_skip = true;
        while !text.is_empty() {
            if may_skip && self.line == Line::Short(0) && store.head_is_full() {
                may_skip = false;
                let start = skip::filling_start(text, store.ring_capacity(), self.max_line, self.delimiter);
                store.skip(start as u64);
                text = &text[start..];
            }
            text = self.store_window(text, store);
        }
    }

    /// Stores the lines that end in the next window of `text`, which ends with a delimiter, or shortens the
    /// one line that fills it. Returns what follows.
    fn store_window<'a>(&mut self, text: &'a [u8], store: &mut Store) -> &'a [u8] {
        let content = match self.line {
            Line::Short(content) => content,
            Line::Long => return self.end_long(text, store),
        };
        let (window, after) = text.split_at(text.len().min((self.max_line - content).saturating_add(1)));
        if let Some(last) = memrchr(self.delimiter, window) {
            store.push(&text[..=last]);
            self.line = Line::Short(0);
            return &text[last + 1..];
        }
        self.shorten(content, window, store);
        after
    }

    /// Ends a line that is too long at the first delimiter of `text`. Returns what follows.
    fn end_long<'a>(&mut self, text: &'a [u8], store: &mut Store) -> &'a [u8] {
        let end = memchr(self.delimiter, text).unwrap_or(text.len() - 1);
        store.lose(end);
        store.push(&text[end..=end]);
        self.line = Line::Short(0);
        &text[end + 1..]
    }

    /// Stores `text`, which holds no delimiter.
    fn store_unfinished(&mut self, text: &[u8], store: &mut Store) {
        let Line::Short(content) = self.line else { return store.lose(text.len()) };
        let room = self.max_line - content;
        if text.len() <= room {
            store.push(text);
            self.line = Line::Short(content + text.len());
        } else {
            let (window, rest) = text.split_at(room + 1);
            self.shorten(content, window, store);
            store.lose(rest.len());
        }
    }

    /// Shortens the line of which `content` bytes are stored and `window` makes one byte too many.
    fn shorten(&mut self, content: usize, window: &[u8], store: &mut Store) {
        let mut kept = self.max_line - MARK.len();
        if content < kept {
            store.push(&window[..kept - content]);
        } else {
            store.rewind(content - kept);
        }
        let mut last = [0; utf8::MAX_PARTIAL];
        let last = store.last_bytes(&mut last);
        let partial = utf8::partial_suffix(&last[last.len() - last.len().min(kept)..]);
        store.rewind(partial);
        kept -= partial;
        store.push_mark((content + window.len() - kept) as u64);
        self.line = Line::Long;
    }
}
