//! Every session of the pages is run, and its output compared with what stands there.
//!
//! A fenced `console` block is a session: a line that begins with `$ ` is a command for `sh`, the lines up to
//! the next one are all that it prints on both streams. Blocks of other kinds are not run here: `sh` blocks install
//! or wait for signals, `rust` blocks are compiled with the documentation.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use crate::pages::page;
use crate::support::{PROGRAM, Place};

/// The pages with sessions, from the root of the repository.
const PAGES: [&str; 3] = ["README.md", "docs/reference.md", "docs/alternatives.md"];

/// A command of a session, where it stands, and the output beside it.
struct Step {
    line: usize,
    command: String,
    output: String,
}

/// The steps of each `console` block of `text`.
fn sessions(text: &str) -> Vec<Vec<Step>> {
    let mut sessions = Vec::new();
    let mut is_session = false;
    for (index, line) in text.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```") {
            is_session = kind == "console";
            if is_session {
                sessions.push(Vec::new());
            }
        } else if is_session {
            let steps = sessions.last_mut().expect("a session was begun");
            if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { line: index + 1, command: command.to_owned(), output: String::new() });
            } else {
                let step: &mut Step = steps.last_mut().expect("a session begins with a command");
                step.output.push_str(line);
                step.output.push('\n');
            }
        }
    }
    sessions
}

/// Runs `steps` one after another in a directory of their own and compares what they print with `page`, where `/tmp/`
/// stands for that directory: what is there already is not the page's.
fn run(page: &str, steps: Vec<Step>, path: &OsStr) {
    let place = Place::new();
    for Step { line, command, output } in steps {
        let directory = format!("{}/", place.path("").canonicalize().expect("a directory").display());
        let script = format!("exec 2>&1; {command}").replace("/tmp/", &directory);
        let result = place.sh(&script).env("PATH", path).output().expect("a shell");
        let printed = String::from_utf8_lossy(&result.stdout).replace(&directory, "/tmp/");
        let ending = if printed.is_empty() || printed.ends_with('\n') { "" } else { "\n" };
        assert_eq!(format!("{printed}{ending}"), output, "{page}:{line}: {command}");
    }
}

#[test]
fn every_session_of_the_pages_runs_as_it_says() {
    let directory = Path::new(PROGRAM).parent().expect("the program is in a directory").to_owned();
    let rest = env::var_os("PATH").unwrap_or_default();
    // Where a directory may not be searched, a command that is nowhere is refused, not missing.
    let rest = env::split_paths(&rest).filter(|directory| directory.read_dir().is_ok());
    let path = env::join_paths([directory].into_iter().chain(rest));
    let path = path.expect("no colon in a path");
    for name in PAGES {
        let sessions = sessions(&page(name));
        assert!(!sessions.is_empty(), "{name} has no session");
        for steps in sessions {
            run(name, steps, &path);
        }
    }
}
