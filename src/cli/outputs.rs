//! Where results go and in which form, from the options that say so.

use std::ffi::OsString;
use std::path::Path;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command};

use crate::io::name::Name;
use crate::settings::{Saving, Target};

/// Where the input is copied to.
pub(crate) fn save(matches: &ArgMatches) -> Option<Saving> {
    matches.contains_id("save").then(|| target(matches, "save").map_or(Saving::New, Saving::To))
}

/// Refuses `--save FILE` where no such file can be read: it was meant to be `--save=FILE`, and would be taken for an
/// input otherwise.
///
/// # Errors
///
/// The word after a bare `--save` is an operand and not the name of a file.
pub(crate) fn check_save(args: &[OsString], command: &mut Command) -> Result<(), clap::Error> {
    let words = args.split(|word| word == "--").next().unwrap_or_default();
    let after =
        words.iter().zip(words.iter().skip(1)).find(|(word, _)| *word == "--save").map(|(_, after)| after);
    let Some(name) = after.filter(|name| !name.as_encoded_bytes().starts_with(b"-")) else { return Ok(()) };
    if Path::new(name).symlink_metadata().is_ok() {
        return Ok(());
    }
    let name = Name::path(name);
    let message =
        format!("there is no file '{name}' to read; to copy the input to it, write '--save={name}'");
    Err(command.error(ErrorKind::ValueValidation, message))
}

/// The file that the option `name` gives.
pub(crate) fn target(matches: &ArgMatches, name: &str) -> Option<Target> {
    let value = matches.get_one::<OsString>(name)?.clone();
    Some(if value == "-" { Target::Stdout } else { Target::File(value) })
}
