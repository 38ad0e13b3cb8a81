//! The command line: the only modules that know clap. They turn arguments into [`Settings`].

mod arg;
mod command;
mod duration;
mod limits;
mod outputs;
mod size;

use std::ffi::OsString;

use clap::error::{ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::cli::arg::flag;
use crate::io::name::Name;
use crate::settings::{Headers, Input, Settings};

/// What the help ends with.
const AFTER_HELP: &str = "\
`headtail run [OPTIONS] [--] COMMAND [ARG]...` does the same to what a command prints, and exits with the
status of the command: see `headtail run --help`. `headtail ps` starts, lists and reads processes that outlive
the terminal.

SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ...
Exit status: 0 done, also where something was omitted; 1 an input or output failed; 2 usage.

  $ seq 1000 | headtail --json --head 4 --tail 5
  {\"output\":\"1\\n2\\n\\n... [omitted 3884 bytes] ...\\n\\n1000\\n\",\
\"truncated\":{\"original_bytes\":3893,\"retained_bytes\":40,\"omitted_bytes\":3884,\"omitted_start\":4,\
\"clipped_lines\":0,\"clipped_bytes\":0,\"strategy\":\"head_tail\"},\
\"original_bytes\":3893,\"ended_by\":\"eof\"}";

/// What the help for `headtail run` ends with.
const AFTER_RUN_HELP: &str = "\
SIZE is as for headtail itself. DURATION is a number with a unit, such as 500ms, 10s, 2m, 1.5h or 1h30m; without a
unit it is in seconds.
Exit status: that of the command; 128+N if signal N killed it; 124 if it timed out; 126 if it could not be
executed; 127 if it was not found; 125 if headtail itself failed; 2 usage.

  $ headtail run --json -- sh -c 'echo out; echo err >&2; exit 3'
  {\"output\":\"out\\nerr\\n\",\"truncated\":null,\"original_bytes\":8,\"ended_by\":\"eof\",\"success\":false,\"exit_code\":3,\
\"timed_out\":false,\"wall_duration_ms\":2}";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// A run of the filter.
    Settings(Box<Settings>),
    /// The help or the version, to be printed instead.
    Information { text: String, of_run: bool },
    /// A usage error, to be printed.
    Misuse(String),
}

/// Parses the arguments, the program's name first.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Parsed {
    let mut args: Vec<_> = args.collect();
    // Not a subcommand in clap's sense: only the first argument can be one, and a file may have its name.
    let of_run = args.get(1).is_some_and(|word| word == "run");
    if of_run {
        args.remove(1);
    }
    let mut command = if of_run { run_command() } else { filter_command() };
    match settings(&args, of_run, &mut command) {
        Ok(settings) => Parsed::Settings(Box::new(settings)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Parsed::Information { text: error.render().to_string(), of_run }
            }
            _ => Parsed::Misuse(escaped(error).render().to_string()),
        },
    }
}

fn filter_command() -> Command {
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

/// Adds the options that both commands have.
fn with_options(command: Command) -> Command {
    command
        .version(env!("CARGO_PKG_VERSION"))
        // The last of two wins, as with head.
        .args_override_self(true)
        .args(limits::options())
        .args(outputs::options())
        .args([
            flag("quiet", "Never print headers that name the inputs").short('q').overrides_with("verbose"),
            flag("verbose", "Always print headers that name the inputs").short('v').overrides_with("quiet"),
        ])
}

fn settings(args: &[OsString], of_run: bool, command: &mut Command) -> Result<Settings, clap::Error> {
    let matches = command.try_get_matches_from_mut(args)?;
    if !of_run {
        outputs::check_save(args, command)?;
    }
    let save = outputs::save(&matches);
    let (limits, marker) = limits::limits(&matches, save.as_ref(), command)?;
    Ok(Settings {
        limits,
        marker,
        headers: headers(&matches),
        form: outputs::form(&matches),
        output: outputs::output(&matches),
        report: outputs::report(&matches),
        save,
        view: outputs::view(&matches),
        inputs: if of_run { vec![Input::Command(command::invocation(&matches))] } else { operands(&matches) },
    })
}

fn operands(matches: &ArgMatches) -> Vec<Input> {
    let operands = matches.get_many::<OsString>("FILE").unwrap_or_default().cloned();
    let mut inputs: Vec<_> = operands.map(Input::from_operand).collect();
    if inputs.is_empty() {
        inputs.push(Input::Stdin);
    }
    inputs
}

fn headers(matches: &ArgMatches) -> Headers {
    match (matches.get_flag("quiet"), matches.get_flag("verbose")) {
        (true, _) => Headers::Never,
        (_, true) => Headers::Always,
        _ => Headers::Several,
    }
}

/// The same error with control characters in the user's words escaped: printed raw, they could drive a terminal or
/// forge a message of another line.
fn escaped(mut error: clap::Error) -> clap::Error {
    let context: Vec<_> = error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in context {
        let value = match value {
            ContextValue::String(text) => ContextValue::String(escape(&text)),
            ContextValue::Strings(texts) => {
                ContextValue::Strings(texts.iter().map(|text| escape(text)).collect())
            }
            ContextValue::StyledStrs(texts) => {
                ContextValue::StyledStrs(texts.iter().map(|text| escape(&text.to_string()).into()).collect())
            }
            other => other,
        };
        error.insert(kind, value);
    }
    error
}

/// Shows `text` as messages show names; nothing stays nothing.
fn escape(text: &str) -> String {
    if text.is_empty() { String::new() } else { Name::path(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_options_is_sound() {
        filter_command().debug_assert();
        run_command().debug_assert();
    }
}
