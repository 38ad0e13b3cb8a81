//! Results as text: what precedes each.

use std::fmt::Display;

use crate::io::name::Name;
use crate::settings::Headers;

/// The `==> NAME <==` lines of a run.
#[derive(Debug)]
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

    /// What precedes the result for `name`, should it be the next.
    pub(crate) fn title(&self, name: &Name) -> String {
        if self.has_titles { title(name, self.is_first) } else { String::new() }
    }

    /// As [`title`](Self::title), for the one that is the next.
    pub(crate) fn next(&mut self, name: &Name) -> String {
        let title = self.title(name);
        self.is_first = false;
        title
    }
}

/// A line that says whose text follows. As with `head`, a blank line separates it from the text before it.
pub(crate) fn title(name: &impl Display, is_first: bool) -> String {
    format!("{}==> {name} <==\n", if is_first { "" } else { "\n" })
}
