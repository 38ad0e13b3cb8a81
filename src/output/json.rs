//! The result as a JSON object: one line, whatever the input.

use std::io::{self, BufWriter, IoSlice, Write};

use bytes::Buf;
use headtail::{Report, Snapshot};
use headtail_process::Outcome;
use serde_core::ser::{Serialize, SerializeMap, Serializer};

use crate::input::end::Ended;
use crate::io::failure::Failure;
use crate::output::destination::Destination;
use crate::output::lossy::Lossy;

/// Everything there is to say of an input, in the order of the fields.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    /// The output and its account.
    pub(crate) snapshot: Snapshot<&'a [u8]>,
    pub(crate) ended: &'a Ended,
    /// Path of the input; standard input has none.
    pub(crate) file: Option<&'a [u8]>,
    /// Path of the file that has all of the input.
    pub(crate) saved: Option<&'a [u8]>,
    /// Why there is none, if it was asked for.
    pub(crate) save_failure: Option<&'a Failure>,
}

/// How much of a [`Record`] is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fields {
    All,
    /// All but the output itself.
    Account,
}

impl Record<'_> {
    /// What went wrong with the input, or else with the copy of it.
    fn error(&self) -> Option<String> {
        let of_input = match self.ended {
            Ended::Ran(outcome) => outcome.error(),
            ended => ended.failure().map(Failure::reason),
        };
        of_input.or_else(|| self.save_failure.map(Failure::to_string))
    }

    /// Writes one line.
    pub(crate) fn put_to(&self, destination: &mut Destination, fields: Fields) {
        let write = |sink: &mut BufWriter<&mut Destination>| -> io::Result<()> {
            serde_json::to_writer(&mut *sink, &Object { record: self, fields })?;
            sink.write_all(b"\n")?;
            sink.flush()
        };
        // A destination keeps its failures for the end, and nothing else here can fail: all keys are text.
        let _ = write(&mut BufWriter::new(destination));
    }
}

struct Object<'a> {
    record: &'a Record<'a>,
    fields: Fields,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { snapshot, ended, file, saved, .. } = self.record;
        let mut pieces = [IoSlice::new(&[]); Snapshot::<&[u8]>::MAX_PIECES];
        let count = snapshot.chunks_vectored(&mut pieces);
        let output = Lossy(&pieces[..count]);
        let mut is_lossy = output.is_lossy();
        let mut map = serializer.serialize_map(None)?;
        if self.fields == Fields::All {
            map.serialize_entry("output", &output)?;
        }
        let report = snapshot.report();
        map.serialize_entry("truncated", &report.is_truncated().then_some(Truncated(report)))?;
        map.serialize_entry("original_bytes", &report.original_bytes)?;
        map.serialize_entry("ended_by", &ended.name())?;
        let error = self.record.error();
        if let Ended::Ran(outcome) = ended {
            is_lossy |= outcome.error().is_some_and(|error| error.contains(char::REPLACEMENT_CHARACTER));
            serialize_outcome::<S>(outcome, error.as_deref(), &mut map)?;
        } else if let Some(error) = error {
            map.serialize_entry("error", &error)?;
        }
        for (key, path) in [("file", file), ("saved", saved)] {
            if let Some(path) = path {
                let path = [IoSlice::new(path)];
                is_lossy |= Lossy(&path).is_lossy();
                map.serialize_entry(key, &Lossy(&path))?;
            }
        }
        if is_lossy {
            map.serialize_entry("lossy", &true)?;
        }
        map.end()
    }
}

fn serialize_outcome<S: Serializer>(
    outcome: &Outcome,
    error: Option<&str>,
    map: &mut S::SerializeMap,
) -> Result<(), S::Error> {
    map.serialize_entry("success", &outcome.success())?;
    map.serialize_entry("exit_code", &outcome.exit_code())?;
    if let Some(signal) = outcome.signal() {
        map.serialize_entry("signal", &signal.to_string())?;
    }
    map.serialize_entry("timed_out", &outcome.timed_out)?;
    map.serialize_entry(
        "wall_duration_ms",
        &u64::try_from(outcome.wall_time.as_millis()).unwrap_or(u64::MAX),
    )?;
    for (key, text) in [("error", error), ("note", outcome.note().as_deref())] {
        if let Some(text) = text {
            map.serialize_entry(key, &text)?;
        }
    }
    Ok(())
}

struct Truncated<'a>(&'a Report);

impl Serialize for Truncated<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("original_bytes", &self.0.original_bytes)?;
        map.serialize_entry("retained_bytes", &self.0.retained_bytes)?;
        map.serialize_entry("omitted_bytes", &self.0.omitted_bytes)?;
        map.serialize_entry("omitted_start", &self.0.omitted_start)?;
        map.serialize_entry("clipped_lines", &self.0.clipped_lines)?;
        map.serialize_entry("clipped_bytes", &self.0.clipped_bytes)?;
        if self.0.cleaned_bytes > 0 {
            map.serialize_entry("cleaned_bytes", &self.0.cleaned_bytes)?;
        }
        if self.0.added_bytes > 0 {
            map.serialize_entry("added_bytes", &self.0.added_bytes)?;
        }
        map.serialize_entry("strategy", Report::STRATEGY)?;
        map.end()
    }
}
