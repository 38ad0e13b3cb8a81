//! A result as data, whatever form it is printed in.

use std::path::Path;

use headtail::Snapshot;

use crate::input::end::InputEnd;
use crate::input::windows::Window;
use crate::io::failure::Failure;
use crate::settings::Input;

/// The result of an input and its account.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// The output and its numbers.
    pub(crate) snapshot: Snapshot<&'a [u8]>,
    pub(crate) input: &'a Input,
    pub(crate) end: &'a InputEnd,
    /// The window that it is the result for.
    pub(crate) window: Option<Window>,
    /// Path under which the whole input can be read.
    pub(crate) saved: Option<&'a Path>,
    /// Why the copy that was asked for does not exist.
    pub(crate) copy_failure: Option<&'a Failure>,
    /// Advice to whoever reads the output.
    pub(crate) note: Option<String>,
}

impl<'a> Record<'a> {
    /// The result of `input`, without a window, a copy or advice.
    pub(crate) fn new(snapshot: Snapshot<&'a [u8]>, input: &'a Input, end: &'a InputEnd) -> Self {
        Self { snapshot, input, end, window: None, saved: None, copy_failure: None, note: None }
    }

    /// What went wrong with the input, otherwise with its copy.
    pub(crate) fn error(&self) -> Option<String> {
        self.end.error().or_else(|| self.copy_failure.map(ToString::to_string))
    }
}
