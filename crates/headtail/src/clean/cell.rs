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
    let len = match bytes[0] {
        0..=0x7F => 1,
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return First::Stray,
    };
    match std::str::from_utf8(&bytes[..len.min(bytes.len())]) {
        Ok(char) => char.chars().next().map_or(First::Stray, |char| First::Char(char, len)),
        Err(error) if error.error_len().is_none() => First::Partial,
        Err(_) => First::Stray,
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

/// How many of the first of `text` are printable ASCII characters.
pub(crate) fn plain_len(text: &[u8]) -> usize {
    let blocks =
        text.chunks_exact(16).take_while(|block| block.iter().fold(true, |all, &byte| all & is_plain(byte)));
    let plain = blocks.count() * 16;
    plain + text[plain..].iter().take_while(|&&byte| is_plain(byte)).count()
}

/// Whether `byte` is a printable ASCII character.
pub(crate) fn is_plain(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
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
        while cell.len < bytes.len() && !(cell.width > 0 && is_plain(bytes[cell.len])) {
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
