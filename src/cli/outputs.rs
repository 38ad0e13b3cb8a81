//! The options that say where results go and in which form, and what they come to.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use headtail::Marker;

use crate::settings::{Form, Saving, Target, View};
use crate::{cli::limits, output::raw_copy};

/// The options, in the order of the help.
pub(crate) fn options() -> [Arg; 5] {
    [
        file("output", "Write the result to FILE, in place, when it is ready; - is standard output")
            .short('o'),
        Arg::new("json")
            .long("json")
            .help("Write each result as one JSON object on a line of its own")
            .action(ArgAction::SetTrue),
        file("report", "Write the same object without the output to FILE"),
        file(
            "save",
            "Keep the whole input in FILE, or in a new file in $TMPDIR that is deleted if nothing is cut",
        )
        .num_args(0..=1)
        .require_equals(true),
        Arg::new("live")
            .long("live")
            .help("Write the head as it arrives, as is done on a terminal")
            .action(ArgAction::SetTrue)
            .conflicts_with("json"),
    ]
}

pub(crate) fn form(matches: &ArgMatches) -> Form {
    if matches.get_flag("json") { Form::Json } else { Form::Text }
}

pub(crate) fn output(matches: &ArgMatches) -> Target {
    target(matches, "output").unwrap_or(Target::Stdout)
}

pub(crate) fn report(matches: &ArgMatches) -> Option<Target> {
    target(matches, "report")
}

pub(crate) fn view(matches: &ArgMatches) -> View {
    if matches.get_flag("live") { View::Live } else { View::LiveOnTerminal }
}

/// Where the input is saved.
///
/// # Errors
///
/// The cap has no room for a marker that names the file.
pub(crate) fn save(
    matches: &ArgMatches,
    marker: &Marker,
    command: &mut Command,
) -> Result<Option<Saving>, clap::Error> {
    if !matches.contains_id("save") {
        return Ok(None);
    }
    let saving = target(matches, "save").map_or(Saving::New, Saving::To);
    if let Some(&cap) = matches.get_one::<usize>("bytes") {
        let needed = marker.max_len_with_path(&raw_copy::longest_path(&saving));
        limits::check_room(cap, needed, " with '--save'", command)?;
    }
    Ok(Some(saving))
}

fn file(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("FILE").help(help).value_parser(value_parser!(OsString))
}

fn target(matches: &ArgMatches, name: &str) -> Option<Target> {
    matches.get_one::<OsString>(name).cloned().map(Target::from_value)
}
