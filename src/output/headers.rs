//! The `==> NAME <==` lines between the results of several inputs.

use std::mem;

use crate::io::name::Name;

/// When a result is preceded by the name of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Headers {
    /// Where there are several inputs.
    Several,
    Always,
    Never,
}

/// Makes the headers of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Titles {
    has_titles: bool,
    is_first: bool,
}

impl Titles {
    /// For a run over `inputs` inputs.
    pub(crate) fn new(headers: Headers, inputs: usize) -> Self {
        let has_titles = match headers {
            Headers::Several => inputs > 1,
            Headers::Always => true,
            Headers::Never => false,
        };
        Self { has_titles, is_first: true }
    }

    /// What precedes the next result, that for `name`: as with `head`, a blank line separates it from the last.
    pub(crate) fn next(&mut self, name: &Name) -> Vec<u8> {
        if !self.has_titles {
            return Vec::new();
        }
        let separator: &[u8] = if mem::take(&mut self.is_first) { b"" } else { b"\n" };
        [separator, b"==> ", name.as_bytes(), b" <==\n"].concat()
    }
}
