//! What has to wait before it is written: in a file without a name, since memory does not grow.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// Bytes on their way.
#[derive(Debug, Default)]
pub(crate) struct Spool(Option<File>);

impl Spool {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Hands the bytes to `sink`, the first first, and is empty then.
    pub(crate) fn pour(&mut self, sink: &mut impl Write) -> io::Result<()> {
        let Some(mut file) = self.0.take() else { return Ok(()) };
        file.rewind()?;
        let mut piece = [0; 4096];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(()),
                count => sink.write_all(&piece[..count])?,
            }
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let file = match &mut self.0 {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
