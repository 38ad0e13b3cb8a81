//! Names as people see them.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write};

use crate::settings::{Input, Invocation, Target};

/// What an input or output is called: a path, or a standard stream in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(Cow<'static, [u8]>);

impl Name {
    pub(crate) fn stdout() -> Self {
        Self::words("standard output")
    }

    pub(crate) fn path(path: impl Into<OsString>) -> Self {
        Self::bytes(path.into().into_encoded_bytes())
    }

    /// Text from outside, whatever it is.
    pub(crate) fn bytes(bytes: Vec<u8>) -> Self {
        Self(Cow::Owned(bytes))
    }

    fn words(words: &'static str) -> Self {
        Self(Cow::Borrowed(words.as_bytes()))
    }
}

impl From<&Input> for Name {
    fn from(input: &Input) -> Self {
        match input {
            Input::Stdin => Self::words("standard input"),
            Input::File(path) => Self::path(path),
            Input::Command(invocation) => invocation.into(),
        }
    }
}

/// The words of the command.
impl From<&Invocation> for Name {
    fn from(invocation: &Invocation) -> Self {
        let words = [&invocation.program].into_iter().chain(&invocation.args);
        Self::path(words.map(OsString::as_os_str).collect::<Vec<_>>().join(OsStr::new(" ")))
    }
}

impl From<&Target> for Name {
    fn from(target: &Target) -> Self {
        match target {
            Target::Stdout => Self::stdout(),
            Target::File(path) => Self::path(path),
        }
    }
}

/// One line of printable text, whatever the name: control characters and bytes that are not UTF-8 are escaped.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("''");
        }
        for chunk in self.0.utf8_chunks() {
            for char in chunk.valid().chars() {
                if char.is_control() { write!(f, "{}", char.escape_default())? } else { f.write_char(char)? }
            }
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_on_one_line_whatever_it_holds() {
        let names: [(&[u8], &str); 6] = [
            (b"app.log", "app.log"),
            ("d\u{e9}j\u{e0} vu".as_bytes(), "d\u{e9}j\u{e0} vu"),
            (b"two\nlines\t\x1b[31m", r"two\nlines\t\u{1b}[31m"),
            (b"\xc2\x85", r"\u{85}"),
            (b"caf\xe9 au lait\xff", r"caf\xe9 au lait\xff"),
            (b"", "''"),
        ];
        for (name, shown) in names {
            assert_eq!(Name::bytes(name.to_vec()).to_string(), shown);
        }
    }
}
