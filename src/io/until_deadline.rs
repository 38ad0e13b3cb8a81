//! Outputs that are not worth a result.

use std::io::{self, Write};

use crate::platform::shutdown;

/// An output that may be read slowly or not at all: it is waited for no longer than a signal allows, so that it
/// can't keep the result from being written.
#[derive(Debug)]
pub(crate) struct UntilDeadline<W>(pub(crate) W);

impl<W: Write> Write for UntilDeadline<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted && shutdown::is_due() => {
                Err(io::ErrorKind::TimedOut.into())
            }
            result => result,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
