//! The few things that only `unsafe` code can do, each behind a safe function.

mod before_main;
pub(crate) mod descriptors;
pub(crate) mod dispositions;
pub(crate) mod group;
pub(crate) mod shutdown;
pub(crate) mod signals;
