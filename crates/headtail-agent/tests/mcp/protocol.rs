//! The protocol itself: versions, errors, waits, the end.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::client::{Agent, Link, VERSION, VERSIONS, id};
use crate::home::{Home, LONG, until};

#[test]
fn clients_of_every_version_list_the_tools_and_run_a_command() {
    for version in VERSIONS {
        let home = Home::new();
        let mut agent = home.agent(version, &[]);
        let answer = agent.request("tools/list", json!({}));
        let tools = answer["result"]["tools"].as_array().expect("tools");
        let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().expect("a name")).collect();
        assert_eq!(names, ["execute", "process_output", "process_input", "process_signal", "process_list"]);
        for tool in tools {
            for name in ["inputSchema", "outputSchema"] {
                assert_eq!(tool[name]["type"], "object", "{tool}");
            }
            assert!(tool["annotations"].is_object() && tool["description"].is_string(), "{tool}");
        }
        let result = agent.execute("echo hello; exit 3");
        assert_eq!((&result["output"], &result["exit_code"]), (&json!("hello\n"), &json!(3)), "{version}");
        assert!(agent.close());
        assert_eq!(agent.others(), Vec::<Value>::new());
    }
}

#[test]
fn a_client_of_the_new_version_may_discover_the_server_first() {
    let home = Home::new();
    let mut agent = home.agent("2026-07-28", &[]);
    let answer = agent.request("server/discover", json!({}));
    let versions = answer["result"]["supportedVersions"].as_array().expect("versions");
    for version in VERSIONS {
        assert!(versions.contains(&version.into()), "{answer}");
    }
    assert_eq!(agent.execute("echo 1")["output"], "1\n");
}

#[test]
fn a_client_of_a_version_from_the_future_is_offered_one_that_is_known() {
    let home = Home::new();
    let mut agent = home.server(VERSION, &[]);
    let info = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2031-01-01", "capabilities": {}, "clientInfo": info});
    let answer = agent.request("initialize", params);
    assert_eq!(answer["result"]["protocolVersion"], "2025-11-25", "{answer}");
}

