//! `headtail mcp`, and `/mcp` of `headtail serve`, as clients see them.

#[path = "../home/mod.rs"]
mod home;

mod client;
mod execute;
mod http;
mod leases;
mod processes;
mod protocol;
mod server;
mod session;
mod web;
