//! The built program, by its exact standard output, standard error and status.

mod support;

mod cuts;
mod files;
mod options;
mod signals;
mod sizes;
mod streams;
