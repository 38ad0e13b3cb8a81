//! What must be read before `main`, where the Rust runtime changes it.
#![allow(unsafe_code)]

use crate::platform::{descriptors, dispositions};

// SAFETY: the loader calls each function listed in this section once, before `main`, with arguments that a
// function of the C calling convention may ignore. `before_main` needs nothing that is set up later: it makes system
// calls and stores to atomics, which are initialized at compile time.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd"))]
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = before_main;

// SAFETY: as above; this is what the section is called on Apple's systems.
#[cfg(target_vendor = "apple")]
#[used]
#[unsafe(link_section = "__DATA,__mod_init_func")]
static BEFORE_MAIN: extern "C" fn() = before_main;

#[cfg_attr(
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "netbsd",
        target_vendor = "apple"
    )),
    expect(dead_code, reason = "here all is taken for what it is in most cases")
)]
extern "C" fn before_main() {
    descriptors::check_open();
    dispositions::note_sigpipe();
}
