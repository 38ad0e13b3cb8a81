//! Results that have to wait before they are written.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

/// Bytes on their way: in a file without a name, since memory should not grow with the number of results.
#[derive(Debug)]
pub(crate) enum Spool {
    File(File),
    /// Used where no such file can be made, so that no result is lost.
    Memory(Vec<u8>),
}

impl Spool {
    /// Where the results for the file `output` wait: beside it, on the file system that has to take them in the end.
    pub(crate) fn beside(output: &Path) -> Self {
        let directory = output.parent().filter(|directory| !directory.as_os_str().is_empty());
        let file = tempfile::tempfile_in(directory.unwrap_or(Path::new(".")));
        file.map_or(Self::Memory(Vec::new()), Self::File)
    }

    /// Writes the bytes to `sink` in order; returns how many.
    pub(crate) fn pour(self, sink: &mut impl Write) -> io::Result<u64> {
        match self {
            Self::File(mut file) => {
                file.rewind()?;
                io::copy(&mut file, sink)
            }
            Self::Memory(bytes) => io::copy(&mut &bytes[..], sink),
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::File(file) => file.write(bytes),
            Self::Memory(held) => held.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_wait_in_memory_where_no_file_can_be_made() {
        let mut spool = Spool::beside(Path::new("/no/such/directory/out"));
        assert!(matches!(spool, Spool::Memory(_)));
        spool.write_all(b"text").expect("memory takes it");
        let mut out = Vec::new();
        assert_eq!(spool.pour(&mut out).expect("a vector takes it"), 4);
        assert_eq!(out, b"text");
    }
}
