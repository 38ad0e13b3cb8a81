//! Which files are in use, so that no output overwrites another or what it is read from.

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::io::name::Name;
use crate::platform::descriptors::Standard;
use crate::settings::{Input, Target};

/// The regular files that bytes are written to. All stay open, so that each identity stands for one file.
#[derive(Debug)]
pub(crate) struct Claims(Vec<FileId>);

impl Claims {
    /// The files that the program was started with for its output and its messages.
    pub(crate) fn new() -> Self {
        let inherited = [Standard::Out, Standard::Err].map(Descriptor::Standard);
        Self(inherited.iter().filter_map(Descriptor::file_id).collect())
    }

    /// Claims the file that `target` was opened as, if it is a regular one and opened by its name. It may be an input.
    ///
    /// # Errors
    ///
    /// Something else is written to it.
    pub(crate) fn claim(&mut self, target: &Target, opened: &Descriptor) -> Result<Option<FileId>, Failure> {
        let Descriptor::Own(_) = opened else { return Ok(None) };
        let Some(file) = opened.file_id() else { return Ok(None) };
        if self.0.contains(&file) {
            return Err(Failure::shared(&Name::from(target)));
        }
        self.0.push(file);
        Ok(Some(file))
    }
}

/// The file that `input` is read from, as far as that is known before it is opened. Call it while the file to compare with
/// is open: its inode number could be that of a deleted file otherwise.
pub(crate) fn file_of(input: &Input) -> Option<FileId> {
    match input {
        Input::File(path) if path != "/dev/stdin" => FileId::of_path(path),
        // A command may read what the program was started with.
        Input::Stdin | Input::File(_) | Input::Command(_) => Descriptor::Standard(Standard::In).file_id(),
    }
}
