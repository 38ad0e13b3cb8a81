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
    match sequence.split_last() {
        Some((&last @ (b'C' | b'D' | b'G' | b'J' | b'K' | b'`'), start)) => effect_of(start, last),
        _ => Effect::None,
    }
}

/// What the sequence does that begins with `start` and ends with `last`.
fn effect_of(start: &[u8], last: u8) -> Effect {
    let parameters = start.strip_prefix(b"\x1B[").or_else(|| start.strip_prefix(b"\x9B"));
    let Some(number) = parameters.and_then(first_number) else { return Effect::None };
    match (last, number) {
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

/// The first of these numbers, 0 if it is left out; `None` if they are something else.
fn first_number(parameters: &[u8]) -> Option<usize> {
    let (mut number, mut is_first) = (0_usize, true);
    for &byte in parameters {
        match byte {
            b'0'..=b'9' if is_first => {
                number = number.saturating_mul(10).saturating_add(usize::from(byte - b'0'));
            }
            b'0'..=b'9' => {}
            b';' => is_first = false,
            _ => return None,
        }
    }
    Some(number)
}
