//! Connections: who is accepted, and how a request becomes a response.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::process::geteuid;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::Semaphore;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::body::receive;
use super::gate::Gate;
use crate::http::complain;
use crate::http::problem::{Cause, Problem};

/// How long a head may take to arrive, and a connection may stay without a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest head, and most bytes that are read or written at once.
const BUFFER: usize = 64 << 10;
/// Most connections over TCP that are served, and most others that are told that there are too many.
const CONNECTIONS: usize = 64;
/// How long nobody is accepted after the system has refused it, as it does without descriptors. Each time is a line of
/// the log.
const PAUSE: Duration = Duration::from_secs(1);

/// What all connections share.
#[derive(Clone)]
pub(in crate::http) struct Service {
    pub(in crate::http) router: Router,
    /// Each request is logged.
    pub(in crate::http) verbose: bool,
    pub(in crate::http) connections: TaskTracker,
    /// Cancelled when the server ends: connections are closed as soon as no request is in progress.
    pub(in crate::http) closing: CancellationToken,
}

/// What a connection's requests must fulfil.
#[derive(Clone)]
enum Rule {
    /// Nothing: the user was checked at the connection.
    Local,
    /// The rules for TCP.
    Gate(Arc<Gate>),
    /// There are too many connections: none is answered.
    Full,
}

/// Accepts clients of this user, and root.
pub(in crate::http) async fn accept_local(listener: UnixListener, service: Service) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => match stream.peer_cred() {
                Ok(peer) if peer.uid() == 0 || peer.uid() == geteuid().as_raw() => {
                    service.connections.spawn(serve(stream, service.clone(), Rule::Local));
                }
                Ok(peer) => complain(&format!("a client of user {} was refused", peer.uid())),
                Err(error) => complain(&format!("a client of an unknown user was refused: {error}")),
            },
            Err(error) => pause(&error).await,
        }
    }
}

/// Accepts clients over TCP, at most [`CONNECTIONS`] at once.
pub(in crate::http) async fn accept_tcp(listener: TcpListener, service: Service, gate: Arc<Gate>) {
    let served = Arc::new(Semaphore::new(CONNECTIONS));
    let refused = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                pause(&error).await;
                continue;
            }
        };
        // A reply of several pieces would wait for an acknowledgement between them.
        let _ = stream.set_nodelay(true);
        let (rule, permit) = if let Ok(permit) = served.clone().try_acquire_owned() {
            (Rule::Gate(gate.clone()), permit)
        } else if let Ok(permit) = refused.clone().try_acquire_owned() {
            (Rule::Full, permit)
        } else {
            continue;
        };
        let service = service.clone();
        service.connections.clone().spawn(async move {
            serve(stream, service, rule).await;
            drop(permit);
        });
    }
}

/// Waits where the next attempt would fail as well.
async fn pause(error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted) {
        complain(&format!("cannot accept a client: {error}"));
        sleep(PAUSE).await;
    }
}

/// Serves a connection until either side closes it. When the client goes, its requests are dropped.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: S, service: Service, rule: Rule) {
    let closing = service.closing.clone();
    let answer = service_fn(move |request| {
        let (service, rule) = (service.clone(), rule.clone());
        async move { Ok::<_, Infallible>(respond(request, service, rule).await) }
    });
    // An error is a client that left, was late or does not speak HTTP: nobody else needs to know.
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), answer);
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = &mut connection => return,
        () = closing.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn respond(request: Request<Incoming>, service: Service, rule: Rule) -> Response {
    let begun = Instant::now();
    // Without the query, whose values are the client's own.
    let name = format!("{} {}", request.method(), request.uri().path());
    let response = match admit(&rule, request).await {
        Ok(request) => match service.router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        Err(problem) => {
            // Whoever breaks the rules does not keep a connection, and what is left of a body is not read.
            let mut response = problem.into_response();
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            response
        }
    };
    let status = response.status().as_u16();
    if let Some(Cause(cause)) = response.extensions().get() {
        complain(&format!("{name}: {status}: {cause}"));
    } else if service.verbose {
        complain(&format!("{name}: {status} in {} ms", begun.elapsed().as_millis()));
    }
    response
}

/// The request as a route may see it: checked, with its whole body.
async fn admit(rule: &Rule, request: Request<Incoming>) -> Result<Request<Body>, Problem> {
    match rule {
        Rule::Local => {}
        Rule::Gate(gate) => gate.check(&request)?,
        Rule::Full => {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too many connections."));
        }
    }
    Ok(receive(request).await?.map(Body::from))
}
