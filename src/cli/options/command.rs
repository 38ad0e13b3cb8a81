//! The options that say how a command is run.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Arg, ArgAction, ValueHint, value_parser};

use super::arg::{duration, flag, value};

/// The command, and what it is given.
pub(crate) fn command() -> [Arg; 6] {
    [
        Arg::new("COMMAND")
            .help("The command and its arguments")
            .required(true)
            .num_args(1..)
            .trailing_var_arg(true)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::CommandWithArguments)
            .hide_short_help(true),
        value("dir", "DIR", "Run the command in DIR")
            .allow_hyphen_values(false)
            .value_parser(value_parser!(OsString))
            .value_hint(ValueHint::DirPath)
            .hide_short_help(false),
        value("env", "NAME=VALUE", "Set an environment variable; may be repeated")
            .allow_hyphen_values(false)
            .action(ArgAction::Append)
            .value_parser(OsStringValueParser::new().try_map(variable)),
        flag("stdin", "Pass standard input on; it is empty otherwise").hide_short_help(false),
        flag("shell", "Join the words with spaces and run them with sh -c").hide_short_help(false),
        flag("non-interactive", "Turn off editors, pagers, prompts and colours")
            .long_help("Set variables that turn off editors, pagers, prompts and colours")
            .hide_short_help(false),
    ]
}

/// When its result is printed.
pub(crate) fn outputs() -> [Arg; 1] {
    [flag("on-failure", "Print the result only if the status is not 0").conflicts_with_all(["live", "every"])]
}

/// How long it is waited for.
pub(crate) fn times() -> [Arg; 3] {
    [
        duration("timeout", "Send SIGTERM after this long [default: none]")
            .long_help("Send SIGTERM after this long; 0 means no limit [default: none]")
            .hide_short_help(false),
        duration("kill-after", "Send SIGKILL this long after SIGTERM [default: 5s]"),
        duration("drain", "Wait this long for output of processes left behind [default: 5s]"),
    ]
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
