//! The filter: each input through the library to the outputs.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;

use headtail::HeadTail;
use headtail_process::Ending;

use crate::exit::Outcome;
use crate::input::command;
use crate::input::end::Ended;
use crate::input::source::{CHUNK, Filled, Pace, Source, Stream};
use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::io::name::Name;
use crate::output::Output;
use crate::output::console::Console;
use crate::output::copies::Copies;
use crate::output::destination::Destination;
use crate::output::json::{Fields, Record};
use crate::platform::shutdown;
use crate::platform::signals::{self, Signal};
use crate::settings::{Form, Input, Invocation, Settings};

/// Filters as `settings` say.
pub(crate) fn run(settings: &Settings, console: &mut Console) -> Outcome {
    signals::install_handlers();
    let runs_command = settings.inputs.iter().any(|input| matches!(input, Input::Command(_)));
    if runs_command {
        signals::install_handlers_for_command();
    }
    let mut status = None;
    if let Some(mut filter) = Filter::start(settings, console) {
        filter.pass_all();
        status = filter.status;
        filter.finish();
    }
    match (signals::stop(), status) {
        (Some(signal), _) => Outcome::Killed(signal),
        (None, Some(status)) if !console.has_complained() => Outcome::Ran(status),
        (None, _) if runs_command => Outcome::Broken,
        (None, _) if console.has_complained() => Outcome::Failed,
        (None, _) => Outcome::Done,
    }
}

/// The value, or nothing after the failure was complained about.
fn told<T>(result: Result<T, Failure>, console: &mut Console) -> Option<T> {
    result.inspect_err(|failure| complain(failure, console)).ok()
}

/// Complains about `failure`, unless a signal is what there is to tell.
fn complain(failure: &Failure, console: &mut Console) {
    if !failure.is_interruption() {
        console.complain(failure);
    }
}

/// What a run works with.
struct Filter<'a> {
    settings: &'a Settings,
    console: &'a mut Console,
    kept: HeadTail,
    chunk: Box<[u8]>,
    output: Output,
    /// One that failed to open is gone.
    report: Option<Destination>,
    copies: Copies<'a>,
    /// What the end of a command comes to, if one was run.
    status: Option<u8>,
}

impl<'a> Filter<'a> {
    /// Opens the outputs and has all memory, before the first byte is read.
    fn start(settings: &'a Settings, console: &'a mut Console) -> Option<Self> {
        let kept = HeadTail::with_marker(settings.limits, settings.marker.clone());
        let kept = kept.map_err(|error| console.complain(&error)).ok()?;
        let output = told(Output::open(settings), console)?;
        let chunk = vec![0; CHUNK].into_boxed_slice();
        let copies = Copies::new(settings.save.as_ref());
        let mut filter = Self { settings, console, kept, chunk, output, report: None, copies, status: None };
        filter.report = filter.open_report();
        let others = || {
            let inputs = settings.inputs.iter().filter_map(FileId::of_input);
            let outputs = [filter.output.file(), filter.report.as_ref().and_then(Destination::file)];
            inputs.chain(outputs.into_iter().flatten()).collect()
        };
        filter.copies.open(others);
        Some(filter)
    }

    fn open_report(&mut self) -> Option<Destination> {
        let target = self.settings.report.as_ref()?;
        let report = Destination::open(target, &self.settings.inputs).and_then(|report| {
            if report.file().is_some() && report.file() == self.output.file() {
                return Err(Failure::shared(&target.name()));
            }
            Ok(report)
        });
        told(report, self.console)
    }

    fn pass_all(&mut self) {
        for input in &self.settings.inputs {
            if shutdown::is_due() {
                break;
            }
            self.pass(input);
        }
    }

    /// Reads `input` to its end and writes its result: also that of an input that fails on the way.
    fn pass(&mut self, input: &Input) {
        self.kept.reset();
        self.copies.begin();
        self.name_copy();
        self.tell_of_copy();
        let ended = match input {
            Input::Stdin => self.filter(Ok(Source::stdin()), input),
            Input::File(path) => self.filter(Source::open(path), input),
            Input::Command(invocation) => self.run(invocation, input),
        };
        self.copies.settle();
        self.tell_of_copy();
        self.copies.end(&self.kept.report());
        self.console.clear_status();
        let record = Record {
            snapshot: self.kept.snapshot(),
            ended: &ended,
            file: input.path(),
            saved: self.copies.path(),
            save_failure: self.copies.failure(),
        };
        self.output.put(input, &record, self.console);
        if let Some(report) = &mut self.report {
            report.input_was_read();
            record.put_to(report, Fields::Account);
        }
        let has_marker = record.snapshot.before_marker().is_some();
        if let Some(failure) = ended.failure() {
            self.console.complain(failure);
        }
        self.tell_of_path(has_marker);
    }

