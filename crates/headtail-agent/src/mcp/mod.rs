//! `headtail mcp`, and `/mcp` of `headtail serve`: a shell tool for agents, by the Model Context Protocol.

mod answer;
mod arguments;
mod call;
mod call_error;
mod caller;
mod execute;
mod http;
mod options;
mod processes;
mod server;
mod sessions;
mod shell;
mod stdio;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use headtail_agent::{AsyncClient, Client, Error};
use rmcp::ServiceExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use self::caller::Caller;
pub(crate) use self::http::router;
use self::options::Settings;
pub(crate) use self::options::{Leases, McpOptions};
use self::processes::Processes;
use self::server::Server;
use self::stdio::Stdio;
use crate::failure::Failure;
use crate::runtime;

/// How long calls may take to be answered once the input has ended.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a client on standard input and output.
pub(crate) fn run(options: McpOptions) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::Request(Error::Keeper(error)))?;
    let (settings, scope, linger) = options.resolve().map_err(|error| Failure::Stream("--dir", error))?;
    let client = AsyncClient::new(Client::open(None, program)?.scoped(scope));
    let runtime = runtime::new().map_err(|error| Failure::Stream("mcp", error))?;
    let result = runtime
        .block_on(serve(settings, Processes::new(client, Some(linger))))
        .map_err(|error| Failure::Stream("mcp", error));
    // Whatever a thread still waits for, nobody wants to know.
    runtime.shutdown_background();
    result
}

/// Serves until the input ends or a signal comes. Processes go on: the next server of their scope has them again.
async fn serve(settings: Settings, processes: Processes) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let closing = CancellationToken::new();
    let processes = Arc::new(processes);
    let caller = Caller::Known(Arc::clone(&processes));
    let server = Server { settings: Arc::new(settings), caller, closing: closing.clone() };
    tokio::spawn(async move { processes.take_over().await });
    let session = async {
        // An error means that the client has gone, or could not agree on a version and was told so.
        if let Ok(running) = server.serve(Stdio::open(closing.clone())).await {
            let _ = running.waiting().await;
        }
    };
    let farewell = async {
        closing.cancelled().await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        () = session => {}
        () = farewell => {}
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}
