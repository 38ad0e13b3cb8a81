//! The runtime directory: where it is, and that it is ours alone.

use std::env;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode, OFlags, Stat, chmodat, fchmod, fstat, mkdirat, openat, renameat,
    statat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::geteuid;

use crate::model::Error;

/// An open directory that belongs to this user and that nobody else can enter.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    fd: OwnedFd,
}

/// `$HEADTAIL_RUNTIME_DIR`, or `$XDG_RUNTIME_DIR/headtail`, or `/tmp/headtail-UID`: the first that is set.
pub(crate) fn default_path() -> PathBuf {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("HEADTAIL_RUNTIME_DIR")
        // Only an absolute path counts there.
        .or_else(|| {
            variable("XDG_RUNTIME_DIR").filter(|path| path.is_absolute()).map(|path| path.join("headtail"))
        })
        .unwrap_or_else(|| format!("/tmp/headtail-{}", geteuid().as_raw()).into())
}

impl Directory {
    /// Opens the directory `path`, which is made if it is missing. One that belongs to us is made private if it is not.
    ///
    /// # Errors
    ///
    /// It cannot be made, is not a directory, is a symbolic link, or belongs to another user.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        Self::open_in(CWD, path, path)
    }

    /// The directory that this process is in, which is known as `path`.
    pub(crate) fn current(path: &Path) -> Result<Self, Error> {
        Self::open_in(CWD, Path::new("."), path)
    }

    /// The directory `name` within this one.
    pub(crate) fn subdirectory(&self, name: &str) -> Result<Self, Error> {
        Self::open_in(self.as_fd(), Path::new(name), &self.path.join(name))
    }

    fn open_in(parent: BorrowedFd<'_>, name: &Path, path: &Path) -> Result<Self, Error> {
        let failed = |errno: Errno| Error::directory(path, errno);
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = match openat(parent, name, flags, Mode::empty()) {
            Err(Errno::NOENT) => {
                match mkdirat(parent, name, Mode::RWXU) {
                    Ok(()) | Err(Errno::EXIST) => {}
                    Err(errno) => return Err(failed(errno)),
                }
                openat(parent, name, flags, Mode::empty()).map_err(failed)?
            }
            opened => opened.map_err(failed)?,
        };
        let status = fstat(&fd).map_err(failed)?;
        if status.st_uid != geteuid().as_raw() {
            let cause =
                std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it belongs to another user");
            return Err(Error::directory(path, cause));
        }
        if Mode::from_raw_mode(status.st_mode) & Mode::all() != Mode::RWXU {
            fchmod(&fd, Mode::RWXU).map_err(failed)?;
        }
        Ok(Self { path: path.to_owned(), fd })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of `name` for messages.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A path of `name` that works from anywhere in this process and is short enough for a socket.
    pub(crate) fn short_path(&self, name: &str) -> PathBuf {
        use std::os::fd::AsRawFd;
        /// What the address of a socket holds, less its end.
        const LONGEST: usize = 107;
        let path = self.path.join(name);
        if path.is_absolute() && path.as_os_str().as_bytes().len() <= LONGEST {
            return path;
        }
        format!("/proc/self/fd/{}/{name}", self.fd.as_raw_fd()).into()
    }

    /// Opens a file that is made, private, if it is missing.
    pub(crate) fn open_file(&self, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(&self.fd, name, flags, Mode::RUSR | Mode::WUSR)
    }

    /// Opens a file to read it; what is no file cannot hold this up.
    pub(crate) fn read_file(&self, name: &str) -> Result<File, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
        Ok(openat(&self.fd, name, flags, Mode::empty())?.into())
    }

    /// All of a file.
    pub(crate) fn read(&self, name: &str) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_file(name)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Puts a file with these pieces in the place of `name`: readers see the old one or the new one, whole.
    pub(crate) fn replace(&self, name: &str, pieces: &[&[u8]]) -> std::io::Result<()> {
        let temporary = format!(".{name}");
        let written = self.write(&temporary, pieces);
        let result = written.and_then(|()| Ok(renameat(&self.fd, &*temporary, &self.fd, name)?));
        if result.is_err() {
            self.unlink(&temporary);
        }
        result
    }

    /// Writes a new file, or over one that a killed process left unfinished.
    pub(crate) fn write(&self, name: &str, pieces: &[&[u8]]) -> std::io::Result<()> {
        let mut file = File::from(self.open_file(name, OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC)?);
        for piece in pieces {
            file.write_all(piece)?;
        }
        Ok(())
    }

    /// Makes a file that somebody else has made, such as a socket, private.
    pub(crate) fn make_private(&self, name: &str) -> Result<(), Errno> {
        chmodat(&self.fd, name, Mode::RUSR | Mode::WUSR, AtFlags::empty())
    }

    /// Removes a file. That it is gone already is as good; where it cannot be removed, whoever comes next tries again.
    pub(crate) fn unlink(&self, name: &str) {
        let _ = unlinkat(&self.fd, name, AtFlags::empty());
    }

    /// What the system knows of a file.
    pub(crate) fn stat(&self, name: &str) -> Result<Stat, Errno> {
        statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)
    }

    /// The names of all files.
    pub(crate) fn names(&self) -> Result<Vec<String>, Error> {
        let failed = |errno: Errno| Error::directory(&self.path, errno);
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.fd).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if let Ok(name) = entry.file_name().to_str()
                && entry.file_type() != FileType::Directory
            {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }
}

impl AsFd for Directory {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}
