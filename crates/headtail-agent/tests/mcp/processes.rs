//! `process_output`, `process_input`, `process_signal` and `process_list`.

use serde_json::{Value, json};

use crate::client::{Agent, VERSION, id};
use crate::home::Home;

/// A client, and a process that runs until its input ends and prints what it reads.
fn set_up(command: &str) -> (Home, Agent, String) {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let arguments = json!({"command": command, "stdin_open": true, "wait_for": "ready", "timeout": "40s"});
    let result = agent.call("execute", &arguments);
    assert_eq!(result["reason"], "match", "{result}");
    let process = id(&result);
    (home, agent, process)
}

#[test]
fn an_input_is_answered_with_what_it_brings_about() {
    let (_home, mut agent, process) =
        set_up("echo ready; while read line; do echo got $line; done; echo end");
    let result = agent.call("process_input", &json!({"process_id": process, "text": "one\n"}));
    assert_eq!((&result["output"], &result["reason"]), (&json!("got one\n"), &json!("idle")), "{result}");
    assert_eq!(result["next_offset"], 14);
    let result = agent.call("process_input", &json!({"process_id": process, "text": "two\n", "eof": true}));
    assert_eq!((&result["output"], &result["success"]), (&json!("got two\nend\n"), &json!(true)), "{result}");
    let text = agent.call_error("process_input", &json!({"process_id": process, "text": "three\n"}));
    assert_eq!(text, format!("Process \"{process}\" is not running."));
    assert_eq!(
        agent.call_error("process_input", &json!({"process_id": process})),
        "Give `text`, `eof` or both."
    );
}

#[test]
fn the_first_text_of_an_open_input_comes_with_the_command() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let arguments = json!({"command": "cat", "stdin": "first\n", "stdin_open": true, "wait_for": "first", "timeout": "40s"});
    let result = agent.call("execute", &arguments);
    let result =
        agent.call("process_input", &json!({"process_id": id(&result), "text": "second\n", "eof": true}));
    assert_eq!((&result["output"], &result["exit_code"]), (&json!("second\n"), &json!(0)));
}

#[test]
fn a_process_without_an_input_says_so() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let process = id(&agent.call("execute", &json!({"command": "sleep 600 &"})));
    let text = agent.call_error("process_input", &json!({"process_id": process, "text": "x"}));
    assert_eq!(text, format!("The standard input of process \"{process}\" is not a pipe."));
}

#[test]
fn output_is_read_once_by_passing_the_offset_on() {
    let (_home, mut agent, process) = set_up("echo ready; while read line; do echo $line; done");
    let mut seen = String::new();
    let mut after = json!(0);
    for number in 0..5 {
        agent.call("process_input", &json!({"process_id": process, "text": format!("{number}\n")}));
        let arguments = json!({"process_id": process, "after": after, "wait": "none"});
        let result = agent.call("process_output", &arguments);
        seen.push_str(result["output"].as_str().expect("text"));
        after = result["next_offset"].clone();
    }
    assert_eq!(seen, "ready\n0\n1\n2\n3\n4\n");
}

#[test]
fn every_wait_ends_for_its_reason() {
    let (_home, mut agent, process) = set_up("echo ready; while read line; do echo got $line; done");
    let output = json!({"process_id": process, "after": 0, "wait": "output"});
    assert_eq!(agent.call("process_output", &output)["reason"], "output");
    let idle = json!({"process_id": process, "wait": "idle", "timeout": "40s"});
    assert_eq!(agent.call("process_output", &idle)["reason"], "idle");
    let none = json!({"process_id": process, "wait": "none"});
    let result = agent.call("process_output", &none);
    assert_eq!((&result["reason"], &result["timed_out"]), (&json!("none"), &json!(false)));
    let timeout = json!({"process_id": process, "timeout": "50ms"});
    assert_eq!(agent.call("process_output", &timeout)["reason"], "timeout");
    let wait = json!({"process_id": process, "after": 6, "match": "got (it|that)", "timeout": "40s"});
    let call = agent.begin_call("process_output", &wait);
    agent.call("process_input", &json!({"process_id": process, "text": "it\n"}));
    let result = agent.result(call);
    assert_eq!((&result["reason"], &result["output"]), (&json!("match"), &json!("got it\n")));
    let call = agent.begin_call("process_output", &json!({"process_id": process, "timeout": "40s"}));
    agent.call("process_input", &json!({"process_id": process, "eof": true}));
    let result = agent.result(call);
    assert_eq!((&result["reason"], &result["exit_code"]), (&json!("exit"), &json!(0)));
}

