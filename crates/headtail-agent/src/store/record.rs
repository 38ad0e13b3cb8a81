//! What is written down of a process.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use serde::{Deserialize, Serialize};

use crate::model::Process;

/// What is written down of a process: a line of JSON, followed by what is held of its output once it has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// How far its life has come.
    pub(crate) phase: Phase,
    /// What was known when this was written.
    pub(crate) process: Process,
    /// What it was started with and reads need.
    pub(crate) terms: Terms,
    /// Offset and length of what is not held of its output, once it has ended.
    pub(crate) gap: (u64, u64),
}

/// How far the life of a process has come. What is on disk is never ahead of what has happened to the command, save that
/// a `Launching` one may not have been executed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// There is a name for it. If its keeper is gone, nothing was executed: it may be taken over.
    Reserved,
    /// Its keeper is about to execute it. If its keeper is gone, nobody knows whether it did.
    Launching,
    /// It was executed.
    Running,
    /// It has ended, and this record is the last one.
    Ended,
}

/// What a process was started with, as far as others than its keeper need it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Terms {
    /// The file that stands for its key.
    pub(crate) key: Option<String>,
    /// What must agree where the key is used again.
    pub(crate) fingerprint: String,
    /// Shares of a read from the start.
    pub(crate) shares: Option<(usize, usize)>,
    /// Longest line that reads show.
    pub(crate) max_line: usize,
}

/// A record that was read, and where the output follows that is held.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) record: Record,
    file: BufReader<File>,
}

impl Record {
    /// Whether its keeper was killed, so that this is all that is known.
    pub(crate) fn is_lost(&self) -> bool {
        self.phase != Phase::Ended
    }

    /// The record as it is written, without the output.
    pub(crate) fn to_line(&self) -> io::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// How much is held of the output, once it has ended.
    pub(crate) fn held(&self) -> u64 {
        self.process.output_bytes.saturating_sub(self.gap.1)
    }
}

impl Stored {
    /// Reads a record.
    pub(crate) fn read(file: File) -> io::Result<Self> {
        let mut file = BufReader::new(file);
        let mut line = Vec::new();
        file.read_until(b'\n', &mut line)?;
        let record = serde_json::from_slice(&line).map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("not the record of a process: {error}"))
        })?;
        Ok(Self { record, file })
    }

    /// Reads the output that is held, where the process has ended.
    pub(crate) fn read_output(&mut self) -> io::Result<Vec<u8>> {
        let mut output = Vec::new();
        // No further than it goes: the end of the file is not looked for.
        let count = self.file.by_ref().take(self.record.held()).read_to_end(&mut output)?;
        if (count as u64) < self.record.held() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the record of a process is cut off"));
        }
        Ok(output)
    }
}
