//! How a run ended, and that nothing is left of it.

use std::fs;
use std::io::Read;
use std::time::Duration;

use headtail_process::{Ending, Signal};

use crate::support::{LONG, SHORT, assert_goes, complete, sh};

#[test]
fn the_status_is_that_of_the_command() {
    for code in [0, 1, 2, 77, 124, 126, 127, 128, 255] {
        let (_, outcome) = complete(sh(&format!("exit {code}")));
        assert!(matches!(outcome.ending, Ending::Exited(it) if it == code), "{outcome:?}");
        assert_eq!((outcome.exit_code(), outcome.signal()), (Some(code), None));
        assert_eq!(outcome.success(), code == 0);
        assert_eq!((outcome.error(), outcome.note(), outcome.timed_out), (None, None, false));
    }
}

#[test]
fn death_by_a_signal_is_128_and_its_number() {
    for number in [1, 2, 3, 6, 9, 11, 13, 15] {
        let (text, outcome) = complete(sh(&format!("echo before; kill -{number} $$")));
        assert_eq!(text, "before\n");
        let signal = Signal::from_number(number).expect("a signal");
        assert!(matches!(outcome.ending, Ending::Signaled(it) if it == signal), "{outcome:?}");
        assert_eq!((outcome.exit_code(), outcome.signal()), (Some(signal.exit_code()), Some(signal)));
        assert_eq!(i32::from(signal.exit_code()), 128 + number);
        assert!(!outcome.success() && outcome.stopped_by.is_none());
        let expected = format!("partial output: {signal} killed the command");
        assert_eq!(outcome.note(), Some(expected));
    }
}

#[test]
fn the_wall_time_ends_with_the_command() {
    let run = sh("sleep 0.3; sleep 1 & exit 0").drain(LONG);
    let (_, outcome) = complete(run);
    assert!(outcome.wall_time >= Duration::from_millis(300), "{outcome:?}");
    assert!(outcome.wall_time < Duration::from_millis(900), "{outcome:?}");
}

#[test]
fn a_command_that_closes_its_output_is_waited_for() {
    let (text, outcome) = complete(sh("echo before; exec >&- 2>&-; sleep 0.3; exit 5"));
    assert_eq!((text.as_str(), outcome.exit_code()), ("before\n", Some(5)));
    assert!(outcome.wall_time >= Duration::from_millis(300) && !outcome.left_open, "{outcome:?}");
}

#[test]
fn no_zombie_is_left() {
    for run in [sh("echo $$"), sh("echo $$; sleep 60").timeout(SHORT)] {
        let (id, _) = complete(run);
        assert!(!fs::exists(format!("/proc/{}", id.trim())).expect("/proc"), "{id}");
    }
}

#[test]
fn a_run_that_is_dropped_leaves_nothing_behind() {
    let mut running = sh("trap '' TERM; sleep 100 & echo $! $$; wait").start().expect("a shell");
    let mut chunk = [0; 100];
    let count = running.read(&mut chunk).expect("output");
    drop(running);
    for id in String::from_utf8_lossy(&chunk[..count]).split_whitespace() {
        assert_goes(id);
    }
}

#[test]
fn to_ask_early_how_it_ended_ends_it() {
    let running = sh("sleep 60").start().expect("a shell");
    assert_eq!(running.finish().signal(), Some(Signal::KILL));
}
