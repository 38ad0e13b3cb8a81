//! Keepers, clients and `headtail ps`, with real processes. Each test has a runtime directory of its own and leaves
//! nothing running.

#[path = "../home/mod.rs"]
mod home;

mod faults;
mod keys;
mod leases;
mod numbers;
mod ps;
mod reads;
mod retention;
mod shortages;
mod starts;
mod support;
mod waits;
