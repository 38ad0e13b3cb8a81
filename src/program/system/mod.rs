//! The few things that only `unsafe` code can do, each behind a safe function.

pub(crate) mod child;
pub(crate) mod descriptors;
pub(crate) mod signals;
