//! Where bytes come from, a chunk at a time.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use headtail::HeadTail;
use headtail_process::Signal;

use crate::io::descriptor::Descriptor;
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::open;
use crate::platform::descriptors::Standard;
use crate::platform::shutdown;

/// Fewest bytes that a read has room for, `PIPE_BUF`: a pipe that keeps packets apart drops what a read has no room for,
/// so the end of a chunk may stay unused.
const LEAST_ROOM: usize = 4 << 10;

/// Length of the chunk that a [`Source`] fills. Large enough that what is done once a chunk does not count.
pub(crate) const CHUNK: usize = 256 << 10;

/// An open input.
#[derive(Debug)]
pub(crate) struct Source<R = Descriptor> {
    pub(crate) input: R,
    /// Where its bytes can be read again, if it is a regular file.
    pub(crate) path: Option<PathBuf>,
    /// Whether its middle may be passed over, and was not yet.
    has_middle: bool,
}

/// Why a chunk holds no more.
#[derive(Debug)]
pub(crate) enum Filled {
    /// There may be more: it is full, or something else wants attention.
    More,
    /// The input ended.
    End,
    /// The input failed, after the bytes in the chunk.
    Failed(io::Error),
}

impl Source {
    pub(crate) fn stdin() -> Self {
        Self::of(Descriptor::Standard(Standard::In))
    }

    /// Opens a file; `is_over` says whether a FIFO is to wait no longer for its other side.
    pub(crate) fn open(path: &OsStr, is_over: impl Fn() -> bool) -> Result<Self, Failure> {
        let input =
            open::for_reading(path, is_over).map_err(|errno| Failure::new(&Name::path(path), errno))?;
        let is_named = matches!(input, Descriptor::Own(_));
        let mut source = Self::of(input);
        source.path = (is_named && source.has_middle).then(|| path.into());
        Ok(source)
    }

    /// Whether it is a terminal where nothing is typed for a second: people may not know that it is waited for.
    pub(crate) fn is_idle_terminal(&self) -> bool {
        self.input.is_terminal() && !self.input.wait(Duration::from_secs(1))
    }

    fn of(descriptor: Descriptor) -> Self {
        descriptor.widen();
        Self { has_middle: descriptor.has_length(), ..Self::new(descriptor) }
    }
}

impl<R: Stream> Source<R> {
    /// Goes on near the end of a file once `kept`, which got all before and nothing else, only counts the rest.
    pub(crate) fn skip_middle(&mut self, kept: &mut HeadTail, chunk: &mut [u8]) -> io::Result<()> {
        if self.has_middle && kept.may_skip() {
            self.has_middle = false;
            self.input.skip_middle(kept, chunk)?;
        }
        Ok(())
    }
}

/// An input that can be waited for and, where it is a file, need not be read from end to end.
pub(crate) trait Stream: Read {
    /// Waits until a read does not block or `time` is over. Returns whether a read is worth a try.
    fn wait(&mut self, time: Duration) -> bool;

    /// Called each time that a read returns after `signal` asked for the end. Returns whether no more is to be read.
    fn stop(&mut self, signal: Signal) -> bool;

    /// Called when a limit of time is reached. Returns whether no more is to be read.
    fn expire(&mut self) -> bool {
        true
    }

    /// Does what is due while something else makes the program wait.
    fn attend(&mut self) {}

    /// Suspends the program and what it reads from.
    fn suspend(&mut self) {}

    /// Whether it has the terminal, which no status line is drawn on then.
    fn has_terminal(&self) -> bool {
        false
    }

