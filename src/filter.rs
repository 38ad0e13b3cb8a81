//! The loop: each input through the library to the outputs.

use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;
use std::sync::Arc;

use headtail::HeadTail;
use headtail_process::Ending;

use crate::exit::Exit;
use crate::input::clock::Clock;
use crate::input::command;
use crate::input::end::InputEnd;
use crate::input::source::{CHUNK, Filled, Source, Stream};
use crate::input::windows::Windows;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::open::Outputs;
use crate::output::Output;
use crate::output::console::Console;
use crate::output::destination::Destination;
use crate::output::heartbeat::{LastLine, heartbeat};
use crate::output::json::{self, Fields};
use crate::output::note;
use crate::output::raw_copy::RawCopy;
use crate::output::record::Record;
use crate::platform::shutdown;
use crate::platform::signals;
use crate::settings::{Form, Input, Invocation, Settings};

/// An upper bound on everything that a run allocates beside the buffer and the chunk.
const SMALL_CHANGE: usize = 256 << 10;

/// Runs the filter that `settings` describe.
pub(crate) fn run(settings: &Settings, console: &mut Console) -> Exit {
    if settings.command().is_some() {
        signals::install_handlers_for_command();
    }
    signals::install_handlers();
    let (end, has_failed) = Filter::start(settings, console).map_or((None, true), Filter::run);
    exit(settings, end.as_ref(), has_failed)
}

/// How the program ends where the last input ended as `end` says; `has_failed` says whether any input or output did.
fn exit(settings: &Settings, end: Option<&InputEnd>, has_failed: bool) -> Exit {
    // The first one that came, while an input was read or since.
    if let Some(signal) = signals::stop() {
        return Exit::Killed(signal);
    }
    match end {
        _ if settings.command().is_none() => Exit::of_filter(end, has_failed),
        Some(InputEnd::Command { outcome, .. }) if !has_failed => Exit::of_command(outcome),
        _ => Exit::Broken,
    }
}

/// What a run works with.
struct Filter<'a> {
    settings: &'a Settings,
    console: &'a mut Console,
    kept: HeadTail,
    chunk: Box<[u8]>,
    output: Output,
    /// `None` also where it could not be opened.
    report: Option<Destination>,
    copy: RawCopy<'a>,
    clock: Clock,
    /// Where each interval has a result of its own.
    windows: Option<Windows>,
    /// Whether a result of this input does not have all of it.
    is_cut: bool,
    /// Length of the input so far.
    len: u64,
    /// What the signs of life show.
    last_line: LastLine,
    /// Whether an input or an output has failed so far.
    has_failed: bool,
}

impl<'a> Filter<'a> {
    /// Opens the outputs and allocates all memory before the first byte is read. Reports failures, and returns `None` if
    /// nothing can be done.
    fn start(settings: &'a Settings, console: &'a mut Console) -> Option<Self> {
        let (limits, marker) = (settings.limits, settings.marker.clone());
        let kept = match settings.keep.clone() {
            Some(pattern) => HeadTail::with_matcher(limits, marker, Arc::new(pattern)),
            None => HeadTail::with_marker(limits, marker),
        };
        let kept = kept.inspect_err(|error| console.note(error)).ok()?;
        let chunk = allocate_chunk().inspect_err(|error| console.note(error)).ok()?;
        let mut outputs = Outputs::new(&settings.inputs);
        let output =
            Output::open(settings, &mut outputs).inspect_err(|failure| console.error(failure)).ok()?;
        let report = settings.report.as_ref().map(|target| Destination::open(target, &mut outputs));
        let report = report.transpose();
        let has_failed = report.is_err();
        let report = report.inspect_err(|failure| console.error(failure)).unwrap_or_default();
        let copy = RawCopy::open(settings.save.as_ref(), &mut outputs, console);
        let windows = settings.times.every.map(|_| Windows::new(settings.limits.get_delimiter()));
        let windows = windows.transpose().inspect_err(|error| console.note(error)).ok()?;
        let clock = Clock::new(settings.times);
        if let Some(deadline) = clock.timeout_at() {
            shutdown::begin_at(deadline);
        }
        let last_line = LastLine::default();
        Some(Self {
            settings,
            console,
            kept,
            chunk,
            output,
            report,
            copy,
            clock,
            windows,
            is_cut: false,
            len: 0,
            last_line,
            has_failed,
        })
    }

