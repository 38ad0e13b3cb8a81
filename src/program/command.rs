//! The command that `headtail run` runs.

use std::process;

use headtail::run::{Run, Running, Signal, StartError};

use crate::program::settings::{Invocation, Stdin};
use crate::program::system::{child, signals};

/// Starts the command.
pub(crate) fn start(invocation: &Invocation) -> Result<Running, StartError> {
    let mut command = process::Command::new(&invocation.program);
    command.args(&invocation.args).envs(invocation.environment.iter().map(|(name, value)| (name, value)));
    if let Some(directory) = &invocation.directory {
        command.current_dir(directory);
    }
    child::prepare(&mut command);
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
    run.start()
}

/// Hands the signals that this program gets on to the command.
#[derive(Debug, Default)]
pub(crate) struct Messenger {
    /// How many were handed on.
    told: u8,
}

impl Messenger {
    /// Hands on `signal`, and another if there was one that does not want to wait.
    pub(crate) fn tell(&mut self, running: &mut Running, signal: signals::Signal) {
        let due = if signals::hurried() { 2 } else { 1 };
        while self.told < due {
            running.stop(Signal(signal.number().into()));
            self.told += 1;
        }
    }
}
