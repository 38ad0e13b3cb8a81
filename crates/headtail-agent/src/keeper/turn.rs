//! The loop of a keeper.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};

use super::child::Child;
use super::connection::{Connection, Task};
use super::input::Input;
use super::lease::Lease;
use super::record::Saved;
use crate::model::Process;
use crate::reading::{Moment, Output};
use crate::store::{Phase, Record, Store};

/// Most bytes read at once. With a search window they fit the smallest ring.
const CHUNK: usize = 64 << 10;
/// Most reads in one turn, so that clients are answered whatever is printed.
const READS: usize = 16;
/// Most clients at once.
const CONNECTIONS: usize = 256;
/// How long no client is accepted after there was no descriptor for one.
const BREATH: Duration = Duration::from_millis(100);

/// One process, all that is known of it, and its clients.
pub(super) struct Keeper {
    pub(super) store: Store,
    pub(super) record: Record,
    /// Locked as long as this keeper lives.
    _lock: OwnedFd,
    /// Where clients connect, until the last record is written.
    listener: Option<UnixListener>,
    /// No client is accepted before.
    accepts_at: Instant,
    signals: OwnedFd,
    pub(super) child: Child,
    pub(super) output: Output,
    last_output: Instant,
    pub(super) input: Input,
    lease: Option<Lease>,
    saved: Saved,
    pub(super) connections: Vec<Connection>,
    /// Inputs that were asked for so far.
    pub(super) inputs: u64,
    chunk: Vec<u8>,
}

/// What a wait has found.
struct Ready {
    output: bool,
    listener: bool,
    signals: bool,
    /// For each connection.
    connections: Vec<bool>,
}

impl Keeper {
    pub(super) fn new(
        store: Store,
        record: Record,
        lock: OwnedFd,
        listener: UnixListener,
        signals: OwnedFd,
        (child, output, input): (Child, Output, Input),
        lease: Option<Lease>,
    ) -> Self {
        // A listener that blocks would only be waited for where poll has promised a client that is gone since.
        let _ = listener.set_nonblocking(true);
        let last_output = child.begun();
        Self {
            store,
            record,
            _lock: lock,
            listener: Some(listener),
            accepts_at: last_output,
            signals,
            child,
            output,
            last_output,
            input,
            lease,
            saved: Saved::NotYet,
            connections: Vec::new(),
            inputs: 0,
            chunk: vec![0; CHUNK],
        }
    }

    /// Works until the process has ended, that is written down, and all who were waiting have been answered.
    pub(super) fn run(mut self) {
        let mut ready = Ready { output: true, listener: false, signals: false, connections: Vec::new() };
        loop {
            let now = Instant::now();
            if ready.signals {
                self.take_signals();
            }
            self.child.advance(now);
            self.read_output(ready.output);
            self.save(now);
            self.receive(&ready.connections);
            if ready.listener {
                self.accept(now);
            }
            self.serve(now);
            // Once it is known who is gone.
            self.update_lease(now);
            if self.saved.is_done() && self.connections.iter().all(|connection| connection.untaken() == 0) {
                return;
            }
            ready = self.wait();
        }
    }

    /// What is known of the process as of `now`.
    pub(super) fn process(&self, now: Instant) -> Process {
        let mut process = self.record.process.clone();
        if self.child.is_running() {
            process.output_bytes = self.output.total();
            process.stdin = self.input.state();
            process.wall_duration = Some(now.saturating_duration_since(self.child.begun()));
        }
        process
    }

    pub(super) fn moment(&self, now: Instant) -> Moment {
        Moment {
            now,
            is_running: self.child.is_running(),
            total: self.output.total(),
            last_output: self.last_output,
        }
    }

