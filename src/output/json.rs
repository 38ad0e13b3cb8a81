//! The result as a JSON object: one line, whatever the input.

use std::borrow::Cow;
use std::ops::Not;
use std::path::Path;

use headtail::Report;
use headtail_process::Outcome;
use humantime::format_rfc3339_millis;
use serde::Serialize;

use crate::input::end::InputEnd;
use crate::output::record::Record;
use crate::settings::Input;

/// How much of a [`Record`] is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    All,
    /// All but the output itself.
    Account,
}

/// The keys in the order of the line.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Cow<'a, str>>,
    truncated: Option<&'a Report>,
    original_bytes: u64,
    ended_by: Cow<'static, str>,
    #[serde(flatten)]
    window: Option<WindowFields>,
    #[serde(flatten)]
    command: Option<&'a Outcome>,
    /// That of a command is among its fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Not::not")]
    lossy: bool,
}

#[derive(Serialize)]
struct WindowFields {
    window: u64,
    since: String,
    until: String,
}

/// The line for `record`.
pub(crate) fn line(record: &Record<'_>, fields: Fields) -> Vec<u8> {
    let report = record.snapshot.report();
    let output = record.snapshot.to_vec();
    let output = String::from_utf8_lossy(&output);
    let file = match record.input {
        Input::File(path) => Some(path.to_string_lossy()),
        Input::Stdin | Input::Command(_) => None,
    };
    let saved = record.saved.map(Path::to_string_lossy);
    // What is not borrowed was not UTF-8.
    let is_lossy = [Some(&output), file.as_ref(), saved.as_ref()]
        .into_iter()
        .flatten()
        .any(|text| matches!(text, Cow::Owned(_)))
        || record.end.error().is_some_and(|error| error.contains(char::REPLACEMENT_CHARACTER));
    let command = match record.end {
        InputEnd::Command { outcome, .. } => Some(outcome),
        _ => None,
    };
    let object = Object {
        output: (fields == Fields::All).then_some(output),
        truncated: report.is_truncated().then_some(report),
        original_bytes: report.original_bytes,
        ended_by: record.end.ended_by(),
        window: record.window.map(|window| WindowFields {
            window: window.number,
            since: format_rfc3339_millis(window.since).to_string(),
            until: format_rfc3339_millis(window.until).to_string(),
        }),
        command,
        error: record.error().filter(|_| command.is_none_or(|outcome| outcome.error().is_none())),
        note: record.note.as_deref(),
        file,
        saved,
        lossy: is_lossy,
    };
    // It only fails for keys that are not text and for writers that fail.
    let mut line = serde_json::to_vec(&object).unwrap_or_default();
    line.push(b'\n');
    line
}
