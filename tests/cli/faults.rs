//! Descriptors that are non-blocking or keep packets apart, and system calls that fail on the way.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::process::Output;
use std::thread::sleep;
use std::time::Duration;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::pipe::{PipeFlags, pipe_with};

use crate::program::Program;
use crate::run::{wait_until_empty, wait_until_full};
use crate::support::{PROGRAM, Place, assert_output, numbers, skip};

/// A pipe, reading end first; `flags` are those of one that `end` is to have.
fn pipe(flags: PipeFlags) -> (File, File) {
    let (reading, writing) = pipe_with(flags | PipeFlags::CLOEXEC).expect("a pipe");
    (reading.into(), writing.into())
}

fn set_nonblocking(end: &File) {
    let flags = fcntl_getfl(end).expect("an open pipe");
    fcntl_setfl(end, flags | OFlags::NONBLOCK).expect("an open pipe");
}

fn is_nonblocking(end: &File) -> bool {
    fcntl_getfl(end).expect("an open pipe").contains(OFlags::NONBLOCK)
}

fn another(end: &File) -> OwnedFd {
    end.as_fd().try_clone_to_owned().expect("another descriptor")
}

/// Processor time that the process took so far, in clock ticks.
fn ticks(id: u32) -> u32 {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).expect("it runs");
    let (_, fields) = stat.rsplit_once(") ").expect("a name");
    let times = fields.split(' ').skip(11).take(2);
    times.map(|ticks| ticks.parse::<u32>().expect("a number")).sum()
}

#[test]
fn a_non_blocking_standard_input_is_waited_for_and_left_as_it_is() {
    let (reading, mut writing) = pipe(PipeFlags::empty());
    set_nonblocking(&reading);
    let run = Program::headtail().stdin(another(&reading)).spawn().expect("it starts");
    run.wait_until_blocked();
    writing.write_all(b"first ").expect("it reads");
    // Time to spin in, if it did.
    sleep(Duration::from_millis(500));
    writing.write_all(b"second").expect("it reads");
    let spent = ticks(run.id());
    drop(writing);
    assert_output(&run.end(), "first second", "", Some(0));
    assert!(is_nonblocking(&reading));
    assert!(spent < 20, "it spins");
}

#[test]
fn a_non_blocking_standard_output_is_waited_for_and_left_as_it_is() {
    let (mut reading, writing) = pipe(PipeFlags::empty());
    set_nonblocking(&writing);
    let text = numbers(100_000);
    let place = Place::new();
    place.write("in", &text);
    for args in [&["--head=1M"][..], &["--head=1M", "--json"]] {
        let run = Program::headtail().args(args).arg(place.path("in")).stdout(another(&writing)).spawn();
        let run = run.expect("it starts");
        wait_until_full(&reading);
        run.wait_until_blocked();
        let mut piece = vec![0; 10_000];
        let mut output = Vec::new();
        let last: &[u8] = if args.len() == 1 { b"99999\n100000\n" } else { b"/in\"}\n" };
        while !output.ends_with(last) {
            let count = reading.read(&mut piece).expect("an open pipe");
            output.extend_from_slice(&piece[..count]);
            sleep(Duration::from_millis(1));
        }
        assert!(args.len() > 1 || output == text.as_bytes());
        assert_output(&run.end(), "", "", Some(0));
        assert!(is_nonblocking(&writing));
    }
}

#[test]
fn a_non_blocking_standard_output_whose_reader_goes_away_is_no_error() {
    let (reading, writing) = pipe(PipeFlags::empty());
    set_nonblocking(&writing);
    let place = Place::new();
    place.write("in", &numbers(100_000));
    let run = Program::headtail().arg("--head=1M").arg(place.path("in")).stdout(writing).spawn();
    let run = run.expect("it starts");
    wait_until_full(&reading);
    run.wait_until_blocked();
    drop(reading);
    assert_output(&run.end(), "", "", Some(0));
}

