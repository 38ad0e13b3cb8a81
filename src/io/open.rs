//! Opening what a name stands for.

use std::ffi::OsStr;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::io::descriptor::Descriptor;
use crate::platform::descriptors::Standard;
use crate::platform::shutdown;

/// Opens `path` for reading. `/dev/stdin` is the standard input itself: closed if that is, and read from where it is.
pub(crate) fn for_reading(path: &OsStr) -> Result<Descriptor, Errno> {
    if path == "/dev/stdin" {
        return Ok(Descriptor::Standard(Standard::In));
    }
    open(path, OFlags::RDONLY)
}

/// Opens `path` for writing; a new file may be read and written by whom the process's mask allows. The names of the
/// standard streams mean these streams, closed ones included.
pub(crate) fn for_writing(path: &OsStr) -> Result<Descriptor, Errno> {
    match path.to_str() {
        Some("/dev/stdin") => Err(Errno::BADF),
        Some("/dev/stdout") => Ok(Descriptor::Standard(Standard::Out)),
        Some("/dev/stderr") => Ok(Descriptor::Standard(Standard::Err)),
        _ => open(path, OFlags::WRONLY | OFlags::CREATE),
    }
}

/// A FIFO blocks until its other side is opened, as it does in a shell's redirection. [`Errno::INTR`] means that a
/// signal ended the wait for good.
fn open(path: &OsStr, flags: OFlags) -> Result<Descriptor, Errno> {
    loop {
        match rustix::fs::open(path, flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::from_raw_mode(0o666)) {
            Err(Errno::INTR) if !shutdown::is_due() => {}
            result => return result.map(Descriptor::Own),
        }
    }
}
