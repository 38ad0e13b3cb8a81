//! The results on their way out.

use crate::program::destination::Destination;
use crate::program::ended::Ended;
use crate::program::failure::Failure;
use crate::program::file_id::FileId;
use crate::program::headers::Titles;
use crate::program::json::{Fields, Record};
use crate::program::settings::{Form, Input, Settings};

/// Where results go, and in which form.
#[derive(Debug)]
pub(crate) struct Output {
    destination: Destination,
    form: Form,
    titles: Titles,
}

impl Output {
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        Ok(Self {
            destination: Destination::open(&settings.output, &settings.inputs)?,
            form: settings.form,
            titles: Titles::new(settings.headers, settings.inputs.len()),
        })
    }

    /// The regular file that it is.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.destination.file()
    }

    /// Writes the result of `input`.
    pub(crate) fn put(&mut self, input: &Input, record: &Record<'_>) {
        self.destination.input_was_read();
        match self.form {
            Form::Text if matches!(record.ended, Ended::Unopened(_)) => {}
            Form::Text => {
                self.destination.put(&self.titles.next(&input.name()));
                self.destination.put_snapshot(record.snapshot.clone());
            }
            Form::Json => record.put_to(&mut self.destination, Fields::All),
        }
    }

    /// Ends the output; success is claimed only here.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.destination.finish()
    }
}
