//! In place of `clean` where that feature is off: there is no cleaner then, and no way to ask for one.

use std::collections::TryReserveError;

use crate::limits::Cleaning;

/// What does not exist.
#[derive(Clone, Debug)]
pub(crate) enum Cleaner {}

impl Cleaner {
    pub(crate) fn new(_: Cleaning, _: u8, _: usize) -> Result<Self, TryReserveError> {
        unreachable!("nothing says what to clean")
    }

    pub(crate) const fn most_pending(_: usize) -> usize {
        0
    }

    pub(crate) fn clean(&mut self, _: &[u8], _: &mut impl FnMut(&[u8])) {
        match *self {}
    }

    pub(crate) fn pending(&self) -> [&[u8]; 0] {
        match *self {}
    }

    pub(crate) fn added_bytes(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn reset(&mut self) {
        match *self {}
    }
}
