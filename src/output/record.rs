//! A result as data, whatever form it is printed in.

use headtail::Snapshot;

use crate::input::end::InputEnd;
use crate::output::raw_copy::CopyFate;

/// The result of an input and its account.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// The output and its numbers.
    pub(crate) snapshot: Snapshot<&'a [u8]>,
    pub(crate) end: &'a InputEnd,
    /// Path of the input as it was given; only files have one.
    pub(crate) file: Option<&'a [u8]>,
    /// What became of the copy of the input.
    pub(crate) copy: &'a CopyFate<'a>,
    /// Advice to whoever reads the output.
    pub(crate) note: Option<String>,
}

impl Record<'_> {
    /// What went wrong with the input, otherwise with its copy.
    pub(crate) fn error(&self) -> Option<String> {
        self.end.error().or_else(|| self.copy.failure().map(ToString::to_string))
    }
}
