//! The options that say how a command is run, and what they come to.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use headtail_process::NON_INTERACTIVE;

use crate::cli::duration::TimeSpan;
use crate::cli::limits;
use crate::settings::{Invocation, Stdin};

/// How long others are waited for unless the options say so.
const PATIENCE: Duration = Duration::from_secs(5);

/// The options, in the order of the help.
pub(crate) fn options() -> [Arg; 9] {
    [
        span(
            "timeout",
            "End the command with SIGTERM when it runs this long; 0 for no limit, as unless given",
        ),
        span("kill-after", "Follow with SIGKILL this much later [default: 5s]"),
        span("drain", "Wait this long for output of processes that the command leaves behind [default: 5s]"),
        Arg::new("dir")
            .long("dir")
            .value_name("DIR")
            .help("Run it in DIR")
            .value_parser(value_parser!(OsString)),
        Arg::new("env")
            .long("env")
            .value_name("NAME=VALUE")
            .help("Set a variable of its environment; may be repeated")
            .action(ArgAction::Append)
            .value_parser(OsStringValueParser::new().try_map(variable)),
        flag("stdin", "Give it the standard input of headtail instead of an empty one"),
        flag("shell", "Have sh -c run the words, joined by spaces"),
        flag("non-interactive", "Set variables that keep editors, pagers, prompts and colours away"),
        Arg::new("COMMAND")
            .help("The command and its arguments")
            .required(true)
            .num_args(1..)
            .trailing_var_arg(true)
            .value_parser(value_parser!(OsString)),
    ]
}

/// What the options come to.
pub(crate) fn invocation(matches: &ArgMatches) -> Invocation {
    let span = |name| matches.get_one(name).map(|&TimeSpan(span)| span);
    let mut words = matches.get_many::<OsString>("COMMAND").unwrap_or_default().cloned();
    let (program, args) = if matches.get_flag("shell") {
        let script = words.collect::<Vec<_>>().join(OsStr::new(" "));
        // It is no option, whatever it begins with.
        let end_of_options = script.as_bytes().starts_with(b"-").then(|| "--".into());
        ("sh".into(), ["-c".into()].into_iter().chain(end_of_options).chain([script]).collect())
    } else {
        (words.next().unwrap_or_default(), words.collect())
    };
    let presets = matches.get_flag("non-interactive").then_some(NON_INTERACTIVE).into_iter().flatten();
    let given = matches.get_many::<(OsString, OsString)>("env").unwrap_or_default().cloned();
    Invocation {
        program,
        args,
        environment: presets.map(|(name, value)| (name.into(), value.into())).chain(given).collect(),
        directory: matches.get_one("dir").cloned(),
        stdin: if matches.get_flag("stdin") { Stdin::Inherited } else { Stdin::Empty },
        timeout: span("timeout").filter(|limit| !limit.is_zero()),
        kill_after: span("kill-after").unwrap_or(PATIENCE),
        drain: span("drain").unwrap_or(PATIENCE),
    }
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

fn span(name: &'static str, help: &'static str) -> Arg {
    let parser = limits::text(str::parse::<TimeSpan>);
    // A value such as -1 is a wrong value, not an unknown option.
    Arg::new(name).long(name).value_name("DURATION").help(help).allow_hyphen_values(true).value_parser(parser)
}

/// A variable's name and value.
fn variable(text: OsString) -> Result<(OsString, OsString), &'static str> {
    let mut bytes = text.into_vec();
    match bytes.iter().position(|&byte| byte == b'=') {
        None | Some(0) => Err("not NAME=VALUE"),
        Some(at) => {
            let value = bytes.split_off(at + 1);
            bytes.truncate(at);
            Ok((OsString::from_vec(bytes), OsString::from_vec(value)))
        }
    }
}
