//! Reading and writing descriptors as they are: inherited ones may be closed, non-blocking or shared.

use std::io::{self, IoSlice, Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};
use rustix::stdio;
use rustix::termios::{isatty, tcgetwinsize};

use crate::platform::descriptors::{self, Standard};

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

    pub(crate) fn stat(&self) -> Option<Stat> {
        rustix::fs::fstat(self.get().ok()?).ok()
    }

    /// Whether it is a regular file that knows its length, and can be read anywhere. Those of `/proc` say that they are
    /// empty.
    pub(crate) fn has_length(&self) -> bool {
        self.stat().is_some_and(|stat| is_regular(&stat) && stat.st_size > 0)
    }

    /// Width of the terminal that it is.
    pub(crate) fn columns(&self) -> Option<usize> {
        let size = tcgetwinsize(self.get().ok()?).ok()?;
        (size.ws_col > 0).then_some(size.ws_col.into())
    }

    /// Waits until there is something to read or `time` is over. Returns whether it is worth a try.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let (Ok(descriptor), Ok(time)) = (self.get(), time.try_into()) else { return true };
        // The next read reports what is wrong with the descriptor.
        poll(&mut [PollFd::new(&descriptor, PollFlags::IN)], Some(&time)) != Ok(0)
    }

    /// Writes as many of `bytes` as are accepted at once; returns how many. To be called on a
    /// [non-blocking](Self::non_blocking) descriptor.
    pub(crate) fn write_now(&self, bytes: &[u8]) -> io::Result<usize> {
        let descriptor = self.get()?;
        let mut written = 0;
        while written < bytes.len() {
            match retry_on_intr(|| rustix::io::write(descriptor, &bytes[written..])) {
                Ok(count) => written += count,
                Err(Errno::AGAIN) => break,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(written)
    }

    /// A descriptor for the same terminal, pipe or device that never blocks. It has flags of its own, so no one else
    /// notices. Where the system does not offer that, as for sockets, there is none.
    pub(crate) fn non_blocking(&self) -> Option<Self> {
        let stat = self.stat()?;
        let number = match self {
            // Opened anew, a file would be written from its start. But it never blocks anyway.
            _ if is_regular(&stat) => {
                return self.get().ok()?.try_clone_to_owned().ok().map(Self::Own);
            }
            Self::Standard(standard) => *standard as i32,
            Self::Own(own) => own.as_raw_fd(),
        };
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let twin = rustix::fs::open(format!("/dev/fd/{number}"), flags, Mode::empty()).ok()?;
        // Some systems duplicate the descriptor instead, with the flags that all share.
        let is_non_blocking = rustix::fs::fcntl_getfl(&twin).ok()?.contains(OFlags::NONBLOCK);
        is_non_blocking.then_some(Self::Own(twin))
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

    /// Cuts a regular file at `len`, and goes on there.
    pub(crate) fn truncate(&mut self, len: u64) -> io::Result<()> {
        let descriptor = self.get()?;
        retry_on_intr(|| rustix::fs::ftruncate(descriptor, len))?;
        self.seek(SeekFrom::Start(len)).map(|_| ())
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

pub(crate) fn is_regular(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile
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

    /// Makes the system report now what it would report when the descriptor is closed.
    fn flush(&mut self) -> io::Result<()> {
        match self.get()?.try_clone_to_owned() {
            Ok(duplicate) => descriptors::close(duplicate),
            // Out of descriptors: nothing is known to be wrong with this one.
            Err(_) => Ok(()),
        }
    }
}
