//! The raw copy of the input, as it arrives.

use std::env;
use std::path::{self, Path, PathBuf};

use tempfile::TempPath;

use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::open::{Opened, Outputs, create_private};
use crate::io::sink::Sink;
use crate::io::until_deadline::{self, Attend, idle};
use crate::output::console::Console;
use crate::settings::{Saving, Target};

/// What the names of new files are made of.
const PREFIX: &str = "headtail-";
const RANDOM: usize = 10;
const SUFFIX: &str = ".log";

/// The copy of the current input, or of all so far.
#[derive(Debug)]
pub(crate) struct RawCopy<'a> {
    saving: Option<&'a Saving>,
    /// The file that takes all bytes of the input, while it is read.
    sink: Option<Sink>,
    /// Absolute path under which the input can be read: that of the copy, or of the input itself. None for a copy that is
    /// a FIFO or a device.
    path: Option<PathBuf>,
    /// The path again if it is that of a new file, whose name the user can't know. Deletes it when dropped, unless it is
    /// needed.
    pub(crate) new: Option<TempPath>,
    /// Why the copy that was asked for does not exist; reported already.
    pub(crate) failure: Option<Failure>,
}

impl<'a> RawCopy<'a> {
    /// Opens the copy of all inputs, if that is what is asked for.
    pub(crate) fn open(saving: Option<&'a Saving>, outputs: &mut Outputs<'_>, console: &mut Console) -> Self {
        let mut copy = Self { saving, sink: None, path: None, new: None, failure: None };
        if let Some(Saving::To(target)) = saving {
            match open(target, outputs) {
                Ok((sink, path)) => (copy.sink, copy.path) = (Some(sink), path),
                Err(failure) => copy.fail(failure, console, &mut idle),
            }
        }
        copy
    }

    /// Whether each input has a file of its own.
    pub(crate) fn is_for_one(&self) -> bool {
        self.saving == Some(&Saving::New)
    }

    /// Forgets what was said of the last input.
    pub(crate) fn reset(&mut self) {
        if self.is_for_one() {
            (self.path, self.new, self.failure) = (None, None, None);
        }
    }

    /// Begins the copy of the next input. `original` is the path of one that can be read again.
    pub(crate) fn begin(&mut self, original: Option<&Path>, console: &mut Console) {
        if !self.is_for_one() {
            return;
        }
        self.path = original.and_then(|path| path::absolute(path).ok());
        if self.path.is_none() {
            match create() {
                Ok((sink, path)) => {
                    self.sink = Some(sink);
                    self.path = Some(path.to_path_buf());
                    self.new = Some(path);
                }
                Err(failure) => self.fail(failure, console, &mut idle),
            }
        }
    }

    /// Copies `bytes`, the next of the input.
    pub(crate) fn put(&mut self, bytes: &[u8], console: &mut Console, attend: Attend) {
        if let Some(sink) = &mut self.sink
            && !bytes.is_empty()
        {
            sink.attempt(|out| until_deadline::write_all(out, bytes, attend));
            if let Err(failure) = sink.check() {
                self.fail(failure, console, attend);
            }
        }
    }

    /// Whether every byte of the input has to pass.
    pub(crate) fn is_made(&self) -> bool {
        self.sink.is_some()
    }

    /// Ends the copy of an input, and makes sure of it before its path is shown. A file that the user did not name is
    /// deleted unless it `is_needed`, because the output does not have everything.
    pub(crate) fn finish(&mut self, is_needed: bool, console: &mut Console) {
        if let Some(sink) = &mut self.sink
            && let Err(failure) = sink.finish()
        {
            self.fail(failure, console, &mut idle);
        }
        if self.is_for_one() {
            self.sink = None;
            if !is_needed {
                (self.path, self.new) = (None, None);
            } else if let Some(new) = &mut self.new {
                new.disable_cleanup(true);
            }
        }
    }

    /// Path under which the input so far can be read.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Gives the copy up: it does not have the whole input.
    fn fail(&mut self, failure: Failure, console: &mut Console, attend: Attend) {
        console.error_while(&failure, attend);
        (self.sink, self.path, self.new) = (None, None, None);
        self.failure = Some(failure);
    }
}

/// A new file that only the user may read, in the directory for such files.
fn create() -> Result<(Sink, TempPath), Failure> {
    let directory = directory();
    let failure = |error| Failure::new(&Name::path(&directory), error);
    let mut names = tempfile::Builder::new();
    names.prefix(PREFIX).rand_bytes(RANDOM).suffix(SUFFIX);
    let path = path::absolute(&directory).map_err(failure)?;
    let (file, path) = names.make_in(path, create_private).map_err(failure)?.into_parts();
    Ok((Sink::new(Name::path(path.as_os_str()), file), path))
}

/// The file that `target` names, emptied, and its absolute path.
fn open(target: &Target, outputs: &mut Outputs<'_>) -> Result<(Sink, Option<PathBuf>), Failure> {
    let Opened { name, mut descriptor, inputs_to_read } = outputs.open(target)?;
    let mut path = None;
    if let (Target::File(given), Some(inputs_to_read)) = (target, inputs_to_read) {
        if inputs_to_read > 0 {
            return Err(Failure::shared(&name));
        }
        descriptor.truncate(0).map_err(|error| Failure::new(&name, error))?;
        path = path::absolute(given).ok();
    }
    Ok((Sink::new(name, descriptor), path))
}

/// A path at least as long as the one that will be named.
pub(crate) fn longest_path(saving: &Saving) -> Vec<u8> {
    let path = match saving {
        Saving::New => directory().join([PREFIX, &"x".repeat(RANDOM), SUFFIX].concat()),
        Saving::To(Target::File(path)) => path.into(),
        Saving::To(_) => return Vec::new(),
    };
    path::absolute(path).map_or(Vec::new(), |path| path.into_os_string().into_encoded_bytes())
}

/// Where new files go.
fn directory() -> PathBuf {
    match env::var_os("TMPDIR") {
        Some(directory) if !directory.is_empty() => directory.into(),
        _ => "/tmp".into(),
    }
}
