//! Reading what a command prints, with and without waiting.

use std::io::{self, Read};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags};

use super::{Phase, Running};
use crate::poll::poll;

impl Running {
    /// Reads output that is there, without waiting. Returns 0 when the run is over, and also if `chunk` is empty.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::WouldBlock`] while there is none, or none yet. Any other error means that the output can't be
    /// read any further.
    pub fn try_read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        let last = if let Phase::Last { bytes } = self.phase { Some(bytes) } else { None };
        let most = last.map_or(usize::MAX, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
        let most = most.min(chunk.len());
        if most == 0 {
            return Ok(0);
        }
        let result = match &mut self.output {
            Some(output) => output.read(&mut chunk[..most]),
            None => Err(io::ErrorKind::WouldBlock.into()),
        };
        if matches!(result, Ok(0)) {
            self.output = None;
        }
        if let Some(bytes) = last {
            // What is not there any more was read by somebody else.
            let count = result.unwrap_or(0);
            self.phase = Phase::Last { bytes: if count == 0 { 0 } else { bytes - count as u64 } };
            return Ok(count);
        }
        if !matches!(result, Ok(0)) {
            return result;
        }
        self.advance(Instant::now());
        if self.is_over() { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) }
    }

    /// Waits, and moves the run on, until [`try_read`](Self::try_read) has something to return, or until `limit`. Returns
    /// whether it has.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::Interrupted`] if this thread has handled a signal meanwhile; any other error means that the run
    /// can't be followed.
    ///
    /// ```
    /// use std::io::Read;
    /// use std::process::Command;
    /// use std::time::{Duration, Instant};
    /// use headtail_process::Run;
    ///
    /// // Ends a command that has printed nothing for half a second.
    /// let mut command = Command::new("sh");
    /// command.args(["-c", "echo started; sleep 60"]);
    /// let mut running = Run::new(command).start()?;
    /// let mut chunk = [0; 4096];
    /// while running.wait_until(Instant::now() + Duration::from_millis(500))? {
    ///     assert!(running.read(&mut chunk)? > 0, "it does not end by itself");
    /// }
    /// running.end_as_timed_out();
    /// assert!(running.has_timed_out());
    /// while running.read(&mut chunk)? > 0 {}
    /// assert!(running.is_over() && running.finish().timed_out);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait_until(&mut self, limit: Instant) -> io::Result<bool> {
        loop {
            let now = Instant::now();
            self.advance(now);
            if matches!(self.phase, Phase::Last { .. }) || self.poll(now, Some(limit))? {
                return Ok(true);
            }
            if limit <= Instant::now() {
                return Ok(false);
            }
        }
    }

    /// Waits until something is ready, or `limit` or another deadline has come. Returns whether it is output.
    fn poll(&self, now: Instant, limit: Option<Instant>) -> io::Result<bool> {
        let deadline = self.deadline().into_iter().chain(limit).min();
        let timeout = deadline.map(|deadline| deadline.saturating_duration_since(now));
        let mut fds: Vec<_> = self.fds().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)).collect();
        poll(&mut fds, timeout)?;
        Ok(self.output.is_some() && !fds[0].revents().is_empty())
    }
}

impl Read for Running {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        loop {
            let now = Instant::now();
            self.advance(now);
            match self.try_read(chunk) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.poll(now, None)?,
                result => return result,
            };
        }
    }
}
