//! The results on their way out.

pub(crate) mod console;
pub(crate) mod copies;
pub(crate) mod destination;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod live;
pub(crate) mod lossy;
pub(crate) mod save;
pub(crate) mod spool;

use std::time::Duration;

use headtail::HeadTail;

use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::output::console::Console;
use crate::output::destination::Destination;
use crate::output::headers::Titles;
use crate::output::json::{Fields, Record};
use crate::output::live::Live;
use crate::settings::{Form, Input, Settings, View};

/// Where results go, and in which form.
#[derive(Debug)]
pub(crate) struct Output {
    destination: Destination,
    form: Form,
    titles: Titles,
    /// Whether results are shown while they are made.
    is_live: bool,
    /// The view of the current one.
    live: Option<Live>,
}

impl Output {
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        let destination = Destination::open(&settings.output, &settings.inputs)?;
        let may_be_live = settings.form == Form::Text && destination.file().is_none();
        let is_live = may_be_live && (settings.view == View::Live || destination.is_terminal());
        let titles = Titles::new(settings.headers, settings.inputs.len());
        Ok(Self { destination, form: settings.form, titles, is_live, live: None })
    }

    /// The regular file that it is.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.destination.file()
    }

    /// Begins the result of `input`, if it is to be seen while it is made.
    pub(crate) fn begin(&mut self, input: &Input, console: &Console) {
        if self.is_live {
            self.destination.put(&self.titles.next(&input.name()));
            self.live = Some(Live::new(self.destination.is_terminal() && console.is_terminal()));
        }
    }

    /// Shows what became certain of the result.
    pub(crate) fn update(&mut self, kept: &HeadTail, console: &mut Console) {
        if let Some(live) = &mut self.live {
            live.update(kept, &mut self.destination, console);
        }
    }

    /// Whether the next bytes may be shown before there is a result.
    pub(crate) fn is_watched(&self) -> bool {
        self.live.as_ref().is_some_and(Live::is_watched)
    }

    /// How long what is shown may stay as it is though nothing is read.
    pub(crate) fn refresh(&self) -> Option<Duration> {
        self.live.as_ref().and_then(Live::refresh)
    }

    /// Writes the result of `input`, or what is missing of it.
    pub(crate) fn put(&mut self, input: &Input, record: &Record<'_>, console: &mut Console) {
        self.destination.input_was_read();
        match self.form {
            Form::Text if !record.ended.was_opened() => {}
            Form::Text => {
                let snapshot = record.snapshot.clone();
                if let Some(live) = self.live.take() {
                    live.finish(snapshot, &mut self.destination, console);
                } else {
                    self.destination.put(&self.titles.next(&input.name()));
                    self.destination.put_snapshot(snapshot);
                }
            }
            Form::Json => record.put_to(&mut self.destination, Fields::All),
        }
    }

    /// Ends the output; success is claimed only here.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.destination.finish()
    }
}
