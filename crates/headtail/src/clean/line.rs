//! Playing the text of lines as a terminal would.

use std::collections::TryReserveError;

use super::cell::{self, First};
use super::control::{Effect, Part, effect};
use super::lines::Lines;
use super::row::Row;
use crate::utf8;

/// The last column that a move past the end of a line leads to. No terminal is wider, and a few bytes can't make a
/// line of any length.
const LAST_COLUMN: usize = 999;

/// Turns text and sequences into what a terminal would show, line by line.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools)] // Any of them may go with any other.
pub(crate) struct Line {
    lines: Lines,
    /// Whether sequences stay in the text, with no width, until the line is rewritten.
    keeps_sequences: bool,
    /// What of the line has not been handed on.
    row: Row,
    /// The cursor has been moved back, so sequences may no longer apply to what is left of the text after them.
    is_rewritten: bool,
    /// Whether a move to the first column is the last that came, sequences without effect aside: the next text
    /// starts there, but the line may also just end.
    is_returned: bool,
    /// Whether the line was too long for the row, which is then empty: the rest of the line is handed on as it
    /// comes.
    is_overlong: bool,
    /// The beginning of a character of which more may come, and its length.
    partial: ([u8; utf8::MAX_PARTIAL + 1], usize),
    /// How many bytes were handed on, or stood in the row, that were not in the input.
    added: u64,
}

impl Line {
    /// At the start of a line, with a buffer of this many bytes.
    pub(crate) fn new(delimiter: u8, buffer: usize, keeps_sequences: bool) -> Result<Self, TryReserveError> {
        Ok(Self {
            lines: Lines::new(delimiter),
            keeps_sequences,
            row: Row::new(buffer)?,
            is_rewritten: false,
            is_returned: false,
            is_overlong: false,
            partial: Default::default(),
            added: 0,
        })
    }

    pub(crate) fn reset(&mut self) {
        self.start_line();
        self.added = 0;
    }

    fn start_line(&mut self) {
        self.row.clear();
        (self.is_rewritten, self.is_returned, self.is_overlong) = (false, false, false);
        self.partial.1 = 0;
    }

    pub(crate) fn added(&self) -> u64 {
        self.added
    }

    /// What of the line has not been handed on. The beginning of a character stands after it.
    pub(crate) fn pending(&self) -> [&[u8]; 3] {
        [self.row.left(), self.row.right(), self.partial()]
    }

    /// Takes the next text.
    pub(crate) fn text(&mut self, mut text: &[u8], out: &mut impl FnMut(&[u8])) {
        while !text.is_empty() {
            if self.is_at_start() {
                text = self.lines.pass(text, out);
            }
            text = self.play(text, out);
        }
    }

    /// Takes the next sequence.
    pub(crate) fn sequence(&mut self, sequence: &[u8], out: &mut impl FnMut(&[u8])) {
        self.end_partial(out);
        let column = if self.is_returned { 0 } else { self.row.column() };
        let target = match effect(sequence) {
            Effect::None => return self.keep(sequence, out),
            Effect::Erase(part) => return self.erase(part, out),
            // How far it is to the first column is not known.
            Effect::Left(_) if self.is_overlong && !self.is_returned => return,
            Effect::Left(count) => column.saturating_sub(count),
            Effect::Right(count) => column.saturating_add(count),
            Effect::To(target) => target,
        };
        if target == 0 {
            self.is_returned = true;
            return;
        }
        self.start_over(out);
        self.move_to(target.min(LAST_COLUMN.max(column)));
    }

    /// Begins a line of which the first part, that the rest hides, is left out.
    pub(crate) fn begin_rewritten(&mut self) {
        self.is_rewritten = true;
    }

    /// Whether nothing of the line has come.
    pub(crate) fn is_at_start(&self) -> bool {
        let is_new = !self.is_rewritten && !self.is_returned && !self.is_overlong;
        is_new && self.row.is_empty() && self.partial().is_empty()
    }

