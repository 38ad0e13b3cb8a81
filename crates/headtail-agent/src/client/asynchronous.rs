//! The same for programs that wait for many processes at once, by tasks instead of threads.

use std::io::{self, Read};
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::UnixStream;
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use super::ask::{Answered, PAUSE, TRIES, encode, unexpected};
use super::feed::Feed;
use super::{Admit, Client, Filter, Hold, List, PROMPT, Started, patience};
use crate::model::{Answer, Chunk, Error, Id, Process, Query, Start};
use crate::wire::{Decoder, Reply, Request};

/// A [`Client`] whose calls are futures, for a runtime of tokio with input, output and time.
///
/// A call that waits for a keeper takes no thread and no processor time, and ends at once when its future is dropped:
/// the keeper sees that the connection is closed. What only reads or changes the runtime directory is done by the
/// threads for blocking work, and goes on where its future is dropped.
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
}

impl AsyncClient {
    /// The same access as `client` has.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// As [`Client::scoped`].
    #[must_use]
    pub fn scoped(&self, scope: impl Into<String>) -> Self {
        Self { client: self.client.scoped(scope) }
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

    /// As [`Client::start`]. The process is started although the future is dropped meanwhile.
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn start(&self, start: Start, admit: Admit) -> Result<Started, Error> {
        self.blocking(move |client| client.start(&start, admit)).await
    }

    /// As [`Client::list`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn list(&self, filter: Filter) -> Result<List, Error> {
        self.blocking(move |client| client.list(&filter)).await
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
            Answered::Record(record) => {
                let query = query.clone();
                self.blocking(move |client| client.output_of_record(&record, &query)).await
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
            Answered::Record(record) => {
                self.blocking(move |client| client.chunk_of_record(*record, after, max_bytes)).await
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
        let message = encode(request, bytes)?;
        for attempt in 0..TRIES {
            // A small file, in memory where the directory is where it should be: quicker read than handed to a thread.
            if let Some(record) = self.client.record_of_ended(id)? {
                return Ok(Answered::Record(Box::new(record)));
            }
            let Ok(exchanged) = timeout(patience, self.exchange(id, &message)).await else {
                return Err(Error::Unresponsive(id));
            };
            match self.client.answered(id, exchanged)? {
                Some(answered) => return Ok(answered),
                // It is gone. The first time that is because the process has ended, and its record is there.
                None if attempt > 0 => sleep(PAUSE).await,
                None => {}
            }
        }
        Err(Error::Unresponsive(id))
    }

    /// One message to a keeper, and its reply. `None` where it goes without one.
    async fn exchange(&self, id: Id, message: &[u8]) -> io::Result<Option<(Reply, Vec<u8>)>> {
        let stream = self.client.store.connect(id)?;
        stream.set_nonblocking(true)?;
        let mut stream = UnixStream::from_std(stream)?;
        stream.write_all(message).await?;
        let mut decoder = Decoder::default();
        loop {
            let count = stream.async_io(Interest::READABLE, || decoder.fill(&mut Ready(&stream))).await?;
            if let Some(reply) = decoder.next()? {
                return Ok(Some(reply));
            }
            if count == 0 {
                return Ok(None);
            }
        }
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

/// What is there to be read of a stream.
struct Ready<'a>(&'a UnixStream);

impl Read for Ready<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(bytes)
    }
}
