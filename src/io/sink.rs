//! Where bytes are written, and whether that failed.

use std::io::{self, Write};

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::platform::descriptors::Standard;

/// A named output that fails at most once: the first failure is kept until it is asked for, and nothing is
/// written after it. A closed pipe is not a failure: its reader has seen what it wanted.
#[derive(Debug)]
pub(crate) struct Sink<W = Descriptor> {
    name: Name,
    out: W,
    /// Whether something was written to it.
    is_used: bool,
    /// Whether nothing more is written: a write failed, or the reader went away.
    is_over: bool,
    /// What went wrong and was not reported yet.
    failure: Option<Failure>,
}

impl Sink {
    pub(crate) fn stdout() -> Self {
        Self::new(Name::stdout(), Descriptor::Standard(Standard::Out))
    }

    /// A way to write to it that never blocks, if there is one.
    pub(crate) fn non_blocking(&self) -> Option<Descriptor> {
        self.out.non_blocking()
    }
}

impl<W: Write> Sink<W> {
    pub(crate) fn new(name: Name, out: W) -> Self {
        Self { name, out, is_used: false, is_over: false, failure: None }
    }

    /// Writes all of `bytes`.
    pub(crate) fn put(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.attempt(|out| out.write_all(bytes));
        }
    }

    /// Writes something, unless that failed before.
    pub(crate) fn attempt(&mut self, write: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.is_over {
            return;
        }
        self.is_used = true;
        if let Err(error) = write(&mut self.out) {
            self.is_over = true;
            let is_closed_pipe = error.kind() == io::ErrorKind::BrokenPipe;
            self.failure = (!is_closed_pipe).then(|| Failure::new(&self.name, error));
        }
    }

    /// The failure so far, if there was one. It is reported once.
    pub(crate) fn check(&mut self) -> Result<(), Failure> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Makes the system report what went wrong with the bytes so far; success is claimed only here.
    pub(crate) fn finish(&mut self) -> Result<(), Failure> {
        // An output that nothing was written to may just as well be closed.
        if self.is_used {
            self.attempt(W::flush);
        }
        self.check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use headtail::{HeadTail, Limits};
    use std::io::ErrorKind;

    /// Accepts a few bytes at a time, is interrupted every other time, and fails where a test says so.
    #[derive(Default)]
    struct Faulty {
        accepted: Vec<u8>,
        calls: usize,
        /// Number of the write that fails, and how.
        fails_on: Option<(usize, ErrorKind)>,
        fails_to_flush: Option<ErrorKind>,
    }

    impl Write for Faulty {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.calls += 1;
            match self.fails_on {
                Some((call, kind)) if call == self.calls => return Err(kind.into()),
                _ if self.calls.is_multiple_of(2) => return Err(ErrorKind::Interrupted.into()),
                _ => {}
            }
            let accepted = bytes.len().min(3);
            self.accepted.extend_from_slice(&bytes[..accepted]);
            Ok(accepted)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.fails_to_flush.map_or(Ok(()), |kind| Err(kind.into()))
        }
    }

    fn sink(out: Faulty) -> Sink<Faulty> {
        Sink::new(Name::path("out"), out)
    }

    #[test]
    fn short_and_interrupted_writes_are_continued() {
        let mut kept = HeadTail::new(Limits::new().head(5).tail(5)).expect("little memory");
        kept.push(b"0123456789abcdef");
        let mut sink = sink(Faulty::default());
        sink.put(b"title: ");
        sink.attempt(|out| kept.snapshot().write_to(out));
        assert_eq!(sink.out.accepted, b"title: 01234\n\n... [omitted 6 bytes] ...\n\nbcdef");
        assert!(sink.finish().is_ok());
    }

    #[test]
    fn whichever_write_fails_it_is_reported_and_nothing_is_written_after_it() {
        for call in 1..=9 {
            let mut sink =
                sink(Faulty { fails_on: Some((call, ErrorKind::StorageFull)), ..Faulty::default() });
            sink.put(b"0123456789");
            sink.put(b"abcde");
            assert_eq!(sink.out.calls, call);
            let failure = sink.finish().expect_err("a write failed");
            assert_eq!(failure.to_string(), "out: no storage space");
        }
    }

    #[test]
    fn an_error_of_the_flush_is_reported() {
        let mut sink = sink(Faulty { fails_to_flush: Some(ErrorKind::QuotaExceeded), ..Faulty::default() });
        sink.put(b"text");
        assert_eq!(sink.finish().expect_err("the flush failed").to_string(), "out: quota exceeded");
    }

    #[test]
    fn a_failure_is_reported_once() {
        let mut sink = sink(Faulty { fails_on: Some((1, ErrorKind::StorageFull)), ..Faulty::default() });
        sink.put(b"text");
        assert!(sink.check().is_err());
        assert!(sink.check().is_ok());
        sink.put(b"more");
        assert!(sink.finish().is_ok());
    }

    #[test]
    fn a_closed_pipe_is_not_a_failure_but_the_end() {
        let mut sink = sink(Faulty { fails_on: Some((3, ErrorKind::BrokenPipe)), ..Faulty::default() });
        sink.put(b"0123456789");
        sink.put(b"more");
        assert_eq!(sink.out.calls, 3);
        assert!(sink.finish().is_ok());
    }

    #[test]
    fn an_output_that_nothing_is_written_to_is_not_checked() {
        let mut sink = sink(Faulty { fails_to_flush: Some(ErrorKind::Other), ..Faulty::default() });
        sink.put(b"");
        assert!(sink.finish().is_ok());
    }
}
