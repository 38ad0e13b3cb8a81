//! A row of a terminal: what stands in it, and the cursor.

use std::collections::TryReserveError;

use super::cell::{self, Cell, First};

/// The columns of a row as bytes, with a gap at the cursor, so that writing and starting over cost no more than
/// what was written.
///
/// Left of the gap are cells, sequences among them, and then the sequences since the last of these cells; right
/// of it are cells alone.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// `bytes[..left]` is left of the cursor, `bytes[right..]` right of it. Fixed length.
    bytes: Vec<u8>,
    /// Which of `bytes[..left]` belong to sequences; empty if sequences are not kept.
    is_sequence: Vec<bool>,
    /// `bytes[..erased]` has been erased: tabs and blanks. `erased <= cells`.
    erased: usize,
    /// `bytes[cells..left]` are the sequences after the last cell. `cells <= left`.
    cells: usize,
    /// `left <= right`.
    left: usize,
    /// `right <= bytes.len()`.
    right: usize,
    /// The column that the cursor is in.
    column: usize,
}

impl Row {
    /// An empty row of at most `capacity` bytes.
    pub(crate) fn new(capacity: usize, keep_sequences: bool) -> Result<Self, TryReserveError> {
        let (mut bytes, mut is_sequence) = (Vec::new(), Vec::new());
        bytes.try_reserve_exact(capacity)?;
        bytes.resize(capacity, 0);
        if keep_sequences {
            is_sequence.try_reserve_exact(capacity)?;
            is_sequence.resize(capacity, false);
        }
        Ok(Self { bytes, is_sequence, erased: 0, cells: 0, left: 0, right: capacity, column: 0 })
    }

    pub(crate) fn clear(&mut self) {
        self.clear_left();
        self.right = self.bytes.len();
        self.column = 0;
    }

    /// Forgets what is left of the cursor, which stays where it is.
    pub(crate) fn clear_left(&mut self) {
        (self.erased, self.cells, self.left) = (0, 0, 0);
    }

    /// What is left of the cursor.
    pub(crate) fn left(&self) -> &[u8] {
        &self.bytes[..self.left]
    }

    /// What is right of the cursor.
    pub(crate) fn right(&self) -> &[u8] {
        &self.bytes[self.right..]
    }

    /// What is seen left of the cursor, and the sequences after that.
    pub(crate) fn seen_left(&self) -> [&[u8]; 2] {
        let (cells, sequences) = self.left().split_at(self.cells);
        // Blanks that nothing follows are not seen.
        let is_blank = self.erased == self.cells && self.right().is_empty();
        [if is_blank { &[] } else { cells }, sequences]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left == 0 && self.right().is_empty()
    }

    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// Whether `count` bytes more can be written.
    pub(crate) fn fits(&self, count: usize) -> bool {
        count <= self.right - self.left
    }

    /// Writes a character, or some that have no sequences between them, where the cursor is. They fit, and what
    /// stood there is overwritten.
    pub(crate) fn write(&mut self, text: &[u8], width: usize) {
        self.append(text, false);
        self.cells = self.left;
        self.column += width;
    }

    /// Writes a sequence, which fits.
    pub(crate) fn write_sequence(&mut self, sequence: &[u8]) {
        self.append(sequence, true);
    }

    fn append(&mut self, bytes: &[u8], is_sequence: bool) {
        let to = self.left..self.left + bytes.len();
        self.bytes[to.clone()].copy_from_slice(bytes);
        self.left = to.end;
        if let Some(marks) = self.is_sequence.get_mut(to) {
            marks.fill(is_sequence);
        }
    }

    /// How many bytes to the right of the cursor the next `width` columns are, and how many blanks take their
    /// place: one if they end inside a wide character. A tab that they end inside of just gets narrower.
    pub(crate) fn under(&self, width: usize) -> (usize, usize) {
        let right = self.right();
        let (mut len, mut columns) = (0, 0);
        while columns < width && len < right.len() {
            let cell = Cell::first(&right[len..], self.column + columns);
            if columns + cell.width <= width {
                len += cell.len;
            } else if cell.is_tab {
                len += cell.lead;
            } else {
                return (len + cell.len, 1);
            }
            columns += cell.width;
        }
        (len, 0)
    }

    /// Takes away what stands in the next `width` columns.
    pub(crate) fn overwrite(&mut self, width: usize) {
        let (len, blanks) = self.under(width);
        // A blank takes the place of a wide character, which is longer.
        self.right += len - blanks;
        if blanks > 0 {
            self.bytes[self.right] = b' ';
        }
    }

