//! What can go wrong, as a value.

use std::{fmt, io};

use crate::io::name::Name;

/// An input or output that failed, and why.
#[derive(Debug)]
pub(crate) struct Failure {
    name: Name,
    cause: io::Error,
}

impl Failure {
    pub(crate) fn new(name: &Name, cause: impl Into<io::Error>) -> Self {
        Self { name: name.clone(), cause: cause.into() }
    }

    /// An output that would overwrite, or be mixed with, something else.
    pub(crate) fn shared(name: &Name) -> Self {
        Self::new(name, io::Error::other("already used as an input or another output"))
    }

    /// Whether a signal ended the wait for it, and needs no message.
    pub(crate) fn is_interruption(&self) -> bool {
        self.cause.kind() == io::ErrorKind::Interrupted
    }

    /// The system's error alone.
    pub(crate) fn into_cause(self) -> io::Error {
        self.cause
    }

    /// The system's reason alone.
    pub(crate) fn reason(&self) -> String {
        headtail_process::reason(&self.cause)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn a_failure_reads_as_other_programs_word_it() {
        let failure = Failure::new(&Name::path("a\nb"), Errno::ISDIR);
        assert_eq!(failure.to_string(), r"a\nb: Is a directory");
    }
}