#[test]
fn a_non_blocking_standard_input_does_not_keep_a_signal_from_ending_it() {
    let (reading, mut writing) = pipe(PipeFlags::empty());
    set_nonblocking(&reading);
    let run = Program::headtail().stdin(reading).spawn().expect("it starts");
    writing.write_all(b"kept").expect("it reads");
    wait_until_empty(&writing);
    run.wait_until_blocked();
    run.signal(rustix::process::Signal::TERM);
    assert_output(&run.end(), "kept", "", None);
}

#[test]
#[cfg(target_os = "linux")]
fn packets_of_a_pipe_are_read_whole() {
    let (reading, mut writing) = pipe(PipeFlags::DIRECT);
    let run = Program::headtail().args(["--head=4M", "-L0"]).stdin(reading).spawn().expect("it starts");
    let mut text = Vec::new();
    for number in 0..600 {
        let packet = vec![b"abcdefghijk"[number % 11]; 4096 - number % 7];
        writing.write_all(&packet).expect("it reads");
        text.extend(packet);
    }
    drop(writing);
    assert_output(&run.end(), text, "", Some(0));
}

/// Runs the program under strace, which makes calls on the file `path` fail; without `path` all of them.
/// Nothing where there is no strace.
fn injected(place: &Place, path: &str, inject: &str, args: &[&str]) -> Option<Output> {
    let traced = format!("--trace={}", inject.split(':').next().expect("a name"));
    if !Program::new("strace").args(["-o", "/dev/null", "true"]).succeeds() {
        skip("there is no strace");
        return None;
    }
    let mut strace = Program::new("strace");
    strace.args(["-o", "trace", &traced, &format!("--inject={inject}")]);
    if !path.is_empty() {
        // By the name that it is opened by, and by the one that a descriptor has.
        strace.args(["--quiet=path-resolution", "--trace-path", path, "--trace-path"]).arg(place.path(path));
    }
    strace.arg(PROGRAM).args(args).current_dir(place.path("")).env("TMPDIR", place.path(""));
    Some(strace.output().expect("strace can be started"))
}

/// A place with a file `in`, the numbers from 1 to 300000 on a line each: several chunks.
fn place() -> Place {
    let place = Place::new();
    place.write("in", &numbers(300_000));
    place
}

const ENDS: &str = "1\n2\n\n... [omitted 1988885 bytes] ...\n\n00000\n";

#[test]
fn interrupted_calls_are_repeated() {
    let place = place();
    let args = ["--head=4", "--tail=6", "-o", "out", "--report", "report", "in"];
    let cases = [
        ("in", "read:error=EINTR:when=1+2"),
        ("in", "/^open(at)?$:error=EINTR:when=1..3"),
        ("out", "/^open(at)?$:error=EINTR:when=1"),
        ("out", "ftruncate:error=EINTR:when=1"),
        ("out", "writev:error=EINTR:when=1"),
        ("report", "write:error=EINTR:when=1"),
    ];
    for (path, inject) in cases {
        let Some(output) = injected(&place, path, inject, &args) else { return };
        assert_output(&output, "", "", Some(0));
        assert_eq!(place.read("out"), ENDS, "{inject}");
        assert!(place.read("report").ends_with(",\"ended_by\":\"eof\",\"file\":\"in\"}\n"), "{inject}");
        assert!(place.read("trace").contains("INJECTED"), "{inject}");
    }
}

#[test]
fn a_call_that_would_block_waits() {
    let place = place();
    let args = ["--head=4", "--tail=6", "-o", "out", "in"];
    for (path, inject) in [("in", "read:error=EAGAIN:when=1+2"), ("out", "writev:error=EAGAIN:when=1")] {
        let Some(output) = injected(&place, path, inject, &args) else { return };
        assert_output(&output, "", "", Some(0));
        assert_eq!(place.read("out"), ENDS, "{inject}");
    }
}

