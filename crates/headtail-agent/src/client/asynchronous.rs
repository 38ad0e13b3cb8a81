//! The same for programs that wait for many processes at once, by tasks instead of threads.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::ask::{Answered, PAUSE, TRIES, Whereabouts, encode, unexpected};
use super::feed::Feed;
use super::idle::{Idle, Link};
use super::{Admit, Client, Filter, Hold, List, PROMPT, Started, list, patience};
use crate::model::{Answer, Chunk, Error, Id, Process, Query, Start, Wait};
use crate::store::Record;
use crate::wire::{Decoder, Reply, Request};

/// Most records that are read by the thread that serves everybody.
const FEW: usize = 16;
/// Most output of a record that it shows.
const LITTLE: u64 = 64 << 10;

/// A [`Client`] whose calls are futures, for a runtime of tokio with input, output and time.
///
/// A call that waits for a keeper takes no thread and no processor time, and ends at once when its future is dropped:
/// the keeper sees that the connection is closed. Connections that are not in use are kept for the next call, a few of
/// them. What changes the runtime directory, or reads much of it, is done by the threads for blocking work, and goes on
/// where its future is dropped.
///
/// ```no_run
/// use headtail_agent::{AsyncClient, Client, Query, Wait};
///
/// # async fn example() -> Result<(), headtail_agent::Error> {
/// let client = AsyncClient::new(Client::open(None, "/usr/lib/headtail-agent")?);
/// let id = client.list(Default::default()).await?.processes[0].id;
/// let answer = client.output(id, &Query::new().wait(Wait::Exit)).await?;
/// println!("{:?}: {}", answer.process.exit_code(), String::from_utf8_lossy(&answer.output));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct AsyncClient {
    client: Client,
    idle: Arc<Idle>,
    /// Turns to start a process. Starts wait for one another anyway, and one that waits here takes no thread.
    starts: Arc<Semaphore>,
}

/// Starts at once: their keepers need not wait for one another.
const STARTS: usize = 8;

