//! Why the program exits other than with 0, and how it says so.

use std::io::{self, Write};
use std::process::ExitCode;

use headtail_agent::{Error, Refusal};
use headtail_process::reason;

/// Why a command line was not carried out.
pub(crate) enum Failure {
    /// A request failed.
    Request(Error),
    /// An input or an output failed: its name, and the reason.
    Stream(&'static str, io::Error),
    /// A file or an address that the arguments name cannot be used.
    Named(String, io::Error),
    /// The arguments contradict each other.
    Usage(&'static str),
    /// Something that was promised to be a status.
    Status(u8),
}

impl Failure {
    /// Says what went wrong, in one line, and returns the status that stands for it.
    pub(crate) fn report(&self) -> ExitCode {
        let (text, status) = match self {
            Self::Status(status) => return ExitCode::from(*status),
            // Whoever reads has seen enough.
            Self::Stream("stdout", error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Request(Error::Refused(_, Refusal::Start { reason, .. })) => (reason.clone(), 1),
            Self::Request(error) => match error.detail() {
                Some(detail) => (format!("{error} ({detail})"), 1),
                None => (error.to_string(), 1),
            },
            Self::Named(name, error) => (format!("{name}: {}", reason(error)), 1),
            Self::Stream(name, error) => (format!("{name}: {}", reason(error)), 1),
            Self::Usage(text) => ((*text).to_owned(), 2),
        };
        report(&text);
        ExitCode::from(status)
    }
}

/// Says something in one line on stderr.
pub(crate) fn report(text: &str) {
    let line: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    // There is nowhere else to say it.
    let _ = writeln!(io::stderr(), "headtail: {line}");
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}
