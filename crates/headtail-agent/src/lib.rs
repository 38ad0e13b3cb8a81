//! Processes that outlive their caller.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod client;
mod keeper;
mod model;
mod reading;
mod store;
mod wire;

pub use self::client::{Admit, AsyncClient, Client, Filter, Hold, List, Started};
#[doc(hidden)]
pub use self::keeper::{keep, refuse_to_keep};
pub use self::model::{
    Answer, Chunk, Error, Id, IdError, Match, Process, Query, Reason, Refusal, Start, State, Stdin,
    StoppedBy, Timestamp, TimestampError, Truncated, Wait,
};
pub use self::reading::check_pattern;
pub use self::store::Keep;
