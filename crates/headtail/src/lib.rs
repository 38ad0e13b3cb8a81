//! Keep the first bytes, the last bytes and an exact account of what is missing between them, in memory that
//! is fixed before the first byte is read.
//!
//! ```
//! use headtail::{HeadTail, Limits};
//!
//! let mut buffer = HeadTail::new(Limits::new().head(10).tail(10))?;
//! buffer.push(b"started\nstep\nstep\nstep\nstep\nfailed: 1\n");
//! assert_eq!(buffer.snapshot().to_vec(), b"started\nst\n\n... [omitted 18 bytes] ...\n\nfailed: 1\n");
//! # Ok::<(), headtail::Error>(())
//! ```
//!
//! The bytes flow one way, and each room below has one of the steps:
//!
//! - [`Limits`] says how much is kept and what a line is.
//! - `clip` shortens long lines as they stream (`mark` knows the bounds, `middle` keeps both ends of a line);
//!   `skip` finds, in a large write, where the bytes that can survive begin.
//! - `store` keeps both ends: the `head`, the `ring`, and in `clips` the account of shortened lines.
//! - `layout` decides where these are `cut` and asks the [`Marker`] for its text; [`Snapshot`] is the view that
//!   is written out, [`Report`] the account.
//! - [`HeadTail`] ties them together for one owner, [`SharedHeadTail`] for many.
//!
#![forbid(unsafe_code)]
#![deny(missing_docs)]

#[cfg(feature = "clean")]
mod clean;
#[cfg(not(feature = "clean"))]
#[path = "no_cleaner.rs"]
mod clean;
mod cut;
mod error;
mod head_tail;
mod intake;
mod limits;
mod line;
mod mark;
mod marker;
mod report;
pub mod seek;
mod shared;
mod snapshot;
mod store;
mod utf8;

#[cfg(feature = "clean")]
pub use crate::clean::Cleaner;
pub use crate::error::Error;
pub use crate::head_tail::HeadTail;
pub use crate::limits::{Align, Cleaning, Limits, Split};
pub use crate::mark::Clip;
pub use crate::marker::Marker;
pub use crate::report::Report;
pub use crate::shared::SharedHeadTail;
pub use crate::snapshot::{OwnedSnapshot, Segment, Snapshot};

/// Compiles the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
