//! What a program does with processes: start, list, read, write, signal, hold, forget.

mod ask;
mod asynchronous;
mod feed;
mod hold;
mod idle;
mod list;
mod start;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use self::ask::{Answered, unexpected};
pub use self::asynchronous::AsyncClient;
use self::feed::Feed;
pub use self::hold::Hold;
pub use self::list::{Filter, List};
pub use self::start::{Admit, Started};
use crate::model::{Answer, Chunk, Error, Id, Process, Query, Reason, Refusal, Wait};
use crate::reading::{Budget, Held, Moment, Pending, read};
use crate::store::{Admission, Store, Stored};
use crate::wire::{Reply, Request};

/// Access to the processes of a runtime directory. It keeps no state: any number of clients, in any number of programs,
/// see the same processes, and each may be gone at any time.
///
/// Calls block; each has a time within which it returns. A clone is cheap, and may be used by another thread at the same
/// time.
///
/// ```no_run
/// use std::time::Duration;
/// use headtail_agent::{Admit, Client, Query, Start, Wait};
///
/// let client = Client::open(None, "/usr/lib/headtail-agent")?;
/// let server = client.start(&Start::argv(["npm", "run", "dev"]), Admit::default())?.process.id;
/// let query = Query::new().wait(Wait::Match("Listening".into())).timeout(Duration::from_secs(30));
/// let answer = client.output(server, &query)?;
/// println!("{:?}: {}", answer.reason, String::from_utf8_lossy(&answer.output));
/// client.signal(server, "terminate")?;
/// # Ok::<(), headtail_agent::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    store: Arc<Store>,
    /// The program that keepers are.
    program: PathBuf,
    /// Only the processes of this scope are there.
    scope: Option<String>,
}

/// How long a keeper may take for what needs no waiting.
const PROMPT: Duration = Duration::from_secs(5);

/// How long a keeper may take to answer `query`. The timeout is that of a wait: a read that waits for nothing is prompt.
fn patience(query: &Query) -> Duration {
    match query.wait {
        Wait::None => PROMPT,
        _ => query.timeout.saturating_add(PROMPT),
    }
}

impl Client {
    /// Opens the runtime `directory`; without one, `$HEADTAIL_RUNTIME_DIR`, or `$XDG_RUNTIME_DIR/headtail`, or
    /// `/tmp/headtail-UID`. `program` is the `headtail-agent` that keepers are made of.
    ///
    /// # Errors
    ///
    /// The directory cannot be made, or is not ours alone.
    pub fn open(directory: Option<&Path>, program: impl Into<PathBuf>) -> Result<Self, Error> {
        Ok(Self { store: Arc::new(Store::open(directory)?), program: program.into(), scope: None })
    }

