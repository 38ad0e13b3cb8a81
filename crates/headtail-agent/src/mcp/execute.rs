//! What `execute` is asked for.

use std::time::Duration;

use headtail_agent::{Query, Start, Wait, check_pattern};

use super::arguments::{Arguments, Wrong};
use super::options::Settings;
use super::shell;

/// A process that prints nothing for this long has printed all that it will for now.
pub(super) const PAUSE: Duration = Duration::from_millis(250);
/// How long a command in the background may go on printing before the call is answered.
const BACKGROUND: Duration = Duration::from_secs(1);

pub(super) struct Execute {
    pub(super) start: Start,
    /// Text for the standard input, and whether the pipe stays open after it.
    pub(super) stdin: Option<(String, bool)>,
    pub(super) query: Query,
    pub(super) is_background: bool,
    /// Nobody waits: the query only takes what the process prints at first.
    pub(super) is_brief: bool,
}

impl Execute {
    pub(super) fn read(mut arguments: Arguments, settings: &Settings) -> Result<Self, Wrong> {
        let line = arguments.required_text("command")?;
        let timeout = settings.limit(arguments.time("timeout")?);
        let without_ampersand = shell::without_ampersand(&line);
        let start = Start::command_line(without_ampersand.unwrap_or(&line)).shell(settings.shell.iter());
        let mut start = shape(start, &mut arguments, settings)?;
        let is_background = arguments.flag("run_in_background")? || without_ampersand.is_some();
        if is_background {
            start = start.background();
        }
        let wait_for = arguments.text("wait_for")?;
        let text = arguments.text("stdin")?;
        let stays_open = arguments.flag("stdin_open")?;
        if text.is_some() || stays_open {
            start = start.stdin();
        }
        arguments.finish()?;

        let is_brief = is_background && wait_for.is_none();
        let query = Query::new().clean();
        let query = match wait_for {
            Some(pattern) => {
                check_pattern(&pattern).map_err(|reason| format!("`wait_for`: {reason}"))?;
                query.wait(Wait::Match(pattern)).timeout(timeout)
            }
            None if is_brief => query.wait(Wait::Idle(PAUSE)).timeout(BACKGROUND),
            None => query.wait(Wait::Exit).timeout(timeout),
        };
        let stdin = text.map(|text| (text, stays_open));
        Ok(Self { start, stdin, query, is_background, is_brief })
    }
}

/// The start with its directory, its environment, its limits and its names.
fn shape(start: Start, arguments: &mut Arguments, settings: &Settings) -> Result<Start, Wrong> {
    let directory = arguments.text("workdir")?.unwrap_or_default();
    // Without one it is that of the settings, and so is what a relative one begins at.
    let mut start = start.workdir(settings.directory.join(directory));
    for (name, value) in &settings.variables {
        start = start.variable(name, value.as_ref());
    }
    for (name, value) in arguments.variables("env")? {
        start = start.variable(name, value);
    }
    if let Some(limit) = arguments.time("max_runtime")?.filter(|limit| !limit.is_zero()) {
        start = start.timeout(limit);
    }
    if let Some(key) = arguments.text("key")? {
        start = start.key(key);
    }
    if let Some(text) = arguments.text("description")? {
        start = start.label("description", text);
    }
    Ok(start)
}
