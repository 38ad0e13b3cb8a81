//! What must be read before `main`, where the Rust runtime changes it.
#![allow(unsafe_code)]

use crate::platform::{descriptors, dispositions};

// SAFETY: the loader calls each function listed in this section once, before `main`, with arguments that a
// function of the C calling convention may ignore. `before_main` needs nothing that is set up later: it makes system
// calls and stores to atomics, which are initialized at compile time.
// ELF and Mach-O name it differently.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static BEFORE_MAIN: extern "C" fn() = before_main;

extern "C" fn before_main() {
    descriptors::check_open();
    dispositions::note_sigpipe();
}