    /// Reads what the process has printed, and searches it for those who wait for a pattern.
    fn read_output(&mut self, may_have_some: bool) {
        if !self.child.is_running() {
            return;
        }
        for _ in 0..READS {
            match self.child.try_read(&mut self.chunk) {
                Ok(0) => return self.end(),
                Ok(count) => {
                    self.output.push(&self.chunk[..count]);
                    self.last_output = Instant::now();
                    self.search();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                // The output can no longer be followed; what it was is known.
                Err(_) => return self.end(),
            }
            if !may_have_some {
                return;
            }
        }
    }

    fn search(&mut self) {
        let reads = self.connections.iter_mut().filter_map(|connection| match &mut connection.task {
            Some(Task::Read(read)) if read.is_searching() => Some(read),
            _ => None,
        });
        let mut reads = reads.peekable();
        if reads.peek().is_some() {
            self.output.with_held(|held| reads.for_each(|read| read.look(held)));
        }
    }

    /// Notes how the process has ended.
    fn end(&mut self) {
        self.input.close();
        self.record.phase = Phase::Ended;
        self.record.process.output_bytes = self.output.total();
        self.record.process.stdin = self.input.state();
        self.child.finish(&mut self.record.process);
    }

    fn update_lease(&mut self, now: Instant) {
        let is_held = self.connections.iter().any(|connection| connection.holds);
        if let Some(lease) = &mut self.lease
            && lease.update(is_held, now)
        {
            self.lease = None;
            self.child.end_lease();
        }
    }

    /// Writes the last record once the process has ended. From then on clients find all they need there.
    fn save(&mut self, now: Instant) {
        if self.child.is_running() || self.saved.is_done() {
            return;
        }
        self.saved.advance(&self.store, &mut self.record, &self.output, now);
        if self.saved.is_done() {
            self.store.retire(self.record.process.id);
        }
    }

    /// Takes what clients have sent, and lets those go that are gone.
    fn receive(&mut self, ready: &[bool]) {
        let mut ready = ready.iter();
        self.connections.retain_mut(|connection| match ready.next() {
            // One that takes its reply is polled for that.
            Some(true) if connection.untaken() == 0 => connection.receive(),
            _ => true,
        });
    }

    fn accept(&mut self, now: Instant) {
        let Some(listener) = &self.listener else { return };
        while self.connections.len() < CONNECTIONS {
            match listener.accept() {
                // Most have sent their request by now.
                Ok((stream, _)) => self
                    .connections
                    .extend(Connection::new(stream, now).and_then(|mut it| it.receive().then_some(it))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // No descriptor, or no memory: it would be refused again at once.
                Err(_) => {
                    self.accepts_at = now + BREATH;
                    return;
                }
            }
        }
    }

    /// Ends the process where the keeper itself was asked to end: it has a status and a record then.
    fn take_signals(&mut self) {
        let mut signals = [0; 64];
        let count = rustix::io::read(&self.signals, &mut signals).unwrap_or(0);
        if signals[..count].iter().any(|signal| ENDING.contains(signal)) {
            // Where that is refused it has ended already.
            let _ = self.child.signal("terminate");
        }
    }

    /// Waits until something is ready, or a deadline has come.
    fn wait(&self) -> Ready {
        let now = Instant::now();
        let accepts = self.connections.len() < CONNECTIONS && self.accepts_at <= now;
        let listener = self.listener.as_ref().filter(|_| accepts);
        let pending_input = self.has_pending_input().then(|| self.input.fd()).flatten();
        let mut fds = vec![PollFd::new(&self.signals, PollFlags::IN)];
        fds.extend(listener.map(|listener| PollFd::new(listener, PollFlags::IN)));
        let connections_at = fds.len();
        fds.extend(self.connections.iter().map(|connection| {
            let (fd, flags) = connection.interest();
            PollFd::from_borrowed_fd(fd, flags)
        }));
        let rest_at = fds.len();
        fds.extend(self.child.fds().map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        fds.extend(pending_input.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::OUT)));
        let timeout = self.deadline(now).map(|deadline| deadline.saturating_duration_since(now));
        // What is too long for the system is as good as for ever.
        let timeout = timeout.and_then(|timeout| timeout.try_into().ok());
        // An interruption is as good a reason to look up as any.
        let _ = poll(&mut fds, timeout.as_ref());
        let is_ready = |fd: &PollFd<'_>| !fd.revents().is_empty();
        Ready {
            output: fds[rest_at..].first().is_some_and(is_ready),
            listener: listener.is_some() && is_ready(&fds[1]),
            signals: is_ready(&fds[0]),
            connections: fds[connections_at..rest_at].iter().map(is_ready).collect(),
        }
    }

    fn deadline(&self, now: Instant) -> Option<Instant> {
        let accepts_at = Some(self.accepts_at).filter(|&at| at > now);
        let others = [
            self.child.deadline(),
            self.lease.as_ref().and_then(Lease::deadline),
            self.saved.deadline(),
            accepts_at,
        ];
        let connections = self.connections.iter().map(|connection| connection.deadline(self.last_output));
        others.into_iter().chain(connections).flatten().min()
    }
}

/// The signals that ask this keeper to end: `SIGHUP`, `SIGINT` and `SIGTERM`.
const ENDING: [u8; 3] = [1, 2, 15];
