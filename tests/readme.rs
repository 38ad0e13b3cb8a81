//! Every command of the README is run, and its output compared with what stands there.
//!
//! A fenced `console` block is a session: a line that begins with `$ ` is a command for `sh`, the lines up to
//! the next one are all that it prints on both streams. Blocks of other kinds are not run here: `sh` blocks install
//! or wait for signals, `rust` blocks are compiled with the documentation.

use std::env;
use std::path::Path;
use std::process::Command;

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

#[test]
fn every_session_of_the_readme_runs_as_it_says() {
    let program = Path::new(env!("CARGO_BIN_EXE_headtail"));
    let path = env::join_paths(
        program
            .parent()
            .into_iter()
            .map(Path::to_owned)
            .chain(env::split_paths(&env::var_os("PATH").unwrap())),
    );
    let path = path.expect("no colon in a path");
    let sessions = sessions(include_str!("../README.md"));
    assert!(!sessions.is_empty());
    for steps in sessions {
        let directory = tempfile::tempdir().expect("a temporary directory");
        for Step { line, command, output } in steps {
            let script = format!("exec 2>&1; {command}");
            let result = Command::new("sh")
                .args(["-c", &script])
                .env("PATH", &path)
                .current_dir(&directory)
                .output()
                .expect("a shell");
            let printed = String::from_utf8_lossy(&result.stdout);
            let ending = if printed.is_empty() || printed.ends_with('\n') { "" } else { "\n" };
            assert_eq!(format!("{printed}{ending}"), output, "README.md:{line}: {command}");
        }
    }
}
