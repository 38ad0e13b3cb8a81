//! The rules for requests over TCP, where any program of this machine, and any page in a browser, can connect.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};

use super::token::Token;
use crate::http::problem::Problem;

/// The rules for requests over TCP.
pub(in crate::http) struct Gate {
    token: Token,
    port: u16,
}

impl Gate {
    /// The rules for a server that listens on `port`.
    pub(in crate::http) fn new(token: Token, port: u16) -> Self {
        Self { token, port }
    }

    /// Refuses a request that may come from a page in a browser, that was sent to another name which was made to lead
    /// here, or that lacks the token.
    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Problem> {
        let headers = request.headers();
        if !self.is_addressed(request) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "The Host header does not name this server."));
        }
        if headers.contains_key(header::ORIGIN) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "Requests of web pages are refused."));
        }
        if !self.has_token(headers) {
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "A valid token is required."));
        }
        if request.method() == Method::POST && !is_json(headers) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Content-Type must be application/json.",
            ));
        }
        Ok(())
    }

    /// Whether the client meant this server.
    fn is_addressed<B>(&self, request: &Request<B>) -> bool {
        let Some(host) = only(request.headers(), header::HOST) else { return false };
        let Ok(host) = Authority::try_from(host) else { return false };
        // A request to a proxy names the server in its first line too.
        [Some(&host), request.uri().authority()].into_iter().flatten().all(|host| self.is_own(host))
    }

    fn is_own(&self, authority: &Authority) -> bool {
        const HTTP: u16 = 80;
        let name = authority.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        let is_loopback =
            name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
        // The text is compared, not the number, which has other spellings: browsers send none of them.
        let is_port = match authority.port() {
            Some(port) => port.as_str() == self.port.to_string(),
            None => self.port == HTTP,
        };
        is_loopback && is_port && !authority.as_str().contains('@')
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        const SCHEME: &[u8] = b"Bearer ";
        only(headers, header::AUTHORIZATION)
            .and_then(|value| value.split_at_checked(SCHEME.len()))
            .is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case(SCHEME) && self.token.is(token))
    }
}

/// The value of a header that stands there once.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&[u8]> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value.as_bytes()),
        _ => None,
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}
