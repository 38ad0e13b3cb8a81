//! The command line. It turns arguments into [`Settings`] and knows nothing else of the program.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::program::headers::Headers;
use crate::program::settings::{Input, Settings};
use crate::program::{cuts, outputs};

/// What the help ends with.
const AFTER_HELP: &str = "\
SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ...
What is omitted is no error. Exit status: 0 done, 1 an input or output failed, 2 usage.

  $ seq 1000 | headtail --json --head 4 --tail 5
  {\"output\":\"1\\n2\\n\\n\\n... [omitted 3884 bytes] ...\\n\\n1000\\n\",\
\"truncated\":{\"original_bytes\":3893,\"retained_bytes\":41,\"omitted_bytes\":3884,\"omitted_start\":4,\
\"clipped_lines\":0,\"clipped_bytes\":0,\"strategy\":\"head_tail\"},\
\"original_bytes\":3893,\"ended_by\":\"eof\"}";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A run.
    Settings(Box<Settings>),
    /// The help or the version, to be printed instead.
    Information(String),
    /// Nothing that makes sense; the text says why.
    Misuse(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Parsed {
    let mut command = command();
    let matches = command.try_get_matches_from_mut(args);
    match matches.and_then(|matches| settings(&matches, &mut command)) {
        Ok(settings) => Parsed::Settings(Box::new(settings)),
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
        .after_help(AFTER_HELP)
        // The last of two wins, as with head.
        .args_override_self(true)
        .args(cuts::options())
        .args(outputs::options())
        .args([
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

fn settings(matches: &ArgMatches, command: &mut Command) -> Result<Settings, clap::Error> {
    let operands = matches.get_many::<OsString>("FILE").unwrap_or_default().cloned();
    let mut inputs: Vec<_> = operands.map(Input::from_operand).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    let (limits, marker) = cuts::cuts(matches, command)?;
    let save = outputs::save(matches, &marker, command)?;
    Ok(Settings {
        limits,
        marker,
        headers: headers(matches),
        form: outputs::form(matches),
        output: outputs::output(matches),
        report: outputs::report(matches),
        save,
        view: outputs::view(matches),
        inputs,
    })
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
