//! `headtail install-to DIR`: how an image without a shell hands the program on to another container.

use std::ffi::OsStr;
use std::path::Path;
use std::{env, fs, io};

use crate::hand_over::AGENT;
use crate::io::failure::Failure;
use crate::io::name::Name;

/// Copies this program and the agent beside it, if there is one, to `directory`. Each appears there whole or not at all.
pub(crate) fn install_to(directory: &OsStr) -> Result<(), Failure> {
    let failure = |error| Failure::new(&Name::path(directory), error);
    let program = env::current_exe().map_err(failure)?;
    let agent = program.with_file_name(AGENT);
    for file in [&program, &agent].into_iter().filter(|file| file.exists()) {
        copy(file, Path::new(directory)).map_err(failure)?;
    }
    Ok(())
}

fn copy(file: &Path, directory: &Path) -> io::Result<()> {
    let place = directory.join(file.file_name().unwrap_or_default());
    // A program that runs can be replaced, but not written to.
    let partial = place.with_extension("partial");
    fs::copy(file, &partial).and_then(|_| fs::rename(&partial, &place))
}
