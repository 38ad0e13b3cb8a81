//! Characters and the columns that they take.

use crate::utf8;

/// Columns from one tab stop to the next.
const TAB_STOP: usize = 8;

/// What some bytes begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum First {
    /// A character of this many bytes.
    Char(char, usize),
    /// A character of which more bytes may follow.
    Partial,
    /// This many bytes that are not a character: a single byte, or the beginning of a character that something
    /// else interrupts.
    Stray(usize),
}

/// What `bytes` begin with. They are not empty.
pub(crate) fn first(bytes: &[u8]) -> First {
    let bytes = &bytes[..bytes.len().min(utf8::MAX_PARTIAL + 1)];
    let (valid, error_len) = match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let valid = &bytes[..error.valid_up_to()];
            (std::str::from_utf8(valid).unwrap_or_default(), error.error_len())
        }
    };
    match (valid.chars().next(), error_len) {
        (Some(char), _) => First::Char(char, char.len_utf8()),
        (None, Some(len)) => First::Stray(len),
        (None, None) => First::Partial,
    }
}

/// Whether `byte`, which follows `bytes`, belongs to a character that began in them.
pub(crate) fn continues(bytes: &[u8], byte: u8) -> bool {
    if !(0x80..=0xBF).contains(&byte) {
        return false;
    }
    let begun = utf8::partial_suffix(bytes);
    match bytes[bytes.len() - begun..] {
        [] => false,
        // Two bytes make a character, or the beginning of one.
        [lead] => lead < 0xE0 || utf8::partial_suffix(&[lead, byte]) == 2,
        _ => true,
    }
}

/// How many of the first of `text` are printable ASCII characters.
pub(crate) fn plain_len(text: &[u8]) -> usize {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let (words, rest) = text.as_chunks();
    for (index, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        // The highest bit of a byte is set where that is not printable. The first such byte, which is the lowest, is
        // right: only it can carry into those after it.
        let others = (word | word.wrapping_add(ONES) | word.wrapping_sub(ONES * 0x20)) & (ONES * 0x80);
        if others != 0 {
            return index * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    words.len() * 8 + rest.iter().take_while(|byte| (b' '..=b'~').contains(*byte)).count()
}

/// Columns that `char` takes, if it is not a tab.
pub(crate) fn width(char: char) -> usize {
    #[cfg(feature = "clean")]
    let width = unicode_width::UnicodeWidthChar::width(char);
    #[cfg(not(feature = "clean"))]
    let width = (!char.is_control()).then_some(1);
    // The one character that has a width of three is shown in two columns.
    width.unwrap_or(0).min(2)
}

/// Columns from `column` to the next tab stop.
pub(crate) fn to_tab_stop(column: usize) -> usize {
    TAB_STOP - column % TAB_STOP
}
