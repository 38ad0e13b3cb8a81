//! The raw copy of the input, as it arrives.

use std::env;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{self, Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use tempfile::TempPath;

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::io::name::Name;
use crate::io::sink::Sink;
use crate::io::until_deadline::UntilDeadline;
use crate::output::destination::open_target;
use crate::settings::{Saving, Target};

/// What the names of new files are made of.
const PREFIX: &str = "headtail-";
const RANDOM: usize = 10;
const SUFFIX: &str = ".log";

/// A file that takes all bytes of an input.
#[derive(Debug)]
pub(crate) struct Save {
    sink: Sink<UntilDeadline<Descriptor>>,
    /// Absolute path under which the bytes can be read again; not known of a FIFO or a device.
    path: Option<PathBuf>,
    /// Deletes the file when dropped, if it is one that nobody asked for by name.
    unasked: Option<TempPath>,
}

impl Save {
    /// A new file that only the user may read, in the directory for such files.
    pub(crate) fn create() -> Result<Self, Failure> {
        let directory = directory();
        let failure = |error| Failure::new(&Name::path(&directory), error);
        let mut names = tempfile::Builder::new();
        names.prefix(PREFIX).rand_bytes(RANDOM).suffix(SUFFIX);
        let path = path::absolute(&directory).map_err(failure)?;
        let (descriptor, path) = names.make_in(path, create_new).map_err(failure)?.into_parts();
        let name = Name::path(path.as_os_str());
        Ok(Self {
            sink: Sink::new(name, UntilDeadline(Descriptor::Own(descriptor))),
            path: Some(path.to_path_buf()),
            unasked: Some(path),
        })
    }

    /// The file that `target` names, emptied. `others` are files that must not be lost or mixed with it.
    pub(crate) fn open(target: &Target, others: &[FileId]) -> Result<Self, Failure> {
        let mut descriptor = open_target(target)?;
        let mut path = None;
        let mut file = None;
        if let (Descriptor::Own(own), Target::File(name)) = (&descriptor, target) {
            file = FileId::of(own.as_fd());
            if file.is_some_and(|file| others.contains(&file)) {
                return Err(Failure::shared(&target.name()));
            }
            path = file.and_then(|_| path::absolute(name).ok());
        }
        if file.is_some() {
            descriptor.truncate().map_err(|error| Failure::new(&target.name(), error))?;
        }
        Ok(Self { sink: Sink::new(target.name(), UntilDeadline(descriptor)), path, unasked: None })
    }

    /// Keeps `bytes`, the next of the input.
    pub(crate) fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.sink.put(bytes);
        self.sink.check()
    }

    /// Path under which the bytes so far can be read.
    pub(crate) fn path(&self) -> Option<&[u8]> {
        self.path.as_ref().map(|path| path.as_os_str().as_bytes())
    }

    /// Makes sure of the bytes so far, before they are promised to anybody.
    pub(crate) fn settle(&mut self) -> Result<(), Failure> {
        self.sink.settle();
        self.sink.check()
    }

    /// Leaves the file to the user.
    pub(crate) fn keep(&mut self) {
        if let Some(path) = self.unasked.take() {
            // It only fails where a file cannot be deleted while it is open.
            let _ = path.keep();
        }
    }
}

/// A path at least as long as the one that will be named.
pub(crate) fn longest_path(saving: &Saving) -> Vec<u8> {
    let path = match saving {
        Saving::New => directory().join([PREFIX, &"x".repeat(RANDOM), SUFFIX].concat()),
        Saving::To(Target::File(path)) => path.into(),
        Saving::To(_) => return Vec::new(),
    };
    path::absolute(path).map_or(Vec::new(), |path| path.into_os_string().into_vec())
}

/// Where new files go.
fn directory() -> PathBuf {
    match env::var_os("TMPDIR") {
        Some(directory) if !directory.is_empty() => directory.into(),
        _ => "/tmp".into(),
    }
}

/// A file that did not exist, for the user alone.
fn create_new(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let mode = Mode::RUSR | Mode::WUSR;
    let descriptor = retry_on_intr(|| rustix::fs::open(path, flags, mode))?;
    // Whatever the umask took away.
    rustix::fs::fchmod(&descriptor, mode)?;
    Ok(descriptor)
}
