//! Keep the first bytes of a stream, the last bytes, and an exact account of what is missing between them, in memory
//! that is allocated before the first byte is written.
//!
//! It is for output that has no bound: of a command that a program runs, of a test, of a worker's log. What is kept of
//! it fits a message, a database field or a language model's context, and begins and ends where people look first.
//!
//! ```
//! use headtail::{HeadTail, Limits};
//!
//! let mut buffer = HeadTail::new(Limits::new().head(10).tail(10))?;
//! buffer.push(b"started\nstep\nstep\nstep\nstep\nfailed: 1\n");
//! assert_eq!(buffer.snapshot().to_vec(), b"started\n\n... [omitted 20 bytes] ...\n\nfailed: 1\n");
//! # Ok::<(), headtail::Error>(())
//! ```
//!
//! # Writing and reading
//!
//! [`HeadTail`] has one owner and is an [`io::Write`](std::io::Write). [`SharedHeadTail`] can be cloned and written to
//! from many threads; each write lands as one piece. Neither ever fails or allocates in a write, and how the input is
//! cut into writes changes nothing. A [`Snapshot`] is the output as if the input ended now: it is a
//! [`bytes::Buf`](https://docs.rs/bytes), can be written to a file or socket with vectored writes, and becomes a `Vec<u8>`
//! or `Bytes`. To read both ends of a file without its middle, use [`seek::copy`].
//!
//! # What is kept
//!
//! [`Limits`] say how much: by default 16 KiB at each end, cut [between lines](Align), with lines of at most 2048 bytes
//! ([longer ones](Clip) lose their end). Both ends can be limited by lines as well, or the whole output
//! [by a cap](Limits::cap). Input that fits passes unchanged. Bytes need not be UTF-8; where they are, no character is cut
//! in half.
//!
//! In place of what is missing stands a [`Marker`], by default a line with an empty line on either side. A template can
//! say more: the lines that are gone, positions, a file that has it all.
//!
//! # What the numbers mean
//!
//! A [`Report`] accounts for every byte of the input: it is shown, *clipped* (lost by a long line), *omitted* (in the
//! gap) or *cleaned* (removed before anything else was done), and counted once. All counters have 64 bits.
//!
//! # Features
//!
//! - `clean` removes escape sequences, and what progress bars write over, from the input: see [`Cleaning`].
//! - `keep` shows lines of the gap that match in the marker: see [`HeadTail::with_matcher`].
//! - `serde` serializes a [`Report`].
//!
//! None is on by default; without them, memchr and bytes are the only dependencies.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

// It is there with and without the feature, so that nothing else differs; without, nobody can ask for it.
#[cfg_attr(not(feature = "clean"), allow(unreachable_pub))]
mod clean;
mod cut;
mod error;
mod head_tail;
#[cfg_attr(not(feature = "keep"), allow(dead_code, unreachable_pub))]
mod keep;
mod limits;
mod line;
mod mark;
mod marker;
mod report;
pub mod seek;
mod shared;
mod snapshot;
mod store;
mod tally;
mod utf8;

#[cfg(feature = "clean")]
pub use crate::clean::Cleaner;
pub use crate::error::Error;
pub use crate::head_tail::HeadTail;
#[cfg(feature = "keep")]
pub use crate::keep::Matcher;
pub use crate::limits::{Align, Cleaning, Limits, Split};
pub use crate::mark::Clip;
pub use crate::marker::Marker;
pub use crate::report::{Matches, Report};
pub use crate::shared::SharedHeadTail;
pub use crate::snapshot::{OwnedSnapshot, Segment, Snapshot};

/// Compiles the examples of the crate's page.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Page;

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
