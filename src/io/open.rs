//! Opening what a name stands for, so that no output overwrites another or what it is read from.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::io::descriptor::{Descriptor, is_regular};
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::platform::descriptors::Standard;
use crate::platform::shutdown;
use crate::settings::{Input, Target};

/// Opens `path` for reading. `/dev/stdin` is the standard input itself: closed if that is, and read from where it is.
/// A FIFO waits for its other side unless it `is_over`.
pub(crate) fn for_reading(path: &OsStr, is_over: impl Fn() -> bool) -> Result<Descriptor, Errno> {
    if path == "/dev/stdin" {
        return Ok(Descriptor::Standard(Standard::In));
    }
    open(path, OFlags::RDONLY, || is_over() || shutdown::is_due())
}

/// Creates the file `path`, which only its owner may use. What is there already is left alone.
pub(crate) fn create_private(path: &Path) -> io::Result<Descriptor> {
    let file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(Descriptor::Own(file.into()))
}

/// Opens the outputs of a run, each of which must be a file of its own.
#[derive(Debug)]
pub(crate) struct Outputs<'a> {
    inputs: &'a [Input],
    /// The regular files that are written to. All stay open, so that each identity stands for one file.
    used: Vec<FileId>,
}

/// An output that was opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) name: Name,
    pub(crate) descriptor: Descriptor,
    /// If it is a regular file that was opened by its name: how many inputs are to be read before it may be overwritten.
    pub(crate) inputs_to_read: Option<usize>,
}

impl<'a> Outputs<'a> {
    /// For a run that reads `inputs`. The files that the program was started with for its output and its messages are in
    /// use already.
    pub(crate) fn new(inputs: &'a [Input]) -> Self {
        let inherited = [Standard::Out, Standard::Err].map(Descriptor::Standard);
        let used = inherited.iter().filter_map(|descriptor| FileId::new(&descriptor.stat()?)).collect();
        Self { inputs, used }
    }

    /// Opens `target`; a new file may be read and written by whom the process's mask allows. The names of the standard
    /// streams mean these streams, closed ones included.
    ///
    /// # Errors
    ///
    /// It can't be opened, or something else is written to it.
    pub(crate) fn open(&mut self, target: &Target) -> Result<Opened, Failure> {
        let name = Name::from(target);
        let descriptor = match target {
            Target::Stdout => Ok(Descriptor::Standard(Standard::Out)),
            Target::File(path) => match path.to_str() {
                Some("/dev/stdin") => Err(Errno::BADF),
                Some("/dev/stdout") => Ok(Descriptor::Standard(Standard::Out)),
                Some("/dev/stderr") => Ok(Descriptor::Standard(Standard::Err)),
                _ => open(path, OFlags::WRONLY | OFlags::CREATE, shutdown::is_due),
            },
        };
        let descriptor = descriptor.map_err(|errno| Failure::new(&name, errno))?;
        let is_named = matches!(descriptor, Descriptor::Own(_));
        let file = descriptor.stat().filter(|_| is_named).and_then(|stat| FileId::new(&stat));
        if let Some(file) = file {
            if self.used.contains(&file) {
                return Err(Failure::shared(&name));
            }
            self.used.push(file);
        }
        let inputs_to_read = file.map(|file| {
            let last = self.inputs.iter().rposition(|input| FileId::of_input(input) == Some(file));
            last.map_or(0, |last| last + 1)
        });
        Ok(Opened { name, descriptor, inputs_to_read })
    }
}

/// A regular file, whatever name it was opened by. Other files don't mind being read and written at once.
///
/// It stands for the file only while that is open or has a name: the system gives numbers that are free to new files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    // The types of these fields differ between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast, clippy::cast_sign_loss)]
    fn new(stat: &Stat) -> Option<Self> {
        is_regular(stat).then_some(Self { device: stat.st_dev as u64, inode: stat.st_ino as u64 })
    }

    /// The file that `input` is read from, as far as that is known before it is opened.
    fn of_input(input: &Input) -> Option<Self> {
        let stat = match input {
            Input::File(path) if path != "/dev/stdin" => rustix::fs::stat(path).ok(),
            // A command may read what the program was started with.
            Input::Stdin | Input::File(_) | Input::Command(_) => Descriptor::Standard(Standard::In).stat(),
        };
        Self::new(&stat?)
    }
}

/// A FIFO blocks until its other side is opened, as it does in a shell's redirection. [`Errno::INTR`] means that a
/// signal ended the wait for good: it `is_over`.
fn open(path: &OsStr, flags: OFlags, is_over: impl Fn() -> bool) -> Result<Descriptor, Errno> {
    loop {
        match rustix::fs::open(path, flags | OFlags::CLOEXEC | OFlags::NOCTTY, Mode::from_raw_mode(0o666)) {
            Err(Errno::INTR) if !is_over() => {}
            result => return result.map(Descriptor::Own),
        }
    }
}
