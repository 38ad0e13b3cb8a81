//! Commands run by the library: what they print, how they end, and what is left of them.
#![cfg(unix)]

mod ending;
mod events;
mod left_behind;
mod output;
mod properties;
mod start;
mod stopping;
mod support;
