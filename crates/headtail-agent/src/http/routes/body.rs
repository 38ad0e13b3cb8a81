//! The JSON object of a request.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::Face;
use crate::http::problem::Problem;

/// A body that is a JSON object with the fields of `T`, and no others.
pub(super) struct Object<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Face>> for Object<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, face: &Arc<Face>) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, face).await.map_err(|_| Problem::not_json())?;
        parse(&bytes).map(Self)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would also accept a list of the values in the order of the fields.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::not_json());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        let unknown = text.strip_prefix("unknown field `").and_then(|rest| rest.split_once("`, expected"));
        // Other texts repeat the value, which can be a secret.
        let place = || format!("at line {}, column {}", error.line(), error.column());
        unknown.map_or_else(
            || Problem::not_json().with_detail(place()),
            |(name, _)| Problem::unknown_field(name),
        )
    })
}