    /// Passes all inputs on to the outputs. Returns how the last one ended, and whether anything failed.
    fn run(mut self) -> (Option<InputEnd>, bool) {
        let mut last = None;
        for input in &self.settings.inputs {
            if shutdown::is_due() || self.clock.expiry().is_some() {
                break;
            }
            self.kept.reset();
            self.copy.reset();
            self.is_cut = false;
            let end = match input {
                Input::Stdin => {
                    let mut source = Source::stdin();
                    if source.is_idle_terminal() {
                        self.console.note(&"reading what is typed until Ctrl-D; see also headtail --help");
                    }
                    self.read(&mut source, input)
                }
                Input::File(path) => match Source::open(path) {
                    Ok(mut source) => self.read(&mut source, input),
                    Err(failure) => self.unopened(failure),
                },
                Input::Command(invocation) => self.run_command(invocation, input),
            };
            self.emit(input, &end);
            last = Some(end);
        }
        let results = [Some(self.output.finish()), self.report.map(Destination::finish)];
        for failure in results.into_iter().flatten().filter_map(Result::err) {
            self.console.error(&failure);
            self.has_failed = true;
        }
        (last, self.has_failed)
    }

    /// Runs a command until it ends; a signal ends it soon.
    fn run_command(&mut self, invocation: &Invocation, input: &Input) -> InputEnd {
        let job = match command::start(invocation) {
            Ok(job) => job,
            Err(error) => return InputEnd::Command { outcome: error.into(), is_idle: false },
        };
        let mut source = Source::new(job);
        let end = self.read(&mut source, input);
        let (mut outcome, is_idle) = source.input.finish();
        signals::remove_handlers_for_command();
        if let InputEnd::Failed(failure) = end {
            outcome.ending = Ending::Unknown(failure.into_cause());
        }
        InputEnd::Command { outcome, is_idle }
    }

    /// The end of an input that could not be opened.
    fn unopened(&mut self, failure: Failure) -> InputEnd {
        match (signals::stop(), self.clock.expire()) {
            (Some(signal), _) if failure.is_interruption() => InputEnd::Signal(signal),
            (None, Some(expiry)) if failure.is_interruption() => InputEnd::Expired(expiry),
            _ => InputEnd::Unopened(failure),
        }
    }

    /// Reads to the end of `source`, or until a signal ends it.
    fn read<R: Stream>(&mut self, source: &mut Source<R>, input: &Input) -> InputEnd {
        self.copy.begin(source.path.as_deref(), self.console);
        self.output.begin(input, self.console);
        loop {
            // A copy, a view and a clock get each read at once.
            let time_left = self.clock.time_left();
            let is_awaited = self.copy.is_made() || self.output.is_watched() || time_left.is_some();
            let (len, filled) = match self.output.refresh().into_iter().chain(time_left).min() {
                // Something is due though nothing comes.
                Some(time) if !source.input.wait(time) => (0, Filled::More),
                _ => source.fill(&mut self.chunk, || is_awaited || signals::pending()),
            };
            self.feed(len, &mut source.input);
            let signal = signals::stop();
            match filled {
                Filled::More => {}
                Filled::End => return signal.map_or(InputEnd::Eof, InputEnd::Signal),
                Filled::Failed(error) => return InputEnd::Failed(Failure::new(&input.into(), error)),
            }
            if self.clock.window_has_ended() {
                self.emit_window(input, &mut source.input);
            }
            // A copy needs every byte.
            if !self.copy.is_made()
                && self.windows.is_none()
                && let Err(error) = source.skip_middle(&mut self.kept, &mut self.chunk)
            {
                return InputEnd::Failed(Failure::new(&input.into(), error));
            }
            if signals::take_snapshot_request() {
                self.show_so_far(input, &mut source.input);
            }
            if signals::take_suspension_request() {
                source.input.suspend();
            }
            if let Some(signal) = signal.filter(|&signal| source.input.stop(signal)) {
                return InputEnd::Signal(signal);
            }
            if let Some(expiry) = self.clock.expire().filter(|_| source.input.expire()) {
                return InputEnd::Expired(expiry);
            }
            self.show_life(&mut source.input);
        }
    }

