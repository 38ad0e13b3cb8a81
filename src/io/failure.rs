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

    /// An output that is needed for something else, too.
    pub(crate) fn shared(name: &Name) -> Self {
        Self::new(name, io::Error::other("the file is an input or another output, too"))
    }

    /// Whether a signal ended the wait for it: then there is no use in telling.
    pub(crate) fn is_interruption(&self) -> bool {
        self.cause.kind() == io::ErrorKind::Interrupted
    }

    /// The system's reason alone.
    pub(crate) fn reason(&self) -> String {
        // The number that the standard library adds is for programmers.
        let mut reason = self.cause.to_string();
        if let Some(code) = self.cause.raw_os_error() {
            let words = reason.strip_suffix(&format!(" (os error {code})")).map_or(reason.len(), str::len);
            reason.truncate(words);
        }
        reason
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
