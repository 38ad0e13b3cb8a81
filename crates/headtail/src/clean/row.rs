//! A row of a terminal: the characters in it, and the cursor.

use std::collections::TryReserveError;

/// A row, stored with a gap where something was last added or taken out, so that this costs no more than moving the
/// gap by as many bytes as the cursor has moved since. Characters that take the place of others of the same length are
/// written where those stand.
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
    /// `bytes[..lead]` comes before the first cell. `lead <= at`.
    lead: usize,
    /// Where the cursor is: at the beginning of a cell, or at the gap. `at <= left`.
    at: usize,
    /// `left <= right`.
    left: usize,
    /// `right <= bytes.len()`.
    right: usize,
    /// The column that the cursor is in.
    column: usize,
    /// How many columns the cursor is right of `at`: it is inside the cell there, or past the end of the row.
    /// `inside <= column`; less than the width of that cell, if there is one.
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
        Ok(Self { bytes, codes, lead: 0, at: 0, left: 0, right: capacity, column: 0, inside: 0 })
    }

    /// Back to an empty row.
    pub(crate) fn clear(&mut self) {
        (self.lead, self.at, self.left, self.right) = (0, 0, 0, self.bytes.len());
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
        self.inside > 0 && self.is_at_end()
    }

    /// Whether no cell is right of the cursor, or has it inside.
    fn is_at_end(&self) -> bool {
        self.at == self.left && self.right().is_empty()
    }

    /// Moves the cursor back to the beginning of the cell that it is inside of, or to the end of the row that it is
    /// past. Returns by how many columns.
    pub(crate) fn leave_cell(&mut self) -> usize {
        self.column -= self.inside;
        std::mem::take(&mut self.inside)
    }

    /// Moves the cursor.
    pub(crate) fn move_to(&mut self, target: usize) {
        let mut column = self.column - self.inside;
        if target == 0 {
            (self.at, column) = (self.lead, 0);
        }
        while column > target {
            self.at -= 1;
            column -= self.codes[self.at].columns();
        }
        let mut passes = |code: &Code| {
            let next = column + code.columns();
            (next <= target).then(|| column = next)
        };
        self.at += self.codes[self.at..self.left].iter().map_while(&mut passes).count();
        if self.at == self.left {
            let count = self.codes[self.right..].iter().map_while(passes).count();
            self.shift(self.right, self.left, count);
            self.left += count;
            self.right += count;
            self.at = self.left;
        }
        (self.column, self.inside) = (target, target - column);
    }

    /// Moves the gap to the cursor.
    fn open_gap(&mut self) {
        let count = self.left - self.at;
        self.right -= count;
        self.shift(self.at, self.right, count);
        self.left = self.at;
    }

    fn shift(&mut self, from: usize, to: usize, count: usize) {
        self.bytes.copy_within(from..from + count, to);
        self.codes.copy_within(from..from + count, to);
    }

    /// Writes a character over what stands in its columns. A wide character of which half is overwritten leaves a
    /// blank, a tab gets narrower. The cursor is not inside a cell. False if it does not fit; then nothing has changed.
    pub(crate) fn write(&mut self, char: &[u8], width: usize) -> bool {
        self.put(char, width, Code::of_char(width))
    }

    /// Writes a tab of this width, at most 8, likewise.
    pub(crate) fn write_tab(&mut self, width: usize) -> bool {
        self.put(b"\t", width, Code::of_tab(width))
    }

    fn put(&mut self, char: &[u8], width: usize, code: Code) -> bool {
        self.open_gap();
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
        let count = if self.is_at_end() {
            let count = text.len().min(self.right - self.left);
            self.append(&text[..count], Code::PLAIN);
            count
        } else if self.at < self.left {
            let count = plain_cells(&self.codes[self.at..self.left], text.len());
            self.bytes[self.at..self.at + count].copy_from_slice(&text[..count]);
            self.at += count;
            count
        } else {
            let count = plain_cells(&self.codes[self.right..], text.len());
            self.right += count;
            self.append(&text[..count], Code::PLAIN);
            count
        };
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
        (self.at, self.left) = (to.end, to.end);
        self.bytes[to.clone()].copy_from_slice(bytes);
        self.codes[to].fill(code);
    }

    /// Takes the sequences out. The cursor has never been moved back.
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
        (self.lead, self.at, self.left) = (lead, end, end);
    }

    /// Erases what is right of the cursor, and the cell that it is inside of.
    pub(crate) fn erase_right(&mut self) {
        (self.left, self.right) = (self.at, self.bytes.len());
    }

    /// Erases all cells. The cursor stays in its column.
    pub(crate) fn erase(&mut self) {
        (self.at, self.left, self.right) = (self.lead, self.lead, self.bytes.len());
        self.inside = self.column;
    }

    /// Whether all cells end in or before the column that the cursor is in.
    pub(crate) fn ends_at_cursor(&self) -> bool {
        let mut cells = self.codes[self.at..self.left].iter().chain(&self.codes[self.right..]);
        let mut end = self.column - self.inside;
        cells.all(|code| {
            end += code.columns();
            end <= self.column + 1
        })
    }
}

/// How many of the first cells, at most `max`, are one byte and one column each. `codes` begin and end with whole
/// cells.
fn plain_cells(codes: &[Code], max: usize) -> usize {
    let cells = &codes[..max.min(codes.len())];
    let is_plain = |code: &Code| *code == Code::PLAIN;
    let all_plain = |block: &[Code]| block.iter().fold(true, |all, code| all & is_plain(code));
    let blocks = cells.chunks_exact(16).take_while(|block| all_plain(block)).count();
    let rest = cells[16 * blocks..].iter().take_while(|code| is_plain(code));
    let count = 16 * blocks + rest.count();
    // Bytes that have no width may belong to the last one.
    let goes_on = codes.get(count).is_some_and(|code| code.columns() == 0);
    count - usize::from(goes_on)
}