    /// A client for which there are only the processes of `scope`, and which starts others there.
    #[must_use]
    pub fn scoped(&self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self.clone() }
    }

    /// The runtime directory.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.store.path()
    }

    /// The id that begins with `prefix`.
    ///
    /// # Errors
    ///
    /// There is none, or there are several.
    pub fn resolve(&self, prefix: &str) -> Result<Id, Error> {
        self.store.resolve(prefix)
    }

    /// What is known of a process.
    ///
    /// # Errors
    ///
    /// There is no such process, or its keeper does not answer.
    pub fn get(&self, id: Id) -> Result<Process, Error> {
        self.ask(id, &Request::Get, &[], PROMPT)?.process(id)
    }

    /// Reads the output of a process, after what the query waits for.
    ///
    /// # Errors
    ///
    /// There is no such process, its keeper does not answer, the offset is past the end, or the pattern is not valid.
    pub fn output(&self, id: Id, query: &Query) -> Result<Answer, Error> {
        query.check()?;
        match self.ask(id, &Request::Output(query.clone()), &[], patience(query))? {
            Answered::Keeper(Reply::Answer(answer), output) => Ok(Answer { output, ..*answer }),
            Answered::Record(stored) => self.output_of_record(*stored, query),
            Answered::Keeper(..) => Err(unexpected(id)),
        }
    }

    fn output_of_record(&self, mut stored: Stored, query: &Query) -> Result<Answer, Error> {
        let id = stored.record.process.id;
        let refused = |refusal| Error::Refused(id, refusal);
        if stored.record.is_lost() {
            // Whatever was read before, nothing more is known.
            return Ok(Answer {
                output: Vec::new(),
                truncated: None,
                start: query.after,
                end: query.after,
                reason: Reason::Exit,
                found: None,
                process: stored.record.process,
            });
        }
        let bytes = self.store.output(&mut stored)?;
        let record = stored.record;
        let held = Held::of_record(&bytes, record.gap);
        let now = Instant::now();
        let mut pending = Pending::new(query.clone(), &held, now).map_err(refused)?;
        let moment = Moment { now, is_running: false, total: held.total(), last_output: now };
        let budget = Budget::new(query, record.terms.shares, record.terms.max_line);
        let (output, truncated) =
            read(&held, query.after, &budget).map_err(|reason| refused(Refusal::Failed(reason)))?;
        Ok(Answer {
            output,
            truncated,
            start: query.after,
            end: held.total(),
            // What has ended keeps nobody waiting.
            reason: pending.reason(&moment).unwrap_or(Reason::Exit),
            found: pending.found.take(),
            process: record.process,
        })
    }

    /// The next bytes of the output after an offset, `max_bytes` at most, as they are: to follow it. Waits until there
    /// are some, or the process has ended.
    ///
    /// # Errors
    ///
    /// There is no such process, its keeper does not answer, or the offset is past the end. After `timeout` it is
    /// [`Error::Unresponsive`], which says no more than that there was no output.
    pub fn chunk(&self, id: Id, after: u64, max_bytes: usize, timeout: Duration) -> Result<Chunk, Error> {
        let max_bytes = max_bytes.clamp(1, Query::MAX_BYTES.1);
        match self.ask(id, &Request::Chunk { after, max_bytes }, &[], timeout)? {
            Answered::Keeper(Reply::Chunk(chunk), bytes) => Ok(Chunk { bytes, ..*chunk }),
            Answered::Record(stored) => self.chunk_of_record(*stored, after, max_bytes),
            Answered::Keeper(..) => Err(unexpected(id)),
        }
    }

    fn chunk_of_record(&self, mut stored: Stored, after: u64, max_bytes: usize) -> Result<Chunk, Error> {
        let id = stored.record.process.id;
        if stored.record.is_lost() {
            let process = stored.record.process;
            return Ok(Chunk { bytes: Vec::new(), start: after, is_last: true, process });
        }
        let bytes = self.store.output(&mut stored)?;
        let record = stored.record;
        let held = Held::of_record(&bytes, record.gap);
        if after > held.total() {
            return Err(Error::Refused(id, Refusal::PastEnd { end: held.total() }));
        }
        let (start, piece) = held.from(after).next().unwrap_or((held.total(), &[]));
        let bytes = piece[..piece.len().min(max_bytes)].to_vec();
        let is_last = start + bytes.len() as u64 == held.total();
        Ok(Chunk { bytes, start, is_last, process: record.process })
    }

    /// Writes to the standard input of a process, and closes it after that where `eof` says so. Waits `timeout` at most
    /// for the process to take it. `offset` is where the input so far must end, if that matters. Returns how many bytes
    /// were taken, and how many of all input so far.
    ///
    /// # Errors
    ///
    /// There is no such process, or it has ended; its input is not a pipe, is closed, or ends elsewhere.
    pub fn input(
        &self,
        id: Id,
        bytes: &[u8],
        eof: bool,
        offset: Option<u64>,
        timeout: Duration,
    ) -> Result<(u64, u64), Error> {
        let mut feed = Feed::new(bytes, eof, offset, timeout);
        loop {
            let (request, piece, timeout) = feed.request();
            if let Some(taken) = feed.take(id, &self.ask(id, &request, piece, timeout)?)? {
                return Ok(taken);
            }
        }
    }

    /// Sends a signal to a process and its group: `terminate` (`SIGTERM`, then `SIGKILL`), `kill`, or a signal by its
    /// name or number.
    ///
    /// # Errors
    ///
    /// There is no such process or signal, or the process has ended.
    pub fn signal(&self, id: Id, signal: &str) -> Result<Process, Error> {
        self.ask(id, &Request::Signal(signal.into()), &[], PROMPT)?.running(id)
    }

    /// Forgets a process that has ended, and what it has printed. Its key is free then.
    ///
    /// # Errors
    ///
    /// There is no such process, or it runs, or its keeper has yet to write down how it ended.
    pub fn remove(&self, id: Id) -> Result<(), Error> {
        if self.scope.is_some() {
            self.check_scope(id, self.store.record(id)?.process.scope.as_ref())?;
        }
        let remove = || Admission::wait(&self.store)?.remove(id);
        match remove() {
            Err(Error::Refused(_, Refusal::Running)) if self.get(id).is_ok_and(|it| !it.is_running()) => {
                // Its end may have been written down since.
                remove().map_err(|error| match error {
                    Error::Refused(id, Refusal::Running) => Error::Refused(id, Refusal::Unwritten),
                    error => error,
                })
            }
            result => result,
        }
    }

    /// Fails where a process is of another scope than ours: it is not there then.
    fn check_scope(&self, id: Id, scope: Option<&String>) -> Result<(), Error> {
        if self.scope.is_some() && scope != self.scope.as_ref() {
            return Err(Error::not_found(id));
        }
        Ok(())
    }
}
