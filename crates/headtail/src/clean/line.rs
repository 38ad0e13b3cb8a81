//! Playing the text of lines as a terminal would.

use std::collections::TryReserveError;

use memchr::{memchr, memchr3, memrchr2};

use super::cell::{self, First};
use super::control::{Effect, effect};
use super::row::Row;
use crate::utf8;

/// Turns text and sequences into what a terminal would show, line by line.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    delimiter: u8,
    /// Whether sequences stay in the text, with no width.
    keep_sequences: bool,
    /// What of the line has not been handed on.
    row: Row,
    /// Whether the last that came, sequences aside, was a carriage return: the next text starts at the first
    /// column, but the line may also just end.
    is_returned: bool,
    /// Whether the line was too long for the row. Then nothing is left of the cursor.
    is_overlong: bool,
    /// The beginning of a character that has not come whole, and its length.
    partial: ([u8; utf8::MAX_PARTIAL + 1], usize),
}

impl Line {
    /// At the start of a line, with a buffer of so many bytes.
    pub(crate) fn new(delimiter: u8, buffer: usize, keep_sequences: bool) -> Result<Self, TryReserveError> {
        let row = Row::new(buffer, keep_sequences)?;
        Ok(Self {
            delimiter,
            keep_sequences,
            row,
            is_returned: false,
            is_overlong: false,
            partial: Default::default(),
        })
    }

    pub(crate) fn reset(&mut self) {
        self.row.clear();
        (self.is_returned, self.is_overlong, self.partial.1) = (false, false, 0);
    }

    /// What of the line is seen if the input ends here and has not been handed on.
    pub(crate) fn pending(&self) -> [&[u8]; 4] {
        let partial = self.partial();
        if partial.is_empty() {
            let [cells, sequences] = self.row.seen_left();
            return [cells, self.row.right(), sequences, &[]];
        }
        // Stray bytes, a column each.
        let (len, blanks) = self.row.under(partial.len());
        [self.row.left(), partial, &b" "[..blanks], &self.row.right()[len..]]
    }

    /// Takes the next text.
    pub(crate) fn text(&mut self, mut text: &[u8], out: &mut impl FnMut(&[u8])) {
        while !text.is_empty() {
            if self.is_at_start() {
                text = self.pass_lines(text, out);
            }
            text = self.play(text, out);
        }
    }

    /// Takes the next sequence.
    pub(crate) fn sequence(&mut self, sequence: &[u8], out: &mut impl FnMut(&[u8])) {
        self.end_partial(out);
        match effect(sequence) {
            Effect::Return => self.is_returned = true,
            Effect::Left(_) if self.is_returned => {}
            Effect::Left(count) if !self.is_overlong && count >= self.row.column() => self.is_returned = true,
            Effect::Left(_) | Effect::None => self.pass_sequence(sequence, out),
            _ if self.is_overlong && self.is_returned => {
                self.start_over(out);
                self.pass_sequence(sequence, out);
            }
            Effect::EraseLeft | Effect::EraseAll if self.is_overlong => self.pass_sequence(sequence, out),
            erase => {
                self.start_over(out);
                if erase != Effect::EraseRight {
                    self.row.erase_left();
                }
                if erase != Effect::EraseLeft {
                    self.row.erase_right();
                }
            }
        }
    }

    fn is_at_start(&self) -> bool {
        self.row.is_empty() && !self.is_returned && !self.is_overlong && self.partial().is_empty()
    }

