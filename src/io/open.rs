//! Opening files.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::platform::shutdown;

/// Opens `path`; a file that is to be created may be read and written by whom the process's mask allows.
///
/// A FIFO blocks until its other side is opened, as it does in a shell's redirection. [`Errno::INTR`] means
/// that a signal ended the wait for good.
pub(crate) fn open(path: &OsStr, flags: OFlags) -> Result<OwnedFd, Errno> {
    loop {
        match rustix::fs::open(path, flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::from_raw_mode(0o666)) {
            Err(Errno::INTR) if !shutdown::is_due() => {}
            result => return result,
        }
    }
}