#[test]
fn an_input_that_fails_on_the_way_has_the_result_so_far() {
    let place = place();
    let inject = "read:error=EIO:when=3+";
    let complaint = "headtail: in: Input/output error\n";
    let Some(output) = injected(&place, "in", inject, &["--head=4", "--tail=6", "in"]) else { return };
    // A chunk came before it, and a look at the end, which says nothing about what is between.
    let text = numbers(300_000);
    let passed = &text[..256 << 10];
    let expected = format!("1\n2\n\n... [omitted 262136 bytes] ...\n\n{}", &passed[passed.len() - 4..]);
    assert_output(&output, expected, complaint, Some(1));

    let args = ["--head=4", "--tail=6", "--json", "--report", "report", "-o", "out", "in"];
    let Some(output) = injected(&place, "in", inject, &args) else { return };
    assert_output(&output, "", complaint, Some(1));
    let end = "\"original_bytes\":262144,\"ended_by\":\"error\",\"error\":\"Input/output error\",\"file\":\"in\"}\n";
    assert!(place.read("out").ends_with(end) && place.read("report").ends_with(end));
}

#[test]
fn what_only_closing_tells_is_told() {
    let place = place();
    let args = ["--head=4", "--tail=6", "-o", "out", "in"];
    let Some(output) = injected(&place, "out", "close:error=EDQUOT:when=1", &args) else { return };
    assert_output(&output, "", "headtail: out: Disk quota exceeded\n", Some(1));
}

#[test]
fn a_save_that_fails_on_the_way_is_no_longer_promised() {
    let place = place();
    let args = ["--head=4", "--tail=6", "--save=all", "in"];
    for inject in ["write:error=ENOSPC:when=3", "write:error=ENOSPC:when=1", "close:error=ENOSPC:when=1"] {
        let Some(output) = injected(&place, "all", inject, &args) else { return };
        assert_output(&output, ENDS, "headtail: all: No space left on device\n", Some(1));
    }
}

#[test]
fn calls_that_are_a_favour_of_the_system_may_be_refused() {
    let place = place();
    for call in ["getrandom", "setitimer", "sigaltstack", "prlimit64", "ioctl"] {
        let Some(output) =
            injected(&place, "", &format!("{call}:error=EPERM"), &["--head=4", "--tail=6", "in"])
        else {
            return;
        };
        assert_output(&output, ENDS, "", Some(0));
    }
}

#[test]
fn memory_is_had_before_the_first_byte_is_read_and_no_more_is_asked_for() {
    let place = place();
    let args = ["--head=4", "--tail=6", "in"];
    let Some(output) = injected(&place, "", "/^(read|open|openat|brk|mmap|mremap)$:delay_enter=0", &args)
    else {
        return;
    };
    assert_output(&output, ENDS, "", Some(0));
    let trace = place.read("trace");
    let (_, from_opening) = trace.split_once("\"in\"").expect("it is opened");
    assert!(from_opening.matches("read(").count() > 3, "{trace}");
    let (reading, _) = from_opening.rsplit_once("read(").expect("it is read");
    assert!(
        !reading.contains("mmap(") && !reading.contains("brk(") && !reading.contains("mremap("),
        "{trace}"
    );
}

#[test]
fn an_input_is_identified_while_the_file_that_it_could_be_is_open() {
    // Between the two the input could be deleted, and the new file get its number.
    let place = Place::new();
    place.write("f", "text");
    let Some(output) = injected(&place, "", "/open|stat:error=EINTR:when=65535", &["--save=new", "f"]) else {
        return;
    };
    assert_output(&output, "text", "", Some(0));
    let trace = place.read("trace");
    let calls: Vec<_> = trace.lines().filter_map(|line| line.split_once('(')).collect();
    let first = |call: &str, file: &str| {
        let is_it =
            |(name, rest): &(&str, &str)| name.contains(call) && rest.contains(&format!("\"{file}\""));
        calls.iter().position(is_it).unwrap_or_else(|| panic!("{call} {file}: {trace}"))
    };
    assert!(first("open", "new") < first("stat", "f"), "{trace}");
}
