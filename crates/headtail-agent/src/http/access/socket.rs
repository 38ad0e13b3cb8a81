//! The Unix socket that the server listens on.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, Mode, flock};
use rustix::process::umask;

/// A listening Unix socket. Its file is removed when it is dropped.
pub(in crate::http) struct Socket {
    pub(in crate::http) listener: UnixListener,
    path: PathBuf,
    /// Device and number of the file, so that another one that has taken its place is not removed.
    identity: (u64, u64),
}

/// Makes this the only server of a runtime directory that is starting, as long as the file is open: of two that find the
/// same stale socket, one would remove what the other has just created.
pub(in crate::http) fn take_turn(directory: &Path) -> io::Result<File> {
    let turn = File::options().create(true).append(true).mode(0o600).open(directory.join("serve.lock"))?;
    flock(&turn, FlockOperation::LockExclusive)?;
    Ok(turn)
}

impl Socket {
    /// Listens on `path`, where only this user can connect. The socket of a server that was killed is replaced.
    ///
    /// # Errors
    ///
    /// There is something else than a socket, or one that another server listens on; or the system refuses it.
    pub(in crate::http) fn bind(path: &Path) -> io::Result<Self> {
        remove_stale(path)?;
        let before = umask(Mode::RWXG | Mode::RWXO | Mode::XUSR);
        let bound = UnixListener::bind(path);
        umask(before);
        let listener = bound?;
        let metadata = fs::symlink_metadata(path)?;
        Ok(Self { listener, path: path.into(), identity: (metadata.dev(), metadata.ino()) })
    }

    pub(in crate::http) fn path(&self) -> &Path {
        &self.path
    }
}

fn remove_stale(path: &Path) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "exists and is not a socket"));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        // The other end accepts clients, or is too busy to.
        _ => Err(io::Error::new(io::ErrorKind::AddrInUse, "another server listens there")),
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path)
            .is_ok_and(|metadata| (metadata.dev(), metadata.ino()) == self.identity)
        {
            let _ = fs::remove_file(&self.path);
        }
    }
}
