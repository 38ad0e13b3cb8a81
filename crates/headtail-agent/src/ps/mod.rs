//! `headtail ps`: processes that outlive the terminal they were started in.

mod args;
pub(crate) mod duration;
mod list;
mod output;
mod stop;
mod table;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use headtail_agent::{Client, Error, Id, Refusal, Start};

pub(crate) use self::args::keep;
use self::args::{Arguments, Input, Ps, Signal, Starting, Verb, Word};

/// Why the program exits other than with 0.
pub(crate) enum Failure {
    /// A request failed.
    Request(Error),
    /// An input or an output failed: its name, and the reason.
    Stream(&'static str, io::Error),
    /// Something that was promised to be a status.
    Status(u8),
}

type Result = std::result::Result<(), Failure>;

/// As long as anybody waits.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// Runs the program with the arguments of this process.
pub(crate) fn main() -> ExitCode {
    let Arguments { word: Word::Ps(ps) } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return explain(&error),
    };
    match run(ps).and_then(|()| flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Status(status)) => ExitCode::from(status),
        // Whoever reads has seen enough.
        Err(Failure::Stream("stdout", error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

/// Prints what clap has to say instead of running: help, a version, or what is wrong with the arguments.
pub(crate) fn explain(error: &clap::Error) -> ExitCode {
    let is_misuse = error.use_stderr();
    let printed = error.print();
    ExitCode::from(if is_misuse { 2 } else { u8::from(printed.is_err()) })
}

fn run(ps: Ps) -> Result {
    let program = std::env::current_exe().map_err(|error| Failure::Request(Error::Keeper(error)))?;
    let mut client = Client::open(None, program)?;
    if let Some(scope) = ps.scope.clone() {
        client = client.scoped(scope);
    }
    let json = ps.json;
    match ps.verb {
        None => list::list(&client, ps.all, json),
        Some(Verb::Start(starting)) => start(&client, starting, json),
        Some(Verb::Output(reading)) => output::output(&client, &reading, json),
        Some(Verb::Input(input)) => send(&client, &input),
        Some(Verb::Signal(Signal { id, signal })) => {
            let id = client.resolve(&id)?;
            let process = client.signal(id, &signal)?;
            if json {
                print_json(&process)
            } else {
                print(&format!("Signal \"{signal}\" sent to process \"{id}\".\n"))
            }
        }
        Some(Verb::Stop(stopping)) => stop::stop(&client, &stopping),
        Some(Verb::Rm(removing)) => stop::remove(&client, &removing),
    }
}

fn start(client: &Client, starting: Starting, json: bool) -> Result {
    let admit = starting.admit();
    let started = client.start(&Start::from(starting), admit)?;
    if json {
        print_json(&serde_json::json!({
            "id": started.process.id,
            "started": started.is_new,
            "process": started.process,
        }))
    } else {
        print(&format!("{}\n", started.process.id))
    }
}

/// Sends the standard input, as it comes.
fn send(client: &Client, input: &Input) -> Result {
    let id = client.resolve(&input.id)?;
    let mut stdin = io::stdin().lock();
    let mut piece = vec![0; 64 << 10];
    loop {
        match stdin.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => {
                client.input(id, &piece[..count], false, None, FOR_EVER)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Stream("stdin", error)),
        }
    }
    if input.eof {
        client.input(id, &[], true, None, FOR_EVER)?;
    } else {
        // An empty input fails where any would.
        client.input(id, &[], false, None, FOR_EVER)?;
    }
    Ok(())
}

/// The processes that the arguments name.
fn resolve(client: &Client, prefixes: &[String]) -> std::result::Result<Vec<Id>, Failure> {
    Ok(prefixes.iter().map(|prefix| client.resolve(prefix)).collect::<std::result::Result<_, _>>()?)
}

fn print(text: &str) -> Result {
    write(text.as_bytes())
}

fn print_json(value: &impl serde::Serialize) -> Result {
    let mut line = serde_json::to_vec(value).map_err(|error| Failure::Stream("stdout", error.into()))?;
    line.push(b'\n');
    write(&line)
}

fn write(bytes: &[u8]) -> Result {
    io::stdout().write_all(bytes).map_err(|error| Failure::Stream("stdout", error))
}

fn flush() -> Result {
    io::stdout().flush().map_err(|error| Failure::Stream("stdout", error))
}

/// Says what went wrong, in one line.
pub(crate) fn complain(failure: &Failure) {
    let text = match failure {
        Failure::Request(Error::Refused(_, Refusal::Start { reason, .. })) => reason.clone(),
        Failure::Request(error) => match error.detail() {
            Some(detail) => format!("{error} ({detail})"),
            None => error.to_string(),
        },
        Failure::Stream(name, error) => format!("{name}: {error}"),
        Failure::Status(_) => return,
    };
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    // There is nowhere else to say it.
    let _ = writeln!(io::stderr(), "headtail: {line}");
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}

/// A variable as an option names it: with its value, or as this process has it.
pub(crate) fn variable(text: &std::ffi::OsStr) -> (OsString, Option<OsString>) {
    use std::os::unix::ffi::OsStrExt;
    let bytes = text.as_bytes();
    match bytes.iter().position(|&byte| byte == b'=') {
        Some(at) => {
            let part = |bytes: &[u8]| std::ffi::OsStr::from_bytes(bytes).to_owned();
            (part(&bytes[..at]), Some(part(&bytes[at + 1..])))
        }
        None => (text.to_owned(), std::env::var_os(text)),
    }
}
