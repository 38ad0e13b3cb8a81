//! The words that are not of this program: `headtail ps` and others are those of `headtail-agent`, so that a filter stays
//! a filter.

use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The program that has them.
pub(crate) const AGENT: &str = "headtail-agent";

/// Executes the agent where the first argument is one of its words. Returns only where it is not, with `None`, or where the
/// agent can't be executed, with the reason. A file of such a name is given as `./ps`.
pub(crate) fn hand_over(arguments: &[OsString]) -> Option<io::Error> {
    let word = arguments.get(1)?.to_str()?;
    if !matches!(word, "ps" | "serve" | "mcp") {
        return None;
    }
    // The one that was installed with this program, else any.
    let beside = env::current_exe().ok().map(|program| program.with_file_name(AGENT));
    let error = match beside.map(|agent| execute(Command::new(agent), arguments)) {
        Some(error) if error.kind() != io::ErrorKind::NotFound => error,
        _ => execute(Command::new(AGENT), arguments),
    };
    Some(match error.kind() {
        io::ErrorKind::NotFound => io::Error::other("neither beside this program nor on PATH"),
        _ => error,
    })
}

fn execute(mut agent: Command, arguments: &[OsString]) -> io::Error {
    agent.args(&arguments[1..]).exec()
}
