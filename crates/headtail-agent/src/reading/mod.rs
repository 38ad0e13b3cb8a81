//! Reading a stream of which both ends are held: what is shown of a stretch, and whether a line matches. A keeper and a
//! record are read by the same code.

mod held;
mod read;
mod search;
#[cfg(test)]
mod tests;
mod wait;

pub(crate) use self::held::{Held, Output};
pub(crate) use self::read::{Budget, read};
#[cfg(fuzzing)]
pub(crate) use self::search::Search;
pub use self::search::check_pattern;

pub(crate) use self::wait::{Moment, Pending};
