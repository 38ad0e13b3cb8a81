//! The group of processes that this program belongs to.
#![allow(unsafe_code)]

use rustix::process::Pid;

/// Its number; none where it began outside of this namespace of processes, as that of a container's first process may.
pub(crate) fn own() -> Option<Pid> {
    // SAFETY: takes nothing and can't fail. The one of rustix takes it for granted that there is a number.
    Pid::from_raw(unsafe { libc::getpgrp() })
}
