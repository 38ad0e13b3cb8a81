//! The program around the library, in the order of the bytes' way: the command line (`args`) becomes plain
//! values (`settings`); the `filter` moves each input from its `source` through the library to a `sink`; what
//! goes wrong is a [`Failure`](failure::Failure) until the `console` prints it and `exit` decides the status.

#[cfg(test)]
#[allow(unsafe_code)]
#[path = "../../tests/support/allocations.rs"]
mod allocations;
mod args;
mod attributes;
mod command;
mod console;
mod copies;
mod cuts;
mod descriptor;
mod destination;
mod ended;
mod exit;
mod failure;
mod file_id;
mod filter;
mod grace;
mod headers;
mod json;
mod live;
mod lossy;
mod name;
mod open;
mod output;
mod outputs;
mod patient;
mod runs;
mod save;
mod settings;
mod sink;
mod source;
mod spool;
mod system;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use crate::program::args::Parsed;
use crate::program::console::Console;
use crate::program::exit::Outcome;
use crate::program::sink::Sink;

/// Runs the program with the arguments given, the program's name first.
pub(crate) fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut console = Console::new();
    let outcome = match args::parse(args) {
        Parsed::Settings(settings) => filter::run(&settings, &mut console),
        Parsed::Information { text, of_run } => {
            let failed = if of_run { Outcome::Broken } else { Outcome::Failed };
            if inform(&text, &mut console) { Outcome::Done } else { failed }
        }
        Parsed::Misuse(text) => {
            console.show(text.as_bytes());
            Outcome::Misused
        }
    };
    exit::code(outcome)
}

/// Prints what was asked for instead of a result: the help or the version. Returns whether that worked.
fn inform(text: &str, console: &mut Console) -> bool {
    let mut sink = Sink::stdout();
    sink.put(text.as_bytes());
    let result = sink.finish();
    if let Err(failure) = &result {
        console.complain(failure);
    }
    result.is_ok()
}
