//! `POST /start`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use headtail_agent::Start;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Object;
use super::parameters::NoParameters;
use super::{Face, ScopedClient};
use crate::http::problem::Problem;

/// The share of head or tail where only the other is given.
const SHARE: usize = 16 << 10;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct StartBody {
    command: Option<String>,
    argv: Option<Vec<String>>,
    workdir: Option<String>,
    env: Option<BTreeMap<String, Option<String>>>,
    background: Option<bool>,
    stdin: Option<String>,
    scope: Option<String>,
    key: Option<String>,
    labels: Option<BTreeMap<String, String>>,
    timeout_ms: Option<u64>,
    kill_after_ms: Option<u64>,
    drain_ms: Option<u64>,
    head: Option<usize>,
    tail: Option<usize>,
    max_line: Option<usize>,
    ring: Option<usize>,
}

pub(super) async fn start(
    State(face): State<Arc<Face>>,
    caller: ScopedClient,
    _: NoParameters,
    Object(body): Object<StartBody>,
) -> Result<Json<Value>, Problem> {
    let start = body.into_start(&face.home, caller.scope)?;
    let started = caller.client.start(start, face.admit).await.map_err(Problem::of_start)?;
    let process = started.process;
    Ok(Json(json!({ "id": process.id, "started": started.is_new, "process": process })))
}

impl StartBody {
    fn into_start(self, home: &Path, scope: Option<String>) -> Result<Start, Problem> {
        let mut start = match (self.command, self.argv) {
            (Some(command), None) if !command.is_empty() => Start::command_line(command),
            (None, Some(words)) if !words.is_empty() => Start::argv(words),
            (Some(_), Some(_)) => return Err(Problem::bad("Give \"command\" or \"argv\", not both.")),
            _ => return Err(Problem::bad("Command is required.")),
        };
        start = start.workdir(self.workdir.map_or_else(|| home.into(), |directory| home.join(directory)));
        match self.stdin.as_deref() {
            None | Some("null") => {}
            Some("pipe") => start = start.stdin(),
            Some(_) => return Err(Problem::bad("\"stdin\" must be \"null\" or \"pipe\".")),
        }
        if self.background.unwrap_or(false) {
            start = start.background();
        }
        if let Some(scope) = self.scope.or(scope) {
            start = start.scope(scope);
        }
        if let Some(key) = self.key {
            start = start.key(key);
        }
        // 0 is no limit, as with the option of that name.
        if let Some(limit) = self.timeout_ms.filter(|&limit| limit > 0) {
            start = start.timeout(Duration::from_millis(limit));
        }
        if let Some(delay) = self.kill_after_ms {
            start = start.kill_after(Duration::from_millis(delay));
        }
        if let Some(limit) = self.drain_ms {
            start = start.drain(Duration::from_millis(limit));
        }
        if self.head.is_some() || self.tail.is_some() {
            start = start.shares(self.head.unwrap_or(SHARE), self.tail.unwrap_or(SHARE));
        }
        if let Some(bytes) = self.max_line {
            start = start.max_line(bytes);
        }
        if let Some(bytes) = self.ring {
            start = start.ring(bytes);
        }
        let variables = self.env.unwrap_or_default().into_iter();
        start = variables.fold(start, |start, (name, value)| start.variable(name, value));
        let labels = self.labels.unwrap_or_default().into_iter();
        Ok(labels.fold(start, |start, (name, value)| start.label(name, value)))
    }
}
