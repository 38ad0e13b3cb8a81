//! Whether two names are one file.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use rustix::fs::{FileType, Stat};

/// A regular file, whatever name it was opened by. Other files don't mind being read and written at once.
///
/// It stands for the file only while that is open or has a name: the system gives numbers that are free to new files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// The open file.
    pub(crate) fn of(file: impl AsFd) -> Option<Self> {
        rustix::fs::fstat(file).ok().as_ref().and_then(Self::new)
    }

    /// The file that `path` names now.
    pub(crate) fn of_path(path: &OsStr) -> Option<Self> {
        rustix::fs::stat(path).ok().as_ref().and_then(Self::new)
    }

    // The types of these fields differ between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast, clippy::cast_sign_loss)]
    fn new(stat: &Stat) -> Option<Self> {
        let is_regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        is_regular.then_some(Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 })
    }
}
