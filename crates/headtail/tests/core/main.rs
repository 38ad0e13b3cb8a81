//! The buffer against its oracle: exhaustive small worlds, properties, and every case that was once wrong.

#[path = "../support/file.rs"]
mod file;
#[path = "../support/inputs.rs"]
mod inputs;
#[path = "../oracle/mod.rs"]
mod oracle;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/words.rs"]
mod words;

mod clean;
mod clean_recordings;
mod clean_rules;
mod clean_terminal;
mod cleaning;
mod ends;
mod exhaustive;
mod exhaustive_cuts;
mod hard_cases;
mod hard_cuts;
mod keep;
mod keep_laws;
mod limits;
mod markers;
mod oracle_examples;
mod properties;
mod properties_cuts;
mod regressions;
mod reports;
mod shared;
mod skipping;
mod snapshot;
