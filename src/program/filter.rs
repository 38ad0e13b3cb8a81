//! The filter: each input through the library to the output.

use headtail::HeadTail;

use crate::program::console::Console;
use crate::program::exit::Outcome;
use crate::program::failure::Failure;
use crate::program::grace;
use crate::program::headers::header;
use crate::program::settings::{Input, Settings};
use crate::program::sink::Sink;
use crate::program::source::{CHUNK, Filled, Pace, Source};
use crate::program::system::signals;

/// Filters as `settings` say. All memory is had before the first byte is read.
pub(crate) fn run(settings: &Settings, console: &mut Console) -> Outcome {
    signals::notice();
    let kept = match HeadTail::with_marker(settings.limits, settings.marker.clone()) {
        Ok(kept) => kept,
        Err(error) => {
            console.complain(&error);
            return Outcome::Failed;
        }
    };
    let mut filter = Filter {
        kept,
        chunk: vec![0; CHUNK].into_boxed_slice(),
        output: Sink::stdout(),
        has_headers: settings.headers.apply(settings.inputs.len()),
        is_first: true,
    };
    let mut outcome = Outcome::Done;
    for input in &settings.inputs {
        if grace::is_over() {
            break;
        }
        if let Err(failure) = filter.pass(input, console) {
            console.complain(&failure);
            outcome = Outcome::Failed;
        }
    }
    if let Err(failure) = filter.output.finish() {
        console.complain(&failure);
        outcome = Outcome::Failed;
    }
    signals::stop().map_or(outcome, Outcome::Killed)
}

/// What a run works with.
struct Filter {
    kept: HeadTail,
    chunk: Box<[u8]>,
    output: Sink,
    has_headers: bool,
    /// Whether no header was written yet.
    is_first: bool,
}

impl Filter {
    /// Reads `input` to its end and writes its result: also that of an input that fails on the way.
    fn pass(&mut self, input: &Input, console: &mut Console) -> Result<(), Failure> {
        let mut source = match Source::open(input) {
            // A signal came while a FIFO had no writer.
            Err(_) if grace::is_over() => return Ok(()),
            result => result?,
        };
        let result = self.read(&mut source, console);
        if self.has_headers {
            self.output.put(&header(&input.name(), self.is_first));
            self.is_first = false;
        }
        self.output.put_snapshot(self.kept.snapshot());
        result.map_err(|error| Failure::new(&input.name(), error))
    }

    fn read(&mut self, source: &mut Source, console: &mut Console) -> std::io::Result<()> {
        self.kept.reset();
        loop {
            let (len, filled) = source.fill(&mut self.chunk, Pace::Chunk, signals::pending);
            self.kept.push(&self.chunk[..len]);
            match filled {
                Filled::More => {}
                Filled::End => return Ok(()),
                Filled::Failed(error) => return Err(error),
            }
            if signals::take_snapshot_request() {
                console.show_snapshot(self.kept.snapshot());
            }
            if grace::is_over() {
                return Ok(());
            }
        }
    }
}
