//! `headtail serve`: the processes of the runtime directory over HTTP.
//!
//! The server keeps no state but its connections: each request asks the directory and the keepers.

mod access;
mod options;
mod problem;
mod routes;

use std::future::pending;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use headtail_agent::{AsyncClient, Client, Error};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::access::{Gate, Service, Socket, Token, accept_local, accept_tcp, take_turn};
pub(crate) use self::options::ServeOptions;
use crate::failure::Failure;
use crate::{mcp, runtime};

/// How long requests may take to be answered once the server is told to end.
const FAREWELL: Duration = Duration::from_secs(1);

/// A listening TCP socket, and its rules.
struct Tcp {
    listener: TcpListener,
    gate: Gate,
}

/// Serves until a signal ends it.
pub(crate) fn run(options: &ServeOptions) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(|error| Failure::Request(Error::Keeper(error)))?;
    let client = Client::open(None, program)?;
    let directory = client.directory();
    let path = options.socket.clone().unwrap_or_else(|| directory.join("api.sock"));
    let turn = take_turn(directory).map_err(cannot_use(directory))?;
    let socket = Socket::bind(&path).map_err(cannot_use(&path))?;
    let tcp = listen(options, directory)?;
    drop(turn);
    let closing = CancellationToken::new();
    let router = router(&AsyncClient::new(client), options, &closing);
    let connections = TaskTracker::new();
    let service = Service { router, verbose: options.verbose, connections, closing };
    let runtime = runtime::new().map_err(|error| Failure::Stream("serve", error))?;
    let served = runtime.block_on(serve(service, &socket, tcp));
    // A start in progress needs no server any more: its keeper is on its own, or does not exist yet.
    runtime.shutdown_background();
    served.map_err(|error| Failure::Stream("serve", error))
}

/// All that can be asked for. Whatever is added here is behind the rules of [`access`].
fn router(client: &AsyncClient, options: &ServeOptions, closing: &CancellationToken) -> axum::Router {
    let home = std::env::home_dir().filter(|home| home.is_absolute()).unwrap_or_else(|| PathBuf::from("/"));
    let admit = options.bounds.admit();
    let face = routes::Face { client: client.clone(), admit, home: home.clone(), closing: closing.clone() };
    routes::router(face).merge(mcp::router(client.clone(), &options.leases, admit, home, closing.clone()))
}

/// Listens on the address that the options name.
fn listen(options: &ServeOptions, directory: &Path) -> Result<Option<Tcp>, Failure> {
    let Some(address) = options.listen else { return Ok(None) };
    let path = options.token_file.clone().unwrap_or_else(|| directory.join("token"));
    let token = Token::open(&path).map_err(cannot_use(&path))?;
    let bound = TcpListener::bind(address).and_then(|listener| Ok((listener.local_addr()?.port(), listener)));
    let (port, listener) = bound.map_err(|error| Failure::Named(address.to_string(), error))?;
    complain(&format!("the token is in {}", path.display()));
    Ok(Some(Tcp { listener, gate: Gate::new(token, port) }))
}

fn cannot_use(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    move |error| Failure::Named(path.display().to_string(), error)
}

/// Serves both sockets until a signal ends it.
async fn serve(service: Service, socket: &Socket, tcp: Option<Tcp>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = socket.listener.try_clone()?;
    listener.set_nonblocking(true)?;
    let local = accept_local(tokio::net::UnixListener::from_std(listener)?, service.clone());
    announce(&format!("unix:{}", socket.path().display()));
    let Service { connections, closing, .. } = service.clone();
    let remote = async {
        let Some(Tcp { listener, gate }) = tcp else { return pending::<io::Result<()>>().await };
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        announce(&format!("http://{}", listener.local_addr()?));
        accept_tcp(listener, service, Arc::new(gate)).await;
        Ok(())
    };
    tokio::select! {
        () = local => {}
        result = remote => result?,
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    // Nobody is accepted any more, and connections end with the request that they are in.
    closing.cancel();
    connections.close();
    let _ = tokio::time::timeout(FAREWELL, connections.wait()).await;
    Ok(())
}

/// Prints where the server listens. The descriptor may be closed: the addresses are known without it.
fn announce(address: &str) {
    let mut stdout = io::stdout();
    let _ = writeln!(stdout, "listening on {address}").and_then(|()| stdout.flush());
}

/// Prints one line on stderr.
fn complain(text: &str) {
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let _ = writeln!(io::stderr(), "headtail: {line}");
}
