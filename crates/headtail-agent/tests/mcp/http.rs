//! `/mcp` of `headtail serve`, for clients of every version, on both transports.

use std::io::BufReader;
use std::thread;

use headtail_agent::StoppedBy;
use serde_json::{Value, json};

use crate::client::{Agent, VERSIONS, id};
use crate::home::{Home, until};
use crate::web::{Address, Server, receive_head};

/// Versions that have sessions.
const WITH_SESSIONS: [&str; 2] = [VERSIONS[0], VERSIONS[1]];
/// The version that has none.
const WITHOUT: &str = VERSIONS[2];

/// Runs a test with clients of every version on both transports, each of a scope of its own, all at the same time.
fn with_all(options: &[&str], test: impl Fn(&Home, &mut dyn FnMut() -> Agent) + Sync) {
    let home = Home::new();
    let server = home.serve(options);
    thread::scope(|scope| {
        for version in VERSIONS {
            for address in [&server.unix, &server.tcp] {
                let (home, test) = (&home, &test);
                let name = format!("{version} {address:?}");
                scope.spawn(move || test(home, &mut || address.agent(version, Some(&name))));
            }
        }
    });
}

fn sh(agent: &mut Agent, command: &str) -> String {
    id(&agent.call("execute", &json!({"command": command, "run_in_background": true})))
}

#[test]
fn clients_of_every_version_list_the_tools_and_run_a_command() {
    with_all(&[], |_, connect| {
        let mut agent = connect();
        let answer = agent.request("tools/list", json!({}));
        let tools = answer["result"]["tools"].as_array().expect("tools");
        let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().expect("a name")).collect();
        assert_eq!(names, ["execute", "process_output", "process_input", "process_signal", "process_list"]);
        let result = agent.execute("echo hello; exit 3");
        assert_eq!((&result["output"], &result["exit_code"]), (&json!("hello\n"), &json!(3)));
        let wrong = agent.call_error("execute", &json!({"command": "ls", "timeout": 10}));
        assert!(wrong.starts_with("`timeout` must be a string with a unit"), "{wrong}");
        assert!(agent.close());
        assert_eq!(agent.others(), Vec::<Value>::new());
    });
}

#[test]
fn other_calls_are_answered_during_a_wait_and_a_wait_that_runs_out_leaves_the_command_running() {
    with_all(&[], |_, connect| {
        let mut agent = connect();
        let process = sh(&mut agent, "read line; echo got $line");
        let slow = json!({"command": "cat", "stdin_open": true, "timeout": "300ms"});
        let slow = agent.call("execute", &slow);
        assert_eq!((&slow["timed_out"], &slow["exit_code"]), (&json!(true), &Value::Null));
        let wait = agent.begin_call("process_output", &json!({"process_id": id(&slow), "timeout": "40s"}));
        assert_eq!(agent.execute("echo other")["output"], "other\n");
        let answer = agent.call("process_output", &json!({"process_id": process, "timeout": "40s"}));
        assert_eq!(answer["output"], "got\n");
        agent.call("process_input", &json!({"process_id": id(&slow), "text": "end\n", "eof": true}));
        let over = agent.result(wait);
        assert_eq!((&over["output"], &over["success"]), (&json!("end\n"), &json!(true)));
    });
}

#[test]
fn progress_is_reported_to_a_client_that_asks_for_it() {
    with_all(&[], |_, connect| {
        let mut agent = connect();
        let arguments = json!({"command": "cat", "stdin_open": true, "timeout": "40s"});
        let params = json!({"name": "execute", "arguments": arguments, "_meta": {"progressToken": "t"}});
        let call = agent.begin("tools/call", params);
        let progress = agent.next(|message| message["method"] == "notifications/progress");
        assert_eq!(progress["params"]["progressToken"], "t");
        let list = agent.call("process_list", &json!({}));
        let process = &list["processes"][0]["id"];
        agent.call("process_input", &json!({"process_id": process, "eof": true}));
        assert_eq!(agent.result(call)["success"], true);
    });
}

