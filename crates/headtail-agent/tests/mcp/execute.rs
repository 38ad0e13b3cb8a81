//! `execute`.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Agent, VERSION, id};
use crate::home::Home;

fn set_up() -> (Home, Agent) {
    let home = Home::new();
    let agent = home.agent(VERSION, &[]);
    (home, agent)
}

/// A result without what differs from run to run.
fn steady(mut result: Value) -> Value {
    let fields = result.as_object_mut().expect("an object");
    for name in ["process_id", "wall_duration_ms"] {
        assert!(fields.remove(name).is_some(), "{name}");
    }
    result
}

#[test]
fn a_command_is_answered_whole_in_one_call() {
    let (_home, mut agent) = set_up();
    let result = agent.execute("echo out; echo err >&2");
    assert_eq!(
        steady(result),
        json!({
            "success": true, "exit_code": 0, "signal": null, "timed_out": false, "output": "out\nerr\n",
            "truncated": null, "next_offset": 8, "reason": "exit",
        })
    );
}

#[test]
fn a_failing_command_is_a_result() {
    let (_home, mut agent) = set_up();
    let result = agent.execute("nonexistent-command");
    assert_eq!((&result["success"], &result["exit_code"]), (&json!(false), &json!(127)));
    let result = steady(agent.execute("kill -9 $$"));
    assert_eq!(
        result,
        json!({
            "success": false, "exit_code": 137, "signal": "SIGKILL", "timed_out": false, "output": "",
            "note": "Partial output: SIGKILL killed the command.", "truncated": null, "next_offset": 0,
            "reason": "exit",
        })
    );
}

#[test]
fn a_command_that_cannot_be_started_is_a_result_without_a_process() {
    let (home, mut agent) = set_up();
    let result = agent.call("execute", &json!({"command": "ls", "workdir": "/nowhere"}));
    assert_eq!(
        result,
        json!({
            "success": false, "exit_code": null, "signal": null, "timed_out": false, "output": "",
            "error": "/nowhere: No such file or directory", "truncated": null,
        })
    );
    assert!(home.processes().is_empty());
}

#[test]
fn a_wait_that_runs_out_leaves_the_command_running_and_says_how_to_go_on() {
    let (home, mut agent) = set_up();
    let command = "echo one; while [ ! -e go ]; do sleep 0.02; done; echo two";
    let result = agent.call("execute", &json!({"command": command, "timeout": "300ms"}));
    let process = id(&result);
    assert_eq!(result["background_process_id"], *process);
    assert_eq!((&result["success"], &result["exit_code"]), (&json!(false), &Value::Null));
    assert_eq!((&result["timed_out"], &result["reason"]), (&json!(true), &json!("timeout")));
    let next = result["next_offset"].as_u64().expect("a number");
    let note = format!(
        "The command still runs, so its exit code is not known. To wait for it, call process_output with \
         process_id \"{process}\" and after {next}."
    );
    assert_eq!(result["note"], note);
    std::fs::write(home.work().join("go"), "").expect("a file");
    let arguments = json!({"process_id": process, "after": next, "timeout": "40s"});
    let rest = agent.call("process_output", &arguments);
    let output = [&result["output"], &rest["output"]].map(|text| text.as_str().expect("text")).concat();
    assert_eq!(output, "one\ntwo\n");
    assert_eq!((&rest["success"], &rest["exit_code"]), (&json!(true), &json!(0)));
}

#[test]
fn no_wait_exceeds_what_the_server_allows() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--max-wait", "200ms"]);
    let result = agent.call("execute", &json!({"command": "sleep 600", "timeout": "10m"}));
    assert_eq!(result["timed_out"], true);
    let result = agent.call("process_output", &json!({"process_id": id(&result), "timeout": "10m"}));
    assert_eq!(result["timed_out"], true);
}

#[test]
fn a_background_command_is_answered_at_once_with_what_it_printed_first() {
    let (_home, mut agent) = set_up();
    for arguments in [
        json!({"command": "echo up; sleep 600 &"}),
        json!({"command": "echo up; sleep 600", "run_in_background": true}),
    ] {
        let result = agent.call("execute", &arguments);
        assert_eq!(result["background_process_id"], result["process_id"]);
        assert_eq!((&result["timed_out"], &result["reason"]), (&json!(false), &json!("none")), "{result}");
        assert_eq!(result["exit_code"], Value::Null);
    }
    let result = agent.call("execute", &json!({"command": "exit 7", "run_in_background": true}));
    assert_eq!(
        (&result["exit_code"], &result["reason"]),
        (&json!(7), &json!("exit")),
        "a failure is seen at once"
    );
}

