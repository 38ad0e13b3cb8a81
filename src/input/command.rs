//! The command that `headtail run` runs.

use std::io::{self, Read};
use std::process::Command;
use std::time::{Duration, Instant};

use headtail_process::{Outcome, Run, Running, Signal, StartError, Stdin};

use crate::input::source::Stream;
use crate::input::terminal::Terminal;
use crate::io::descriptor::Descriptor;
use crate::platform::descriptors::Standard;
use crate::platform::dispositions;
use crate::platform::shutdown;
use crate::platform::signals::{self, Scope};
use crate::settings::Invocation;

/// A command at work.
///
/// While it runs, calls that block are [interrupted](signals::tick_at) when something is due: whoever writes meanwhile
/// calls [`advance`](Self::advance) then.
#[derive(Debug)]
pub(crate) struct Job {
    running: Running,
    /// The terminal that can be lent to it.
    terminal: Option<Terminal>,
    /// Whether it is ended because it printed nothing for too long.
    is_idle: bool,
    /// When outputs that nobody reads are not waited for any more: soon after the command has timed out.
    give_up_at: Option<Instant>,
}

/// Starts the command.
pub(crate) fn start(invocation: &Invocation) -> Result<Job, StartError> {
    let mut terminal = Terminal::controlling();
    let reads_terminal =
        invocation.stdin == Stdin::Inherited && Descriptor::Standard(Standard::In).is_terminal();
    let taken = terminal.as_ref().filter(|_| reads_terminal).and_then(Terminal::for_the_taking);
    let is_taken = taken.is_some();
    let mut run = run(invocation);
    if let Some(terminal) = taken {
        run = run.foreground(terminal);
    }
    let result = run.start();
    if let Some(terminal) = &mut terminal {
        match &result {
            Ok(running) => terminal.command_started(running.id(), is_taken),
            Err(_) if is_taken => terminal.recover(),
            Err(_) => {}
        }
    }
    let mut job = Job { running: result?, terminal, is_idle: false, give_up_at: None };
    job.advance();
    Ok(job)
}

/// The command to start.
fn run(invocation: &Invocation) -> Run {
    let mut command = Command::new(&invocation.program);
    command.args(&invocation.args).envs(invocation.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &invocation.directory {
        command.current_dir(directory);
    }
    // This thread lives as long as the program, and the program has no other children.
    let mut run = Run::new(command)
        .kill_after(invocation.kill_after)
        .drain(invocation.drain)
        .dispositions(dispositions::at_start())
        .die_with_thread()
        .reap_orphans();
    // The runtime has opened another in the place of one that was closed.
    let is_closed = invocation.stdin == Stdin::Inherited && !Standard::In.was_open();
    run = run.stdin(if is_closed { Stdin::Closed } else { invocation.stdin });
    if let Some(limit) = invocation.timeout {
        run = run.timeout(limit);
    }
    run
}

impl Job {
    /// Does what is due, without waiting.
    pub(crate) fn advance(&mut self) {
        self.check_suspension();
        let now = Instant::now();
        self.running.advance(now);
        if self.running.has_timed_out() && self.give_up_at.is_none() {
            self.give_up_at = Some(shutdown::begin(now));
        }
        self.tick();
    }

    /// Arranges for blocked calls to be interrupted when something is due.
    fn tick(&self) {
        signals::tick_at(self.running.deadline().into_iter().chain(self.give_up_at).min());
    }

    /// How the command ended, and whether it was ended for printing nothing. Call it once a read has returned 0.
    pub(crate) fn finish(mut self) -> (Outcome, bool) {
        signals::tick_at(self.give_up_at);
        if let Some(terminal) = &mut self.terminal {
            terminal.take_back();
        }
        (self.running.finish(), self.is_idle)
    }

    /// Lends the terminal to a command that was suspended for using it, and suspends all of the job where the command was
    /// suspended from there.
    fn check_suspension(&mut self) {
        if !signals::take_child_event() {
            return;
        }
        let Some(terminal) = &mut self.terminal else { return };
        let Some(signal) = self.running.take_suspension() else { return };
        let wants_terminal = [Signal::TTIN, Signal::TTOU].contains(&signal);
        let goes_on = match signal {
            Signal::STOP => false,
            _ if wants_terminal && terminal.lend() => true,
            _ => {
                terminal.take_back();
                let was_suspended = signals::suspend(Scope::Group);
                let is_lent = terminal.lend();
                // Where there is no shell to give it the terminal, it would be suspended again at once.
                is_lent || was_suspended || !wants_terminal
            }
        };
        if goes_on {
            self.running.signal(Signal::CONT);
        }
    }
}

impl Read for Job {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        self.check_suspension();
        let result = self.running.read(chunk);
        self.tick();
        result
    }
}

impl Stream for Job {
    /// Passes on `signal`, and does not wait for the command any more if another has followed it.
    fn stop(&mut self, signal: Signal) -> bool {
        self.running.stop(signal);
        if signals::second_signal() {
            self.running.kill();
        }
        false
    }

    /// Ends a command that has printed nothing for too long.
    fn expire(&mut self) -> bool {
        self.advance();
        let had_timed_out = self.running.has_timed_out();
        self.running.end_as_timed_out();
        self.is_idle = self.running.has_timed_out() && !had_timed_out;
        self.advance();
        false
    }

    fn attend(&mut self) {
        self.advance();
    }

    fn suspend(&mut self) {
        self.running.signal(Signal::TSTP);
        signals::suspend(Scope::Process);
        self.running.signal(Signal::CONT);
    }

    fn has_terminal(&self) -> bool {
        self.terminal.as_ref().is_some_and(Terminal::is_lent)
    }

    fn wait(&mut self, time: Duration) -> bool {
        self.advance();
        // After a signal others are to have a look first. What else is wrong the next read tells.
        let is_interruption = |error: &io::Error| error.kind() == io::ErrorKind::Interrupted;
        self.running.wait_until(Instant::now() + time).unwrap_or_else(|error| !is_interruption(&error))
    }
}
