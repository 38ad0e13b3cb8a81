//! `headtail ps`: processes that outlive the terminal they were started in.

mod args;
mod list;
mod output;
mod stop;
mod table;

use std::io::{self, Read, Write};

use headtail_agent::{Client, Error, Start};

pub(crate) use self::args::PsOptions;
use self::args::{Signalling, Starting, Verb, Writing};
use crate::failure::Failure;
use crate::values::FOR_EVER;

type Result = std::result::Result<(), Failure>;

/// Carries out a command line.
pub(crate) fn run(options: PsOptions) -> Result {
    carry_out(options)?;
    flush()
}

fn carry_out(options: PsOptions) -> Result {
    let program = std::env::current_exe().map_err(|error| Failure::Request(Error::Keeper(error)))?;
    let mut client = Client::open(None, program)?;
    if let Some(scope) = options.scope {
        client = client.scoped(scope);
    }
    let json = options.json;
    match options.verb {
        None => list::list(&client, options.all, json),
        Some(Verb::Start(starting)) => start(&client, starting, json),
        Some(Verb::Output(reading)) => output::output(&client, &reading, json),
        Some(Verb::Input(input)) => send(&client, &input),
        Some(Verb::Signal(Signalling { id, signal })) => {
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
    let admit = starting.bounds.admit();
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
fn send(client: &Client, input: &Writing) -> Result {
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
