//! The `headtail` program.
#![deny(unsafe_code)]

#[cfg(not(unix))]
compile_error!("headtail is for Unix systems; elsewhere there is the library, the crate `headtail`");

#[cfg(test)]
#[allow(unsafe_code)]
#[path = "../crates/headtail/tests/support/allocations.rs"]
mod allocations;
mod cli;
mod exit;
mod filter;
mod hand_over;
mod input;
mod install;
mod io;
mod output;
mod pattern;
mod platform;
mod program;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    program::main(std::env::args_os())
}
