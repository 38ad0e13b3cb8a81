//! An output that is opened early and left alone until there is a result.

use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use bytes::Buf;
use headtail::Snapshot;
use tempfile::SpooledTempFile;

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::open::{Opened, Outputs};
use crate::io::sink::Sink;
use crate::io::until_deadline::{self, Attend};
use crate::settings::Target;

/// Length of results that wait in memory; more of them wait in a file without a name, so that memory does not grow with
/// the number of inputs.
const HELD_IN_MEMORY: usize = 64 << 10;

/// Where results go. A regular file that was opened by its name is truncated when the first result is there
/// and all inputs that are the same file have been read; until then its results wait elsewhere.
#[derive(Debug)]
pub(crate) struct Destination {
    sink: Sink,
    pub(crate) is_terminal: bool,
    /// The regular file that it is, if it was opened by name.
    file: Option<ResultFile>,
}

/// A file whose content the results replace.
#[derive(Debug)]
struct ResultFile {
    path: PathBuf,
    /// Inputs to read before the file may be touched.
    to_read: usize,
    /// Results that wait for that.
    held: Option<SpooledTempFile>,
    /// Length of the results in the file.
    len: u64,
    /// Whether the file has something else after these: what it had before the run, or the result so far of an input
    /// that is still being read.
    has_rest: bool,
}

impl Destination {
    pub(crate) fn open(target: &Target, outputs: &mut Outputs<'_>) -> Result<Self, Failure> {
        let Opened { name, descriptor, inputs_to_read } = outputs.open(target)?;
        let file = match (target, inputs_to_read) {
            (Target::File(path), Some(to_read)) => {
                Some(ResultFile { path: path.into(), to_read, held: None, len: 0, has_rest: true })
            }
            _ => None,
        };
        let is_terminal = descriptor.is_terminal();
        Ok(Self { sink: Sink::new(name, descriptor), is_terminal, file })
    }

    /// Whether it is a regular file that was opened by name.
    pub(crate) fn is_file(&self) -> bool {
        self.file.is_some()
    }

    /// A way to write to it that never blocks, if there is one.
    pub(crate) fn non_blocking(&self) -> Option<Descriptor> {
        self.sink.non_blocking()
    }

    /// Writes as many of `bytes` as `out`, its non-blocking twin, accepts at once. Returns how many need no other write.
    pub(crate) fn put_now(&mut self, bytes: &[u8], out: &Descriptor) -> usize {
        // Nothing more is written to an output that failed.
        let mut written = bytes.len();
        if !bytes.is_empty() {
            self.sink.attempt(|_| out.write_now(bytes).map(|count| written = count));
        }
        written
    }

    /// Notes that one more input was read, and no longer needs the file as it was.
    pub(crate) fn input_was_read(&mut self) {
        if let Some(file) = &mut self.file {
            file.to_read = file.to_read.saturating_sub(1);
        }
    }

    /// Writes `text`, and then what remains of `snapshot`.
    pub(crate) fn put(&mut self, text: &[u8], snapshot: Option<Snapshot<&[u8]>>) {
        let len = text.len() + snapshot.as_ref().map_or(0, Buf::remaining);
        self.put_with(len, |mut out| write(&mut out, text, snapshot));
    }

    /// Writes `text`, in the midst of a run: calls `attend` while nobody takes it.
    pub(crate) fn put_while(&mut self, text: &[u8], attend: Attend) {
        self.put_with(text.len(), |mut out| until_deadline::write_all(&mut out, text, attend));
    }

    /// Has `put` write `len` bytes to where they go.
    fn put_with(&mut self, len: usize, put: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let Self { sink, file, .. } = self;
        match file {
            Some(ResultFile { path, to_read: 1.., held, .. }) => {
                let held = held.get_or_insert_with(|| spool_beside(path));
                sink.attempt(|_| put(held));
            }
            Some(file) => {
                file.make_room(sink);
                file.len += len as u64;
                sink.attempt(|out| put(out));
            }
            // An output that nothing is written to is not checked.
            None if len == 0 => {}
            None => sink.attempt(|out| put(out)),
        }
    }

    /// Puts `text` and `snapshot`, the result so far, at the end of a file, until the next result replaces them. Where that
    /// can't be undone nothing is written.
    pub(crate) fn put_so_far(&mut self, text: &[u8], snapshot: Option<Snapshot<&[u8]>>) {
        if let Self { sink, file: Some(file), .. } = self
            && file.to_read == 0
        {
            file.make_room(sink);
            file.has_rest = true;
            sink.attempt(|out| write(out, text, snapshot));
        }
    }

    /// What has gone wrong so far, said once.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        self.sink.check()
    }

    /// Ends the output; success is claimed only here.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        if let Some(file) = &mut self.file
            && file.held.is_some()
        {
            // The inputs that are left are not going to be read.
            file.make_room(&mut self.sink);
        }
        self.sink.finish()
    }
}

impl ResultFile {
    /// Readies the file for what follows the results that it has.
    fn make_room(&mut self, sink: &mut Sink) {
        if self.has_rest {
            sink.attempt(|out| out.truncate(self.len));
            self.has_rest = false;
        }
        if let Some(mut held) = self.held.take() {
            sink.attempt(|out| {
                held.rewind()?;
                self.len += io::copy(&mut held, out)?;
                Ok(())
            });
        }
    }
}

/// Where results for the file `output` wait: in the end beside it, on the file system that has to take them.
fn spool_beside(output: &Path) -> SpooledTempFile {
    let directory = output.parent().filter(|directory| !directory.as_os_str().is_empty());
    tempfile::spooled_tempfile_in(HELD_IN_MEMORY, directory.unwrap_or(Path::new(".")))
}

fn write(out: &mut impl Write, text: &[u8], snapshot: Option<Snapshot<&[u8]>>) -> io::Result<()> {
    out.write_all(text)?;
    snapshot.map_or(Ok(()), |mut snapshot| snapshot.write_to(out))
}
