//! The sequences that act within a line.

/// What a sequence does to the line that the cursor is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that is followed here.
    None,
    /// Erases from the cursor on.
    EraseRight,
    /// Erases up to the cursor, the column that it is in included.
    EraseLeft,
    /// Erases all of it.
    EraseAll,
    /// Moves the cursor to the first column.
    Return,
    /// Moves the cursor so many columns to the left.
    Left(usize),
}

/// What `sequence`, with its introducer, does.
pub(crate) fn effect(sequence: &[u8]) -> Effect {
    let control = sequence.strip_prefix(b"\x1B[").or_else(|| sequence.strip_prefix(b"\x9B"));
    let Some((&last, parameters)) = control.and_then(<[u8]>::split_last) else { return Effect::None };
    if !parameters.iter().all(|&byte| byte.is_ascii_digit() || byte == b';') {
        return Effect::None;
    }
    let digits = parameters.iter().take_while(|&&byte| byte != b';');
    let number = digits
        .fold(0_usize, |number, &digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    match (last, number) {
        (b'K' | b'J', 0) => Effect::EraseRight,
        (b'K', 1) => Effect::EraseLeft,
        (b'K', 2) => Effect::EraseAll,
        (b'G' | b'`', 0 | 1) => Effect::Return,
        (b'D', count) => Effect::Left(count.max(1)),
        _ => Effect::None,
    }
}