#[test]
fn wrong_reads_are_reported_in_words() {
    let (_home, mut agent, process) = set_up("echo ready; cat");
    for (arguments, expected) in [
        (
            json!({"process_id": process, "after": 100}),
            "The offset is past the end of the output, which is at 6.",
        ),
        (json!({"process_id": process, "match": "("}), "`match`: not a regular expression: "),
        (json!({"process_id": process, "wait": "match"}), "`wait` \"match\" needs `match`."),
        (
            json!({"process_id": process, "wait": "exit", "match": "a"}),
            "`match` goes with `wait` \"match\" alone.",
        ),
        (
            json!({"process_id": process, "wait": "death"}),
            "`wait` is exit, output, match, idle or none, not ",
        ),
        (json!({"process_id": process, "max_bytes": 1}), "max_bytes is not between 64 and 1048576"),
        (
            json!({"process_id": "zzzz"}),
            "Process \"zzzz\" not found. process_list with `all` shows those there are.",
        ),
        (json!({}), "`process_id` is required."),
    ] {
        let text = agent.call_error("process_output", &arguments);
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn a_signal_is_answered_with_what_became_of_the_process() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    let process =
        id(&agent.call("execute", &json!({"command": "exec sleep 600 &", "description": "the nap"})));
    let result = agent.call("process_signal", &json!({"process_id": process, "signal": "terminate"}));
    assert_eq!(result["id"], *process);
    assert_eq!(result["labels"], json!({"description": "the nap"}));
    agent.call("process_output", &json!({"process_id": process, "timeout": "40s"}));
    let text = agent.call_error("process_signal", &json!({"process_id": process, "signal": "kill"}));
    assert_eq!(text, format!("Process \"{process}\" is not running."));
    let process = id(&agent.call("execute", &json!({"command": "sleep 600 &"})));
    let text = agent.call_error("process_signal", &json!({"process_id": process, "signal": "SIGNOTHING"}));
    assert!(text.starts_with("Unsupported signal \"SIGNOTHING\"."), "{text}");
}

#[test]
fn lists_have_what_runs_or_all_and_no_output() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &[]);
    assert_eq!(agent.call("process_list", &json!({})), json!({"processes": [], "total": 0}));
    let ended = id(&agent.execute("echo hello"));
    let script = format!("sleep 600 #{}", "x".repeat(10_000));
    let running = id(&agent.call("execute", &json!({"command": script, "run_in_background": true})));
    let list = agent.call("process_list", &json!({}));
    assert_eq!((&list["total"], &list["processes"][0]["id"]), (&json!(1), &json!(running)), "{list}");
    assert!(list["processes"][0]["command"].as_str().is_some_and(|command| command.len() < 400), "{list}");
    let list = agent.call("process_list", &json!({"all": true}));
    let ids: Vec<&Value> =
        list["processes"].as_array().expect("a list").iter().map(|process| &process["id"]).collect();
    assert_eq!(ids, [&json!(running), &json!(ended)]);
    assert!(!list.to_string().contains("\"output\""), "{list}");
}

#[test]
fn processes_of_another_scope_are_not_there() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--scope", "one"]);
    let process = id(&agent.execute("true"));
    let mut other = home.agent(VERSION, &["--scope", "two"]);
    let text = other.call_error("process_output", &json!({"process_id": process}));
    assert!(text.starts_with(&format!("Process \"{process}\" not found.")), "{text}");
    assert_eq!(other.call("process_list", &json!({"all": true}))["total"], 0);
}
