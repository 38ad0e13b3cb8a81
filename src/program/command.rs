//! The command that `headtail run` runs.

use std::io::{self, Read};
use std::process::{self, Command};
use std::time::Duration;

use headtail::run::{Outcome, Run, Running, Signal, StartError};

use crate::program::settings::{Invocation, Stdin};
use crate::program::source::Stream;
use crate::program::system::{child, signals};
use crate::program::terminal::{self, Terminal};

/// How often a command that reads the terminal is looked after: it may have been suspended from there.
const LOOK: Duration = Duration::from_millis(100);

/// A command at work.
#[derive(Debug)]
pub(crate) struct Job {
    running: Running,
    /// The terminal that it may read from.
    terminal: Option<Terminal>,
    /// How many signals were handed on.
    told: u8,
}

/// Starts the command.
pub(crate) fn start(invocation: &Invocation) -> Result<Job, StartError> {
    let mut terminal = (invocation.stdin == Stdin::Inherited).then(Terminal::at_stdin).flatten();
    let takes_terminal = terminal.as_ref().is_some_and(Terminal::is_for_the_taking);
    let result = run(invocation, takes_terminal).start();
    match (&result, &mut terminal) {
        (Ok(running), Some(terminal)) => terminal.was_taken_by(running.id()),
        (Err(_), Some(terminal)) => terminal.recover(),
        _ => {}
    }
    Ok(Job { running: result?, terminal, told: 0 })
}

/// What is to be started; with `takes_terminal` it has the terminal from then on.
fn run(invocation: &Invocation, takes_terminal: bool) -> Run {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.args).envs(invocation.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &invocation.directory {
        command.current_dir(directory);
    }
    child::prepare(&mut command, takes_terminal);
    let mut run = Run::new(command).kill_after(invocation.kill_after).drain(invocation.drain);
    if invocation.stdin == Stdin::Inherited {
        run = run.keep_stdin();
    }
    if let Some(limit) = invocation.timeout {
        run = run.timeout(limit);
    }
    // The first process of a container inherits all that lose their parent.
    if process::id() == 1 {
        run = run.reap_orphans();
    }
    run
}

impl Job {
    /// Hands on `signal`, and another if there was one that does not want to wait.
    pub(crate) fn hand_on(&mut self, signal: signals::Signal) {
        let due = if signals::hurried() { 2 } else { 1 };
        while self.told < due {
            self.running.stop(Signal(signal.number().into()));
            self.told += 1;
        }
    }

    /// How the command ended, once a read has returned 0.
    pub(crate) fn finish(self) -> Outcome {
        if let Some(terminal) = &self.terminal {
            terminal.take_back();
        }
        self.running.finish()
    }

    /// Lends the terminal whenever it is there to be lent, and suspends all of the job where the command was from there.
    fn look_after(&mut self) {
        let Some(terminal) = &self.terminal else { return };
        // A command that gets the terminal only now may have been suspended for trying to read before.
        let mut goes_on = terminal.lend();
        if !goes_on && self.running.take_suspension().is_some_and(terminal::sends) {
            terminal.suspend_job();
            terminal.lend();
            goes_on = true;
        }
        if goes_on {
            self.running.forward(Signal::CONT);
        }
    }
}

impl Read for Job {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        while self.terminal.is_some() && !self.wait(LOOK) {}
        self.running.read(chunk)
    }
}

impl Stream for Job {
    fn wait(&mut self, time: Duration) -> bool {
        let mut left = time;
        loop {
            self.look_after();
            let step = if self.terminal.is_some() { left.min(LOOK) } else { left };
            left -= step;
            if self.running.wait_for(step) {
                return true;
            }
            if left.is_zero() {
                return false;
            }
        }
    }
}
