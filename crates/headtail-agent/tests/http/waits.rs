//! Waits: what ends them, and what they cost.

use std::fs;
use std::io::{BufReader, Write};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{encode, receive};
use crate::home::{Home, parent, until};
use crate::server::Server;

#[test]
fn a_wait_ends_with_the_reason_that_it_was_for() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("echo one; echo two; exec sleep 600");
    let read = |query: &str| server.get(&format!("/{id}/output?{query}")).body;
    let found = read("match=t.o");
    assert_eq!(
        (&found["reason"], &found["match"]),
        (&json!("match"), &json!({ "start": 4, "end": 7, "line": "two" }))
    );
    assert_eq!(read("wait=output&after=4")["output"], "two\n");
    assert_eq!(read("wait=idle&idle_ms=10")["reason"], "idle");
    assert_eq!(read("wait=exit&timeout_ms=10")["reason"], "timeout");
    assert_eq!(read("wait=none")["reason"], "none");
    assert_eq!(read("")["running"], true);
}

/// The processor time of a process so far, in ticks.
fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let fields: Vec<_> = stat.rsplit(") ").next().expect("fields").split(' ').collect();
    fields[11..13].iter().map(|field| field.parse::<u64>().expect("a number")).sum()
}

/// How many clients are connected to a keeper.
fn clients(pid: u32) -> usize {
    let links = fs::read_dir(format!("/proc/{pid}/fd")).expect("a process");
    let targets = links.filter_map(|link| fs::read_link(link.ok()?.path()).ok());
    let sockets = targets.filter(|target| target.to_string_lossy().starts_with("socket:")).count();
    sockets.checked_sub(1).expect("one that listens")
}

fn keeper(server: &Server, id: &str) -> u32 {
    let pid = server.get(&format!("/{id}")).body["pid"].as_u64().expect("a number");
    let keeper = parent(u32::try_from(pid).expect("a number")).expect("a keeper");
    keeper.as_raw_nonzero().get().unsigned_abs()
}

#[test]
fn sixty_four_waits_cost_no_processor_time_and_end_together() {
    let home = Home::new();
    let server = home.serve(&[]);
    let started = server.post("/start", &json!({ "argv": ["cat"], "stdin": "pipe" })).body;
    let id = started["id"].as_str().expect("an id");
    let keeper = keeper(&server, id);
    let path = format!("/{id}/output?wait=exit");
    let mut waiting: Vec<_> = (0..64).map(|_| server.unix.connect()).collect();
    for stream in &mut waiting {
        stream.write_all(encode(&server.unix, "GET", &path, &[], None).as_bytes()).expect("a request");
    }
    until("all waits", || clients(keeper) == 64);
    let used = || ticks(server.pid()) + ticks(keeper);
    let (begun, ticks) = (Instant::now(), used());
    while begun.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(100));
    }
    // Of two hundred that one processor has in that time.
    assert!(used() - ticks <= 2, "{} ticks", used() - ticks);
    server.post(&format!("/{id}/input"), &json!({ "text": "bye", "eof": true }));
    for stream in waiting {
        let reply = receive(&mut BufReader::new(stream));
        assert_eq!((&reply.body["output"], &reply.body["reason"]), (&json!("bye"), &json!("exit")));
    }
}

#[test]
fn a_client_that_vanishes_frees_its_wait_at_once() {
    let home = Home::new();
    let server = home.serve(&["--listen", "127.0.0.1:0"]);
    let id = server.sh("sleep 600");
    let keeper = keeper(&server, &id);
    for address in [Some(&server.unix), server.tcp.as_ref()].into_iter().flatten() {
        for path in ["output?wait=exit", "stream"] {
            let mut stream = address.connect();
            let text = encode(address, "GET", &format!("/{id}/{path}"), &[], None);
            stream.write_all(text.as_bytes()).expect("a request");
            until("the wait", || clients(keeper) == 1);
            drop(stream);
            until("its end", || clients(keeper) == 0);
        }
    }
}

#[test]
fn a_keeper_that_stands_still_holds_up_only_its_own_process() {
    let home = Home::new();
    let server = home.serve(&[]);
    let id = server.sh("sleep 600");
    let other = server.sh("sleep 600");
    let keeper = rustix::process::Pid::from_raw(keeper(&server, &id).cast_signed()).expect("a keeper");
    rustix::process::kill_process(keeper, rustix::process::Signal::STOP).expect("a keeper");
    let stuck = std::thread::scope(|scope| {
        let stuck = scope.spawn(|| server.get(&format!("/{id}")));
        assert_eq!(server.get(&format!("/{other}")).body["running"], true);
        assert_eq!(server.get("/list").body["total"], 2);
        stuck.join().expect("an answer")
    });
    assert_eq!(stuck.status, 504);
    let cause = format!("The keeper of process \"{id}\" does not answer.");
    assert_eq!(stuck.body, json!({ "message": cause }));
    assert_eq!(home.stderr(), format!("headtail: GET /api/v0/processes/{id}: 504: {cause}\n"));
    rustix::process::kill_process(keeper, rustix::process::Signal::CONT).expect("a keeper");
}
