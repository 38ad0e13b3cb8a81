//! Values of options.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use headtail_agent::{Admit, Keep};
pub(crate) use headtail_process::parse_duration as duration;

/// As long as anybody waits.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// How many processes may run, and how many are remembered.
#[derive(clap::Args, Debug)]
pub(crate) struct Bounds {
    /// Refuse to start a process while N are running
    #[arg(long, value_name = "N", default_value_t = 64)]
    max_running: usize,
    /// Remember the last N that have ended, or those of the last DURATION [default: 200, 1d]
    #[arg(long, value_name = "N|DURATION", value_parser = keep)]
    keep: Option<Keep>,
}

impl Bounds {
    pub(crate) fn admit(&self) -> Admit {
        Admit { max_running: self.max_running, keep: self.keep.unwrap_or_default() }
    }
}

/// A number of processes, or how long each is remembered.
fn keep(text: &str) -> Result<Keep, &'static str> {
    if let Ok(count) = text.parse() {
        return Ok(Keep { count, ..Keep::default() });
    }
    let age = duration(text).map_err(|_| "neither a number nor a length of time such as 24h")?;
    Ok(Keep { age, count: usize::MAX })
}

/// A variable of an environment; without a value, it is removed.
pub(crate) type Variable = (OsString, Option<OsString>);

/// Parses `NAME=VALUE`, and `NAME` for the value that this process has, if it has one.
pub(crate) fn variable() -> impl TypedValueParser<Value = Variable> {
    OsStringValueParser::new().try_map(|text| {
        let mut parts = text.as_bytes().splitn(2, |&byte| byte == b'=');
        let part = |bytes| OsStr::from_bytes(bytes).to_owned();
        match (parts.next(), parts.next()) {
            (None | Some(b""), _) => Err("not NAME=VALUE"),
            (Some(name), Some(value)) => Ok((part(name), Some(part(value)))),
            (Some(name), None) => Ok((part(name), std::env::var_os(part(name)))),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_a_number_or_a_time() {
        assert_eq!(keep("7"), Ok(Keep { count: 7, ..Keep::default() }));
        assert_eq!(keep("2h").map(|keep| keep.age), Ok(Duration::from_secs(2 * 60 * 60)));
        assert!(keep("many").is_err());
    }
}
