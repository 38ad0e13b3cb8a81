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

    /// Reads a record; leaves `file` where the output begins.
    pub(crate) fn read(file: &mut BufReader<File>) -> io::Result<Self> {
        let mut line = Vec::new();
        file.read_until(b'\n', &mut line)?;
        serde_json::from_slice(&line).map_err(|error| {
            io::Error::new(io::ErrorKind::InvalidData, format!("not the record of a process: {error}"))
        })
    }

    /// Reads a record, and the output that is held.
    pub(crate) fn read_all(file: File) -> io::Result<(Self, Vec<u8>)> {
        let mut file = BufReader::new(file);
        let record = Self::read(&mut file)?;
        let mut output = Vec::new();
        file.read_to_end(&mut output)?;
        Ok((record, output))
    }
}
