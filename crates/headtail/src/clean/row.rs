//! A row of a terminal: the characters in it, and the cursor.

use std::collections::TryReserveError;

/// A row, stored with a gap at the cursor, so that writing and moving cost no more than what is written or passed.
///
/// A cell is a character that has a width, followed by all bytes after it that have none. Cells lie on both sides
/// of the gap; what has no width and comes before the first character lies to the left of them all.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// `bytes[..left]` is left of the gap, `bytes[right..]` right of it. The length never changes.
    bytes: Vec<u8>,
    /// What each of the bytes is: the first of a cell, which says how wide the cell is, or another. As long as
    /// `bytes`.
    codes: Vec<Code>,
    /// `bytes[..lead]` comes before the first cell. `lead <= left`.
    lead: usize,
    /// `left <= right`.
    left: usize,
    /// `right <= bytes.len()`.
    right: usize,
    /// The column that the cursor is in.
    column: usize,
    /// How many columns the cursor is right of the gap: it is inside the cell that follows, or past the end of the
    /// row. `inside <= column`; less than the width of the cell that follows, if there is one.
    inside: usize,
}

/// Columns of the cell that a byte is the first of, with a flag for tabs; 0 for other bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Code(u8);

impl Code {
    const REST: Self = Self(0);
    const PLAIN: Self = Self(1);
    const SEQUENCE: Self = Self(0x20);
    const TAB: u8 = 0x10;

    #[allow(clippy::cast_possible_truncation)] // At most 8.
    fn of_char(width: usize) -> Self {
        Self(width as u8)
    }

    fn of_tab(width: usize) -> Self {
        Self(Self::TAB | Self::of_char(width).0)
    }

    fn columns(self) -> usize {
        usize::from(self.0 & 0x0F)
    }

    fn is_tab(self) -> bool {
        self.0 & Self::TAB != 0
    }
}

impl Row {
    /// An empty row of at most `capacity` bytes.
    pub(crate) fn new(capacity: usize) -> Result<Self, TryReserveError> {
        let (mut bytes, mut codes) = (Vec::new(), Vec::new());
        bytes.try_reserve_exact(capacity)?;
        bytes.resize(capacity, 0);
        codes.try_reserve_exact(capacity)?;
        codes.resize(capacity, Code::REST);
        Ok(Self { bytes, codes, lead: 0, left: 0, right: capacity, column: 0, inside: 0 })
    }

    /// Back to an empty row.
    pub(crate) fn clear(&mut self) {
        (self.lead, self.left, self.right) = (0, 0, self.bytes.len());
        (self.column, self.inside) = (0, 0);
    }

    /// The bytes left of the gap.
    pub(crate) fn left(&self) -> &[u8] {
        &self.bytes[..self.left]
    }

    /// The bytes right of the gap.
    pub(crate) fn right(&self) -> &[u8] {
        &self.bytes[self.right..]
    }

    /// The column that the cursor is in.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// Whether nothing was written and the cursor is where it was at first.
    pub(crate) fn is_empty(&self) -> bool {
        self.left == 0 && self.right().is_empty() && self.column == 0
    }

    /// Whether a move has left columns empty between the end of the row and the cursor.
    pub(crate) fn is_past_end(&self) -> bool {
        self.inside > 0 && self.right().is_empty()
    }

    /// Moves the cursor back to the gap. Returns by how many columns.
    pub(crate) fn back_to_gap(&mut self) -> usize {
        self.column -= self.inside;
        std::mem::take(&mut self.inside)
    }

    /// Moves the cursor.
    pub(crate) fn move_to(&mut self, target: usize) {
        let mut column = self.column - self.inside;
        if target < column {
            let mut from = self.left;
            while column > target {
                from -= 1;
                column -= self.codes[from].columns();
            }
            let count = self.left - from;
            self.shift(from, self.right - count, count);
            (self.left, self.right) = (from, self.right - count);
        } else {
            let columns = |code: &Code| {
                let next = column + code.columns();
                (next <= target).then(|| column = next)
            };
            let count = self.codes[self.right..].iter().map_while(columns).count();
            self.shift(self.right, self.left, count);
            (self.left, self.right) = (self.left + count, self.right + count);
        }
        (self.column, self.inside) = (target, target - column);
    }