#[test]
fn an_ampersand_in_quotes_is_part_of_the_command() {
    let (_home, mut agent) = set_up();
    assert_eq!(agent.execute("echo 'a &'")["output"], "a &\n");
    assert_eq!(agent.execute("echo a \\&")["output"], "a &\n");
    assert_eq!(agent.execute("echo a # &")["output"], "a\n");
    assert_eq!(agent.execute("(sleep 0.1; echo a) & echo b; wait")["output"], "b\na\n");
}

#[test]
fn a_server_after_a_script_goes_to_the_background_with_it() {
    let (home, mut agent) = set_up();
    for command in ["true && sleep 600 &", "sleep 600 & sleep 600 &", "cat >a <<E\nit's\nE\nsleep 600 &"] {
        let result = agent.execute(command);
        assert_eq!(result["background_process_id"], result["process_id"], "{result}");
        assert_eq!(result["reason"], "none");
    }
    assert_eq!(home.running().len(), 3);
}

#[test]
fn huge_arguments_are_a_result_or_an_error_of_few_words() {
    let (home, mut agent) = set_up();
    let long = "x".repeat(1 << 20);
    for arguments in
        [json!({"command": format!("true {long}")}), json!({"command": "true", "env": {"A": long}})]
    {
        assert_eq!(agent.call("execute", &arguments)["error"], "sh: Argument list too long");
    }
    for arguments in [
        json!({"command": "true", "workdir": [&long]}),
        json!({"command": "true", "wait_for": &long}),
        json!({"command": "true", &*long: 1}),
        json!({"command": "true", "env": {"": &long}}),
        json!({"command": "true\0"}),
    ] {
        assert!(agent.call_error("execute", &arguments).len() < 400);
    }
    assert!(agent.call_error("process_output", &json!({"process_id": &long})).len() < 400);
    assert!(home.processes().is_empty());
    agent.call("execute", &json!({"command": "true", "description": &long, "key": &long}));
    let list = agent.call("process_list", &json!({"all": true}));
    assert_eq!(list["total"], 1);
    assert!(list.to_string().len() < 1000, "{list}");
}

#[test]
fn a_pattern_ends_the_wait_as_soon_as_it_is_printed() {
    let (_home, mut agent) = set_up();
    let arguments = json!({
        "command": "seq 3; echo Listening on :80; sleep 600", "run_in_background": true,
        "wait_for": "^Listening on :[0-9]+$", "timeout": "40s",
    });
    let result = agent.call("execute", &arguments);
    assert_eq!((&result["reason"], &result["timed_out"]), (&json!("match"), &json!(false)));
    assert_eq!(result["output"], "1\n2\n3\nListening on :80\n");
}

#[test]
fn a_child_that_holds_the_output_costs_the_drain_time_and_is_reported() {
    let (_home, mut agent) = set_up();
    let begin = Instant::now();
    let result = agent.execute("sleep 600 & echo done");
    assert!(begin.elapsed() < Duration::from_secs(35));
    assert_eq!((&result["success"], &result["output"]), (&json!(true), &json!("done\n")));
    let note = result["note"].as_str().expect("a note");
    assert_eq!(note, "Partial output: a background process still holds it open.");
}

#[test]
fn a_command_reads_the_text_that_it_is_given() {
    let (_home, mut agent) = set_up();
    let long = "line\n".repeat(100_000);
    let result = agent.call("execute", &json!({"command": "wc -c", "stdin": long, "timeout": "40s"}));
    assert_eq!(result["output"], "500000\n");
    assert_eq!(agent.execute("cat")["output"], "", "nothing without it");
    // Nobody reads all of it, and nobody hangs.
    let result = agent.call("execute", &json!({"command": "head -n 1", "stdin": long, "timeout": "40s"}));
    assert_eq!(result["output"], "line\n");
}

#[test]
fn a_command_is_ended_when_it_has_run_for_its_time() {
    let (_home, mut agent) = set_up();
    let arguments = json!({"command": "sleep 600", "max_runtime": "200ms", "timeout": "40s"});
    let result = steady(agent.call("execute", &arguments));
    let note = result["note"].as_str().expect("a note").to_owned();
    assert!(note.starts_with("It was ended because it ran longer than max_runtime."), "{note}");
    assert_eq!(
        result,
        json!({
            "success": false, "exit_code": 143, "signal": "SIGTERM", "stopped_by": "timeout", "timed_out": false,
            "note": note, "output": "", "truncated": null, "next_offset": 0, "reason": "exit",
        })
    );
}

