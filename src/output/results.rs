//! All that a run writes: results, their accounts, and copies of the input.

use std::path::Path;
use std::time::Duration;

use headtail::HeadTail;

use crate::exit::Exit;
use crate::input::end::InputEnd;
use crate::input::source::Stream;
use crate::input::windows::Window;
use crate::io::name::Name;
use crate::io::open::Outputs;
use crate::output::Output;
use crate::output::console::Console;
use crate::output::destination::Destination;
use crate::output::json::{self, Fields};
use crate::output::note;
use crate::output::raw_copy::RawCopy;
use crate::output::record::Record;
use crate::settings::{Input, Settings};

/// The outputs of a run.
pub(crate) struct Results<'a> {
    settings: &'a Settings,
    pub(crate) console: &'a mut Console,
    output: Output,
    /// `None` also where it could not be opened.
    report: Option<Destination>,
    copy: RawCopy<'a>,
    /// Whether a result of this input does not have all of it.
    is_cut: bool,
    /// Whether an input or an output has failed so far.
    has_failed: bool,
}

impl<'a> Results<'a> {
    /// Opens the outputs. Reports failures, and returns `None` if nothing can be done.
    pub(crate) fn open(settings: &'a Settings, console: &'a mut Console) -> Option<Self> {
        let mut outputs = Outputs::new(&settings.inputs);
        let output =
            Output::open(settings, &mut outputs).inspect_err(|failure| console.error(failure)).ok()?;
        let report = settings.report.as_ref().map(|target| Destination::open(target, &mut outputs));
        let report = report.transpose();
        let has_failed = report.is_err();
        let report = report.inspect_err(|failure| console.error(failure)).unwrap_or_default();
        let copy = RawCopy::open(settings.save.as_ref(), &mut outputs, console);
        Some(Self { settings, console, output, report, copy, is_cut: false, has_failed })
    }

    /// Forgets what was said of the last input.
    pub(crate) fn reset(&mut self) {
        self.copy.reset();
        self.is_cut = false;
    }

    /// Begins the result of `input`, and its copy. `original` is the path of an input that can be read again.
    pub(crate) fn begin(&mut self, input: &Input, original: Option<&Path>) {
        self.copy.begin(original, self.console);
        self.output.begin(input, self.console);
    }

    /// Whether every byte of the input has to pass.
    pub(crate) fn need_every_byte(&self) -> bool {
        self.copy.is_made()
    }

    /// Whether a copy or a view waits for the next bytes.
    pub(crate) fn are_awaited(&self) -> bool {
        self.copy.is_made() || self.output.is_watched()
    }

    /// How long what is shown may stay as it is though nothing is read.
    pub(crate) fn refresh(&self) -> Option<Duration> {
        self.output.refresh()
    }

    /// Copies `bytes`, the next of `source`, and shows what became certain by them.
    pub(crate) fn update(&mut self, bytes: &[u8], kept: &HeadTail, source: &mut impl Stream) {
        self.copy.put(bytes, self.console, &mut || source.attend());
        if self.output.is_watched() {
            let path = self.path(self.output.is_terminal());
            self.output.update(kept, &path, source.has_terminal(), self.console);
        }
    }

    /// Whether there is something to say of how an input ended, though nothing came since its last window.
    pub(crate) fn have_news(&self, end: &InputEnd) -> bool {
        end.failure().is_some() || self.settings.form.has_account() && self.settings.command().is_some()
    }

