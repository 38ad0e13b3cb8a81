//! Why a request failed, and the response that says so.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use headtail_agent::{Error, Refusal};
use serde_json::json;

/// Why a request failed.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    message: String,
    /// The cause, where the message does not name it.
    detail: Option<String>,
}

/// Travels with the response where the server or a keeper failed, so that it is logged.
#[derive(Clone, Debug)]
pub(super) struct Cause(pub(super) String);

impl Problem {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), detail: None }
    }

    pub(super) fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The body is not JSON, or a field has another type.
    pub(super) fn not_json() -> Self {
        Self::bad("Request body must be valid JSON.")
    }

    pub(super) fn unknown_field(name: &str) -> Self {
        Self::bad(format!("Unknown field \"{name}\"."))
    }

    pub(super) fn no_process(id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("Process \"{id}\" not found."))
    }

    /// Why a start failed: among the reasons is a keeper that cannot run.
    pub(super) fn of_start(error: Error) -> Self {
        let reason = match &error {
            Error::Refused(_, Refusal::Failed(reason)) => reason.clone(),
            Error::Keeper(_) => error.to_string(),
            _ => return error.into(),
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Failed to start process.").with_detail(reason)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self { status: status(&error), message: error.to_string(), detail: error.detail() }
    }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::Invalid(_)
        | Error::Refused(_, Refusal::PastEnd { .. } | Refusal::Pattern(_) | Refusal::UnknownSignal(_)) => {
            StatusCode::BAD_REQUEST
        }
        Error::KeyTaken
        | Error::Refused(
            _,
            Refusal::NotRunning
            | Refusal::Running
            | Refusal::NoInput
            | Refusal::InputClosed
            | Refusal::InputOffset { .. },
        ) => StatusCode::CONFLICT,
        Error::Refused(_, Refusal::Start { .. }) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unresponsive(_) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = match &self.detail {
            Some(detail) => json!({ "message": self.message, "detail": detail }),
            None => json!({ "message": self.message }),
        };
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status.is_server_error() {
            response.extensions_mut().insert(Cause(self.message));
        }
        response
    }
}
