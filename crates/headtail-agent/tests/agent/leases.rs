//! Leases, signals, and what ended a process.

use std::time::{Duration, Instant};

use headtail_agent::{Error, Query, Refusal, Start, State, StoppedBy, Wait};

use super::support::{Home, is_alive, text};

#[test]
fn a_leased_process_ends_when_nobody_has_held_it_for_its_time() {
    let home = Home::new();
    let id = home.start(&Start::argv(["sleep", "60"]).lease(Duration::from_millis(300))).id;
    let first = home.client.hold(id).expect("a hold");
    let second = home.client.hold(id).expect("a hold");
    drop(first);
    let still = home.client.output(id, &Query::new().wait(Wait::Exit).timeout(Duration::from_millis(600)));
    assert!(still.expect("an answer").process.is_running());
    drop(second);
    // Another comes back in time.
    let third = home.client.hold(id).expect("a hold");
    assert!(third.process.is_running());
    drop(third);
    let released = Instant::now();
    let process = home.end(id).process;
    assert!(released.elapsed() >= Duration::from_millis(250));
    assert_eq!((process.stopped_by, process.signal().as_deref()), (Some(StoppedBy::Lease), Some("SIGTERM")));
    assert!(matches!(home.client.hold(id), Err(Error::Refused(_, Refusal::NotRunning))));
}

#[test]
fn a_lease_that_nobody_takes_ends_too_and_kills_what_does_not_listen() {
    let home = Home::new();
    let start = Start::command_line("trap '' TERM; echo set; while :; do sleep 1; done")
        .lease(Duration::from_millis(200))
        .kill_after(Duration::from_millis(100));
    let process = home.end(home.start(&start).id).process;
    assert_eq!((process.stopped_by, process.exit_code()), (Some(StoppedBy::Lease), Some(137)));
}

#[test]
fn a_process_without_a_lease_does_not_care_who_holds_it() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    drop(home.client.hold(id).expect("a hold"));
    let query = Query::new().wait(Wait::Exit).timeout(Duration::from_millis(200));
    assert!(home.client.output(id, &query).expect("an answer").process.is_running());
}

#[test]
fn a_holder_that_is_killed_no_longer_holds() {
    let home = Home::new();
    let id = home.start(&Start::argv(["sleep", "60"]).lease(Duration::from_millis(100))).id;
    // A process of its own that holds the connection, and is killed.
    let hold = home.client.hold(id).expect("a hold");
    let fd = rustix::io::dup(std::os::fd::AsFd::as_fd(&hold)).expect("a descriptor");
    let mut holder = std::process::Command::new("sleep").arg("60").stdin(fd).spawn().expect("a process");
    drop(hold);
    let query = Query::new().wait(Wait::Exit).timeout(Duration::from_millis(400));
    assert!(home.client.output(id, &query).expect("an answer").process.is_running());
    holder.kill().expect("a signal");
    holder.wait().expect("a status");
    assert_eq!(home.end(id).process.stopped_by, Some(StoppedBy::Lease));
}

#[test]
fn a_lease_ends_although_nobody_ever_asks_again() {
    let home = Home::new();
    let process = home.start(&Start::argv(["sleep", "60"]).lease(Duration::from_millis(200)));
    drop(home.client.hold(process.id).expect("a hold"));
    let pid = process.pid.expect("a number");
    let deadline = Instant::now() + Duration::from_secs(20);
    while is_alive(pid) {
        assert!(Instant::now() < deadline, "it runs on");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(home.end(process.id).process.stopped_by, Some(StoppedBy::Lease));
}

#[test]
fn what_ended_a_process_is_told_apart() {
    let home = Home::new();
    let by = |start: &Start, signals: &[&str]| {
        let id = home.start(start).id;
        home.wait_for(id, "ready");
        for signal in signals {
            home.client.signal(id, signal).expect("a signal");
        }
        let process = home.end(id).process;
        (process.state.name(), process.exit_code(), process.stopped_by)
    };
    let sleep = || Start::command_line("echo ready; exec sleep 60").kill_after(Duration::from_millis(100));
    let trap = Start::command_line("trap 'exit 3' INT; echo ready; while :; do sleep 0.05; done");
    let deaf = Start::command_line("trap '' TERM; echo ready; while :; do sleep 1; done")
        .kill_after(Duration::from_millis(100));
    assert_eq!(by(&sleep(), &["terminate"]), ("signaled", Some(143), Some(StoppedBy::Signal)));
    assert_eq!(by(&deaf, &["terminate"]), ("signaled", Some(137), Some(StoppedBy::Signal)));
    assert_eq!(by(&sleep(), &["kill"]), ("signaled", Some(137), Some(StoppedBy::Signal)));
    assert_eq!(by(&sleep(), &["USR1"]), ("signaled", Some(138), Some(StoppedBy::Signal)));
    assert_eq!(by(&trap, &["sigint"]), ("exited", Some(3), Some(StoppedBy::Signal)));
    assert_eq!(by(&sleep(), &["STOP", "19", "CONT", "15"]), ("signaled", Some(143), Some(StoppedBy::Signal)));
    let limited = sleep().timeout(Duration::from_millis(300));
    assert_eq!(by(&limited, &[]), ("signaled", Some(143), Some(StoppedBy::Timeout)));
    let by_itself = Start::command_line("echo ready; kill -9 $$");
    assert_eq!(by(&by_itself, &[]), ("signaled", Some(137), None));
    let exits = Start::command_line("echo ready; exit 255");
    assert_eq!(by(&exits, &[]), ("exited", Some(255), None));
}

#[test]
fn unknown_signals_and_ended_processes_are_refused() {
    let home = Home::new();
    let id = home.sh("sleep 60");
    let error = home.client.signal(id, "SIGNOPE").expect_err("an error");
    assert_eq!(
        error.to_string(),
        "Unsupported signal \"SIGNOPE\". Use \"kill\", \"terminate\" or a signal's name."
    );
    home.client.signal(id, "kill").expect("a signal");
    home.end(id);
    let error = home.client.signal(id, "kill").expect_err("an error");
    assert_eq!(error.to_string(), format!("Process \"{id}\" is not running."));
}

#[test]
fn a_signal_reaches_the_whole_group() {
    let home = Home::new();
    let id = home.sh("sleep 61 & echo child $!; wait");
    let line = home.wait_for(id, r"child \d+").found.expect("a match").line;
    let child: u32 = line.trim_start_matches("child ").parse().expect("a number");
    home.client.signal(id, "terminate").expect("a signal");
    assert_eq!(home.end(id).process.state.name(), "signaled");
    assert!(!is_alive(child));
}

#[test]
fn a_keeper_that_is_asked_to_end_ends_its_process_and_writes_it_down() {
    let home = Home::new();
    let id = home.sh("echo before; sleep 60");
    home.wait_for(id, "before");
    rustix::process::kill_process(home.keeper(id), rustix::process::Signal::TERM).expect("a signal");
    let answer = home.end(id);
    assert_eq!(text(&answer.output), "before\n");
    assert!(matches!(answer.process.state, State::Signaled(_)));
}
