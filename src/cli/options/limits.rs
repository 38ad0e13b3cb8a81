//! The options that say what is kept and where it is cut.

use std::error;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction};
use headtail::{Align, Clip, Limits, Marker, Split};

use super::arg::{flag, lines, size, text, value};
use super::size;

/// How much is kept.
pub(crate) fn limits() -> [Arg; 9] {
    [
        lines("lines", "Keep at most N lines at each end")
            .long_help("Keep at most N lines at each end, however long they are, unless --head, --tail or --bytes is given")
            .short('n')
            .hide_short_help(false),
        lines("head-lines", "Keep at most N lines at the start"),
        lines("tail-lines", "Keep at most N lines at the end"),
        size("bytes", "Print at most SIZE bytes, marker included")
            .long_help("Print at most SIZE bytes, marker included, instead of --head and --tail")
            .short('c')
            .hide_short_help(false)
            .conflicts_with_all(["head", "tail"]),
        value("split", "H:T", "How head and tail share --bytes [default: 50:50]")
            .value_parser(text(split))
            .requires("bytes"),
        // One row for both in the summary.
        size("head", "Bytes kept at the start; --tail at the end [default: 16K]")
            .long_help("Bytes kept at the start [default: 16K]")
            .hide_short_help(false),
        size("tail", "Bytes kept at the end [default: 16K]"),
        value("max-line", "SIZE", "Longest line; a longer one is clipped; 0 means no limit [default: 2K]")
            .short('L')
            .value_parser(text(line_limit)),
        value("clip", "WHAT", "What an overlong line loses [default: end]").value_parser(clips()),
    ]
}

/// Where the cut is, and what stands there.
pub(crate) fn cuts() -> [Arg; 5] {
    [
        value("align", "WHERE", "Where a cut may fall [default: line]").value_parser(aligns()),
        value("marker", "TEMPLATE", "Text in place of what is omitted")
            .long_help(
                "Text in place of what is omitted: {bytes} and {lines} count it; {first} and {last} are the \
                 numbers of the first and the last line that are not wholly shown, {start} and {end} the \
                 positions between which bytes are missing; {total} is the length of the input, {clipped} \
                 what long lines lost, {path} the saved copy; {matched} and {kept} count the lines of --keep, {keep} is \
                 where they go; \\n \\t \\\\ {{ }} are escapes",
            )
            .short('m')
            .value_parser(OsStringValueParser::new().try_map(|text| Marker::parse(text.as_encoded_bytes()))),
        value("keep", "REGEX", "Show the first lines between the ends that match")
            .long_help("Show the first lines between head and tail that match, with their numbers; may be repeated")
            .action(ArgAction::Append)
            .value_parser(text(|text| Ok::<_, &str>(text.to_string())))
            .hide_short_help(false),
        size("keep-size", "Show at most SIZE bytes of these lines [default: 4K, or a quarter of --bytes]").requires("keep"),
        flag("zero-terminated", "The line delimiter is NUL, not newline").short('z'),
    ]
}

/// What is removed before anything is kept.
pub(crate) fn cleaning() -> [Arg; 3] {
    [
        flag("plain", "Clean the text, and have the marker count lines")
            .long_help("For people and models: --strip-ansi, --collapse-cr and a marker that counts lines")
            .short('p')
            .hide_short_help(false),
        flag("strip-ansi", "Drop escape sequences, such as colours"),
        flag(
            "collapse-cr",
            "Keep what a terminal would show of lines written over (\\r, backspaces, cursor moves)",
        ),
    ]
}

/// A line limit that has room for the shorter mark. Those that no line in memory reaches are all alike.
fn line_limit(text: &str) -> Result<usize, Box<dyn error::Error + Send + Sync>> {
    let bytes = usize::try_from(size::parse(text)?).unwrap_or(usize::MAX);
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
