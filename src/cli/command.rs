//! The options that say how a command is run.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use headtail_process::{NON_INTERACTIVE, Stdin};

use crate::cli::arg::{duration, flag};
use crate::settings::Invocation;

/// How long `--kill-after` and `--drain` are unless given.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// The options, in the order of the help.
pub(crate) fn options() -> [Arg; 9] {
    [
        duration("timeout", "Send SIGTERM after this long; 0 means no limit [default: none]"),
        duration("kill-after", "Send SIGKILL this long after SIGTERM [default: 5s]"),
        duration("drain", "Wait this long for output of processes left behind [default: 5s]"),
        Arg::new("dir")
            .long("dir")
            .value_name("DIR")
            .help("Run the command in DIR")
            .value_parser(value_parser!(OsString)),
        Arg::new("env")
            .long("env")
            .value_name("NAME=VALUE")
            .help("Set an environment variable; may be repeated")
            .action(ArgAction::Append)
            .value_parser(OsStringValueParser::new().try_map(variable)),
        flag("stdin", "Pass standard input on to the command, which has an empty one otherwise"),
        flag("shell", "Join the words with spaces and run them with sh -c"),
        flag("non-interactive", "Set variables that turn off editors, pagers, prompts and colours"),
        Arg::new("COMMAND")
            .help("The command and its arguments")
            .required(true)
            .num_args(1..)
            .trailing_var_arg(true)
            .value_parser(value_parser!(OsString)),
    ]
}

/// The command that the options describe.
pub(crate) fn invocation(matches: &ArgMatches) -> Invocation {
    let duration = |name| matches.get_one::<Duration>(name).copied();
    let mut words = matches.get_many::<OsString>("COMMAND").unwrap_or_default().cloned();
    let (program, args) = if matches.get_flag("shell") {
        let script = words.collect::<Vec<_>>().join(OsStr::new(" "));
        // A script that begins with a dash is not an option.
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
        stdin: if matches.get_flag("stdin") { Stdin::Inherited } else { Stdin::Null },
        timeout: duration("timeout").filter(|limit| !limit.is_zero()),
        kill_after: duration("kill-after").unwrap_or(DEFAULT_WAIT),
        drain: duration("drain").unwrap_or(DEFAULT_WAIT),
    }
}

/// Splits `NAME=VALUE`.
fn variable(text: OsString) -> Result<(OsString, OsString), &'static str> {
    let mut bytes = text.into_vec();
    match bytes.iter().position(|&byte| byte == b'=') {
        None | Some(0) => Err("expected NAME=VALUE"),
        Some(at) => {
            let value = bytes.split_off(at + 1);
            bytes.truncate(at);
            Ok((OsString::from_vec(bytes), OsString::from_vec(value)))
        }
    }
}
