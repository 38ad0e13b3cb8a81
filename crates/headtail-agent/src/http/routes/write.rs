//! `POST /{id}/input` and `POST /{id}/signal`.

use std::time::Duration;

use axum::Json;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use headtail_process::Signal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::Object;
use super::parameters::NoParameters;
use super::{Named, ScopedClient};
use crate::http::problem::Problem;

/// How long a process may take to read its input.
const INPUT_PATIENCE: Duration = Duration::from_secs(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InputBody {
    text: Option<String>,
    base64: Option<String>,
    eof: Option<bool>,
    offset: Option<u64>,
}

pub(super) async fn input(
    caller: ScopedClient,
    Named(id): Named,
    _: NoParameters,
    Object(input): Object<InputBody>,
) -> Result<Json<Value>, Problem> {
    let bytes = match (input.text, input.base64) {
        (Some(text), None) => text.into_bytes(),
        (None, Some(code)) => {
            STANDARD.decode(code).map_err(|_| Problem::bad("\"base64\" must be valid Base64."))?
        }
        (None, None) => Vec::new(),
        (Some(_), Some(_)) => return Err(Problem::bad("Give \"text\" or \"base64\", not both.")),
    };
    let eof = input.eof.unwrap_or(false);
    let (accepted, total) = caller.client.input(id, &bytes, eof, input.offset, INPUT_PATIENCE).await?;
    Ok(Json(json!({ "accepted": accepted, "total": total })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignalBody {
    signal: Option<Name>,
}

/// A signal's name or number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Name {
    Text(String),
    Number(i64),
}

pub(super) async fn signal(
    caller: ScopedClient,
    Named(id): Named,
    _: NoParameters,
    Object(body): Object<SignalBody>,
) -> Result<Json<Value>, Problem> {
    let name = match body.signal {
        Some(Name::Text(name)) if !name.is_empty() => name,
        Some(Name::Number(number)) => number.to_string(),
        _ => return Err(Problem::bad("Signal is required.")),
    };
    // An unknown name is refused whether or not the process has ended.
    if !["terminate", "kill"].contains(&name.as_str()) && Signal::from_name(&name).is_none() {
        return Err(Problem::bad(format!(
            "Unsupported signal \"{name}\". Use \"kill\", \"terminate\" or a signal's name."
        )));
    }
    let process = caller.client.signal(id, &name).await?;
    let message = format!("Signal \"{name}\" sent to process \"{id}\".");
    Ok(Json(json!({ "message": message, "process": process })))
}
