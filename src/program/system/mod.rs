//! The few things that only `unsafe` code can do, each behind a safe function.

mod actions;
pub(crate) mod child;
pub(crate) mod descriptors;
mod early;
pub(crate) mod group;
pub(crate) mod signals;
