//! What is done to the input before it is split into lines: cleaning, where it is asked for.

use std::collections::TryReserveError;

#[cfg(feature = "clean")]
use crate::clean::Cleaner;
use crate::limits::Limits;

/// The way in.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    #[cfg(feature = "clean")]
    cleaner: Option<Cleaner>,
}

#[cfg(feature = "clean")]
impl Intake {
    /// An intake at the start of the input, with all its memory reserved.
    pub(crate) fn new(limits: &Limits) -> Result<Self, TryReserveError> {
        let cleaner =
            limits.cleans().then(|| Cleaner::new(limits.clean, limits.delimiter, limits.line_buffer()));
        Ok(Self { cleaner: cleaner.transpose()? })
    }

    /// Hands the next bytes of the input on, cleaned.
    pub(crate) fn pass(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8])) {
        match &mut self.cleaner {
            Some(cleaner) => cleaner.clean(bytes, &mut out),
            None => out(bytes),
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

#[cfg(not(feature = "clean"))]
#[allow(clippy::unused_self, clippy::unnecessary_wraps)] // The face of the one above.
impl Intake {
    pub(crate) fn new(_: &Limits) -> Result<Self, TryReserveError> {
        Ok(Self {})
    }

    pub(crate) fn pass(&mut self, bytes: &[u8], mut out: impl FnMut(&[u8])) {
        out(bytes);
    }

    pub(crate) fn pending(&self) -> impl Iterator<Item = &[u8]> {
        [].into_iter()
    }

    pub(crate) fn added(&self) -> u64 {
        0
    }

    pub(crate) fn reset(&mut self) {}
}
