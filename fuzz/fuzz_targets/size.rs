//! Any text: it is a size, or is none, as the grammar says, and parsing it never panics.
#![no_main]

#[path = "../../tests/oracle/size.rs"]
mod oracle;
#[path = "../../src/cli/size.rs"]
mod parser;

use libfuzzer_sys::fuzz_target;
use oracle::{NoSize, size};
use parser::{Size, SizeError};

fuzz_target!(|text: &str| {
    let want = size(text).map(Size).map_err(|reason| match reason {
        NoSize::Malformed => SizeError::Malformed,
        NoSize::TooLarge => SizeError::TooLarge,
    });
    assert_eq!(text.parse(), want, "{text:?}");
});