    /// Hands on whole lines without a carriage return but at their end, without holding them. Returns what
    /// follows, which is at the start of a line.
    fn pass_lines<'a>(&self, mut text: &'a [u8], out: &mut impl FnMut(&[u8])) -> &'a [u8] {
        loop {
            let to_return = if self.delimiter == b'\r' { None } else { memchr(b'\r', text) };
            let (lines, rest) = text.split_at(to_return.unwrap_or(text.len()));
            if rest.get(1).is_some_and(|&byte| self.is_end(byte)) {
                out(lines);
                text = &rest[1..];
                continue;
            }
            let Some(last) = memrchr2(b'\n', self.delimiter, lines) else { return text };
            out(&lines[..=last]);
            return &text[last + 1..];
        }
    }

    /// Takes the text up to the end of the line, or the next carriage return with it.
    fn play<'a>(&mut self, text: &'a [u8], out: &mut impl FnMut(&[u8])) -> &'a [u8] {
        let end = memchr3(b'\n', self.delimiter, b'\r', text);
        let (content, rest) = text.split_at(end.unwrap_or(text.len()));
        self.write(content, out);
        let Some((&byte, after)) = rest.split_first() else { return rest };
        self.end_partial(out);
        if self.is_end(byte) {
            self.end_line(out);
            return rest;
        }
        self.is_returned = true;
        after
    }

    fn is_end(&self, byte: u8) -> bool {
        byte == b'\n' || byte == self.delimiter
    }

    /// Hands on what of the line has not been handed on. Its end follows.
    fn end_line(&mut self, out: &mut impl FnMut(&[u8])) {
        for piece in self.pending() {
            if !piece.is_empty() {
                out(piece);
            }
        }
        self.reset();
    }

    /// Writes text of one line without carriage returns.
    fn write(&mut self, mut text: &[u8], out: &mut impl FnMut(&[u8])) {
        if !text.is_empty() {
            self.start_over(out);
        }
        while !text.is_empty() {
            if self.is_overlong && self.row.right().is_empty() {
                self.end_partial(out);
                return out(text);
            }
            let written = self.write_first(text, out);
            text = &text[written..];
        }
    }

    /// Carries out a carriage return that something follows.
    fn start_over(&mut self, out: &mut impl FnMut(&[u8])) {
        if !self.is_returned {
            return;
        }
        self.is_returned = false;
        if self.is_overlong {
            self.is_overlong = false;
            // What stands there can't be taken back. As a line of its own it does not hide what follows.
            out(self.row.right());
            out(&[self.delimiter]);
            self.row.clear();
        } else {
            self.row.return_to_start();
        }
    }

    /// Writes what `text` begins with. Returns how many bytes that is; 0 after the end of a partial character.
    fn write_first(&mut self, text: &[u8], out: &mut impl FnMut(&[u8])) -> usize {
        if !self.partial().is_empty() {
            return self.go_on(text[0], out);
        }
        let plain = cell::plain_len(text);
        if plain > 0 {
            self.write_plain(&text[..plain], out);
            return plain;
        }
        let (len, width) = match cell::first(text) {
            First::Char('\t', len) => {
                self.write_tab(out);
                return len;
            }
            First::Char(char, len) => (len, cell::width(char, 0)),
            First::Stray => (1, 1),
            First::Partial => {
                self.partial.0[..text.len()].copy_from_slice(text);
                self.partial.1 = text.len();
                return text.len();
            }
        };
        self.write_char(&text[..len], width, out);
        len
    }

    /// Adds `byte` to the partial character. Returns 0 if it does not belong to it.
    fn go_on(&mut self, byte: u8, out: &mut impl FnMut(&[u8])) -> usize {
        let (mut char, len) = self.partial;
        char[len] = byte;
        match cell::first(&char[..=len]) {
            First::Partial => self.partial = (char, len + 1),
            First::Char(whole, len) => {
                self.partial.1 = 0;
                self.write_char(&char[..len], cell::width(whole, 0), out);
            }
            First::Stray => {
                self.end_partial(out);
                return 0;
            }
        }
        1
    }

    fn partial(&self) -> &[u8] {
        &self.partial.0[..self.partial.1]
    }

    /// Writes the bytes of the partial character, which stays one.
    fn end_partial(&mut self, out: &mut impl FnMut(&[u8])) {
        let (bytes, len) = self.partial;
        self.partial.1 = 0;
        for stray in bytes[..len].chunks(1) {
            self.write_char(stray, 1, out);
        }
    }

    /// Writes printable ASCII characters.
    fn write_plain(&mut self, mut text: &[u8], out: &mut impl FnMut(&[u8])) {
        while !text.is_empty() {
            let is_free = self.row.right().is_empty();
            let plain = if is_free { text.len() } else { self.row.plain_under(text.len()) };
            if plain == 0 {
                self.write_char(&text[..1], 1, out);
                text = &text[1..];
                continue;
            }
            if !is_free {
                self.row.pass(plain, 0);
            }
            self.place(&text[..plain], plain, out);
            text = &text[plain..];
        }
    }

    /// Writes a character over what is in its columns.
    fn write_char(&mut self, char: &[u8], width: usize, out: &mut impl FnMut(&[u8])) {
        self.row.overwrite(width);
        self.place(char, width, out);
    }

    /// Moves the cursor to the next tab stop over what is there, and where nothing is, writes a tab.
    fn write_tab(&mut self, out: &mut impl FnMut(&[u8])) {
        let to_stop = cell::width('\t', self.row.column());
        let (len, columns) = self.row.before_stop();
        if self.is_overlong {
            out(&self.row.right()[..len]);
            self.row.pass(len, columns);
        } else {
            self.row.move_right(len, columns);
        }
        if columns < to_stop && self.row.right().is_empty() {
            self.place(b"\t", to_stop - columns, out);
        }
    }

    /// Writes text where nothing is in its columns.
    fn place(&mut self, text: &[u8], width: usize, out: &mut impl FnMut(&[u8])) {
        if self.make_room(text.len(), out) {
            self.row.write(text, width);
        } else {
            out(text);
            self.row.pass(0, width);
        }
    }

    /// Leaves a sequence that isn't followed in the text.
    fn pass_sequence(&mut self, sequence: &[u8], out: &mut impl FnMut(&[u8])) {
        if !self.keep_sequences {
            return;
        }
        if self.make_room(sequence.len(), out) {
            self.row.write_sequence(sequence);
        } else {
            out(sequence);
        }
    }

    /// Whether `count` bytes fit the row. If not, the line is overlong from here on, and what is left of the
    /// cursor is handed on.
    fn make_room(&mut self, count: usize, out: &mut impl FnMut(&[u8])) -> bool {
        if !self.is_overlong && !self.row.fits(count) {
            self.is_overlong = true;
            out(self.row.left());
            self.row.clear_left();
        }
        !self.is_overlong
    }
}
