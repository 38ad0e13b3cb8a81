//! The tests do not depend on who runs them, and leave nothing behind.

use std::io::{BufRead, BufReader};
use std::panic::catch_unwind;
use std::time::Duration;
use std::{fs, thread};

use crate::program::Program;
use crate::run::wait_for;
use crate::support::{assert_run, sh};

#[test]
fn a_program_starts_with_no_signal_ignored_or_blocked() {
    // SAFETY: no handler is replaced, and nobody sends this process the signal.
    unsafe { libc::signal(libc::SIGUSR2, libc::SIG_IGN) };
    let output = Program::new("grep").args(["-E", "^Sig(Blk|Ign)", "/proc/self/status"]).output();
    let text = String::from_utf8(output.expect("a grep").stdout).expect("text");
    let sets: Vec<_> =
        text.lines().filter_map(|line| u64::from_str_radix(line.split_once('\t')?.1, 16).ok()).collect();
    // Nothing can be done about those that the C library has for itself.
    let internal = 1 << (32 - 1) | 1 << (33 - 1);
    assert!(sets.len() == 2 && sets.iter().all(|set| set & !internal == 0), "{text}");
}

#[test]
fn a_program_has_no_controlling_terminal() {
    assert_run(&mut sh("(: </dev/tty) 2>/dev/null || echo none"), "none\n", "", 0);
}

#[test]
fn a_test_that_panics_leaves_no_process_in_any_session() {
    let script = "setsid sh -c 'echo $$; exec sleep 100' & wait";
    let ends = catch_unwind(|| {
        let mut run = sh(script).spawn().expect("a shell");
        let mut id = String::new();
        BufReader::new(run.stdout.take().expect("a pipe")).read_line(&mut id).expect("text");
        std::panic::resume_unwind(Box::new(id));
    });
    let id = ends.expect_err("it panics").downcast::<String>().expect("an id");
    wait_for(|| {
        let stat = fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, fields)| fields.starts_with('Z'))
    });
}

#[test]
fn a_program_that_runs_too_long_fails_its_test_with_what_it_printed() {
    let test = thread::spawn(|| sh("echo text; sleep 100").limit(Duration::from_millis(200)).output());
    let message = *test.join().expect_err("it fails").downcast::<String>().expect("a message");
    assert!(
        message.starts_with("it ran for too long and was killed: ") && message.contains("text"),
        "{message}"
    );
}
