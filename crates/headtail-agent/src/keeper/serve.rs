//! Answering clients.

use std::time::Instant;

use super::connection::{Connection, Task};
use super::input::Input;
use super::turn::Keeper;
use crate::model::{Answer, Chunk, Refusal};
use crate::reading::{Budget, Moment, Pending, read};
use crate::wire::{Reply, Request};

/// Most bytes of replies that clients have yet to take, unless a single one is longer: those that would be more wait
/// until others have been taken. So slow clients cost time, and only that of other clients, but no memory.
const UNTAKEN: usize = 1 << 20;

/// A reply, and what stands beside it.
type Full = (Reply, Vec<u8>);

impl Keeper {
    /// Sees to each client: takes its request, answers it where that can be done, and sends what it takes.
    pub(super) fn serve(&mut self, now: Instant) {
        let mut connections = std::mem::take(&mut self.connections);
        // Inputs are taken in the order in which they were asked for.
        connections.sort_by_key(|connection| match connection.task {
            Some(Task::Input { place, .. }) => place,
            _ => u64::MAX,
        });
        let mut untaken: usize = connections.iter().map(Connection::untaken).sum();
        let mut input_is_full = false;
        connections.retain_mut(|connection| {
            loop {
                if !connection.send(now) {
                    return false;
                }
                match connection.next_request() {
                    Some(Ok((request, bytes))) => self.begin(connection, request, bytes, now),
                    Some(Err(refusal)) => connection.reply(&Reply::Refused(refusal), &[], now),
                    None => {}
                }
                let before = connection.untaken();
                if before == 0
                    && let Some(task) = &mut connection.task
                    && let Some((reply, bytes)) = self.advance(task, untaken, &mut input_is_full, now)
                {
                    connection.reply(&reply, &bytes, now);
                }
                if connection.untaken() == 0 {
                    return true;
                }
                if !connection.send(now) {
                    return false;
                }
                if connection.untaken() > 0 {
                    untaken += connection.untaken();
                    return true;
                }
                // It has taken all, and may have sent another request already.
            }
        });
        self.connections = connections;
    }

    /// Begins to carry out a request.
    fn begin(&mut self, connection: &mut Connection, request: Request, bytes: Vec<u8>, now: Instant) {
        let process = |keeper: &Self| Reply::Process(Box::new(keeper.process(now)));
        let result = match request {
            Request::Get => Ok(process(self)),
            Request::Hold => {
                connection.holds = true;
                Ok(process(self))
            }
            Request::Signal(name) => self.child.signal(&name).map(|()| process(self)),
            Request::Output(query) => match self.output.with_held(|held| Pending::new(query, held, now)) {
                Ok(read) => return connection.task = Some(Task::Read(Box::new(read))),
                Err(refusal) => Err(refusal),
            },
            Request::Chunk { after, .. } if after > self.output.total() => {
                Err(Refusal::PastEnd { end: self.output.total() })
            }
            Request::Chunk { after, max_bytes } => {
                return connection.task = Some(Task::Chunk { after, max_bytes });
            }
            Request::Input { offset, eof, timeout } => match self.input.check(offset) {
                Ok(()) => {
                    self.inputs += 1;
                    return connection.task = Some(Task::input(self.inputs, bytes, eof, timeout, now));
                }
                Err(refusal) => Err(refusal),
            },
        };
        connection.reply(&result.unwrap_or_else(Reply::Refused), &[], now);
    }

    /// Looks whether a task can be answered.
    fn advance(
        &mut self,
        task: &mut Task,
        untaken: usize,
        input_is_full: &mut bool,
        now: Instant,
    ) -> Option<Full> {
        let has_room = |bytes: usize| untaken == 0 || untaken + bytes <= UNTAKEN;
        let moment = self.moment(now);
        match task {
            Task::Read(read) if has_room(read.query.max_bytes) => self.answer(read, &moment),
            Task::Chunk { after, max_bytes } if has_room(*max_bytes) => {
                self.chunk(*after, *max_bytes, &moment)
            }
            Task::Input { bytes, written, eof, deadline, .. } if !*input_is_full => {
                let is_due = deadline.is_some_and(|deadline| deadline <= now);
                let reply = feed(&mut self.input, bytes, written, *eof, is_due);
                *input_is_full = reply.is_none();
                reply.map(|reply| (reply, Vec::new()))
            }
            _ => None,
        }
    }

    fn answer(&self, wait: &mut Pending, moment: &Moment) -> Option<Full> {
        let reason = wait.reason(moment)?;
        let query = &wait.query;
        let terms = &self.record.terms;
        let budget = Budget::new(query, terms.shares, terms.max_line);
        let shown = self.output.with_held(|held| read(held, query.after, &budget));
        Some(match shown {
            Ok((output, truncated)) => {
                let answer = Answer {
                    output: Vec::new(),
                    truncated,
                    start: query.after,
                    end: moment.total,
                    reason,
                    found: wait.found.take(),
                    process: self.process(moment.now),
                };
                (Reply::Answer(Box::new(answer)), output)
            }
            Err(reason) => (Reply::Refused(Refusal::Failed(reason)), Vec::new()),
        })
    }

    /// The bytes from `after` on, if there are any or none will follow.
    fn chunk(&self, after: u64, max_bytes: usize, moment: &Moment) -> Option<Full> {
        if moment.total == after && moment.is_running {
            return None;
        }
        let (start, bytes) = self.output.with_held(|held| {
            let (start, piece) = held.from(after).next().unwrap_or((after, &[]));
            (start, piece[..piece.len().min(max_bytes)].to_vec())
        });
        let is_last = !moment.is_running && start + bytes.len() as u64 == moment.total;
        let process = self.process(moment.now);
        Some((Reply::Chunk(Box::new(Chunk { bytes: Vec::new(), start, is_last, process })), bytes))
    }

    /// Whether somebody waits for room in the standard input.
    pub(super) fn has_pending_input(&self) -> bool {
        self.connections.iter().any(|connection| matches!(connection.task, Some(Task::Input { .. })))
    }
}

/// Writes what the input has room for. Replies once all is written, nobody reads any more, or the time is over.
fn feed(input: &mut Input, bytes: &[u8], written: &mut usize, eof: bool, is_due: bool) -> Option<Reply> {
    // It can have been closed since it was asked for.
    let result = input.check(None).and_then(|()| input.write(&bytes[*written..]));
    match result {
        Err(refusal) if *written == 0 => return Some(Reply::Refused(refusal)),
        Err(_) => {}
        Ok(count) => *written += count,
    }
    let is_done = *written == bytes.len();
    if is_done && eof {
        input.close();
    }
    let is_closed = input.fd().is_none();
    (is_done || is_closed || is_due).then(|| Reply::Input { accepted: *written as u64, total: input.total() })
}
