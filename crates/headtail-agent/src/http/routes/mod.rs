//! The routes: each validates what it is given, asks, and answers.

mod body;
mod list;
mod output;
mod parameters;
mod start;
mod stream;
mod write;

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use headtail_agent::{Admit, AsyncClient, Filter, Id, Process};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use self::parameters::NoParameters;
use super::problem::Problem;
use crate::scope;

/// What the routes need.
pub(super) struct Face {
    pub(super) client: AsyncClient,
    pub(super) admit: Admit,
    /// Where commands are started unless the request names a directory.
    pub(super) home: PathBuf,
    /// Cancelled when the server ends: nobody waits any longer.
    pub(super) closing: CancellationToken,
}

const OPENAPI: &str = include_str!("openapi.json");

pub(super) fn router(face: Face) -> Router {
    let processes = Router::new()
        .route("/start", post(start::start))
        .route("/list", get(list::list))
        .route("/{id}", get(show).delete(remove))
        .route("/{id}/output", get(output::output))
        .route("/{id}/stream", get(stream::stream))
        .route("/{id}/input", post(write::input))
        .route("/{id}/signal", post(write::signal));
    Router::new()
        .nest("/api/v0/processes", processes)
        .route("/api/v0/health", get(health))
        .route("/api/v0/openapi.json", get(openapi))
        .fallback(async || Problem::new(StatusCode::NOT_FOUND, "There is no such route."))
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "The method is not allowed for this route.")
        })
        .with_state(Arc::new(face))
}

/// Who asks: a caller with a scope sees only the processes of that scope.
struct ScopedClient {
    client: AsyncClient,
    scope: Option<String>,
}

impl FromRequestParts<Arc<Face>> for ScopedClient {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, face: &Arc<Face>) -> Result<Self, Problem> {
        let scope = scope::named(&parts.headers).map_err(|_| Problem::bad("The scope is not UTF-8."))?;
        Ok(Self { client: face.client.clone(), scope: None }.within(scope))
    }
}

impl ScopedClient {
    /// This caller with another scope, where there is one.
    fn within(self, scope: Option<String>) -> Self {
        match scope {
            Some(scope) => Self { client: self.client.scoped(&scope), scope: Some(scope) },
            None => self,
        }
    }
}

/// The process that a path names.
struct Named(Id);

impl FromRequestParts<Arc<Face>> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, face: &Arc<Face>) -> Result<Self, Problem> {
        match Path::<String>::from_request_parts(parts, face).await {
            Ok(Path(id)) => id.parse().map(Self).map_err(|_| Problem::no_process(&id)),
            // It is not UTF-8, and named as it was sent.
            Err(_) => Err(Problem::no_process(parts.uri.path().split('/').nth(1).unwrap_or_default())),
        }
    }
}

async fn show(caller: ScopedClient, Named(id): Named, _: NoParameters) -> Result<Json<Process>, Problem> {
    Ok(Json(caller.client.get(id).await?))
}

async fn remove(caller: ScopedClient, Named(id): Named, _: NoParameters) -> Result<StatusCode, Problem> {
    caller.client.remove(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn health(State(face): State<Arc<Face>>, _: NoParameters) -> Result<Json<Value>, Problem> {
    let list = face.client.list(Filter { limit: Some(0), ..Filter::default() }).await?;
    let version = env!("CARGO_PKG_VERSION");
    Ok(Json(json!({ "version": version, "running": list.running, "total": list.total })))
}

async fn openapi(_: NoParameters) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI)
}