#[test]
fn a_cancelled_execute_ends_its_command_and_a_cancelled_wait_does_not() {
    with_all(&[], |_, connect| {
        let mut agent = connect();
        let server = sh(&mut agent, "sleep 600");
        let wait = agent.begin_call("process_output", &json!({"process_id": server, "timeout": "40s"}));
        let execute = agent.begin_call("execute", &json!({"command": "sleep 600", "timeout": "40s"}));
        until("a start", || agent.call("process_list", &json!({}))["total"] == 2);
        agent.cancel(wait);
        agent.cancel(execute);
        until("an end", || agent.call("process_list", &json!({}))["total"] == 1);
        assert_eq!(agent.call("process_list", &json!({}))["processes"][0]["id"], *server);
        assert_eq!(agent.others(), Vec::<Value>::new(), "neither was answered");
    });
}

#[test]
fn processes_are_ended_once_their_session_is_over() {
    let home = Home::new();
    let server = home.serve(&["--linger", "1s"]);
    for scope in [None, Some("one")] {
        for version in WITH_SESSIONS {
            let mut other = server.tcp.agent(version, Some("two"));
            let others = sh(&mut other, "sleep 600");
            let mut agent = server.unix.agent(version, scope);
            sh(&mut agent, "sleep 600");
            assert!(agent.close());
            until("the end of one process", || home.running().len() == 1);
            assert_eq!(home.running()[0].id.as_str(), others, "its session goes on");
            assert!(other.close());
            until("the end of the other", || home.running().is_empty());
            assert!(home.processes().iter().all(|process| process.stopped_by == Some(StoppedBy::Lease)));
        }
    }
}

#[test]
fn processes_of_a_scope_without_a_session_are_ended_once_nobody_asks_any_more() {
    let home = Home::new();
    let server = home.serve(&["--linger", "1s", "--session-timeout", "8s"]);
    // With neither, a process is not leased.
    let mut other = server.unix.agent(WITHOUT, None);
    let free = sh(&mut other, "sleep 600");
    let process = sh(&mut server.tcp.agent(WITHOUT, Some("one")), "sleep 600");
    // Longer than it would have lived, had its client gone with the request.
    other.call("process_output", &json!({"process_id": free, "timeout": "4s"}));
    assert!(home.running().iter().any(|running| running.id.as_str() == process));
    until("its end", || home.running().len() == 1);
    assert_eq!(home.running()[0].id.as_str(), free);
}

#[test]
fn a_client_that_has_vanished_is_gone_after_a_while() {
    let home = Home::new();
    let server = home.serve(&["--linger", "1s", "--session-timeout", "1s"]);
    for version in WITH_SESSIONS {
        let mut agent = server.tcp.agent(version, None);
        sh(&mut agent, "sleep 600");
        drop(agent);
        until("its end", || home.running().is_empty());
    }
}

#[test]
fn a_call_may_take_longer_than_a_client_may_ask_for_nothing() {
    let home = Home::new();
    let server = home.serve(&["--linger", "1s", "--session-timeout", "1s"]);
    thread::scope(|scope| {
        for version in VERSIONS {
            for named in [None, Some(version)] {
                let server = &server;
                scope.spawn(move || {
                    let mut agent = server.tcp.agent(version, named);
                    let command = json!({"command": "sleep 4; echo over", "timeout": "40s"});
                    assert_eq!(agent.call("execute", &command)["output"], "over\n");
                    let slow = json!({"command": "sleep 600", "timeout": "4s"});
                    let slow = agent.call("execute", &slow);
                    assert_eq!(slow["reason"], "timeout", "{slow}");
                });
            }
        }
    });
}

#[test]
fn text_that_a_process_does_not_read_does_not_keep_it_when_its_client_has_gone() {
    let home = Home::new();
    let server = home.serve(&["--linger", "1s"]);
    for version in WITH_SESSIONS {
        let mut agent = server.tcp.agent(version, None);
        let text = "x".repeat(500_000);
        agent.call("execute", &json!({"command": "sleep 600", "stdin": text, "timeout": "100ms"}));
        assert!(agent.close());
        until("its end", || home.running().is_empty());
    }
}

