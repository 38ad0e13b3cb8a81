//! The built program, by its exact standard output, standard error and status.

mod program;
mod run;
mod support;
mod terminal;
mod tmux;

mod commands;
mod completions;
mod cuts;
mod ends;
// Pipes that keep packets apart, and what /proc says of a process.
#[cfg(target_os = "linux")]
mod faults;
mod files;
mod hand_over;
mod help;
mod hostile;
mod isolation;
mod json;
mod keep;
mod live;
mod options;
mod outputs;
mod pages;
mod save;
mod sidecar;
mod signals;
mod sizes;
mod streams;
mod times;
mod windows;
mod wrapper;
