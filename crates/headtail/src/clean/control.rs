//! The sequences that act within a line.

/// What a sequence does to the line that the cursor is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that is followed here.
    None,
    /// Moves the cursor by this many columns to the left.
    Left(usize),
    /// Moves the cursor by this many columns to the right.
    Right(usize),
    /// Moves the cursor to this column; the first is 0.
    To(usize),
    /// Erases the part of the line.
    Erase(Part),
}

/// A part of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// From the cursor on.
    Right,
    /// Up to and including the column that the cursor is in.
    Left,
    All,
}

/// What `sequence`, with its introducer, does.
#[inline]
pub(crate) fn effect(sequence: &[u8]) -> Effect {
    // First the last byte, by which most are told.
    let Some((b'C' | b'D' | b'G' | b'J' | b'K' | b'`', start)) = sequence.split_last() else {
        return Effect::None;
    };
    let parameters = start.strip_prefix(b"\x1B[").or_else(|| start.strip_prefix(b"\x9B"));
    let is_number = |byte: &u8| byte.is_ascii_digit() || *byte == b';';
    let Some(parameters) = parameters.filter(|all| all.iter().all(is_number)) else { return Effect::None };
    let digits = parameters.iter().take_while(|&&byte| byte != b';');
    let number = digits
        .fold(0_usize, |number, &digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
    match (sequence[sequence.len() - 1], number) {
        (b'C', count) => Effect::Right(count.max(1)),
        (b'D', count) => Effect::Left(count.max(1)),
        (b'G' | b'`', number) => Effect::To(number.max(1) - 1),
        // Erasing to the end of the screen: nothing is known to be below.
        (b'K' | b'J', 0) => Effect::Erase(Part::Right),
        (b'K', 1) => Effect::Erase(Part::Left),
        (b'K', 2) => Effect::Erase(Part::All),
        _ => Effect::None,
    }
}