impl AsyncClient {
    /// The same access as `client` has.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client, idle: Arc::default(), starts: Arc::new(Semaphore::new(STARTS)) }
    }

    /// As [`Client::scoped`].
    #[must_use]
    pub fn scoped(&self, scope: impl Into<String>) -> Self {
        let (idle, starts) = (Arc::clone(&self.idle), Arc::clone(&self.starts));
        Self { client: self.client.scoped(scope), idle, starts }
    }

    /// As [`Client::directory`].
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.client.directory()
    }

    /// As [`Client::resolve`], without a thread: it reads the names in one directory.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn resolve(&self, prefix: &str) -> Result<Id, Error> {
        self.client.resolve(prefix)
    }

    /// As [`Client::start`]. The process is started although the future is dropped meanwhile, unless others are being
    /// started and it still waits for its turn.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn start(&self, start: Start, admit: Admit) -> Result<Started, Error> {
        // Nobody closes the semaphore, so that this never fails.
        let turn = Arc::clone(&self.starts).acquire_owned().await;
        self.blocking(move |client| {
            let _turn = turn;
            client.start(&start, admit)
        })
        .await
    }

    /// As [`Client::list`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn list(&self, filter: Filter) -> Result<List, Error> {
        let ids = self.client.store.ids()?;
        let mut survey = if ids.len() <= FEW {
            self.client.survey(ids)
        } else {
            self.blocking(move |client| Ok(client.survey(ids))).await?
        };
        let message = encode(&Request::Get, &[])?;
        join_all(survey.live().map(|process| self.refresh(process, &message))).await;
        Ok(survey.list(&filter))
    }

    /// Asks the keeper of a process how far that is, by `message`.
    async fn refresh(&self, process: &mut Process, message: &[u8]) {
        let link = self.idle.take(process.id);
        let answered = match link.map_or_else(|| self.connect(process.id, process.scope.clone()), Ok) {
            Ok(link) => self.exchange(link, message, list::TIMEOUT).await,
            Err(_) => Ok(None),
        };
        match answered {
            Ok(Some(Answered::Keeper(Reply::Process(latest), _))) => *process = *latest,
            Err(Error::Unresponsive(_)) => process.note = Some(list::SILENT.into()),
            // It has ended a moment ago, or more clients wait for it than it takes.
            _ => self.client.reread(process),
        }
    }

    /// As [`Client::hold`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn hold(&self, id: Id) -> Result<Hold, Error> {
        self.blocking(move |client| client.hold(id)).await
    }

    /// As [`Client::remove`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn remove(&self, id: Id) -> Result<(), Error> {
        self.blocking(move |client| client.remove(id)).await
    }

    /// As [`Client::get`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn get(&self, id: Id) -> Result<Process, Error> {
        self.ask(id, &Request::Get, &[], PROMPT).await?.process(id)
    }

    /// As [`Client::output`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn output(&self, id: Id, query: &Query) -> Result<Answer, Error> {
        query.check()?;
        let patience = patience(query);
        match self.ask(id, &Request::Output(query.clone()), &[], patience).await? {
            Answered::Keeper(Reply::Answer(answer), output) => Ok(Answer { output, ..*answer }),
            Answered::Record(stored) if is_quick(&stored.record, query) => {
                self.client.output_of_record(*stored, query)
            }
            Answered::Record(stored) => {
                let query = query.clone();
                self.blocking(move |client| client.output_of_record(*stored, &query)).await
            }
            Answered::Keeper(..) => Err(unexpected(id)),
        }
    }

    /// As [`Client::chunk`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn chunk(
        &self,
        id: Id,
        after: u64,
        max_bytes: usize,
        timeout: Duration,
    ) -> Result<Chunk, Error> {
        let max_bytes = max_bytes.clamp(1, Query::MAX_BYTES.1);
        match self.ask(id, &Request::Chunk { after, max_bytes }, &[], timeout).await? {
            Answered::Keeper(Reply::Chunk(chunk), bytes) => Ok(Chunk { bytes, ..*chunk }),
            Answered::Record(stored) => {
                self.blocking(move |client| client.chunk_of_record(*stored, after, max_bytes)).await
            }
            Answered::Keeper(..) => Err(unexpected(id)),
        }
    }

    /// As [`Client::input`]. Where the future is dropped, nobody knows how much of it was taken.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn input(
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
            if let Some(taken) = feed.take(id, &self.ask(id, &request, piece, timeout).await?)? {
                return Ok(taken);
            }
        }
    }

    /// As [`Client::signal`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn signal(&self, id: Id, signal: &str) -> Result<Process, Error> {
        self.ask(id, &Request::Signal(signal.into()), &[], PROMPT).await?.running(id)
    }

    /// Asks the keeper of a process; where there is none, finds the record.
    async fn ask(
        &self,
        id: Id,
        request: &Request,
        bytes: &[u8],
        patience: Duration,
    ) -> Result<Answered, Error> {
        // Who has a connection need not look in the directory for the keeper.
        if let Some(link) = self.idle.take(id) {
            self.client.check_scope(id, link.scope.as_ref())?;
            let message = encode(request, bytes)?;
            if let Some(answered) = self.exchange(link, &message, patience).await? {
                return Ok(answered);
            }
            self.idle.forget(id);
        }
        for attempt in 0..TRIES {
            // A small file, in memory where the directory is where it should be: quicker read than handed to a thread.
            let scope = match self.client.whereabouts(id)? {
                Whereabouts::Record(stored) => return Ok(Answered::Record(stored)),
                Whereabouts::Keeper { scope } => scope,
            };
            match self.connect(id, scope) {
                Ok(link) => {
                    let message = encode(request, bytes)?;
                    if let Some(answered) = self.exchange(link, &message, patience).await? {
                        return Ok(answered);
                    }
                }
                Err(error) => drop(self.client.answered(id, Err(error))?),
            }
            // It is gone. The first time that is because the process has ended, and its record is there.
            if attempt > 0 {
                sleep(PAUSE).await;
            }
        }
        Err(Error::Unresponsive(id))
    }

    fn connect(&self, id: Id, scope: Option<String>) -> io::Result<Link> {
        Ok(Link { id, scope, stream: UnixStream::from_std(self.client.store.connect(id)?)? })
    }

    /// Sends a message to a keeper, and receives its reply. `None` where the keeper goes without one.
    async fn exchange(
        &self,
        mut link: Link,
        message: &[u8],
        patience: Duration,
    ) -> Result<Option<Answered>, Error> {
        let id = link.id;
        let Ok(exchanged) = timeout(patience, transfer(&mut link.stream, message)).await else {
            return Err(Error::Unresponsive(id));
        };
        if matches!(exchanged, Ok(Some(_))) {
            self.idle.keep(link);
        }
        self.client.answered(id, exchanged)
    }

    /// Has `work` done by a thread that may block.
    async fn blocking<T, W>(&self, work: W) -> Result<T, Error>
    where
        T: Send + 'static,
        W: FnOnce(&Client) -> Result<T, Error> + Send + 'static,
    {
        let client = self.client.clone();
        match spawn_blocking(move || work(&client)).await {
            Ok(result) => result,
            // It panicked, or the runtime ends.
            Err(error) => Err(Error::Keeper(io::Error::other(error))),
        }
    }
}

/// Whether a read of a record takes no longer than to hand it to a thread.
fn is_quick(record: &Record, query: &Query) -> bool {
    record.held() <= LITTLE && !query.clean && !matches!(query.wait, Wait::Match(_))
}

/// One message to a keeper, and its reply. `None` where it goes without one.
async fn transfer(stream: &mut UnixStream, message: &[u8]) -> io::Result<Option<(Reply, Vec<u8>)>> {
    stream.write_all(message).await?;
    let mut decoder = Decoder::default();
    loop {
        let count = stream.async_io(Interest::READABLE, || decoder.fill(&mut TryRead(stream))).await?;
        if let Some(reply) = decoder.next()? {
            return Ok(Some(reply));
        }
        if count == 0 {
            return Ok(None);
        }
    }
}

/// What is there to be read of a stream.
struct TryRead<'a>(&'a UnixStream);

impl Read for TryRead<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(bytes)
    }
}
