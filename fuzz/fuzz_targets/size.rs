//! Any text: it is a size, or is none, as the grammar says, and parsing it never panics.
#![no_main]

#[path = "../../tests/oracle/size.rs"]
mod oracle;
#[path = "../../src/cli/options/size.rs"]
mod parser;

use libfuzzer_sys::fuzz_target;
use oracle::{NoSize, size};
use parser::{MALFORMED, TOO_LARGE, parse};

fuzz_target!(|text: &str| {
    let want = size(text).map_err(|reason| match reason {
        NoSize::Malformed => MALFORMED,
        NoSize::TooLarge => TOO_LARGE,
    });
    assert_eq!(parse(text), want, "{text:?}");
});
