//! Cleaning allocates when it is set up and never again.
#![cfg(feature = "clean")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use headtail::{Cleaner, Cleaning};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: all work is the system allocator's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations() -> u64 {
    ALLOCATIONS.with(Cell::get)
}

#[test]
fn no_input_makes_cleaning_allocate() {
    let text = "plain\nCRLF\r\n50%\r\x1b[K\x1b[32m漢字\x1b[0m\r..\t\x1b]0;title\x07\x1b]no end\nlong ";
    let mut input = text.as_bytes().repeat(50);
    input.extend(b"x".repeat(5000));
    input.extend(b"\ry\x1b[2Kz\xff\xe6\xbc\x9b1m\x1b]");
    input.extend(b"t".repeat(9000));
    let before = allocations();
    for (strip_ansi, collapse_cr) in [(true, false), (false, true), (true, true)] {
        let mut cleaner =
            Cleaner::new(Cleaning::new().strip_ansi(strip_ansi).collapse_cr(collapse_cr), b'\n', 2048)
                .unwrap();
        let after_new = allocations();
        assert!(after_new > before);
        let mut len = 0;
        for size in [1, 7, 1000, input.len()] {
            input.chunks(size).for_each(|piece| cleaner.clean(piece, &mut |out| len += out.len()));
            len += cleaner.pending().iter().map(|piece| piece.len()).sum::<usize>();
            cleaner.reset();
        }
        assert!(len > 0);
        assert_eq!(allocations(), after_new, "strip {strip_ansi}, collapse {collapse_cr}");
    }
}

#[test]
fn memory_that_cannot_be_had_is_an_error() {
    let what = Cleaning::new().strip_ansi(false).collapse_cr(true);
    assert!(Cleaner::new(what, b'\n', usize::MAX).is_err());
    // Without a line to hold, no buffer is needed.
    assert!(Cleaner::new(what.collapse_cr(false), b'\n', usize::MAX).is_ok());
}
