//! Descriptors as the program was started with them.
//!
//! Before `main`, the Rust runtime opens `/dev/null` in the place of standard descriptors that are closed, so
//! that nothing else takes their number. That is right, but it hides that reading them must fail and that what
//! is written there is lost. So this module looks before the runtime does: `before_main` calls it.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{IntoRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether descriptors 0, 1 and 2 were open. Taken to be open until they were checked.
static OPEN: [AtomicBool; 3] = [const { AtomicBool::new(true) }; 3];

/// A standard descriptor, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standard {
    In = 0,
    Out = 1,
    Err = 2,
}

impl Standard {
    /// Whether the program was started with this descriptor open.
    pub(crate) fn was_open(self) -> bool {
        OPEN[self as usize].load(Ordering::Relaxed)
    }
}

/// Checks which are open.
pub(super) fn check_open() {
    for (number, open) in (0..).zip(&OPEN) {
        // SAFETY: F_GETFD takes no pointer and changes nothing; it fails where no such descriptor is open.
        let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
        open.store(flags != -1, Ordering::Relaxed);
    }
}

/// Closes `descriptor` and returns the error, which dropping it would hide: some file systems report only
/// then that what was written is lost.
pub(crate) fn close(descriptor: OwnedFd) -> io::Result<()> {
    // SAFETY: the number was owned by `descriptor`, which gave it up; nobody else closes it.
    let result = unsafe { libc::close(descriptor.into_raw_fd()) };
    let error = io::Error::last_os_error();
    // An interrupted close is not to be repeated: the descriptor is gone.
    if result == 0 || error.kind() == io::ErrorKind::Interrupted { Ok(()) } else { Err(error) }
}
