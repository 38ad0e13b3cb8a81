//! What is done to the input before it is split into lines: cleaning, where it is asked for.

use std::collections::TryReserveError;

use crate::clean::Cleaner;
use crate::limits::Limits;

/// The way in.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    /// `None` where nothing is cleaned.
    cleaner: Option<Cleaner>,
}

impl Intake {
    /// An intake at the start of the input, with all its memory allocated.
    pub(crate) fn new(limits: &Limits) -> Result<Self, TryReserveError> {
        let cleaner =
            limits.cleans().then(|| Cleaner::new(limits.clean, limits.delimiter, line_buffer(limits)));
        Ok(Self { cleaner: cleaner.transpose()? })
    }

    /// Most bytes that cleaning holds until it knows what becomes of them.
    pub(crate) const fn most_pending(limits: &Limits) -> usize {
        if limits.cleans() { Cleaner::most_pending(line_buffer(limits)) } else { 0 }
    }

    /// Hands the next bytes of the input on, cleaned.
    pub(crate) fn pass(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8])) {
        match &mut self.cleaner {
            Some(cleaner) => cleaner.clean(bytes, &mut out),
            None => out(bytes),
        }
    }

    /// Whether [`count`](Self::count) is worth trying.
    pub(crate) fn cleans(&self) -> bool {
        self.cleaner.is_some()
    }

    /// How many bytes are left of these whole lines, at least.
    pub(crate) fn least_left(&self, lines: &[u8]) -> usize {
        self.cleaner.as_ref().map_or(lines.len(), |cleaner| cleaner.least_left(lines))
    }

    /// Takes whole lines that nobody will see, at the start of a line. Hands on how many bytes are left of them, and
    /// some text that has as many line ends.
    pub(crate) fn count(&mut self, lines: &[u8], mut out: impl FnMut(u64, &[u8])) {
        match &mut self.cleaner {
            Some(cleaner) => cleaner.count(lines, &mut out),
            None => out(lines.len() as u64, lines),
        }
    }

    /// What is handed on if the input ends here: no delimiter is in it.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &[u8]> {
        self.cleaner.iter().flat_map(Cleaner::pending)
    }

    /// How many bytes cleaning has added.
    pub(crate) fn added(&self) -> u64 {
        self.cleaner.as_ref().map_or(0, Cleaner::added_bytes)
    }

    /// Back to the start of the input.
    pub(crate) fn reset(&mut self) {
        if let Some(cleaner) = &mut self.cleaner {
            cleaner.reset();
        }
    }
}

/// Size of the buffer for a line that is written over.
const fn line_buffer(limits: &Limits) -> usize {
    if limits.max_line == 0 { 64 << 10 } else { limits.max_line }
}
