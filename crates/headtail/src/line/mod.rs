//! Lines: shortening those that are too long, and finding where they start.

pub(crate) mod clipper;
mod middle;
pub(crate) mod tail_search;
