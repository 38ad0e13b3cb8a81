//! `ps output`: what a process has printed.

use std::time::Duration;

use headtail_agent::{Client, Error, Id, Process, Query, Reason, State, Wait};

use super::args::{Reading, WaitFor};
use super::{Result, flush, print, print_json, write};
use crate::failure::{self, Failure};
use crate::values::FOR_EVER;

/// The status where a wait runs out, as of `timeout`.
const TIMED_OUT: u8 = 124;
/// The status for a status that is not known.
const UNKNOWN: u8 = 125;
/// Most bytes at once of an output that is followed.
const PIECE: usize = 64 << 10;
/// How long a keeper is trusted to be there without a word.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Prints output, after what the arguments say to wait for.
pub(super) fn output(client: &Client, reading: &Reading, json: bool) -> Result {
    let wait = wait(reading)?;
    let id = client.resolve(&reading.id)?;
    if reading.follow {
        let process = follow(client, id, reading.after)?;
        flush()?;
        report_lost(&process);
        return match reading.wait {
            Some(WaitFor::Exit) => status_of(&process),
            _ if process.state == State::Lost => Err(Failure::Status(1)),
            _ => Ok(()),
        };
    }
    let query = Query::new()
        .after(reading.after)
        .max_bytes(reading.max_bytes)
        .timeout(reading.timeout.unwrap_or(FOR_EVER))
        .wait(wait.clone());
    let answer = client.output(id, &if reading.clean { query.clean() } else { query })?;
    if json {
        print_json(&answer.as_json())?;
    } else {
        write(&answer.output)?;
        report_lost(&answer.process);
    }
    flush()?;
    match (wait, answer.reason) {
        (_, Reason::Timeout) => Err(Failure::Status(TIMED_OUT)),
        (Wait::Exit, _) => status_of(&answer.process),
        (Wait::Output | Wait::Match(_), Reason::Exit) => Err(Failure::Status(1)),
        _ => Ok(()),
    }
}

fn wait(reading: &Reading) -> std::result::Result<Wait, Failure> {
    if reading.follow && reading.wait.is_some_and(|wait| wait != WaitFor::Exit) {
        return Err(Failure::Usage("--follow goes with --wait exit alone"));
    }
    Ok(match (reading.wait, &reading.pattern) {
        (Some(WaitFor::Match) | None, Some(pattern)) => Wait::Match(pattern.clone()),
        (Some(_), Some(_)) => return Err(Failure::Usage("--match goes with --wait match alone")),
        (Some(WaitFor::Exit), None) => Wait::Exit,
        (Some(WaitFor::Output), None) => Wait::Output,
        (Some(WaitFor::Idle), None) => Wait::Idle(reading.idle),
        // The parser requires a pattern for a match.
        (Some(WaitFor::Match) | None, None) => Wait::None,
    })
}

/// Says that output is gone: without a word, a reader would take what was printed for all of it.
fn report_lost(process: &Process) {
    if let (State::Lost, Some(note)) = (process.state, &process.note) {
        failure::report(&format!("Process \"{}\" is lost: {note}", process.id));
    }
}

/// Exits as the process did.
fn status_of(process: &Process) -> Result {
    match process.exit_code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::Status(code)),
        None => Err(Failure::Status(UNKNOWN)),
    }
}

/// Prints output as it comes, until the process has ended. What is no longer held is said to be missing.
fn follow(client: &Client, id: Id, after: u64) -> std::result::Result<Process, Failure> {
    let mut after = after;
    loop {
        let chunk = match client.chunk(id, after, PIECE, PATIENCE) {
            Ok(chunk) => chunk,
            // Nothing was printed, or its keeper is suspended.
            Err(Error::Unresponsive(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        if chunk.start > after {
            print(&format!("\n\n... [omitted {} bytes] ...\n\n", chunk.start - after))?;
        }
        write(&chunk.bytes)?;
        flush()?;
        after = chunk.next();
        if chunk.is_last {
            return Ok(chunk.process);
        }
    }
}
