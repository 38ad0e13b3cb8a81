//! The command line, with whole outputs and statuses.

use std::io::Write;
use std::process::Stdio;

use headtail_agent::Id;
use rustix::process::{Signal, kill_process};

use super::support::{Home, is_alive, raw, text, until};

/// Standard output, standard error and status of `headtail ps`.
fn ps(home: &Home, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = home.ps(arguments);
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

fn start(home: &Home, arguments: &[&str]) -> Id {
    let (out, err, status) = ps(home, &[&["start"], arguments].concat());
    assert_eq!((err.as_str(), status), ("", Some(0)));
    out.strip_suffix('\n').expect("a line").parse().expect("an id")
}

fn done(out: &str) -> (String, String, Option<i32>) {
    (out.into(), String::new(), Some(0))
}

#[test]
fn a_day_with_a_server() {
    let home = Home::new();
    let id = start(&home, &["--", "sh", "-c", "echo Listening on 80; exec sleep 60"]);
    let id = id.as_str();
    assert_eq!(
        ps(&home, &["output", id, "--wait", "match", "--match", "Listening", "--timeout", "30s"]),
        done("Listening on 80\n")
    );
    let (table, _, _) = ps(&home, &[]);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines[0], "ID                STATE     STATUS   TIME  OUTPUT  COMMAND");
    assert!(lines[1].starts_with(&format!("{id}  running   -     ")), "{table}");
    assert!(lines[1].ends_with("      16  sh -c 'echo Listening on 8..."), "{table}");
    assert!(lines.iter().all(|line| line.len() <= 80), "{table}");
    assert_eq!(
        ps(&home, &["signal", &id[..8], "USR2"]),
        done(&format!("Signal \"USR2\" sent to process \"{id}\".\n"))
    );
    assert_eq!(
        ps(&home, &["output", id, "--wait", "exit"]),
        ("Listening on 80\n".into(), String::new(), Some(140))
    );
    assert_eq!(ps(&home, &[]), done("ID                STATE     STATUS   TIME  OUTPUT  COMMAND\n"));
    let (table, _, _) = ps(&home, &["--all"]);
    assert!(table.lines().nth(1).expect("a row").starts_with(&format!("{id}  signaled  USR2  ")), "{table}");
    assert_eq!(ps(&home, &["rm", "--finished"]), done(&format!("{id}\n")));
    assert_eq!(
        ps(&home, &["output", id]),
        (String::new(), format!("headtail: Process \"{id}\" not found.\n"), Some(1))
    );
}

#[test]
fn waits_have_the_statuses_that_they_promise() {
    let home = Home::new();
    let status = |arguments: &[&str]| ps(&home, arguments).2;
    let ends = |line: &str| start(&home, &["--shell", "--", line]).to_string();
    for (line, expected) in [("exit 0", 0), ("exit 3", 3), ("exit 255", 255), ("kill -9 $$", 137)] {
        assert_eq!(status(&["output", &ends(line), "--wait", "exit"]), Some(expected), "{line}");
    }
    let runs = ends("echo x; sleep 60");
    for wait in [&["--wait", "exit"][..], &["--match", "never"], &["--wait", "output", "--after", "2"]] {
        let arguments = [&["output", &runs, "--timeout", "300ms"], wait].concat();
        assert_eq!(status(&arguments), Some(124), "{wait:?}");
    }
    assert_eq!(status(&["output", &runs, "--wait", "idle", "--idle", "50ms"]), Some(0));
    let ended = ends("echo x");
    assert_eq!(status(&["output", &ended, "--match", "x"]), Some(0));
    assert_eq!(status(&["output", &ended, "--match", "y"]), Some(1));
    assert_eq!(status(&["output", &ended, "--wait", "idle"]), Some(0));
}

