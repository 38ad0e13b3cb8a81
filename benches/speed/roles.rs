//! What this program is when it runs itself: the ends of the pipes that are measured.

use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
use std::hint::black_box;
use std::io;
use std::process::{Command, Stdio};

use memchr::{memchr, memchr_iter};

use crate::run::{self, Cpu};
use crate::shapes::{LENGTH, Shape};

/// Length of the buffer that `read_all` reads with, that of the filter.
const BUFFER: usize = 256 << 10;

/// Plays the role that `args` name.
pub(crate) fn play(args: &[String]) -> Option<io::Result<()>> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["lend", shape, total] => Some(match (Shape::from_name(shape), total.parse()) {
            (Some(shape), Ok(total)) => lend(shape, total),
            _ => Err(io::ErrorKind::InvalidInput.into()),
        }),
        ["drop", pipe] => Some(read_all(pipe.parse().unwrap_or(0), |_| {})),
        ["search", pipe] => Some(read_all(pipe.parse().unwrap_or(0), |chunk| {
            black_box(memchr(0, chunk));
        })),
        ["check", pipe] => Some(read_all(pipe.parse().unwrap_or(0), |chunk| {
            // By pieces, so that the second look finds them in the nearest cache.
            let is_plain = |piece: &&[u8]| memchr(0, piece).is_none() & piece.is_ascii();
            black_box(chunk.chunks(4 << 10).filter(is_plain).count());
        })),
        ["visit", pipe] => Some(read_all(pipe.parse().unwrap_or(0), |chunk| {
            black_box(sequences_len(chunk));
        })),
        ["peak", program, ref args @ ..] => Some(peak(program, args)),
        _ => None,
    }
}

/// Writes `total` bytes of `shape` to standard output, a pipe, without copying them: its pages are lent to the
/// pipe. There is no faster producer.
fn lend(shape: Shape, total: usize) -> io::Result<()> {
    run::settle(Cpu::Producer);
    let text = aligned(&shape.text());
    let mut sent = 0;
    while sent < total {
        let from = sent % LENGTH;
        let count = (LENGTH - from).min(total - sent);
        let piece = libc::iovec { iov_base: text[from..].as_ptr().cast_mut().cast(), iov_len: count };
        // SAFETY: one valid piece of memory, which is never changed or given back.
        let result = unsafe { libc::vmsplice(1, &raw const piece, 1, 0) };
        sent += usize::try_from(result).map_err(|_| io::Error::last_os_error())?;
    }
    Ok(())
}

/// The length of all control sequences: each is found and its end is, and nothing else is done. Those at the end of a
/// chunk may be wrong.
fn sequences_len(chunk: &[u8]) -> usize {
    let is_last = |byte: &u8| (0x40..=0x7E).contains(byte);
    let after = |start: usize| chunk.get(start + 2..).unwrap_or_default();
    memchr_iter(0x1B, chunk).map(|start| after(start).iter().position(is_last).unwrap_or(0) + 3).sum()
}

/// Reads standard input, a pipe that is made to hold `pipe` bytes unless that is 0, looks at each chunk and forgets it.
fn read_all(pipe: i32, look: impl Fn(&[u8])) -> io::Result<()> {
    if pipe > 0 {
        // SAFETY: no memory is involved.
        unsafe { libc::fcntl(0, libc::F_SETPIPE_SZ, pipe) };
    }
    // As the start of a page: a few bytes further, as a large vector would be, some processors copy at a third of the speed.
    let buffer = pages(BUFFER);
    loop {
        // SAFETY: the buffer has room for as many bytes.
        let result = unsafe { libc::read(0, buffer.as_mut_ptr().cast(), buffer.len()) };
        match usize::try_from(result) {
            Ok(0) => return Ok(()),
            Ok(len) => look(&buffer[..len]),
            Err(_) => return Err(io::Error::last_os_error()),
        }
    }
}

/// Runs a program and prints, on standard error, how many KiB of memory it had at most. A process of its own,
/// since the system counts what the parent has when the child starts.
fn peak(program: &str, args: &[&str]) -> io::Result<()> {
    let status = Command::new(program).args(args).stdout(Stdio::null()).status()?;
    let mut usage = std::mem::MaybeUninit::uninit();
    // SAFETY: there is room for the answer, which is only read after success.
    let usage = unsafe {
        if libc::getrusage(libc::RUSAGE_CHILDREN, usage.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        usage.assume_init()
    };
    eprintln!("{}", usage.ru_maxrss);
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// A copy of `text` that starts at the start of a page and lives as long as the program.
fn aligned(text: &[u8]) -> &'static [u8] {
    let memory = pages(text.len());
    memory.copy_from_slice(text);
    memory
}

/// Memory that starts at the start of a page and lives as long as the program.
fn pages(len: usize) -> &'static mut [u8] {
    let layout = Layout::from_size_align(len, 4096).expect("a length that fits");
    // SAFETY: the layout is not empty; the memory is valid for as many bytes and nobody else's.
    unsafe {
        let memory = alloc_zeroed(layout);
        if memory.is_null() {
            handle_alloc_error(layout);
        }
        std::slice::from_raw_parts_mut(memory, len)
    }
}