    /// Takes the text up to the end of the line, or the next carriage return with it.
    fn play<'a>(&mut self, text: &'a [u8], out: &mut impl FnMut(&[u8])) -> &'a [u8] {
        let end = self.lines.find_return_or_end(text);
        let (content, rest) = text.split_at(end.unwrap_or(text.len()));
        self.write(content, out);
        let Some((&byte, after)) = rest.split_first() else { return rest };
        self.end_partial(out);
        if self.lines.is_end(byte) {
            out(self.row.left());
            out(self.row.right());
            self.start_line();
            return rest;
        }
        self.is_returned = true;
        after
    }

    /// Writes text of one line without carriage returns.
    fn write(&mut self, mut text: &[u8], out: &mut impl FnMut(&[u8])) {
        while !text.is_empty() {
            if self.is_overlong && !self.is_returned {
                return out(text);
            }
            let written = self.write_first(text, out);
            text = &text[written..];
        }
    }

    /// Carries out a move to the first column that something follows.
    fn start_over(&mut self, out: &mut impl FnMut(&[u8])) {
        if !std::mem::take(&mut self.is_returned) {
            return;
        }
        if self.is_overlong {
            // What stands there can't be taken back. As a line of its own it does not hide what follows.
            self.end_line_early(out);
        } else {
            self.move_to(0);
        }
    }

    /// Moves the cursor, except in an overlong line.
    fn move_to(&mut self, column: usize) {
        if self.is_overlong {
            return;
        }
        if column < self.row.column() {
            self.rewrite();
        }
        self.row.move_to(column);
    }

    fn rewrite(&mut self) {
        if !std::mem::replace(&mut self.is_rewritten, true) && self.keeps_sequences {
            self.row.drop_sequences();
        }
    }

    /// Writes what `text` begins with. Returns how many bytes that is; 0 after the end of a partial character.
    fn write_first(&mut self, text: &[u8], out: &mut impl FnMut(&[u8])) -> usize {
        if !self.partial().is_empty() {
            return self.go_on(text[0], out);
        }
        let plain = cell::plain_len(text);
        if plain > 0 {
            return self.write_plain(&text[..plain], out);
        }
        match cell::first(text) {
            First::Char('\t', len) => {
                self.write_tab(out);
                len
            }
            First::Char('\x08', len) => {
                if !self.is_returned {
                    self.move_to(self.row.column().saturating_sub(1));
                }
                len
            }
            First::Char(char, len) => {
                self.write_char(&text[..len], cell::width(char), out);
                len
            }
            First::Stray(len) => {
                self.write_char(&text[..len], 1, out);
                len
            }
            First::Partial => {
                self.partial.0[..text.len()].copy_from_slice(text);
                self.partial.1 = text.len();
                text.len()
            }
        }
    }

    /// Adds `byte` to the partial character. Returns 0 if it does not belong to it.
    fn go_on(&mut self, byte: u8, out: &mut impl FnMut(&[u8])) -> usize {
        let (mut char, len) = self.partial;
        char[len] = byte;
        match cell::first(&char[..=len]) {
            First::Partial => self.partial = (char, len + 1),
            First::Char(whole, len) => {
                self.partial.1 = 0;
                self.write_char(&char[..len], cell::width(whole), out);
            }
            First::Stray(_) => {
                self.end_partial(out);
                return 0;
            }
        }
        1
    }

    fn partial(&self) -> &[u8] {
        &self.partial.0[..self.partial.1]
    }

    /// Writes the partial character, which stays one.
    fn end_partial(&mut self, out: &mut impl FnMut(&[u8])) {
        let (bytes, len) = self.partial;
        if len > 0 {
            self.partial.1 = 0;
            self.write_char(&bytes[..len], 1, out);
        }
    }

    /// Writes printable ASCII characters. Returns how many.
    fn write_plain(&mut self, text: &[u8], out: &mut impl FnMut(&[u8])) -> usize {
        self.prepare(out);
        let written = if self.is_overlong { 0 } else { self.row.write_plain(text) };
        if written > 0 {
            return written;
        }
        self.write_char(&text[..1], 1, out);
        1
    }

    /// Writes a character over what is in its columns.
    fn write_char(&mut self, char: &[u8], width: usize, out: &mut impl FnMut(&[u8])) {
        self.prepare(out);
        if width == 0 && self.is_rewritten && self.row.column() == 0 && !self.is_overlong {
            // There is no character that it could belong to.
            return;
        }
        self.place(char, |row| row.write(char, width), out);
    }

    /// Moves the cursor to the next tab stop over what is there, and where nothing is, writes a tab.
    fn write_tab(&mut self, out: &mut impl FnMut(&[u8])) {
        self.start_over(out);
        if self.is_overlong {
            return out(b"\t");
        }
        let was_past_end = self.row.is_past_end();
        self.row.move_to(self.row.column() + cell::to_tab_stop(self.row.column()));
        if !was_past_end && self.row.is_past_end() {
            let width = self.row.leave_cell();
            self.place(b"\t", |row| row.write_tab(width), out);
        }
    }

    fn erase(&mut self, part: Part, out: &mut impl FnMut(&[u8])) {
        self.start_over(out);
        match part {
            _ if self.is_overlong => {}
            Part::Right => self.row.erase_right(),
            Part::Left if !self.row.ends_at_cursor() => {
                let column = self.row.column();
                self.move_to(0);
                self.write_blanks(column + 1, out);
                self.move_to(column);
            }
            Part::Left | Part::All => {
                self.rewrite();
                self.row.erase();
            }
        }
    }

    /// Makes the row ready for text: the cursor is not inside a cell, nor past the end.
    fn prepare(&mut self, out: &mut impl FnMut(&[u8])) {
        self.start_over(out);
        let blanks = self.row.leave_cell();
        self.write_blanks(blanks, out);
    }

    fn write_blanks(&mut self, count: usize, out: &mut impl FnMut(&[u8])) {
        for _ in 0..count {
            self.place(b" ", |row| row.write(b" ", 1), out);
        }
        self.added += count as u64;
    }

    /// Leaves a sequence in the text, if sequences stay there.
    fn keep(&mut self, sequence: &[u8], out: &mut impl FnMut(&[u8])) {
        if !self.keeps_sequences || self.is_rewritten {
            return;
        }
        if !self.is_returned {
            self.prepare(out);
        }
        self.place(sequence, |row| row.write_sequence(sequence), out);
    }

    /// Has the row take `bytes`, or hands them on if the line is too long for it.
    fn place(&mut self, bytes: &[u8], mut write: impl FnMut(&mut Row) -> bool, out: &mut impl FnMut(&[u8])) {
        if !self.is_overlong {
            if write(&mut self.row) {
                return;
            }
            out(self.row.left());
            if !self.row.right().is_empty() {
                out(self.row.right());
                self.end_line_early(out);
                if write(&mut self.row) {
                    return;
                }
            }
            self.row.clear();
            self.is_overlong = true;
        }
        out(bytes);
    }

    /// Ends the line here, although it does not end in the input.
    fn end_line_early(&mut self, out: &mut impl FnMut(&[u8])) {
        out(&[self.lines.delimiter()]);
        self.added += 1;
        self.start_line();
    }
}
