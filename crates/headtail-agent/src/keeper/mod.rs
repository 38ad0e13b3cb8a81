//! A keeper: the parent of one process, and all that is known of it while it runs.
//!
//! One thread and one loop. Each turn sees to the process, takes what it has printed, answers what can be answered, and
//! waits until a descriptor is ready or a deadline has come; nothing is looked at again and again.

mod child;
mod connection;
mod guard;
mod input;
mod launch;
mod lease;
mod record;
mod serve;
mod turn;

pub use self::guard::stand_guard;
pub use self::launch::{keep, refuse_to_keep};
