//! Where bytes come from, a chunk at a time.

use std::io::{self, Read};

use rustix::fs::{Mode, OFlags};

use crate::program::descriptor::Descriptor;
use crate::program::failure::Failure;
use crate::program::settings::Input;
use crate::program::system::descriptors::Standard;

/// Fewest bytes that a read has room for. A pipe or socket that keeps packets apart drops what a read has no
/// room for, so the end of a chunk stays unused.
const LEAST_ROOM: usize = 64 << 10;

/// Length of the chunk that a [`Source`] fills. Large enough that what is done once a chunk does not count.
pub(crate) const CHUNK: usize = 256 << 10;

/// An open input.
#[derive(Debug)]
pub(crate) struct Source<R = Descriptor> {
    input: R,
}

/// Why a chunk holds no more.
#[derive(Debug)]
pub(crate) enum Filled {
    /// It is full.
    Full,
    /// The input ended.
    End,
    /// The input failed, after the bytes in the chunk.
    Failed(io::Error),
}

impl Source {
    pub(crate) fn open(input: &Input) -> Result<Self, Failure> {
        let descriptor = match input {
            Input::Stdin => Descriptor::Standard(Standard::In),
            Input::File(path) => {
                let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY;
                let file = rustix::io::retry_on_intr(|| rustix::fs::open(path, flags, Mode::empty()));
                Descriptor::Own(file.map_err(|errno| Failure::new(&input.name(), errno))?)
            }
        };
        Ok(Self::new(descriptor))
    }
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input }
    }

    /// Reads until `chunk` is full or the input ends. Returns how many bytes of it are filled, and why no more.
    pub(crate) fn fill(&mut self, chunk: &mut [u8]) -> (usize, Filled) {
        let mut len = 0;
        while len == 0 || chunk.len() - len >= LEAST_ROOM {
            match self.input.read(&mut chunk[len..]) {
                Ok(0) => return (len, Filled::End),
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (len, Filled::Failed(error)),
            }
        }
        (len, Filled::Full)
    }
}
