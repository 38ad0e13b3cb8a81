//! The command line. It turns arguments into [`Settings`] and knows nothing else of the program.

use std::error::Error;
use std::ffi::OsString;

use clap::builder::ValueParser;
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use headtail::{Limits, Size, SizeError};

use crate::program::headers::Headers;
use crate::program::settings::{Input, Settings};

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A run.
    Settings(Settings),
    /// The help or the version, to be printed instead.
    Information(String),
    /// Nothing that makes sense; the text says why.
    Misuse(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Parsed {
    match command().try_get_matches_from(args) {
        Ok(matches) => Parsed::Settings(settings(&matches)),
        Err(error) => {
            let text = error.render().to_string();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Parsed::Information(text),
                _ => Parsed::Misuse(text),
            }
        }
    }
}

fn command() -> Command {
    Command::new("headtail")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Keep the first bytes, the last bytes and an exact account of what is missing between them.")
        .after_help(
            "SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ...\n\
             What is omitted is no error. Exit status: 0 done, 1 an input or output failed, 2 usage.",
        )
        // The last of two wins, as with head.
        .args_override_self(true)
        .args([
            size("head", "Bytes kept at the start [default: 16K]").value_parser(memory_size()),
            size("tail", "Bytes kept at the end [default: 16K]").value_parser(memory_size()),
            size("max-line", "Longest line, a longer one is clipped; 0 for none [default: 2K]")
                .short('L')
                .value_parser(ValueParser::new(line_limit)),
            flag("zero-terminated", 'z', "The line delimiter is NUL, not newline"),
            flag("quiet", 'q', "Never print headers that name the files").overrides_with("verbose"),
            flag("verbose", 'v', "Always print headers that name the files").overrides_with("quiet"),
            Arg::new("FILE")
                .help("Files to read; standard input where there is none or it is -")
                .num_args(0..)
                .value_parser(value_parser!(OsString)),
        ])
}

fn flag(name: &'static str, short: char, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).help(help).action(ArgAction::SetTrue)
}

fn size(name: &'static str, help: &'static str) -> Arg {
    // A value such as -1 is a wrong size, not an unknown option.
    Arg::new(name).long(name).value_name("SIZE").help(help).allow_hyphen_values(true)
}

fn memory_size() -> ValueParser {
    ValueParser::new(|text: &str| -> Result<usize, SizeError> {
        let Size(bytes) = text.parse()?;
        usize::try_from(bytes).map_err(|_| SizeError::TooLarge)
    })
}

/// The default limits with another line limit.
fn line_limit(text: &str) -> Result<Limits, Box<dyn Error + Send + Sync>> {
    let Size(bytes) = text.parse()?;
    // No line in memory reaches the largest limit that can be said.
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Ok(Limits::new().max_line(bytes)?)
}

fn settings(matches: &ArgMatches) -> Settings {
    let operands = matches.get_many::<OsString>("FILE").unwrap_or_default().cloned();
    let mut inputs: Vec<_> = operands.map(Input::from_operand).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    Settings { limits: limits(matches), headers: headers(matches), inputs }
}

fn limits(matches: &ArgMatches) -> Limits {
    let mut limits = matches.get_one("max-line").copied().unwrap_or_else(Limits::new);
    if let Some(&head) = matches.get_one("head") {
        limits = limits.head(head);
    }
    if let Some(&tail) = matches.get_one("tail") {
        limits = limits.tail(tail);
    }
    if matches.get_flag("zero-terminated") { limits.delimiter(0) } else { limits }
}

fn headers(matches: &ArgMatches) -> Headers {
    match (matches.get_flag("quiet"), matches.get_flag("verbose")) {
        (true, _) => Headers::Never,
        (_, true) => Headers::Always,
        _ => Headers::Several,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_options_is_sound() {
        command().debug_assert();
    }
}
