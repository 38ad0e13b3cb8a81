//! Waiting for descriptors.

use std::io::PipeReader;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags};
use rustix::io::Errno;

/// Waits until one of `fds` is ready, but no longer than `limit`. Returns how many are.
pub(crate) fn poll(fds: &mut [PollFd<'_>], limit: Option<Duration>) -> Result<usize, Errno> {
    // What is too long for the system is as good as for ever.
    let limit = limit.and_then(|limit| limit.try_into().ok());
    rustix::event::poll(fds, limit.as_ref())
}

/// Whether nobody holds the writing end of `pipe` any more.
pub(crate) fn is_hung_up(pipe: &PipeReader) -> bool {
    let mut fds = [PollFd::new(pipe, PollFlags::empty())];
    poll(&mut fds, Some(Duration::ZERO)).is_ok() && fds[0].revents().contains(PollFlags::HUP)
}
