//! The `headtail` program: `src/program` around the library.
#![deny(unsafe_code)]

mod program;

use std::process::ExitCode;

fn main() -> ExitCode {
    program::main(std::env::args_os())
}
