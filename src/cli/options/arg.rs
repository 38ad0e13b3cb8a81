//! The kinds of options, so that all of one kind are declared and parsed alike.

use std::error::Error;
use std::ffi::OsString;

use clap::builder::{OsStringValueParser, TypedValueParser, ValueParser};
use clap::{Arg, ArgAction, ValueHint, value_parser};
use headtail_process::parse_duration;

use super::size;

/// An option without a value. Like all others it is in the short help only where that is asked for.
pub(crate) fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).help(help).action(ArgAction::SetTrue).hide_short_help(true)
}

/// An option with a value, which is parsed by whatever `value_parser` is set.
pub(crate) fn value(name: &'static str, placeholder: &'static str, help: &'static str) -> Arg {
    // A value such as -1 is a wrong value, not an unknown option.
    let arg = Arg::new(name).long(name).value_name(placeholder).help(help);
    arg.allow_hyphen_values(true).hide_short_help(true)
}

/// An option whose value is a size in memory.
pub(crate) fn size(name: &'static str, help: &'static str) -> Arg {
    value(name, "SIZE", help)
        .value_parser(text(|text| usize::try_from(size::parse(text)?).map_err(|_| size::TOO_LARGE)))
}

/// An option whose value is a number of lines.
pub(crate) fn lines(name: &'static str, help: &'static str) -> Arg {
    value(name, "N", help).value_parser(text(size::parse))
}

/// An option whose value is a duration.
pub(crate) fn duration(name: &'static str, help: &'static str) -> Arg {
    value(name, "DURATION", help).value_parser(text(parse_duration))
}

/// An option whose value is the path of a file.
pub(crate) fn file(name: &'static str, help: &'static str) -> Arg {
    let arg = Arg::new(name).long(name).value_name("FILE").help(help);
    arg.value_parser(value_parser!(OsString)).value_hint(ValueHint::FilePath).hide_short_help(true)
}

/// Reads a value with `parse`. A value that isn't UTF-8 is refused by the name of its option, like any other.
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