    /// Goes on near the end, if `kept` needs no byte before that.
    fn skip_middle(&mut self, _kept: &mut HeadTail, _chunk: &mut [u8]) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for Descriptor {
    fn wait(&mut self, time: Duration) -> bool {
        Descriptor::wait(self, time)
    }

    fn stop(&mut self, _: Signal) -> bool {
        shutdown::is_due()
    }

    fn skip_middle(&mut self, kept: &mut HeadTail, chunk: &mut [u8]) -> io::Result<()> {
        headtail::seek::skip_middle(self, kept, chunk)
    }
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, path: None, has_middle: false }
    }

    /// Reads into `chunk` until it is full, the input ends or, after any read, `is_enough`. Returns how many bytes of it are
    /// filled, and why no more.
    pub(crate) fn fill(&mut self, chunk: &mut [u8], is_enough: impl Fn() -> bool) -> (usize, Filled) {
        let mut len = 0;
        while len == 0 || chunk.len() - len >= LEAST_ROOM {
            match self.input.read(&mut chunk[len..]) {
                Ok(0) => return (len, Filled::End),
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (len, Filled::Failed(error)),
            }
            if is_enough() {
                break;
            }
        }
        (len, Filled::More)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::collections::VecDeque;

    /// An input that answers each read with the next of its answers, and then with its end.
    struct Script(VecDeque<io::Result<&'static [u8]>>);

    impl Script {
        fn new(answers: impl IntoIterator<Item = io::Result<&'static [u8]>>) -> Source<Self> {
            Source::new(Self(answers.into_iter().collect()))
        }
    }

    impl Read for Script {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.pop_front().unwrap_or(Ok(b""))?;
            room[..bytes.len()].copy_from_slice(bytes);
            Ok(bytes.len())
        }
    }

    fn error(kind: io::ErrorKind) -> io::Result<&'static [u8]> {
        Err(kind.into())
    }

    const NEVER: fn() -> bool = || false;

    #[test]
    fn short_reads_fill_one_chunk() {
        let mut source = Script::new([Ok(&b"a"[..]), Ok(b"bc"), Ok(b"d")]);
        let mut chunk = vec![0; CHUNK];
        let (len, filled) = source.fill(&mut chunk, NEVER);
        assert_eq!(&chunk[..len], b"abcd");
        assert!(matches!(filled, Filled::End));
    }

    #[test]
    fn an_interrupted_read_is_repeated() {
        let interrupted = || error(io::ErrorKind::Interrupted);
        let mut source = Script::new([interrupted(), Ok(&b"a"[..]), interrupted(), interrupted(), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let (len, filled) = source.fill(&mut chunk, NEVER);
        assert_eq!(&chunk[..len], b"ab");
        assert!(matches!(filled, Filled::End));
    }

    #[test]
    fn what_came_before_an_error_is_not_lost() {
        let mut source = Script::new([Ok(&b"a"[..]), error(io::ErrorKind::Other), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let (len, filled) = source.fill(&mut chunk, NEVER);
        assert_eq!(&chunk[..len], b"a");
        assert!(matches!(filled, Filled::Failed(error) if error.kind() == io::ErrorKind::Other));
    }

    #[test]
    fn a_read_that_is_enough_is_handed_on() {
        let mut source = Script::new([Ok(&b"a"[..]), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        for expected in [&b"a"[..], b"b"] {
            let (len, filled) = source.fill(&mut chunk, || true);
            assert_eq!(&chunk[..len], expected);
            assert!(matches!(filled, Filled::More));
        }
        assert!(matches!(source.fill(&mut chunk, || true), (0, Filled::End)));
    }

    #[test]
    fn attention_ends_the_reading_at_once_with_what_is_there() {
        let mut source = Script::new([Ok(&b"a"[..]), error(io::ErrorKind::Interrupted), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let calls = Cell::new(0);
        let second = || calls.replace(calls.get() + 1) == 1;
        let (len, filled) = source.fill(&mut chunk, second);
        assert_eq!(&chunk[..len], b"a");
        assert!(matches!(filled, Filled::More));
    }

    #[test]
    fn every_read_has_room_for_a_whole_packet() {
        struct Packets(usize);
        impl Read for Packets {
            fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
                assert!(room.len() >= LEAST_ROOM, "a packet would lose its end");
                self.0 += 1;
                Ok(if self.0 < 1000 { 100 * self.0 % 4093 + 1 } else { 0 })
            }
        }
        let mut source = Source::new(Packets(0));
        let mut chunk = vec![0; CHUNK];
        while !matches!(source.fill(&mut chunk, NEVER), (_, Filled::End)) {}
    }
}
