//! What a model sees of a process.

use headtail_agent::{Answer, Id, Process, Reason, State, StoppedBy, Truncated};
use serde::Serialize;
use serde_json::Value;

use super::shell;

/// The result of `execute`, `process_output` and `process_input`. It is read by a model, so what matters most comes
/// first, and what says nothing is left out.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    success: bool,
    exit_code: Option<u8>,
    signal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_by: Option<StoppedBy>,
    timed_out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    output: String,
    truncated: Option<Truncated>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wall_duration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    background_process_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason>,
}

impl Told {
    /// What a read has answered, with a remark of whoever asked.
    pub(super) fn read(answer: Answer, remark: Option<String>) -> Self {
        let keeper_note = answer.process.note.as_deref().map(sentence);
        let notes = [remark, state_note(&answer), keeper_note, output_note(&answer)];
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        let next = answer.next();
        let process = answer.process;
        Self {
            success: process.state == State::Exited(0) && process.stopped_by.is_none(),
            exit_code: process.exit_code(),
            signal: process.signal(),
            stopped_by: process.stopped_by,
            timed_out: answer.reason == Reason::Timeout,
            error: None,
            note: (!notes.is_empty()).then(|| notes.join(" ")),
            output: match String::from_utf8(answer.output) {
                Ok(text) => text,
                Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
            },
            truncated: answer.truncated,
            wall_duration_ms: process
                .wall_duration
                .map(|time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            background_process_id: process.is_running().then_some(process.id),
            process_id: Some(process.id),
            next_offset: Some(next),
            reason: Some(answer.reason),
        }
    }

    /// The same, where nobody asked to wait.
    pub(super) fn not_waited(self) -> Self {
        let reason = match self.reason {
            Some(Reason::Timeout | Reason::Idle) => Some(Reason::None),
            reason => reason,
        };
        Self { timed_out: false, reason, ..self }
    }

    /// A command that could not be started.
    pub(super) fn not_started(reason: String) -> Self {
        Self {
            success: false,
            exit_code: None,
            signal: None,
            stopped_by: None,
            timed_out: false,
            error: Some(reason),
            note: None,
            output: String::new(),
            truncated: None,
            wall_duration_ms: None,
            background_process_id: None,
            process_id: None,
            next_offset: None,
            reason: None,
        }
    }
}

/// What the state of the process means for a reader, where that is not plain.
fn state_note(answer: &Answer) -> Option<String> {
    let process = &answer.process;
    match (process.state, process.stopped_by) {
        (State::Running, _) => Some(format!(
            "The command still runs, so its exit code is not known. To wait for it, call process_output with \
             process_id \"{}\" and after {}.",
            process.id,
            answer.next()
        )),
        (_, Some(StoppedBy::Timeout)) => Some("It was ended because it ran longer than max_runtime.".into()),
        (_, Some(StoppedBy::Lease)) => Some("It was ended because its client had gone.".into()),
        _ => None,
    }
}

/// A note as the sentence that others can follow.
fn sentence(note: &str) -> String {
    let mut chars = note.chars();
    chars.next().map(|first| format!("{}{}.", first.to_uppercase(), chars.as_str())).unwrap_or_default()
}

/// What a reader could miss in the output.
fn output_note(answer: &Answer) -> Option<String> {
    if answer.truncated.as_ref().is_some_and(|truncated| truncated.omitted_bytes > 0) {
        if let Some(found) = &answer.found {
            return Some(format!("The line that matches: {}", found.line));
        }
        if let Some(file) = shell::printed_file(&answer.process.command) {
            return Some(format!("The output was cut: read {file} in parts instead of with cat."));
        }
    }
    str::from_utf8(&answer.output).is_err().then(|| "Bytes that are not UTF-8 are shown as U+FFFD.".into())
}

/// Characters of a text that lists and messages have room for: a script or a description can be of any length.
const ROOM: usize = 300;

/// A text, as much of it as there is room for.
pub(super) fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(ROOM) {
        text.truncate(end);
        text.push_str("...");
    }
}

/// A process as lists show it: without what a model has no use for.
pub(super) fn process(process: &Process) -> Value {
    let mut value = serde_json::to_value(process).unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        for name in ["argv", "scope", "started_at_unix", "exited_at_unix"] {
            fields.remove(name);
        }
        fields.retain(|_, value| value.as_object().is_none_or(|labels| !labels.is_empty()));
        for field in fields.values_mut() {
            match field {
                Value::String(text) => shorten(text),
                Value::Object(labels) => {
                    labels.values_mut().for_each(|label| {
                        if let Value::String(text) = label {
                            shorten(text);
                        }
                    });
                }
                _ => {}
            }
        }
    }
    value
}
