//! The options that say where results go, and in which form.

use clap::Arg;

use super::arg::{file, flag};

pub(crate) fn outputs() -> [Arg; 7] {
    [
        file("output", "Write the result to FILE when it is ready")
            .long_help("Write the result to FILE, in place, when it is ready; - is standard output")
            .short('o')
            .hide_short_help(false),
        flag("json", "Write each result as one JSON object on a line of its own"),
        file("report", "Write the same object without the output to FILE"),
        file("save", "Copy the whole input to FILE, or to a new file")
            .long_help(
                "Copy the whole input to FILE (- is standard output, live), or without =FILE to a new file in \
                 $TMPDIR that is deleted if nothing is cut",
            )
            .num_args(0..=1)
            .require_equals(true)
            .hide_short_help(false),
        flag("live", "Write the head as it arrives [default: on a terminal]").conflicts_with("json"),
        flag("quiet", "Never print headers that name the inputs").short('q').overrides_with("verbose"),
        flag("verbose", "Always print headers that name the inputs").short('v').overrides_with("quiet"),
    ]
}
