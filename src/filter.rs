//! The loop: each input through the library to the outputs.

use std::ffi::OsStr;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use headtail::HeadTail;
use headtail_process::Ending;

use crate::exit::Exit;
use crate::input::clock::Clock;
use crate::input::command;
use crate::input::end::InputEnd;
use crate::input::source::{CHUNK, Filled, Source, Stream};
use crate::input::windows::Windows;
use crate::io::failure::Failure;
use crate::output::console::Console;
use crate::output::heartbeat::Progress;
use crate::output::results::Results;
use crate::platform::shutdown;
use crate::platform::signals;
use crate::settings::{Input, Invocation, Settings};

/// An upper bound on everything that a run allocates beside the buffer and the chunk.
const SMALL_CHANGE: usize = 256 << 10;

/// Runs the filter that `settings` describe.
pub(crate) fn run(settings: &Settings, console: &mut Console) -> Exit {
    let is_command = settings.command().is_some();
    if is_command {
        signals::install_handlers_for_command();
    }
    signals::install_handlers();
    let (end, has_failed) = Filter::start(settings, console).map_or((None, true), Filter::run);
    Exit::of_run(is_command, end.as_ref(), has_failed)
}

/// What a run works with.
struct Filter<'a> {
    settings: &'a Settings,
    kept: HeadTail,
    chunk: Box<[u8]>,
    results: Results<'a>,
    clock: Clock,
    /// Where each interval has a result of its own.
    windows: Option<Windows>,
    /// What the signs of life show.
    progress: Progress,
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
        let windows = settings.times.every.map(|_| Windows::new(settings.limits.get_delimiter()));
        let windows = windows.transpose().inspect_err(|error| console.note(error)).ok()?;
        let results = Results::open(settings, console)?;
        let clock = Clock::new(settings.times);
        if let Some(deadline) = clock.timeout_at() {
            shutdown::begin_at(deadline);
        }
        Some(Self { settings, kept, chunk, results, clock, windows, progress: Progress::default() })
    }

    /// Passes all inputs on to the outputs. Returns how the last one ended, and whether anything failed.
    fn run(mut self) -> (Option<InputEnd>, bool) {
        let mut last = None;
        for input in &self.settings.inputs {
            if shutdown::is_due() || self.clock.expiry().is_some() {
                break;
            }
            self.kept.reset();
            self.results.reset();
            let end = match input {
                Input::Stdin => {
                    let mut source = Source::stdin();
                    if source.is_idle_terminal() {
                        let hint = "reading what is typed until Ctrl-D; see also headtail --help";
                        self.results.console.note(&hint);
                    }
                    self.read(&mut source, input)
                }
                Input::File(path) => match self.open(path) {
                    Ok(mut source) => self.read(&mut source, input),
                    Err(failure) => self.unopened(failure),
                },
                Input::Command(invocation) => self.run_command(invocation, input),
            };
            self.emit(input, &end);
            last = Some(end);
        }
        (last, self.results.finish())
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

    /// Opens a file. A FIFO waits for its other side, and no longer than the reading may be idle.
    fn open(&self, path: &OsStr) -> Result<Source, Failure> {
        let idle_at = self.clock.idle_at();
        signals::tick_at(idle_at.into_iter().chain(self.clock.timeout_at()).min());
        let source = Source::open(path, || idle_at.is_some_and(|at| at <= Instant::now()));
        signals::tick_at(self.clock.timeout_at());
        source
    }

    /// The end of an input that could not be opened.
    fn unopened(&mut self, failure: Failure) -> InputEnd {
        match (signals::stop(), self.clock.expire(true)) {
            (Some(signal), _) if failure.is_interruption() => InputEnd::Signal(signal),
            (None, Some(expiry)) if failure.is_interruption() => InputEnd::Expired(expiry),
            _ => InputEnd::Unopened(failure),
        }
    }

    /// Reads to the end of `source`, or until a signal ends it.
    fn read<R: Stream>(&mut self, source: &mut Source<R>, input: &Input) -> InputEnd {
        self.results.begin(input, source.path.as_deref());
        loop {
            let (len, filled) = self.fill(source);
            let signal = signals::stop();
            match filled {
                Filled::More => {}
                Filled::End => return signal.map_or(InputEnd::Eof, InputEnd::Signal),
                Filled::Failed(error) => return InputEnd::Failed(Failure::new(&input.into(), error)),
            }
            // Looked at now: an output that makes the program wait does not make its input idle.
            let expiry = self.clock.expire(len == 0);
            if self.clock.window_has_ended() {
                self.emit_window(input, &mut source.input);
            }
            if !self.results.need_every_byte()
                && self.windows.is_none()
                && let Err(error) = source.skip_middle(&mut self.kept, &mut self.chunk)
            {
                return InputEnd::Failed(Failure::new(&input.into(), error));
            }
            if signals::take_snapshot_request() {
                let window = self.windows.as_ref().map(Windows::so_far);
                self.results.put_so_far(&self.kept, input, window, &mut source.input);
            }
            if signals::take_suspension_request() {
                source.input.suspend();
            }
            if let Some(signal) = signal.filter(|&signal| source.input.stop(signal)) {
                return InputEnd::Signal(signal);
            }
            if let Some(expiry) = expiry.filter(|_| source.input.expire()) {
                return InputEnd::Expired(expiry);
            }
            self.show_life(&mut source.input);
        }
    }

    /// Reads the next chunk of `source`, or waits until something else is due, and takes in what has come. Returns how much
    /// that was, and why no more.
    fn fill<R: Stream>(&mut self, source: &mut Source<R>) -> (usize, Filled) {
        let time_left = self.clock.time_left();
        // A copy, a view and a clock get each read at once.
        let is_awaited = self.results.are_awaited() || time_left.is_some();
        let (len, filled) = match self.results.refresh().into_iter().chain(time_left).min() {
            // Something is due though nothing comes.
            Some(time) if !source.input.wait(time) => (0, Filled::More),
            _ => source.fill(&mut self.chunk, || is_awaited || signals::pending()),
        };
        let bytes = &self.chunk[..len];
        match &mut self.windows {
            Some(windows) => windows.push(bytes, &mut self.kept),
            None => self.kept.push(bytes),
        }
        if len > 0 {
            self.clock.input_came();
        }
        if self.settings.times.heartbeat.is_some() {
            self.progress.push(bytes);
        }
        self.results.update(bytes, &self.kept, &mut source.input);
        (len, filled)
    }

    /// Writes the result of `input`, which ended as `end` says: also if it failed part-way.
    fn emit(&mut self, input: &Input, end: &InputEnd) {
        let window = self.windows.as_mut().map(|windows| {
            windows.flush(&mut self.kept);
            windows.end(&mut self.kept, self.results.have_news(end))
        });
        self.results.put(&self.kept, input, end, window);
    }

    /// Writes the result of a window of `input` that has ended, and begins the next.
    fn emit_window(&mut self, input: &Input, source: &mut impl Stream) {
        if let Some(windows) = &mut self.windows {
            let window = windows.end(&mut self.kept, false);
            if self.kept.total_written() > 0 {
                self.results.put_window(&self.kept, input, window, source);
                self.kept.reset();
            }
        }
    }

    /// Shows how things are, if that is due.
    fn show_life(&mut self, source: &mut impl Stream) {
        if let Some((elapsed, ago)) = self.clock.beat()
            && !source.has_terminal()
        {
            let text = self.progress.text(elapsed, ago);
            self.results.console.note_while(&text, &mut || source.attend());
        }
    }
}

/// Allocates the chunk, if there is memory for all that the run needs beside the buffer.
fn allocate_chunk() -> io::Result<Box<[u8]>> {
    // Freed at once, the rest serves the allocations that can't report a failure: most of them.
    Vec::<u8>::new().try_reserve_exact(CHUNK + SMALL_CHANGE).map_err(|_| io::ErrorKind::OutOfMemory)?;
    Ok(vec![0; CHUNK].into_boxed_slice())
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
            let mut source = Source::open(file.as_os_str(), || false).expect("a file that can be opened");
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
