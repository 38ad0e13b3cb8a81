//! Named files that may block, fail or be shared.

pub(crate) mod descriptor;
pub(crate) mod failure;
pub(crate) mod name;
pub(crate) mod open;
pub(crate) mod sink;
pub(crate) mod until_deadline;
