//! What the servers run on.

use std::io;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

/// One thread serves all connections, as they mostly wait; others start processes and read the directory. The first of these
/// stays for good: a system that has no thread left then makes work wait, and ends no server.
///
/// # Errors
///
/// There are no threads or descriptors left.
pub(crate) fn new() -> io::Result<Runtime> {
    // More than a century.
    let keep_alive = Duration::from_secs(u32::MAX.into());
    let runtime = Builder::new_current_thread().enable_all().thread_keep_alive(keep_alive).build()?;
    // The runtime would panic where this is an error.
    let _ = thread::Builder::new().spawn(|| ())?.join();
    runtime.block_on(async { spawn_blocking(|| ()).await }).map_err(io::Error::other)?;
    Ok(runtime)
}
