//! Processes that outlive their caller.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![allow(dead_code)] // Until a keeper uses it.

mod model;
mod reading;

pub use self::model::{
    Answer, Chunk, Error, Id, IdError, Match, Process, Query, Reason, Refusal, Start, State, Stdin, StoppedBy,
    Timestamp, TimestampError, Truncated, Wait,
};
