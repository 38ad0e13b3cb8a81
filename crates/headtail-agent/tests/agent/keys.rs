//! Idempotent starts: whoever is killed at whatever moment, a command is run once at most.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use headtail_agent::{Admit, Error, Filter, Id, Start, State};

use super::support::{Home, PROGRAM, is_alive, skip, text, until};

/// A command that notes each of its runs in a file.
fn counted(home: &Home) -> (Start, std::path::PathBuf) {
    let runs = home.path().join("runs");
    let start = Start::command_line("echo run >> \"$RUNS\"; sleep 60")
        .variable("RUNS", Some(runs.as_os_str()))
        .key("k");
    (start, runs)
}

fn count(runs: &std::path::Path) -> usize {
    fs::read_to_string(runs).unwrap_or_default().lines().count()
}

#[test]
fn a_key_is_started_once_and_known_from_then_on() {
    let home = Home::new();
    let (start, runs) = counted(&home);
    let first = home.client.start(&start, Admit::default()).expect("a process");
    assert!(first.is_new);
    until("the run", || count(&runs) == 1);
    let again = home.client.start(&start, Admit::default()).expect("a process");
    assert_eq!((again.is_new, again.process.id), (false, first.process.id));
    // In another scope it is another key.
    let other = home.client.scoped("s").start(&start, Admit::default()).expect("a process");
    assert!(other.is_new);
    // Other parameters are not the same start.
    let error = home.client.start(&start.clone().background(), Admit::default()).expect_err("an error");
    assert!(matches!(error, Error::KeyTaken));
    assert_eq!(error.to_string(), "Key was already used to start a process with different parameters.");
    // It is known once the process has ended, and free once that is forgotten.
    home.client.signal(first.process.id, "kill").expect("a signal");
    home.end(first.process.id);
    assert!(!home.client.start(&start, Admit::default()).expect("a process").is_new);
    home.client.remove(first.process.id).expect("an end");
    assert!(home.client.start(&start, Admit::default()).expect("a process").is_new);
    until("the runs", || count(&runs) == 3);
}

#[test]
fn of_eight_starters_at_once_one_starts_and_all_get_its_id() {
    for _ in 0..10 {
        let home = Home::new();
        let (start, runs) = counted(&home);
        let started: Vec<_> = thread::scope(|scope| {
            let starters: Vec<_> = (0..8)
                .map(|_| {
                    // A client of its own, as another program has.
                    let client = headtail_agent::Client::open(Some(home.path()), PROGRAM).expect("a client");
                    let start = &start;
                    scope.spawn(move || client.start(start, Admit::default()).expect("a process"))
                })
                .collect();
            starters.into_iter().map(|starter| starter.join().expect("a thread")).collect()
        });
        let ids: BTreeSet<Id> = started.iter().map(|started| started.process.id).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(started.iter().filter(|started| started.is_new).count(), 1);
        until("the run", || count(&runs) == 1);
    }
}

/// The arguments of a start that notes its runs.
fn arguments(runs: &std::path::Path) -> Vec<std::ffi::OsString> {
    let mut variable = std::ffi::OsString::from("RUNS=");
    variable.push(runs);
    let mut words: Vec<std::ffi::OsString> = ["start", "--key", "k", "--env"].map(Into::into).into();
    words.push(variable);
    words.extend(["--shell", "--", "echo run >> \"$RUNS\"; sleep 60"].map(Into::into));
    words
}

/// Starts the counted command under `strace`, which kills what it watches at its system call `call` of this number; what that
/// starts is watched too where `follows` says so.
fn killed_starter(
    home: &Home,
    runs: &std::path::Path,
    call: &str,
    number: usize,
    follows: bool,
) -> std::process::Child {
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o", "/dev/null"]).arg("-e").arg(format!("inject={call}:signal=KILL:when={number}"));
    if follows {
        strace.arg("-f");
    }
    strace.args([PROGRAM, "ps"]).args(arguments(runs)).env("HEADTAIL_RUNTIME_DIR", home.path());
    strace.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("strace")
}

/// The same, killed by nobody.
fn starter(home: &Home, runs: &std::path::Path) -> std::process::Child {
    home.command(arguments(runs)).stdout(Stdio::piped()).spawn().expect("a program")
}

/// The id that a starter printed.
fn id(starter: std::process::Child) -> Id {
    let output = starter.wait_with_output().expect("a program");
    text(&output.stdout).trim_end().parse().expect("an id")
}

/// Whether `strace` can do what these tests need.
fn has_strace() -> bool {
    let probe = ["-qq", "-o", "/dev/null", "-e", "inject=all:signal=KILL:when=9999", "true"];
    let works = Command::new("strace")
        .args(probe)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !works {
        skip("there is no strace that can watch others");
    }
    works
}

