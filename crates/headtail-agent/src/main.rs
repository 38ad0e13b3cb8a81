//! Keepers, and the command line of processes.

fn main() {}
