//! A descriptor that becomes readable when a child exits.

use std::io;
use std::os::fd::OwnedFd;
use std::thread;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// A descriptor that polls as readable or hung up once the child `pid` has exited. The child is not reaped.
///
/// # Errors
///
/// There are no descriptors, or no threads, left.
pub(crate) fn open(pid: Pid) -> io::Result<OwnedFd> {
    #[cfg(target_os = "linux")]
    if let Ok(descriptor) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) {
        return Ok(descriptor);
    }
    waiter(pid)
}

/// The same with a thread, for systems and sandboxes without process descriptors.
fn waiter(pid: Pid) -> io::Result<OwnedFd> {
    let (watch, held_open) = io::pipe()?;
    thread::Builder::new().name("waiter".into()).spawn(move || {
        // Only an interruption returns early; any other error means that there is nothing left to wait for.
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        let _ = rustix::io::retry_on_intr(|| waitid(WaitId::Pid(pid), options));
        drop(held_open);
    })?;
    Ok(watch.into())
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;

    #[test]
    fn both_kinds_report_the_exit_and_leave_the_child_to_be_reaped() {
        for watch in [open, waiter] {
            let mut child = Command::new("cat").stdin(Stdio::piped()).spawn().expect("cat");
            let watch = watch(Pid::from_child(&child)).expect("a watch");
            let mut fds = [PollFd::new(&watch, PollFlags::IN)];
            let short = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
            assert_eq!(poll(&mut fds, Some(&short)), Ok(0), "cat still waits for its input");
            drop(child.stdin.take());
            assert_eq!(poll(&mut fds, None), Ok(1));
            assert!(child.wait().expect("a status").success());
        }
    }
}