#[test]
fn the_environment_is_that_of_the_server_the_options_and_the_call() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--env", "A=server", "--env", "B=server", "--env", "PAGER=more"]);
    let arguments = json!({
        "command": "echo $A $B $PAGER $TERM $NO_COLOR ${HEADTAIL_RUNTIME_DIR+set}",
        "env": {"B": "call", "HEADTAIL_RUNTIME_DIR": null},
    });
    assert_eq!(agent.call("execute", &arguments)["output"], "server call more dumb 1\n");
}

#[test]
fn the_directory_and_the_shell_are_those_of_the_options_and_the_call() {
    let home = Home::new();
    let inner = home.work().join("inner");
    std::fs::create_dir(&inner).expect("a directory");
    let mut agent = home.agent(VERSION, &["--dir", "inner", "--shell", "bash -c"]);
    let expected = inner.canonicalize().expect("a path");
    assert_eq!(
        agent.execute("pwd; echo ${BASH_VERSION:+bash}")["output"],
        format!("{}\nbash\n", expected.display())
    );
    let parent = agent.call("execute", &json!({"command": "pwd", "workdir": ".."}));
    let expected = expected.parent().expect("a parent").display().to_string();
    assert_eq!(parent["output"], format!("{expected}\n"));
}

#[test]
fn a_key_runs_a_command_once() {
    let (_home, mut agent) = set_up();
    let arguments = json!({"command": "echo x >>times; echo $$", "key": "k"});
    let first = agent.call("execute", &arguments);
    let second = agent.call("execute", &arguments);
    assert_eq!((&first["process_id"], &first["output"]), (&second["process_id"], &second["output"]));
    assert_eq!(second["note"], "The key was known: this process was started before.");
    assert_eq!(agent.execute("wc -l <times")["output"].as_str().map(str::trim), Some("1"));
    let text = agent.call_error("execute", &json!({"command": "echo other", "key": "k"}));
    assert_eq!(text, "Key was already used to start a process with different parameters.");
}

#[test]
fn a_long_output_shows_both_ends_and_a_true_account() {
    let (_home, mut agent) = set_up();
    let result = agent.execute("seq 200000");
    let output = result["output"].as_str().expect("text");
    assert!(output.starts_with("1\n2\n3\n") && output.ends_with("199999\n200000\n"));
    assert!(output.len() <= 32 << 10);
    let truncated = &result["truncated"];
    assert_eq!(truncated["original_bytes"], 1_288_895);
    assert_eq!(truncated["retained_bytes"], output.len());
    assert_eq!(result["next_offset"], 1_288_895);
}

#[test]
fn escape_sequences_and_progress_frames_are_removed_unless_they_are_asked_for() {
    let (_home, mut agent) = set_up();
    let result = agent.execute("printf '\\033[31mred\\033[m\\n10%%\\r100%%\\n'");
    assert_eq!(result["output"], "red\n100%\n");
    let raw = agent.call("process_output", &json!({"process_id": id(&result), "clean": false}));
    assert_eq!(raw["output"], "\u{1b}[31mred\u{1b}[m\n10%\r100%\n");
}

#[test]
fn reading_a_long_file_with_cat_is_advised_against() {
    let (home, mut agent) = set_up();
    std::fs::write(home.work().join("a.log"), "line\n".repeat(100_000)).expect("a file");
    assert_eq!(
        agent.execute("cat a.log")["note"],
        "The output was cut: read a.log in parts instead of with cat."
    );
}

#[test]
fn wrong_arguments_are_reported_in_words_and_start_nothing() {
    let (home, mut agent) = set_up();
    for (arguments, expected) in [
        (json!({}), "`command` is required."),
        (json!({"command": ""}), "Command is required."),
        (json!({"command": "ls", "wait_for": "["}), "`wait_for`: not a regular expression: "),
        (json!({"command": "ls", "cwd": "/"}), "There is no argument `cwd`. Use: command, timeout, "),
        (json!({"command": "ls", "key": ""}), "an empty key"),
        (json!({"command": "ls", "env": {"A=B": "c"}}), "not a valid environment variable: A="),
        (
            json!({"command": "ls", "timeout": 10}),
            "`timeout` must be a string with a unit, such as \"10s\", \"500ms\" or \"2m\", not 10.",
        ),
    ] {
        let text = agent.call_error("execute", &arguments);
        assert!(text.starts_with(expected), "{text}");
    }
    assert!(home.processes().is_empty());
}

#[test]
fn too_many_processes_are_refused_without_harm_to_those_that_run() {
    let home = Home::new();
    let mut agent = home.agent(VERSION, &["--max-running", "1"]);
    agent.call("execute", &json!({"command": "sleep 600 &"}));
    let text = agent.call_error("execute", &json!({"command": "true"}));
    assert_eq!(
        text,
        "1 processes run already, which is the limit. process_list shows them, process_signal ends them."
    );
    assert_eq!(home.running().len(), 1);
}
