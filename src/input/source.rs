//! Where bytes come from, a chunk at a time.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use headtail::HeadTail;

use crate::io::descriptor::{Descriptor, Kind};
use crate::io::failure::Failure;
use crate::io::name::Name;
use crate::io::open;
use crate::platform::descriptors::Standard;

/// Fewest bytes that a read has room for, `PIPE_BUF`: a pipe that keeps packets apart drops what a read has no room for,
/// so the end of a chunk may stay unused.
const LEAST_ROOM: usize = 4 << 10;

/// Length of the chunk that a [`Source`] fills. Large enough that what is done once a chunk does not count.
pub(crate) const CHUNK: usize = 256 << 10;

/// An open input.
#[derive(Debug)]
pub(crate) struct Source<R = Descriptor> {
    input: R,
    kind: Kind,
    /// Where its bytes can be read again.
    path: Option<PathBuf>,
    /// Whether its middle was passed over, or can't be.
    is_past_middle: bool,
}

/// How much is read before it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As much as a chunk holds: the work after a chunk is spread over more bytes.
    Chunk,
    /// What there is: somebody waits for it.
    Read,
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

    pub(crate) fn open(path: &OsStr) -> Result<Self, Failure> {
        let input = open::for_reading(path).map_err(|errno| Failure::new(&Name::path(path), errno))?;
        let is_named = matches!(input, Descriptor::Own(_));
        let mut source = Self::of(input);
        source.path = (is_named && source.kind == Kind::File).then(|| path.into());
        Ok(source)
    }

    /// Whether it is a terminal where nothing is typed for a second: people may not know that it is waited for.
    pub(crate) fn is_idle_terminal(&self) -> bool {
        self.input.is_terminal() && !self.input.wait(Duration::from_secs(1))
    }

    fn of(descriptor: Descriptor) -> Self {
        descriptor.widen();
        Self { kind: descriptor.kind(), ..Self::new(descriptor) }
    }
}

impl<R: Stream> Source<R> {
    /// Goes on near the end of a file once `kept`, which got all before and nothing else, only counts the rest.
    pub(crate) fn skip_middle(&mut self, kept: &mut HeadTail, chunk: &mut [u8]) -> io::Result<()> {
        if self.kind == Kind::File && !self.is_past_middle && kept.may_skip() {
            self.is_past_middle = true;
            self.input.skip_middle(kept, chunk)?;
        }
        Ok(())
    }

    /// Waits until there is something to read or `time` is over. Returns whether it is worth a try.
    pub(crate) fn wait(&mut self, time: Duration) -> bool {
        self.input.wait(time)
    }
}

/// An input that can be waited for and, where it is a file, need not be read from end to end.
pub(crate) trait Stream: Read {
    /// Waits until a read does not block or `time` is over. Returns whether a read is worth a try.
    fn wait(&mut self, time: Duration) -> bool;

    /// Sees to what is due while something else makes the program wait.
    fn attend(&mut self) {}

    /// Suspends the program and what it reads from.
    fn suspend(&mut self) {}

    /// Whether it has the terminal, so that nobody else writes there.
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

    fn skip_middle(&mut self, kept: &mut HeadTail, chunk: &mut [u8]) -> io::Result<()> {
        headtail::seek::skip_middle(self, kept, chunk)
    }
}

impl<R: Read> Source<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, kind: Kind::Stream, path: None, is_past_middle: false }
    }

    /// Path of a regular file, by which it can be read again.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(crate) fn input(&mut self) -> &mut R {
        &mut self.input
    }

    pub(crate) fn into_input(self) -> R {
        self.input
    }

    /// Reads into `chunk` until it is full, the input ends or `attention` is wanted. Returns how many bytes of
    /// it are filled, and why no more.
    pub(crate) fn fill(
        &mut self,
        chunk: &mut [u8],
        pace: Pace,
        attention: impl Fn() -> bool,
    ) -> (usize, Filled) {
        let mut len = 0;
        while len == 0 || chunk.len() - len >= LEAST_ROOM {
            match self.input.read(&mut chunk[len..]) {
                Ok(0) => return (len, Filled::End),
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (len, Filled::Failed(error)),
            }
            if len > 0 && pace == Pace::Read || attention() {
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
        let (len, filled) = source.fill(&mut chunk, Pace::Chunk, NEVER);
        assert_eq!(&chunk[..len], b"abcd");
        assert!(matches!(filled, Filled::End));
    }

    #[test]
    fn an_interrupted_read_is_repeated() {
        let interrupted = || error(io::ErrorKind::Interrupted);
        let mut source = Script::new([interrupted(), Ok(&b"a"[..]), interrupted(), interrupted(), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let (len, filled) = source.fill(&mut chunk, Pace::Chunk, NEVER);
        assert_eq!(&chunk[..len], b"ab");
        assert!(matches!(filled, Filled::End));
    }

    #[test]
    fn what_came_before_an_error_is_not_lost() {
        let mut source = Script::new([Ok(&b"a"[..]), error(io::ErrorKind::Other), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let (len, filled) = source.fill(&mut chunk, Pace::Chunk, NEVER);
        assert_eq!(&chunk[..len], b"a");
        assert!(matches!(filled, Filled::Failed(error) if error.kind() == io::ErrorKind::Other));
    }

    #[test]
    fn at_the_pace_of_reads_each_is_handed_on() {
        let mut source = Script::new([error(io::ErrorKind::Interrupted), Ok(&b"a"[..]), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        for expected in [&b"a"[..], b"b"] {
            let (len, filled) = source.fill(&mut chunk, Pace::Read, NEVER);
            assert_eq!(&chunk[..len], expected);
            assert!(matches!(filled, Filled::More));
        }
        assert!(matches!(source.fill(&mut chunk, Pace::Read, NEVER), (0, Filled::End)));
    }

    #[test]
    fn attention_ends_the_reading_at_once_with_what_is_there() {
        let mut source = Script::new([Ok(&b"a"[..]), error(io::ErrorKind::Interrupted), Ok(b"b")]);
        let mut chunk = vec![0; CHUNK];
        let calls = Cell::new(0);
        let second = || calls.replace(calls.get() + 1) == 1;
        let (len, filled) = source.fill(&mut chunk, Pace::Chunk, second);
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
        while !matches!(source.fill(&mut chunk, Pace::Chunk, NEVER), (_, Filled::End)) {}
    }
}
