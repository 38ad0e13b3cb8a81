//! `headtail serve` as its clients see it, over both transports. Each test has a runtime directory of its own and
//! leaves nothing running.

#[path = "../home/mod.rs"]
mod home;

mod access;
mod client;
mod hostile;
mod page;
mod processes;
mod requests;
mod schema;
mod server;
mod streams;
mod waits;
