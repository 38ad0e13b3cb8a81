//! Whether two names are one file.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use rustix::fs::{FileType, Stat};
use rustix::stdio;

use crate::settings::Input;

/// A regular file, whatever name it was opened by. Other files don't mind being read and written at once.
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

    /// The file that an input will be read from.
    pub(crate) fn of_input(input: &Input) -> Option<Self> {
        match input {
            Input::Stdin => Self::of(stdio::stdin()),
            Input::File(path) => rustix::fs::stat::<&OsStr>(path).ok().as_ref().and_then(Self::new),
            Input::Command(_) => None,
        }
    }

    // The types of these fields differ between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast, clippy::cast_sign_loss)]
    fn new(stat: &Stat) -> Option<Self> {
        let is_regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        is_regular.then_some(Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 })
    }
}
