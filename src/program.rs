//! From the command line to the exit status: [`cli`] turns arguments into plain [`settings`](crate::settings), and the
//! [`filter`] moves each input through the library to the outputs.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::{self, Parsed};
use crate::exit::Exit;
use crate::filter;
use crate::hand_over::{AGENT, hand_over};
use crate::install::install_to;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::sink::Sink;
use crate::output::console::Console;

/// Runs the program with the arguments given, the program's name first.
pub(crate) fn main(args: impl Iterator<Item = OsString>) -> ExitCode {
    let mut console = Console::new();
    let args: Vec<_> = args.collect();
    if let Some(error) = hand_over(&args) {
        console.error(&Failure::new(&Name::path(AGENT), error));
        return Exit::Failed.code();
    }
    if let [_, word, directory] = &args[..]
        && word == "install-to"
    {
        let result = install_to(directory).inspect_err(|failure| console.error(failure));
        return Exit::of_filter(None, result.is_err()).code();
    }
    let exit = match cli::parse(args.into_iter()) {
        Parsed::Settings(settings) => filter::run(&settings, &mut console),
        // The help or the version.
        Parsed::Information { text, of_run } => {
            let mut sink = Sink::stdout();
            sink.put(text.as_bytes());
            match sink.finish().inspect_err(|failure| console.error(failure)) {
                Ok(()) => Exit::Done,
                Err(_) if of_run => Exit::Broken,
                Err(_) => Exit::Failed,
            }
        }
        Parsed::Misuse(text) => {
            console.show(text.as_bytes());
            Exit::Misused
        }
    };
    exit.code()
}
