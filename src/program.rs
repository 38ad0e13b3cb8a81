//! The program around the library, in the order of the bytes' way: the command line (`args`) becomes plain
//! values (`settings`); the `filter` moves each input from its `source` through the library to a `sink`; what
//! goes wrong is a [`Failure`](failure::Failure) until the `console` prints it and `exit` decides the status.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{self, Parsed};
use crate::exit::{self, Outcome};
use crate::filter;
use crate::io::sink::Sink;
use crate::output::console::Console;

/// Runs the program with the arguments given, the program's name first.
pub(crate) fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut console = Console::new();
    let outcome = match cli::parse(args) {
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
