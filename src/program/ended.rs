//! How an input came to its end.

use crate::program::failure::Failure;
use crate::program::system::signals::Signal;

/// Why no more was read of an input.
#[derive(Debug)]
pub(crate) enum Ended {
    /// There was no more.
    Eof,
    /// The program was asked to end.
    Signal(Signal),
    /// Reading it failed.
    Failed(Failure),
    /// There was nothing to read it from.
    Unopened(Failure),
}

impl Ended {
    /// The value of `ended_by` in a record.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Eof => "eof",
            Self::Signal(signal) => signal.name(),
            Self::Failed(_) | Self::Unopened(_) => "error",
        }
    }

    /// What went wrong, if anything did.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unopened(failure) => Some(failure),
            Self::Eof | Self::Signal(_) => None,
        }
    }
}
