//! Where bytes come from, and why they ended.

pub(crate) mod clock;
pub(crate) mod command;
pub(crate) mod end;
pub(crate) mod source;
pub(crate) mod terminal;
pub(crate) mod windows;