#[test]
fn of_too_many_sessions_the_one_that_was_idle_longest_is_ended() {
    const MOST: usize = 256;
    let home = Home::new();
    let server = home.serve(&[]);
    let [version, other] = WITH_SESSIONS;
    let mut busy = server.unix.agent(version, Some("busy"));
    let process = sh(&mut busy, "until [ -e go ]; do sleep 0.05; done");
    let wait = busy.begin_call("process_output", &json!({"process_id": process, "timeout": "40s"}));
    let mut idle = server.unix.agent(other, Some("idle"));
    let mut last = server.unix.agent(version, Some("last"));
    let mut others: Vec<_> = (3..MOST).map(|_| server.unix.agent(version, None)).collect();
    assert_eq!(idle.request("ping", json!({}))["result"], json!({}), "as many as that may be open");
    assert_eq!(last.request("ping", json!({}))["result"], json!({}));
    // Ends that of the first of the others, which have done nothing since.
    let mut new = server.unix.agent(version, None);
    assert_eq!(others[0].refused("ping"), 404);
    assert_eq!(others[1].request("ping", json!({}))["result"], json!({}));
    for agent in [&mut idle, &mut last, &mut new] {
        assert_eq!(agent.execute("echo on")["output"], "on\n");
    }
    new.execute("touch go");
    assert_eq!(busy.result(wait)["success"], true, "a call is no idle time");
}

#[test]
fn a_session_that_calls_nothing_holds_the_processes_of_its_scope() {
    let home = Home::new();
    let options = ["--linger", "3s"];
    let server = home.serve(&options);
    let process = sh(&mut server.unix.agent(WITH_SESSIONS[0], Some("one")), "sleep 600");
    drop(server);
    let server = home.serve(&options);
    let silent = server.unix.agent(WITH_SESSIONS[0], Some("one"));
    // Longer than it would have lived.
    sh(&mut server.unix.agent(WITH_SESSIONS[0], Some("other")), "sleep 6");
    until("the end of the other", || home.running().len() == 1);
    assert_eq!(home.running()[0].id.as_str(), process);
    drop(silent);
}

#[test]
fn a_client_that_comes_back_with_its_scope_has_its_processes_again_on_another_server_too() {
    let home = Home::new();
    let options = ["--linger", "6s"];
    let server = home.serve(&options);
    let begun = VERSIONS.map(|version| sh(&mut server.unix.agent(version, Some(version)), "sleep 600"));
    drop(server);
    let server = home.serve(&options);
    thread::scope(|scope| {
        for (version, process) in VERSIONS.into_iter().zip(begun) {
            let server = &server;
            scope.spawn(move || {
                let mut agent = server.tcp.agent(version, Some(version));
                let list = agent.call("process_list", &json!({}));
                assert_eq!((&list["processes"][0]["id"], &list["total"]), (&json!(process), &json!(1)));
                // Longer than it would have lived.
                let wait = json!({"process_id": process, "timeout": "8s"});
                assert_eq!(agent.call("process_output", &wait)["background_process_id"], *process);
                let mut other = server.tcp.agent(version, Some("other"));
                let unknown = other.call_error("process_output", &json!({"process_id": process}));
                assert!(unknown.starts_with(&format!("Process \"{process}\" not found.")), "{unknown}");
            });
        }
    });
}

#[test]
fn a_server_that_ends_answers_waits_and_ends_no_command() {
    for version in VERSIONS {
        let home = Home::new();
        let mut server = home.serve(&[]);
        let agents = [&server.unix, &server.tcp].map(|address| {
            let mut agent = address.agent(version, None);
            let command = format!("touch begun-{}; sleep 600", matches!(address, Address::Tcp { .. }));
            let call = agent.begin_call("execute", &json!({"command": command, "timeout": "40s"}));
            (agent, call)
        });
        until("a start", || ["begun-true", "begun-false"].iter().all(|name| home.work().join(name).exists()));
        server.terminate();
        assert!(server.child.wait().expect("a status").success());
        for (mut agent, call) in agents {
            let result = agent.result(call);
            assert_eq!((&result["reason"], &result["exit_code"]), (&json!("timeout"), &Value::Null));
        }
        assert_eq!(home.running().len(), 2, "{version}");
    }
}

#[test]
fn the_rules_of_the_server_hold_for_clients_of_the_protocol() {
    let home = Home::new();
    let Server { tcp, .. } = &home.serve(&[]);
    let status = |headers: &[String], method: &str| {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        receive_head(&mut BufReader::new(tcp.send(method, headers, body))).0
    };
    let good = tcp.headers();
    for method in ["POST", "GET", "DELETE"] {
        assert_eq!(status(&good[..1], method), 401);
        assert_eq!(status(&[&good[..], &["Origin: http://localhost".into()]].concat(), method), 403);
        assert_eq!(status(&["Host: example.com".into(), good[1].clone()], method), 403);
    }
    assert_eq!(status(&good, "PUT"), 405);
}
