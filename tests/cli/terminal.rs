//! `headtail run` on a terminal: the command is a job like any other.

use std::thread::sleep;
use std::time::Duration;

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
    // The shell tells of it with its next prompt.
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
