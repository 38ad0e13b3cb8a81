//! `headtail run` on a terminal: the command is a job like any other.

use std::thread::sleep;
use std::time::Duration;

use crate::program::Program;
use crate::run::wait_for;
use crate::support::skip;
use crate::tmux::Tmux;

/// Says each line that it reads.
const ECHO: &str = "'while read line; do echo got $line; done'";

#[test]
fn a_command_that_reads_the_terminal_can_be_stopped_continued_and_interrupted_from_there() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter(&format!("$HEADTAIL run --stdin --shell {ECHO}"));
    tmux.enter("one");
    tmux.wait_for(|screen| screen.ends_with("\ngot one"));
    tmux.run(&["send-keys", "C-z"]);
    tmux.wait_for(|screen| screen.contains("Stopped") && screen.ends_with("\n$"));
    tmux.enter("clear; fg");
    tmux.enter("two");
    tmux.wait_for(|screen| screen.ends_with("\ngot two"));
    tmux.run(&["send-keys", "C-c"]);
    tmux.wait_for(|screen| screen.ends_with('$'));
    tmux.enter("echo status $?");
    tmux.wait_for(|screen| screen.contains("status 130\n"));
}

#[test]
fn a_command_that_reads_in_the_background_stops_and_reads_in_the_foreground() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter(&format!("$HEADTAIL run --stdin --shell {ECHO} &"));
    tmux.wait_for(|screen| screen.ends_with("\n$"));
    // The shell reports it with its next prompt.
    tmux.wait_for(|screen| {
        tmux.enter("");
        screen.contains("Stopped")
    });
    tmux.enter("clear; fg");
    tmux.enter("one");
    tmux.wait_for(|screen| screen.ends_with("\ngot one"));
    tmux.run(&["send-keys", "C-d"]);
    tmux.wait_for(|screen| screen.ends_with("\ngot one\n$"));
}

#[test]
fn a_command_that_asks_the_terminal_gets_an_answer_though_its_standard_input_is_empty() {
    let Some(tmux) = Tmux::start() else { return };
    // As programs ask for a password: the first attempt suspends the command.
    let ask = "stty -echo </dev/tty; read secret </dev/tty; stty echo </dev/tty; echo got $secret; cat";
    tmux.enter(&format!("clear; $HEADTAIL run --shell '{ask}'; echo status $?"));
    tmux.enter("word");
    tmux.wait_for(|screen| screen.ends_with("got word\nstatus 0\n$"));
}

#[test]
fn a_terminal_from_outside_of_a_container_is_none_to_be_lent() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter(
        "unshare --pid --fork --mount-proc $HEADTAIL run --stdin --shell 'echo text; exit 3'; echo status $?",
    );
    let screen = tmux.wait_for(|screen| screen.contains("status") && screen.ends_with("\n$"));
    if !screen.contains("\ntext\n") {
        return skip("no rights to make a process namespace");
    }
    assert!(screen.ends_with("\ntext\nstatus 3\n$"), "{screen}");
}

#[test]
fn a_command_is_suspended_together_with_headtail() {
    let Some(tmux) = Tmux::start() else { return };
    tmux.enter("$HEADTAIL run --shell 'while echo >>ticks; do sleep 0.01; done'");
    wait_for(|| tmux.place.path("ticks").exists());
    tmux.run(&["send-keys", "C-z"]);
    tmux.wait_for(|screen| screen.contains("Stopped") && screen.ends_with("\n$"));
    let ticks = || tmux.place.read("ticks").len();
    let before = ticks();
    sleep(Duration::from_millis(100));
    assert_eq!(ticks(), before);
    tmux.enter("fg");
    wait_for(|| ticks() > before);
    tmux.run(&["send-keys", "C-c"]);
    tmux.wait_for(|screen| screen.ends_with('$'));
    tmux.enter("echo status $?");
    tmux.wait_for(|screen| screen.contains("status 130\n"));
}

#[test]
fn the_terminal_is_given_back_however_the_command_ends() {
    let Some(tmux) = Tmux::start() else { return };
    // A script has no job control: nobody else would take the terminal back.
    let read = "read line; echo got $line";
    for command in ["no-such-command", "sh -c exit", "sh -c 'kill -KILL $$'", "--timeout=0.2s sleep 60"] {
        tmux.place.write("script", &format!("clear; $HEADTAIL run --stdin {command} 2>&1\n{read}\n"));
        tmux.enter("sh script");
        tmux.enter(command);
        tmux.wait_for(|screen| screen.ends_with(&format!("got {command}\n$")));
    }
}

