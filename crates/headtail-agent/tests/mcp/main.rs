//! `headtail mcp` as its clients see it.

mod client;
mod execute;
mod leases;
mod processes;
mod protocol;
mod session;
