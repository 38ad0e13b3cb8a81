//! Shortening long lines as they stream, before they are stored, so that one giant line can fill neither the
//! head nor the tail.

use std::collections::TryReserveError;

use memchr::{memchr, memrchr};

use crate::limits::Limits;
use crate::line::middle::{self, Middle};
use crate::line::tail_search::filling_start;
use crate::mark::{self, Clip};
use crate::store::Store;
use crate::utf8;

/// The line that the stream is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineState {
    /// So many bytes of content so far, all stored; `max_line` at most. 0 at the start of a line.
    Short(usize),
    /// More than `max_line`. What is kept of its start is stored, and the mark if that is all; the rest is only
    /// counted or, if the end of the line is kept too, passes through `Clipper::middle`.
    Long,
}

/// A line as it was.
#[derive(Clone, Copy, Debug)]
struct Before {
    line: LineState,
    middle: Option<middle::Measure>,
}

/// Turns the input into the stored stream.
///
/// Works by windows, not by lines: `max_line + 1` bytes from the start of a line can't hold all of a line that
/// is too long and its delimiter, so only the last delimiter of such a window is looked for and all up to it
/// is stored in one copy. No byte is looked at more than three times.
#[derive(Clone, Debug)]
pub(crate) struct Clipper {
    /// Longest content stored; 0 for no limit, else at least `Clip::least_line`.
    max_line: usize,
    delimiter: u8,
    line: LineState,
    /// For lines that lose their middle.
    middle: Option<Middle>,
    /// The line to go back to while more than that is stored provisionally.
    before: Option<Before>,
}

impl Clipper {
    /// A clipper at the start of a line, with all its memory allocated. `pending` bytes of cleaned text may be rolled back.
    pub(crate) fn new(limits: &Limits, pending: usize) -> Result<Self, TryReserveError> {
        let loses_middle = limits.clip == Clip::Middle && limits.max_line > 0;
        Ok(Self {
            max_line: limits.max_line,
            delimiter: limits.delimiter,
            line: LineState::Short(0),
            middle: loses_middle.then(|| Middle::new(limits.max_line, pending)).transpose()?,
            before: None,
        })
    }

    /// Starts a new line, whatever came before.
    pub(crate) fn start_line(&mut self) {
        self.line = LineState::Short(0);
        self.before = None;
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

    /// Stores what is still to come if the input ends here: the `pending` text, which has no delimiter, and the
    /// end of a line that lost its middle. It is gone with the next `roll_back`.
    pub(crate) fn store_pending<'a>(&mut self, pending: impl Iterator<Item = &'a [u8]>, store: &mut Store) {
        store.begin_provisional(self.tentative());
        self.before = Some(Before { line: self.line, middle: self.middle.as_ref().map(Middle::line) });
        pending.for_each(|text| self.store(text, store));
        if let (LineState::Long, Some(middle)) = (self.line, &self.middle) {
            middle.store_end(store);
        }
    }

    /// Goes back to before `store_pending`.
    pub(crate) fn roll_back(&mut self, store: &mut Store) {
        let Some(Before { line, middle: before }) = self.before.take() else { return };
        store.roll_back();
        // The ring of a line that was not long yet holds nothing that matters.
        if let (LineState::Long, Some(middle), Some(before)) = (line, &mut self.middle, before) {
            middle.roll_back(before);
        }
        self.line = line;
    }

    /// How many of the last stored bytes may still be rolled back, provisional ones not counted.
    pub(crate) fn tentative(&self) -> usize {
        let line = self.before.map_or(self.line, |before| before.line);
        let LineState::Short(content) = line else { return 0 };
        if self.max_line == 0 {
            return 0;
        }
        let kept = self.middle.as_ref().map_or(self.max_line - mark::END.len(), Middle::start);
        content.saturating_sub(kept.saturating_sub(utf8::MAX_PARTIAL))
    }

    /// Stores `text`, which ends with a delimiter.
    fn store_lines(&mut self, mut text: &[u8], store: &mut Store) {
        let mut may_skip = !store.looks_at_lines();
        while !text.is_empty() {
            if may_skip && self.line == LineState::Short(0) && store.head_is_full() {
                may_skip = false;
                let need = store.ring_capacity();
                let start = filling_start(text, need, self.max_line, self.delimiter);
                store.skip(start as u64);
                text = &text[start..];
            }
            text = self.store_window(text, store);
        }
    }

    /// Stores the lines of `text`, which ends with a delimiter, up to one that is too long, or shortens the one that it
    /// begins with. Returns what follows.
    fn store_window<'a>(&mut self, text: &'a [u8], store: &mut Store) -> &'a [u8] {
        let content = match self.line {
            LineState::Short(content) => content,
            LineState::Long => return self.end_long(text, store),
        };
        let whole = self.short_lines(content, text, store.looks_at_lines());
        if whole > 0 {
            store.push_lines(&text[..whole]);
            self.line = LineState::Short(0);
            return &text[whole..];
        }
        let (window, after) = text.split_at(text.len().min((self.max_line - content).saturating_add(1)));
        self.shorten(content, window, store);
        after
    }

    /// Length of the lines that `text` begins with and that are not too long, where `content` bytes of the first one
    /// are stored already. Unless `all` are needed, those of one window do: what follows may be skipped.
    fn short_lines(&self, mut content: usize, text: &[u8], all: bool) -> usize {
        let mut len = 0;
        loop {
            let rest = &text[len..];
            let window = &rest[..rest.len().min((self.max_line - content).saturating_add(1))];
            let Some(last) = memrchr(self.delimiter, window) else { return len };
            len += last + 1;
            content = 0;
            if !all {
                return len;
            }
        }
    }

    /// Ends a line that is too long at the first delimiter of `text`, which has one. Returns what follows.
    fn end_long<'a>(&mut self, text: &'a [u8], store: &mut Store) -> &'a [u8] {
        let last = text.len() - 1;
        let end = memchr(self.delimiter, &text[..last]).unwrap_or(last);
        self.pass_long(&text[..end], store);
        if let Some(middle) = &self.middle {
            middle.store_end(store);
        }
        store.push_lines(&text[end..=end]);
        self.line = LineState::Short(0);
        &text[end + 1..]
    }

    /// Stores `text`, which holds no delimiter.
    fn store_unfinished(&mut self, text: &[u8], store: &mut Store) {
        let LineState::Short(content) = self.line else { return self.pass_long(text, store) };
        let room = self.max_line - content;
        if text.len() <= room {
            store.push(text);
            self.line = LineState::Short(content + text.len());
        } else {
            let (window, rest) = text.split_at(room + 1);
            self.shorten(content, window, store);
            self.pass_long(rest, store);
        }
    }

    /// Shortens the line of which `content` bytes are stored and `window` makes one byte too many.
    fn shorten(&mut self, content: usize, window: &[u8], store: &mut Store) {
        self.line = LineState::Long;
        if let Some(middle) = &mut self.middle {
            store.push(window);
            return middle.begin(store);
        }
        let kept = self.max_line - mark::END.len();
        store.push(&window[..kept.saturating_sub(content)]);
        store.rewind(content.saturating_sub(kept));
        let kept = kept - store.rewind_partial(kept);
        store.push_mark(mark::END, (content + window.len() - kept) as u64);
    }

    /// Takes content of a line that is already too long.
    fn pass_long(&mut self, text: &[u8], store: &mut Store) {
        match &mut self.middle {
            Some(middle) => middle.pass(text),
            None => store.lose(text.len() as u64),
        }
    }
}
