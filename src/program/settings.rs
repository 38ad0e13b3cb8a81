//! What the command line asks for, in plain values: no part of the program but `args` knows of options.

use std::ffi::OsString;

use headtail::{Limits, Marker};

use crate::program::headers::Headers;
use crate::program::name::Name;

/// A run of the filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) marker: Marker,
    pub(crate) headers: Headers,
    /// At least one.
    pub(crate) inputs: Vec<Input>,
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(OsString),
}

impl Input {
    /// The input that a FILE operand names.
    pub(crate) fn from_operand(operand: OsString) -> Self {
        if operand == "-" { Self::Stdin } else { Self::File(operand) }
    }

    pub(crate) fn name(&self) -> Name {
        match self {
            Self::Stdin => Name::stdin(),
            Self::File(path) => Name::path(path),
        }
    }
}
