//! The program `headtail-agent`: keepers, and the command lines that `headtail ps` and others hand over.
#![deny(unsafe_code)]

mod keep;
mod mcp;
mod ps;
mod sys;

use std::process::ExitCode;

fn main() -> ExitCode {
    match std::env::args_os().nth(1).as_deref().and_then(std::ffi::OsStr::to_str) {
        Some("keep") => keep::main(),
        Some("mcp") => mcp::main(),
        _ => ps::main(),
    }
}
