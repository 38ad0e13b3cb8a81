//! `GET /{id}/output`.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use headtail_agent::{Query, Wait};

use super::parameters::Parameters;
use super::{Face, Named, ScopedClient};
use crate::http::problem::Problem;

/// The longest that a request waits for output.
const LONGEST_WAIT: u64 = 300_000;

pub(super) async fn output(
    State(face): State<Arc<Face>>,
    caller: ScopedClient,
    Named(id): Named,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = parse(Parameters::parse(query.as_deref())?)?;
    let answer = tokio::select! {
        answer = caller.client.output(id, &query) => answer?,
        () = face.closing.cancelled() => {
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "The server is ending."));
        }
    };
    Ok(Json(answer.as_json()).into_response())
}

fn parse(mut parameters: Parameters) -> Result<Query, Problem> {
    let mut query = Query::new();
    if let Some(offset) = parameters.number("after")? {
        query = query.after(offset);
    }
    if let Some(bytes) = parameters.number("max_bytes")? {
        let (least, most) = Query::MAX_BYTES;
        if !(least..=most).contains(&bytes) {
            return Err(Problem::bad(format!("\"max_bytes\" must be between {least} and {most}.")));
        }
        query = query.max_bytes(bytes);
    }
    let timeout = parameters.number("timeout_ms")?.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    query = query.timeout(Duration::from_millis(timeout));
    if parameters.flag("clean")? {
        query = query.clean();
    }
    let idle = Duration::from_millis(parameters.number("idle_ms")?.unwrap_or(1000));
    let wait = parse_wait(parameters.text("wait").as_deref(), parameters.text("match"), idle)?;
    parameters.finish()?;
    Ok(query.wait(wait))
}

fn parse_wait(word: Option<&str>, pattern: Option<String>, idle: Duration) -> Result<Wait, Problem> {
    match (word, pattern) {
        (None | Some("match"), Some(pattern)) => Ok(Wait::Match(pattern)),
        (Some("match"), None) => Err(Problem::bad("\"wait=match\" needs \"match\".")),
        (Some(_), Some(_)) => Err(Problem::bad("\"match\" goes with \"wait=match\" alone.")),
        (None | Some("none" | "false"), None) => Ok(Wait::None),
        (Some("exit" | "true"), None) => Ok(Wait::Exit),
        (Some("output"), None) => Ok(Wait::Output),
        (Some("idle"), None) => Ok(Wait::Idle(idle)),
        (Some(_), None) => {
            Err(Problem::bad("\"wait\" must be exit, output, match, idle, none, true or false."))
        }
    }
}
