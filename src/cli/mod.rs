//! The command line. It turns arguments into [`Settings`] and knows nothing else of the program.

mod command;
pub(crate) mod duration;
pub(crate) mod limits;
mod outputs;
pub(crate) mod size;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::settings::{Headers, Input, Settings};

/// What the help ends with.
const AFTER_HELP: &str = "\
Also: headtail run [OPTIONS] [--] COMMAND [ARG]... does the same to what a command prints, and exits with the
status of the command. See headtail run --help.

SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ...
What is omitted is no error. Exit status: 0 done, 1 an input or output failed, 2 usage.

  $ seq 1000 | headtail --json --head 4 --tail 5
  {\"output\":\"1\\n2\\n\\n\\n... [omitted 3884 bytes] ...\\n\\n1000\\n\",\
\"truncated\":{\"original_bytes\":3893,\"retained_bytes\":41,\"omitted_bytes\":3884,\"omitted_start\":4,\
\"clipped_lines\":0,\"clipped_bytes\":0,\"strategy\":\"head_tail\"},\
\"original_bytes\":3893,\"ended_by\":\"eof\"}";

/// What the help for commands ends with.
const AFTER_RUN_HELP: &str = "\
SIZE is as for headtail itself. DURATION is a number with a unit: 500ms, 10s, 2m, 1.5h, 1d; seconds without.
Exit status: that of the command; 128+N if signal N killed it; 124 timeout; 126 it cannot be executed;
127 it was not found; 125 headtail itself failed; 2 usage.

  $ headtail run --json -- sh -c 'echo out; echo err >&2; exit 3'
  {\"output\":\"out\\nerr\\n\",\"truncated\":null,\"original_bytes\":8,\"ended_by\":\"eof\",\"success\":false,\"exit_code\":3,\
\"timed_out\":false,\"wall_duration_ms\":2}";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A run.
    Settings(Box<Settings>),
    /// The help or the version, to be printed instead.
    Information { text: String, of_run: bool },
    /// Nothing that makes sense; the text says why.
    Misuse(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Parsed {
    let mut args: Vec<_> = args.collect();
    // Not a subcommand of clap's: only the first argument can be one, and a file may have its name.
    let runs = args.get(1).is_some_and(|word| word == "run");
    let (mut command, inputs): (_, Inputs) = if runs {
        args.remove(1);
        (run_command(), |matches| vec![Input::Command(command::invocation(matches))])
    } else {
        (command(), operands)
    };
    let matches = command.try_get_matches_from_mut(args);
    match matches.and_then(|matches| settings(&matches, inputs, &mut command)) {
        Ok(settings) => Parsed::Settings(Box::new(settings)),
        Err(error) => {
            let text = error.render().to_string();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                    Parsed::Information { text, of_run: runs }
                }
                _ => Parsed::Misuse(text),
            }
        }
    }
}

/// How matches become inputs.
type Inputs = fn(&ArgMatches) -> Vec<Input>;

fn command() -> Command {
    let operands = Arg::new("FILE")
        .help("Files to read; standard input where there is none or it is -")
        .num_args(0..)
        .value_parser(value_parser!(OsString));
    with_options(Command::new("headtail").arg(operands))
        .about("Keep the first bytes, the last bytes and an exact account of what is missing between them.")
        .after_help(AFTER_HELP)
}

fn run_command() -> Command {
    with_options(Command::new("headtail").args(command::options()))
        .override_usage("headtail run [OPTIONS] [--] COMMAND [ARG]...")
        .about("Run a command, keep both ends of what it prints, and exit with its status.")
        .after_help(AFTER_RUN_HELP)
}

/// Adds what both commands have.
fn with_options(command: Command) -> Command {
    command
        .version(env!("CARGO_PKG_VERSION"))
        // The last of two wins, as with head.
        .args_override_self(true)
        .args(limits::options())
        .args(outputs::options())
        .args([
            flag("quiet", 'q', "Never print headers that name the inputs").overrides_with("verbose"),
            flag("verbose", 'v', "Always print headers that name the inputs").overrides_with("quiet"),
        ])
}

fn flag(name: &'static str, short: char, help: &'static str) -> Arg {
    Arg::new(name).long(name).short(short).help(help).action(ArgAction::SetTrue)
}

fn operands(matches: &ArgMatches) -> Vec<Input> {
    let operands = matches.get_many::<OsString>("FILE").unwrap_or_default().cloned();
    let mut inputs: Vec<_> = operands.map(Input::from_operand).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    inputs
}

fn settings(matches: &ArgMatches, inputs: Inputs, command: &mut Command) -> Result<Settings, clap::Error> {
    let (limits, marker) = limits::cuts(matches, command)?;
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
        inputs: inputs(matches),
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
        run_command().debug_assert();
    }
}
