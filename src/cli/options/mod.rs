//! The table of options, which the parser, the help, the man pages and the completions are made from. It knows clap and
//! the libraries alone, so that what makes the pages can include it.

mod arg;
mod command;
mod limits;
mod outputs;
mod size;

use std::ffi::OsString;

use clap::{Arg, ArgAction, Command, ValueHint, value_parser};

use self::arg::flag;

/// How help shows the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HelpStyle {
    List,
    Headings,
}

/// The filter: `headtail [OPTIONS] [FILE]...`.
pub(crate) fn filter(style: HelpStyle) -> Command {
    let operands = Arg::new("FILE")
        .help("Files to read; standard input if there are none, or for -")
        .num_args(0..)
        .value_parser(value_parser!(OsString))
        .value_hint(ValueHint::FilePath)
        .hide_short_help(true);
    let timeout = arg::duration("timeout", "Stop reading after this long; 0 means no limit [default: none]");
    with_common(with_group(Command::new("headtail").arg(operands), style, "Time", [timeout]), style)
        .about("Keep the first bytes, the last bytes and an exact account of what is missing.")
        .help_template(FILTER_HELP)
        .after_long_help(AFTER_FILTER_HELP)
}

/// The wrapper of commands: `headtail run [OPTIONS] [--] COMMAND [ARG]...`.
pub(crate) fn run(style: HelpStyle) -> Command {
    let command = with_group(Command::new("headtail"), style, "Command", command::command());
    let command = with_group(command, style, "Time", command::times());
    with_group(with_common(command, style), style, "Outputs", command::outputs())
        .override_usage("headtail run [OPTIONS] [--] COMMAND [ARG]...")
        .about("Run a command, keep both ends of what it prints, and exit with its status.")
        .help_template(RUN_HELP)
        .after_long_help(AFTER_RUN_HELP)
}

/// Adds the options that both commands have.
fn with_common(command: Command, style: HelpStyle) -> Command {
    let command = with_group(command, style, "Time", times());
    let command = with_group(command, style, "Limits", limits::limits());
    let command = with_group(command, style, "Cuts", limits::cuts());
    let command = with_group(command, style, "Cleaning", limits::cleaning());
    let command = with_group(command, style, "Outputs", outputs::outputs());
    let help = flag("help", "Print a summary; --help prints all options")
        .long_help("Print all options; -h prints a summary")
        .short('h')
        .action(ArgAction::Help)
        .hide_short_help(false);
    let version = flag("version", "Print the version").short('V').action(ArgAction::Version);
    with_group(command, style, "Information", [help, version])
        .disable_help_flag(true)
        .disable_version_flag(true)
        .version(env!("CARGO_PKG_VERSION"))
        // The last of two wins, as with head.
        .args_override_self(true)
        .max_term_width(80)
}

/// What ends or accompanies the reading though nothing comes.
fn times() -> [Arg; 3] {
    [
        arg::duration("every", "Write a result after each such interval")
            .long_help(
                "Write a result after each such interval in which something came, cut between lines, and start over: \
                 at most so many bytes in so much time",
            )
            .value_parser(arg::text(|text| match headtail_process::parse_duration(text) {
                Ok(time) if time.is_zero() => Err("must not be 0"),
                result => result,
            }))
            .conflicts_with("live"),
        arg::duration("idle-timeout", "Stop when nothing has come for this long [default: none]")
            .long_help("Stop when nothing has come for this long, as --timeout does [default: none]"),
        arg::duration("heartbeat", "Write a line to standard error this often")
            .long_help("Write a line to standard error this often: the time so far, how much has come, and the last line"),
    ]
}

fn with_group<const N: usize>(
    command: Command,
    style: HelpStyle,
    heading: &'static str,
    args: [Arg; N],
) -> Command {
    command.next_help_heading((style == HelpStyle::Headings).then_some(heading)).args(args)
}

const FILTER_HELP: &str = "\
{about}

Usage: headtail [OPTIONS] [FILE]...

Examples:
  make 2>&1 | headtail -n 20      both ends of a log, 20 lines of each
  headtail run -- make test       the same, with the status of the command
  headtail -c 4K --json app.log   at most 4096 bytes of a file, as JSON

Commands:
  run    Run a command, keep both ends of what it prints, exit with its status
  ps     Start, list, read and stop processes that outlive the terminal
  serve  Serve such processes over HTTP, on a socket of your own
  mcp    Give an agent a shell tool that cannot flood its context

{all-args}{after-help}";

const AFTER_FILTER_HELP: &str = "\
SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ...

A command must be the first word; for a FILE of that name, write ./run. Each has its own help: `headtail run --help`.

Exit status: 0 done, even if something was omitted; 1 an input or output failed; 2 usage.";

const RUN_HELP: &str = "\
{about}

Usage: headtail run [OPTIONS] [--] COMMAND [ARG]...

Examples:
  headtail run -- make test                    both ends of what it prints
  headtail run --timeout 10m -n 40 -- ./fuzz   no longer than ten minutes
  headtail run --shell 'make | grep -v ok'     a line of shell

{all-args}{after-help}";

const AFTER_RUN_HELP: &str = "\
SIZE is a number of bytes with an optional suffix: b 512, kB 1000, K or KiB 1024, MB, M or MiB, ... DURATION is a \
number with a unit, such as 500ms, 10s, 2m, 1.5h or 1h30m; without a unit it is in seconds.

Exit status: that of the command; 128+N if signal N killed it; 124 if it timed out; 126 if it could not be \
executed; 127 if it was not found; 125 if headtail itself failed; 2 usage.";
