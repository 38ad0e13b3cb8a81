//! The command line: the only modules that know clap. They turn arguments into [`Settings`].

mod command;
mod hints;
mod limits;
mod options;
mod outputs;

use std::ffi::OsString;
use std::time::Duration;

use clap::error::{ContextValue, ErrorKind};
use clap::{ArgMatches, Command};

use crate::cli::options::HelpStyle;
use crate::io::name::Name;
use crate::settings::{Form, Headers, Input, Settings, Target, Times};

/// What `--version` prints after the name.
const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    env!("HEADTAIL_COMMIT"),
    "\ntarget: ",
    env!("HEADTAIL_TARGET"),
    "\nfeatures: ",
    env!("HEADTAIL_FEATURES"),
);

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
    // The short help is one list that fits a screen.
    let style = if args.iter().any(|arg| arg == "--help") { HelpStyle::Headings } else { HelpStyle::List };
    let command = if of_run { options::run(style) } else { options::filter(style) };
    let mut command = command.long_version(VERSION);
    match settings(&args, of_run, &mut command) {
        Ok(settings) => Parsed::Settings(Box::new(settings)),
        Err(error) => match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Parsed::Information { text: error.render().to_string(), of_run }
            }
            _ => {
                let text = hints::hinted(escaped(error), &args).render().to_string();
                Parsed::Misuse(if of_run { text.replace("'--help'", "'headtail run --help'") } else { text })
            }
        },
    }
}

fn settings(args: &[OsString], of_run: bool, command: &mut Command) -> Result<Settings, clap::Error> {
    let matches = command.try_get_matches_from_mut(args)?;
    if !of_run {
        outputs::check_save(args, command)?;
    }
    let inputs =
        if of_run { vec![Input::Command(command::invocation(&matches))] } else { operands(&matches) };
    hints::check_operands(&inputs, command)?;
    let save = outputs::save(&matches);
    let (limits, marker) = limits::limits(&matches, save.as_ref(), command)?;
    let keep = limits::pattern(&matches, limits.get_delimiter(), command)?;
    Ok(Settings {
        limits,
        marker,
        keep,
        headers: headers(&matches),
        form: if matches.get_flag("json") { Form::Json } else { Form::Text },
        output: outputs::target(&matches, "output").unwrap_or(Target::Stdout),
        report: outputs::target(&matches, "report"),
        save,
        is_live: matches.get_flag("live"),
        only_failures: of_run && matches.get_flag("on-failure"),
        times: times(&matches, of_run),
        inputs,
    })
}

/// The limits of time; the timeout of a command belongs to it.
fn times(matches: &ArgMatches, of_run: bool) -> Times {
    let duration = |name| matches.get_one::<Duration>(name).copied().filter(|time| !time.is_zero());
    Times {
        timeout: if of_run { None } else { duration("timeout") },
        idle_timeout: duration("idle-timeout"),
        every: duration("every"),
        heartbeat: duration("heartbeat"),
    }
}

fn operands(matches: &ArgMatches) -> Vec<Input> {
    let operands = matches.get_many::<OsString>("FILE").unwrap_or_default().cloned();
    let input = |operand| if operand == "-" { Input::Stdin } else { Input::File(operand) };
    let mut inputs: Vec<_> = operands.map(input).collect();
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
        options::filter(HelpStyle::Headings).debug_assert();
        options::run(HelpStyle::List).debug_assert();
    }
}
