//! A long session as agents have them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{Agent, VERSIONS, id};
use crate::home::{Home, until};

/// A client that counts its calls, and how far it has read what each process has printed.
struct Session<'a> {
    connect: &'a dyn Fn(&'static str) -> Agent,
    agent: Agent,
    calls: usize,
    /// Ends of what was read, by process.
    read: BTreeMap<String, u64>,
}

impl<'a> Session<'a> {
    fn new(connect: &'a dyn Fn(&'static str) -> Agent) -> Self {
        Self { connect, agent: connect(VERSIONS[0]), calls: 0, read: BTreeMap::new() }
    }

    fn call(&mut self, tool: &str, arguments: &Value) -> Value {
        let id = self.begin_call(tool, arguments);
        self.result(id)
    }

    fn begin_call(&mut self, tool: &str, arguments: &Value) -> u64 {
        self.calls += 1;
        self.agent.begin_call(tool, arguments)
    }

    fn result(&mut self, call: u64) -> Value {
        let result = self.agent.result(call);
        if result["next_offset"].is_u64() {
            self.account(&result);
        }
        result
    }

    /// Counts every byte of the stretch that a result is about: it is shown, or said to be missing. Stretches meet.
    fn account(&mut self, result: &Value) {
        let output = result["output"].as_str().expect("text");
        let next = result["next_offset"].as_u64().expect("an offset");
        let account = &result["truncated"];
        let number = |name: &str| account[name].as_u64().unwrap_or_default();
        let omitted = number("omitted_bytes");
        let marker = format!("\n... [omitted {omitted} bytes] ...\n\n");
        assert_eq!(output.contains(&marker), omitted > 0, "{result}");
        let marker_bytes = if omitted > 0 { marker.len() as u64 } else { 0 };
        let suffixes = number("clipped_lines") * " ... [truncated]".len() as u64;
        let shown = output.len() as u64 - marker_bytes - suffixes;
        let stretch = shown + omitted + number("clipped_bytes") + number("cleaned_bytes");
        assert!(account.is_null() || number("original_bytes") == stretch, "{result}");
        let read = self.read.entry(id(result)).or_default();
        assert!(next - stretch <= *read, "a gap before {result}");
        *read = next.max(*read);
    }

    /// Reads what nobody has read yet, of all processes that there were.
    fn read_the_rest(&mut self) {
        let list = self.call("process_list", &json!({"all": true}));
        for process in list["processes"].as_array().expect("a list") {
            let id = process["id"].as_str().expect("an id");
            let after = self.read.get(id).copied().unwrap_or_default();
            self.call("process_output", &json!({"process_id": id, "after": after, "wait": "none"}));
            assert_eq!(self.read[id], process["output_bytes"], "{process}");
        }
        assert_eq!(self.read.len() as u64, list["total"], "{list}");
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
    let mut session = Session::new(connect);

    // Builds.
    assert_eq!(session.execute("mkdir src && echo 'int main' >src/a.c")["success"], true);
    assert_eq!(session.execute("seq 100000; exit 2")["exit_code"], 2);
    let build =
        session.execute("for i in $(seq 500); do printf 'building %s\\r' $i; done; printf '\\nbuilt\\n'");
    assert!(build["output"].as_str().is_some_and(|text| text.ends_with("built\n")), "{build}");
    let bundle = session.execute("head -c 100000 /dev/zero | tr '\\0' x; echo; echo bundled");
    assert_eq!(bundle["truncated"]["clipped_lines"], 1, "{bundle}");
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

    // Calls that are cancelled: a wait, and a command.
    let wait = session.begin_call("process_output", &json!({"process_id": server, "timeout": "40s"}));
    let endless = json!({"command": "echo endless; sleep 600", "timeout": "40s"});
    let command = session.begin_call("execute", &endless);
    until("a start", || session.call("process_list", &json!({}))["total"] == 2);
    session.agent.cancel(wait);
    session.agent.cancel(command);
    until("an end", || session.call("process_list", &json!({}))["total"] == 1);
    let unknown = session.agent.call_error("process_output", &json!({"process_id": "zzzz"}));
    assert!(unknown.starts_with("Process \"zzzz\" not found."), "{unknown}");

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

    session.read_the_rest();
    assert!(session.calls >= 30, "{}", session.calls);
    assert!(session.agent.close());
}
