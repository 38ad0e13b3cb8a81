//! The words of this crate as plain values: no file, no socket and no process is touched here.

mod error;
mod id;
mod process;
mod query;
mod start;
mod text;
mod time;

pub use self::error::{Error, Refusal};
pub(crate) use self::id::is_prefix;
pub use self::id::{Id, IdError};
pub use self::process::{Process, State, Stdin, StoppedBy};
pub use self::query::{Answer, Chunk, Match, Query, Reason, Truncated, Wait};
pub use self::start::Start;
pub(crate) use self::start::hash;
pub use self::time::{Timestamp, TimestampError};