#[test]
fn bad_lines_are_answered_and_life_goes_on() {
    let home = Home::new();
    let mut agent = home.server(VERSION, &[]);
    // Before the session is open as well as later.
    for is_open in [false, true] {
        if is_open {
            agent.open();
        }
        agent.send_line("not JSON");
        assert_eq!(agent.next(|message| message["id"].is_null())["error"]["code"], -32700);
        agent.send_line("");
        agent.send_line("[1, 2]");
        assert_eq!(agent.next(|message| message["id"].is_null())["error"]["code"], -32600);
        for id in [Value::Null, json!(1.5), json!([1])] {
            agent.send(&json!({"jsonrpc": "2.0", "id": id, "method": "ping"}));
            assert_eq!(agent.next(|message| message["id"].is_null())["error"]["code"], -32600, "{id}");
        }
        // Half a surrogate pair, as from a text that was cut.
        let cut = r#"{"name":"execute","arguments":{"command":"echo \ud83d"}}"#;
        agent.send_line(&format!(r#"{{"jsonrpc":"2.0","id":"cut","method":"tools/call","params":{cut}}}"#));
        assert_eq!(agent.next(|message| message["id"] == "cut")["error"]["code"], -32700);
        agent.send(&json!({"id": "x"}));
        assert_eq!(agent.next(|message| message["id"] == "x")["error"]["code"], -32600);
        agent.send(&json!({"jsonrpc": "2.0", "method": "notifications/unheard_of"}));
        agent.send(
            &json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 99}}),
        );
        agent.send(&json!({"jsonrpc": "2.0", "id": 99, "result": {}}));
    }
    let answer = agent.request("tools/shout", json!({}));
    assert_eq!(answer["error"]["code"], -32601, "{answer}");
    let answer = agent.request("tools/call", json!({"name": "execute", "arguments": "ls"}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let answer = agent.request("tools/call", json!({"name": "fly", "arguments": {}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert_eq!(agent.execute("echo alive")["output"], "alive\n");
    assert!(agent.close());
}

#[test]
fn other_calls_and_pings_are_answered_during_a_wait() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let waits: Vec<_> = (0..8)
        .map(|number| {
            let command = format!("while [ ! -e go ]; do sleep 0.05; done; echo {number}");
            agent.begin_call("execute", &json!({"command": command, "timeout": "40s"}))
        })
        .collect();
    assert_eq!(agent.request("ping", json!({}))["result"], json!({}));
    assert_eq!(agent.execute("touch go")["success"], true);
    for (number, wait) in waits.into_iter().enumerate().rev() {
        assert_eq!(agent.result(wait)["output"], format!("{number}\n"));
    }
}

#[test]
fn hundreds_of_calls_at_once_are_all_answered_and_pings_meanwhile() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--max-running", "1000"]);
    let server = id(&agent.call("execute", &json!({"command": "sleep 600 &"})));
    let wait = json!({"process_id": server, "timeout": "1s"});
    let waits: Vec<_> = (0..300).map(|_| agent.begin_call("process_output", &wait)).collect();
    let execute = |number: u64| json!({"command": format!("echo {number}"), "timeout": "40s"});
    let commands: Vec<_> = (0..300).map(|number| agent.begin_call("execute", &execute(number))).collect();
    let ping = agent.begin("ping", json!({}));
    let mut answered = 0;
    agent.next(|message| {
        answered += usize::from(commands.iter().any(|call| message["id"] == *call));
        message["id"] == ping
    });
    assert!(answered < commands.len(), "the ping was answered after all of them");
    for call in waits {
        assert_eq!(agent.result(call)["reason"], "timeout");
    }
    for (number, call) in commands.into_iter().enumerate() {
        assert_eq!(agent.result(call)["output"], format!("{number}\n"));
    }
}

#[test]
fn a_client_that_takes_no_answers_is_not_read_until_it_does() {
    const REQUESTS: u64 = 10_000;
    let home = Home::new();
    let mut server =
        home.program(&[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a server");
    let mut stdin = server.stdin.take().expect("a pipe");
    let sent = &AtomicU64::new(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            let meta = json!({"io.modelcontextprotocol/protocolVersion": VERSIONS[2],
                "io.modelcontextprotocol/clientCapabilities": {}});
            for id in 0..REQUESTS {
                let params = json!({"_meta": meta});
                let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/list", "params": params});
                writeln!(stdin, "{message}").expect("a server that reads");
                sent.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut before = 0;
        // It is stuck when nothing was read for a while. A server that is only slow passes as well.
        while before == 0 || before != sent.load(Ordering::Relaxed) {
            before = sent.load(Ordering::Relaxed);
            thread::sleep(Duration::from_secs(1));
        }
        assert!(before < REQUESTS / 10, "{before} requests were read");
        let answers = BufReader::new(server.stdout.take().expect("a pipe")).lines();
        assert_eq!(answers.map_while(Result::ok).count() as u64, REQUESTS, "all are answered then");
    });
    assert!(server.wait().expect("a status").success());
}

#[test]
fn a_line_that_is_not_finished_is_answered_too() {
    for (line, expected) in [
        (r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#, json!([7, null])),
        (r#"{"jsonrpc":"2.0","id":7,"meth"#, json!([null, -32700])),
    ] {
        let home = Home::new();
        let mut agent = home.agent(VERSION, &[]);
        agent.send_bytes(line.as_bytes());
        assert!(agent.close());
        let answer = agent.next(|_| true);
        assert_eq!(json!([answer["id"], answer["error"]["code"]]), expected, "{answer}");
    }
}

#[test]
fn a_client_that_hears_nothing_any_more_harms_nobody() {
    let home = Home::new();
    let mut child = home.program(&[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a server");
    drop(child.stdout.take());
    let mut agent = Agent::new(Link::Program { stdin: child.stdin.take(), child }, channel().1, VERSIONS[2]);
    agent.begin_call("execute", &json!({"command": "touch one"}));
    until("a command", || home.work().join("one").exists());
    agent.begin_call("execute", &json!({"command": "touch two"}));
    until("another", || home.work().join("two").exists());
    assert!(agent.close());
}

#[test]
fn an_id_that_is_used_twice_harms_no_other_call() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let params =
        |command: &str| json!({"name": "execute", "arguments": {"command": command, "timeout": "40s"}});
    for command in ["while [ ! -e go ]; do sleep 0.05; done", "touch go"] {
        agent.send(
            &json!({"jsonrpc": "2.0", "id": "twice", "method": "tools/call", "params": params(command)}),
        );
    }
    assert!(agent.next(|message| message["id"] == "twice")["result"].is_object());
    assert_eq!(agent.execute("echo alive")["output"], "alive\n");
}

#[test]
fn a_lost_process_has_no_status_and_does_not_read_as_success() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let process =
        agent.call("execute", &json!({"command": "echo $PPID; exec sleep 600", "run_in_background": true}));
    let keeper = process["output"].as_str().and_then(|text| text.trim().parse().ok());
    kill_process(keeper.and_then(Pid::from_raw).expect("a number"), Signal::KILL).expect("a keeper");
    let result = agent.call("process_output", &json!({"process_id": id(&process), "timeout": "40s"}));
    assert_eq!((&result["success"], &result["exit_code"]), (&json!(false), &Value::Null));
    assert_eq!(result["note"], "Its keeper was killed: neither its status nor its output is known.");
    assert!(result.get("background_process_id").is_none(), "{result}");
}

#[test]
fn progress_is_reported_to_a_client_that_asks_for_it() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let arguments = json!({"command": "while [ ! -e go ]; do sleep 0.05; done", "timeout": "40s"});
    let params = json!({"name": "execute", "arguments": arguments, "_meta": {"progressToken": "t"}});
    let call = agent.begin("tools/call", params);
    let mut last = 0.0;
    for _ in 0..2 {
        let progress = agent.next(|message| message["method"] == "notifications/progress");
        assert_eq!(progress["params"]["progressToken"], "t");
        let now = progress["params"]["progress"].as_f64().expect("a number");
        assert!(now > last, "{progress}");
        last = now;
    }
    std::fs::write(home.work().join("go"), "").expect("a file");
    assert_eq!(agent.result(call)["success"], true);
}

#[test]
fn a_cancelled_execute_ends_its_command_and_a_cancelled_wait_does_not() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let server = agent.call("execute", &json!({"command": "sleep 600 &"}));
    let wait = agent.begin_call("process_output", &json!({"process_id": id(&server), "timeout": "40s"}));
    let execute =
        agent.begin_call("execute", &json!({"command": "touch begun; sleep 600", "timeout": "40s"}));
    while !home.work().join("begun").exists() {
        std::thread::yield_now();
    }
    agent.cancel(wait);
    agent.cancel(execute);
    let deadline = Instant::now() + LONG;
    while home.running().len() > 1 {
        assert!(Instant::now() < deadline, "{:?}", home.running());
        std::thread::yield_now();
    }
    let list = agent.call("process_list", &json!({}));
    assert_eq!((&list["processes"][0]["id"], &list["total"]), (&server["process_id"], &json!(1)), "{list}");
    // Neither was answered.
    assert_eq!(agent.others(), Vec::<Value>::new());
}

#[test]
fn at_the_end_of_input_waits_are_answered_and_the_server_exits_at_once() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let begin = Instant::now();
    let call = agent.begin_call("execute", &json!({"command": "echo begun; sleep 600", "timeout": "40s"}));
    while home.running().is_empty() {
        std::thread::yield_now();
    }
    assert!(agent.close());
    assert!(begin.elapsed() < LONG / 2, "it did not wait");
    let result = agent.result(call);
    assert_eq!((&result["success"], &result["exit_code"]), (&json!(false), &Value::Null), "{result}");
    assert_eq!(home.running().len(), 1, "it goes on");
}

#[test]
fn a_signal_ends_the_server_with_success_and_the_processes_go_on() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let home = Home::new();
        let mut agent = home.agent(VERSION, &[]);
        agent.begin_call("execute", &json!({"command": "touch begun; sleep 600", "timeout": "40s"}));
        // It is listed a moment before, and a start that is interrupted then leaves no process.
        while !home.work().join("begun").exists() {
            std::thread::yield_now();
        }
        let pid = i32::try_from(agent.child().id()).ok().and_then(Pid::from_raw).expect("a number");
        kill_process(pid, signal).expect("a server");
        assert!(agent.child().wait().expect("a status").success());
        assert_eq!(home.running().len(), 1);
    }
}
