//! The bytes of the marks of shortened lines.

/// Whether `byte` is in one: as a delimiter it would end a line there, too.
pub(crate) fn is_in_mark(byte: u8) -> bool {
    b" ... [truncated 0123456789 bytes] ... ".contains(&byte)
}
