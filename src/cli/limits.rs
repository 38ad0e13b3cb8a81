//! The options that say what is kept and where it is cut, and what they come to.

use std::error::Error;
use std::os::unix::ffi::OsStrExt;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser, ValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command};
use headtail::{Align, Cleaning, Clip, Limits, Marker, Split};

use crate::cli::size::{Size, SizeError};

/// The options, in the order of the help.
pub(crate) fn options() -> [Arg; 14] {
    [
        size("head", "Bytes kept at the start [default: 16K]").value_parser(memory_size()),
        size("tail", "Bytes kept at the end [default: 16K]").value_parser(memory_size()),
        size("bytes", "Hard cap on the whole result, marker included, instead of --head and --tail")
            .short('c')
            .value_parser(memory_size())
            .conflicts_with_all(["head", "tail"]),
        value("split", "H:T", "How head and tail share --bytes [default: 50:50]")
            .value_parser(text(split))
            .requires("bytes"),
        value("lines", "N", "Stop after N lines at both ends, too").short('n').value_parser(count()),
        value("head-lines", "N", "Stop after N lines at the start, too").value_parser(count()),
        value("tail-lines", "N", "Keep at most N lines at the end").value_parser(count()),
        size("max-line", "Longest line, a longer one is clipped; 0 for none [default: 2K]")
            .short('L')
            .value_parser(text(line_limit)),
        value("clip", "WHAT", "What an overlong line loses [default: end]").value_parser(clips()),
        value("align", "WHERE", "Where a cut may fall [default: char]").value_parser(aligns()),
        value("marker", "TEMPLATE", "Text in place of what is omitted: {bytes} {lines} {first} {last} {start} {end} {total} {path}, \\n \\t \\\\ {{ }}")
            .short('m')
            .value_parser(OsStringValueParser::new().try_map(|text| Marker::parse(text.as_bytes()))),
        flag("zero-terminated", "The line delimiter is NUL, not newline").short('z'),
        flag("strip-ansi", "Drop escape sequences"),
        flag("collapse-cr", "Keep what a terminal would show of lines written over after a carriage return"),
    ]
}

/// What the options come to.
///
/// # Errors
///
/// Values that do not go together.
pub(crate) fn cuts(matches: &ArgMatches, command: &mut Command) -> Result<(Limits, Marker), clap::Error> {
    let mut limits = Limits::new();
    if let Some(&head) = matches.get_one("head") {
        limits = limits.head(head);
    }
    if let Some(&tail) = matches.get_one("tail") {
        limits = limits.tail(tail);
    }
    let marker = matches.get_one("marker").cloned().unwrap_or_else(Marker::default);
    if let Some(&bytes) = matches.get_one::<usize>("bytes") {
        check_room(bytes, marker.max_len(), "", command)?;
        limits = limits.cap(bytes, matches.get_one("split").copied().unwrap_or(Split::EVEN));
    }
    let both = matches.get_one("lines");
    if let Some(&lines) = matches.get_one("head-lines").or(both) {
        limits = limits.head_lines(lines);
    }
    if let Some(&lines) = matches.get_one("tail-lines").or(both) {
        limits = limits.tail_lines(lines);
    }
    if let Some(&align) = matches.get_one("align") {
        limits = limits.align(align);
    }
    if matches.get_flag("zero-terminated") {
        limits = limits.delimiter(0);
    }
    limits = limits.clean(
        Cleaning::new()
            .strip_ansi(matches.get_flag("strip-ansi"))
            .collapse_cr(matches.get_flag("collapse-cr")),
    );
    let max_line = matches.get_one("max-line").copied();
    let clip = matches.get_one("clip").copied().unwrap_or_default();
    limits = limits.clip(clip);
    if let Some(bytes) = max_line {
        limits = limits.max_line(bytes);
    }
    limits.validate(&marker).map_err(|error| {
        command.error(
            ErrorKind::ValueValidation,
            format!("invalid value '{}' for '--max-line <SIZE>': {error}", max_line.unwrap_or_default()),
        )
    })?;
    Ok((limits, marker))
}

/// Fails if `cap`, the value of `--bytes`, has no room for a marker of `needed` bytes; `with` says what else that is
/// due to.
pub(crate) fn check_room(
    cap: usize,
    needed: usize,
    with: &str,
    command: &mut Command,
) -> Result<(), clap::Error> {
    if cap >= needed {
        return Ok(());
    }
    let error = headtail::Error::MarkerTooLong { cap, marker: needed };
    let message = format!("invalid value '{cap}' for '--bytes <SIZE>'{with}: {error}");
    Err(command.error(ErrorKind::ValueValidation, message))
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue)
}

fn size(name: &'static str, help: &'static str) -> Arg {
    value(name, "SIZE", help)
}

fn value(name: &'static str, of: &'static str, help: &'static str) -> Arg {
    // A value such as -1 is a wrong value, not an unknown option.
    Arg::new(name).long(name).value_name(of).help(help).allow_hyphen_values(true)
}

/// Reads a value with `parse`. One that is not even text is refused by the name of its option, like any other.
pub(crate) fn text<T, E>(parse: impl Fn(&str) -> Result<T, E> + Clone + Send + Sync + 'static) -> ValueParser
where
    T: Clone + Send + Sync + 'static,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let parser = OsStringValueParser::new().try_map(move |text| match text.to_str() {
        Some(text) => parse(text).map_err(Into::into),
        None => Err("not valid UTF-8".into()),
    });
    parser.into()
}

fn memory_size() -> ValueParser {
    text(|text| {
        let Size(bytes) = text.parse()?;
        usize::try_from(bytes).map_err(|_| SizeError::TooLarge)
    })
}

/// A line limit that has room for the shorter mark.
fn line_limit(text: &str) -> Result<usize, Box<dyn Error + Send + Sync>> {
    let Size(bytes) = text.parse()?;
    // No line in memory reaches the largest limit that can be said.
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Limits::new().max_line(bytes).validate(&Marker::default())?;
    Ok(bytes)
}

fn count() -> ValueParser {
    text(|text| text.parse().map(|Size(lines)| lines))
}

fn split(text: &str) -> Result<Split, &'static str> {
    let parts = text.split_once(':').and_then(|(head, tail)| Some((part(head)?, part(tail)?)));
    parts
        .and_then(|(head, tail)| Split::new(head, tail))
        .ok_or("not two whole numbers, H:T, of which one is not 0")
}

/// A whole number without a sign.
fn part(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn clips() -> impl TypedValueParser<Value = Clip> {
    PossibleValuesParser::new(["end", "middle"]).map(|name| match name.as_str() {
        "middle" => Clip::Middle,
        _ => Clip::End,
    })
}

fn aligns() -> impl TypedValueParser<Value = Align> {
    PossibleValuesParser::new(["byte", "char", "line"]).map(|name| match name.as_str() {
        "byte" => Align::Byte,
        "line" => Align::Line,
        _ => Align::Char,
    })
}
