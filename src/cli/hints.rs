//! Hints where hands slip: what other programs call it, or what was meant.

use std::ffi::OsString;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::settings::Input;

/// The same error with the hint there is for it.
pub(crate) fn hinted(mut error: Error, args: &[OsString]) -> Error {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    let hint = match error.kind() {
        ErrorKind::UnknownArgument => {
            word(ContextKind::InvalidArg).and_then(|option| for_option(option, args))
        }
        ErrorKind::ValueValidation => word(ContextKind::InvalidValue).and_then(for_size),
        _ => None,
    };
    if let Some(hint) = hint {
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![hint.into()]));
    }
    error
}

fn for_option(option: &str, args: &[OsString]) -> Option<String> {
    Some(match option {
        "-H" => "for the start, use '--head SIZE' or '--head-lines N'".into(),
        "-T" => "for the end, use '--tail SIZE' or '--tail-lines N'".into(),
        "-f" => "to follow a file, use 'tail -f FILE | headtail --live'".into(),
        // Only the first digit is in the error.
        _ => {
            let numbers = args.iter().filter_map(|arg| arg.to_str()?.strip_prefix('-'));
            let number = numbers.into_iter().find(|text| text.parse::<u64>().is_ok())?;
            option.strip_prefix('-').filter(|digit| number.starts_with(digit))?;
            format!("for {number} lines of each end, use '-n {number}'")
        }
    })
}

/// A size whose unit is right but for its case.
fn for_size(value: &str) -> Option<String> {
    let number = value.trim_end_matches(|char: char| char.is_ascii_alphabetic());
    let unit = value[number.len()..].to_ascii_uppercase();
    let letter = unit.strip_suffix("IB").or(unit.strip_suffix('B')).unwrap_or(&unit);
    let is_unit = number.parse::<u64>().is_ok() && matches!(letter, "K" | "M" | "G" | "T");
    let decimal = if letter == "K" { "k" } else { letter };
    is_unit.then(|| {
        format!("'{number}{letter}' counts in powers of 1024, '{number}{decimal}B' in powers of 1000")
    })
}

/// Refuses a missing file that has the name of a command: it was meant to be one.
///
/// # Errors
///
/// There is no file `run` or `help`.
pub(crate) fn check_operands(inputs: &[Input], command: &mut Command) -> Result<(), Error> {
    let is_missing = |name: &&str| {
        let is_named = |input: &Input| matches!(input, Input::File(file) if file == *name);
        inputs.iter().any(is_named) && Path::new(name).symlink_metadata().is_err()
    };
    let Some(name) = ["run", "help"].into_iter().find(is_missing) else { return Ok(()) };
    let hint = match name {
        "run" => "to run a command, write 'run' first: 'headtail run [OPTIONS] COMMAND'",
        _ => "for help, write 'headtail --help' or 'headtail run --help'",
    };
    Err(command.error(ErrorKind::ValueValidation, format!("there is no file '{name}' to read; {hint}")))
}
