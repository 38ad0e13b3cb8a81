//! Who may connect, and what each request must fulfil before it reaches a route.

mod body;
mod connection;
mod gate;
mod socket;
mod token;

pub(super) use self::connection::{Service, accept_local, accept_tcp};
pub(super) use self::gate::Gate;
pub(super) use self::socket::{Socket, take_turn};
pub(super) use self::token::Token;
