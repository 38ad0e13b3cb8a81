//! A long session as agents have them.

use serde_json::{Value, json};

use crate::client::{Agent, VERSIONS, id};
use crate::home::Home;

/// A client that counts its calls, and what each process has printed by its answers.
struct Session<'a> {
    connect: &'a dyn Fn(&'static str) -> Agent,
    agent: Agent,
    calls: usize,
}

impl Session<'_> {
    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        self.calls += 1;
        let result = self.agent.call(tool, arguments);
        // Nothing is unaccounted for: what was printed is shown, or said to be missing.
        if let (Some(output), Some(next)) = (result["output"].as_str(), result["next_offset"].as_u64()) {
            let start = arguments["after"].as_u64().unwrap_or_default();
            let account = &result["truncated"];
            if tool != "process_input" && account.is_null() {
                assert_eq!(output.len() as u64, next - start, "{result}");
            } else if tool != "process_input" {
                assert_eq!(account["original_bytes"], next - start, "{result}");
            }
        }
        result
    }

    fn execute(&mut self, command: &str) -> Value {
        self.call("execute", &json!({"command": command, "timeout": "40s"}))
    }

    /// The client crashes and starts again, with another version of the protocol.
    fn restart(&mut self, version: &'static str) {
        self.agent = (self.connect)(version);
    }
}

#[test]
fn a_session_of_thirty_calls_leaves_no_process_behind_and_no_output_unaccounted_for() {
    let home = Home::new();
    work(&|version| home.agent(version, &["--linger", "20s"]));
    assert!(home.running().is_empty());
    home.wait_until_deserted();
}

#[test]
fn a_session_of_thirty_calls_over_http_does_neither() {
    let home = Home::new();
    let server = home.serve(&["--linger", "20s"]);
    work(&|version| server.tcp.agent(version, Some("mine")));
    assert!(home.running().is_empty());
    drop(server);
    home.wait_until_deserted();
}

/// Thirty calls.
fn work(connect: &dyn Fn(&'static str) -> Agent) {
    let mut session = Session { connect, agent: connect(VERSIONS[0]), calls: 0 };

    // Builds.
    assert_eq!(session.execute("mkdir src && echo 'int main' >src/a.c")["success"], true);
    assert_eq!(session.execute("seq 100000; exit 2")["exit_code"], 2);
    let build =
        session.execute("for i in $(seq 500); do printf 'building %s\\r' $i; done; printf '\\nbuilt\\n'");
    assert!(build["output"].as_str().is_some_and(|text| text.ends_with("built\n")), "{build}");
    assert_eq!(session.execute("grep -c main src/a.c")["output"], "1\n");

    // A server in the background.
    let server = "echo starting; sleep 0.1; echo 'Listening on 8080'; while :; do sleep 0.1; echo tick; done";
    let arguments = json!({"command": format!("{server} &"), "wait_for": "Listening", "timeout": "40s"});
    let first = session.call("execute", &arguments);
    assert_eq!(first["reason"], "match");
    let server = id(&first);
    let mut next = first["next_offset"].clone();
    for _ in 0..4 {
        let arguments = json!({"process_id": server, "after": next, "wait": "output", "timeout": "40s"});
        let ticks = session.call("process_output", &arguments);
        assert_eq!(ticks["reason"], "output");
        next = ticks["next_offset"].clone();
    }

    // A prompt.
    let prompt = "printf 'Name? '; read name; printf 'Sure? '; read sure; echo hello $name";
    let arguments = json!({"command": prompt, "stdin_open": true, "wait_for": "Name\\? ", "timeout": "40s"});
    let asked = session.call("execute", &arguments);
    assert_eq!(asked["output"], "Name? ");
    let answered = session.call("process_input", &json!({"process_id": id(&asked), "text": "you\n"}));
    assert_eq!(answered["output"], "Sure? ");
    let answered =
        session.call("process_input", &json!({"process_id": id(&asked), "text": "yes\n", "eof": true}));
    assert_eq!((&answered["output"], &answered["exit_code"]), (&json!("hello you\n"), &json!(0)));

    // Timeouts, before and after a crash of the client.
    let slow = "echo slow; while [ ! -e go ]; do sleep 0.05; done; echo over";
    let slow = session.call("execute", &json!({"command": slow, "timeout": "300ms", "key": "slow"}));
    assert_eq!(slow["timed_out"], true);
    session.restart(VERSIONS[1]);
    assert_eq!(session.call("process_list", &json!({}))["total"], 2);
    let again = session.call("process_output", &json!({"process_id": id(&slow), "timeout": "100ms"}));
    assert_eq!((&again["output"], &again["timed_out"]), (&json!("slow\n"), &json!(true)));
    assert_eq!(session.execute("touch go")["success"], true);
    let over =
        session.call("process_output", &json!({"process_id": id(&slow), "after": 5, "timeout": "40s"}));
    assert_eq!((&over["output"], &over["exit_code"]), (&json!("over\n"), &json!(0)));
    let limited = json!({"command": "sleep 600", "max_runtime": "100ms", "timeout": "40s"});
    assert_eq!(session.call("execute", &limited)["stopped_by"], "timeout");

    // Children left behind, and work beside each other.
    assert_eq!(session.execute("(sleep 0.2; echo late) & echo early")["output"], "early\nlate\n");
    let ids: Vec<_> = (0..3)
        .map(|number| {
            let command = format!("sleep 0.{number}; echo {number} &");
            session.call("execute", &json!({"command": command.replace(" &", ""), "run_in_background": true}))
        })
        .map(|result| id(&result))
        .collect();
    session.restart(VERSIONS[2]);
    for (number, process) in ids.iter().enumerate() {
        let result = session.call("process_output", &json!({"process_id": process, "timeout": "40s"}));
        assert_eq!(result["output"], format!("{number}\n"));
    }

    // Kills.
    let stubborn =
        json!({"command": "trap '' TERM INT; echo set; while :; do sleep 0.1; done &", "wait_for": "set"});
    let stubborn = id(&session.call("execute", &stubborn));
    let signal = json!({"process_id": stubborn, "signal": "SIGINT"});
    assert_eq!(session.call("process_signal", &signal)["running"], true);
    session.call("process_signal", &json!({"process_id": stubborn, "signal": "kill"}));
    let killed = session.call("process_output", &json!({"process_id": stubborn, "timeout": "40s"}));
    assert_eq!((&killed["exit_code"], &killed["stopped_by"]), (&json!(137), &json!("signal")));
    session.call("process_signal", &json!({"process_id": server, "signal": "terminate"}));
    session.call("process_output", &json!({"process_id": server, "after": next, "timeout": "40s"}));
    assert_eq!(session.call("process_list", &json!({}))["total"], 0);

    assert!(session.calls >= 30, "{}", session.calls);
    assert!(session.agent.close());
}
