//! Characters and the columns that they take.

use unicode_width::UnicodeWidthChar;

use crate::utf8;

/// Columns from one tab stop to the next.
const TAB_STOP: usize = 8;

/// What some bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// A character of so many bytes.
    Char(char, usize),
    /// A character that goes on after the bytes.
    Partial,
    /// A byte that belongs to no character.
    Stray,
}

/// What `bytes` begin with. They are not empty.
pub(crate) fn first(bytes: &[u8]) -> First {
    let bytes = &bytes[..bytes.len().min(4)];
    let (valid, is_partial) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, false),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            (valid, error.error_len().is_none())
        }
    };
    match valid.chars().next() {
        Some(char) => First::Char(char, char.len_utf8()),
        None if is_partial => First::Partial,
        None => First::Stray,
    }
}

/// Whether `byte`, which follows `bytes`, belongs to a character that began in them.
pub(crate) fn continues(bytes: &[u8], byte: u8) -> bool {
    let begun = utf8::partial_suffix(bytes);
    let mut char = [0; utf8::MAX_PARTIAL + 1];
    char[..begun].copy_from_slice(&bytes[bytes.len() - begun..]);
    char[begun] = byte;
    begun > 0 && first(&char[..=begun]) != First::Stray
}

/// Columns that `char` takes if it is written in `column`.
pub(crate) fn width(char: char, column: usize) -> usize {
    match char {
        '\t' => TAB_STOP - column % TAB_STOP,
        // The one character that is given three columns is shown in two.
        _ => char.width().unwrap_or(0).min(2),
    }
}

/// A character in a row, with all that has no width around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Bytes before the character, which have no width.
    pub(crate) lead: usize,
    /// Length of all of it, in bytes.
    pub(crate) len: usize,
    /// Columns that it takes; 0 if nothing in it has a width.
    pub(crate) width: usize,
    /// Whether it is a tab, which takes whatever columns there are up to the next stop.
    pub(crate) is_tab: bool,
}

impl Cell {
    /// The cell that `bytes`, in which no character is partial, begin with; it is in `column`.
    pub(crate) fn first(bytes: &[u8], column: usize) -> Self {
        let mut cell = Self { lead: 0, len: 0, width: 0, is_tab: false };
        while cell.len < bytes.len() {
            let (len, width) = match first(&bytes[cell.len..]) {
                First::Char(char, len) => (len, width(char, column)),
                First::Partial | First::Stray => (1, 1),
            };
            if width > 0 && cell.width > 0 {
                break;
            }
            if width > 0 {
                cell.lead = cell.len;
                cell.width = width;
                cell.is_tab = bytes[cell.len] == b'\t';
            }
            cell.len += len;
        }
        cell
    }
}
