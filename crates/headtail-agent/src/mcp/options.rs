//! The command line of `headtail mcp`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use headtail_agent::Admit;
use headtail_process::NON_INTERACTIVE;

use crate::values::{Bounds, Variable, duration, variable};

const AFTER_HELP: &str = "\
DURATION is a number with a unit: 500ms, 10s, 2m, 1h30m, 1d; seconds without.

It runs what it is told to, as you: start it where your agent is confined, in its container or sandbox.

Exit status: 0 when the client closes standard input, 1 for errors, 2 for usage.";

/// Give an agent a shell tool by the Model Context Protocol, on standard input and output.
#[derive(Args, Debug)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct McpOptions {
    /// Run commands in DIR [default: the current directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Run command lines with these words, separated by spaces
    #[arg(long, value_name = "WORDS", default_value = "sh -c", value_parser = shell)]
    shell: Words,
    /// Set a variable of their environment, or take the caller's value, if there is one; may be repeated
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = variable())]
    env: Vec<Variable>,
    /// See only processes of this scope, and start others there [default: the directory]
    #[arg(long, value_name = "SCOPE", value_parser = NonEmptyStringValueParser::new())]
    scope: Option<String>,
    /// Answer each call within this time, whatever it waits for
    #[arg(long, value_name = "DURATION", default_value = "50s", value_parser = duration)]
    max_wait: Duration,
    /// End processes when their scope has had no client for this long
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    linger: Duration,
    #[command(flatten)]
    bounds: Bounds,
}

/// A shorter time could be over before the server holds what it has just started.
const LEAST_LINGER: Duration = Duration::from_secs(1);
/// The longest wait unless the options say otherwise: many clients give up after 60 s.
const MAX_WAIT: Duration = Duration::from_secs(50);

/// What clients over HTTP leave behind.
#[derive(Args, Debug)]
pub(crate) struct Leases {
    /// End processes started through /mcp when their scope has had no client for this long
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    linger: Duration,
    /// Treat a client of /mcp as gone when it has asked for nothing for this long
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = duration)]
    pub(super) session_timeout: Duration,
}

impl Leases {
    pub(super) fn linger(&self) -> Duration {
        self.linger.max(LEAST_LINGER)
    }
}

/// The words that a command line is the last argument of.
type Words = std::sync::Arc<[String]>;

/// What holds for every call.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Absolute.
    pub(super) directory: PathBuf,
    pub(super) shell: Words,
    /// What the environment of commands has besides that of the server.
    pub(super) variables: Vec<Variable>,
    pub(super) max_wait: Duration,
    pub(super) admit: Admit,
}

impl Settings {
    /// Those of clients over HTTP, whose commands run in `directory` unless they say otherwise.
    pub(super) fn over_http(directory: PathBuf, admit: Admit) -> Self {
        let shell = ["sh".to_owned(), "-c".to_owned()].into();
        Self { directory, shell, variables: presets().collect(), max_wait: MAX_WAIT, admit }
    }

    /// How long a call waits that asks for this.
    pub(super) fn limit(&self, asked: Option<Duration>) -> Duration {
        const TIMEOUT: Duration = Duration::from_secs(10);
        asked.unwrap_or(TIMEOUT).min(self.max_wait)
    }
}

impl McpOptions {
    /// The settings, the scope that they are for, and how long its processes run with no client there.
    ///
    /// # Errors
    ///
    /// There is no such directory.
    pub(super) fn resolve(self) -> std::io::Result<(Settings, String, Duration)> {
        let directory = self.dir.unwrap_or_else(|| ".".into()).canonicalize()?;
        let scope = self.scope.unwrap_or_else(|| directory.to_string_lossy().into_owned());
        let settings = Settings {
            directory,
            shell: self.shell,
            variables: presets().chain(self.env).collect(),
            max_wait: self.max_wait,
            admit: self.bounds.admit(),
        };
        Ok((settings, scope, self.linger.max(LEAST_LINGER)))
    }
}

/// The variables that keep commands from asking.
fn presets() -> impl Iterator<Item = Variable> {
    NON_INTERACTIVE.into_iter().map(|(name, value)| (name.into(), Some(value.into())))
}

fn shell(text: &str) -> Result<Words, &'static str> {
    let words: Words = text.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() { Err("no program") } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct TestLine {
        #[command(flatten)]
        options: McpOptions,
    }

    #[test]
    fn the_scope_is_the_directory_unless_it_is_given() {
        let resolve = |words: &[&str]| {
            TestLine::parse_from([&["mcp"], words].concat()).options.resolve().map(|(_, scope, _)| scope)
        };
        assert_eq!(resolve(&["--dir", "/usr/.."]).expect("a directory"), "/");
        assert_eq!(resolve(&["--scope", "mine"]).expect("a directory"), "mine");
        assert!(resolve(&["--dir", "/nowhere/at/all"]).is_err());
    }
}
