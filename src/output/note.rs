//! What readers of a command's output should know beside it.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use headtail_process::{Ending, StartError, StartErrorKind, reason};

use crate::input::clock::Expiry;
use crate::input::end::InputEnd;
use crate::io::name::Name;
use crate::output::record::Record;
use crate::settings::{Input, Invocation, Settings};

/// The line for people: what is not the command's own doing, and a reader could take for it. A record has some of it in
/// fields of its own.
pub(crate) fn explanation(record: &Record<'_>, settings: &Settings) -> Option<String> {
    let Record { input, end, .. } = *record;
    let has_account = settings.form.has_account();
    let idle = settings.times.idle_timeout.unwrap_or_default();
    let (outcome, invocation) = match (end, input) {
        (InputEnd::Expired(_), _) if has_account => return None,
        (InputEnd::Expired(Expiry::Timeout), _) => {
            let limit = settings.times.timeout.unwrap_or_default();
            return Some(format!("{}: timed out after {limit:?}", Name::from(input)));
        }
        (InputEnd::Expired(Expiry::Idle), _) => {
            return Some(format!("{}: no input for {idle:?}", Name::from(input)));
        }
        (InputEnd::Command { is_idle: true, .. }, _) if !has_account => {
            return Some(format!("{}: printed nothing for {idle:?}", Name::from(input)));
        }
        (InputEnd::Command { outcome, .. }, Input::Command(invocation)) => (outcome, invocation),
        _ => return None,
    };
    let what = match &outcome.ending {
        Ending::NotStarted(error) => {
            let hint = hint(error, invocation).map(|hint| format!(" ({hint})")).unwrap_or_default();
            return Some(format!("{}: {}{hint}", Name::path(error.name()), reason(error.cause())));
        }
        Ending::Unknown(_) => outcome.error()?,
        _ if has_account => return None,
        _ if outcome.timed_out => format!("timed out after {:?}", invocation.timeout.unwrap_or_default()),
        _ if outcome.left_open && outcome.stopped_by.is_none() => {
            "a background process still holds its output open".into()
        }
        _ => return None,
    };
    Some(format!("{}: {what}", Name::from(invocation)))
}

/// What was meant by a command that was not found.
fn hint(error: &StartError, invocation: &Invocation) -> Option<&'static str> {
    const SHELL_WORDS: [&str; 8] = ["cd", "export", "source", "eval", "ulimit", "if", "for", "while"];
    let program = invocation.program.to_str().filter(|_| error.kind() == StartErrorKind::NotFound)?;
    let is_script = invocation.args.is_empty() && program.contains([' ', '|', '&', ';', '<', '>', '$']);
    if is_script || SHELL_WORDS.contains(&program) {
        Some("to have a shell run it, use --shell")
    } else if program.contains('=') {
        Some("to set a variable, use --env NAME=VALUE")
    } else {
        None
    }
}

/// The advice in a record: why a command's output is partial, and how to get all of it. `is_cut` if something of it was
/// omitted or clipped.
pub(crate) fn advice(input: &Input, end: &InputEnd, is_cut: bool) -> Option<String> {
    let (Input::Command(invocation), InputEnd::Command { outcome, .. }) = (input, end) else { return None };
    let advice = printed_file(invocation)
        .filter(|_| is_cut)
        .map(|file| format!("the output was cut: read {} directly instead of with cat", Name::path(file)));
    match (outcome.note(), advice) {
        (Some(partial), Some(advice)) => Some(format!("{partial}; {advice}")),
        (partial, advice) => partial.or(advice),
    }
}

/// The file that a command prints which is no more than `cat FILE`, or `sh -c 'cat FILE'`.
fn printed_file(invocation: &Invocation) -> Option<OsString> {
    let is_called = |name: &str| Path::new(&invocation.program).file_name() == Some(OsStr::new(name));
    if is_called("cat") {
        return operand(invocation.args.iter());
    }
    match &invocation.args[..] {
        [option, script] if option == "-c" && (is_called("sh") || is_called("bash")) => {
            let script = script.to_str().filter(|script| !script.contains(SYNTAX))?;
            let mut words = script.split_whitespace();
            (words.next() == Some("cat")).then(|| operand(words))?
        }
        _ => None,
    }
}

/// What makes more of a script than one command with plain words.
const SYNTAX: [char; 22] = [
    '|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '"', '\'', '\n', '*', '?', '[', '#', '~', '=', '{',
    '}', '!',
];

fn operand(mut words: impl Iterator<Item = impl AsRef<OsStr>>) -> Option<OsString> {
    let is_file = |word: &OsStr| !word.as_encoded_bytes().starts_with(b"-");
    words.find(|word| is_file(word.as_ref())).map(|word| word.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use headtail_process::Stdin;

    fn printed(words: &[&str]) -> Option<OsString> {
        printed_file(&Invocation {
            program: words[0].into(),
            args: words[1..].iter().map(Into::into).collect(),
            environment: Vec::new(),
            directory: None,
            stdin: Stdin::Null,
            timeout: None,
            kill_after: Duration::ZERO,
            drain: Duration::ZERO,
        })
    }

    #[test]
    fn a_command_that_only_prints_a_file_is_recognized() {
        let file = Some("a.log".into());
        assert_eq!(printed(&["cat", "a.log"]), file);
        assert_eq!(printed(&["/bin/cat", "-n", "a.log", "b"]), file);
        assert_eq!(printed(&["sh", "-c", " cat -n a.log "]), file);
        assert_eq!(printed(&["/bin/bash", "-c", "cat a.log"]), file);
    }

    #[test]
    fn a_command_that_does_more_is_left_alone() {
        for words in [
            &["cat"][..],
            &["cat", "-"],
            &["tac", "a.log"],
            &["sh", "cat", "a.log"],
            &["sh", "-c", "cat a.log | sort"],
            &["sh", "-c", "cat <a.log"],
            &["sh", "-c", "echo cat a.log"],
            &["sh", "-c", "cat \"$file\""],
            &["sh", "-c", ""],
        ] {
            assert_eq!(printed(words), None, "{words:?}");
        }
    }
}
