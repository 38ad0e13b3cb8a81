//! What can be asked of the output of a process, and the answer.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::Error;
use super::process::Process;

/// What is asked of the output of a process.
///
/// ```
/// use std::time::Duration;
/// use headtail_agent::{Query, Wait};
///
/// let query = Query::new().after(4096).max_bytes(8192).wait(Wait::Exit).timeout(Duration::from_secs(10));
/// assert_eq!(query, query.clone());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    pub(crate) after: u64,
    /// Within `Query::MAX_BYTES`.
    pub(crate) max_bytes: usize,
    pub(crate) wait: Wait,
    pub(crate) timeout: Duration,
    pub(crate) clean: bool,
}

/// What a read waits for. The end of the process ends every wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wait {
    /// Nothing.
    #[default]
    None,
    /// The end of the process and of its output.
    Exit,
    /// Any output after the offset.
    Output,
    /// A regular expression, found in a line after the offset.
    Match(String),
    /// No output for this long since the call or the last output, whichever is later.
    Idle(Duration),
}

impl Query {
    /// The least and the most that [`max_bytes`](Self::max_bytes) may be.
    pub const MAX_BYTES: (usize, usize) = (64, 1 << 20);

    /// All output so far, in 32 KiB at most. Waits take five minutes at most.
    #[must_use]
    pub fn new() -> Self {
        Self {
            after: 0,
            max_bytes: 32 << 10,
            wait: Wait::None,
            timeout: Duration::from_secs(5 * 60),
            clean: false,
        }
    }

    /// Asks for what comes after this offset: the [`next`](Answer::next) of the last answer.
    #[must_use]
    pub fn after(self, offset: u64) -> Self {
        Self { after: offset, ..self }
    }

    /// How long the answer may be, marker included.
    #[must_use]
    pub fn max_bytes(self, bytes: usize) -> Self {
        Self { max_bytes: bytes, ..self }
    }

    /// What to wait for before answering.
    #[must_use]
    pub fn wait(self, wait: Wait) -> Self {
        Self { wait, ..self }
    }

    /// How long to wait.
    #[must_use]
    pub fn timeout(self, limit: Duration) -> Self {
        Self { timeout: limit, ..self }
    }

    /// Removes escape sequences, and what progress bars write over.
    #[must_use]
    pub fn clean(self) -> Self {
        Self { clean: true, ..self }
    }

    /// Fails if that is less or more than an answer may have.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (least, most) = Self::MAX_BYTES;
        if (least..=most).contains(&self.max_bytes) {
            return Ok(());
        }
        Err(Error::Invalid(format!("max_bytes is not between {least} and {most}")))
    }
}

impl Default for Query {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a read was answered when it was. Where several reasons hold, the first in this order is given; that nothing
/// was waited for is the only reason of such a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// The pattern was found.
    Match,
    /// There is output.
    Output,
    /// The process has ended.
    Exit,
    /// It printed nothing for the time given.
    Idle,
    /// The wait ran out.
    Timeout,
    /// Nothing was waited for.
    None,
}

/// Where a pattern was found, in offsets of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// Of the first byte of the matched text.
    pub start: u64,
    /// After the last byte of the matched text.
    pub end: u64,
    /// The line that it stands in, as far as it had come, clipped as in reads.
    pub line: String,
}

/// The account of an output that is not all of the stretch that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truncated {
    /// Length of the stretch.
    pub original_bytes: u64,
    /// Length of the output, marker included.
    pub retained_bytes: u64,
    /// Length of the gap; 0 if there is none.
    pub omitted_bytes: u64,
    /// Offset of the gap in all that the process printed.
    pub omitted_start: u64,
    /// Lines that were shortened.
    pub clipped_lines: u64,
    /// Bytes that these lines lost.
    pub clipped_bytes: u64,
    /// Bytes that cleaning removed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cleaned_bytes: u64,
    /// Bytes that cleaning added: the blanks that a cursor was moved over, for example.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub added_bytes: u64,
    /// How it was shortened.
    pub strategy: String,
}

// The signature that serde asks for.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The answer to a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The output between `start` and `end`, within the bytes asked for. It travels beside the JSON.
    #[serde(skip)]
    pub output: Vec<u8>,
    /// What is missing of it; `None` where nothing is.
    pub truncated: Option<Truncated>,
    /// The offset that was asked for.
    pub start: u64,
    /// The offset just after the last byte that the process had printed.
    pub end: u64,
    /// Why it was answered when it was.
    pub reason: Reason,
    /// What the pattern found.
    #[serde(rename = "match")]
    pub found: Option<Match>,
    /// The process as it was then.
    pub process: Process,
}

impl Answer {
    /// The offset to go on from.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.end
    }

    /// The answer as JSON: the output as text, with U+FFFD for what is not UTF-8, which `lossy` says then.
    #[must_use]
    pub fn as_json(&self) -> impl Serialize {
        let text = String::from_utf8_lossy(&self.output);
        Printed {
            lossy: matches!(text, Cow::Owned(_)),
            output: text,
            truncated: self.truncated.as_ref(),
            start: self.start,
            end: self.end,
            next: self.next(),
            reason: self.reason,
            found: self.found.as_ref(),
            running: self.process.is_running(),
            exit_code: self.process.exit_code(),
            signal: self.process.signal(),
            process: &self.process,
        }
    }
}

/// An answer for programs, with what they look for first.
#[derive(Serialize)]
struct Printed<'a> {
    output: Cow<'a, str>,
    lossy: bool,
    truncated: Option<&'a Truncated>,
    start: u64,
    end: u64,
    next: u64,
    reason: Reason,
    #[serde(rename = "match")]
    found: Option<&'a Match>,
    running: bool,
    exit_code: Option<u8>,
    signal: Option<String>,
    process: &'a Process,
}

/// The next bytes of the output, as they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// They travel beside the JSON.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Offset of the first of them. Where it is past the offset that was asked for, what lies between is no longer
    /// held.
    pub start: u64,
    /// Whether this is the last: the process has ended, and there is nothing after these bytes.
    pub is_last: bool,
    /// The process as it was then.
    pub process: Process,
}

impl Chunk {
    /// The offset to go on from.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}