    /// Says where the copy of the input is, if nothing else does.
    fn tell_of_path(&mut self, has_marker: bool) {
        let Settings { form, report, marker, .. } = self.settings;
        let is_told = *form == Form::Json || report.is_some() || has_marker && marker.tells_path();
        if let Some(path) = self.copies.new_path().filter(|_| !is_told) {
            self.console.explain(&format_args!("full output: {}", Name::path(OsStr::from_bytes(path))));
        }
    }

    /// Reads to the end of `source`, or until a signal's grace is over.
    fn filter(&mut self, source: Result<Source, Failure>, input: &Input) -> Ended {
        match source {
            Ok(mut source) => {
                self.read(&mut source, input, |_, signal| shutdown::is_due().then_some(Ended::Signal(signal)))
            }
            Err(failure) => match signals::stop() {
                Some(signal) if failure.is_interruption() => Ended::Signal(signal),
                _ => Ended::Unopened(failure),
            },
        }
    }

    /// Runs a command to its end, which a signal makes come soon.
    fn run(&mut self, invocation: &Invocation, input: &Input) -> Ended {
        let outcome = match command::start(invocation) {
            Ok(job) => {
                let mut source = Source::new(job);
                let ended = self.read(&mut source, input, |job, signal| {
                    job.forward(signal);
                    None
                });
                let mut outcome = source.into_input().finish();
                signals::remove_handlers_for_command();
                if let Ended::Failed(failure) = ended {
                    outcome.ending = Ending::Unknown(io::Error::other(failure.reason()));
                }
                outcome
            }
            Err(error) => error.into(),
        };
        if let Ending::NotStarted(error) = &outcome.ending {
            let cause = io::Error::other(error.reason());
            self.console.explain(&Failure::new(&Name::path(error.name()), cause));
        } else if let Some(error) = outcome.error() {
            self.console.explain(&Failure::new(&input.name(), io::Error::other(error)));
        }
        self.status = Some(outcome.exit_status());
        Ended::Ran(outcome)
    }

    /// Reads to the end of `source`. Each time that there is a signal to end, `on_signal` decides.
    fn read<R: Stream>(
        &mut self,
        source: &mut Source<R>,
        input: &Input,
        mut on_signal: impl FnMut(&mut R, Signal) -> Option<Ended>,
    ) -> Ended {
        self.output.begin(input, self.console);
        loop {
            // What is saved or shown is so as it arrives.
            let is_awaited = self.copies.is_made() || self.output.is_watched();
            let pace = if is_awaited { Pace::Read } else { Pace::Chunk };
            let (len, filled) = match self.output.refresh() {
                // The view changes though nothing comes.
                Some(time) if !source.wait(time) => (0, Filled::More),
                _ => source.fill(&mut self.chunk, pace, signals::pending),
            };
            self.kept.push(&self.chunk[..len]);
            self.copies.put(&self.chunk[..len]);
            self.tell_of_copy();
            self.output.update(&self.kept, self.console);
            match filled {
                Filled::More => {}
                Filled::End => return signals::stop().map_or(Ended::Eof, Ended::Signal),
                Filled::Failed(error) => return Ended::Failed(Failure::new(&input.name(), error)),
            }
            // What is saved has to be read.
            if !self.copies.is_made()
                && let Err(error) = source.pass_over(&mut self.kept, &mut self.chunk)
            {
                return Ended::Failed(Failure::new(&input.name(), error));
            }
            if signals::take_snapshot_request() {
                self.console.show_snapshot(self.kept.snapshot());
            }
            if signals::take_suspension_request() {
                source.input().suspend();
            }
            if let Some(signal) = signals::stop()
                && let Some(ended) = on_signal(source.input(), signal)
            {
                return ended;
            }
        }
    }

    /// Has people and the marker know what became of the copy of the input.
    fn tell_of_copy(&mut self) {
        if let Some(failure) = self.copies.news() {
            complain(failure, self.console);
            self.name_copy();
        }
    }

    /// Names the file that has the whole input in the marker, if there is one.
    fn name_copy(&mut self) {
        // The command line was refused if a cap has no room for a path as long as this.
        let _ = self.kept.set_path(self.copies.path().unwrap_or_default());
    }

    fn finish(self) {
        let results = [Some(self.output.finish()), self.report.map(Destination::finish)];
        for failure in results.into_iter().flatten().filter_map(Result::err) {
            self.console.complain(&failure);
        }
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
                let ended = filter.read(&mut source, &settings.inputs[0], |_, _| None);
                assert!(matches!(ended, Ended::Eof));
            });
            // What is written while it is read is the head at most.
            let most = if options == ["--live"] { 10 } else { 0 };
            assert!(calls <= most, "{calls} calls with {options:?}");
        }
    }
}