    fn shift(&mut self, from: usize, to: usize, count: usize) {
        self.bytes.copy_within(from..from + count, to);
        self.codes.copy_within(from..from + count, to);
    }

    /// Writes a character over what stands in its columns. A wide character of which half is overwritten leaves a
    /// blank, a tab gets narrower. The cursor is at the gap. False if it does not fit; then nothing has changed.
    pub(crate) fn write(&mut self, char: &[u8], width: usize) -> bool {
        self.put(char, width, Code::of_char(width))
    }

    /// Writes a tab of this width, at most 8, likewise.
    pub(crate) fn write_tab(&mut self, width: usize) -> bool {
        self.put(b"\t", width, Code::of_tab(width))
    }

    fn put(&mut self, char: &[u8], width: usize, code: Code) -> bool {
        let (mut right, mut columns, mut cell) = (self.right, 0, self.right);
        while columns < width && right < self.bytes.len() {
            cell = right;
            columns += self.codes[cell].columns();
            let rest = self.codes[cell + 1..].iter().take_while(|code| code.columns() == 0);
            right += 1 + rest.count();
        }
        let left_over = columns.saturating_sub(width);
        let is_tab = left_over > 0 && self.codes[cell].is_tab();
        right = match left_over {
            0 => right,
            _ if is_tab => cell,
            _ => right - 1,
        };
        if right - self.left < char.len() {
            return false;
        }
        if is_tab {
            self.codes[right] = Code::of_tab(left_over);
        } else if left_over > 0 {
            (self.bytes[right], self.codes[right]) = (b' ', Code::PLAIN);
        }
        self.right = right;
        self.append(char, Code::REST);
        if width > 0 {
            self.codes[self.left - char.len()] = code;
        } else if self.column == 0 {
            self.lead = self.left;
        }
        self.column += width;
        true
    }

    /// Writes the first of these printable ASCII characters. Returns how many; 0 if they have to be written one by
    /// one, because the first of them does not just take the place of one of the same kind, or does not fit.
    pub(crate) fn write_plain(&mut self, text: &[u8]) -> usize {
        let right = &self.codes[self.right..];
        let mut count = text.len();
        if right.is_empty() {
            if self.right - self.left < count {
                return 0;
            }
        } else {
            count = right.iter().take(count).take_while(|&&code| code == Code::PLAIN).count();
            // Bytes without width may belong to the last one.
            if right.get(count).is_some_and(|code| code.columns() == 0) {
                count -= 1;
            }
            self.right += count;
        }
        self.append(&text[..count], Code::PLAIN);
        self.column += count;
        count
    }

    /// Writes a sequence, which has no width. False if it does not fit.
    pub(crate) fn write_sequence(&mut self, sequence: &[u8]) -> bool {
        let fits = sequence.len() <= self.right - self.left;
        if fits {
            self.append(sequence, Code::SEQUENCE);
            if self.column == 0 {
                self.lead = self.left;
            }
        }
        fits
    }

    fn append(&mut self, bytes: &[u8], code: Code) {
        let to = self.left..self.left + bytes.len();
        self.left = to.end;
        self.bytes[to.clone()].copy_from_slice(bytes);
        self.codes[to].fill(code);
    }

    /// Takes the sequences out, all of which are left of the gap.
    pub(crate) fn drop_sequences(&mut self) {
        let (mut end, mut lead) = (0, 0);
        for at in 0..self.left {
            if self.codes[at] != Code::SEQUENCE {
                (self.bytes[end], self.codes[end]) = (self.bytes[at], self.codes[at]);
                end += 1;
            }
            if at + 1 == self.lead {
                lead = end;
            }
        }
        (self.lead, self.left) = (lead, end);
    }

    /// Erases what is right of the cursor, and the cell that it is inside of.
    pub(crate) fn erase_right(&mut self) {
        self.right = self.bytes.len();
    }

    /// Erases all cells. The cursor stays in its column.
    pub(crate) fn erase(&mut self) {
        (self.left, self.right, self.inside) = (self.lead, self.bytes.len(), self.column);
    }

    /// Whether all cells end in or before the column that the cursor is in.
    pub(crate) fn ends_at_cursor(&self) -> bool {
        let columns = self.codes[self.right..].iter().map(|code| code.columns());
        let mut end = self.column - self.inside;
        columns.into_iter().all(|columns| {
            end += columns;
            end <= self.column + 1
        })
    }
}
