//! The program `headtail-agent`: keepers, and the command lines that `headtail ps` and others hand over.
#![deny(unsafe_code)]

mod keep;
mod ps;
mod sys;

use std::process::ExitCode;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "keep") { keep::main() } else { ps::main() }
}
