//! Processes and the clients that come and go.

use std::time::{Duration, Instant};

use headtail_agent::{Admit, Start, StoppedBy};
use serde_json::json;

use crate::client::{VERSION, id};
use crate::home::{Home, LONG};

#[test]
fn processes_are_ended_once_their_client_was_killed_and_does_not_come_back() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--linger", "1s"]);
    agent.call("execute", &json!({"command": "sleep 600 &"}));
    let tenacious =
        json!({"command": "trap '' TERM; echo ready; sleep 600; sleep 600 &", "wait_for": "ready"});
    agent.call("execute", &tenacious);
    let other = home.client().start(&Start::argv(["sleep", "600"]), Admit::default()).expect("a process");
    agent.child().kill().expect("a server");
    let deadline = Instant::now() + LONG;
    while home.running().len() > 1 {
        assert!(Instant::now() < deadline, "{:?}", home.running());
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(home.running()[0].id, other.process.id, "others are not leased");
    let ended = home.processes().into_iter().filter(|process| !process.is_running());
    assert!(ended.map(|process| process.stopped_by).all(|by| by == Some(StoppedBy::Lease)));
}

#[test]
fn a_client_that_comes_back_has_its_processes_again() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--linger", "8s"]);
    let process = id(&agent.call("execute", &json!({"command": "sleep 600 &"})));
    agent.child().kill().expect("a server");
    drop(agent);
    let mut agent = home.agent(VERSION, &["--linger", "8s"]);
    let list = agent.call("process_list", &json!({}));
    assert_eq!(list["processes"][0]["id"], *process);
    // Longer than it would have lived.
    let wait = json!({"process_id": process, "timeout": "10s"});
    let result = agent.call("process_output", &wait);
    assert_eq!((&result["reason"], &result["background_process_id"]), (&json!("timeout"), &json!(process)));
}

#[test]
fn a_process_that_two_clients_know_goes_on_with_either() {
    let home = Home::new();
    let options = ["--linger", "1s"];
    let mut first = home.agent(VERSION, &options);
    let mut second = home.agent(VERSION, &options);
    let process = id(&first.call("execute", &json!({"command": "sleep 600 &"})));
    // It is held by whoever reads it.
    second.call("process_output", &json!({"process_id": process, "wait": "none"}));
    drop(first);
    let result = second.call("process_output", &json!({"process_id": process, "timeout": "4s"}));
    assert_eq!(result["background_process_id"], *process);
    drop(second);
    home.end_all();
    home.wait_until_deserted();
}

#[test]
fn a_process_that_a_client_has_seen_in_a_list_goes_on_with_it() {
    let home = Home::new();
    let options = ["--linger", "1s"];
    let mut first = home.agent(VERSION, &options);
    let mut second = home.agent(VERSION, &options);
    let process = id(&first.call("execute", &json!({"command": "sleep 600 &"})));
    second.call("process_list", &json!({}));
    drop(first);
    // Longer than it would have lived.
    second.call("execute", &json!({"command": "sleep 3"}));
    let result = second.call("process_output", &json!({"process_id": process, "wait": "none"}));
    assert_eq!(result["background_process_id"], *process);
    drop(second);
    home.end_all();
    home.wait_until_deserted();
}
