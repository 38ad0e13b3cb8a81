//! The query string of a request.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::http::problem::Problem;

/// Refuses all parameters, for a route that has none.
pub(super) struct NoParameters;

impl<S: Sync> FromRequestParts<S> for NoParameters {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Parameters::parse(parts.uri.query())?.finish().map(|()| Self)
    }
}

/// The parameters that no route has taken yet.
#[derive(Debug)]
pub(super) struct Parameters {
    values: BTreeMap<String, String>,
}

impl Parameters {
    /// Reads a query string. A parameter that stands there twice is refused.
    pub(super) fn parse(query: Option<&str>) -> Result<Self, Problem> {
        let mut values = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if values.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(Problem::bad(format!("\"{name}\" was given twice.")));
            }
        }
        Ok(Self { values })
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.values.remove(name)
    }

    pub(super) fn number<N: FromStr>(&mut self, name: &str) -> Result<Option<N>, Problem> {
        let parse = |text: String| {
            // A sign is not part of a number here.
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_plain)
        };
        self.text(name).map_or(Ok(None), |text| match parse(text) {
            Some(number) => Ok(Some(number)),
            None => Err(Problem::bad(format!("\"{name}\" must be a number."))),
        })
    }

    /// Whether something is asked for; not unless given.
    pub(super) fn flag(&mut self, name: &str) -> Result<bool, Problem> {
        match self.text(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::bad(format!("\"{name}\" must be true or false."))),
        }
    }

    /// Refuses the rest, so that a misspelt parameter is not ignored.
    pub(super) fn finish(self) -> Result<(), Problem> {
        match self.values.into_keys().next() {
            Some(name) => Err(Problem::unknown_field(&name)),
            None => Ok(()),
        }
    }
}