#[test]
fn what_makes_no_sense_is_misuse_and_what_fails_is_not() {
    let home = Home::new();
    for arguments in [
        &["start"][..],
        &["output"],
        &["nonsense"],
        &["start", "--timeout", "soon", "--", "true"],
        &["start", "--label", "x", "--", "true"],
        &["stop"],
        &["stop", "x", "--all"],
        &["output", "x", "--follow", "--json"],
    ] {
        let (out, err, status) = ps(&home, arguments);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{arguments:?}");
        assert!(err.starts_with("error: ") && !err.contains("headtail-agent"), "{arguments:?}: {err}");
    }
    for (arguments, message) in [
        (&["start", "--", "no-such-program"][..], "headtail: no-such-program: No such file or directory\n"),
        (&["start", "--dir", "/no/such", "--", "true"], "headtail: /no/such: No such file or directory\n"),
        (&["output", "zz"], "headtail: Process \"zz\" not found.\n"),
        (&["stop", "zz"], "headtail: Process \"zz\" not found.\n"),
    ] {
        assert_eq!(ps(&home, arguments), (String::new(), message.into(), Some(1)));
    }
}

#[test]
fn following_prints_all_as_it_comes_and_survives_the_end_of_the_keeper() {
    let home = Home::new();
    let id = start(
        &home,
        &["--stdin", "--shell", "--", "seq 20000; while read line; do echo got $line; done; exit 4"],
    );
    let mut follower = home.command(["output", id.as_str(), "--follow", "--wait", "exit"]);
    let follower = follower.stdout(Stdio::piped()).spawn().expect("a program");
    for word in ["one", "two"] {
        let mut input =
            home.command(["input", id.as_str()]).stdin(Stdio::piped()).spawn().expect("a program");
        writeln!(input.stdin.take().expect("a pipe"), "{word}").expect("an input");
        assert!(input.wait().expect("a status").success());
        home.wait_for(id, &format!("got {word}"));
    }
    let keeper = raw(home.keeper(id));
    let (_, err, status) = {
        let output =
            home.command(["input", id.as_str(), "--eof"]).stdin(Stdio::null()).output().expect("a program");
        (output.stdout, text(&output.stderr), output.status.code())
    };
    assert_eq!((err.as_str(), status), ("", Some(0)));
    let output = follower.wait_with_output().expect("an output");
    let all: String =
        (1..=20_000).map(|number| format!("{number}\n")).chain(["got one\ngot two\n".into()]).collect();
    assert!(text(&output.stdout) == all, "{} bytes", output.stdout.len());
    assert_eq!(output.status.code(), Some(4));
    until("the end of the keeper", || !is_alive(keeper));
    // The record is followed like the keeper, from any offset.
    assert_eq!(
        ps(&home, &["output", id.as_str(), "--follow", "--after", &(all.len() - 8).to_string()]),
        done("got two\n")
    );
}

#[test]
fn a_follower_is_told_what_is_no_longer_held() {
    let home = Home::new();
    let id = start(&home, &["--shell", "--", "yes | head -c 2000000"]);
    home.end(id);
    let (out, err, status) = ps(&home, &["output", id.as_str(), "--follow"]);
    assert_eq!((err.as_str(), status), ("", Some(0)));
    let gap = 2_000_000 - (16 << 10) - (256 << 10);
    let parts: Vec<_> = out.split(&format!("\n\n... [omitted {gap} bytes] ...\n\n")).map(str::len).collect();
    assert_eq!(parts, [16 << 10, 256 << 10]);
}

#[test]
fn a_reader_that_goes_away_is_not_an_error() {
    let home = Home::new();
    let id = start(&home, &["--", "yes"]);
    let mut follower = home.command(["output", id.as_str(), "--follow"]);
    let mut follower = follower.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a program");
    drop(follower.stdout.take());
    let output = follower.wait_with_output().expect("an output");
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    assert!(home.client.get(id).expect("a process").is_running());
}

