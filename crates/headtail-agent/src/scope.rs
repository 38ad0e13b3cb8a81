//! The scope that a request over HTTP names.

use std::string::FromUtf8Error;

use axum::http::HeaderMap;

/// The scope in the headers of a request, if there is one that is not empty.
pub(crate) fn named(headers: &HeaderMap) -> Result<Option<String>, FromUtf8Error> {
    let value = ["headtail-scope", "coder-chat-id"].iter().find_map(|name| headers.get(*name));
    let scope = value.map(|value| String::from_utf8(value.as_bytes().to_vec())).transpose()?;
    Ok(scope.filter(|scope| !scope.is_empty()))
}