    /// Takes in the first `len` bytes of the chunk, which come from `input`.
    fn feed(&mut self, len: usize, input: &mut impl Stream) {
        let bytes = &self.chunk[..len];
        match &mut self.windows {
            Some(windows) => windows.push(bytes, &mut self.kept),
            None => self.kept.push(bytes),
        }
        self.len += len as u64;
        if len > 0 {
            self.clock.input_came();
        }
        if self.settings.times.heartbeat.is_some() {
            self.last_line.push(bytes);
        }
        self.copy.put(bytes, self.console, &mut || input.attend());
        if self.output.is_watched() {
            let path = self.path_in_result();
            self.output.update(&self.kept, &path, input.has_terminal(), self.console);
        }
    }

    /// Writes the result of `input`, which ended as `end` says: also if it failed part-way.
    fn emit(&mut self, input: &Input, end: &InputEnd) {
        let window = self.windows.as_mut().map(|windows| {
            windows.flush(&mut self.kept);
            windows.end(&mut self.kept)
        });
        self.note_cut();
        let is_cut = self.is_cut;
        self.copy.finish(is_cut, self.console);
        let copy = &self.copy;
        self.has_failed |= end.failure().is_some() || copy.failure.is_some();
        let path = self.path_in_result();
        let snapshot = self.kept.snapshot_with_path(&path);
        let command = match (end, input) {
            (InputEnd::Command { outcome, .. }, Input::Command(invocation)) => Some((outcome, invocation)),
            _ => None,
        };
        let note = command.and_then(|(outcome, invocation)| note::advice(outcome, invocation, is_cut));
        let file = path_of(input);
        // Where nothing came since the last window there is nothing to say, unless it is how the input ended.
        let has_news = window.is_none()
            || self.kept.total_written() > 0
            || end.failure().is_some()
            || command.is_some() && self.settings.form == Form::Json;
        let record = Record {
            snapshot,
            end,
            window,
            file,
            saved: copy.path(),
            copy_failure: copy.failure.as_ref(),
            note,
        };
        self.console.clear_status();
        let is_wanted = has_news
            && (!self.settings.only_failures || exit(self.settings, Some(end), self.has_failed).is_failure());
        if is_wanted {
            self.output.put(input, &record, self.console);
        } else {
            self.output.put_nothing();
        }
        if let Some(report) = &mut self.report {
            report.input_was_read();
            if has_news || command.is_some() {
                report.put(&json::line(&record, Fields::Account), None);
            }
        }
        let Settings { form, marker, .. } = self.settings;
        if let Some(failure) = end.failure() {
            self.console.error(failure);
        }
        if let Some(text) = note::explanation(end, input, self.settings) {
            self.console.note(&text);
        }
        let is_named = *form == Form::Json
            || self.report.is_some()
            || record.snapshot.before_marker().is_some() && marker.names_path();
        if let Some(path) = copy.new.as_deref().filter(|_| !is_named) {
            self.console.note(&format_args!("full output: {}", Name::path(path)));
        }
    }

    /// Writes the result of a window of `input` that has ended, and begins the next.
    fn emit_window(&mut self, input: &Input, source: &mut impl Stream) {
        let window = self.windows.as_mut().map(|windows| windows.end(&mut self.kept));
        if self.kept.total_written() == 0 {
            return;
        }
        self.note_cut();
        let path = self.path_in_result();
        let record = Record {
            snapshot: self.kept.snapshot_with_path(&path),
            end: &InputEnd::Window,
            window,
            file: path_of(input),
            saved: self.copy.path(),
            copy_failure: None,
            note: None,
        };
        self.output.put_window(input, &record, &mut || source.attend());
        if let Some(report) = &mut self.report {
            report.put_while(&json::line(&record, Fields::Account), &mut || source.attend());
        }
        self.kept.reset();
    }