#[test]
fn options_of_a_start_reach_the_process() {
    let home = Home::new();
    let id = start(
        &home,
        &[
            "--dir",
            "/",
            "--env",
            "A=1",
            "--env",
            "HOME",
            "--scope",
            "s",
            "--key",
            "k",
            "--label",
            "a=b",
            "--timeout",
            "60s",
            "--shell",
            "--",
            "pwd;",
            "echo $A $HOME",
        ],
    );
    let home_directory = std::env::var("HOME").unwrap_or_default();
    assert_eq!(text(&home.end(id).output), format!("/\n1 {home_directory}\n"));
    let process = home.client.get(id).expect("a process");
    assert_eq!(
        (process.scope.as_deref(), process.labels["a"].as_str(), process.background),
        (Some("s"), "b", true)
    );
    assert_eq!((process.command.as_str(), process.argv), ("pwd; echo $A $HOME", None));
    assert_eq!(ps(&home, &["--scope", "other", "output", id.as_str()]).2, Some(1));
    assert_eq!(ps(&home, &["output", "--scope", "s", id.as_str()]).2, Some(0));
    let limited = start(&home, &["--timeout", "100ms", "--", "sleep", "60"]);
    assert_eq!(ps(&home, &["output", limited.as_str(), "--wait", "exit"]).2, Some(143));
}

#[test]
fn programs_are_given_a_line_of_json_for_each_process() {
    let home = Home::new();
    let (out, _, status) = ps(&home, &["start", "--json", "--key", "k", "--", "sleep", "60"]);
    let started: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((status, started["started"].as_bool()), (Some(0), Some(true)));
    let again: serde_json::Value =
        serde_json::from_str(&ps(&home, &["start", "--json", "--key", "k", "--", "sleep", "60"]).0)
            .expect("JSON");
    assert_eq!((again["started"].as_bool(), &again["id"]), (Some(false), &started["id"]));
    home.end(home.sh("exit 2"));
    let (lines, _, _) = ps(&home, &["--all", "--json"]);
    let listed: Vec<_> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .map(|process| (process["state"].clone(), process["exit_code"].clone()))
        .collect();
    assert_eq!(listed, [("running".into(), serde_json::Value::Null), ("exited".into(), 2.into())]);
    let (out, _, _) = ps(&home, &["output", "--json", started["id"].as_str().expect("an id")]);
    assert!(out.starts_with("{\"output\":\"\",\"lossy\":false,\"truncated\":null,\"start\":0,\"end\":0,\"next\":0,\"reason\":\"none\",\"match\":null,\"running\":true,\"exit_code\":null,\"signal\":null,\"process\":{\"id\":"), "{out}");
}

#[test]
fn stopping_waits_for_the_end_of_all() {
    let home = Home::new();
    let ids: Vec<_> = (0..3).map(|_| start(&home, &["--", "sleep", "60"])).collect();
    assert_eq!(ps(&home, &["stop", ids[0].as_str()]), done(&format!("{}\n", ids[0])));
    assert_eq!(ps(&home, &["stop", ids[0].as_str()]), done(&format!("{}\n", ids[0])), "again");
    let (_, err, status) = ps(&home, &["stop", "--all"]);
    assert_eq!((err.as_str(), status), ("", Some(0)));
    let list = home.client.list(&headtail_agent::Filter::default()).expect("a list");
    assert_eq!((list.total, list.running), (3, 0));
    assert_eq!(ps(&home, &["rm", ids[0].as_str(), ids[1].as_str()]).2, Some(0));
    assert_eq!(home.ids(), [ids[2]]);
}

