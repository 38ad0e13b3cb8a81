//! An output that is opened early and left alone until there is a result.

use std::io::{self, Write};
use std::os::fd::AsFd;

use headtail::Snapshot;
use rustix::fs::OFlags;

use crate::io::descriptor::{Descriptor, PIECE};
use crate::io::failure::Failure;
use crate::io::file_id::FileId;
use crate::io::name::Name;
use crate::io::open::open;
use crate::io::sink::Sink;
use crate::output::spool::Spool;
use crate::platform::descriptors::{self, Standard};
use crate::settings::{Input, Target};

/// Where results go. A regular file that was opened by its name is truncated when the first result is there
/// and all inputs that are the same file have been read; until then its results wait in a spool.
#[derive(Debug)]
pub(crate) struct Destination {
    sink: Sink,
    /// The regular file that it is, if it was opened by name.
    file: Option<FileId>,
    /// Inputs to read before the file may be touched.
    to_read: usize,
    /// Results that wait for that.
    held: Spool,
    /// Whether the file has what it had before the run.
    is_untouched: bool,
}

/// Opens `target`, which is created if need be.
pub(crate) fn open_target(target: &Target) -> Result<Descriptor, Failure> {
    match target {
        Target::Stdout => Ok(Descriptor::Standard(Standard::Out)),
        Target::Inherited(number, name) => descriptors::duplicate(*number)
            .map(Descriptor::Own)
            .map_err(|error| Failure::new(&Name::path(name), error)),
        Target::File(path) => open(path, OFlags::WRONLY | OFlags::CREATE)
            .map(Descriptor::Own)
            .map_err(|errno| Failure::new(&Name::path(path), errno)),
    }
}

impl Destination {
    /// Opens `target` for the results of `inputs`.
    pub(crate) fn open(target: &Target, inputs: &[Input]) -> Result<Self, Failure> {
        let descriptor = open_target(target)?;
        let file = match (&descriptor, target) {
            (Descriptor::Own(own), Target::File(_)) => FileId::of(own.as_fd()),
            _ => None,
        };
        let is_file = |input: &Input| file.is_some() && FileId::of_input(input) == file;
        let to_read = inputs.iter().rposition(is_file).map_or(0, |last| last + 1);
        let sink = Sink::new(target.name(), descriptor);
        Ok(Self { sink, file, to_read, held: Spool::default(), is_untouched: true })
    }

    /// The regular file that it is, if it was opened by name.
    pub(crate) fn file(&self) -> Option<FileId> {
        self.file
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.sink.is_terminal()
    }

    /// Writes those of `bytes` that are taken without a wait; says how many.
    pub(crate) fn put_without_wait(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        for piece in bytes.chunks(PIECE) {
            if !self.sink.takes_a_piece() {
                break;
            }
            self.put(piece);
            written += piece.len();
        }
        written
    }

    /// Tells that one more input needs it no more as it was.
    pub(crate) fn input_was_read(&mut self) {
        self.to_read = self.to_read.saturating_sub(1);
    }

    /// Writes what remains of `snapshot`.
    pub(crate) fn put_snapshot(&mut self, mut snapshot: Snapshot<&[u8]>) {
        if self.is_ready() {
            self.sink.put_snapshot(snapshot);
        } else {
            self.sink.attempt(|_| snapshot.write_to(&mut self.held));
        }
    }

    /// Writes all of `bytes`.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if self.is_ready() {
            self.sink.put(bytes);
        } else {
            self.sink.attempt(|_| self.held.write_all(bytes));
        }
    }

    /// Ends the output; success is claimed only here.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if !self.held.is_empty() {
            // The inputs that are left are not going to be read.
            self.to_read = 0;
            self.is_ready();
        }
        self.sink.finish()
    }

    /// Whether a result may be written now. Readies the file for the first one.
    fn is_ready(&mut self) -> bool {
        if self.to_read > 0 {
            return false;
        }
        if std::mem::take(&mut self.is_untouched) && self.file.is_some() {
            self.sink.truncate();
        }
        if !self.held.is_empty() {
            self.sink.attempt(|out| self.held.pour(out));
        }
        true
    }
}

/// Never fails: what goes wrong is told by [`finish`](Destination::finish).
impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
