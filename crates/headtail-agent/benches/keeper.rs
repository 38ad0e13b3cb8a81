//! What a keeper costs.

fn main() {}