#[test]
fn a_password_prompt_is_not_written_over() {
    let Some(tmux) = Tmux::start() else { return };
    let script = "seq 100; sleep 1; printf Password: >/dev/tty; read secret </dev/tty; echo got $secret";
    tmux.enter(&format!("clear; $HEADTAIL run -n 2 --shell '{script}'"));
    tmux.wait_for(|screen| screen == "1\n2\nPassword:");
    // Longer than a status line stands.
    sleep(Duration::from_millis(600));
    tmux.wait_for(|screen| screen == "1\n2\nPassword:");
    tmux.enter("word");
    tmux.wait_for(|screen| screen.starts_with("1\n2\nPassword:word\n") && screen.ends_with("got word\n$"));
}

#[test]
fn a_prompt_that_comes_while_a_status_line_stands_is_left_alone() {
    let Some(tmux) = Tmux::start() else { return };
    let script =
        "for i in $(seq 60); do echo $i; sleep 0.01; done; printf Password: >/dev/tty; read it </dev/tty";
    tmux.enter(&format!("clear; $HEADTAIL run -n 2 --shell '{script}'"));
    tmux.wait_for(|screen| screen == "1\n2\nPassword:");
    tmux.enter("word");
    tmux.wait_for(|screen| screen.ends_with("\n60\n$"));
}

#[test]
fn a_question_in_the_middle_of_the_output_is_seen_and_answered() {
    let Some(tmux) = Tmux::start() else { return };
    let script = "seq 100; printf \"name? \"; read name; printf \"age? \"; read age; echo got $name $age";
    tmux.enter(&format!("clear; $HEADTAIL run -n 2 --stdin --shell '{script}'"));
    tmux.wait_for(|screen| screen == "1\n2\nname?");
    tmux.enter("ann");
    tmux.wait_for(|screen| screen == "1\n2\nname? ann\nage?");
    tmux.enter("42");
    tmux.wait_for(|screen| screen.ends_with("\n100\nname? age? got ann 42\n$"));
}

/// The system calls that headtail makes while `command` runs, once it has started, a line each.
fn calls(tmux: &Tmux, prefix: &str, command: &str) -> Vec<String> {
    tmux.enter(&format!("{prefix} strace -o trace $HEADTAIL run {command}; echo status $?"));
    tmux.wait_for(|screen| screen.contains("status 0\n"));
    tmux.enter("clear");
    let trace = tmux.place.read("trace");
    let start = trace.rfind("clone").or_else(|| trace.rfind("fork")).expect("the command was started");
    trace[start..].lines().map(str::to_owned).collect()
}

#[test]
fn nothing_wakes_up_while_nothing_happens_on_a_terminal() {
    if !Program::new("strace").args(["-o", "/dev/null", "true"]).succeeds() {
        return skip("there is no strace");
    }
    let Some(tmux) = Tmux::start() else { return };
    for options in ["", "--stdin", "--timeout=1m"] {
        let short = calls(&tmux, "", &format!("{options} sleep 0.2")).len();
        let long = calls(&tmux, "", &format!("{options} sleep 2")).len();
        // On a busy machine, the short one has ended before it is first waited for.
        assert!(long <= short + 8, "{options}: {short} calls in 0.2 seconds, {long} in 2");
    }
}

#[test]
fn a_read_costs_no_more_with_a_terminal_than_without() {
    if !Program::new("strace").args(["-o", "/dev/null", "true"]).succeeds() {
        return skip("there is no strace");
    }
    let Some(tmux) = Tmux::start() else { return };
    let waits_per_read = |calls: Vec<String>| {
        let count = |name: &str| calls.iter().filter(|call| call.starts_with(name)).count();
        let waits = count("poll(") + count("ppoll(") + count("waitid(") + count("wait4(");
        #[expect(clippy::cast_precision_loss, reason = "they are a few hundred")]
        return waits as f64 / count("read(") as f64;
    };
    let command = "--stdin -o out sh -c 'yes | head -c 20000000'";
    let with = waits_per_read(calls(&tmux, "", command));
    let without = waits_per_read(calls(&tmux, "setsid -w", command));
    assert!(with <= without + 0.5, "{with} with, {without} without");
}