    /// Writes the result of `input`, which ended as `end` says, or of its last window.
    pub(crate) fn put(&mut self, kept: &HeadTail, input: &Input, end: &InputEnd, window: Option<Window>) {
        self.note_cut(kept);
        self.copy.finish(self.is_cut, self.console);
        self.has_failed |= end.failure().is_some() || self.copy.failure.is_some();
        let path = self.path(self.output.is_terminal());
        let record = Record {
            window,
            saved: self.copy.path(),
            copy_failure: self.copy.failure.as_ref(),
            note: note::advice(input, end, self.is_cut),
            ..Record::new(kept.snapshot_with_path(&path), input, end)
        };
        let is_command = self.settings.command().is_some();
        let has_news = window.is_none() || kept.total_written() > 0 || self.have_news(end);
        self.console.clear_status();
        let exit = || Exit::of_run(is_command, Some(end), self.has_failed);
        let is_wanted = has_news && (!self.settings.only_failures || exit().is_failure());
        if is_wanted {
            self.output.put(&record, self.console);
        } else {
            self.output.put_nothing();
        }
        if let Some(report) = &mut self.report {
            report.input_was_read();
            if has_news || is_command {
                report.put(&json::line(&record, Fields::Account), None);
            }
        }
        if let Some(failure) = end.failure() {
            self.console.error(failure);
        }
        if let Some(text) = note::explanation(&record, self.settings) {
            self.console.note(&text);
        }
        let is_in_marker = record.snapshot.before_marker().is_some() && self.settings.marker.names_path();
        let is_in_result = self.settings.form.has_account() || is_in_marker;
        let is_named = self.report.is_some() || is_wanted && is_in_result;
        if let Some(path) = self.copy.new.as_deref().filter(|_| !is_named) {
            self.console.note(&format_args!("full output: {}", Name::path(path)));
        }
    }

    /// Writes the result of a window of `input` that has ended.
    pub(crate) fn put_window(
        &mut self,
        kept: &HeadTail,
        input: &Input,
        window: Window,
        source: &mut impl Stream,
    ) {
        self.note_cut(kept);
        let path = self.path(self.output.is_terminal());
        let record = Record {
            window: Some(window),
            // It is not named in the end where nothing of it was needed; a new file is deleted then.
            saved: self.copy.path().filter(|_| self.is_cut || !self.copy.is_for_one()),
            ..Record::new(kept.snapshot_with_path(&path), input, &InputEnd::Window)
        };
        self.output.put_window(&record, &mut || source.attend());
        if let Some(report) = &mut self.report {
            report.put_while(&json::line(&record, Fields::Account), &mut || source.attend());
        }
        // The input may never end.
        let results = [Some(self.output.destination.check()), self.report.as_mut().map(Destination::check)];
        for failure in results.into_iter().flatten().filter_map(Result::err) {
            self.console.error_while(&failure, &mut || source.attend());
            self.has_failed = true;
        }
    }

    /// Shows the result so far of `input`, or of a window of it, which is still being read.
    pub(crate) fn put_so_far(
        &mut self,
        kept: &HeadTail,
        input: &Input,
        window: Option<Window>,
        source: &mut impl Stream,
    ) {
        let snapshot = kept.snapshot_with_path(&self.path(false));
        self.console.show_snapshot(&snapshot, &mut || source.attend());
        self.output.put_so_far(&Record { window, ..Record::new(snapshot, input, &InputEnd::Open) });
    }

    /// Ends the outputs; success is claimed only here. Returns whether anything failed.
    pub(crate) fn finish(mut self) -> bool {
        let results = [Some(self.output.destination.finish()), self.report.map(Destination::finish)];
        for failure in results.into_iter().flatten().filter_map(Result::err) {
            self.console.error(&failure);
            self.has_failed = true;
        }
        self.has_failed
    }

    /// How markers name the copy; empty where there is none. Paths that people see on a terminal are escaped.
    fn path(&self, is_escaped: bool) -> Vec<u8> {
        let path = self.copy.path().map(|path| {
            if is_escaped {
                Name::path(path).to_string().into()
            } else {
                path.as_os_str().as_encoded_bytes().to_vec()
            }
        });
        path.unwrap_or_default()
    }

    /// Notes whether the result so far has lost anything.
    fn note_cut(&mut self, kept: &HeadTail) {
        let report = kept.report();
        self.is_cut |= report.omitted_end() > report.omitted_start || report.clipped_lines > 0;
    }
}
