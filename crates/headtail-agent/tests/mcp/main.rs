//! `headtail mcp`, and `/mcp` of `headtail serve`, as clients see them.

mod client;
mod execute;
mod home;
mod http;
mod leases;
mod processes;
mod protocol;
mod session;
mod web;
