//! What is kept and where it is cut, from the options that say so.

use clap::error::ErrorKind;
use clap::{ArgMatches, Command};
use headtail::{Cleaning, Error, Limits, Marker, Split};

use crate::io::name::Name;
use crate::output::raw_copy::longest_path;
use crate::pattern::Pattern;
use crate::settings::Saving;

/// Most bytes of the lines that `--keep` shows.
const KEEP_SIZE: usize = 4 << 10;

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
    let is_plain = matches.get_flag("plain");
    let cleaning = Cleaning::new()
        .strip_ansi(is_plain || matches.get_flag("strip-ansi"))
        .collapse_cr(is_plain || matches.get_flag("collapse-cr"));
    let default = Limits::new();
    let max_line = number("max-line").unwrap_or(default.get_max_line());
    let room = |bytes, lines: Option<u64>| {
        number(bytes).or_else(|| lines.and_then(|lines| room_for(lines, max_line)))
    };
    let mut limits = default
        .clip(matches.get_one("clip").copied().unwrap_or_default())
        .align(matches.get_one("align").copied().unwrap_or_default())
        .clean(cleaning)
        .max_line(max_line)
        .delimiter(if matches.get_flag("zero-terminated") { 0 } else { b'\n' })
        .head(room("head", lines("head-lines")).unwrap_or(default.get_head()))
        .tail(room("tail", lines("tail-lines")).unwrap_or(default.get_tail()));
    if let Some(lines) = lines("head-lines") {
        limits = limits.head_lines(lines);
    }
    if let Some(lines) = lines("tail-lines") {
        limits = limits.tail_lines(lines);
    }
    if let Some(bytes) = number("bytes") {
        limits = limits.cap(bytes, matches.get_one("split").copied().unwrap_or(Split::EVEN));
    }
    if matches.contains_id("keep") {
        let size = limits.get_cap().map_or(KEEP_SIZE, |(bytes, _)| bytes / 4);
        limits = limits.keep(number("keep-size").unwrap_or(size));
    }
    let marker = matches.get_one("marker").cloned();
    let marker = marker.unwrap_or_else(if is_plain { Marker::counting_lines } else { Marker::default });
    check(&limits, &marker, save).map_err(|message| command.error(ErrorKind::ValueValidation, message))?;
    Ok((limits, marker))
}

/// The expressions of the lines to keep, if there are any.
///
/// # Errors
///
/// One of them is not a regular expression.
pub(crate) fn pattern(
    matches: &ArgMatches,
    delimiter: u8,
    command: &mut Command,
) -> Result<Option<Pattern>, clap::Error> {
    let Some(sources) = matches.get_many::<String>("keep") else { return Ok(None) };
    let pattern = Pattern::new(sources.cloned().collect(), delimiter).map_err(|(source, reason)| {
        let message = format!("invalid value '{}' for '--keep <REGEX>': {reason}", Name::path(&source));
        command.error(ErrorKind::ValueValidation, message)
    })?;
    Ok(Some(pattern))
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
        Error::KeepAlign => format!("'--keep <REGEX>' with '--align <WHERE>': {error}"),
        Error::KeepPlace => format!("'--keep <REGEX>' with '--marker <TEMPLATE>': {error}"),
        _ => format!("invalid value '{}' for '--max-line <SIZE>': {error}", limits.get_max_line()),
    })?;
    let (Some(save), Some((cap, _))) = (save, limits.get_cap()) else { return Ok(()) };
    let longest = limits.longest_marker(marker, &longest_path(save));
    if longest <= cap {
        return Ok(());
    }
    let error = Error::MarkerTooLong { cap, marker: longest };
    Err(format!("invalid value '{cap}' for '--bytes <SIZE>' with '--save': {error}"))
}