#[test]
fn a_starter_that_is_killed_at_any_system_call_leaves_a_start_that_can_be_repeated() {
    if !has_strace() {
        return;
    }
    let mut kills = 0;
    for (call, number) in calls_of_a_start() {
        let home = Home::new();
        let runs = home.path().join("runs");
        let mut killed = killed_starter(&home, &runs, &call, number, false);
        kills += usize::from(!killed.wait().expect("a status").success());
        // The next one of the same key, which nobody kills.
        let id = id(starter(&home, &runs));
        until("the run", || count(&runs) > 0);
        let list = home.client.list(&Filter::default()).expect("a list");
        assert_eq!(
            list.processes.iter().map(|process| process.id).collect::<Vec<_>>(),
            [id],
            "{call} {number}"
        );
        thread::sleep(Duration::from_millis(2));
        assert_eq!(count(&runs), 1, "killed at {call} {number}");
    }
    assert!(kills > 50, "it was killed {kills} times only");
}

/// The system calls of a starter in their order, from when it first uses the runtime directory. Each has the number of those
/// of its name by then, since `strace` counts each name alone.
fn calls_of_a_start() -> Vec<(String, usize)> {
    let home = Home::new();
    let log = home.path().join("log");
    let mut strace = Command::new("strace");
    strace.args(["-qq", "-o"]).arg(&log).args([PROGRAM, "ps"]).args(arguments(&home.path().join("runs")));
    strace.env("HEADTAIL_RUNTIME_DIR", home.path()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(strace.status().expect("strace").success());
    let log = fs::read_to_string(log).expect("a log");
    let mut counts = BTreeMap::new();
    let calls = log.lines().filter_map(|line| {
        let (name, _) = line.split_once('(')?;
        let count = counts.entry(name).or_insert(0_usize);
        *count += 1;
        Some((line, (name.to_owned(), *count)))
    });
    let directory = format!("\"{}\"", home.path().display());
    let calls = calls.skip_while(|(line, _)| !line.contains(&directory)).map(|(_, call)| call);
    // It ends whether or not it is killed there.
    calls.filter(|(name, _)| name != "exit_group").collect()
}

#[test]
fn of_eight_starters_of_which_one_is_killed_at_any_moment_the_others_get_one_id() {
    if !has_strace() {
        return;
    }
    for (call, number) in calls_of_a_start().into_iter().step_by(7) {
        let home = Home::new();
        let runs = home.path().join("runs");
        let mut killed = killed_starter(&home, &runs, &call, number, false);
        let others: Vec<_> = (0..7).map(|_| starter(&home, &runs)).collect();
        let ids: BTreeSet<Id> = others.into_iter().map(id).collect();
        let _ = killed.wait();
        assert_eq!(ids.len(), 1, "killed at {call} {number}");
        until("the run", || count(&runs) > 0);
        thread::sleep(Duration::from_millis(5));
        assert_eq!(count(&runs), 1, "killed at {call} {number}");
    }
}

/// Calls that are made on the way from a starter to a command; most of them the keeper alone makes.
const CALLS: [&str; 14] = [
    "setsid",
    "dup2",
    "pipe2",
    "recvfrom",
    "fstat",
    "openat",
    "write",
    "renameat",
    "prctl",
    "clone",
    "socketpair",
    "pidfd_open",
    "sendto",
    "ppoll",
];

#[test]
fn a_keeper_that_is_killed_at_any_system_call_runs_the_command_once_at_most() {
    if !has_strace() {
        return;
    }
    // The starter, the keeper and the command are watched, and each is killed at its own call of this number.
    let mut lost = 0;
    for (calls, number) in CALLS.iter().flat_map(|calls| [1, 2, 3].map(|number| (*calls, number))) {
        let home = Home::new();
        let runs = home.path().join("runs");
        let mut watched = killed_starter(&home, &runs, calls, number, true);
        // Until it is decided what becomes of the first start.
        until("the first start", || home.ids().len() == 1 || watched.try_wait().expect("a status").is_some());
        let id = id(starter(&home, &runs));
        let process = home.client.get(id).expect("a process");
        if process.is_running() {
            until("the run", || count(&runs) > 0 || !home.client.get(id).expect("a process").is_running());
        } else if process.state == State::Lost {
            // It may have been executed: so it is not executed again.
            assert_eq!((process.exit_code(), process.exited_at), (None, None));
            lost += 1;
        }
        thread::sleep(Duration::from_millis(2));
        assert!(count(&runs) <= 1, "killed at {calls} {number}");
        // It lets go of what it watches.
        watched.kill().expect("a signal");
        watched.wait().expect("a status");
        if let (Some(pid), false) = (process.pid, process.is_running()) {
            until("the end of the command", || !is_alive(pid));
        }
    }
    assert!(lost > 0, "no keeper was killed between its execution and its answer");
}
