//! Results on their way out: a [`Record`] in one of several forms, and where it goes.

pub(crate) mod console;
pub(crate) mod destination;
pub(crate) mod heartbeat;
pub(crate) mod json;
pub(crate) mod live;
pub(crate) mod note;
pub(crate) mod raw_copy;
pub(crate) mod record;
pub(crate) mod results;
pub(crate) mod status;

use std::fmt::Display;
use std::time::Duration;

use headtail::HeadTail;

use crate::input::windows::Window;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::open::Outputs;
use crate::io::until_deadline::Attend;
use crate::output::console::Console;
use crate::output::destination::Destination;
use crate::output::json::Fields;
use crate::output::live::Live;
use crate::output::record::Record;
use crate::settings::{Form, Headers, Input, Settings};

/// Where results go, and in which form.
#[derive(Debug)]
pub(crate) struct Output {
    destination: Destination,
    form: Form,
    /// Whether a line that names the input precedes each result.
    has_titles: bool,
    is_first: bool,
    /// Whether results are shown while they are made.
    is_live: bool,
    /// The view of the current one.
    live: Option<Live>,
}

impl Output {
    pub(crate) fn open(settings: &Settings, outputs: &mut Outputs<'_>) -> Result<Self, Failure> {
        let destination = Destination::open(&settings.output, outputs)?;
        let may_be_live = settings.form == Form::Text
            && !settings.only_failures
            && settings.times.every.is_none()
            && !destination.is_file();
        let is_live = may_be_live && (settings.is_live || destination.is_terminal);
        let has_titles = match settings.headers {
            Headers::Several => settings.inputs.len() > 1 || settings.times.every.is_some(),
            Headers::Always => true,
            Headers::Never => false,
        };
        Ok(Self { destination, form: settings.form, has_titles, is_first: true, is_live, live: None })
    }

    /// What precedes the result for `input`, should it be the next, or for a window of it.
    fn title(&self, input: &Input, window: Option<&Window>) -> String {
        match window {
            _ if !self.has_titles => String::new(),
            Some(window) => title(&humantime::format_rfc3339_seconds(window.until), self.is_first),
            None => title(&Name::from(input), self.is_first),
        }
    }

    /// Begins the result of `input`, if it is to be seen while it is made.
    pub(crate) fn begin(&mut self, input: &Input, console: &mut Console) {
        if self.is_live {
            self.live = Live::new(self.title(input, None), &self.destination, console);
        }
    }

    /// Shows what became certain of the result, whose marker names `path`; no status line is drawn while a command has the
    /// terminal: `is_held`.
    pub(crate) fn update(&mut self, kept: &HeadTail, path: &[u8], is_held: bool, console: &mut Console) {
        if let Some(live) = &mut self.live {
            live.update(kept, path, is_held, &mut self.destination, console);
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

    /// Whether people see it as it is: paths in it are escaped then.
    pub(crate) fn is_terminal(&self) -> bool {
        self.form == Form::Text && self.destination.is_terminal
    }

    /// Writes a result, or what is missing of it.
    pub(crate) fn put(&mut self, record: &Record<'_>, console: &mut Console) {
        self.destination.input_was_read();
        if let Some(bytes) = self.with_account(record) {
            self.destination.put(&bytes, None);
        } else if record.end.was_opened() {
            let title = self.title(record.input, record.window.as_ref());
            self.is_first = false;
            let snapshot = record.snapshot.clone();
            match self.live.take() {
                Some(live) => live.finish(snapshot, &mut self.destination, console),
                None => self.destination.put(title.as_bytes(), Some(snapshot)),
            }
        }
    }

    /// The whole result in a form that has an account.
    fn with_account(&self, record: &Record<'_>) -> Option<Vec<u8>> {
        match self.form {
            Form::Text => None,
            Form::Json => Some(json::line(record, Fields::All)),
        }
    }

    /// Writes the result of a window of an input that is still being read: calls `attend` while nobody takes it.
    pub(crate) fn put_window(&mut self, record: &Record<'_>, attend: Attend) {
        let bytes = self.with_account(record).unwrap_or_else(|| {
            let title = self.title(record.input, record.window.as_ref()).into_bytes();
            [title, record.snapshot.to_vec()].concat()
        });
        self.is_first = false;
        self.destination.put_while(&bytes, attend);
    }

    /// Writes nothing for an input whose result is not wanted.
    pub(crate) fn put_nothing(&mut self) {
        self.destination.input_was_read();
        self.destination.put(b"", None);
    }

    /// Puts the result so far of an input that is still being read at the end of an output file.
    pub(crate) fn put_so_far(&mut self, record: &Record<'_>) {
        if let Some(bytes) = self.with_account(record) {
            return self.destination.put_so_far(&bytes, None);
        }
        let title = self.title(record.input, record.window.as_ref());
        self.destination.put_so_far(title.as_bytes(), Some(record.snapshot.clone()));
    }
}

/// A line that says whose text follows. As with `head`, a blank line separates it from the text before it.
pub(crate) fn title(name: &impl Display, is_first: bool) -> String {
    format!("{}==> {name} <==\n", if is_first { "" } else { "\n" })
}
