//! What the standard library and rustix leave to others: `fork`, and signals. All unsafe code of this program.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};
use std::sync::atomic::{AtomicI32, Ordering};

use rustix::pipe::{PipeFlags, pipe_with};

/// Which of the two processes this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fork {
    /// The one that was there before.
    Parent,
    /// The new one.
    Child,
}

/// Doubles this process, which must have one thread.
pub(crate) fn fork() -> io::Result<Fork> {
    // SAFETY: with one thread, nothing is held by a thread that the child lacks.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => Ok(Fork::Child),
        _ => Ok(Fork::Parent),
    }
}

/// Closes all descriptors but the standard ones: those that a starter has left open to whatever it executes, or a keeper to
/// its guard. To be called where this process uses none of its own before it exits.
pub(crate) fn close_others() {
    const FIRST: libc::c_uint = 3;
    // SAFETY: whoever has one of these does not use it.
    if unsafe { libc::syscall(libc::SYS_close_range, FIRST, libc::c_uint::MAX, 0) } == 0 {
        return;
    }
    // Linux before 5.9, and sandboxes.
    let open = std::fs::read_dir("/proc/self/fd").into_iter().flatten();
    let names = open.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<libc::c_int>().ok());
    for fd in names.filter(|&fd| fd > 2).collect::<Vec<_>>() {
        // SAFETY: the same; the descriptor of the directory is closed already, and is not this one again.
        unsafe { libc::close(fd) };
    }
}

/// Where the handler writes.
static SIGNALS: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_signal(signal: libc::c_int) {
    let byte = signal.to_le_bytes()[0];
    let fd = SIGNALS.load(Ordering::Relaxed);
    // SAFETY: `write` may be called by a handler, and so may the location of `errno` be used, which is the thread's own;
    // the byte lives until it returns. A pipe that is full has news enough.
    unsafe {
        let errno = *libc::__errno_location();
        libc::write(fd, (&raw const byte).cast(), 1);
        *libc::__errno_location() = errno;
    }
}

/// A descriptor from which the number of each signal can be read that ends a program by default, or says that a child has
/// exited. They no longer end this program. Programs that it executes have the default again.
pub(crate) fn signals() -> io::Result<OwnedFd> {
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
    // Open for good: the handler may be called until the very end.
    SIGNALS.store(write.into_raw_fd(), Ordering::Relaxed);
    for signal in [libc::SIGHUP, libc::SIGINT, libc::SIGTERM, libc::SIGCHLD, libc::SIGXFSZ] {
        let handler = on_signal as extern "C" fn(libc::c_int);
        // SAFETY: both structures are valid, and zero is a valid value for what is not set; the handler only does what a
        // handler may do.
        unsafe {
            let mut before: libc::sigaction = std::mem::zeroed();
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_RESTART | libc::SA_NOCLDSTOP;
            libc::sigaction(signal, std::ptr::null(), &raw mut before);
            // What is ignored stays ignored, as with nohup; the end of a child must not be, or it would have no status.
            if before.sa_sigaction != libc::SIG_IGN || signal == libc::SIGCHLD {
                libc::sigaction(signal, &raw const action, std::ptr::null_mut());
            }
        }
    }
    debug_assert!(read.as_raw_fd() > 2, "the standard descriptors are open");
    Ok(read)
}
