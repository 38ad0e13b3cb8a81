//! `GET /list`.

use axum::Json;
use axum::extract::RawQuery;
use headtail_agent::{Filter, Id, Process};
use serde::Serialize;

use super::ScopedClient;
use super::parameters::Parameters;
use crate::http::complain;
use crate::http::problem::Problem;

/// Processes in a list, unless the request says how many.
const PAGE: usize = 50;

#[derive(Serialize)]
pub(super) struct Page {
    processes: Vec<Process>,
    total: usize,
    running: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Id>,
}

pub(super) async fn list(caller: ScopedClient, RawQuery(query): RawQuery) -> Result<Json<Page>, Problem> {
    let mut parameters = Parameters::parse(query.as_deref())?;
    let scope = parameters.text("scope");
    let state = parameters.text("state");
    let limit = parameters.number("limit")?.unwrap_or(PAGE);
    let before = parameters.text("before");
    parameters.finish()?;
    if scope.as_deref() == Some("") {
        return Err(Problem::bad("\"scope\" must not be empty."));
    }
    if state.as_deref().is_some_and(|name| !["running", "exited", "signaled", "lost"].contains(&name)) {
        return Err(Problem::bad("\"state\" must be running, exited, signaled or lost."));
    }
    let before = before.map(|id| id.parse()).transpose();
    let before = before.map_err(|_| Problem::bad("\"before\" must be the id of a process."))?;
    let filter = Filter { state, limit: Some(limit), before };
    let list = caller.within(scope).client.list(filter).await?;
    // The others are listed all the same.
    list.unreadable.iter().for_each(|reason| complain(reason));
    Ok(Json(Page { processes: list.processes, total: list.total, running: list.running, next: list.next }))
}
