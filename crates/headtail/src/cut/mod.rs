//! From what is kept to what is printed.

pub(crate) mod align;
pub(crate) mod layout;
