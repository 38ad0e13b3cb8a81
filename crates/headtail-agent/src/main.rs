//! The program `headtail-agent`: keepers, and the command lines that `headtail` hands over.
#![deny(unsafe_code)]

mod failure;
mod http;
mod keep;
mod mcp;
#[cfg(test)]
mod pages;
mod ps;
mod runtime;
mod scope;
mod sys;
mod values;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Processes that outlive their caller, whose output never grows too long to read.
#[derive(Debug, Parser)]
#[command(name = "headtail", bin_name = "headtail", version, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    word: Word,
}

#[derive(Debug, Subcommand)]
enum Word {
    Ps(ps::PsOptions),
    Serve(http::ServeOptions),
    Mcp(mcp::McpOptions),
}

fn main() -> ExitCode {
    // No word for people: the program executes itself.
    if std::env::args_os().nth(1).is_some_and(|word| word == "keep") {
        return keep::main();
    }
    let result = match CommandLine::try_parse() {
        Ok(CommandLine { word: Word::Ps(options) }) => ps::run(options),
        Ok(CommandLine { word: Word::Serve(options) }) => http::run(&options),
        Ok(CommandLine { word: Word::Mcp(options) }) => mcp::run(options),
        Err(error) => return explain(&error),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints what clap has to say instead of running: help, a version, or what is wrong with the arguments.
fn explain(error: &clap::Error) -> ExitCode {
    let is_misuse = error.use_stderr();
    let printed = error.print();
    ExitCode::from(if is_misuse { 2 } else { u8::from(printed.is_err()) })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_of_the_options_is_sound() {
        CommandLine::command().debug_assert();
    }
}
