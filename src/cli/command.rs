//! How a command is run, from the options that say so.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::ArgMatches;
use headtail_process::{NON_INTERACTIVE, Stdin};

use crate::settings::Invocation;

/// How long `--kill-after` and `--drain` are unless given.
const DEFAULT_WAIT: Duration = Duration::from_secs(5);

/// The command that the options describe.
pub(crate) fn invocation(matches: &ArgMatches) -> Invocation {
    let duration = |name| matches.get_one::<Duration>(name).copied();
    let mut words = matches.get_many::<OsString>("COMMAND").unwrap_or_default().cloned();
    let (program, args) = if matches.get_flag("shell") {
        let script = words.collect::<Vec<_>>().join(OsStr::new(" "));
        // A script that begins with a dash is not an option.
        let end_of_options = script.as_encoded_bytes().starts_with(b"-").then(|| "--".into());
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