    /// How the markers of results name the copy.
    fn path_in_result(&self) -> Vec<u8> {
        path_in_marker(self.copy.path(), self.output.is_terminal())
    }

    /// Notes whether the result so far has lost anything.
    fn note_cut(&mut self) {
        let report = self.kept.report();
        self.is_cut |= report.omitted_end() > report.omitted_start || report.clipped_lines > 0;
    }

    /// Shows how things are, if that is due.
    fn show_life(&mut self, input: &mut impl Stream) {
        if let Some((elapsed, ago)) = self.clock.beat()
            && !input.has_terminal()
        {
            let text = heartbeat(elapsed, self.len, ago, &self.last_line);
            self.console.note_while(&text, &mut || input.attend());
        }
    }

    /// Shows the result so far of `input`, which is still being read.
    fn show_so_far(&mut self, input: &Input, source: &mut impl Stream) {
        let snapshot = self.kept.snapshot_with_path(&path_in_marker(self.copy.path(), false));
        self.console.show_snapshot(snapshot.clone(), &mut || source.attend());
        let record = Record {
            snapshot,
            end: &InputEnd::Open,
            window: None,
            file: path_of(input),
            saved: None,
            copy_failure: None,
            note: None,
        };
        self.output.put_so_far(input, &record);
    }
}

/// Allocates the chunk, if there is memory for all that the run needs beside the buffer.
fn allocate_chunk() -> io::Result<Box<[u8]>> {
    // Freed at once, the rest serves the allocations that can't report a failure: most of them.
    Vec::<u8>::new().try_reserve_exact(CHUNK + SMALL_CHANGE).map_err(|_| io::ErrorKind::OutOfMemory)?;
    Ok(vec![0; CHUNK].into_boxed_slice())
}

/// How the marker names the file that has the whole input; empty where there is none.
fn path_in_marker(path: Option<&Path>, is_escaped: bool) -> Vec<u8> {
    let path = path.map(|path| {
        if is_escaped { Name::path(path).to_string().into() } else { path.as_os_str().to_owned().into_vec() }
    });
    path.unwrap_or_default()
}

/// Path of an input as it was given; only files have one.
fn path_of(input: &Input) -> Option<&[u8]> {
    match input {
        Input::Stdin | Input::Command(_) => None,
        Input::File(path) => Some(path.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    use crate::allocations;
    use crate::cli::{self, Parsed};

    #[test]
    fn reading_allocates_nothing_however_much_there_is() {
        let directory = tempfile::tempdir().expect("a directory for the test");
        let file = directory.path().join("in");
        let text = "a line of text that is nothing special\n\x1b[1mbold\x1b[0m\rover\n".repeat(100_000);
        fs::write(&file, text).expect("a file for the test");
        let options: [&[&str]; 7] = [
            &[],
            &["--save=/dev/null"],
            &["--live"],
            &["-n", "5", "--align=line", "-m{lines}"],
            &["-c", "10K", "-L100", "--clip=middle"],
            &["--strip-ansi", "--collapse-cr"],
            &["--json"],
        ];
        for options in options {
            let args = ["headtail", "-o", "/dev/null"].iter().chain(options).map(Into::into);
            let Parsed::Settings(settings) = cli::parse(args.chain([file.clone().into()])) else {
                panic!("these are settings: {options:?}")
            };
            let mut console = Console::new();
            let mut filter = Filter::start(&settings, &mut console).expect("outputs that can be opened");
            let mut source = Source::open(file.as_os_str()).expect("a file that can be opened");
            let calls = allocations::calls(|| {
                let ended = filter.read(&mut source, &settings.inputs[0]);
                assert!(matches!(ended, InputEnd::Eof));
            });
            // A view is opened, and its head written in pieces.
            let most = if options == ["--live"] { 20 } else { 0 };
            assert!(calls <= most, "{calls} calls with {options:?}");
        }
    }
}
