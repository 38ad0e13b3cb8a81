//! `/mcp` of `headtail serve`: the protocol as streamable HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use headtail_agent::{Admit, AsyncClient};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use super::caller::{Caller, Scopes, Session};
use super::options::{Leases, Settings};
use super::server::Server;
use super::sessions::Sessions;

/// The route `/mcp`. Commands run in `directory` unless a call names another. Waits are over when `closing` is cancelled,
/// and what they wait for goes on.
pub(crate) fn router(
    client: AsyncClient,
    leases: &Leases,
    admit: Admit,
    directory: PathBuf,
    closing: CancellationToken,
) -> Router {
    let settings = Arc::new(Settings::over_http(directory, admit));
    let scopes = Arc::new(Scopes::new(client, leases.linger(), leases.session_timeout));
    let sessions = Arc::new(Sessions::new(leases.session_timeout));
    // Who may connect was decided before. The token of the configuration is not `closing`: it would cancel calls, and
    // that ends their commands.
    let config = StreamableHttpServerConfig::default().disable_allowed_hosts().with_json_response(true);
    let known = Arc::clone(&sessions);
    let server = move || {
        let caller = Caller::Named(Session::new(Arc::clone(&known), Arc::clone(&scopes)));
        Ok(Server { settings: Arc::clone(&settings), caller, closing: closing.clone() })
    };
    Router::new().route_service("/mcp", StreamableHttpService::new(server, sessions, config))
}