#[test]
fn what_fails_for_one_of_several_is_done_for_the_others() {
    let home = Home::new();
    let [suspended, other] = [(); 2].map(|()| start(&home, &["--", "sleep", "60"]));
    let keeper = home.keeper(suspended);
    kill_process(keeper, Signal::STOP).expect("a signal");
    let (out, err, status) = ps(&home, &["stop", "nothing", suspended.as_str(), other.as_str()]);
    let message = format!(
        "headtail: Process \"nothing\" not found.\n\
         headtail: The keeper of process \"{suspended}\" does not answer.\n"
    );
    assert_eq!((out, err, status), (format!("{other}\n"), message, Some(1)));
    let (out, err, status) = ps(&home, &["rm", suspended.as_str(), other.as_str()]);
    let message = format!("headtail: Process \"{suspended}\" is running.\n");
    assert_eq!((out, err, status), (format!("{other}\n"), message, Some(1)));
    kill_process(keeper, Signal::CONT).expect("a signal");
}

#[test]
fn a_variable_without_a_value_is_that_of_the_caller_if_there_is_one() {
    let home = Home::new();
    let run = |env: &str| {
        let mut command = home.command(["start", "--env", env, "--shell", "--", "echo ${A-unset}"]);
        let output = command.env_remove("A").env("B", "=").output().expect("a program");
        let id = text(&output.stdout).trim_end().parse().map_err(|_| output.status.code());
        id.map(|id| text(&home.end(id).output))
    };
    assert_eq!(run("A"), Ok("unset\n".into()));
    assert_eq!(run("A="), Ok("\n".into()));
    assert_eq!(run("A=b=c"), Ok("b=c\n".into()));
    assert_eq!(run("=b"), Err(Some(2)));
    assert_eq!(run(""), Err(Some(2)));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let home = Home::new();
    let id = start(&home, &["--", "echo", "x"]);
    home.end(id);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a device");
    let output = home.command(["output", id.as_str()]).stdout(full).output().expect("a program");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr), "headtail: stdout: No space left on device\n");
}

#[test]
fn keep_is_no_word_for_people() {
    let mut command = std::process::Command::new(super::support::PROGRAM);
    let output = command.arg("keep").stdin(Stdio::null()).output().expect("a program");
    assert_eq!(output.status.code(), Some(2));
    for word in [&[][..], &["nonsense"]] {
        let mut command = std::process::Command::new(super::support::PROGRAM);
        let output = command.args(word).output().expect("a program");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{word:?}");
        assert!(text(&output.stderr).contains("Usage: headtail <COMMAND>"), "{}", text(&output.stderr));
    }
}

#[test]
fn arguments_that_make_no_sense_are_usage_errors_and_start_nothing() {
    let home = Home::new();
    for arguments in [
        &["output", "a", "--wait", "match"][..],
        &["output", "a", "--wait", "exit", "--match", "x"],
        &["output", "a", "--match", "["],
        &["output", "a", "--max-bytes", "63"],
        &["output", "a", "--max-bytes", "1048577"],
        &["output", "a", "--timeout", "soon"],
        &["output", "a", "--follow", "--wait", "idle"],
        &["signal", "a", "NOPE"],
        &["signal", "a", "65"],
        &["--scope", ""],
        &["start", "--key", "", "--", "true"],
        &["start", "--keep", "some", "--", "true"],
        &["start", "--label", "x", "--", "true"],
        &["start"],
        &["stop"],
    ] {
        let (out, err, status) = ps(&home, arguments);
        assert_eq!((out.as_str(), status), ("", Some(2)), "{arguments:?}: {err}");
        assert!(!err.is_empty(), "{arguments:?}");
    }
    assert_eq!(home.ids(), []);
}

#[test]
fn help_lists_every_word() {
    let help = |words: &[&str]| {
        let mut command = std::process::Command::new(super::support::PROGRAM);
        let output = command.args(words).arg("--help").output().expect("a program");
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
        text(&output.stdout)
    };
    for word in ["ps", "mcp"] {
        assert!(help(&[]).contains(&format!("\n  {word} ")), "{}", help(&[]));
        assert!(help(&[word]).contains(&format!("Usage: headtail {word} ")), "{}", help(&[word]));
    }
}
