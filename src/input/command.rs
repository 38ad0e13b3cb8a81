//! The command that `headtail run` runs.

use std::io::{self, Read};
use std::os::fd::RawFd;
use std::process::{self, Command};
use std::time::Duration;

use headtail_process::{Outcome, Run, Running, Signal, StartError};

use crate::input::source::Stream;
use crate::input::terminal::Terminal;
use crate::io::descriptor::Descriptor;
use crate::platform::child;
use crate::platform::descriptors::Standard;
use crate::platform::signals::{self, Scope};
use crate::settings::{Invocation, Stdin};

/// How often a command is looked after that can be suspended by the terminal.
const LOOK: Duration = Duration::from_millis(100);

/// A command at work.
#[derive(Debug)]
pub(crate) struct Job {
    running: Running,
    /// The terminal that it may read.
    terminal: Option<Terminal>,
    /// Whether it is lent that whenever it can be; else only when it has tried to read.
    reads_terminal: bool,
    /// How many signals were handed on.
    told: u8,
}

/// Starts the command.
pub(crate) fn start(invocation: &Invocation) -> Result<Job, StartError> {
    let mut terminal = Terminal::controlling();
    let reads_terminal =
        invocation.stdin == Stdin::Inherited && Descriptor::Standard(Standard::In).is_terminal();
    let taken = terminal.as_ref().filter(|_| reads_terminal).and_then(Terminal::for_the_taking);
    let result = run(invocation, taken).start();
    match (&result, &mut terminal) {
        (Ok(running), Some(terminal)) => terminal.command_started(running.id()),
        (Err(_), Some(terminal)) if taken.is_some() => terminal.recover(),
        _ => {}
    }
    Ok(Job { running: result?, terminal, reads_terminal, told: 0 })
}

/// What is to be started; `terminal` is what it is to take.
fn run(invocation: &Invocation, terminal: Option<RawFd>) -> Run {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.args).envs(invocation.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &invocation.directory {
        command.current_dir(directory);
    }
    child::prepare(&mut command, terminal);
    if invocation.stdin == Stdin::Inherited && !Standard::In.was_open() {
        child::close_stdin(&mut command);
    }
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
            self.running.stop(signal.named());
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

    /// Lends the terminal to a command that reads it, and suspends all of the job where the command was suspended from
    /// there.
    fn look_after(&mut self) {
        let Some(terminal) = &self.terminal else { return };
        let suspension = self.running.take_suspension();
        self.reads_terminal |=
            suspension.is_some_and(|signal| [Signal::TTIN, Signal::TTOU].contains(&signal));
        // It may have been suspended for trying to read it before.
        let mut goes_on = self.reads_terminal && terminal.lend();
        if !goes_on && suspension.is_some_and(|signal| signal != Signal::STOP) {
            terminal.take_back();
            signals::suspend(Scope::Group);
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
    fn suspend(&mut self) {
        self.running.forward(Signal::TSTP);
        signals::suspend(Scope::Process);
        self.running.forward(Signal::CONT);
    }

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
