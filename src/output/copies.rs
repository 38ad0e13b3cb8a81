//! The raw copies of the inputs: one of each, or one of all, or none.

use std::mem;

use headtail::Report;

use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::output::save::Save;
use crate::settings::Saving;

/// The copy that is being made, if there is one. A failure ends it, and is kept to be told.
#[derive(Debug)]
pub(crate) struct Copies<'a> {
    asked: Option<&'a Saving>,
    copy: Option<Save>,
    /// Why there is none though it was asked for.
    failure: Option<Failure>,
    /// Whether that is news.
    is_news: bool,
}

impl<'a> Copies<'a> {
    /// None yet.
    pub(crate) fn new(asked: Option<&'a Saving>) -> Self {
        Self { asked, copy: None, failure: None, is_news: false }
    }

    /// Opens the copy of all inputs, if that is asked for. `others` are files that must not be lost or mixed with it.
    pub(crate) fn open(&mut self, others: impl FnOnce() -> Vec<FileId>) {
        if let Some(Saving::To(target)) = self.asked {
            self.set(Save::open(target, &others()));
        }
    }

    /// Begins the copy of the next input.
    pub(crate) fn begin(&mut self) {
        if self.asked == Some(&Saving::New) {
            self.set(Save::create());
        }
    }

    /// Keeps `bytes`, the next of the input.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        let result = self.copy.as_mut().map_or(Ok(()), |copy| copy.put(bytes));
        self.check(result);
    }

    /// Makes sure of the copy before anybody is told of it.
    pub(crate) fn settle(&mut self) {
        let result = self.copy.as_mut().map_or(Ok(()), Save::settle);
        self.check(result);
    }

    /// Leaves the copy of the input that `report` speaks of to the user, if it has more than the output.
    pub(crate) fn end(&mut self, report: &Report) {
        if self.asked == Some(&Saving::New)
            && let Some(mut copy) = self.copy.take()
            && (report.omitted_bytes > 0 || report.clipped_lines > 0)
        {
            copy.keep();
            self.copy = Some(copy);
        }
    }

    /// Whether every byte of the input is needed.
    pub(crate) fn is_made(&self) -> bool {
        self.copy.is_some()
    }

    /// Path under which the input can be read.
    pub(crate) fn path(&self) -> Option<&[u8]> {
        self.copy.as_ref().and_then(Save::path)
    }

    /// The same, if that is a new file: nobody knows its name.
    pub(crate) fn new_path(&self) -> Option<&[u8]> {
        self.path().filter(|_| self.asked == Some(&Saving::New))
    }

    /// What went wrong since the last call.
    pub(crate) fn news(&mut self) -> Option<&Failure> {
        self.failure.as_ref().filter(|_| mem::take(&mut self.is_news))
    }

    /// Why there is no copy though one was asked for.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    fn set(&mut self, result: Result<Save, Failure>) {
        match result {
            Ok(copy) => (self.copy, self.failure) = (Some(copy), None),
            Err(failure) => self.check(Err(failure)),
        }
    }

    /// Gives the copy up if it failed: then the file does not have the whole input.
    fn check(&mut self, result: Result<(), Failure>) {
        if let Err(failure) = result {
            (self.copy, self.failure, self.is_news) = (None, Some(failure), true);
        }
    }
}
