//! The raw copy of the input, as it arrives.

use std::env;
use std::io;
use std::mem;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStringExt;
use std::path::{self, Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::retry_on_intr;
use tempfile::TempPath;

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::sink::Sink;
use crate::io::until_deadline::{Attend, UntilDeadline, idle};
use crate::output::claims::{Claims, file_of};
use crate::output::console::Console;
use crate::output::destination::open_target;
use crate::settings::{Input, Saving, Target};

/// What the names of new files are made of.
const PREFIX: &str = "headtail-";
const RANDOM: usize = 10;
const SUFFIX: &str = ".log";

/// The copy of the current input, or of all so far.
#[derive(Debug)]
pub(crate) struct RawCopy<'a> {
    saving: Option<&'a Saving>,
    state: CopyState,
}

#[derive(Debug)]
enum CopyState {
    /// None is asked for, or it is between two inputs.
    Off,
    Copying(Copy),
    /// The input itself can be read again, under this absolute path.
    Original(PathBuf),
    /// There is no copy, though one was asked for. It was reported.
    Failed(Failure),
}

/// A file that takes all bytes of an input.
#[derive(Debug)]
struct Copy {
    sink: Sink<UntilDeadline<Descriptor>>,
    /// Absolute path under which the bytes can be read again; none for a FIFO or a device.
    path: Option<PathBuf>,
    /// Deletes the file when dropped, if it is one that nobody asked for by name.
    new: Option<TempPath>,
}

/// What became of the copy of an input.
#[derive(Debug)]
pub(crate) enum CopyFate<'a> {
    /// None was asked for or needed, or it can't be read again.
    None,
    /// The input can be read under this path.
    Kept(PathBuf, Kept),
    /// It failed, and why.
    Failed(&'a Failure),
}

/// What kind of file holds a whole input.
#[derive(Debug)]
pub(crate) enum Kept {
    /// The one that the user named.
    Named,
    /// The input itself.
    Original,
    /// A new one, which is deleted unless it is taken out of this.
    New(Option<TempPath>),
}

impl<'a> RawCopy<'a> {
    /// Opens the copy of all inputs, if that is what is asked for.
    pub(crate) fn open(
        saving: Option<&'a Saving>,
        inputs: &[Input],
        claims: &mut Claims,
        console: &mut Console,
    ) -> Self {
        let mut copy = Self { saving, state: CopyState::Off };
        if let Some(Saving::To(target)) = saving {
            copy.set(Copy::open(target, inputs, claims), console);
        }
        copy
    }

    /// Begins the copy of the next input. `original` is the path of one that can be read again.
    pub(crate) fn begin(&mut self, original: Option<&Path>, console: &mut Console) {
        if self.saving == Some(&Saving::New) {
            match original.and_then(|path| path::absolute(path).ok()) {
                Some(path) => self.state = CopyState::Original(path),
                None => self.set(Copy::create(), console),
            }
        }
    }

    /// Copies `bytes`, the next of the input.
    pub(crate) fn put(&mut self, bytes: &[u8], console: &mut Console, attend: Attend) {
        if let CopyState::Copying(copy) = &mut self.state
            && !bytes.is_empty()
        {
            copy.sink.attempt(|out| out.put(bytes, attend));
            if let Err(failure) = copy.sink.check() {
                self.fail(failure, console, attend);
            }
        }
    }

    /// Whether every byte of the input has to pass.
    pub(crate) fn is_made(&self) -> bool {
        matches!(self.state, CopyState::Copying(_))
    }

    /// Path under which the input so far can be read.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.state {
            CopyState::Copying(copy) => copy.path.as_deref(),
            CopyState::Original(path) => Some(path),
            CopyState::Off | CopyState::Failed(_) => None,
        }
    }

    /// Ends the copy of an input, and makes sure of it before anybody is promised it.
    pub(crate) fn finish(&mut self, console: &mut Console) -> CopyFate<'_> {
        if let CopyState::Copying(copy) = &mut self.state {
            copy.sink.settle(UntilDeadline::flush);
            if let Err(failure) = copy.sink.check() {
                self.fail(failure, console, &mut idle);
            }
        }
        let is_for_one = self.saving == Some(&Saving::New);
        if is_for_one && !matches!(self.state, CopyState::Failed(_)) {
            return match mem::replace(&mut self.state, CopyState::Off) {
                CopyState::Copying(Copy { path: Some(path), new, .. }) => {
                    CopyFate::Kept(path, Kept::New(new))
                }
                CopyState::Original(path) => CopyFate::Kept(path, Kept::Original),
                _ => CopyFate::None,
            };
        }
        match &self.state {
            CopyState::Failed(failure) => CopyFate::Failed(failure),
            CopyState::Copying(Copy { path: Some(path), .. }) => CopyFate::Kept(path.clone(), Kept::Named),
            _ => CopyFate::None,
        }
    }

    fn set(&mut self, result: Result<Copy, Failure>, console: &mut Console) {
        match result {
            Ok(copy) => self.state = CopyState::Copying(copy),
            Err(failure) => self.fail(failure, console, &mut idle),
        }
    }

    /// Gives the copy up: it does not have the whole input.
    fn fail(&mut self, failure: Failure, console: &mut Console, attend: Attend) {
        console.error_while(&failure, attend);
        self.state = CopyState::Failed(failure);
    }
}

impl CopyFate<'_> {
    /// Deletes a copy that the user did not name, unless it `is_needed` because the output does not have everything.
    pub(crate) fn keep_if(mut self, is_needed: bool) -> Self {
        match &mut self {
            Self::Kept(_, Kept::Original | Kept::New(_)) if !is_needed => return Self::None,
            Self::Kept(_, Kept::New(new)) => {
                // It only fails where a file can't be renamed or deleted while it is open.
                let _ = new.take().map(TempPath::keep);
            }
            _ => {}
        }
        self
    }

    /// Path under which the input can be read.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Kept(path, _) => Some(path),
            Self::None | Self::Failed(_) => None,
        }
    }

    /// The path, if it is that of a new file: nobody knows its name.
    pub(crate) fn new_path(&self) -> Option<&Path> {
        match self {
            Self::Kept(path, Kept::New(_)) => Some(path),
            _ => None,
        }
    }

    /// Why there is no copy though one was asked for.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::None | Self::Kept(..) => None,
        }
    }
}

impl Copy {
    /// A new file that only the user may read, in the directory for such files.
    fn create() -> Result<Self, Failure> {
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
            new: Some(path),
        })
    }

    /// The file that `target` names, emptied.
    fn open(target: &Target, inputs: &[Input], claims: &mut Claims) -> Result<Self, Failure> {
        let name = Name::from(target);
        let mut descriptor = open_target(target)?;
        let mut path = None;
        if let (Target::File(given), Some(file)) = (target, claims.claim(target, &descriptor)?) {
            if inputs.iter().any(|input| file_of(input) == Some(file)) {
                return Err(Failure::shared(&name));
            }
            descriptor.truncate(0).map_err(|error| Failure::new(&name, error))?;
            path = path::absolute(given).ok();
        }
        Ok(Self { sink: Sink::new(name, UntilDeadline(descriptor)), path, new: None })
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
