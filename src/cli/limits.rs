//! The options that say what is kept and where it is cut.

use std::error;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};
use headtail::{Align, Cleaning, Clip, Error, Limits, Marker, Split};

use crate::cli::arg::{flag, lines, size, text, value};
use crate::cli::size::Size;
use crate::output::raw_copy::longest_path;
use crate::settings::Saving;

/// The options, in the order of the help.
pub(crate) fn options() -> [Arg; 14] {
    [
        size("head", "Bytes kept at the start [default: 16K]"),
        size("tail", "Bytes kept at the end [default: 16K]"),
        size("bytes", "Hard cap on the whole result, marker included, instead of --head and --tail")
            .short('c')
            .conflicts_with_all(["head", "tail"]),
        value("split", "H:T", "How head and tail share --bytes [default: 50:50]")
            .value_parser(text(split))
            .requires("bytes"),
        lines("lines", "Keep at most N lines at each end, however long without --head, --tail and --bytes")
            .short('n'),
        lines("head-lines", "Keep at most N lines at the start"),
        lines("tail-lines", "Keep at most N lines at the end"),
        value("max-line", "SIZE", "Longest line; a longer one is clipped; 0 means no limit [default: 2K]")
            .short('L')
            .value_parser(text(line_limit)),
        value("clip", "WHAT", "What an overlong line loses [default: end]").value_parser(clips()),
        value("align", "WHERE", "Where a cut may fall [default: line]").value_parser(aligns()),
        value("marker", "TEMPLATE", "Text in place of what is omitted: {bytes} {lines} {first} {last} {start} {end} {total} {clipped} {path}, \\n \\t \\\\ {{ }}")
            .short('m')
            .value_parser(OsStringValueParser::new().try_map(|text| Marker::parse(text.as_encoded_bytes()))),
        flag("zero-terminated", "The line delimiter is NUL, not newline").short('z'),
        flag("strip-ansi", "Drop escape sequences"),
        flag("collapse-cr", "Keep what a terminal would show of lines written over (\\r, backspaces, cursor moves)"),
    ]
}

/// The limits and the marker that the options describe; `save` says where the marker's path comes from.
///
/// # Errors
///
/// Values that do not go together.
pub(crate) fn limits(
    matches: &ArgMatches,
    save: Option<&Saving>,
    command: &mut Command,
) -> Result<(Limits, Marker), clap::Error> {
    let number = |name| matches.get_one::<usize>(name).copied();
    let lines = |name| matches.get_one::<u64>(name).or(matches.get_one("lines")).copied();
    let mut limits = Limits::new()
        .clip(matches.get_one("clip").copied().unwrap_or_default())
        .align(matches.get_one("align").copied().unwrap_or_default())
        .clean(
            Cleaning::new()
                .strip_ansi(matches.get_flag("strip-ansi"))
                .collapse_cr(matches.get_flag("collapse-cr")),
        );
    if let Some(bytes) = number("max-line") {
        limits = limits.max_line(bytes);
    }
    if matches.get_flag("zero-terminated") {
        limits = limits.delimiter(0);
    }
    let max_line = limits.get_max_line();
    let room = |bytes, lines: Option<u64>| {
        number(bytes).or_else(|| lines.and_then(|lines| room_for(lines, max_line)))
    };
    if let Some(bytes) = room("head", lines("head-lines")) {
        limits = limits.head(bytes);
    }
    if let Some(bytes) = room("tail", lines("tail-lines")) {
        limits = limits.tail(bytes);
    }
    if let Some(lines) = lines("head-lines") {
        limits = limits.head_lines(lines);
    }
    if let Some(lines) = lines("tail-lines") {
        limits = limits.tail_lines(lines);
    }
    if let Some(bytes) = number("bytes") {
        limits = limits.cap(bytes, matches.get_one("split").copied().unwrap_or(Split::EVEN));
    }
    let marker = matches.get_one("marker").cloned().unwrap_or_else(Marker::default);
    check(&limits, &marker, save).map_err(|message| command.error(ErrorKind::ValueValidation, message))?;
    Ok((limits, marker))
}

/// Room for `lines` lines of the longest kind, delimiters included; `None` where lines may be of any length.
fn room_for(lines: u64, max_line: usize) -> Option<usize> {
    let lines = usize::try_from(lines).unwrap_or(usize::MAX);
    (max_line > 0).then(|| lines.saturating_mul(max_line.saturating_add(1)))
}

/// Checks that the marks of clipped lines and the marker have room, the saved path included.
fn check(limits: &Limits, marker: &Marker, save: Option<&Saving>) -> Result<(), String> {
    limits.validate(marker).map_err(|error| match error {
        Error::MarkerTooLong { cap, .. } => format!("invalid value '{cap}' for '--bytes <SIZE>': {error}"),
        _ => format!("invalid value '{}' for '--max-line <SIZE>': {error}", limits.get_max_line()),
    })?;
    let (Some(save), Some((cap, _))) = (save, limits.get_cap()) else { return Ok(()) };
    let longest = marker.max_len_with_path(&longest_path(save));
    if longest <= cap {
        return Ok(());
    }
    let error = Error::MarkerTooLong { cap, marker: longest };
    Err(format!("invalid value '{cap}' for '--bytes <SIZE>' with '--save': {error}"))
}

/// A line limit that has room for the shorter mark. Those that no line in memory reaches are all alike.
fn line_limit(text: &str) -> Result<usize, Box<dyn error::Error + Send + Sync>> {
    let Size(bytes) = text.parse()?;
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    Limits::new().max_line(bytes).validate(&Marker::default())?;
    Ok(bytes)
}

fn split(text: &str) -> Result<Split, &'static str> {
    let parts = text.split_once(':').and_then(|(head, tail)| Some((part(head)?, part(tail)?)));
    parts.and_then(|(head, tail)| Split::new(head, tail)).ok_or("expected H:T, two whole numbers, not both 0")
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
        "char" => Align::Char,
        _ => Align::Line,
    })
}
