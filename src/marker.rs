//! The text that stands where bytes are missing.

use bytes::Bytes;

/// The marker for a gap of `omitted` bytes.
pub(crate) fn text(omitted: u64) -> Bytes {
    Bytes::from(format!("\n\n... [omitted {omitted} bytes] ...\n\n"))
}
