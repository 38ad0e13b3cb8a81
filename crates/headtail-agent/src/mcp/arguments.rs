//! The arguments of a call, and what a model should do about those that are wrong.

use std::time::Duration;

use rmcp::model::JsonObject;
use serde_json::Value;

use crate::values::duration;

/// The arguments that have not been looked at yet. `null` is the same as leaving an argument out: many models fill in
/// what they do not use.
pub(super) struct Arguments {
    values: JsonObject,
    /// Names that were asked for, for the message about others.
    known: Vec<&'static str>,
}

/// What is wrong with the arguments, for a model to read.
pub(super) type Wrong = String;

impl Arguments {
    pub(super) fn new(mut values: JsonObject) -> Self {
        values.retain(|_, value| !value.is_null());
        Self { values, known: Vec::new() }
    }

    /// The argument `name`, as `read` understands it.
    fn take<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, Wrong> {
        self.known.push(name);
        let Some(value) = self.values.remove(name) else { return Ok(None) };
        let wrong = || format!("`{name}` must be {expected}, not {}.", brief(&value));
        read(&value).map(Some).ok_or_else(wrong)
    }

    pub(super) fn text(&mut self, name: &'static str) -> Result<Option<String>, Wrong> {
        self.take(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn required_text(&mut self, name: &'static str) -> Result<String, Wrong> {
        self.text(name)?.ok_or_else(|| format!("`{name}` is required."))
    }

    /// A flag that is off unless it is given.
    pub(super) fn flag(&mut self, name: &'static str) -> Result<bool, Wrong> {
        Ok(self.optional_flag(name)?.unwrap_or_default())
    }

    pub(super) fn optional_flag(&mut self, name: &'static str) -> Result<Option<bool>, Wrong> {
        self.take(name, "true or false", Value::as_bool)
    }

    pub(super) fn number(&mut self, name: &'static str) -> Result<Option<u64>, Wrong> {
        self.take(name, "a whole number that is not negative", |value| {
            // Some clients send all numbers as 1.0, which JSON Schema counts among the integers too.
            value
                .as_u64()
                .or_else(|| value.as_f64().filter(|number| number.fract() == 0.0)?.to_string().parse().ok())
        })
    }

    pub(super) fn time(&mut self, name: &'static str) -> Result<Option<Duration>, Wrong> {
        self.take(name, "a string with a unit, such as \"10s\", \"500ms\" or \"2m\"", |value| {
            // Without a unit, a model could mean seconds or milliseconds.
            value
                .as_str()
                .filter(|text| !text.ends_with(|char: char| char.is_ascii_digit()))
                .and_then(|text| duration(text).ok())
        })
    }

    /// Variables of an environment: each with its value, or `None` where it is to be removed.
    pub(super) fn variables(&mut self, name: &'static str) -> Result<Vec<(String, Option<String>)>, Wrong> {
        let variables = self.take(name, "an object of strings, or null to unset a variable", |value| {
            let variable = |(name, value): (&String, &Value)| match value {
                Value::Null => Some((name.clone(), None)),
                value => Some((name.clone(), Some(value.as_str()?.to_owned()))),
            };
            value.as_object()?.iter().map(variable).collect()
        })?;
        Ok(variables.unwrap_or_default())
    }

    /// Fails where there are arguments that nobody asked for: what they were meant to do would not be done.
    pub(super) fn finish(self) -> Result<(), Wrong> {
        match self.values.keys().next() {
            Some(name) => Err(format!("There is no argument `{name}`. Use: {}.", self.known.join(", "))),
            None => Ok(()),
        }
    }
}

/// A value, as much of it as a message has room for.
fn brief(value: &Value) -> String {
    const MOST: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arguments(value: &Value) -> Arguments {
        Arguments::new(value.as_object().expect("an object").clone())
    }

    #[test]
    fn a_whole_number_may_be_written_as_a_fraction() {
        for (value, expected) in [(json!(7), 7), (json!(7.0), 7), (json!(0.0), 0), (json!(2e3), 2000)] {
            assert_eq!(arguments(&json!({"after": value})).number("after"), Ok(Some(expected)), "{value}");
        }
    }

    #[test]
    fn a_wrong_argument_is_named_with_what_it_must_be() {
        assert_eq!(arguments(&json!({})).required_text("command"), Err("`command` is required.".into()));
        assert_eq!(
            arguments(&json!({"command": ["ls"]})).text("command"),
            Err("`command` must be a string, not [\"ls\"].".into())
        );
        let expected = "`timeout` must be a string with a unit, such as \"10s\", \"500ms\" or \"2m\", not ";
        for (value, shown) in [(json!(10), "10."), (json!("10"), "\"10\"."), (json!("soon"), "\"soon\".")] {
            assert_eq!(
                arguments(&json!({"timeout": value})).time("timeout"),
                Err(format!("{expected}{shown}"))
            );
        }
        for value in [json!(-1), json!(1.5), json!(-1.0), json!(1e30), json!("1")] {
            assert!(arguments(&json!({"after": value})).number("after").is_err(), "{value}");
        }
        assert!(arguments(&json!({"env": {"A": 1}})).variables("env").is_err());
    }

    #[test]
    fn null_is_the_same_as_no_argument() {
        let mut given = arguments(&json!({"wait_for": null, "env": null, "eof": null}));
        assert_eq!(given.text("wait_for"), Ok(None));
        assert_eq!(given.variables("env"), Ok(vec![]));
        assert_eq!(given.flag("eof"), Ok(false));
        assert_eq!(given.finish(), Ok(()));
    }

    #[test]
    fn an_unknown_argument_is_refused_with_those_that_are_known() {
        let mut given = arguments(&json!({"command": "ls", "cwd": "/"}));
        given.text("command").expect("a string");
        given.text("workdir").expect("none");
        assert_eq!(given.finish(), Err("There is no argument `cwd`. Use: command, workdir.".into()));
    }

    #[test]
    fn variables_are_set_or_removed() {
        let mut given = arguments(&json!({"env": {"A": "1", "B": null}}));
        let expected = vec![("A".to_owned(), Some("1".to_owned())), ("B".to_owned(), None)];
        assert_eq!(given.variables("env"), Ok(expected));
    }
}