    /// How many of `count` printable ASCII characters would overwrite just as many.
    pub(crate) fn plain_under(&self, count: usize) -> usize {
        let right = self.right();
        let plain = cell::plain_len(&right[..count.min(right.len())]);
        // Something without width may belong to the last one.
        if plain == right.len() || cell::is_plain(right[plain]) { plain } else { plain.saturating_sub(1) }
    }

    /// How many bytes to the right of the cursor the characters are that end no later than the next tab stop,
    /// and their columns.
    pub(crate) fn before_stop(&self) -> (usize, usize) {
        let to_stop = cell::width('\t', self.column);
        let right = self.right();
        let (mut len, mut columns) = (0, 0);
        while columns < to_stop && len < right.len() {
            let cell = Cell::first(&right[len..], self.column + columns);
            if columns + cell.width > to_stop {
                break;
            }
            len += cell.len;
            columns += cell.width;
        }
        (len, columns)
    }

    /// Moves the cursor to the right over `len` bytes, which are so many columns.
    pub(crate) fn move_right(&mut self, len: usize, columns: usize) {
        if len == 0 {
            return;
        }
        self.bytes.copy_within(self.right..self.right + len, self.left);
        if let Some(marks) = self.is_sequence.get_mut(self.left..self.left + len) {
            marks.fill(false);
        }
        self.left += len;
        self.cells = self.left;
        self.pass(len, columns);
    }

    /// Moves the cursor to the right over `len` bytes, which are forgotten.
    pub(crate) fn pass(&mut self, len: usize, columns: usize) {
        self.right += len;
        self.column += columns;
    }

    /// Moves the cursor to the first column. What it passes loses its sequences; those after it stay with the
    /// cursor.
    pub(crate) fn return_to_start(&mut self) {
        let is_blank = self.erased == self.cells && self.right().is_empty();
        let plain = if is_blank { 0 } else { self.drop_sequences() };
        let sequences = self.left - self.cells;
        self.bytes[..self.left].rotate_left(self.cells);
        self.right -= plain;
        self.bytes.copy_within(sequences..sequences + plain, self.right);
        self.left = sequences;
        (self.erased, self.cells, self.column) = (0, 0, 0);
        self.mark();
    }

    /// Erases what is right of the cursor.
    pub(crate) fn erase_right(&mut self) {
        self.right = self.bytes.len();
    }

    /// Erases what is left of the cursor and in its column. Tabs are blank as they are.
    pub(crate) fn erase_left(&mut self) {
        let plain = self.drop_sequences();
        let (mut from, mut to) = (self.erased, self.erased);
        while from < plain {
            let (len, width) = match cell::first(&self.bytes[from..plain]) {
                First::Char('\t', len) => {
                    self.bytes[to] = b'\t';
                    to += 1;
                    (len, 0)
                }
                First::Char(char, len) => (len, cell::width(char, 0)),
                First::Partial | First::Stray => (1, 1),
            };
            // A character has at least as many bytes as columns.
            self.bytes[to..to + width].fill(b' ');
            (from, to) = (from + len, to + width);
        }
        self.bytes.copy_within(self.cells..self.left, to);
        self.left -= self.cells - to;
        (self.erased, self.cells) = (to, to);
        self.mark();
        self.erase_under();
    }

    /// Erases what is in the column of the cursor.
    fn erase_under(&mut self) {
        let cell = Cell::first(self.right(), self.column);
        let (blank, count) = if cell.is_tab { (b'\t', 1) } else { (b' ', cell.width) };
        self.right += cell.len - count;
        self.bytes[self.right..self.right + count].fill(blank);
    }

    /// Moves the cells that are not erased together, over the sequences among them. Returns where they end.
    fn drop_sequences(&mut self) -> usize {
        if self.is_sequence.is_empty() {
            return self.cells;
        }
        let mut end = self.erased;
        for at in self.erased..self.cells {
            if !self.is_sequence[at] {
                self.bytes[end] = self.bytes[at];
                end += 1;
            }
        }
        end
    }

    /// Marks what is left of the cursor: cells without sequences, and then those after them.
    fn mark(&mut self) {
        if let Some(marks) = self.is_sequence.get_mut(..self.left) {
            let (cells, sequences) = marks.split_at_mut(self.cells);
            cells.fill(false);
            sequences.fill(true);
        }
    }
}
