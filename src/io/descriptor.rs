//! Reading and writing descriptors as they are: inherited ones may be closed, non-blocking or shared.

use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::FileType;
use rustix::io::{Errno, retry_on_intr};
use rustix::stdio;
use rustix::termios::{isatty, tcgetwinsize};

use crate::platform::descriptors::{self, Standard};

/// What a pipe that is ready to be written to has room for.
pub(crate) const PIECE: usize = 4096;

/// An open file that is read or written without a buffer.
///
/// A call that would block although the descriptor does not allow it waits until it need not; the flag is
/// never changed, since others share it. A signal ends every wait with [`io::ErrorKind::Interrupted`].
#[derive(Debug)]
pub(crate) enum Descriptor {
    /// One that the program was started with. It is not ours to close.
    Standard(Standard),
    Own(OwnedFd),
}

/// How an open file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// From end to end.
    Stream,
    /// By packets: what a read has no room for is lost.
    Packets,
    /// Anywhere: it is a regular file that knows its length.
    File,
}

impl Descriptor {
    fn get(&self) -> Result<BorrowedFd<'_>, Errno> {
        match self {
            Self::Standard(standard) if !standard.was_open() => Err(Errno::BADF),
            Self::Standard(Standard::In) => Ok(stdio::stdin()),
            Self::Standard(Standard::Out) => Ok(stdio::stdout()),
            Self::Standard(Standard::Err) => Ok(stdio::stderr()),
            Self::Own(own) => Ok(own.as_fd()),
        }
    }

    pub(crate) fn is_terminal(&self) -> bool {
        self.get().is_ok_and(isatty)
    }

    pub(crate) fn kind(&self) -> Kind {
        let Ok(stat) = self.get().and_then(rustix::fs::fstat) else { return Kind::Stream };
        match FileType::from_raw_mode(stat.st_mode) {
            // Those of `/proc` say that they are empty.
            FileType::RegularFile if stat.st_size > 0 => Kind::File,
            FileType::Socket => Kind::Packets,
            _ => Kind::Stream,
        }
    }

    /// Width of the terminal that it is.
    pub(crate) fn columns(&self) -> Option<usize> {
        let size = tcgetwinsize(self.get().ok()?).ok()?;
        (size.ws_col > 0).then_some(size.ws_col.into())
    }

    /// Waits until there is something to read or `time` is over. Returns whether it is worth a try.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let (Ok(descriptor), Ok(time)) = (self.get(), time.try_into()) else { return true };
        // What is wrong with the descriptor the next read tells.
        poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], Some(&time)) != Ok(0)
    }

    /// Whether a write of [`PIECE`] bytes or fewer is taken, or refused, without a wait.
    pub(crate) fn takes_a_piece(&self) -> bool {
        let Ok(descriptor) = self.get() else { return true };
        poll(&mut [PollFd::new(&descriptor, PollFlags::OUT)], Some(&Timespec::default())) != Ok(0)
    }

    /// Makes room for more between two reads, if it is a pipe and the system lets us.
    ///
    /// Measured with a producer that is as fast as a pipe can be: a third of the processor time goes, since the
    /// two wait for each other less often.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn widen(&self) {
        use rustix::pipe::{fcntl_getpipe_size, fcntl_setpipe_size};
        const WIDE: usize = 1 << 20;
        if let Ok(descriptor) = self.get()
            && fcntl_getpipe_size(descriptor).is_ok_and(|size| size < WIDE)
        {
            let _ = fcntl_setpipe_size(descriptor, WIDE);
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn widen(&self) {}

    /// Moves on to the next byte of a file that takes up space; says how many bytes, all 0, were passed over.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn pass_hole(&mut self) -> io::Result<u64> {
        let here = self.stream_position()?;
        let there = match rustix::fs::seek(self.get()?, rustix::fs::SeekFrom::Data(here)) {
            // Nothing more does.
            Err(Errno::NXIO) => self.seek(SeekFrom::End(0))?,
            // Not every file system knows.
            result => result.unwrap_or(here),
        };
        if there < here {
            self.seek(SeekFrom::Start(here))?;
        }
        Ok(there.saturating_sub(here))
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn pass_hole(&mut self) -> io::Result<u64> {
        Ok(0)
    }

    /// Takes away what a regular file holds.
    pub(crate) fn truncate(&mut self) -> io::Result<()> {
        let descriptor = self.get()?;
        Ok(retry_on_intr(|| rustix::fs::ftruncate(descriptor, 0))?)
    }

    /// Makes `call`; while that would block, waits for `readiness`.
    fn call<T>(
        &self,
        readiness: PollFlags,
        mut call: impl FnMut(BorrowedFd<'_>) -> Result<T, Errno>,
    ) -> io::Result<T> {
        let descriptor = self.get()?;
        loop {
            match call(descriptor) {
                Err(Errno::AGAIN) => poll(&mut [PollFd::new(&descriptor, readiness)], None)?,
                result => return Ok(result?),
            };
        }
    }
}

impl Seek for Descriptor {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(position) => rustix::fs::SeekFrom::Start(position),
            SeekFrom::End(distance) => rustix::fs::SeekFrom::End(distance),
            SeekFrom::Current(distance) => rustix::fs::SeekFrom::Current(distance),
        };
        Ok(rustix::fs::seek(self.get()?, to)?)
    }
}

impl Read for Descriptor {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.call(PollFlags::IN, |descriptor| rustix::io::read(descriptor, &mut *room))
    }
}

impl Write for Descriptor {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.call(PollFlags::OUT, |descriptor| rustix::io::write(descriptor, bytes))
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.call(PollFlags::OUT, |descriptor| rustix::io::writev(descriptor, pieces))
    }

    /// Has the system tell now what it would tell when the descriptor is closed.
    fn flush(&mut self) -> io::Result<()> {
        match self.get()?.try_clone_to_owned() {
            Ok(duplicate) => descriptors::close(duplicate),
            // Out of descriptors: nothing is known to be wrong with this one.
            Err(_) => Ok(()),
        }
    }
}
